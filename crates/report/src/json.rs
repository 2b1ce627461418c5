//! The model as `cairn.model/1`.

mod v1;

use cairn_model::{AttackPath, System, Threat};

/// The model as `cairn.model/1`, without paths of attack: see [`json_with_paths`].
pub fn json(system: &System, threats: &[Threat]) -> String {
    json_with_paths(system, threats, &[])
}

/// The model as `cairn.model/1`: pretty-printed JSON with a final newline.
///
/// Every key of the contract is present, `null` where nobody said anything, and every list is sorted by id. A threat names the
/// paths that make use of it.
pub fn json_with_paths(system: &System, threats: &[Threat], paths: &[AttackPath]) -> String {
    let mut text = serde_json::to_string_pretty(&v1::model(system, threats, paths))
        .expect("records of strings and numbers serialise");
    text.push('\n');
    text
}
