//! Documents to claims, as far as they are not known from an earlier scan.
//!
//! Three levels of reuse: the corpus key stands for all documents together, and while it is the same nothing is even surveyed. After an
//! edit only the documents that it touches are, as long as that leaves the names of the corpus what they were. Otherwise the
//! plan gives every document a key of all that its claims depend on, and only units with new keys are read.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cairn_extract::{Census, Extraction, Plan, Replan, Spoken, Unit};
use cairn_model::{Document, DocumentId, NotUnderstood};
use cairn_store::{ClaimUnit, Snapshot};
use rayon::prelude::*;

use super::read::Read;
use super::spoken::Words;
use super::{CORPUS_KEY, NOT_UNDERSTOOD};
use crate::prompted::UNIT_PREFIX;
use crate::{Progress, Stage};

/// What parts of structured files no reader understood, by the key of the unit.
pub(crate) type PartsByUnit = BTreeMap<String, Vec<NotUnderstood>>;

/// The claims of all documents: those read now, and the keys of those already kept.
#[derive(Default)]
pub(super) struct Extracted {
    pub(super) units: Vec<ClaimUnit>,
    pub(super) keep_keys: BTreeSet<String>,
    /// How many units were read now, and how many kept.
    pub(super) read_now: usize,
    pub(super) read_before: usize,
    pub(super) claims: usize,
    pub(super) not_understood: PartsByUnit,
    pub(super) corpus_key: String,
    /// What the plan rested on; none where nothing was planned, or not exactly the documents that are kept.
    pub(super) census: Option<Census>,
    /// The words of the documents that were planned.
    pub(super) words: Vec<Words>,
}

/// Extracts what is new. A document on which an extractor panics is taken out of `read`.
pub(super) fn extract(read: &mut Read, before: &Snapshot, progress: &dyn Progress) -> Extracted {
    let corpus_key = cairn_extract::corpus_key(&read.documents);
    if before.run.get(CORPUS_KEY).and_then(|key| key.as_str()) == Some(&corpus_key) {
        return keep_all(before, corpus_key);
    }
    let plan = plan(read, progress);
    let known: BTreeMap<&str, &ClaimUnit> = before.units.iter().map(|unit| (unit.key.as_str(), unit)).collect();
    let (kept, new): (Vec<&Unit>, Vec<&Unit>) =
        plan.units.iter().partition(|unit| known.contains_key(unit.key.as_str()));

    progress.begin(Stage::Extract, Some(new.len()));
    let outcomes: Vec<_> = new.par_iter().map(|unit| run_one(&plan, unit, &read.documents, progress)).collect();
    progress.end();

    let mut extracted = Extracted::default();
    let mut understood_before = kept_not_understood(before);
    for unit in kept {
        extracted.claims += known.get(unit.key.as_str()).map_or(0, |kept| kept.claims.len());
        extracted.keep_keys.insert(unit.key.clone());
        if let Some(parts) = understood_before.remove(&unit.key) {
            extracted.not_understood.insert(unit.key.clone(), parts);
        }
    }
    let mut failed: BTreeSet<DocumentId> = BTreeSet::new();
    for outcome in outcomes {
        match outcome {
            Ok(read) => extracted.take(read),
            Err(document) => {
                failed.insert(document);
            }
        }
    }
    read.drop_failed(|document| failed.contains(&document.id));
    if failed.is_empty() {
        extracted.words = words(&read.documents, plan.spoken);
        extracted.census = Some(plan.census);
    }
    (extracted.read_now, extracted.read_before) = (extracted.units.len(), extracted.keep_keys.len());
    // A document that was taken out is looked at again by the next scan.
    extracted.corpus_key = cairn_extract::corpus_key(&read.documents);
    extracted
}

/// Keeps what the readers that need no model have read.
pub(super) fn keep_all(before: &Snapshot, corpus_key: String) -> Extracted {
    let kept: Vec<&ClaimUnit> = before.units.iter().filter(|unit| !unit.key.starts_with(UNIT_PREFIX)).collect();
    Extracted {
        units: Vec::new(),
        keep_keys: kept.iter().map(|unit| unit.key.clone()).collect(),
        read_now: 0,
        read_before: kept.len(),
        claims: kept.iter().map(|unit| unit.claims.len()).sum(),
        not_understood: kept_not_understood(before),
        corpus_key,
        census: None,
        words: Vec::new(),
    }
}

/// Plans an edit that takes `gone` out of a corpus and puts `come` in; none where documents may have to be read anew that it says
/// nothing of, or a reader fails, which is dealt with where all documents are at hand.
pub(super) fn plan_edit(
    census: &Census,
    gone: &[Document],
    come: &[Document],
    progress: &dyn Progress,
) -> Option<Replan> {
    progress.begin(Stage::Survey, None);
    let plan = catch_unwind(AssertUnwindSafe(|| cairn_extract::replan(census, gone, come)));
    progress.end();
    plan.ok().flatten()
}

/// Extracts the documents of an edit, but for those units that are kept.
pub(super) fn extract_edit(
    plan: Plan,
    documents: &[Document],
    kept: &BTreeSet<&str>,
    progress: &dyn Progress,
) -> Option<Extracted> {
    let new: Vec<&Unit> = plan.units.iter().filter(|unit| !kept.contains(unit.key.as_str())).collect();
    progress.begin(Stage::Extract, Some(new.len()));
    let outcomes: Vec<_> = new.par_iter().map(|unit| run_one(&plan, unit, documents, progress)).collect();
    progress.end();
    let mut extracted = Extracted::default();
    for outcome in outcomes {
        extracted.take(outcome.ok()?);
    }
    extracted.read_now = extracted.units.len();
    extracted.words = words(documents, plan.spoken);
    extracted.census = Some(plan.census);
    Some(extracted)
}

/// The words of documents, as they are kept.
fn words(documents: &[Document], spoken: Vec<Spoken>) -> Vec<Words> {
    let named = |(document, spoken): (&Document, Spoken)| {
        (document.path.clone(), document.revision.as_str().to_owned(), spoken)
    };
    documents.iter().zip(spoken).map(named).collect()
}

impl Extracted {
    fn take(&mut self, (unit, parts): (ClaimUnit, Vec<NotUnderstood>)) {
        self.claims += unit.claims.len();
        if !parts.is_empty() {
            self.not_understood.insert(unit.key.clone(), parts);
        }
        self.units.push(unit);
    }
}

/// What the last scan kept of this.
pub(crate) fn kept_not_understood(before: &Snapshot) -> PartsByUnit {
    let kept = before.run.get(NOT_UNDERSTOOD).cloned().unwrap_or_default();
    serde_json::from_value(kept).unwrap_or_default()
}

/// Plans the extraction. When the survey of some document panics, that document is taken out and the rest planned.
fn plan(read: &mut Read, progress: &dyn Progress) -> Plan {
    progress.begin(Stage::Survey, None);
    let attempt = |documents: &[Document]| catch_unwind(AssertUnwindSafe(|| cairn_extract::plan(documents)));
    let plan = attempt(&read.documents).unwrap_or_else(|_| {
        read.drop_failed(|document| attempt(std::slice::from_ref(document)).is_err());
        cairn_extract::plan(&read.documents)
    });
    progress.end();
    plan
}

fn run_one(
    plan: &Plan,
    unit: &Unit,
    documents: &[Document],
    progress: &dyn Progress,
) -> Result<(ClaimUnit, Vec<NotUnderstood>), DocumentId> {
    let document = documents.get(unit.document).expect("a plan numbers the documents it was made of");
    let extraction = catch_unwind(AssertUnwindSafe(|| cairn_extract::run(plan, unit, documents)));
    progress.advance();
    let Extraction { claims, not_understood } = extraction.map_err(|_| document.id.clone())?;
    Ok((ClaimUnit { key: unit.key.clone(), document: document.id.clone(), claims }, not_understood))
}
