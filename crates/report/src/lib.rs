//! Results to outside formats, each versioned.
//!
//! [`json()`] prints `cairn.model/1`, the export of the claim contract, for programs. [`markdown()`] prints one page for
//! people, [`sarif()`] the threats and their ways through the system for tools that gather findings, [`mermaid()`] and [`dot()`] a
//! drawing of one path, [`trust_mermaid()`] and [`trust_dot()`] of who trusts whom. All are pure: the same model gives the same bytes. Terminal output is the command line's own business; it
//! shares [`Labels`], what people call the elements, and [`visible()`], which every output for people applies to text that
//! comes from documents.

mod changes;
mod drawing;
mod json;
mod markdown;
mod sarif;
mod trusting;

mod labels;
mod visible;

pub use changes::{changes_json, changes_markdown, told};
pub use drawing::{dot, mermaid};
pub use json::{json, json_with_paths};
pub use labels::Labels;
pub use markdown::markdown;
pub use markdown::page::escaped as escaped_for_markdown;
pub use sarif::sarif;
pub use trusting::{TrustArrow, trust_dot, trust_mermaid};
pub use visible::visible;
