//! No file speaks of the machine it was written on, or of unfinished work: the tree speaks of the product alone.

use crate::repository::{self, File};
use crate::{assert_one_fault, assert_tidy};

/// What no file may contain, and what to write instead. Split, so that this file does not contain them either.
const REFUSED: &[(&str, &str, &str)] = &[
    ("/wo", "rk/", "write the path relative to the repository"),
    ("../.lib", "rary", "write the path relative to the repository, or leave the source out"),
    ("/ro", "ot/", "write the path relative to the repository or to the user's home (`~`)"),
    ("/tmp/tar", "get", "name no build folder; `CARGO_TARGET_DIR` is the reader's choice"),
    ("/tmp/br", "ief", "name what the reader can open"),
    ("// TO", "DO", "do it, or leave it out; comments say why the code is as it is"),
    ("// FIX", "ME", "fix it, or say in the comment why it stays"),
    ("//! place", "holder", "write what the file is for"),
];

fn refused_wording(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        for (first, rest, instead) in REFUSED {
            let refused = format!("{first}{rest}");
            if let Some(line) = line_of(&file.text, &refused) {
                faults.push(format!("{}:{line}: contains `{}`\n  hint: {instead}", file.path, refused.trim_end()));
            }
        }
    }
    faults
}

/// The line, counted from one, on which the text first contains `wanted`.
fn line_of(text: &str, wanted: &str) -> Option<usize> {
    text.split_once(wanted).map(|(before, _)| before.matches('\n').count() + 1)
}

#[test]
fn no_file_contains_refused_wording() {
    assert_tidy(&refused_wording(&repository::files(".")));
}

#[test]
fn refused_wording_is_found_with_its_line() {
    let text = format!("# Notes\n\nSee {}{}here.\n", "/wo", "rk/");
    assert_one_fault(&refused_wording(&[File::invented("docs/notes.md", &text)]), "docs/notes.md:3: contains");
}
