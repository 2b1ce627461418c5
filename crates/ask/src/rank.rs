//! Which sentences answer a question: those that speak of what it wants, in their own words or those around them.

use std::collections::BTreeMap;

use cairn_model::{DocumentId, Span};

use crate::library::Library;
use crate::question::{Question, Want};
use crate::units::{Shape, Unit};

/// A passage that a search found for the question, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The document.
    pub document: DocumentId,
    /// Its bytes in the document.
    pub span: Span,
}

/// The most sentences that are looked at closely.
const CANDIDATES_MAX: usize = 400;

/// What a word counts that stands around a sentence and not in it.
const IN_LEAD: f64 = 0.85;
const IN_HEADING: f64 = 0.7;
const IN_NEIGHBOUR: f64 = 0.5;
const IN_TITLE: f64 = 0.5;
const IN_SECTION: f64 = 0.3;

/// What counts beside the words wanted.
const OWN_WORDS: f64 = 0.45;
const PASSAGE_FOUND: f64 = 0.25;
const EXPECTED_SHOWN: f64 = 0.15;
const DEMANDED_SHOWN: f64 = 0.3;

/// A sentence far from every name of the question speaks of something else.
const NAMED_MIN: f64 = 0.35;
const OF_OTHERS: f64 = 0.2;

const SAME_PLACE: f64 = 0.3;
const UNDER_HEADING: f64 = 0.35;

/// A heading that speaks of so much of what is wanted, with the title above it, is answered by what stands under it.
const HEADING_MIN: f64 = 0.5;

/// The most sentences under such a heading that count as answers.
const UNDER_HEADING_MAX: usize = 12;

/// A passage counts the less the later the search names it: half at this rank.
const HALF_AT_RANK: f64 = 4.0;

/// A sentence of more words says many things at once.
const LONG_WORDS: usize = 50;

/// A sentence as an answer.
#[derive(Clone, Debug)]
pub(crate) struct Scored {
    /// Index of the unit.
    pub(crate) at: usize,
    /// What it is worth as an answer.
    pub(crate) score: f64,
    /// How much of what is wanted stands in it or around it, from 0 to 1.
    pub(crate) covered: f64,
    /// Whether it shows what is expected.
    pub(crate) is_expected: bool,
    /// For each want how well it is met, in it or around it.
    pub(crate) met: Vec<f64>,
    /// The same in it alone.
    pub(crate) own_met: Vec<f64>,
}

/// Sentences for a question, best first.
pub(crate) fn rank(
    question: &Question,
    library: &Library,
    found: &[Found],
    places: &[(DocumentId, usize)],
) -> Vec<Scored> {
    let total: f64 = question.wants.iter().map(|it| it.weight).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let bonus = passage_bonus(library, found);
    let mut candidates: Vec<(f64, usize)> = own_words(question, library)
        .into_iter()
        .map(|(at, own)| {
            let passage = bonus.get(&at).copied().unwrap_or_default();
            (own / total + passage, at)
        })
        .collect();
    candidates.extend(bonus.iter().map(|(at, passage)| (*passage, *at)));
    let under = under_headings(question, library, total);
    candidates.extend(under.iter().map(|(at, worth)| (*worth, *at)));
    candidates.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut seen = std::collections::BTreeSet::new();
    candidates.retain(|(_, at)| seen.insert(*at));
    candidates.truncate(CANDIDATES_MAX);
    let here: Vec<(usize, usize)> =
        places.iter().filter_map(|(id, start)| Some((library.document(id)?, *start))).collect();
    let mut scored: Vec<Scored> = candidates
        .into_iter()
        .filter_map(|(_, at)| {
            let mut scored = score(question, library, at, total)?;
            scored.score += PASSAGE_FOUND * bonus.get(&at).copied().unwrap_or_default();
            scored.score += UNDER_HEADING * under.get(&at).copied().unwrap_or_default();
            if question.follows && is_in_place(library, at, &here) {
                scored.score += SAME_PLACE;
            }
            Some(scored)
        })
        .collect();
    scored.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.at.cmp(&other.at)));
    scored
}

/// Whether a sentence stands in a section in which the last answer stood.
fn is_in_place(library: &Library, at: usize, here: &[(usize, usize)]) -> bool {
    let Some(unit) = library.units.get(at) else { return false };
    here.iter().any(|(document, start)| {
        let of_section = |it: &Unit| it.document == *document && it.span.start <= *start && *start < it.span.end;
        let near = library.units.list.iter().skip(at.saturating_sub(40)).take(80);
        unit.document == *document && near.filter(|it| it.section == unit.section).any(of_section)
    })
}

/// How well the search found the passage that a unit lies in, by unit.
fn passage_bonus(library: &Library, found: &[Found]) -> BTreeMap<usize, f64> {
    let mut bonus = BTreeMap::new();
    for (rank, passage) in found.iter().enumerate() {
        let Some(document) = library.document(&passage.document) else { continue };
        let list = &library.units.list;
        let first = list.partition_point(|it| (it.document, it.span.end) <= (document, passage.span.start));
        let within = list.iter().enumerate().skip(first);
        let within = within.take_while(|(_, it)| it.document == document && it.span.start < passage.span.end);
        #[expect(clippy::cast_precision_loss, reason = "a rank of at most some hundreds")]
        let worth = HALF_AT_RANK / (HALF_AT_RANK + rank as f64);
        for (at, _) in within {
            bonus.entry(at).or_insert(worth);
        }
    }
    bonus
}

/// The first units under headings that speak of what is wanted, with how much of it.
fn under_headings(question: &Question, library: &Library, total: f64) -> BTreeMap<usize, f64> {
    let mut under = BTreeMap::new();
    for section in &library.units.sections {
        let around = [(1.0, section.stems.as_slice()), (1.0, &section.title)];
        let in_headings = [(1.0, section.stems.as_slice())];
        let met = |around: &[(f64, &[u32])]| -> f64 {
            question.wants.iter().map(|want| want.weight * worth_in(want, around)).sum::<f64>() / total
        };
        // A title alone is of the whole document and answers nothing.
        if met(&in_headings) < HEADING_MIN / 3.0 || met(&around) < HEADING_MIN {
            continue;
        }
        let worth = met(&around);
        for (place, at) in section.units.clone().take(UNDER_HEADING_MAX).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a place of at most a dozen")]
            let worth = worth * HALF_AT_RANK / (HALF_AT_RANK + place as f64);
            under.insert(at, worth);
        }
    }
    under
}

/// How much of what is wanted stands in each unit itself.
fn own_words(question: &Question, library: &Library) -> BTreeMap<usize, f64> {
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    for want in &question.wants {
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for alternative in &want.alternatives {
            let rarest = alternative.stems.iter().min_by_key(|it| library.units.vocabulary.spread(**it));
            for at in rarest.map(|it| library.units.with(*it)).unwrap_or_default() {
                let at = *at as usize;
                let worth = best.entry(at).or_default();
                *worth = worth.max(alternative.worth);
            }
        }
        for (at, worth) in best {
            *sums.entry(at).or_default() += want.weight * worth;
        }
    }
    sums
}

fn score(question: &Question, library: &Library, at: usize, total: f64) -> Option<Scored> {
    let units = &library.units;
    let unit = units.get(at)?;
    let surroundings = surroundings(library, at, unit);
    let (mut covered, mut own) = (0.0, 0.0);
    let (mut met, mut own_met) = (Vec::new(), Vec::new());
    for want in &question.wants {
        let in_unit = worth_in(want, &[(1.0, unit.stems.as_slice())]);
        let around = worth_in(want, &surroundings).max(in_unit);
        own += want.weight * in_unit;
        covered += want.weight * around;
        met.push(around);
        own_met.push(in_unit);
    }
    let (covered, own) = (covered / total, own / total);
    let is_expected = question.expected.is_some_and(|it| it.is_shown(&unit.shown));
    let is_demanded = question.expected.is_some_and(|it| it.is_demanded);
    let shown = if is_demanded { DEMANDED_SHOWN } else { EXPECTED_SHOWN };
    let mut score = covered + OWN_WORDS * own + if is_expected { shown } else { 0.0 };
    let names = question.wants.iter().zip(&met).filter(|(want, _)| want.is_name && !want.is_carried);
    if names.clone().next().is_some() && names.into_iter().all(|(_, met)| *met < NAMED_MIN) {
        score -= OF_OTHERS;
    }
    score -= match unit.shape {
        Shape::Heading => 0.5,
        Shape::Code => 0.25,
        Shape::Sentence | Shape::Item | Shape::Row => 0.0,
    };
    if unit.shown.ends_with('?') {
        score -= 0.15;
    }
    if unit.length < 4 {
        score -= 0.1;
    } else if unit.length > LONG_WORDS {
        #[expect(clippy::cast_precision_loss, reason = "words of one sentence")]
        let more = (unit.length - LONG_WORDS) as f64;
        score -= (0.05 + 0.002 * more).min(0.3);
    }
    Some(Scored { at, score, covered, is_expected, met, own_met })
}

/// The words in and around a unit, with what they count.
fn surroundings<'l>(library: &'l Library, at: usize, unit: &'l Unit) -> Vec<(f64, &'l [u32])> {
    let units = &library.units;
    let mut around: Vec<(f64, &[u32])> = vec![(1.0, unit.stems.as_slice())];
    let lead = unit.lead.and_then(|at| units.get(at));
    around.extend(lead.map(|it| (IN_LEAD, it.stems.as_slice())));
    let above = lead.and_then(|it| it.lead).and_then(|at| units.get(at));
    around.extend(above.map(|it| (IN_LEAD * IN_LEAD, it.stems.as_slice())));
    for (neighbour, worth) in [
        (at.wrapping_sub(1), IN_NEIGHBOUR),
        (at + 1, IN_NEIGHBOUR),
        (at.wrapping_sub(2), IN_SECTION),
        (at + 2, IN_SECTION),
    ] {
        let near = units.get(neighbour).filter(|it| it.section == unit.section);
        around.extend(near.map(|it| (worth, it.stems.as_slice())));
    }
    if let Some(section) = units.section_of(unit) {
        around.push((IN_HEADING, &section.stems));
        around.push((IN_TITLE, &section.title));
        around.push((IN_SECTION, &section.all));
    }
    around
}

/// How well a want is met by words around: the best alternative, each of its words where it counts most.
fn worth_in(want: &Want, around: &[(f64, &[u32])]) -> f64 {
    let stem_worth = |stem: &u32| {
        let there = around.iter().filter(|(_, stems)| stems.binary_search(stem).is_ok());
        there.map(|(worth, _)| *worth).fold(0.0, f64::max)
    };
    let of_alternative =
        |it: &crate::question::Alternative| it.worth * it.stems.iter().map(stem_worth).fold(1.0, f64::min);
    want.alternatives.iter().map(of_alternative).fold(0.0, f64::max)
}
