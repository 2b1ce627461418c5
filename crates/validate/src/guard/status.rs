//! Whether something is there: the claim's word against the quote's, clause by clause.

use cairn_model::{Claim, Document, RejectedReason, Statement, Status, name_words};

use super::cues::{cues, has_negation, is_denied, words};
use super::evidence::Evidence;

/// The status that the quote bears out, or why it bears out none.
pub(super) fn hold(claim: &Claim, document: &Document, evidence: &Evidence) -> Result<Status, RejectedReason> {
    if !can_be_denied(&claim.statement) {
        return Ok(of_a_thing(claim.status, document, evidence));
    }
    let clauses = evidence.clauses_about(&|words| is_anchor(&claim.statement, words));
    let any = |name: &str| clauses.iter().any(|clause| cues().list(name).occurs_in(clause));
    let denied = clauses.iter().all(|clause| is_denied(clause));
    match claim.status {
        Status::Implemented if denied => Err(RejectedReason::NegationNotInQuote),
        // The more careful word is the source's own.
        Status::Implemented if any("deprecated") => Ok(Status::Deprecated),
        Status::Implemented if any("planned") || under_plans(evidence) => Ok(Status::Planned),
        Status::Implemented if any("assumed") => Ok(Status::Assumed),
        Status::Implemented => Ok(Status::Implemented),
        Status::Absent if clauses.iter().any(|clause| is_denied(clause)) => Ok(Status::Absent),
        Status::Absent => Err(RejectedReason::NegationNotInQuote),
        status if is_borne_out(status, document, evidence) => Ok(status),
        _ => Err(RejectedReason::ModalityNotInQuote),
    }
}

/// Of these the clause says whether they are there. A component or a data set is there because it is spoken of.
fn can_be_denied(statement: &Statement) -> bool {
    matches!(statement, Statement::Flow(_) | Statement::Endpoint(_) | Statement::Control(_) | Statement::Permission(_))
}

/// A status that the quote has no word for is none at all.
fn of_a_thing(status: Status, document: &Document, evidence: &Evidence) -> Status {
    let borne_out = match status {
        Status::Implemented => true,
        Status::Absent => has_negation(&evidence.words),
        _ => is_borne_out(status, document, evidence),
    };
    if borne_out { status } else { Status::Implemented }
}

fn is_borne_out(status: Status, document: &Document, evidence: &Evidence) -> bool {
    match status {
        Status::Implemented | Status::Absent => true,
        Status::Planned => evidence.speaks_of(cues().list("planned")) || under_plans(evidence) || is_draft(document),
        Status::Assumed => evidence.is_about(cues().list("assumed")),
        Status::Deprecated => evidence.is_about(cues().list("deprecated")),
    }
}

/// Headings under which everything is planned.
fn under_plans(evidence: &Evidence) -> bool {
    const PLANS: [&str; 7] = ["future", "roadmap", "planned", "todo", "proposal", "proposed", "backlog"];
    evidence.headings.iter().any(|word| PLANS.contains(&word.as_str()))
}

fn is_draft(document: &Document) -> bool {
    let status = document.front_matter.get("status").map(|status| status.to_lowercase()).unwrap_or_default();
    ["proposed", "draft", "provisional", "rfc"].iter().any(|word| status.contains(word))
}

/// Whether a clause speaks of the claim's own thing.
fn is_anchor(statement: &Statement, clause: &[String]) -> bool {
    match statement {
        Statement::Control(body) => cues().control(body.control_type).is_some_and(|cues| cues.occurs_in(clause)),
        Statement::Flow(body) => speaks_of(&body.target, clause),
        Statement::Endpoint(body) => {
            let path = words(&body.path);
            !path.is_empty() && clause.windows(path.len()).any(|window| window == path.as_slice())
        }
        Statement::Permission(body) => speaks_of(&body.action, clause),
        _ => true,
    }
}

fn speaks_of(name: &str, clause: &[String]) -> bool {
    let of_clause = name_words(&clause.join(" "));
    let words = name_words(name);
    !words.is_empty() && words.iter().all(|word| of_clause.contains(word))
}
