//! `cairn.diff/1`: the changes with record types of their own.

use cairn_diff::{Cause, Change, Changes, Class, Counts, Passage, SentenceChange, ThreatChange};
use serde_json::{Value, json};

/// The changes as a record. What is unchanged is counted and not listed.
pub fn changes_json(changes: &Changes) -> Value {
    let listed = |list: &[Change]| -> Vec<Value> { list.iter().map(change).collect() };
    let documents = changes.documents.iter().map(|it| {
        let sentences: Vec<Value> = it.sentences.iter().map(sentence).collect();
        json!({ "path": it.path, "class": it.class.as_str(), "moved_from": it.moved_from, "sentences": sentences })
    });
    let claims = changes.claims.iter().map(|it| {
        json!({
            "id": it.id.as_str(),
            "kind": it.kind.as_str(),
            "title": it.title,
            "class": it.class.as_str(),
            "before": it.before.as_ref().map(passage),
            "after": it.after.as_ref().map(passage),
            "causes": causes(&it.causes),
        })
    });
    let threats = changes.threats.iter().filter(|it| it.class != Class::Unchanged || it.was.is_some()).map(threat);
    let renamed = changes.renamed.iter().map(|it| {
        json!({ "from": it.from.as_str(), "to": it.to.as_str(), "from_name": it.from_name, "to_name": it.to_name })
    });
    let engine = changes.engine.iter().map(|it| json!({ "name": it.name, "class": it.class.as_str() }));
    json!({
        "days": { "before": changes.days.0.to_string(), "after": changes.days.1.to_string() },
        "counts": counts(changes),
        "documents": documents.collect::<Vec<_>>(),
        "claims": claims.collect::<Vec<_>>(),
        "renamed": renamed.collect::<Vec<_>>(),
        "elements": listed(&changes.elements),
        "threats": threats.collect::<Vec<_>>(),
        "conflicts": listed(&changes.conflicts),
        "questions": listed(&changes.questions),
        "goals": listed(&changes.goals),
        "engine": engine.collect::<Vec<_>>(),
    })
}

fn counts(changes: &Changes) -> Value {
    let record = |counts: Counts| {
        json!({
            "new": counts.new, "reopened": counts.reopened, "changed": counts.changed, "resolved": counts.resolved,
            "unchanged": counts.unchanged,
        })
    };
    let of = |list: &[Change]| record(Counts::of(list.iter().map(|it| it.class)));
    json!({
        "documents": record(Counts::of(changes.documents.iter().map(|it| it.class))),
        "claims": record(Counts::of(changes.claims.iter().map(|it| it.class))),
        "elements": of(&changes.elements),
        "threats": record(changes.threat_counts()),
        "conflicts": of(&changes.conflicts),
        "questions": of(&changes.questions),
        "goals": of(&changes.goals),
    })
}

fn threat(it: &ThreatChange) -> Value {
    json!({
        "id": it.id.as_str(),
        "was": it.was.as_ref().map(cairn_model::ElementId::as_str),
        "rule": it.rule,
        "title": it.title,
        "class": it.class.as_str(),
        "severity": it.severity.as_str(),
        "score_tenths": { "before": it.score_tenths.0, "after": it.score_tenths.1 },
        "status": { "before": it.status.0.map(cairn_model::ThreatStatus::as_str), "after": it.status.1.map(cairn_model::ThreatStatus::as_str) },
        "decided": { "before": it.decided.0, "after": it.decided.1 },
        "causes": causes(&it.causes),
    })
}

fn change(it: &Change) -> Value {
    let attributes = it.attributes.iter().map(|it| json!({ "name": it.name, "before": it.before, "after": it.after }));
    json!({
        "kind": it.kind,
        "id": it.id.as_str(),
        "title": it.title,
        "class": it.class.as_str(),
        "attributes": attributes.collect::<Vec<_>>(),
        "causes": causes(&it.causes),
    })
}

fn causes(causes: &[Cause]) -> Vec<Value> {
    causes.iter().map(cause).collect()
}

fn cause(cause: &Cause) -> Value {
    let of_sentence = |kind: &str, change: &SentenceChange| {
        json!({
            "cause": kind,
            "before": change.before.as_ref().map(passage),
            "after": change.after.as_ref().map(passage),
        })
    };
    match cause {
        Cause::Text(change) => of_sentence("text", change),
        Cause::Decision(change) => of_sentence("decision", change),
        Cause::Time { from, to } => json!({ "cause": "time", "from": from.to_string(), "to": to.to_string() }),
        Cause::Rule(name) => json!({ "cause": "rule", "name": name }),
        Cause::Attacker(name) => json!({ "cause": "attacker", "name": name }),
        Cause::Reader(name) => json!({ "cause": "reader", "name": name }),
        Cause::Import(name) => json!({ "cause": "import", "name": name }),
        Cause::Settings => json!({ "cause": "settings" }),
        Cause::Indirect => json!({ "cause": "indirect" }),
    }
}

fn sentence(change: &SentenceChange) -> Value {
    json!({ "before": change.before.as_ref().map(passage), "after": change.after.as_ref().map(passage) })
}

fn passage(passage: &Passage) -> Value {
    json!({ "path": passage.path, "line": passage.line, "text": passage.text })
}
