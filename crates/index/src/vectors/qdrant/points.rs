//! Passages and filters as the server knows them.

use std::collections::BTreeMap;

use cairn_model::digest;
use qdrant_client::Payload;
use qdrant_client::qdrant::vectors_config::Config;
use qdrant_client::qdrant::{
    Condition, Filter as ServerFilter, GetCollectionInfoResponse, NamedVectors, PointId as ServerId, PointStruct,
    Range, Value, Vector,
};

use super::{MEANING, WORDS};
use crate::filter::day_number;
use crate::vectors::Point;
use crate::{Filter, PassageId, tokenizer};

pub(super) const TENANT: &str = "tenant";
pub(super) const PASSAGE: &str = "passage";
pub(super) const SOURCE_TYPE: &str = "source_type";
pub(super) const KIND: &str = "claim_kind";
pub(super) const FOLDER: &str = "folder";
pub(super) const COMPONENT: &str = "component";
pub(super) const TRUST: &str = "trust";
pub(super) const DAY: &str = "day";

/// How much repeating a word adds, and how much a long passage takes away, as usual for BM25.
const SATURATION: f32 = 1.2;
const LENGTH_WEIGHT: f32 = 0.75;
/// How many words a passage is taken to have on average. A constant, so that a point does not depend on the others.
const WORDS_USUAL: f32 = 120.0;

/// A point as it goes to the server.
pub(super) fn point(point: &Point, tenant: &str) -> PointStruct {
    let passage = &point.passage;
    let (words, weights) = kept_words(&passage.meaning);
    let vectors = NamedVectors::default()
        .add_vector(MEANING, Vector::new_dense(point.vector.clone()))
        .add_vector(WORDS, Vector::new_sparse(words, weights));
    let mut payload = Payload::new();
    payload.insert(TENANT, tenant);
    payload.insert(PASSAGE, passage.id.0.to_string());
    payload.insert(SOURCE_TYPE, passage.source_type.as_str());
    payload.insert(TRUST, passage.trust.as_str());
    payload.insert(KIND, passage.claim_kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    payload.insert(FOLDER, crate::fields::folders(&passage.path).collect::<Vec<_>>());
    payload.insert(COMPONENT, passage.components.iter().flat_map(|name| word_rows(name)).collect::<Vec<String>>());
    if let Some(date) = passage.modified {
        payload.insert(DAY, i64::try_from(day_number(date)).unwrap_or_default());
    }
    PointStruct::new(server_id(passage.id, tenant), vectors, payload)
}

/// The point's name on the server. Two projects may hold the same passage, so the project is part of it.
pub(super) fn server_id(id: PassageId, tenant: &str) -> ServerId {
    let digest = digest(format!("{tenant}\u{0}{}", id.0).as_bytes());
    let part = |range: std::ops::Range<usize>| digest.get(range).unwrap_or_default();
    ServerId::from(format!("{}-{}-{}-{}-{}", part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)))
}

/// The passage that a point is of, by what it has for [`PASSAGE`].
pub(super) fn passage_of(named: Option<&Value>) -> Option<PassageId> {
    named?.as_str()?.parse().ok().map(PassageId)
}

/// The conditions of `filter` on the points of one project.
pub(super) fn filter(filter: &Filter, tenant: &str) -> ServerFilter {
    let Filter { source_types, claim_kinds, folders, components, after, before, trust } = filter;
    let mut all = vec![Condition::matches(TENANT, tenant.to_owned())];
    let mut any_of = |field: &str, values: Vec<String>| {
        if !values.is_empty() {
            all.push(Condition::matches(field, values));
        }
    };
    any_of(SOURCE_TYPE, source_types.iter().map(|it| it.as_str().to_owned()).collect());
    any_of(KIND, claim_kinds.iter().map(|it| it.as_str().to_owned()).collect());
    any_of(FOLDER, folders.iter().cloned().collect());
    any_of(COMPONENT, components.iter().map(|parts| parts.join(" ")).collect());
    any_of(TRUST, trust.iter().map(|it| it.as_str().to_owned()).collect());
    if after.is_some() || before.is_some() {
        #[expect(clippy::cast_precision_loss, reason = "eight digits")]
        let number = |date| day_number(date) as f64;
        all.push(Condition::range(DAY, Range { gte: after.map(number), lt: before.map(number), ..Range::default() }));
    }
    ServerFilter::must(all)
}

/// How many dimensions the vectors of this name have in a collection.
pub(super) fn dimensions_of(info: &GetCollectionInfoResponse, name: &str) -> Option<u64> {
    let parameters = info.result.as_ref()?.config.as_ref()?.params.as_ref()?;
    match parameters.vectors_config.as_ref()?.config.as_ref()? {
        Config::ParamsMap(named) => named.map.get(name).map(|it| it.size),
        Config::Params(_) => None,
    }
}

/// The words of a question, each once.
pub(super) fn asked_words(text: &str) -> (Vec<u32>, Vec<f32>) {
    counted(text).keys().map(|word| (*word, 1.0)).unzip()
}

/// The words of a passage with what each counts before the server weighs it by its rarity.
fn kept_words(text: &str) -> (Vec<u32>, Vec<f32>) {
    let counted = counted(text);
    let length = counted.values().sum::<f32>();
    let norm = SATURATION * (1.0 - LENGTH_WEIGHT + LENGTH_WEIGHT * length / WORDS_USUAL);
    counted.into_iter().map(|(word, count)| (word, count * (SATURATION + 1.0) / (count + norm))).unzip()
}

fn counted(text: &str) -> BTreeMap<u32, f32> {
    let mut counts = BTreeMap::new();
    for word in tokenizer::words(text) {
        let digest = digest(word.text.as_bytes());
        let number = digest.get(..8).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or_default();
        *counts.entry(number).or_default() += 1.0;
    }
    counts
}

/// Every row of words that follow each other in a name, so that a filter on some of them is a plain comparison.
fn word_rows(name: &str) -> Vec<String> {
    let parts: Vec<String> =
        tokenizer::words(name).into_iter().filter(tokenizer::is_part).map(|part| part.text).collect();
    let rows = (1..=parts.len()).flat_map(|length| parts.windows(length).map(|row| row.join(" ")));
    rows.collect()
}
