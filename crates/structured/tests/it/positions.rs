//! That positions survive what parsers trip over: characters beyond ASCII, comments, line ends, marks, templates.

use cairn_model::{Document, Statement};

use crate::check;

/// The quotes of the one component in `text`.
fn quotes(text: &str) -> Vec<String> {
    let document: Document = check::document("where.yaml", text);
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    let components = reading.claims.iter().filter(|claim| matches!(claim.statement, Statement::Component(_)));
    components.flat_map(|claim| claim.evidence.iter().map(|quote| quote.text.clone())).collect()
}

fn manifest(before: &str, end: &str) -> String {
    [before, "apiVersion: v1", "kind: Pod", "metadata:", "  labels: {ü: ö} # größe 🦀", "  name: lighthouse", ""]
        .join(end)
}

#[test]
fn any_line_end_and_any_script() {
    for end in ["\n", "\r\n"] {
        for before in ["", "# größer 🦀 als", "\u{feff}# mark", "%YAML 1.2\n---", "# {{/* a comment */}}", "---"] {
            let quotes = quotes(&manifest(before, end));
            assert_eq!(quotes, ["kind: Pod", "name: lighthouse"], "{before:?} {end:?}");
        }
    }
}

#[test]
fn json_and_flow_style() {
    let json = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"ü":"🦀"},"name":"lighthouse"}}"#;
    assert_eq!(quotes(json), [json]);
    let flow = "{apiVersion: v1, kind: Pod, # 🦀\n metadata: {labels: {ü: ö},\n  name: lighthouse}}\n";
    assert_eq!(quotes(flow), ["{apiVersion: v1, kind: Pod, # 🦀", "name: lighthouse}}"]);
}

#[test]
fn block_scalars_before_the_place() {
    let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    note: |\n      größer\n\n      🦀 : x\n    fold: >-\n      ä\n      ö\n  name: lighthouse\n";
    assert_eq!(quotes(text), ["kind: Pod", "name: lighthouse"]);
}
