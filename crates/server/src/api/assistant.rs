//! Questions in plain words: an answer at once, or a conversation as a stream; and what is saved of either on purpose.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use cairn_engine::ask::{Answer as Said, Wording};
use cairn_engine::{PROPOSED_KINDS, Progressed, Proposal};
use cairn_model::{Citation, ElementId};
use futures_util::stream;
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

use super::{Answer, decisions::Line};
use crate::access::{Reviewing, Viewing};
use crate::app::{App, changed, entry};
use crate::conversing::{self, Asked, BEFORE_MAX, FOCUS_MAX, QUESTION_CHARS_MAX, Sent, Told};
use crate::input::Body;
use crate::problem::Problem;
use crate::view::View;

/// How often a stream says that it is still there.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Questions before that may be brought along, of which the last count.
const BROUGHT_MAX: usize = 50;

/// A question, with what it follows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskRequest {
    /// The question, in plain words.
    #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
    question: Line,
    /// Questions that were asked before, the oldest first; the last five count.
    #[serde(default)]
    #[schema(schema_with = before)]
    before: Vec<Line>,
    /// Elements that the conversation is about, by id.
    #[serde(default)]
    #[schema(max_items = 6)]
    focus: Vec<String>,
    /// Whether the project's language model may word the answer; true when not given.
    model: Option<bool>,
}

/// An answer whose every sentence has citations that stand in the documents.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerRecord {
    /// The question as it was asked.
    pub question: String,
    /// `answered`, `partly` or `not_documented`.
    pub status: String,
    /// What is answered; empty when nothing is documented.
    pub sentences: Vec<SentenceRecord>,
    /// The passages, in the order of their numbers.
    pub citations: Vec<CitedPassage>,
    /// What to ask, whom, and why; where the documents leave something open.
    #[schema(value_type = Option<Object>)]
    pub open: Option<Value>,
    /// What was looked at: how many elements and documents, by which words.
    #[schema(value_type = Object)]
    pub looked_at: Value,
    /// The elements that the conversation is about from here on: id and name.
    #[schema(value_type = Vec<Object>)]
    pub focus: Vec<Value>,
    /// What could be asked next.
    pub suggestions: Vec<String>,
    /// How many sentences were withheld because what they cite does not hold, or does not say so.
    pub withheld: usize,
    /// What did not work as it should have, and what was done instead.
    pub notes: Vec<String>,
    /// What a language model did for it, and what that took; none where it was answered without one.
    #[schema(value_type = Option<Object>)]
    pub wording: Option<Value>,
}

/// A sentence of an answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentenceRecord {
    /// The sentence, in plain text.
    pub text: String,
    /// `model` for a row of the model, `text` for the words of a document, `written` for a language model's own words.
    pub origin: String,
    /// The numbers of its citations, counted from 1.
    pub citations: Vec<usize>,
}

/// A passage that a sentence rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CitedPassage {
    /// The document, by id.
    pub document: String,
    /// Its path.
    pub path: String,
    /// The digest of the text that is quoted.
    pub revision: String,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// The line it begins in, counted from 1.
    pub line: usize,
    /// The words.
    pub quote: String,
    /// Where a person finds them in the service.
    pub href: String,
}

/// A claim that somebody proposes: a quoted sentence as one of five kinds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalRequest {
    /// `assumption`, `decision`, `accepted_risk`, `question` or `incident`.
    #[schema(pattern = "^(assumption|decision|accepted_risk|question|incident)$")]
    kind: String,
    /// What is claimed.
    #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
    statement: Line,
    /// The names of what it is about.
    #[serde(default)]
    #[schema(schema_with = about)]
    about: Vec<Line>,
    /// The document that says so, by path.
    document: String,
    /// Its words, as they stand there.
    #[schema(min_length = 1, max_length = 4000)]
    quote: String,
}

/// A question that is left open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenQuestionRequest {
    /// The question.
    #[schema(value_type = String, pattern = "[A-Za-z0-9]", max_length = 2000)]
    question: Line,
    /// Whom to ask.
    #[schema(value_type = Option<String>, pattern = "[A-Za-z0-9]", max_length = 2000)]
    ask: Option<Line>,
}

fn before() -> Array {
    lines("Questions that were asked before, the oldest first; the last five count.", BROUGHT_MAX)
}

fn about() -> Array {
    lines("The names of what it is about.", 16)
}

/// The description of a list of texts with words in them.
fn lines(what: &str, max: usize) -> Array {
    let line = ObjectBuilder::new().schema_type(Type::String).pattern(Some("[A-Za-z0-9]")).max_length(Some(2000));
    ArrayBuilder::new().description(Some(what)).items(line).max_items(Some(max)).build()
}

/// Answers a question in plain words, or says that it is not documented, and whom to ask.
#[utoipa::path(post, path = "/projects/{project}/ask", tag = "assistant", request_body = AskRequest,
    security(("key" = ["viewer"])), responses((status = 200, body = AnswerRecord)))]
pub(crate) async fn ask(
    State(app): State<App>,
    access: Viewing,
    Body(request): Body<AskRequest>,
) -> Answer<AnswerRecord> {
    let view = access.project.view(&app).await?;
    let asked = asked(request, &view)?;
    let mut answers = conversing::answers(&app, &access.project, &view, asked).await?;
    let answer = answers.pop().ok_or_else(|| Problem::invalid("nothing is asked"))?;
    Ok(Json(record(&answer, &view, &access.project.id)))
}

/// The same as a stream of events: `status` for each step of a language model, `answer.delta` for each sentence as soon as it is written and holds, `citation`
/// for each passage, and `done` with the whole answer, or `error`. Whoever closes the stream stops the work.
#[utoipa::path(post, path = "/projects/{project}/chat", tag = "assistant", request_body = AskRequest,
    security(("key" = ["viewer"])), responses((status = 200, content_type = "text/event-stream", body = Object)))]
pub(crate) async fn chat(
    State(app): State<App>,
    access: Viewing,
    Body(request): Body<AskRequest>,
) -> Result<Response, Problem> {
    let view = access.project.view(&app).await?;
    let asked = asked(request, &view)?;
    let told = conversing::follow(&app, &access.project, &view, asked);
    let project = access.project.id.clone();
    let mut sent = Sent::default();
    Ok(streamed(told, move |told| events(told, &view, &project, &mut sent)))
}

/// Notes a claim for review, in a file beside the project's settings. It is none of the model before somebody takes it over.
#[utoipa::path(post, path = "/projects/{project}/proposals", tag = "assistant", request_body = ProposalRequest,
    security(("key" = ["reviewer"])), responses((status = 201, body = Object)))]
pub(crate) async fn propose(
    State(app): State<App>,
    access: Reviewing,
    Body(request): Body<ProposalRequest>,
) -> Result<Response, Problem> {
    let kind = PROPOSED_KINDS.into_iter().find(|it| it.as_str() == request.kind);
    let kind = kind.ok_or_else(|| Problem::invalid("a proposal is no claim of this kind"))?;
    let proposal = Proposal {
        kind,
        statement: request.statement.0,
        about: request.about.into_iter().map(|it| it.0).collect(),
        evidence: vec![(request.document, request.quote)],
        by: access.caller.person.id.clone(),
    };
    let record = write_proposal(&app, &access.project, &access.caller, &proposal).await?;
    Ok((StatusCode::CREATED, Json(record)).into_response())
}

/// Notes an open question, on a page beside the project's settings.
#[utoipa::path(post, path = "/projects/{project}/open-questions", tag = "assistant", request_body = OpenQuestionRequest,
    security(("key" = ["reviewer"])), responses((status = 201, body = Object)))]
pub(crate) async fn open_question(
    State(app): State<App>,
    access: Reviewing,
    Body(request): Body<OpenQuestionRequest>,
) -> Result<Response, Problem> {
    let project = &access.project;
    let _deciding = project.deciding.lock().await;
    let trail = entry(&access.caller, Some(&project.id), "question.open", "");
    app.record(&changed(trail, None, Some(json!({ "question": request.question.0 })))).await?;
    let workspace = project.workspace().await?;
    let whom = request.ask.as_ref().map(|it| it.0.as_str());
    let line = cairn_engine::open_question(&workspace, &request.question.0, whom)?;
    Ok((StatusCode::CREATED, Json(json!({ "line": line.trim_end() }))).into_response())
}

/// Writes a proposal into the trail and into the project's file.
pub(crate) async fn write_proposal(
    app: &App,
    project: &Arc<crate::project::Project>,
    caller: &crate::access::Caller,
    proposal: &Proposal,
) -> Result<Value, Problem> {
    let view = project.view(app).await?;
    let _deciding = project.deciding.lock().await;
    let trail = entry(caller, Some(&project.id), "claim.propose", proposal.kind.as_str());
    app.record(&changed(trail, None, Some(json!({ "statement": proposal.statement })))).await?;
    let workspace = project.workspace().await?;
    cairn_engine::propose(&workspace, &view.model.documents, proposal)?.map_err(Problem::invalid)
}

/// A stream of what `events` makes of each thing that is told; it ends after the answer.
pub(crate) fn streamed<E>(told: Receiver<Told>, events: E) -> Response
where
    E: FnMut(Told) -> Vec<Event> + Send + 'static,
{
    let begin = (told, VecDeque::new(), events);
    let all = stream::unfold(begin, |(mut told, mut ready, mut events)| async move {
        loop {
            if let Some(event) = ready.pop_front() {
                return Some((Ok::<_, Infallible>(event), (told, ready, events)));
            }
            let next = told.recv().await?;
            ready.extend(events(next));
        }
    });
    let mut response = Sse::new(all).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)).into_response();
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

/// What a step of the language model is, for people.
pub(crate) fn in_words(progress: &Progressed) -> String {
    match progress {
        Progressed::Asks(step) => format!("Asks the language model, step {step}"),
        Progressed::LooksUp(what) => format!("Looks up {what}"),
        Progressed::Says(_) => "Writes the answer".to_owned(),
    }
}

/// An event of a stream.
pub(crate) fn event(kind: &str, data: &Value) -> Event {
    Event::default().event(kind).data(data.to_string())
}

/// What of an answer was not sent yet.
fn rest(answer: &Said, view: &View, project: &str, sent: &mut Sent) -> Vec<Event> {
    let (sentences, passages) = sent.take(answer);
    let record = record(answer, view, project);
    let sentences = record.sentences.iter().skip(sentences).map(|it| event("answer.delta", &json!(it)));
    let passages = record.citations.iter().enumerate().skip(passages);
    let passages = passages.map(|(at, it)| event("citation", &json!({ "number": at + 1, "passage": it })));
    sentences.chain(passages).collect()
}

fn events(told: Told, view: &View, project: &str, sent: &mut Sent) -> Vec<Event> {
    let answers = match told {
        Told::Progress(progress) => return vec![event("status", &json!({ "words": in_words(&progress) }))],
        Told::Says(said) => return rest(&said.answer, view, project, sent),
        Told::Answers(answers) => *answers,
    };
    let answer = match answers.map(|mut it| it.pop()) {
        Ok(Some(answer)) => answer,
        Ok(None) => return vec![event("error", &json!(Problem::invalid("nothing is asked")))],
        Err(problem) => return vec![event("error", &json!(problem))],
    };
    let mut events = rest(&answer, view, project, sent);
    events.push(event("done", &json!(record(&answer, view, project))));
    events
}

fn asked(request: AskRequest, view: &View) -> Result<Asked, Problem> {
    if request.before.len() > BROUGHT_MAX {
        return Err(Problem::invalid(format!("at most {BROUGHT_MAX} questions before are taken along")));
    }
    if request.focus.len() > FOCUS_MAX {
        return Err(Problem::invalid(format!("a conversation is about at most {FOCUS_MAX} elements at once")));
    }
    let element = |id: &String| {
        let found = view.element(id).ok_or_else(|| Problem::not_found("element"))?;
        let (kind, rest) = found.id.split_once('-').ok_or_else(|| Problem::not_found("element"))?;
        Ok((ElementId::named(kind, rest), found.label.clone()))
    };
    let before = request.before.len().saturating_sub(BEFORE_MAX);
    let cut = |it: Line| it.0.chars().take(QUESTION_CHARS_MAX).collect::<String>();
    Ok(Asked {
        before: request.before.into_iter().skip(before).map(cut).collect(),
        question: cut(request.question),
        focus: request.focus.iter().map(element).collect::<Result<_, Problem>>()?,
        with_model: request.model.unwrap_or(true),
    })
}

/// An answer as a record.
pub(crate) fn record(answer: &Said, view: &View, project: &str) -> AnswerRecord {
    let sentence = |it: &cairn_engine::ask::Sentence| SentenceRecord {
        text: it.text.clone(),
        origin: it.origin.as_str().to_owned(),
        citations: answer.numbers(it),
    };
    let looked = &answer.looked_at;
    AnswerRecord {
        question: answer.question.clone(),
        status: answer.status.as_str().to_owned(),
        sentences: answer.sentences.iter().map(sentence).collect(),
        citations: answer.citations().into_iter().map(|it| passage(it, view, project)).collect(),
        open: answer.open.as_ref().map(|it| json!({ "question": it.question, "ask": it.ask, "because": it.because })),
        looked_at: json!({ "elements": looked.elements, "documents": looked.documents, "words": looked.words }),
        focus: answer.focus.elements.iter().map(|(id, name)| json!({ "id": id.as_str(), "name": name })).collect(),
        suggestions: answer.suggestions.clone(),
        withheld: answer.withheld,
        notes: answer.notes.clone(),
        wording: answer.wording.as_ref().map(wording),
    }
}

fn wording(wording: &Wording) -> Value {
    json!({
        "model": wording.model,
        "looked_up": wording.looked_up,
        "calls": wording.calls,
        "input_tokens": wording.input_tokens,
        "output_tokens": wording.output_tokens,
        "cost_micros": wording.cost_micros,
    })
}

fn passage(citation: &Citation, view: &View, project: &str) -> CitedPassage {
    CitedPassage {
        document: citation.document.as_str().to_owned(),
        path: view.path_of(&citation.document).to_owned(),
        revision: citation.revision.as_str().to_owned(),
        start: citation.span.start,
        end: citation.span.end,
        line: citation.line,
        quote: citation.quote.as_str().to_owned(),
        href: href(citation, project),
    }
}

/// Where a passage is shown, below the service's own address.
pub(crate) fn href(citation: &Citation, project: &str) -> String {
    let (document, span) = (citation.document.as_str(), citation.span);
    format!("/p/{project}/documents/{document}?from={}&to={}#cited", span.start, span.end)
}
