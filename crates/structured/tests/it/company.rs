//! The structured files of `eval/examples/tuckbox`, read as a scan reads them: the complete expected model, claim by claim, with
//! attributes, status and the lines that state it.

use std::fmt::Write as _;
use std::path::Path;

use cairn_ingest::Limits;
use cairn_model::{LineIndex, Status};

use crate::check;

const FILES: &[&str] = &[
    "api/openapi.yaml",
    "deploy/k8s/assist.yaml",
    "deploy/k8s/data.yaml",
    "deploy/k8s/ingress.yaml",
    "deploy/k8s/money.yaml",
    "deploy/k8s/parcels.yaml",
    "deploy/terraform/main.tf",
    "docs/flows.mmd",
];

#[test]
fn the_whole_model_of_the_structured_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/examples/tuckbox");
    let mut shown = String::new();
    for path in FILES {
        let bytes = std::fs::read(root.join(path)).expect("the example holds the file");
        writeln!(shown, "{}", of_file(path, &bytes)).expect("a string takes everything");
    }
    insta::assert_snapshot!(shown);
}

/// One line for each claim: status, statement, the lines of its quotes; then what was not understood.
fn of_file(path: &str, bytes: &[u8]) -> String {
    let limits = Limits { document_bytes_max: 1_000_000 };
    let document = cairn_ingest::read(path, bytes, limits).expect("the file is a document");
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    let lines = LineIndex::new(&document.text);
    let mut shown = format!("# {path} ({}): {} claims\n", document.source_type.as_str(), reading.claims.len());
    for claim in &reading.claims {
        let at = claim.evidence.iter().filter_map(|quote| quote.at).map(|at| lines.line_of(at).to_string());
        let status = if claim.status == Status::Implemented { "" } else { &format!("{} ", claim.status) };
        let statement = serde_json::to_string(&claim.statement).expect("statements are plain data");
        writeln!(shown, "{status}{statement} :{}", at.collect::<Vec<_>>().join(","))
            .expect("a string takes everything");
    }
    for part in &reading.not_understood {
        writeln!(shown, "? {part}").expect("a string takes everything");
    }
    shown
}

#[test]
fn no_structured_file_is_left_out() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../eval/examples/tuckbox");
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("the example is there").flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else if entry
                .path()
                .extension()
                .is_some_and(|ending| ["yaml", "yml", "tf", "mmd"].iter().any(|it| ending == *it))
            {
                let path = entry.path().strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
                found.push(path.replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert_eq!(found, FILES);
}
