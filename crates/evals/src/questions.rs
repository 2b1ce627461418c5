//! How well questions are answered without a language model: on question sets beside gold claims, over the documents of each system.
//!
//! Each system is read, indexed and asked as a workspace would be. An answer is judged by what the set says that it must mention, by
//! whether it cites a passage that proves it, and by whether what nobody documents is said to be not documented. Every citation is held to
//! the file to the byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use cairn_ask::{Answer, AnswerStatus, Asked, Conversation, Facts, Found, Library};
use cairn_embed::Shipped;
use cairn_index::{Embedded, Filter, Index, IndexedPassage, PassageId, Query, VectorFiles, VectorStore as _, fuse};
use cairn_model::{Date, Document};
use serde::Deserialize;

use crate::files::read_json_lines;
use crate::gold::{SystemFolders, systems};
use crate::retrieval::{make_vectors, waited_for};
use crate::{EvalError, Reading};

/// The file with the questions of a gold folder.
const QUESTIONS_FILE: &str = "questions.jsonl";

/// How many passages are found for each question.
const PASSAGES: usize = 30;

/// A citation this near to a passage of the set cites it.
const NEAR_BYTES: usize = 80;

/// What is to be measured and how.
#[derive(Clone, Copy)]
pub struct QuestionsRequest<'a> {
    /// A gold folder, or a folder of such folders.
    pub gold: &'a Path,
    /// The documents of each system.
    pub docs: &'a Path,
    /// Only these systems; all when empty.
    pub systems: &'a [String],
    /// Where vectors are kept for the next run; none when meaning shall play no part.
    pub vectors: Option<&'a Path>,
    /// How much the list by meaning counts.
    pub dense_weight: f64,
    /// What is less near is no answer.
    pub nearness_min: f64,
    /// The day on which the model is judged.
    pub as_of: Date,
    /// How many threads read documents and make vectors.
    pub threads: Option<usize>,
    /// Time since some moment.
    pub clock: &'a dyn Fn() -> Duration,
}

/// How one question was answered.
#[derive(Clone, Debug)]
pub struct QuestionReport {
    /// The question's id in the set.
    pub id: String,
    /// Its system.
    pub system: String,
    /// Its kind in the set.
    pub kind: String,
    /// Whether the set says that the documents do not answer it.
    pub is_unanswerable: bool,
    /// Whether everything is mentioned that must be.
    pub is_mentioned: bool,
    /// Whether a passage of the set is cited.
    pub is_cited: bool,
    /// What must be mentioned and is not.
    pub missed: Vec<String>,
    /// Sentences with a citation that does not stand in the file.
    pub unfounded: usize,
    /// How long it took.
    pub took: Duration,
    /// The answer.
    pub answer: Answer,
}

impl QuestionReport {
    /// Whether an unanswerable question is said to be not documented.
    pub fn is_abstained(&self) -> bool {
        self.answer.status == AnswerStatus::NotDocumented
    }
}

/// The figures of one system, or of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QuestionFigures {
    /// Questions that the documents answer.
    pub answerable: usize,
    /// Of these, those in whose answer everything is mentioned that must be.
    pub mentioned: usize,
    /// Of these, those whose answer cites a passage of the set.
    pub cited: usize,
    /// Of these, those that were said to be not documented.
    pub withheld: usize,
    /// Questions that the documents do not answer.
    pub unanswerable: usize,
    /// Of these, those that are said to be not documented.
    pub abstained: usize,
    /// All sentences.
    pub sentences: usize,
    /// Sentences with a citation that does not stand in the file.
    pub unfounded: usize,
    /// Characters of all answers that say something.
    pub characters: usize,
    /// The time that half of the questions take at most.
    pub p50: Duration,
    /// The time that 95 of 100 questions take at most.
    pub p95: Duration,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    question: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    must_mention: Vec<String>,
    #[serde(default)]
    evidence: Vec<Evidence>,
    after: Option<String>,
}

#[derive(Deserialize)]
struct Evidence {
    document: String,
    quote: String,
}

/// Asks all questions of the sets that `request` names, system by system. `heard` is told of each system.
pub fn questions(request: &QuestionsRequest<'_>, heard: &dyn Fn(&str)) -> Result<Vec<QuestionReport>, EvalError> {
    let systems = systems(request.gold, request.docs)?;
    let has_questions = |it: &&SystemFolders| it.gold.join(QUESTIONS_FILE).is_file();
    let is_wanted = |it: &&SystemFolders| request.systems.is_empty() || request.systems.contains(&it.name);
    let mut reports = Vec::new();
    for system in systems.iter().filter(has_questions).filter(is_wanted) {
        heard(&system.name);
        reports.extend(of_system(system, request)?);
    }
    if reports.is_empty() { Err(EvalError::NoQuestions { path: request.gold.to_owned() }) } else { Ok(reports) }
}

fn of_system(system: &SystemFolders, request: &QuestionsRequest<'_>) -> Result<Vec<QuestionReport>, EvalError> {
    let reading = Reading::of_folder(&system.docs, request.threads)?;
    let threats = cairn_threats::derive(&reading.system, &cairn_threats::RuleSet::built_in(), request.as_of);
    let coverage = cairn_validate::coverage(&reading.system);
    let facts = Facts {
        system: &reading.system,
        threats: &threats,
        paths: &[],
        coverage: &coverage.elements,
        changes: None,
        documents: &reading.documents,
    };
    let library = Library::new(&facts);
    let mut finder = Passages::new(&reading.documents, request)?;
    let lines: Vec<Line> = read_json_lines(&system.gold.join(QUESTIONS_FILE))?;
    let mut conversations: BTreeMap<String, Conversation> = BTreeMap::new();
    let mut reports = Vec::new();
    for line in lines {
        let mut conversation = line.after.as_ref().and_then(|it| conversations.get(it)).cloned().unwrap_or_default();
        let started = (request.clock)();
        let words = cairn_ask::search_words(&line.question, &library, &conversation);
        let found = finder.find(&words)?;
        let asked = Asked { question: &line.question, conversation: &conversation, found: &found };
        let answer = cairn_ask::answer(&asked, &facts, &library);
        let took = (request.clock)().saturating_sub(started);
        conversation.take(answer.clone());
        conversations.insert(line.id.clone(), conversation);
        reports.push(judged(&system.name, line, answer, took, &reading.documents));
    }
    Ok(reports)
}

fn judged(system: &str, line: Line, answer: Answer, took: Duration, documents: &[Document]) -> QuestionReport {
    let said = answer.sentences.iter().map(|it| it.text.to_lowercase()).collect::<Vec<_>>().join("\n");
    let is_said = |wanted: &String| wanted.split('|').any(|it| said.contains(&it.trim().to_lowercase()));
    let missed: Vec<String> = line.must_mention.iter().filter(|it| !is_said(it)).cloned().collect();
    let unfounded = answer.sentences.iter().filter(|sentence| {
        let stands = |it: &cairn_model::Citation| {
            let document = documents.iter().find(|document| document.id == it.document);
            document.is_some_and(|document| it.span.of(&document.text).is_some_and(|text| it.quote == text))
        };
        sentence.citations.is_empty() || !sentence.citations.iter().all(stands)
    });
    QuestionReport {
        is_unanswerable: line.kind == "unanswerable",
        is_mentioned: missed.is_empty(),
        is_cited: is_cited(&line.evidence, &answer, documents),
        unfounded: unfounded.count(),
        id: line.id,
        system: system.to_owned(),
        kind: line.kind,
        missed,
        took,
        answer,
    }
}

/// Whether any citation of the answer is at or near a passage that proves it.
fn is_cited(evidence: &[Evidence], answer: &Answer, documents: &[Document]) -> bool {
    evidence.iter().any(|gold| {
        let of_path =
            documents.iter().filter(|it| it.path.ends_with(&gold.document) || gold.document.ends_with(&it.path));
        of_path
            .flat_map(|document| {
                memchr::memmem::find_iter(document.text.as_bytes(), &gold.quote).map(move |start| (document, start))
            })
            .any(|(document, start)| {
                let end = start + gold.quote.len();
                answer.sentences.iter().flat_map(|it| &it.citations).any(|it| {
                    it.document == document.id && it.span.start < end + NEAR_BYTES && start < it.span.end + NEAR_BYTES
                })
            })
    })
}

/// The index of a system's passages.
struct Passages<'a> {
    index: Index,
    model: Option<(Shipped, VectorFiles)>,
    request: &'a QuestionsRequest<'a>,
}

impl<'a> Passages<'a> {
    fn new(documents: &[Document], request: &'a QuestionsRequest<'a>) -> Result<Self, EvalError> {
        let passages: Vec<IndexedPassage> = documents.iter().flat_map(cairn_engine::passages_of).collect();
        let mut index = Index::in_memory()?;
        index.update(&[], &passages)?;
        let model = match request.vectors {
            Some(folder) => {
                let model = Shipped::load(request.threads)?;
                let mut files = VectorFiles::open(&folder.join(cairn_embed::SHIPPED_NAME))?;
                make_vectors(&passages, &model, &mut files, &|_, _| ())?;
                Some((model, files))
            }
            None => None,
        };
        Ok(Self { index, model, request })
    }

    fn find(&mut self, words: &str) -> Result<Vec<Found>, EvalError> {
        let plain: String = words.chars().map(|it| if "\"~*-".contains(it) { ' ' } else { it }).collect();
        let query = Query::new(plain, PASSAGES);
        let depth = cairn_index::FUSED_DEPTH;
        let lexical = self.index.ranked(&query, depth)?;
        let mut ranked: Vec<(PassageId, f64)> = match &mut self.model {
            Some((model, files)) => {
                let vector = model.vectors(&[query.plain()])?.pop().unwrap_or_default();
                let store = Embedded::new(&self.index, files)?;
                let mut dense = waited_for(store.nearest(&vector, &Filter::default(), depth))?;
                dense.retain(|(_, nearness)| *nearness >= self.request.nearness_min);
                fuse(&lexical, &dense, self.request.dense_weight)
            }
            None => lexical,
        };
        ranked.truncate(PASSAGES);
        let hits = self.index.hits(&ranked, &query)?;
        Ok(hits.into_iter().map(|hit| Found { document: hit.document, span: hit.span }).collect())
    }
}

/// The figures of all these answers.
pub fn question_figures<'r>(reports: impl IntoIterator<Item = &'r QuestionReport>) -> QuestionFigures {
    let mut figures = QuestionFigures::default();
    let mut times = Vec::new();
    for report in reports {
        if report.is_unanswerable {
            figures.unanswerable += 1;
            figures.abstained += usize::from(report.is_abstained());
        } else {
            figures.answerable += 1;
            figures.mentioned += usize::from(report.is_mentioned);
            figures.cited += usize::from(report.is_cited);
            figures.withheld += usize::from(report.is_abstained());
        }
        figures.sentences += report.answer.sentences.len();
        figures.unfounded += report.unfounded;
        figures.characters += report.answer.sentences.iter().map(|it| it.text.chars().count()).sum::<usize>();
        times.push(report.took);
    }
    times.sort();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len().saturating_sub(1))).copied();
    figures.p50 = at(50).unwrap_or_default();
    figures.p95 = at(95).unwrap_or_default();
    figures
}
