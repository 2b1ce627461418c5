//! What every crate must have: the workspace's lints, the prefix in its name, and a header that tells what it is for.

use crate::repository::{self, File, has_extension};
use crate::{assert_one_fault, assert_tidy};
use toml::Table;

/// Shorter than this, a header says only the crate's name again.
const HEADER_BYTES_MIN: usize = 40;

fn faulty_manifests(files: &[File]) -> Vec<String> {
    let manifests = files.iter().filter(|file| file.path.ends_with("/Cargo.toml"));
    manifests.flat_map(faults_of_manifest).collect()
}

fn faults_of_manifest(file: &File) -> Vec<String> {
    let Ok(manifest) = file.text.parse::<Table>() else {
        return vec![format!("{}: not valid TOML", file.path)];
    };
    let mut faults = Vec::new();
    let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
    if inherits != Some(true) {
        faults
            .push(format!("{}: does not inherit the lints\n  hint: add `[lints]` with `workspace = true`", file.path));
    }
    let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(toml::Value::as_str);
    if name != Some(format!("cairn-{folder}").as_str()) {
        faults.push(format!(
            "{}: the package is not named after its folder\n  hint: name it `cairn-{folder}`",
            file.path
        ));
    }
    faults
}

fn roots_without_header(files: &[File]) -> Vec<String> {
    let roots = files.iter().filter(|file| is_crate_root(&file.path));
    roots
        .filter(|file| header_bytes(&file.text) < HEADER_BYTES_MIN)
        .map(|file| {
            format!(
                "{}: no header that tells what the crate is for\n  hint: open the file with `//!` lines: what happens here, what \
                 is deliberately elsewhere, the two or three main types",
                file.path
            )
        })
        .collect()
}

fn is_crate_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs")
}

fn header_bytes(text: &str) -> usize {
    text.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.trim().len()).sum()
}

/// Every crate is documented, also one whose only root is a test binary.
fn sources() -> Vec<File> {
    repository::files("crates").into_iter().filter(|file| has_extension(&file.path, "rs")).collect()
}

#[test]
fn every_crate_inherits_the_lints_and_carries_the_prefix() {
    assert_tidy(&faulty_manifests(&repository::files("crates")));
}

#[test]
fn every_crate_has_a_header() {
    assert_tidy(&roots_without_header(&sources()));
}

#[test]
fn a_manifest_without_lints_is_found() {
    let manifest = File::invented("crates/model/Cargo.toml", "[package]\nname = \"cairn-model\"\n");
    assert_one_fault(&faulty_manifests(&[manifest]), "workspace = true");
}

#[test]
fn a_name_without_the_prefix_is_found() {
    let manifest =
        File::invented("crates/model/Cargo.toml", "[package]\nname = \"model\"\n[lints]\nworkspace = true\n");
    assert_one_fault(&faulty_manifests(&[manifest]), "name it `cairn-model`");
}

#[test]
fn a_header_that_says_nothing_is_found() {
    let root = File::invented("crates/model/src/lib.rs", "//! Model.\n\npub struct System;\n");
    assert_one_fault(&roots_without_header(&[root]), "crates/model/src/lib.rs");
}
