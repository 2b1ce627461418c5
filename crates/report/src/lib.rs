//! Results to outside formats, each versioned.
//!
//! [`json()`] prints `cairn.model/1`, the export of the claim contract, for programs. [`markdown()`] prints one page for
//! people. Both are pure: the same model gives the same bytes. Terminal output is the command line's own business; it
//! shares [`Labels`], what people call the elements, and [`visible()`], which every output for people applies to text that
//! comes from documents.

mod changes;
mod json;
mod markdown;

mod labels;
mod visible;

pub use changes::{changes_json, changes_markdown, told};
pub use json::json;
pub use labels::Labels;
pub use markdown::markdown;
pub use visible::visible;
