//! The shared quote set, where it lies beside the repository.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_validate::{QuoteChecker, Verdict};
use serde_json::Value;

use crate::{checker, citation};

#[test]
fn accepts_what_is_there_and_nothing_else() {
    let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/quotes");
    let Ok(quotes) = std::fs::read_to_string(set.join("quotes.jsonl")) else {
        println!("skipped: no quote set at {}", set.display());
        return;
    };
    let mut documents: BTreeMap<String, (String, QuoteChecker)> = BTreeMap::new();
    let (mut formatted, mut accepted, mut exact) = (0, 0, 0);
    for line in quotes.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| record[name].as_str().unwrap();
        let (text, checker) = documents.entry(field("doc").to_owned()).or_insert_with_key(|path| {
            let text = std::fs::read_to_string(set.join("docs").join(path)).unwrap();
            let checker = checker(&text);
            (text, checker)
        });
        let at = record["start_byte"].as_u64().map(|at| usize::try_from(at).unwrap());
        let verdict = checker.check(field("quote"), at);
        let id = field("id");
        match field("cat") {
            "exact" => {
                assert!(matches!(verdict, Verdict::Verbatim(_)), "{id}");
                let cited = citation(text, verdict).unwrap();
                assert_eq!((cited.quote.as_str(), Some(cited.span.start)), (field("source"), at), "{id}");
            }
            "format" => {
                formatted += 1;
                if let Some(cited) = citation(text, verdict) {
                    accepted += 1;
                    exact += usize::from(cited.quote == field("source"));
                }
            }
            _ => assert_eq!(verdict, Verdict::NotVerbatim, "{id}"),
        }
    }
    assert!(accepted * 1000 >= formatted * 995, "{accepted} of {formatted} accepted");
    assert!(exact * 1000 >= formatted * 990, "{exact} of {formatted} with the right span");
}
