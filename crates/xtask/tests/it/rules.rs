//! A rule's file is named as its id, so that whoever reads a finding finds the rule.

use crate::repository::{self, File, has_extension};
use crate::{assert_one_fault, assert_tidy};
use toml::Table;

fn misnamed(files: &[File]) -> Vec<String> {
    let rules = files.iter().filter(|file| has_extension(&file.path, "toml"));
    rules.filter_map(fault_of_rule).collect()
}

fn fault_of_rule(file: &File) -> Option<String> {
    let stem = file.path.rsplit('/').next()?.strip_suffix(".toml")?;
    let rule = file.text.parse::<Table>();
    let id = rule.as_ref().ok().and_then(|rule| rule.get("id")).and_then(toml::Value::as_str);
    match id {
        Some(id) if id == stem => None,
        Some(id) => {
            Some(format!("{}: its id is `{id}`\n  hint: name the file `{id}.toml` or set `id = \"{stem}\"`", file.path))
        }
        None => {
            Some(format!("{}: no `id`, or not valid TOML\n  hint: begin the file with `id = \"{stem}\"`", file.path))
        }
    }
}

#[test]
fn every_rule_file_is_named_as_its_id() {
    assert_tidy(&misnamed(&repository::files("config/rules")));
}

#[test]
fn a_misnamed_rule_is_found() {
    let files = [
        File::invented("config/rules/open-door.toml", "id = \"open-door\"\n"),
        File::invented("config/rules/open-window.toml", "id = \"open-door\"\n"),
    ];
    assert_one_fault(&misnamed(&files), "open-window.toml: its id is `open-door`");
}

#[test]
fn a_rule_without_id_is_found() {
    assert_one_fault(&misnamed(&[File::invented("config/rules/open-door.toml", "title = \"x\"\n")]), "no `id`");
}
