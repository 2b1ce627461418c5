//! Open questions: what the text itself does not know.

use cairn_model::{QuestionClaim, SourceType, Statement, Status};

use super::Claims;
use super::statement::statement;
use crate::terms::Cue;
use crate::utterance::{PlaceKind, Utterance};

/// Reads the question a sentence leaves open.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    let words =
        utterance.tokens.iter().filter(|token| !token.mark && token.lower.chars().any(char::is_alphabetic)).count();
    let answers_itself = utterance.text().trim_end_matches('?').trim_end().ends_with(':');
    if words < 3 || answers_itself || utterance.lexicon.is_form_question(utterance.text()) {
        return;
    }
    // A postmortem's "why" is answered in the next line.
    let asks_why = utterance.tokens.first().is_some_and(|token| token.lower == "why");
    let asks = utterance.text().ends_with('?') && utterance.place.source_type != SourceType::Readme && !asks_why;
    let listed = utterance.place.outline.questions
        && matches!(utterance.place.kind, PlaceKind::ListItem { .. })
        && opens_item(utterance);
    if asks || listed || utterance.has(Cue::Question) {
        let claim = QuestionClaim { statement: statement(utterance), about: utterance.names_or_topic() };
        let anchor =
            utterance.first(Cue::Question).map_or((utterance.start, utterance.start + 1), |hit| (hit.start, hit.end));
        claims.add(Statement::Question(claim), Status::Implemented, utterance.quote(anchor), 500);
    }
}

fn opens_item(utterance: &Utterance<'_>) -> bool {
    utterance.start == 0
}
