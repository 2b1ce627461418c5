//! Results to outside formats, each versioned: `json` is `cairn.model/1` of the claim contract, `markdown` is for people.

use cairn_model::{System, Threat};

/// The model as `cairn.model/1`: pretty-printed JSON with a final newline.
pub fn json(system: &System, threats: &[Threat]) -> String {
    let _ = (system, threats);
    String::new()
}

/// The model as one Markdown page.
pub fn markdown(system: &System, threats: &[Threat]) -> String {
    let _ = (system, threats);
    String::new()
}
