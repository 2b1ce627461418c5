//! How likely a name is a component: a linear model over counts, with weights learned from annotated systems.
//!
//! All arithmetic is on integers, so that every machine decides alike. The weights are data
//! (`config/lexicon/name_weights.toml`, written by `cairn eval train-names`): readable, and small enough to review.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cairn_model::NormalName;
use serde::Deserialize;

use crate::survey::{Survey, Tally};
use crate::terms::parse;

/// A feature's value of one, so that shares of a count stay integers.
const ONE: i64 = 16;

/// A name that may be a component's, with what speaks for and against it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The normal form, by which annotations are compared.
    pub name: NormalName,
    /// The most usual spelling.
    pub surface: String,
    /// Group and name of each feature, and its value in sixteenths.
    pub features: Vec<(&'static str, String, i64)>,
}

/// The weights of a linear model, in thousandths.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Weights {
    /// Added once; what is at least zero in sum is a component.
    pub bias: i64,
    /// By group and name of the feature.
    #[serde(flatten)]
    pub groups: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Weights {
    /// The weights that the binary is built with.
    pub fn built_in() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| parse("name_weights", include_str!("../../../config/lexicon/name_weights.toml")))
    }

    /// Whether the features speak for a component.
    pub(crate) fn accept(&self, features: &[(&'static str, String, i64)]) -> bool {
        let weight = |(group, name, value): &(&'static str, String, i64)| {
            self.groups.get(*group).and_then(|names| names.get(name)).map_or(0, |weight| weight * value)
        };
        self.bias * ONE + features.iter().map(weight).sum::<i64>() >= 0
    }
}

/// All names of the surveys, weighed over the corpus, in order of normal name.
pub fn candidates(surveys: &[Survey]) -> Vec<Candidate> {
    let tallies = merge(surveys);
    tallies
        .iter()
        .filter_map(|(name, tally)| {
            let surface = tally.surface()?;
            Some(Candidate { name: name.clone(), features: features(tally, &surface), surface })
        })
        .collect()
}

/// Adds the surveys up.
pub(crate) fn merge(surveys: &[Survey]) -> BTreeMap<NormalName, Tally> {
    let mut names: BTreeMap<NormalName, Tally> = BTreeMap::new();
    for survey in surveys {
        for (name, tally) in &survey.names {
            names.entry(name.clone()).or_default().add(tally);
        }
    }
    names
}

/// What speaks for and against a name.
pub(crate) fn features(tally: &Tally, surface: &str) -> Vec<(&'static str, String, i64)> {
    let mentions = i64::from(tally.mentions.max(1));
    let shares = tally
        .contexts
        .iter()
        .map(|((slot, name), count)| (slot.as_str(), name.clone().into_owned(), ONE * i64::from(*count) / mentions));
    let counts = [
        ("mentions", tally.mentions),
        ("documents", tally.documents),
        ("sections", tally.sections),
        ("placed", tally.placed),
        ("made", tally.made),
        ("roles", tally.roles),
    ];
    let counts = counts.into_iter().map(|(name, count)| ("count", name.to_owned(), ONE * magnitude(count)));
    let component_type = tally.component_type().map_or("none", cairn_model::Term::as_str);
    shares
        .chain(counts)
        .chain(std::iter::once(("type", component_type.to_owned(), ONE)))
        .chain(std::iter::once(("head", head_word(surface), ONE)))
        .chain(shapes(surface).into_iter().map(|shape| ("shape", shape.to_owned(), ONE)))
        .filter(|(_, _, value)| *value != 0)
        .collect()
}

/// How many bits the count has: 1, 2–3, 4–7, … count as one step each.
fn magnitude(count: u32) -> i64 {
    i64::from(u32::BITS - count.leading_zeros()).min(6)
}

/// The last word in lower case, without plural `s`.
fn head_word(surface: &str) -> String {
    let last = surface.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    let lower = last.to_lowercase();
    match lower.strip_suffix('s') {
        Some(singular) if lower.len() > 3 => singular.to_owned(),
        _ => lower,
    }
}

fn shapes(surface: &str) -> Vec<&'static str> {
    let words = match surface.split_whitespace().count() {
        1 => "one_word",
        2 => "two_words",
        3 => "three_words",
        _ => "more_words",
    };
    let has = |test: fn(char) -> bool| surface.chars().any(test);
    let camel = surface
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, [first, second] if first.is_ascii_lowercase() && second.is_ascii_uppercase()));
    let shapes = [
        ("plural", surface.ends_with(['s', 'S'])),
        ("hyphen", surface.contains('-')),
        ("underscore", surface.contains('_')),
        ("dot", surface.contains('.')),
        ("digit", has(|c| c.is_ascii_digit())),
        ("camel", camel),
        ("upper", has(char::is_uppercase) && !has(char::is_lowercase)),
        ("lower", has(char::is_lowercase) && !has(char::is_uppercase)),
    ];
    std::iter::once(words).chain(shapes.into_iter().filter(|(_, holds)| *holds).map(|(shape, _)| shape)).collect()
}
