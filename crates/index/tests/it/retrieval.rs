//! How well passages are found, on public question sets with known answers.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cairn_index::{Index, IndexedPassage, Query};
use serde_json::Value;

use crate::fixture::{at, index, passage, under};

/// The folder of the question set, when it is beside the repository.
fn question_set(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/retrieval").join(name);
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

fn read_json(file: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap())
}

/// The hits' places: path and start.
fn places(index: &Index, query: &str, limit: usize) -> Vec<(String, usize)> {
    let hits = index.search(&Query::new(query, limit)).unwrap();
    hits.into_iter().map(|hit| (hit.path, hit.span.start)).collect()
}

#[test]
fn code_passages() {
    let Some(folder) = question_set("anthropic-codebases") else { return };
    let mut passages = Vec::new();
    let mut starts = BTreeMap::new();
    for document in read_json(&folder.join("codebase_chunks.json")).as_array().unwrap() {
        let path = document["original_uuid"].as_str().unwrap();
        let mut start = 0;
        for chunk in document["chunks"].as_array().unwrap() {
            let text = chunk["content"].as_str().unwrap();
            starts.insert((path.to_owned(), chunk["original_index"].as_u64().unwrap()), start);
            passages.push(IndexedPassage { title: String::new(), ..at(start, passage(path, text)) });
            start += text.len();
        }
    }
    let index = index(&passages);

    let questions = fs::read_to_string(folder.join("evaluation_set.jsonl")).unwrap();
    let questions: Vec<Value> = questions.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut passed = [0.0; 3];
    for question in &questions {
        let found = places(&index, question["query"].as_str().unwrap(), 20);
        let golden = question["golden_chunk_uuids"].as_array().unwrap();
        for (passed, limit) in passed.iter_mut().zip([5, 10, 20]) {
            let first = &found[..limit.min(found.len())];
            let is_found = |chunk: &&Value| {
                let path = chunk[0].as_str().unwrap().to_owned();
                let start = starts[&(path.clone(), chunk[1].as_u64().unwrap())];
                first.contains(&(path, start))
            };
            *passed += share(golden.iter().filter(is_found).count(), golden.len());
        }
    }
    let [at_5, at_10, at_20] = passed.map(|passed| 100.0 * passed / share(questions.len(), 1));
    println!("code passages: Pass@5 {at_5:.1}, Pass@10 {at_10:.1}, Pass@20 {at_20:.1}");
    assert!(at_5 >= 79.2 && at_10 >= 85.5 && at_20 >= 88.6);
}

#[test]
fn documentation_sections() {
    const FIRST: usize = 3;
    let Some(folder) = question_set("anthropic-docs") else { return };
    let documents = read_json(&folder.join("docs.json"));
    let sections = documents.as_array().unwrap().iter().map(|section| {
        let headings = [section["chunk_heading"].as_str().unwrap()];
        let link = section["chunk_link"].as_str().unwrap();
        IndexedPassage { title: String::new(), ..under(&headings, passage(link, section["text"].as_str().unwrap())) }
    });
    let index = index(&sections.collect::<Vec<_>>());

    let questions = read_json(&folder.join("docsq.json"));
    let questions = questions.as_array().unwrap();
    let (mut precision, mut recall, mut reciprocal_rank) = (0.0, 0.0, 0.0);
    for question in questions {
        let found = places(&index, question["question"].as_str().unwrap(), FIRST);
        let correct: BTreeSet<&str> = strings(&question["correct_chunks"]).collect();
        let right = found.iter().filter(|(link, _)| correct.contains(link.as_str())).count();
        precision += share(right, found.len());
        recall += share(right, correct.len());
        reciprocal_rank +=
            found.iter().position(|(link, _)| correct.contains(link.as_str())).map_or(0.0, |rank| share(1, rank + 1));
    }
    let [precision, recall, mrr] = [precision, recall, reciprocal_rank].map(|sum: f64| sum / share(questions.len(), 1));
    let f1 = 2.0 * precision * recall / (precision + recall);
    println!("documentation sections, top 3: P {precision:.3}, R {recall:.3}, F1 {f1:.3}, MRR {mrr:.3}");
    assert!(f1 >= 0.519 && mrr >= 0.762);
}

#[test]
fn abstracts() {
    const DEPTH: usize = 1000;
    // Unoptimised, all of them would take longer than the rest of the tests.
    const EACH_NTH_TOPIC: usize = if cfg!(debug_assertions) { 4 } else { 1 };
    let Some(folder) = question_set("vaswani") else { return };
    let documents = fs::read_to_string(folder.join("doc-text.trec")).unwrap();
    let passages = documents.split("<DOC>").skip(1).map(|document| {
        let text = between(document, "</DOCNO>", "</DOC>");
        IndexedPassage { title: String::new(), ..passage(between(document, "<DOCNO>", "</DOCNO>").trim(), text) }
    });
    let index = index(&passages.collect::<Vec<_>>());

    let mut relevant: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in fs::read_to_string(folder.join("qrels")).unwrap().lines() {
        let [query, _, document, "1"] = line.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{line}") };
        relevant.entry(query.to_owned()).or_default().insert(document.to_owned());
    }
    let topics = fs::read_to_string(folder.join("query-text.trec")).unwrap();
    let (mut precisions, mut asked) = (0.0, 0);
    for topic in topics.split("<top>").skip(1).step_by(EACH_NTH_TOPIC) {
        let relevant = &relevant[between(topic, "<num>", "</num>")];
        let found = places(&index, between(topic, "<title>", "</title>"), DEPTH);
        let (mut right, mut sum) = (0, 0.0);
        for (rank, (document, _)) in found.iter().enumerate() {
            if relevant.contains(document) {
                right += 1;
                sum += share(right, rank + 1);
            }
        }
        precisions += sum / share(relevant.len(), 1);
        asked += 1;
    }
    let map = precisions / share(asked, 1);
    println!("abstracts: MAP {map:.4} over {asked} topics");
    assert!(map >= if asked == relevant.len() { 0.2849 } else { 0.25 });
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    text.split_once(before).unwrap().1.split_once(after).unwrap().0
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
