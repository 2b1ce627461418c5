//! Which passages are asked about, whatever their words.

use std::collections::BTreeSet;

use cairn_model::{ClaimKind, Date, SourceType, Trust};

/// Conditions on passages. Conditions of several kinds must all hold; of several of one kind, any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Types of which the document must have one.
    pub source_types: BTreeSet<SourceType>,
    /// Kinds of which a claim of the passage must have one.
    pub claim_kinds: BTreeSet<ClaimKind>,
    /// Folders or paths of which one must hold the document.
    pub folders: BTreeSet<String>,
    /// Words that must follow each other in the name of a component that the passage is about.
    pub components: BTreeSet<Vec<String>>,
    /// The document's date is this one or later. A document without a date has none.
    pub after: Option<Date>,
    /// The document's date is earlier.
    pub before: Option<Date>,
    /// How far the document's word goes.
    pub trust: Option<Trust>,
}

impl Filter {
    /// Whether everything passes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A date as a number that orders like the date: `20250131`.
pub(crate) fn day_number(date: Date) -> u64 {
    date.to_string().chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or_default()
}

/// The first day that `text` names: `2025`, `2025-01` or `2025-01-31`.
pub(crate) fn first_day(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let month = parts.next().map_or(Some(1), |month| month.parse().ok())?;
    let day = parts.next().map_or(Some(1), |day| day.parse().ok())?;
    if parts.next().is_some() { None } else { Date::new(year, month, day) }
}
