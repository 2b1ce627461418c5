//! How well passages are found: by words, by meaning, and by both, on question sets whose right passages are known.
//!
//! Each set is indexed as a workspace is, and each question is asked as a person would. The lists by words and by meaning are made
//! once, and joined with any weight afterwards, so that trying weights costs nothing.

mod measure;
mod sets;

use std::path::Path;

use cairn_embed::{EmbedError, Shipped};
use cairn_index::{
    Embedded, Filter, Index, IndexedPassage, PassageId, Query, VectorError, VectorFiles, VectorStore as _, fuse,
};

use crate::EvalError;
use measure::{Measure, figures};
use sets::{question_passages, sets};

/// Texts for vectors are taken so many at a time; each such part is kept when it is done.
const TEXTS_AT_ONCE: usize = 512;

/// The weights that are tried for the list by meaning.
const WEIGHTS: [f64; 13] = [0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0];

/// What is to be measured and how.
#[derive(Clone, Copy, Debug)]
pub struct RetrievalRequest<'a> {
    /// A folder of public question sets.
    pub sets: Option<&'a Path>,
    /// Gold folders with `questions.jsonl`, and the documents of each system.
    pub questions: Option<(&'a Path, &'a Path)>,
    /// Where vectors are kept for the next run.
    pub vectors: &'a Path,
    /// How much the list by meaning counts.
    pub dense_weight: f64,
    /// What is less near is no answer.
    pub nearness_min: f64,
    /// Whether all weights are tried.
    pub tune: bool,
    /// How many threads make vectors.
    pub threads: Option<usize>,
}

/// The figures of one set found in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct RetrievalRow {
    /// The set.
    pub set: String,
    /// How many questions it has.
    pub questions: usize,
    /// `words`, `meaning` or `both`, the last with the weight of meaning.
    pub by: String,
    /// Names and values.
    pub figures: Vec<(&'static str, f64)>,
}

/// A set of passages and questions.
struct Set {
    name: String,
    passages: Vec<IndexedPassage>,
    questions: Vec<Question>,
    measure: Measure,
}

/// A question and what answers it: of each group, any passage will do.
struct Question {
    text: String,
    groups: Vec<Vec<PassageId>>,
}

/// The answers to a question, best first.
struct Lists {
    lexical: Vec<(PassageId, f64)>,
    dense: Vec<(PassageId, f64)>,
}

/// Measures what `request` names. `heard` is told how many vectors are made of how many.
pub fn retrieval(request: &RetrievalRequest<'_>, heard: &dyn Fn(usize, usize)) -> Result<Vec<RetrievalRow>, EvalError> {
    let mut all = match request.sets {
        Some(folder) => sets(folder)?,
        None => Vec::new(),
    };
    if let Some((gold, docs)) = request.questions {
        all.extend(question_passages(gold, docs, request.threads)?);
    }
    let model = Shipped::load(request.threads)?;
    let mut files = VectorFiles::open(&request.vectors.join(cairn_embed::SHIPPED_NAME))?;
    let mut rows = Vec::new();
    for set in &all {
        let mut lists = ask(set, &model, &mut files, heard)?;
        for lists in &mut lists {
            lists.dense.retain(|(_, nearness)| *nearness >= request.nearness_min);
        }
        rows.extend(rows_of(set, &lists, request));
    }
    Ok(rows)
}

fn ask(
    set: &Set,
    model: &Shipped,
    files: &mut VectorFiles,
    heard: &dyn Fn(usize, usize),
) -> Result<Vec<Lists>, EvalError> {
    let mut index = Index::in_memory()?;
    index.update(&[], &set.passages)?;
    make_vectors(&set.passages, model, files, heard)?;
    let texts: Vec<String> = set.questions.iter().map(|question| question.text.clone()).collect();
    let vectors = model.vectors(&texts)?;
    let store = Embedded::new(&index, files)?;
    let depth = set.measure.depth();
    let lists = texts.iter().zip(&vectors).map(|(text, vector)| {
        let dense = waited_for(store.nearest(vector, &Filter::default(), depth))?;
        Ok(Lists { lexical: index.ranked(&Query::new(text.clone(), depth), depth)?, dense })
    });
    lists.collect()
}

/// Makes the vectors of passages that have none yet.
pub(crate) fn make_vectors(
    passages: &[IndexedPassage],
    model: &Shipped,
    files: &mut VectorFiles,
    heard: &dyn Fn(usize, usize),
) -> Result<(), EvalError> {
    let missing: Vec<(u64, String)> = passages
        .iter()
        .map(|passage| (passage.vector_key(), passage.meaning()))
        .filter(|(key, _)| !files.has(*key))
        .collect();
    for (at, part) in missing.chunks(TEXTS_AT_ONCE).enumerate() {
        heard(at * TEXTS_AT_ONCE, missing.len());
        let texts: Vec<String> = part.iter().map(|(_, text)| text.clone()).collect();
        let made = part.iter().map(|(key, _)| *key).zip(model.vectors(&texts)?).collect::<Vec<_>>();
        files.add(&made)?;
    }
    Ok(())
}

/// What the embedded store does is done when it is first asked for.
pub(crate) fn waited_for<T>(task: impl Future<Output = Result<T, VectorError>>) -> Result<T, VectorError> {
    let mut task = std::pin::pin!(task);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(done) = task.as_mut().poll(&mut context) {
            return done;
        }
    }
}

fn rows_of(set: &Set, lists: &[Lists], request: &RetrievalRequest<'_>) -> Vec<RetrievalRow> {
    let row = |by: String, ranked: &dyn Fn(&Lists) -> Vec<(PassageId, f64)>| {
        let found: Vec<Vec<PassageId>> =
            lists.iter().map(|lists| ranked(lists).into_iter().map(|(id, _)| id).collect()).collect();
        RetrievalRow {
            set: set.name.clone(),
            questions: set.questions.len(),
            by,
            figures: figures(set.measure, &set.questions, &found),
        }
    };
    let both = |weight: f64| row(format!("both, {weight:.2}"), &|it| fuse(&it.lexical, &it.dense, weight));
    let mut rows = vec![
        row("words".to_owned(), &|it| it.lexical.clone()),
        row("meaning".to_owned(), &|it| it.dense.clone()),
        both(request.dense_weight),
    ];
    if request.tune {
        rows.extend(WEIGHTS.map(both));
    }
    rows
}

impl From<EmbedError> for EvalError {
    fn from(error: EmbedError) -> Self {
        Self::Retrieval(Box::new(error))
    }
}

impl From<VectorError> for EvalError {
    fn from(error: VectorError) -> Self {
        Self::Retrieval(Box::new(error))
    }
}

impl From<cairn_index::IndexError> for EvalError {
    fn from(error: cairn_index::IndexError) -> Self {
        Self::Retrieval(Box::new(error))
    }
}
