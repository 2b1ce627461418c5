use std::path::{Path, PathBuf};

use cairn_ingest::Limits;
use cairn_model::{Claim, Document};
use proptest::prelude::*;

use crate::check::{PARTS, claims, document};

#[track_caller]
fn all_verbatim(documents: &[Document], claims: &[Claim]) {
    for claim in claims {
        for quote in &claim.evidence {
            let source =
                documents.iter().find(|document| document.id == quote.document).expect("claims cite what was read");
            let at = quote.at.expect("the embedded extractor knows where it read");
            assert_eq!(source.text.get(at..at + quote.text.len()), Some(quote.text.as_str()), "{claim:?}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_quoted_verbatim(text in "(?s)[ -~\n\u{e4}\u{2192}\u{2019}*`#|>-]{0,400}") {
        let documents = [document("notes.md", &format!("{PARTS}{text}\n"))];
        all_verbatim(&documents, &claims(&documents));
    }

    #[test]
    fn words_in_any_order_are_read_without_panic(words in prop::collection::vec(prop::sample::select(WORDS), 0..60)) {
        let documents = [document("notes.md", &format!("{PARTS}{}\n", words.join(" ")))];
        all_verbatim(&documents, &claims(&documents));
    }
}

/// Pieces that every reader reacts to.
const WORDS: &[&str] = &[
    "the",
    "order service",
    "ledger database",
    "calls",
    "is",
    "called",
    "by",
    "to",
    "from",
    "and",
    "not",
    "no",
    "will",
    "TLS",
    "passwords",
    "for",
    "30",
    "days",
    "`/v1/x`",
    "POST",
    "can",
    "only",
    "users",
    "we assume",
    "accepted risk",
    "until",
    "2026-01-01",
    "because",
    "?",
    ".",
    ",",
    ";",
    "(",
    ")",
    "**",
    "`",
    "->",
    "|",
    "\n",
    "\n\n",
    "\n- ",
    "# ",
    "ß",
    "É",
    "👩‍💻",
];

#[test]
fn the_order_of_surveys_does_not_change_what_is_read() {
    let pages = [
        document("a.md", &format!("{PARTS}The order service calls the billing worker.\n")),
        document(
            "b.md",
            "# B\n\nThe billing worker reads from the job queue. Redis is small. The order service uses Redis.\n",
        ),
    ];
    let forward = claims(&pages);
    let mut backward = claims(&[pages[1].clone(), pages[0].clone()]);
    backward.sort();
    let mut forward_sorted = forward;
    forward_sorted.sort();
    assert_eq!(forward_sorted, backward);
}

#[test]
fn the_context_digest_moves_only_with_names_the_document_uses() {
    let page = document("a.md", &format!("{PARTS}The order service calls the billing worker.\n"));
    let other = document("b.md", "# Cellar\n\n| Service | Use |\n|---|---|\n| wine rack controller | turns |\n");
    let alone = cairn_prose::gather(&[cairn_prose::survey(&page)]);
    let both = cairn_prose::gather(&[cairn_prose::survey(&page), cairn_prose::survey(&other)]);
    assert_eq!(cairn_prose::context_digest(&page, &alone), cairn_prose::context_digest(&page, &both));
    assert_ne!(cairn_prose::context_digest(&other, &alone), cairn_prose::context_digest(&other, &both));
}

#[test]
fn every_quote_of_the_corpora_is_verbatim() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let Ok(systems) = root.read_dir() else {
        println!("skipped: `{}` is not there", root.display());
        return;
    };
    let mut total = 0;
    for system in systems.flatten() {
        let documents = documents_under(&system.path().join("docs"));
        let found = claims(&documents);
        all_verbatim(&documents, &found);
        total += found.len();
    }
    assert!(total > 1_000, "only {total} claims");
}

fn documents_under(root: &Path) -> Vec<Document> {
    let mut folders = vec![root.to_path_buf()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().into_iter().flatten().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.sort();
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(root).ok()?.to_string_lossy().into_owned();
        cairn_ingest::read(&name, &std::fs::read(path).ok()?, Limits { document_bytes_max: 1 << 22 }).ok()
    };
    files.iter().filter_map(read).collect()
}
