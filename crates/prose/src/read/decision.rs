//! Decisions: choices with a stated reason, and what stands first under a decision heading.

use cairn_model::{DecisionClaim, SourceType, Statement, Status};

use super::Claims;
use super::statement::{rationale, statement};
use crate::status::stands_planned;
use crate::terms::Cue;
use crate::utterance::{PlaceKind, Utterance};

/// Reads the decision a sentence states.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    if utterance.text().ends_with('?')
        || utterance.tokens.len() < 5
        || utterance.is_advice()
        || utterance.place.kind == PlaceKind::TableCell
    {
        return;
    }
    let said = utterance.has(Cue::Decision);
    let under_heading = utterance.place.outline.decision && states_choice(utterance);
    let contrasted = utterance.has(Cue::Rationale)
        && utterance.tokens.iter().any(|token| token.lower == "instead" || token.lower == "rather");
    if !said && !under_heading && !contrasted && !reasoned(utterance) {
        return;
    }
    let claim = DecisionClaim {
        statement: statement(utterance),
        rationale: rationale(utterance),
        about: utterance.names_or_topic(),
        alternatives: Vec::new(),
    };
    let status = match utterance.document.front_matter.get("status").map(|status| status.to_lowercase()) {
        Some(status) if status.contains("reject") => Status::Absent,
        Some(status) if status.contains("supersede") || status.contains("deprecat") => Status::Deprecated,
        _ if stands_planned(utterance) => Status::Planned,
        _ => Status::Implemented,
    };
    let anchor =
        utterance.first(Cue::Decision).map_or((utterance.start, utterance.start + 1), |hit| (hit.start, hit.end));
    claims.add(Statement::Decision(claim), status, utterance.quote(anchor), 500);
}

/// A statement about parts of the system with its reason, in a document that explains a design.
fn reasoned(utterance: &Utterance<'_>) -> bool {
    let explains =
        !matches!(utterance.place.source_type, SourceType::Postmortem | SourceType::Ticket | SourceType::Discussion);
    let reason = utterance.text().contains(" because ")
        || utterance.text().contains(" so that ")
        || utterance.text().contains(", so ");
    let negative = utterance.hits.iter().any(|hit| hit.cue == Cue::Incident);
    explains && reason && !negative && !utterance.mentions.is_empty()
}

/// Sentences that choose: "We will …", "Use …", "… should …", bullets of the decision.
fn states_choice(utterance: &Utterance<'_>) -> bool {
    utterance.tokens.iter().take(6).any(|token| {
        token.is_any(&["will", "shall", "use", "we", "must", "should", "using", "chosen", "keep", "adopt", "implement"])
    })
}
