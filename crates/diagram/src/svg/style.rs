//! How the diagram looks. Colours are the page's where the page names them.

/// The style of a diagram: for pages that hold one, and brought along by a drawing that is a file of its own.
pub const STYLE: &str = include_str!("style.css");
