//! What somebody proposes beside the documents: claims for review, and questions to be answered. Neither is a claim of the model: proposals wait
//! in files beside the settings until somebody takes them over (`cairn import claims`) or scans them with the documents.

use std::fs::OpenOptions;
use std::io::Write as _;

use cairn_ask::{Answer, Sentence};
use cairn_model::{ClaimKind, Document, DocumentId};
use cairn_validate::{QuoteChecker, Verdict};
use serde_json::{Value, json};

use crate::{EngineError, Workspace};

/// Where proposed claims are written, beside the settings.
pub const PROPOSALS_FILE: &str = "cairn.proposals.jsonl";

/// Where open questions are written, beside the settings.
pub const QUESTIONS_FILE: &str = "cairn.questions.md";

/// Kinds of claim that a quoted sentence can be by itself.
pub const PROPOSED_KINDS: [ClaimKind; 5] =
    [ClaimKind::Assumption, ClaimKind::Decision, ClaimKind::AcceptedRisk, ClaimKind::Question, ClaimKind::Incident];

/// The most names and quotes of a proposal, and the longest of its texts.
const LIST_MAX: usize = 16;
const TEXT_BYTES_MAX: usize = 4_000;

/// A claim that somebody proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// One of [`PROPOSED_KINDS`].
    pub kind: ClaimKind,
    /// What is claimed.
    pub statement: String,
    /// The names of what it is about.
    pub about: Vec<String>,
    /// The quotes that say so, each with the path of its document.
    pub evidence: Vec<(String, String)>,
    /// Who proposes it: a part of the program or a person.
    pub by: String,
}

impl Proposal {
    /// A sentence of an answer as a claim, in the words of its first passage and with all of them; `path` names their documents. None for
    /// a sentence without a passage.
    pub fn of(
        kind: ClaimKind,
        answer: &Answer,
        sentence: &Sentence,
        path: impl Fn(&DocumentId) -> String,
        by: &str,
    ) -> Option<Self> {
        let first = sentence.citations.first()?;
        Some(Self {
            kind,
            statement: first.quote.split_whitespace().collect::<Vec<_>>().join(" "),
            about: answer.focus.elements.iter().take(1).map(|(_, name)| name.clone()).collect(),
            evidence: sentence.citations.iter().map(|it| (path(&it.document), it.quote.as_str().to_owned())).collect(),
            by: by.to_owned(),
        })
    }
}

/// Writes a proposal down, if its quotes stand in the documents. The inner error is the proposer's; else it is the record that was written.
pub fn propose(
    workspace: &Workspace,
    documents: &[Document],
    proposal: &Proposal,
) -> Result<Result<Value, String>, EngineError> {
    if let Err(reason) = check(documents, proposal) {
        return Ok(Err(reason));
    }
    let evidence = proposal.evidence.iter().map(|(path, quote)| json!({ "document": path, "quote": quote }));
    let record = json!({
        "kind": proposal.kind.as_str(),
        "statement": proposal.statement,
        "about": proposal.about,
        "evidence": evidence.collect::<Vec<_>>(),
        "extractor": format!("reviewer/{}", proposal.by),
    });
    append(workspace, PROPOSALS_FILE, "", &format!("{record}\n"))?;
    Ok(Ok(record))
}

/// Notes a question in a page of open questions, which is read like every other document once it is scanned. Gives the line.
pub fn open_question(workspace: &Workspace, question: &str, whom: Option<&str>) -> Result<String, EngineError> {
    let one_line = |text: &str| {
        let visible: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
        let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        line.get(..line.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default().to_owned()
    };
    let whom = whom.map(|it| format!(" (ask {})", one_line(it))).unwrap_or_default();
    let line = format!("- TBD: {}{whom}\n", one_line(question));
    append(workspace, QUESTIONS_FILE, "# Open questions\n\n", &line)?;
    Ok(line)
}

fn check(documents: &[Document], proposal: &Proposal) -> Result<(), String> {
    if !PROPOSED_KINDS.contains(&proposal.kind) {
        let kinds = PROPOSED_KINDS.map(ClaimKind::as_str).join(", ");
        return Err(format!("a proposal is one of {kinds}"));
    }
    let texts =
        proposal.about.iter().chain([&proposal.statement]).chain(proposal.evidence.iter().map(|(_, quote)| quote));
    let is_bounded = proposal.about.len().max(proposal.evidence.len()) <= LIST_MAX;
    if !is_bounded || texts.clone().any(|it| it.len() > TEXT_BYTES_MAX) {
        return Err(format!("a proposal has at most {LIST_MAX} names and quotes of at most {TEXT_BYTES_MAX} bytes"));
    }
    if proposal.statement.trim().is_empty() || proposal.evidence.is_empty() {
        return Err("a proposal has a statement, and a quote that says so".to_owned());
    }
    for (path, quote) in &proposal.evidence {
        let document = documents.iter().find(|it| it.path == *path);
        let document = document.ok_or_else(|| format!("no document `{path}` was read"))?;
        if quote.trim().is_empty() || !matches!(QuoteChecker::new(document).check(quote, None), Verdict::Verbatim(_)) {
            return Err(format!("the quote does not stand in `{path}` word for word"));
        }
    }
    Ok(())
}

/// Adds to a file beside the settings, which begins with `head` when it is made.
fn append(workspace: &Workspace, name: &str, head: &str, text: &str) -> Result<(), EngineError> {
    let path = workspace.decided_at().0.join(name);
    let failed = |source| EngineError::File { path: path.clone(), source };
    let text = if path.exists() { text.to_owned() } else { format!("{head}{text}") };
    let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}
