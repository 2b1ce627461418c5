//! Entries of a risk register: a sentence that accepts a risk, and the fields that say who stands for it and until when.

use cairn_model::{AcceptedRiskClaim, BlockKind, Document};

use super::text::Text;
use crate::facts::{Facts, Place};

/// Words by which a sentence accepts what it speaks of.
const ACCEPTING: [&str; 5] = ["we accept ", "accepted,", "accepted:", "is accepted", "are accepted"];

const OWNER: [&str; 6] = ["owner", "risk owner", "accepted by", "approved by", "signed off by", "responsible"];
const ACCEPTED_ON: [&str; 4] = ["accepted on", "accepted at", "date of acceptance", "acceptance date"];
const EXPIRES_ON: [&str; 11] = [
    "expires on",
    "expires",
    "expiry",
    "expiry date",
    "valid until",
    "accepted until",
    "review by",
    "review on",
    "next review",
    "to be reviewed by",
    "revisit by",
];

/// The end in running words: "To be looked at again by 2027-01-31".
const AGAIN: [&str; 4] = ["looked at again by", "reviewed again by", "revisited by", "reconsidered by"];

/// One entry for each section that accepts a risk and has a field. In a section with several such sentences nobody knows
/// whose the listed fields are, so that only fields beside a sentence are its own.
pub(super) fn read(document: &Document, facts: &mut Facts<'_>) {
    for section in &document.sections {
        let texts: Vec<Text> = document
            .blocks_of(section)
            .iter()
            .filter(|block| matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem { .. }))
            .filter_map(|block| block.cells.first())
            .map(|inline| Text::of(document, inline))
            .collect();
        let accepting: Vec<usize> = (0..texts.len()).filter(|at| texts.get(*at).is_some_and(accepts)).collect();
        for at in &accepting {
            let alone = accepting.len() == 1;
            let fields: Vec<&Text> =
                texts.iter().enumerate().filter(|(of, _)| of == at || alone).map(|(_, it)| it).collect();
            if let Some(text) = texts.get(*at) {
                entry(text, &fields, facts);
            }
        }
    }
}

fn accepts(text: &Text) -> bool {
    text.sentences().any(|sentence| is_accepting(text.words(&sentence)))
}

fn is_accepting(sentence: &str) -> bool {
    let sentence = sentence.to_lowercase();
    let denied =
        ["not accept", "never accept", "n't accept", "no longer accept"].iter().any(|it| sentence.contains(it));
    !denied && !sentence.ends_with('?') && ACCEPTING.iter().any(|phrase| sentence.contains(phrase))
}

fn entry(text: &Text, fields: &[&Text], facts: &mut Facts<'_>) {
    let Some(sentence) = text.sentences().find(|sentence| is_accepting(text.words(sentence))) else { return };
    let mut claim = AcceptedRiskClaim {
        statement: text.words(&sentence).trim_end_matches(['.', ';']).to_owned(),
        about: Vec::new(),
        owner: None,
        accepted_on: None,
        expires_on: None,
        rationale: None,
    };
    let mut places: Vec<Place> = text.place(&sentence).into_iter().collect();
    for field in fields {
        for sentence in field.sentences() {
            if set(&mut claim, field.words(&sentence)) {
                places.extend(field.place(&sentence));
            }
        }
    }
    // Without a field it is no record, and the prose reader's alone.
    if places.len() > 1 {
        facts.accepted_risk(claim, &places);
    }
}

/// Takes the field over, if it is one.
fn set(claim: &mut AcceptedRiskClaim, sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let again = AGAIN.iter().find_map(|words| lower.find(words).map(|at| at + words.len()));
    if let Some(date) = again.and_then(|at| sentence.get(at..)) {
        return fill(&mut claim.expires_on, date);
    }
    let Some((label, value)) = sentence.split_once(':') else { return false };
    let label = label.trim().to_lowercase();
    let is = |names: &[&str]| names.contains(&label.as_str());
    if is(&OWNER) {
        fill(&mut claim.owner, value)
    } else if is(&ACCEPTED_ON) {
        fill(&mut claim.accepted_on, value)
    } else if is(&EXPIRES_ON) {
        fill(&mut claim.expires_on, value)
    } else {
        false
    }
}

fn fill(field: &mut Option<String>, value: &str) -> bool {
    let value = value.trim().trim_end_matches('.').trim();
    let unknown = matches!(value.to_lowercase().as_str(), "" | "-" | "tbd" | "unknown" | "none" | "n/a");
    if unknown || field.is_some() {
        return false;
    }
    *field = Some(value.to_owned());
    true
}
