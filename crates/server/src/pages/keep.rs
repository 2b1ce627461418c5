//! What somebody keeps of an answer: a sentence as a proposed claim, or its question as an open one. The questions of the
//! conversation come with the form and are answered again, so that only words of the documents can be kept.

use axum::extract::State;
use axum::response::Response;
use cairn_engine::ask::Answer;
use cairn_engine::{PROPOSED_KINDS, Proposal};
use cairn_model::DocumentId;
use serde_json::json;

use super::answer::back;
use super::form::Form;
use super::looking::Looking;
use super::talk::{answers, questions};
use crate::access::Reviewer;
use crate::api::assistant::{OpenQuestionRequest, open_question, write_proposal};
use crate::app::App;
use crate::input::Body;
use crate::problem::Problem;

/// Keeps what the form says of the last answer of its conversation.
pub(super) async fn keep(State(app): State<App>, looking: Looking, form: Form) -> Result<Response, Problem> {
    let access = looking.acting::<Reviewer>()?;
    let mut answers = answers(&app, &looking, &questions(&form)).await?;
    let answer = answers.pop().ok_or_else(|| Problem::invalid("nothing is asked"))?;
    let done = match form.get("action") {
        "propose" => {
            let proposal = proposal(&looking, &form, &answer)?;
            write_proposal(&app, &access.project, &access.caller, &proposal).await?;
            "proposed"
        }
        "open" => {
            let (question, ask) = match &answer.open {
                Some(open) => (&open.question, open.ask.as_ref()),
                None => (&answer.question, None),
            };
            let request: OpenQuestionRequest = serde_json::from_value(json!({ "question": question, "ask": ask }))
                .map_err(|error| Problem::invalid(error.to_string()))?;
            Box::pin(open_question(State(app), access, Body(request))).await?;
            "open"
        }
        _ => return Err(Problem::invalid("expected one of `propose`, `open`")),
    };
    Ok(back(&form.back(&format!("/p/{}/assistant", looking.project.id)), done))
}

/// The chosen sentence as a claim.
fn proposal(looking: &Looking, form: &Form, answer: &Answer) -> Result<Proposal, Problem> {
    let kind = PROPOSED_KINDS.into_iter().find(|it| it.as_str() == form.get("kind"));
    let kind = kind.ok_or_else(|| Problem::invalid("a proposal is no claim of this kind"))?;
    let number: Option<usize> = form.get("sentence").parse().ok();
    let sentence = number.and_then(|it| answer.sentences.get(it.checked_sub(1)?));
    let path = |document: &DocumentId| looking.newest.path_of(document).to_owned();
    let proposal = sentence.and_then(|it| Proposal::of(kind, answer, it, path, &looking.caller.person.id));
    proposal.ok_or_else(|| Problem::invalid("the answer has no such sentence with a passage"))
}
