//! `cairn questions`: what to ask the team, most telling first.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Level};
use cairn_engine::Model;
use cairn_model::{Citation, ElementId, Gap, Threat};
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
    Gap(&'a Gap),
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
    let of_gaps =
        gaps_by_threats(model).into_iter().map(|gap| Asked { question: &gap.question, origin: Origin::Gap(gap) });
    of_threats.chain(of_documents).chain(of_gaps).collect()
}

/// What no document says, first where the worst threats are and then where most of them are.
fn gaps_by_threats(model: &Model) -> Vec<&Gap> {
    let mut weights: BTreeMap<&ElementId, (u16, usize)> = BTreeMap::new();
    for threat in &model.threats {
        for subject in threat.about.iter().chain([&threat.subject]) {
            let (worst, count) = weights.entry(subject).or_default();
            (*worst, *count) = (threat.score_tenths.max(*worst), *count + 1);
        }
    }
    let mut gaps: Vec<&Gap> = model.system.gaps.iter().collect();
    // A stable sort: what weighs the same keeps the order of ids.
    gaps.sort_by_key(|gap| std::cmp::Reverse(weights.get(&gap.subject).copied().unwrap_or_default()));
    gaps
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
        Origin::Gap(gap) => ("gap", ids(vec![&gap.subject]), ids(vec![&gap.id])),
    };
    let mut record = json!({ "question": asked.question, "origin": kind, "about": about, "ids": origin });
    if let (Origin::Gap(gap), Some(fields)) = (&asked.origin, record.as_object_mut()) {
        fields.insert("answer".to_owned(), gap.answer.clone().into());
        fields.insert("ask".to_owned(), gap.ask.clone().into());
    }
    record
}

fn describe(model: &Model, labels: &Labels, number: usize, asked: &Asked<'_>) -> String {
    let head = format!("{} {}\n", bold(&format!("{number}.")), one_line(asked.question));
    let tail = match &asked.origin {
        Origin::Threats(threats) => {
            let lines = threats.iter().map(|it| format!("   {}\n", dim(&one_line(&format!("{} {}", it.id, it.title)))));
            lines.collect()
        }
        Origin::Gap(gap) => {
            let who = gap.ask.as_ref().map(|who| format!("; ask {who}")).unwrap_or_default();
            let about = format!("{}: {}{who}", labels.get(&gap.subject), gap.rule);
            format!("   {}\n   {}\n", one_line(&gap.answer), dim(&one_line(&about)))
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
