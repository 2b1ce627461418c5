//! `cairn questions`: what to ask the team, most telling first.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::Model;
use cairn_model::{Citation, ElementId, Threat};
use cairn_report::Labels;
use serde_json::{Value, json};

use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::{bold, count, dim, one_line};
use crate::{records, snippet};

pub(crate) async fn run(context: &Context) -> Result<Ending, Failure> {
    let model = context.model().await?;
    let labels = Labels::of(&model.system);
    let questions = ranked(&model);
    if context.is_json() {
        let records: Vec<Value> = questions.iter().map(record).collect();
        records::print("cairn.questions/1", json!({ "questions": records }))?;
        return Ok(Ending::Done);
    }
    let mut text = String::new();
    for (at, question) in questions.iter().enumerate() {
        text += &describe(&model, &labels, at + 1, question);
    }
    context.print(&(text + &count(questions.len(), "question") + "\n"))?;
    Ok(Ending::Done)
}

/// A question with where it comes from.
struct Asked<'a> {
    question: &'a str,
    origin: Origin<'a>,
}

enum Origin<'a> {
    /// What these threats hang on; worst first.
    Threats(Vec<&'a Threat>),
    /// The text of a document.
    Document { id: &'a ElementId, about: &'a [ElementId], evidence: &'a [Citation] },
    /// A check that found nothing said.
    Gap { id: &'a ElementId, subject: &'a ElementId, rule: &'a str },
}

/// What threats hang on, the worst first; then what documents leave open; then what no document says.
fn ranked(model: &Model) -> Vec<Asked<'_>> {
    let mut by_text: BTreeMap<&str, Vec<&Threat>> = BTreeMap::new();
    for threat in &model.threats {
        for question in &threat.questions {
            by_text.entry(question).or_default().push(threat);
        }
    }
    let mut of_threats: Vec<(&str, Vec<&Threat>)> = by_text.into_iter().collect();
    for (_, threats) in &mut of_threats {
        threats.sort_by(|a, b| b.score_tenths.cmp(&a.score_tenths).then_with(|| a.id.cmp(&b.id)));
    }
    let worst = |threats: &[&Threat]| threats.first().map_or(0, |threat| threat.score_tenths);
    of_threats.sort_by(|a, b| worst(&b.1).cmp(&worst(&a.1)).then(b.1.len().cmp(&a.1.len())).then(a.0.cmp(b.0)));

    let of_threats =
        of_threats.into_iter().map(|(question, threats)| Asked { question, origin: Origin::Threats(threats) });
    let of_documents = model.system.questions.iter().map(|it| Asked {
        question: &it.statement,
        origin: Origin::Document { id: &it.id, about: &it.about, evidence: &it.evidence },
    });
    let of_gaps = model.system.gaps.iter().map(|it| Asked {
        question: &it.question,
        origin: Origin::Gap { id: &it.id, subject: &it.subject, rule: &it.rule },
    });
    of_threats.chain(of_documents).chain(of_gaps).collect()
}

fn record(asked: &Asked<'_>) -> Value {
    let ids = |ids: Vec<&ElementId>| ids.into_iter().map(|id| Value::from(id.as_str())).collect::<Value>();
    let (kind, about, origin) = match &asked.origin {
        Origin::Threats(threats) => (
            "threat",
            ids(threats.iter().map(|threat| &threat.subject).collect()),
            ids(threats.iter().map(|threat| &threat.id).collect()),
        ),
        Origin::Document { id, about, .. } => ("document", ids(about.iter().collect()), ids(vec![id])),
        Origin::Gap { id, subject, .. } => ("gap", ids(vec![subject]), ids(vec![id])),
    };
    json!({ "question": asked.question, "origin": kind, "about": about, "ids": origin })
}

fn describe(model: &Model, labels: &Labels, number: usize, asked: &Asked<'_>) -> String {
    let head = format!("{} {}\n", bold(&format!("{number}.")), one_line(asked.question));
    let tail = match &asked.origin {
        Origin::Threats(threats) => {
            let lines = threats.iter().map(|it| format!("   {}\n", dim(&one_line(&format!("{} {}", it.id, it.title)))));
            lines.collect()
        }
        Origin::Gap { subject, rule, .. } => {
            format!("   {}\n", dim(&one_line(&format!("{}: {rule}", labels.get(subject)))))
        }
        Origin::Document { id, evidence, .. } => {
            let group = snippet::title(Level::NOTE, "document", Some(id.as_str()), "left open in the text");
            let kind = AnnotationKind::Primary;
            let snippets = evidence.iter().filter_map(|it| snippet::citation(&model.documents, it, kind, ""));
            snippet::render(&[group.elements(snippets)])
        }
    };
    head + &tail
}
