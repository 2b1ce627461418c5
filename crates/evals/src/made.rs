//! A made-up organisation of any size: documents about parts that call each other, mostly of words that say nothing about them, as
//! documents are. The same numbers give the same bytes.

use std::path::Path;

/// A part has so many documents.
const DOCUMENTS_PER_PART: usize = 20;
/// In so many sentences one speaks of a part.
const SENTENCES_PER_STATEMENT: usize = 12;

const FIRST: &[&str] = &[
    "Amber", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Heron", "Iris", "Juniper", "Kelp", "Larch", "Moss",
];
const SECOND: &[&str] = &[
    "Billing",
    "Catalogue",
    "Delivery",
    "Export",
    "Forecast",
    "Intake",
    "Ledger",
    "Mailing",
    "Pricing",
    "Routing",
    "Stock",
];
const THIRD: &[&str] = &["Service", "API", "Worker", "Store", "Gateway", "Queue"];

const FILLER: &[&str] = &[
    "The quarter before was a quiet one and most of the plan was kept.",
    "Two people joined and one went on to something else in spring.",
    "It took longer than hoped, for reasons that are told elsewhere.",
    "Much of the wording below is older than the last change of the plan.",
    "Questions are welcome at any time and in any form.",
    "Some of the pictures are out of date and will be drawn again.",
    "Nothing in this part was decided without those who have to live with it.",
];

/// The path of a document.
pub fn path(number: usize) -> String {
    format!("area-{:02}/part-{:03}/note-{number:05}.md", number / DOCUMENTS_PER_PART % 40, number / DOCUMENTS_PER_PART)
}

/// The text of a document, of about `bytes`.
pub fn text(number: usize, bytes: usize) -> String {
    let part = number / DOCUMENTS_PER_PART;
    let own = name(part);
    let mut text = format!("# Note {number} about {own}\n\n");
    let mut sentences = 0;
    while text.len() < bytes {
        if sentences % (SENTENCES_PER_STATEMENT * 4) == 0 {
            text.extend([format!("\n## Part {}\n\n", sentences / SENTENCES_PER_STATEMENT)]);
        }
        if sentences % SENTENCES_PER_STATEMENT == 3 {
            text += &statement(part, number + sentences / SENTENCES_PER_STATEMENT);
        } else {
            text += FILLER.get((number + sentences) % FILLER.len()).copied().unwrap_or_default();
        }
        text.push(if sentences % 4 == 3 { '\n' } else { ' ' });
        sentences += 1;
    }
    text.push('\n');
    text
}

/// Writes `documents` documents below `folder`.
pub fn write(folder: &Path, documents: usize, bytes: usize) -> std::io::Result<()> {
    for number in 0..documents {
        let path = folder.join(path(number));
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, text(number, bytes))?;
    }
    Ok(())
}

fn name(part: usize) -> String {
    let word = |words: &[&'static str], at: usize| words.get(at % words.len()).copied().unwrap_or_default();
    let (first, rest) = (part % FIRST.len(), part / FIRST.len());
    format!("{} {} {}", word(FIRST, first), word(SECOND, rest), word(THIRD, rest / SECOND.len()))
}

fn statement(part: usize, turn: usize) -> String {
    let (own, other) = (name(part), name((part * 7 + turn) % (part + 20)));
    match turn % 5 {
        0 => format!("The {own} calls the {other} over HTTPS."),
        1 => format!("The {own} does not authenticate requests to `GET /v1/part-{part}`."),
        2 => format!("The {own} stores orders in PostgreSQL without encryption."),
        3 => format!("The {own} is reachable from the internet."),
        _ => format!("Rate limiting will be added to the {own} later."),
    }
}
