//! No Rust file outgrows what a reader can hold in mind.

use crate::repository::{self, File, has_extension};
use crate::{assert_one_fault, assert_tidy};

const LINES_MAX: usize = 500;

/// Files that may be longer, each with the reason.
const LONGER: &[(&str, &str)] = &[];

fn too_long(files: &[File]) -> Vec<String> {
    let sources = files.iter().filter(|file| has_extension(&file.path, "rs"));
    let long = sources.filter(|file| file.text.lines().count() > LINES_MAX);
    long.filter(|file| !LONGER.iter().any(|(path, _)| *path == file.path))
        .map(|file| {
            format!(
                "{}: {} lines, and {LINES_MAX} is the limit\n  hint: give the part that changes for another reason its own file; a \
                 table that only grows may be listed in crates/xtask/tests/it/length.rs with its reason",
                file.path,
                file.text.lines().count()
            )
        })
        .collect()
}

#[test]
fn no_file_is_too_long() {
    assert_tidy(&too_long(&repository::files("crates")));
}

#[test]
fn a_long_file_is_found() {
    let files = [
        File::invented("crates/model/src/short.rs", &"//\n".repeat(LINES_MAX)),
        File::invented("crates/model/src/long.rs", &"//\n".repeat(LINES_MAX + 1)),
    ];
    assert_one_fault(&too_long(&files), "long.rs: 501 lines");
}
