//! Tables whose header names what a row lists: components with their owners, data with class, place and retention.

use cairn_model::{Block, BlockKind, Classification, ComponentClaim, DataClaim, Document, Handling, Term as _};

use super::text::Text;
use crate::facts::{Facts, Place};

const COMPONENT: [&str; 6] = ["component", "service", "part", "system", "application", "container"];
const OWNER: [&str; 4] = ["owner", "team", "owned by", "owning team"];
const DATA: [&str; 6] = ["data", "data set", "dataset", "data type", "data element", "information"];
const CLASS: [&str; 5] = ["class", "classification", "category", "sensitivity", "data class"];
const PLACE: [&str; 7] = ["where", "stored in", "store", "storage", "location", "kept in", "data store"];
const RETENTION: [&str; 5] = ["retention", "kept for", "how long", "retention period", "kept"];

/// Longer names are sentences.
const NAME_WORDS_MAX: usize = 4;

/// Words of a data set's name; what follows describes it.
const DATA_WORDS_MAX: usize = 8;

/// Reads every table whose first column says what a row is.
pub(super) fn read(document: &Document, facts: &mut Facts<'_>) {
    let mut header: Vec<String> = Vec::new();
    for block in &document.blocks {
        let BlockKind::TableRow { header: is_header, .. } = block.kind else {
            header.clear();
            continue;
        };
        let cells: Vec<Text> = block.cells.iter().map(|cell| Text::of(document, cell)).collect();
        if is_header {
            header = cells.iter().map(|cell| cell.shown().trim().to_lowercase()).collect();
            continue;
        }
        let row = Row { header: &header, cells: &cells, block };
        if row.is_of(&COMPONENT) {
            component(&row, facts);
        } else if row.is_of(&DATA) {
            data(&row, facts);
        }
    }
}

struct Row<'r> {
    header: &'r [String],
    cells: &'r [Text],
    block: &'r Block,
}

impl Row<'_> {
    fn is_of(&self, kinds: &[&str]) -> bool {
        self.header.first().is_some_and(|first| kinds.contains(&first.as_str()))
    }

    /// The cell under the column of one of these names, if there is anything in it.
    fn cell(&self, names: &[&str]) -> Option<&str> {
        let column = self.header.iter().position(|column| names.contains(&column.as_str()))?;
        let text = self.cells.get(column)?.shown().trim();
        (!matches!(text.to_lowercase().as_str(), "" | "-" | "–" | "—" | "none" | "tbd" | "n/a" | "?")).then_some(text)
    }

    fn first(&self) -> &str {
        self.cells.first().map(|cell| cell.shown().trim()).unwrap_or_default()
    }

    fn place(&self) -> Place {
        Place::exact(self.block.span.start..self.block.span.end)
    }
}

fn component(row: &Row<'_>, facts: &mut Facts<'_>) {
    let (name, Some(owner)) = (row.first(), row.cell(&OWNER)) else { return };
    if is_name(name) && is_name(owner) {
        let claim =
            ComponentClaim { name: name.to_owned(), owner: Some(owner.to_owned()), ..ComponentClaim::default() };
        facts.component(claim, &[row.place()]);
    }
}

fn data(row: &Row<'_>, facts: &mut Facts<'_>) {
    let name = data_name(row.first());
    let component = row.cell(&PLACE).filter(|place| is_name(place));
    let classification = row.cell(&CLASS).and_then(class);
    let retention = row.cell(&RETENTION);
    if name.is_empty()
        || name.split_whitespace().count() > DATA_WORDS_MAX
        || (classification.is_none() && component.is_none())
    {
        return;
    }
    let claim = DataClaim {
        name: name.to_owned(),
        component: component.map(str::to_owned),
        classification,
        handling: component.iter().map(|_| Handling::Stores).collect(),
        encrypted_at_rest: None,
        retention: retention.filter(|_| component.is_some()).map(str::to_owned),
    };
    facts.data(claim, &[row.place()]);
}

/// The name without what is said about it: "photo, when it is asked for" is "photo".
fn data_name(cell: &str) -> &str {
    let ends = [" (", ", when ", ", if ", ", where ", ", only "].iter().filter_map(|mark| cell.find(mark));
    cell.get(..ends.min().unwrap_or(cell.len())).unwrap_or(cell).trim()
}

fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=NAME_WORDS_MAX).contains(&words)
        && !text.contains([',', ';', ':', '/'])
        && text.chars().any(char::is_alphabetic)
}

/// The class that a cell names, if it names one only.
fn class(cell: &str) -> Option<Classification> {
    let lower = cell.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let named = |class: &Classification| {
        let also = if *class == Classification::Personal { "pii" } else { class.as_str() };
        words
            .iter()
            .any(|word| *word == class.as_str() || *word == also || word.strip_suffix('s') == Some(class.as_str()))
    };
    let mut found = Classification::ALL.iter().copied().filter(named);
    let class = found.next()?;
    found.next().is_none().then_some(class)
}
