//! The scorers, on small sets made here and against the reference scorer where it lies beside the repository.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::print_stdout, reason = "a test that skips says so")]

mod claims;
mod quotes;

mod cases;
mod systems;

mod reading;
mod resolution;

use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh folder for the files of the test `name`.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The folder `below` the one with corpora and gold sets beside the repository, where there is one.
fn shared(below: &str) -> Option<PathBuf> {
    let folder = root().join("../shared").join(below);
    if !folder.exists() {
        println!("skipped: no ../shared/{below} beside the repository");
        return None;
    }
    Some(folder)
}

/// What the reference scorer prints, where it and Python are at hand.
fn reference_table(model: &Path, gold: &Path, docs: &Path) -> Option<String> {
    let scorer = shared("gold/score.py")?;
    let Ok(output) = Command::new("python3").arg(scorer).args([model, gold, docs]).output() else {
        println!("skipped: no python3 to run the reference scorer");
        return None;
    };
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.starts_with("component "), "{}", String::from_utf8_lossy(&output.stderr));
    Some(table)
}

/// The rows of two tables that differ, readable; `None` when there are none.
fn difference(committed: &str, now: &str) -> Option<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (committed.lines().collect(), now.lines().collect());
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("committed: {line}\n"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("      now: {line}\n"));
    let mut rows: Vec<String> = gone.chain(come).collect();
    // Both states of a row stand together: columns are at least two spaces apart, and the first two name the row.
    let name = |row: &String| {
        let row = row.split_once(": ").map_or("", |(_, row)| row);
        row.split("  ").filter(|column| !column.is_empty()).take(2).collect::<String>()
    };
    rows.sort_by_key(name);
    (committed != now).then(|| rows.concat())
}

#[test]
fn a_difference_of_tables_shows_both_states_of_a_row() {
    let (old, new) =
        ("desk     flow      0.5\nshop     flow      0.7\n", "desk     flow      0.6\nshop     flow      0.7\n");
    assert_eq!(difference(old, old), None);
    let shown = difference(old, new).unwrap();
    assert_eq!(shown, "committed: desk     flow      0.5\n      now: desk     flow      0.6\n");
}
