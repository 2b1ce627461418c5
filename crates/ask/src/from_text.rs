//! Sentences from the texts: the best ones quoted as they stand, with the list they lead into, as few as will do.

use std::collections::BTreeSet;

use cairn_model::{DocumentId, Span};

use crate::answer::{AnswerStatus, Origin, Sentence};
use crate::question::Question;
use crate::rank::Scored;
use crate::units::Shape;
use crate::{Facts, Library};

/// The most passages that are quoted.
const QUOTES_MAX: usize = 6;

/// The most bytes of one quote, and of all.
const QUOTE_BYTES_MAX: usize = 1_000;
const ALL_BYTES_MAX: usize = 2_200;

/// How near to the best a sentence must be to be quoted beside it.
const NEAR_BEST: f64 = 0.72;

/// How much of what is wanted a sentence must add to be quoted although it is less near.
const ADDS_MIN: f64 = 0.12;

/// The most items of a list that are quoted for one of them.
const ITEMS_MAX: usize = 14;

/// The most items below an item that are quoted with it.
const DETAILS_MAX: usize = 5;

/// So many of the best sentences are quoted with the one that follows, unless that is too long.
const CONTINUED: usize = 2;
const GOING_ON_BYTES_MAX: usize = 300;

/// What is documented is covered so far by all sentences, and so far by one of them.
const COVERED_MIN: f64 = 0.6;
const TOGETHER_COVERED_MIN: f64 = 0.35;

/// A question that goes on has its subject from what was said, and says itself less.
const COVERED_MIN_FOLLOWING: f64 = 0.4;
const MISSING_MAX_FOLLOWING: f64 = 0.6;

/// What is answered in full is covered so far.
const COVERED_WELL: f64 = 0.72;

/// A word of the question that is met less than this is missing.
const MET_MIN: f64 = 0.35;

/// A word of the question that stands in a sentence, what leads to it or its heading is met so far.
const NEAR_MIN: f64 = 0.49;

/// A word of the question, or one that is used for it, that stands in a sentence itself is met so far.
const OWN_MIN: f64 = 0.6;

/// How much of what is asked must stand where the kind of thing that is expected is shown.
const TOGETHER_MIN: f64 = 0.5;

/// A part of the question of this weight that no sentence meets leaves the question open.
const MISSING_MAX: f64 = 0.4;

/// What the texts say to a question.
#[derive(Debug, Default)]
pub(crate) struct FromText {
    pub(crate) status: AnswerStatus,
    pub(crate) sentences: Vec<Sentence>,
    /// Where the sentences stand.
    pub(crate) places: Vec<(DocumentId, usize)>,
    /// Words of the question that no sentence speaks of.
    pub(crate) missing: Vec<String>,
}

/// What a judgement rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Grounds {
    /// How much of what is wanted the sentences speak of, all together.
    covered: f64,
    /// The same of the one that speaks of most.
    together: f64,
    /// How much of what is asked none of them speaks of.
    missing: f64,
    /// How well they speak of the sort of thing that is asked for.
    sort: f64,
    /// Whether one of them shows the kind of thing that is expected.
    is_expected: bool,
}

pub(crate) fn from_text(question: &Question, ranked: &[Scored], facts: &Facts<'_>, library: &Library) -> FromText {
    let chosen = chosen(question, ranked, library);
    if chosen.is_empty() {
        return FromText::default();
    }
    let total: f64 = question.wants.iter().map(|it| it.weight).sum();
    let met = |at: usize| chosen.iter().filter_map(|it| it.met.get(at)).copied().fold(0.0, f64::max);
    let asked = question.wants.iter().enumerate().filter(|(_, want)| !want.is_carried);
    let weight: f64 = asked.clone().map(|(_, want)| want.weight).sum();
    let lacking: Vec<(usize, f64)> =
        asked.filter(|(at, _)| met(*at) < MET_MIN).map(|(at, want)| (at, want.weight)).collect();
    let sorts = question.wants.iter().enumerate().filter(|(_, want)| want.is_sort);
    let grounds = Grounds {
        covered: question.wants.iter().enumerate().map(|(at, want)| want.weight * met(at)).sum::<f64>() / total,
        together: chosen.iter().map(|it| it.covered).fold(0.0, f64::max),
        missing: lacking.iter().map(|(_, weight)| weight).sum::<f64>() / weight.max(f64::MIN_POSITIVE),
        sort: sorts.map(|(at, _)| met(at)).fold(1.0, f64::min),
        is_expected: chosen.iter().any(|it| it.is_expected && together(question, it)),
    };
    let missing = lacking.iter().filter_map(|(at, _)| question.wants.get(*at)).map(|it| it.shown.clone()).collect();
    let status = judged(question, &grounds);
    if status == AnswerStatus::NotDocumented {
        return FromText { status, missing, ..FromText::default() };
    }
    let mut text = FromText { status, missing, ..FromText::default() };
    for quote in quotes(question, &chosen, library) {
        text.extend(&quote, facts, library);
    }
    text
}

/// The share of what is asked that is met so far, with or without names.
fn share(question: &Question, met: &[f64], min: f64, with_names: bool) -> f64 {
    let asked = || question.wants.iter().zip(met).filter(|(want, _)| !want.is_carried && (with_names || !want.is_name));
    let weight: f64 = asked().map(|(want, _)| want.weight).sum();
    let there: f64 = asked().filter(|(_, met)| **met >= min).map(|(want, _)| want.weight).sum();
    if weight > 0.0 { there / weight } else { 1.0 }
}

/// Whether a sentence shows the kind of thing that is expected of what is asked: its own words say most of the question, and what is
/// named is named in it or near it.
fn together(question: &Question, scored: &Scored) -> bool {
    share(question, &scored.own_met, OWN_MIN, false) >= TOGETHER_MIN
        && share(question, &scored.met, NEAR_MIN, true) >= TOGETHER_MIN
}

/// Whether what was found answers.
fn judged(question: &Question, grounds: &Grounds) -> AnswerStatus {
    let lacks_kind = question.expected.is_some_and(|it| it.is_demanded) && !grounds.is_expected;
    let is_spoken_of = if question.follows {
        grounds.covered >= COVERED_MIN_FOLLOWING && grounds.missing <= MISSING_MAX_FOLLOWING
    } else {
        grounds.covered >= COVERED_MIN
            && grounds.together >= TOGETHER_COVERED_MIN
            && grounds.missing <= MISSING_MAX
            && grounds.sort >= MET_MIN
    };
    if lacks_kind || !is_spoken_of {
        AnswerStatus::NotDocumented
    } else if grounds.covered < COVERED_WELL {
        AnswerStatus::Partly
    } else {
        AnswerStatus::Answered
    }
}

/// The best sentence, those that are nearly as good, and those that add what is still wanted.
fn chosen<'s>(question: &Question, ranked: &'s [Scored], library: &Library) -> Vec<&'s Scored> {
    let total: f64 = question.wants.iter().map(|it| it.weight).sum();
    let mut chosen: Vec<&Scored> = Vec::new();
    let mut met: Vec<f64> = vec![0.0; question.wants.len()];
    let mut said: BTreeSet<&str> = BTreeSet::new();
    let is_demanded = question.expected.is_some_and(|it| it.is_demanded);
    let best = ranked.first().map(|it| it.score).unwrap_or_default();
    for scored in ranked.iter().take(60) {
        if chosen.len() == QUOTES_MAX {
            break;
        }
        let Some(unit) = library.units.get(scored.at).filter(|it| it.shape != Shape::Heading) else { continue };
        let adds: f64 = question
            .wants
            .iter()
            .zip(scored.met.iter().zip(&met))
            .map(|(want, (now, before))| want.weight * (now - before).max(0.0))
            .sum();
        let is_near = scored.score >= NEAR_BEST * best;
        let fits = !is_demanded || scored.is_expected || chosen.is_empty();
        if !(chosen.is_empty() || is_near && fits || adds / total >= ADDS_MIN) || !said.insert(&unit.shown) {
            continue;
        }
        for (before, now) in met.iter_mut().zip(&scored.met) {
            *before = before.max(*now);
        }
        chosen.push(scored);
    }
    chosen
}

/// The units of each quote: what was chosen, with the lists it leads into, joined where it stands together.
fn quotes(question: &Question, chosen: &[&Scored], library: &Library) -> Vec<Vec<usize>> {
    let mut quotes: Vec<Vec<usize>> = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for (number, scored) in chosen.iter().enumerate() {
        let mut units = with_list(question, scored.at, library);
        // What the best sentence says is often finished by the next.
        let next = scored.at + 1;
        if number < CONTINUED
            && library.units.get(next).is_some_and(|it| it.goes_on && it.shown.len() <= GOING_ON_BYTES_MAX)
        {
            units.push(next);
        }
        units.retain(|it| !taken.contains(it));
        if units.is_empty() {
            continue;
        }
        taken.extend(units.iter().copied());
        let touches = |quote: &&mut Vec<usize>| {
            quote
                .iter()
                .any(|one| units.iter().any(|other| one.abs_diff(*other) == 1 && same_section(library, *one, *other)))
        };
        match quotes.iter_mut().find(touches) {
            Some(quote) => quote.append(&mut units),
            None => quotes.push(units),
        }
    }
    for quote in &mut quotes {
        quote.sort_unstable();
    }
    quotes
}

fn same_section(library: &Library, one: usize, other: usize) -> bool {
    let section = |at: usize| library.units.get(at).map(|it| it.section);
    section(one) == section(other)
}

/// A unit with what leads to it and, where it leads into a list or is one of several items that are asked for, the list.
fn with_list(question: &Question, at: usize, library: &Library) -> Vec<usize> {
    let units = &library.units;
    let Some(unit) = units.get(at) else { return Vec::new() };
    let mut all = vec![at];
    let is_list = question.expected.is_some_and(|it| it.id == "list" || it.id == "number");
    let leads = unit.shown.ends_with(':') || is_list;
    // What stands below an item goes into it.
    let below = if leads { ITEMS_MAX } else { DETAILS_MAX };
    if leads || unit.shape == Shape::Item {
        all.extend(units.led_by(at).take(below));
    }
    let lead = unit.lead.and_then(|at| Some((at, units.get(at)?)));
    if let Some((lead, shown)) = lead.filter(|_| matches!(unit.shape, Shape::Item | Shape::Code | Shape::Row)) {
        if shown.shown.ends_with(':') || shown.shape != Shape::Sentence {
            all.push(lead);
        }
        if is_list && unit.shape == Shape::Item {
            let siblings: Vec<usize> = units.led_by(lead).collect();
            if siblings.len() <= ITEMS_MAX {
                all.extend(siblings);
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    let mut bytes = 0;
    all.retain(|it| {
        bytes += units.get(*it).map_or(0, |it| it.shown.len());
        *it == at || bytes <= QUOTE_BYTES_MAX
    });
    all
}

impl FromText {
    fn extend(&mut self, quote: &[usize], facts: &Facts<'_>, library: &Library) {
        let units: Vec<_> = quote.iter().filter_map(|at| Some((*at, library.units.get(*at)?))).collect();
        let Some((_, first)) = units.first() else { return };
        let said: usize = self.sentences.iter().map(|it| it.text.len()).sum();
        let length: usize = units.iter().map(|(_, it)| it.shown.len()).sum();
        if !self.sentences.is_empty() && said + length > ALL_BYTES_MAX {
            return;
        }
        let Some(document) = facts.documents.get(first.document) else { return };
        let mut citations = Vec::new();
        for run in units.chunk_by(|(one, _), (other, _)| one + 1 == *other) {
            let (Some((_, from)), Some((_, to))) = (run.first(), run.last()) else { continue };
            let span = Span::new(from.span.start, to.span.end.max(from.span.end));
            citations.extend(library.cite(facts, first.document, span));
        }
        if citations.is_empty() {
            return;
        }
        let words: Vec<&str> = units.iter().map(|(_, it)| it.shown.as_str()).collect();
        let heading =
            library.units.section_of(first).and_then(|it| it.headings.last()).filter(|it| **it != document.title);
        let name = document.path.rsplit('/').next().unwrap_or(&document.path);
        let place = heading.map_or_else(|| name.to_owned(), |it| format!("{name}, under “{it}”"));
        self.places.push((document.id.clone(), first.span.start));
        let text = format!("{place}: “{}”", words.join(" "));
        self.sentences.push(Sentence { text, origin: Origin::Text, citations });
    }
}
