//! What the model can look things up with. All of it only reads, and every result is bounded.

use std::fmt;

use cairn_ask::{Answer, Material, Row, Rows};
use cairn_model::{Citation, ElementId, NormalName, Threat, Truth};
use serde::Deserialize;
use serde_json::Value;

use crate::{Asker, Supposition, what_if};

/// Rows and passages of one look-up at most.
const ITEMS_MAX: usize = 20;
const PASSAGES_MAX: usize = 8;

/// Rows of each kind about an element.
const ROWS_ABOUT_MAX: usize = 6;

/// Ways of attack at most.
const PATHS_MAX: usize = 4;

/// The longest argument, and the most in one list.
const ARGUMENT_BYTES_MAX: usize = 2_000;
const ARGUMENTS_MAX: usize = 8;

/// Bytes of a passage that are cited.
const PASSAGE_BYTES_MAX: usize = 1_000;

/// A tool with its arguments, as the schema of the prompt has them.
#[derive(Debug, Deserialize)]
#[serde(tag = "tool", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Tool {
    Query { query: String },
    Search { words: String },
    Explain { name: String },
    Paths { name: Option<String> },
    WhatIf { without: Vec<String>, with: Vec<String>, compromise: Vec<String> },
    Diff { since: String },
}

/// What a tool gave: things to cite, and words about them that cannot be cited.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) items: Vec<Material>,
    pub(super) notes: Vec<String>,
}

/// What is told of a tool that there is not.
pub(super) fn refusal() -> Found {
    Found::note("there is no such tool; only those of the form exist")
}

/// What the documents' own sentences say to the question.
pub(super) fn of_answer(answer: &Answer) -> Found {
    let items = answer.sentences.iter().map(|it| Material { text: it.text.clone(), citations: it.citations.clone() });
    Found { items: items.collect(), notes: Vec::new() }
}

impl Found {
    fn note(text: impl Into<String>) -> Self {
        Self { items: Vec::new(), notes: vec![text.into()] }
    }

    fn add(&mut self, text: String, citations: Vec<Citation>) {
        self.items.push(Material { text, citations });
    }

    fn rows(&mut self, what: &str, rows: Rows, most: usize) {
        let left_out = rows.left_out + rows.rows.len().saturating_sub(most);
        for row in rows.rows.into_iter().take(most) {
            let text = of_row(what, &rows.columns, &row);
            self.add(text, row.citations);
        }
        if left_out > 0 {
            self.notes.push(format!("{left_out} more {what}"));
        }
        if !rows.undecided.is_empty() {
            let names: Vec<&str> = rows.undecided.iter().take(ITEMS_MAX).map(|(_, name)| name.as_str()).collect();
            self.notes.push(format!("not documented enough to tell of: {}", names.join(", ")));
        }
    }
}

impl Tool {
    /// The tool that a call names; none for one that there is not, or with arguments that it does not take.
    pub(super) fn parse(call: &Value) -> Option<Self> {
        let tool = Self::deserialize(call).ok()?;
        let arguments = tool.arguments();
        let is_bounded = arguments.len() <= ARGUMENTS_MAX && arguments.iter().all(|it| it.len() <= ARGUMENT_BYTES_MAX);
        is_bounded.then_some(tool)
    }

    fn arguments(&self) -> Vec<&str> {
        match self {
            Self::Query { query: text }
            | Self::Search { words: text }
            | Self::Explain { name: text }
            | Self::Diff { since: text } => vec![text],
            Self::Paths { name } => name.iter().map(String::as_str).collect(),
            Self::WhatIf { without, with, compromise } => {
                [without, with, compromise].into_iter().flatten().map(String::as_str).collect()
            }
        }
    }

    /// Looks it up. What cannot be looked up is told in words.
    pub(super) async fn run(&self, asker: &mut Asker) -> Found {
        let mut found = Found::default();
        match self {
            Self::Query { query } => look_up(asker, query, "", ITEMS_MAX, &mut found).await,
            Self::Search { words } => search(asker, words, &mut found).await,
            Self::Explain { name } => explain(asker, name, &mut found).await,
            Self::Paths { name } => paths(asker, name.as_deref(), &mut found),
            Self::WhatIf { without, with, compromise } => {
                let supposition =
                    Supposition { without: without.clone(), with: with.clone(), compromise: compromise.clone() };
                suppose(asker, &supposition, &mut found).await;
            }
            Self::Diff { since } => {
                let query = format!("changes since \"{}\"", since.replace('"', ""));
                look_up(asker, &query, "change:", ITEMS_MAX, &mut found).await;
            }
        }
        found
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Query { .. } => "query",
            Self::Search { .. } => "search",
            Self::Explain { .. } => "explain",
            Self::Paths { .. } => "paths",
            Self::WhatIf { .. } => "what if",
            Self::Diff { .. } => "diff",
        };
        write!(f, "{name} {}", self.arguments().join("; "))
    }
}

async fn look_up(asker: &mut Asker, query: &str, what: &str, most: usize, found: &mut Found) {
    match asker.query(query).await {
        Ok(Ok(rows)) => found.rows(what, rows, most),
        Ok(Err(error)) => {
            found.notes.push(format!("the query is wrong: {error}"));
            found.notes.extend(error.hint);
        }
        Err(error) => found.notes.push(error.to_string()),
    }
}

async fn search(asker: &mut Asker, words: &str, found: &mut Found) {
    let passages = match asker.passages(words).await {
        Ok((passages, notes)) => {
            found.notes.extend(notes);
            passages
        }
        Err(error) => return found.notes.push(error.to_string()),
    };
    let facts = asker.facts();
    for passage in passages.iter().take(PASSAGES_MAX) {
        let citation = asker.library().citation(&facts, &passage.document, passage.span, PASSAGE_BYTES_MAX);
        let document = facts.documents.iter().find(|it| it.id == passage.document);
        if let (Some(citation), Some(document)) = (citation, document) {
            found.add(format!("passage of {}", document.title), vec![citation]);
        }
    }
}

/// A threat with its premises, or an element with what speaks of it.
async fn explain(asker: &mut Asker, name: &str, found: &mut Found) {
    let wanted = name.trim();
    let threat =
        asker.model().threats.iter().find(|it| it.id.as_str() == wanted || it.title.eq_ignore_ascii_case(wanted));
    if let Some(threat) = threat {
        return of_threat(threat, found);
    }
    let named = NormalName::of(wanted);
    let is_meant =
        |id: &ElementId, names: &[&String]| id.as_str() == wanted || names.iter().any(|it| NormalName::of(it) == named);
    let system = &asker.model().system;
    let part = system.components.iter().find(|it| {
        let names: Vec<&String> = std::iter::once(&it.name).chain(&it.aliases).collect();
        is_meant(&it.id, &names)
    });
    let data = system.data.iter().find(|it| is_meant(&it.id, &[&it.name]));
    let queries: Vec<(String, &str)> = match (part, data) {
        (Some(part), _) => {
            let id = &part.id;
            vec![
                (format!("components where id = \"{id}\""), "component"),
                (format!("flows from \"{id}\""), "flow"),
                (format!("flows to \"{id}\""), "flow"),
                (format!("data handled_by \"{id}\""), "data"),
                (format!("controls on \"{id}\""), "control"),
                (format!("assumptions about \"{id}\""), "assumption"),
                (format!("decisions about \"{id}\""), "decision"),
                (format!("accepted_risks about \"{id}\""), "accepted risk"),
                (format!("threats on \"{id}\""), "threat"),
                (format!("gaps about \"{id}\""), "not documented:"),
            ]
        }
        (None, Some(data)) => {
            let id = &data.id;
            vec![(format!("data where id = \"{id}\""), "data"), (format!("threats on \"{id}\""), "threat")]
        }
        (None, None) => return found.notes.push("the model has no element and no threat of this name".to_owned()),
    };
    for (query, what) in queries {
        look_up(asker, &query, what, ROWS_ABOUT_MAX, found).await;
    }
}

fn of_threat(threat: &Threat, found: &mut Found) {
    let evidence = threat.explanation.iter().flat_map(|it| it.evidence.iter().cloned()).collect();
    let (status, severity) = (threat.status.as_str(), threat.severity.as_str());
    found.add(format!("threat {}: {} (status {status}, severity {severity})", threat.id, threat.title), evidence);
    for premise in &threat.explanation {
        let truth = if premise.truth == Truth::Unknown { " (nobody documented it)" } else { "" };
        found.add(format!("premise{truth}: {}", premise.premise), premise.evidence.clone());
    }
    found.notes.extend(threat.questions.iter().map(|it| format!("open: {it}")));
}

fn paths(asker: &Asker, name: Option<&str>, found: &mut Found) {
    let wanted = name.map(NormalName::of);
    let labels = cairn_report::Labels::of(&asker.model().system);
    let is_meant = |id: &ElementId| {
        wanted.as_ref().is_none_or(|wanted| NormalName::of(labels.get(id)) == *wanted || Some(id.as_str()) == name)
    };
    let touches =
        |path: &&cairn_model::AttackPath| path.hops.iter().any(|hop| is_meant(&hop.from) || is_meant(&hop.to));
    let all: Vec<_> = asker.facts().paths.iter().filter(touches).collect();
    for path in all.iter().take(PATHS_MAX) {
        let attackers = path.attackers.join(", ");
        let goal = format!(
            "way of attack of {attackers}: from {} to {} {}",
            labels.get(&path.entry),
            path.gains,
            labels.get(&path.target)
        );
        found.add(goal, path.hops.iter().flat_map(|it| it.evidence.iter().cloned()).collect());
        for hop in &path.hops {
            let truth = if hop.truth == Truth::True { "" } else { " (not certain)" };
            found.add(format!("step of it{truth}: {}", hop.means), hop.evidence.clone());
        }
    }
    found.notes.extend((all.len() > PATHS_MAX).then(|| format!("{} more ways of attack", all.len() - PATHS_MAX)));
}

/// What would be different. Threats that come, go or change bring the passages that their premises rest on today.
async fn suppose(asker: &Asker, supposition: &Supposition, found: &mut Found) {
    let difference = match Box::pin(what_if(asker.workspace(), asker.as_of(), supposition)).await {
        Ok(Ok(difference)) => difference,
        Ok(Err(reason)) => return found.notes.push(reason),
        Err(error) => return found.notes.push(error.to_string()),
    };
    found.notes.extend(difference.supposed.iter().cloned());
    let status = |it: Option<cairn_model::ThreatStatus>| it.map_or("not there", cairn_model::ThreatStatus::as_str);
    for change in difference.threats.iter().take(ITEMS_MAX) {
        let known = asker.model().threats.iter().find(|it| it.id == change.id);
        let evidence = known.into_iter().flat_map(|it| &it.explanation).flat_map(|it| it.evidence.iter().cloned());
        let text =
            format!("supposed: threat {}: {} now, {} then", change.title, status(change.before), status(change.after));
        found.add(text, evidence.collect());
    }
    let labels = cairn_report::Labels::of(&asker.model().system);
    let lists = [
        (&difference.gained, "gains"),
        (&difference.averted, "no longer gains"),
        (&difference.settled, "gains for certain"),
        (&difference.unsettled, "gains no longer for certain"),
    ];
    for (losses, verb) in lists {
        for loss in losses.iter().take(ITEMS_MAX) {
            let part = asker.model().system.components.iter().find(|it| it.id == loss.element);
            let text = format!("supposed: {} {verb} {} {}", loss.attacker, loss.gains, labels.get(&loss.element));
            found.add(text, part.map(|it| it.evidence.clone()).unwrap_or_default());
        }
    }
    if difference.is_empty() {
        found.notes.push("nothing would be different".to_owned());
    }
}

/// A row as statements, one a line, so that each can be held to by itself.
fn of_row(what: &str, columns: &[&'static str], row: &Row) -> String {
    let cells = || columns.iter().zip(&row.cells);
    let mut statements = vec![format!("{what} {}", row.name).trim_start().to_owned()];
    statements.extend(
        cells().filter_map(|(name, cell)| Some(format!("{}: {} {}", row.name, spelt(name), spelt(cell.as_ref()?)))),
    );
    let silent: Vec<String> = cells().filter(|(_, cell)| cell.is_none()).map(|(name, _)| spelt(name)).collect();
    if !silent.is_empty() {
        statements.push(format!("{}: not documented: {}", row.name, silent.join(", ")));
    }
    statements.join("\n")
}

/// Words of the vocabulary as people write them.
fn spelt(word: &str) -> String {
    word.replace('_', " ")
}
