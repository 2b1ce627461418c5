//! `cairn eval questions`: how well questions are answered without a language model.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use cairn_engine::{EngineError, Settings};
use cairn_evals::{QuestionFigures, QuestionReport, QuestionsRequest, question_figures};
use serde_json::{Value, json};

use crate::arguments::EvalQuestions;
use crate::commands::ask;
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line};

/// Where vectors are kept between runs when no folder is given.
const VECTORS_FOLDER: &str = "cairn-eval-vectors";

pub(super) fn run(context: &Context, arguments: &EvalQuestions) -> Result<Ending, Failure> {
    let kept = arguments.vectors.clone().unwrap_or_else(|| std::env::temp_dir().join(VECTORS_FOLDER));
    let settings = Settings::default().search;
    let start = Instant::now();
    let request = QuestionsRequest {
        gold: &arguments.gold,
        docs: &arguments.docs,
        systems: &arguments.system,
        vectors: (!arguments.words).then_some(kept.as_path()),
        dense_weight: settings.dense_weight,
        nearness_min: settings.nearness_min,
        as_of: context.as_of,
        threads: context.threads,
        clock: &|| start.elapsed(),
    };
    let reports = cairn_evals::questions(&request, &|system| context.tell(&format!("asking {}", one_line(system))))?;
    if let Some(path) = &arguments.write_table {
        write(path, arguments, &reports)?;
    }
    if context.is_json() {
        records::print("cairn.eval-questions/1", record(&reports))?;
    } else {
        let each = if arguments.each { reports.iter().map(told).collect() } else { String::new() };
        context.print(&(each + &table(&reports, true)))?;
    }
    match reports.iter().map(|it| it.unfounded).sum() {
        0 => Ok(Ending::Done),
        bad => Ok(Ending::GateFailed(format!("{} not founded on the documents", count(bad, "sentence")))),
    }
}

/// A line for each system and one for all.
fn table(reports: &[QuestionReport], with_times: bool) -> String {
    let mut text = format!(
        "{:24} {:>14} {:>14} {:>14} {:>9} {:>10} {:>10}",
        "system", "mentioned", "cited", "abstained", "withheld", "sentences", "unfounded"
    );
    if with_times {
        text.extend([format!(" {:>8} {:>8}", "p50 ms", "p95 ms")]);
    }
    text.push('\n');
    let systems: BTreeSet<&str> = reports.iter().map(|it| it.system.as_str()).collect();
    for system in &systems {
        let figures = question_figures(reports.iter().filter(|it| it.system == *system));
        text += &line(&one_line(system), &figures, with_times);
    }
    if systems.len() > 1 {
        text += &line("all", &question_figures(reports), with_times);
    }
    text
}

fn line(name: &str, it: &QuestionFigures, with_times: bool) -> String {
    let share = |part: usize, of: usize| format!("{part}/{of} {:3} %", part * 100 / of.max(1));
    let mut text = format!(
        "{name:24} {:>14} {:>14} {:>14} {:>9} {:>10} {:>10}",
        share(it.mentioned, it.answerable),
        share(it.cited, it.answerable),
        share(it.abstained, it.unanswerable),
        it.withheld,
        it.sentences,
        it.unfounded
    );
    if with_times {
        text.extend([format!(" {:>8.1} {:>8.1}", milliseconds(it.p50), milliseconds(it.p95))]);
    }
    text + "\n"
}

fn told(report: &QuestionReport) -> String {
    let marks = if report.is_unanswerable {
        format!("unanswerable, {}", if report.is_abstained() { "abstained" } else { "ANSWERED" })
    } else {
        let mentioned = if report.is_mentioned {
            "mentioned".to_owned()
        } else {
            format!("NOT mentioned: {}", report.missed.join("; "))
        };
        format!("{}, {mentioned}", if report.is_cited { "cited" } else { "NOT cited" })
    };
    let head = format!("{} {} {}\n", bold(&one_line(&report.id)), dim(&report.kind), one_line(&report.answer.question));
    format!("{head}   {marks}; {:.1} ms\n{}\n", milliseconds(report.took), ask::text(&report.answer, &|_| None))
}

fn record(reports: &[QuestionReport]) -> Value {
    let one = |it: &QuestionReport| {
        json!({
            "id": it.id,
            "system": it.system,
            "kind": it.kind,
            "unanswerable": it.is_unanswerable,
            "mentioned": it.is_mentioned,
            "missed": it.missed,
            "cited": it.is_cited,
            "unfounded": it.unfounded,
            "ms": milliseconds(it.took),
            "answer": ask::record(&it.answer, &|_| None),
        })
    };
    let all = question_figures(reports);
    json!({
        "questions": reports.iter().map(one).collect::<Vec<_>>(),
        "all": {
            "answerable": all.answerable,
            "mentioned": all.mentioned,
            "cited": all.cited,
            "withheld": all.withheld,
            "unanswerable": all.unanswerable,
            "abstained": all.abstained,
            "sentences": all.sentences,
            "unfounded": all.unfounded,
            "characters": all.characters,
            "p50_ms": milliseconds(all.p50),
            "p95_ms": milliseconds(all.p95),
        },
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Times differ from machine to machine and are left out of what is committed.
fn write(path: &Path, arguments: &EvalQuestions, reports: &[QuestionReport]) -> Result<(), Failure> {
    let head = format!(
        "# How well questions are answered without a language model. Written by:\n#   cairn eval questions --gold {} --docs {} --write-table {}\n",
        arguments.gold.display(),
        arguments.docs.display(),
        path.display()
    );
    let text = head + &table(reports, false);
    Ok(std::fs::write(path, text).map_err(|source| EngineError::File { path: path.to_owned(), source })?)
}
