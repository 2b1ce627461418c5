//! The assistant for clients that speak OpenAI's protocol: each project is a model, and its answers carry their passages.
//!
//! What a client sends beside its messages (temperature, tools, limits) changes nothing: answers follow from the project. Earlier
//! messages of the user are the questions before. `frames` makes the answers, `chores` answers what clients ask on their own
//! account (titles, tags, follow-ups) without looking anything up.

mod chores;
mod frames;

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::access::{Caller, Viewing, host};
use crate::api::assistant::streamed;
use crate::app::App;
use crate::conversing::{self, Asked, BEFORE_MAX, QUESTION_CHARS_MAX};
use crate::edge;
use crate::input::Body;
use crate::problem::Problem;
use frames::{Frames, Shown};

/// Where these operations are, as clients expect it.
pub(crate) const BASE: &str = "/v1";

/// Bytes of a problem that are read.
const PROBLEM_BYTES_MAX: usize = 64 * 1024;
/// The most messages of a conversation.
const MESSAGES_MAX: usize = 1_000;

/// The projects as models.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelList {
    /// `list`.
    object: String,
    /// One for each project that the caller has a part in.
    data: Vec<ModelRecord>,
}

/// A project as a model.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelRecord {
    /// The project's id.
    id: String,
    /// `model`.
    object: String,
    /// When the project was made, in seconds.
    created: i64,
    /// `cairn`.
    owned_by: String,
    /// The project's name.
    name: String,
}

/// A conversation. Fields that are not named here are taken and change nothing.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ChatRequest {
    /// The id of a project.
    model: String,
    /// What was said, the oldest first; the last message of the user is the question.
    #[schema(min_items = 1, max_items = 1000)]
    messages: Vec<Message>,
    /// Whether the answer comes as a stream of events.
    stream: Option<bool>,
    /// What the stream says beside the answer.
    stream_options: Option<StreamOptions>,
}

/// What was said.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Message {
    /// `user`, `assistant`, `system` …
    role: String,
    /// A text, or a list of parts of which those with a text are read.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    content: Value,
}

/// What a stream says beside the answer.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
pub(crate) struct StreamOptions {
    /// Whether the last piece tells what the answer took.
    include_usage: Option<bool>,
}

/// The projects that the caller has a part in, as models.
#[utoipa::path(get, path = "/models", tag = "openai", security(("key" = ["anyone"])),
    responses((status = 200, body = ModelList)))]
pub(crate) async fn list_models(State(app): State<App>, caller: Caller) -> Result<Json<ModelList>, Problem> {
    let mut data = Vec::new();
    for project in app.store.projects().await? {
        if caller.role_in(&app, &project.id).await?.is_some() {
            let created = project.created_at / 1000;
            let (object, owned_by) = ("model".to_owned(), "cairn".to_owned());
            data.push(ModelRecord { id: project.id, object, created, owned_by, name: project.name });
        }
    }
    Ok(Json(ModelList { object: "list".to_owned(), data }))
}

/// Answers the last message of the user from a project; every sentence has the numbers of its passages, which are annotations.
#[utoipa::path(post, path = "/chat/completions", tag = "openai", request_body = ChatRequest, security(("key" = ["anyone"])),
    responses((status = 200, content((Object = "application/json"), (Object = "text/event-stream")))))]
pub(crate) async fn complete_chat(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Body(request): Body<ChatRequest>,
) -> Result<Response, Problem> {
    if request.messages.len() > MESSAGES_MAX {
        return Err(Problem::invalid(format!("a conversation has at most {MESSAGES_MAX} messages")));
    }
    let mut said: Vec<String> = request.messages.iter().filter(|it| it.role == "user").map(Message::text).collect();
    let question = said.pop().filter(|it| it.chars().any(char::is_alphanumeric));
    let question =
        question.ok_or_else(|| Problem::invalid("`messages` has no message of the user with words in it"))?;
    let access = looking(&app, caller, &request.model).await?;
    let frames = Frames::new(request.model, base(&app, &headers), edge::now() / 1000);
    let is_streamed = request.stream.unwrap_or(false);
    let with_usage = request.stream_options.and_then(|it| it.include_usage).unwrap_or(false);
    if let Some(text) = chores::answered(&question) {
        return Ok(if is_streamed {
            frames.text_as_stream(&text, with_usage)
        } else {
            Json(frames.text(&text)).into_response()
        });
    }
    let view = access.project.view(&app).await?;
    let cut = |it: &String| it.chars().take(QUESTION_CHARS_MAX).collect::<String>();
    let before = said.iter().skip(said.len().saturating_sub(BEFORE_MAX)).map(cut).filter(|it| !it.trim().is_empty());
    let asked = Asked { before: before.collect(), question: cut(&question), focus: Vec::new(), with_model: true };
    if !is_streamed {
        let answers = conversing::answers(&app, &access.project, &view, asked).await?;
        let answer = answers.last().ok_or_else(|| Problem::invalid("nothing is asked"))?;
        return Ok(Json(frames.whole(answer, &view)).into_response());
    }
    let told = conversing::follow(&app, &access.project, &view, asked);
    let mut shown = Shown::default();
    Ok(streamed(told, move |told| frames.pieces(told, &view, &mut shown, with_usage)))
}

/// The project that a model is, for somebody who may look at it.
async fn looking(app: &App, caller: Caller, model: &str) -> Result<Viewing, Problem> {
    let none = || Problem::not_found("model");
    let role = caller.role_in(app, model).await?.ok_or_else(none)?;
    let project = app.projects.open(model).await?.ok_or_else(none)?;
    Viewing::of(caller, role, project)
}

/// Where people find the service.
fn base(app: &App, headers: &HeaderMap) -> String {
    match app.config.public_url.trim_end_matches('/') {
        "" => host(headers).map(|host| format!("http://{host}")).unwrap_or_default(),
        url => url.to_owned(),
    }
}

impl Message {
    fn text(&self) -> String {
        match &self.content {
            Value::String(text) => text.clone(),
            Value::Array(parts) => {
                let texts = parts.iter().filter_map(|part| part.get("text").and_then(Value::as_str).or(part.as_str()));
                texts.collect::<Vec<_>>().join("\n")
            }
            _ => String::new(),
        }
    }
}

/// Adds to a problem what clients of this protocol look for.
pub(crate) async fn with_error(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/problem"));
    if !is_problem {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, PROBLEM_BYTES_MAX).await.unwrap_or_default();
    let mut problem: Value = serde_json::from_slice(&body).unwrap_or_default();
    let error = error_of(&problem);
    if let Some(fields) = problem.as_object_mut() {
        fields.insert("error".to_owned(), error);
    }
    let body = problem.to_string();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    (parts, body).into_response()
}

/// A problem as this protocol has it.
fn error_of(problem: &Value) -> Value {
    let text = |name: &str| problem.get(name).and_then(Value::as_str).unwrap_or_default();
    let kind = match problem.get("status").and_then(Value::as_u64).unwrap_or_default() {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    let code = if text("detail") == "there is no such model" { "model_not_found" } else { text("code") };
    json!({ "message": text("detail"), "type": kind, "param": null, "code": code })
}
