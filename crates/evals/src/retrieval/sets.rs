//! Reads question sets: three public ones in the forms in which they are published, and the questions beside gold claims.

use std::collections::BTreeMap;
use std::path::Path;

use cairn_index::{IndexedPassage, PassageId};
use cairn_model::{DocumentId, Passage, SourceType, Span, Trust, content_hash};
use serde::Deserialize;

use super::measure::Measure;
use super::{Question, Set};
use crate::EvalError;
use crate::files::{read_json, read_json_lines, read_text};
use crate::gold::systems;
use crate::reading::{documents, pool};

/// The file with the questions of a gold folder.
const QUESTIONS_FILE: &str = "questions.jsonl";

/// The public sets that are in `folder`.
pub(super) fn sets(folder: &Path) -> Result<Vec<Set>, EvalError> {
    let known: [(&str, Reader); 3] =
        [("anthropic-codebases", code_passages), ("anthropic-docs", sections), ("vaswani", abstracts)];
    let there = known.iter().filter(|(name, _)| folder.join(name).is_dir());
    let sets = there.map(|(name, read)| read((*name).to_owned(), &folder.join(name)));
    let sets = sets.collect::<Result<Vec<_>, _>>()?;
    if sets.is_empty() { Err(EvalError::NoQuestions { path: folder.to_owned() }) } else { Ok(sets) }
}

type Reader = fn(String, &Path) -> Result<Set, EvalError>;

/// The questions of each gold folder in `gold` that has some, over all passages of its system's documents. A follow-up is asked
/// together with the question before it, without which it means nothing.
pub(super) fn question_passages(gold: &Path, docs: &Path, threads: Option<usize>) -> Result<Vec<Set>, EvalError> {
    #[derive(Deserialize)]
    struct Line {
        id: String,
        question: String,
        after: Option<String>,
        #[serde(default)]
        evidence: Vec<Evidence>,
    }
    #[derive(Deserialize)]
    struct Evidence {
        document: String,
        quote: String,
    }
    let mut sets = Vec::new();
    for system in systems(gold, docs)?.into_iter().filter(|system| system.gold.join(QUESTIONS_FILE).is_file()) {
        let documents = pool(threads)?.install(|| documents(&system.docs))?;
        let passages: Vec<IndexedPassage> = documents.iter().flat_map(cairn_engine::passages_of).collect();
        let lines: Vec<Line> = read_json_lines(&system.gold.join(QUESTIONS_FILE))?;
        let mut asked: BTreeMap<String, String> = BTreeMap::new();
        let mut questions = Vec::new();
        for line in lines {
            let before = line.after.and_then(|before| asked.get(&before).cloned());
            let text = before.map_or_else(|| line.question.clone(), |before| format!("{before} {}", line.question));
            asked.insert(line.id, text.clone());
            let groups: Vec<Vec<PassageId>> = line
                .evidence
                .iter()
                .filter_map(|evidence| {
                    let document = documents.iter().find(|it| it.path.ends_with(&evidence.document))?;
                    let start = document.text.find(&evidence.quote)?;
                    let quote = Span::new(start, start + evidence.quote.len());
                    let holds = |it: &&IndexedPassage| {
                        let span = it.passage.span;
                        it.passage.document == document.id && span.start < quote.end && quote.start < span.end
                    };
                    Some(passages.iter().filter(holds).map(IndexedPassage::id).collect())
                })
                .collect();
            if !groups.is_empty() {
                questions.push(Question { text, groups });
            }
        }
        sets.push(Set { name: system.name, passages, questions, measure: Measure::RecallAtTen });
    }
    Ok(sets)
}

fn code_passages(name: String, folder: &Path) -> Result<Set, EvalError> {
    #[derive(Deserialize)]
    struct Document {
        original_uuid: String,
        chunks: Vec<Chunk>,
    }
    #[derive(Deserialize)]
    struct Chunk {
        original_index: u64,
        content: String,
    }
    #[derive(Deserialize)]
    struct Asked {
        query: String,
        golden_chunk_uuids: Vec<(String, u64)>,
    }
    let (mut passages, mut ids) = (Vec::new(), BTreeMap::new());
    for document in read_json::<Vec<Document>>(&folder.join("codebase_chunks.json"))? {
        let mut start = 0;
        for chunk in document.chunks {
            let passage = passage(&document.original_uuid, None, start, chunk.content);
            start += passage.text.len();
            ids.insert((document.original_uuid.clone(), chunk.original_index), passage.id());
            passages.push(passage);
        }
    }
    let questions = read_json_lines::<Asked>(&folder.join("evaluation_set.jsonl"))?.into_iter().map(|asked| {
        let groups = asked.golden_chunk_uuids.iter().map(|chunk| ids.get(chunk).copied().into_iter().collect());
        Question { groups: groups.collect(), text: asked.query }
    });
    Ok(Set { name, questions: questions.collect(), passages, measure: Measure::Pass })
}

fn sections(name: String, folder: &Path) -> Result<Set, EvalError> {
    #[derive(Deserialize)]
    struct Section {
        chunk_heading: String,
        chunk_link: String,
        text: String,
    }
    #[derive(Deserialize)]
    struct Asked {
        question: String,
        correct_chunks: Vec<String>,
    }
    let read: Vec<Section> = read_json(&folder.join("docs.json"))?;
    let passages: Vec<IndexedPassage> =
        read.into_iter().map(|it| passage(&it.chunk_link, Some(it.chunk_heading), 0, it.text)).collect();
    let of_link = |link: &String| passages.iter().filter(|it| it.path == *link).map(IndexedPassage::id).collect();
    let questions = read_json::<Vec<Asked>>(&folder.join("docsq.json"))?.into_iter().map(|asked| {
        let mut correct = asked.correct_chunks;
        correct.sort();
        correct.dedup();
        Question { groups: correct.iter().map(of_link).collect(), text: asked.question }
    });
    let questions = questions.collect();
    Ok(Set { name, questions, passages, measure: Measure::TopThree })
}

fn abstracts(name: String, folder: &Path) -> Result<Set, EvalError> {
    let documents = read_text(&folder.join("doc-text.trec"))?;
    let passages: Vec<IndexedPassage> = documents
        .split("<DOC>")
        .skip(1)
        .map(|document| {
            let text = between(document, "</DOCNO>", "</DOC>");
            passage(between(document, "<DOCNO>", "</DOCNO>").trim(), None, 0, text.to_owned())
        })
        .collect();
    let ids: BTreeMap<&str, PassageId> = passages.iter().map(|it| (it.path.as_str(), it.id())).collect();
    let mut relevant: BTreeMap<String, Vec<Vec<PassageId>>> = BTreeMap::new();
    for line in read_text(&folder.join("qrels"))?.lines() {
        let columns: Vec<&str> = line.split_whitespace().collect();
        if let [topic, _, document, "1"] = columns.as_slice() {
            relevant.entry((*topic).to_owned()).or_default().push(ids.get(document).copied().into_iter().collect());
        }
    }
    let topics = read_text(&folder.join("query-text.trec"))?;
    let questions = topics.split("<top>").skip(1).map(|topic| Question {
        text: between(topic, "<title>", "</title>").trim().to_owned(),
        groups: relevant.remove(between(topic, "<num>", "</num>").trim()).unwrap_or_default(),
    });
    let questions = questions.filter(|question| !question.groups.is_empty()).collect();
    Ok(Set { name, questions, passages, measure: Measure::Ranking })
}

/// A passage of a set, without what the set does not tell.
fn passage(path: &str, heading: Option<String>, start: usize, text: String) -> IndexedPassage {
    IndexedPassage {
        passage: Passage {
            document: DocumentId::of_path(path),
            heading_path: heading.into_iter().collect(),
            span: Span::new(start, start + text.len()),
            hash: content_hash(&[&text]),
        },
        text,
        path: path.to_owned(),
        title: String::new(),
        source_type: SourceType::Guide,
        modified: None,
        trust: Trust::Vouches,
        components: Vec::new(),
        claim_kinds: Vec::new(),
        claim: None,
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or("", |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found)
}
