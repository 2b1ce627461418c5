use std::time::Duration;

use cairn_evals::{EvalError, quotes};

use crate::folder;

const SET: &str = r#"
{"id":"q1","doc":"a.md","chunk_start":0,"chunk_end":33,"quote":"key rotates","cat":"exact","kind":"exact","start_byte":13,"end_byte":24,"source":"key rotates"}
{"id":"q2","doc":"a.md","chunk_start":0,"chunk_end":33,"quote":"The vault key","cat":"format","kind":"md","start_byte":0,"end_byte":16,"source":"Thé `vault` key"}
{"id":"q3","doc":"a.md","chunk_start":0,"chunk_end":33,"quote":"Thé vault key","cat":"format","kind":"md","start_byte":0,"end_byte":16,"source":"Thé `vault` key"}
{"id":"q4","doc":"a.md","chunk_start":0,"chunk_end":33,"quote":"key never rotates","cat":"flip","kind":"negation","start_byte":13,"end_byte":24,"source":"key rotates"}
"#;

#[test]
fn a_quote_set_is_scored_in_both_scopes() {
    let dir = folder("quote-set", &[("quotes.jsonl", SET), ("docs/a.md", "Thé `vault` key rotates\nevery day.")]);
    let report = quotes(&dir, &|| Duration::from_millis(1)).unwrap();
    for scope in [&report.chunks, &report.documents] {
        let format = scope.categories["format"];
        assert_eq!((format.quotes, format.accepted(), format.span_exact, format.span_near), (2, 1, 1, 1));
        assert_eq!((scope.categories["exact"].verbatim, scope.categories["exact"].span_exact), (1, 1));
        assert_eq!(scope.categories["flip"].accepted(), 0);
    }
    assert_eq!(report.surprises, ["q2 format/md in its chunk", "q2 format/md in its document"]);
    let shown = report.to_string();
    assert!(
        shown.contains(
            "\nformat                      2      50.00        0                  1        50.00     50.00\n"
        ),
        "{shown}"
    );
}

#[test]
fn a_folder_that_is_no_set_is_named() {
    let error = quotes(&folder("no-set", &[("other.txt", "")]), &|| Duration::ZERO).unwrap_err();
    assert!(matches!(error, EvalError::Read { .. }));
    assert!(error.to_string().contains("no-set/quotes.jsonl"), "{error}");
    let dir = folder("bad-set", &[("quotes.jsonl", "\n{}")]);
    assert!(matches!(quotes(&dir, &|| Duration::ZERO).unwrap_err(), EvalError::Shape { line: 2, .. }));
}
