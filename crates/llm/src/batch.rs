//! The batch interface: the same requests as lines of a file, answered within a day for half the price.
//!
//! Lines are matched by `custom_id`, which is the key under which the answer is kept; their order means nothing. Each line is read alone, so that
//! one broken or refused item costs nothing but itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{id_of, is_plain_id};
use crate::{CallError, ChatRequest, Client, Completion};

/// The most requests in one file.
pub const REQUESTS_MAX: usize = 50_000;

/// The longest file, in bytes; the interface takes 200 MB.
pub const FILE_BYTES_MAX: usize = 190_000_000;

/// Under which key of its metadata a batch carries its name.
pub(crate) const NAME: &str = "cairn_batch";

/// A batch as the endpoint tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchState {
    /// The endpoint's id.
    pub id: String,
    /// Where it stands.
    pub status: BatchStatus,
    /// Answered lines, once there are any; also of batches that ended early.
    pub output_file: Option<String>,
    /// Failed lines.
    pub error_file: Option<String>,
    /// Lines in all.
    pub total: u64,
    /// Of these, answered.
    pub completed: u64,
    /// Of these, failed.
    pub failed: u64,
}

/// Where a batch stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchStatus {
    /// It is being worked on: `validating`, `in_progress`, `finalizing`, `cancelling` or a word of a newer interface.
    Running(String),
    /// Every line was tried.
    Completed,
    /// It ended early: `failed`, `expired`, `cancelled`. Lines that were done are there all the same.
    Ended(String),
}

/// One line of a result file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The request's key.
    pub key: String,
    /// The answer, or a short word for why there is none.
    pub outcome: Result<Completion, String>,
}

/// The lines of a file with these requests under their keys, in the dialect of the client's endpoint.
pub fn to_lines<'a>(client: &Client, requests: impl IntoIterator<Item = (&'a str, &'a ChatRequest)>) -> String {
    let line = |(key, request): (&str, &ChatRequest)| {
        let line = json!({
            "custom_id": key,
            "method": "POST",
            "url": client.batch_path(),
            "body": request.body(),
        });
        line.to_string() + "\n"
    };
    requests.into_iter().map(line).collect()
}

/// The items of a result file, in its order, and how many lines were none.
pub fn parse_results(text: &str) -> (Vec<Item>, usize) {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let items: Vec<Option<Item>> = lines.map(item).collect();
    let unreadable = items.iter().filter(|item| item.is_none()).count();
    (items.into_iter().flatten().collect(), unreadable)
}

/// Uploads a file of requests and gives back the endpoint's id for it. `name` goes with it, so that it can be found again.
pub async fn upload(client: &Client, name: &str, lines: String) -> Result<String, CallError> {
    client.upload(name, lines.into_bytes()).await
}

/// Starts a batch over an uploaded file. It is tried once, unless it is sure that nothing was started.
///
/// `name` travels with the batch, so that it can be found again by [`find`].
pub async fn start(client: &Client, name: &str, file: &str) -> Result<BatchState, CallError> {
    state(&client.create_batch(file, name).await?)
}

/// The endpoint's ids of its latest batches by the names that they were submitted under.
pub async fn find(client: &Client) -> Result<BTreeMap<String, String>, CallError> {
    Ok(ids_by(&client.list_batches().await?, |batch| batch.get("metadata")?.get(NAME)?.as_str()))
}

/// The endpoint's ids of the files that wait for a batch, by the names that they were uploaded under.
pub async fn find_files(client: &Client) -> Result<BTreeMap<String, String>, CallError> {
    Ok(ids_by(&client.list_files().await?, |file| file.get("filename")?.as_str()))
}

fn ids_by(list: &Value, name: impl Fn(&Value) -> Option<&str>) -> BTreeMap<String, String> {
    let named = |record: &Value| Some((name(record)?.to_owned(), id_of(record).ok()?));
    list.get("data").and_then(Value::as_array).into_iter().flatten().filter_map(named).collect()
}

/// How a batch is getting on.
pub async fn status(client: &Client, id: &str) -> Result<BatchState, CallError> {
    state(&client.retrieve_batch(id).await?)
}

/// The text of a result file.
pub async fn download(client: &Client, file: &str) -> Result<String, CallError> {
    client.file_content(file).await
}

fn state(record: &Value) -> Result<BatchState, CallError> {
    let file = |name: &str| record.get(name).and_then(Value::as_str).filter(|id| is_plain_id(id)).map(str::to_owned);
    let count = |name: &str| record.get("request_counts").and_then(|it| it.get(name)?.as_u64()).unwrap_or(0);
    let status = match record.get("status").and_then(Value::as_str).unwrap_or_default() {
        "completed" => BatchStatus::Completed,
        word @ ("failed" | "expired" | "cancelled") => BatchStatus::Ended(word.to_owned()),
        word => BatchStatus::Running(short_word(word)),
    };
    Ok(BatchState {
        id: id_of(record)?,
        status,
        output_file: file("output_file_id"),
        error_file: file("error_file_id"),
        total: count("total"),
        completed: count("completed"),
        failed: count("failed"),
    })
}

fn item(line: &str) -> Option<Item> {
    let line: Value = serde_json::from_str(line).ok()?;
    let key = line.get("custom_id")?.as_str()?.to_owned();
    Some(Item { key, outcome: outcome(&line) })
}

fn outcome(line: &Value) -> Result<Completion, String> {
    let response = line.get("response").filter(|it| !it.is_null());
    let status = response.and_then(|it| it.get("status_code")).and_then(Value::as_u64);
    let body = response.and_then(|it| it.get("body"));
    match (status, body.and_then(Completion::from_json)) {
        (None | Some(200..=299), Some(completion)) => Ok(completion),
        (Some(200..=299), None) => Err("not a chat completion".to_owned()),
        (Some(status), _) => Err(format!("status {status}")),
        (None, _) => {
            let code = line.get("error").and_then(|it| it.get("code")).and_then(Value::as_str);
            Err(code.map_or("no answer".to_owned(), short_word))
        }
    }
}

/// A word of the endpoint, held to what such words look like.
fn short_word(word: &str) -> String {
    let plain = word.chars().filter(|it| it.is_ascii_alphanumeric() || "_-".contains(*it));
    let word: String = plain.take(40).collect();
    if word.is_empty() { "unknown".to_owned() } else { word }
}
