//! Parts of the export, for commands that print some of it as JSON: a threat is the same record everywhere.

use cairn_engine::Model;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::Failure;

/// The export as a value.
pub(crate) fn export(model: &Model) -> Value {
    let text = cairn_report::json_with_paths(&model.system, &model.threats, &model.exported_paths());
    serde_json::from_str(&text).expect("the export is JSON")
}

/// The records of `list` in the export for which `keep` holds.
pub(crate) fn filtered(export: &Value, list: &str, keep: impl Fn(&Value) -> bool) -> Vec<Value> {
    let records = export.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    records.iter().filter(|record| keep(record)).cloned().collect()
}

/// A record's id.
pub(crate) fn id(record: &Value) -> &str {
    record.get("id").and_then(Value::as_str).unwrap_or_default()
}

/// Prints `fields` under a schema of its own.
pub(crate) fn print(schema: &str, fields: Value) -> Result<(), Failure> {
    let mut record = json!({ "schema": schema });
    if let (Some(record), Value::Object(fields)) = (record.as_object_mut(), fields) {
        record.extend(fields);
    }
    let text = serde_json::to_string_pretty(&record).expect("a value serialises");
    Context::print_data(&(text + "\n"))
}
