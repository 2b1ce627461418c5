//! Threats as SARIF 2.1.0, each with its ways through the system as code flows.
//!
//! A result stands where its best citation is: a place is never invented, so a threat without a citation has no location. What is
//! unknown is a review and not a failure. Of a path each hop that is cited is a step; a hop that is not is told in words.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{AttackPath, Citation, ElementId, RulingKind, Severity, System, Threat, ThreatStatus, Truth};
use serde_json::{Map, Value, json};

use crate::{Labels, visible};

/// Paths that one result shows; the export has all.
const FLOWS_MAX: usize = 5;

/// Further citations that one result shows.
const RELATED_MAX: usize = 20;

/// The threats that stand, and those that are accepted, as a SARIF log with a final newline.
pub fn sarif(system: &System, threats: &[Threat], paths: &[AttackPath]) -> String {
    let log = Log {
        labels: Labels::of(system),
        places: system.documents.iter().map(|it| (it.id.as_str(), it.path.as_str())).collect(),
        paths,
    };
    let mut shown: Vec<&Threat> = threats.iter().filter(|it| it.status != ThreatStatus::Mitigated).collect();
    shown.sort_by(|one, other| one.id.cmp(&other.id));
    let ids: BTreeSet<&str> = shown.iter().map(|it| it.rule.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let rules: Vec<Value> =
        ids.iter().filter_map(|id| Some(rule(id, shown.iter().find(|it| it.rule == *id)?))).collect();
    let results: Vec<Value> = shown.iter().map(|threat| log.result(threat, &ids)).collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "cairn", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "automationDetails": { "id": "cairn/" },
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("a value serialises") + "\n"
}

/// A rule as its threats describe it.
fn rule(id: &str, example: &Threat) -> Value {
    let words = id.replace('-', " ");
    let mut tags = vec!["security".to_owned()];
    tags.extend(example.cwe.map(|number| format!("external/cwe/cwe-{number}")));
    tags.extend(example.stride.iter().map(|it| format!("STRIDE-{}", it.letter())));
    json!({
        "id": id,
        "shortDescription": { "text": words },
        "fullDescription": { "text": example.remediation.trim() },
        "help": { "text": example.remediation.trim() },
        "properties": { "tags": tags, "security-severity": tenths(example.score_tenths) },
    })
}

struct Log<'a> {
    labels: Labels,
    /// Paths of documents by their ids.
    places: BTreeMap<&'a str, &'a str>,
    paths: &'a [AttackPath],
}

impl Log<'_> {
    fn result(&self, threat: &Threat, rules: &[&str]) -> Value {
        let is_finding = matches!(
            threat.status,
            ThreatStatus::Open | ThreatStatus::Disputed | ThreatStatus::AcceptanceExpired | ThreatStatus::Planned
        ) || threat.status == ThreatStatus::Accepted;
        let mut cited = threat.explanation.iter().flat_map(|premise| &premise.evidence);
        let mut result = Map::new();
        let mut put = |key: &str, value: Value| drop(result.insert(key.to_owned(), value));
        put("ruleId", json!(threat.rule));
        put("ruleIndex", json!(rules.binary_search(&threat.rule.as_str()).unwrap_or_default()));
        put("kind", json!(if is_finding { "fail" } else { "review" }));
        put("level", json!(if is_finding { level(threat.severity) } else { "none" }));
        put("message", json!({ "text": message(threat) }));
        put("fingerprints", json!({ "threatId/v1": threat.id.as_str() }));
        put("partialFingerprints", json!({ "threatId/v1": threat.id.as_str() }));
        let mut first: Vec<Value> = cited.next().map(|it| self.location(it, None)).into_iter().collect();
        let logical =
            json!({ "name": plain(self.labels.get(&threat.subject)), "fullyQualifiedName": threat.subject.as_str() });
        match first.first_mut().and_then(Value::as_object_mut) {
            Some(first) => drop(first.insert("logicalLocations".to_owned(), json!([logical]))),
            None => first.push(json!({ "logicalLocations": [logical] })),
        }
        put("locations", json!(first));
        // Two premises may rest on one passage, and the schema wants each place once.
        let mut related: Vec<Value> = Vec::new();
        for location in cited.map(|it| self.location(it, None)) {
            if related.len() < RELATED_MAX && !related.contains(&location) {
                related.push(location);
            }
        }
        put("relatedLocations", json!(related));
        let flows = self.flows(&threat.id);
        if !flows.is_empty() {
            put("codeFlows", json!(flows));
        }
        let suppressions = suppressions(threat);
        if !suppressions.is_empty() {
            put("suppressions", json!(suppressions));
        }
        put("properties", json!({ "status": threat.status.as_str(), "score": tenths(threat.score_tenths) }));
        Value::Object(result)
    }

    /// The ways that make use of the threat, most pressing first.
    fn flows(&self, threat: &ElementId) -> Vec<Value> {
        let uses = |path: &&AttackPath| path.hops.iter().any(|hop| hop.threat.as_ref() == Some(threat));
        let mut paths: Vec<&AttackPath> = self.paths.iter().filter(uses).collect();
        paths.sort_by(|one, other| other.score_tenths.cmp(&one.score_tenths).then_with(|| one.id.cmp(&other.id)));
        paths.into_iter().take(FLOWS_MAX).map(|path| self.flow(path)).collect()
    }

    fn flow(&self, path: &AttackPath) -> Value {
        let steps: Vec<Value> = path
            .hops
            .iter()
            .enumerate()
            .map(|(at, hop)| {
                let unsure = if hop.truth == Truth::True { "" } else { " (not certain)" };
                let text = format!("{} {}{unsure}", hop.rule, plain(&hop.means));
                let location = match hop.evidence.first() {
                    Some(citation) => self.location(citation, Some(&text)),
                    None => json!({ "message": { "text": text } }),
                };
                let importance = if hop.threat.is_some() { "essential" } else { "important" };
                json!({ "location": location, "executionOrder": at + 1, "importance": importance })
            })
            .collect();
        let goals: Vec<String> = path.goals.iter().map(|goal| plain(&goal.why)).collect();
        json!({
            "message": { "text": format!("{}: {}", path.id, goals.join("; ")) },
            "threadFlows": [{ "locations": steps }],
        })
    }

    fn location(&self, citation: &Citation, message: Option<&str>) -> Value {
        let path = self.places.get(citation.document.as_str()).copied().unwrap_or(citation.document.as_str());
        let quote = citation.quote.as_str();
        let lines = quote.trim_end().matches('\n').count();
        let mut location = json!({
            "physicalLocation": {
                "artifactLocation": { "uri": uri(path) },
                "region": {
                    "startLine": citation.line,
                    "endLine": citation.line + lines,
                    "byteOffset": citation.span.start,
                    "byteLength": citation.span.len(),
                    "snippet": { "text": quote },
                },
            },
        });
        if let (Some(message), Some(location)) = (message, location.as_object_mut()) {
            location.insert("message".to_owned(), json!({ "text": message }));
        }
        location
    }
}

fn message(threat: &Threat) -> String {
    let mut text = plain(&threat.title) + ".";
    for question in &threat.questions {
        text.extend([" ", plain(question).as_str()]);
    }
    text
}

/// Acceptances, by documents or by people; one that is over suppresses nothing.
fn suppressions(threat: &Threat) -> Vec<Value> {
    let by_documents = (threat.status == ThreatStatus::Accepted)
        .then(|| json!({ "kind": "external", "status": "accepted", "justification": "a document accepts the risk" }));
    let ruling = threat.ruling.as_ref().filter(|it| it.in_force && it.kind == RulingKind::Accepted);
    let by_person = ruling.map(|it| {
        let expires = it.expires.map(|date| date.to_string());
        let properties = json!({ "owner": it.owner, "expires": expires });
        json!({ "kind": "external", "status": "accepted", "justification": plain(&it.reason), "properties": properties })
    });
    by_documents.into_iter().chain(by_person).collect()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn tenths(score: u16) -> String {
    format!("{}.{}", score / 10, score % 10)
}

fn plain(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    path.bytes().map(escaped).collect()
}
