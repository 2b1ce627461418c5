//! What changed between two states: `cairn.diff/1` for programs, Markdown for a pull request.

mod json;
mod markdown;

pub use json::changes_json;
pub use markdown::{changes_markdown, told};
