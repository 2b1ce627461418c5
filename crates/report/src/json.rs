//! The model as `cairn.model/1`.

mod v1;

use cairn_model::{System, Threat};

/// The model as `cairn.model/1`: pretty-printed JSON with a final newline.
///
/// Every key of the contract is present, `null` where nobody said anything, and every list is sorted by id.
pub fn json(system: &System, threats: &[Threat]) -> String {
    let mut text =
        serde_json::to_string_pretty(&v1::model(system, threats)).expect("records of strings and numbers serialise");
    text.push('\n');
    text
}
