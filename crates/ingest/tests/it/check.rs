//! Reading a text, printing its blocks in one line each, and the invariants of every document.

use std::fmt::Write as _;

use cairn_ingest::{Limits, read};
use cairn_model::{Block, BlockKind, Document, Run, Span, Style};

pub(crate) const LIMITS: Limits = Limits { document_bytes_max: 4_000_000 };

/// Reads `text` as the file `path` and checks the invariants.
pub(crate) fn document(path: &str, text: &str) -> Document {
    let document = read(path, text.as_bytes(), LIMITS).expect("the text is a document");
    assert_invariants(&document);
    assert_eq!(&*document.text, text);
    document
}

/// Why `bytes` are skipped.
pub(crate) fn skipped(path: &str, bytes: &[u8]) -> String {
    read(path, bytes, LIMITS).expect_err("the file is skipped").reason
}

/// Asserts that `text`, read as `path`, has these blocks: one line each, kind, then the runs between `|`.
#[track_caller]
pub(crate) fn blocks(path: &str, text: &str, expected: &str) {
    let document = document(path, text);
    let shown: String = document.blocks.iter().fold(String::new(), |mut shown, block| {
        writeln!(shown, "{}", line(&document, block)).unwrap();
        shown
    });
    let expected = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(shown.lines().map(str::trim_end).collect::<Vec<_>>(), expected, "\n{shown}");
}

fn line(document: &Document, block: &Block) -> String {
    let cells = block.cells.iter().map(|runs| runs.iter().map(|run| piece(document, run)).collect::<String>());
    format!("{} {}", kind(&block.kind), cells.collect::<Vec<_>>().join(" | "))
}

/// `/` for a line break before the run, and the style in front of braces.
fn piece(document: &Document, run: &Run) -> String {
    let text = document.slice(run.span);
    let Style { code, strong, link, strike } = run.style;
    let marks: String = [(code, 'c'), (strong, 's'), (link, 'l'), (strike, 'x')]
        .iter()
        .filter(|(set, _)| *set)
        .map(|(_, m)| *m)
        .collect();
    let text = if marks.is_empty() { text.to_owned() } else { format!("{marks}{{{text}}}") };
    if run.after_break { format!("/{text}") } else { text }
}

fn kind(kind: &BlockKind) -> String {
    match kind {
        BlockKind::Heading(level) => format!("h{level}"),
        BlockKind::Paragraph => "p".to_owned(),
        BlockKind::ListItem { depth, ordered, task } => {
            let task = task.map_or("", |done| if done { "x" } else { "o" });
            format!("{}{depth}{task}", if *ordered { "ol" } else { "ul" })
        }
        BlockKind::TableRow { table, header } => format!("{}{table}", if *header { "th" } else { "tr" }),
        BlockKind::Code(language) => format!("code({language})"),
        BlockKind::FrontMatter => "front".to_owned(),
        BlockKind::Html => "html".to_owned(),
    }
}

/// What holds for every document, whatever its bytes were.
pub(crate) fn assert_invariants(document: &Document) {
    let text = &document.text;
    let is_span = |span: Span| span.start <= span.end && span.of(text).is_some();
    for block in &document.blocks {
        assert!(is_span(block.span), "{block:?} is no span of {text:?}");
        for runs in &block.cells {
            for run in runs {
                assert!(is_span(run.span), "{run:?} is no span of {text:?}");
                assert!(block.span.contains(run.span), "{run:?} leaves {block:?} of {text:?}");
            }
            assert!(runs.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{runs:?} overlap in {text:?}");
            assert!(runs.first().is_none_or(|run| !run.after_break), "{runs:?} begin with a break in {text:?}");
        }
    }
    for pair in document.blocks.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start, "{pair:?} overlap in {text:?}");
    }
    let mut next = 0;
    for section in &document.sections {
        assert!(is_span(section.span));
        assert_eq!(section.blocks.start, next, "sections leave blocks out");
        next = section.blocks.end;
        assert!(document.blocks_of(section).iter().all(|block| section.span.contains(block.span)));
    }
    assert_eq!(next, document.blocks.len(), "sections leave blocks out");
    for passage in cairn_ingest::passages(document) {
        assert!(is_span(passage.span) && !passage.span.is_empty());
    }
}
