//! A model endpoint for whole runs: answers the probe, and reads passages as a test wants.

use cairn_model::ClaimKind;
use serde_json::{Value, json};

use crate::project::Project;
use crate::stub::{Question, Reply, Stub};

/// An answer with these items and empty lists for the rest.
pub(crate) fn answer(lists: &Value) -> Value {
    let mut answer = json!({});
    for list in ClaimKind::ALL.map(ClaimKind::list) {
        answer[list] = lists.get(list).cloned().unwrap_or_else(|| json!([]));
    }
    answer
}

/// An answer without any item.
pub(crate) fn nothing() -> Reply {
    Reply::content(&answer(&json!({})).to_string())
}

/// The name of the prompt that a question was made with.
pub(crate) fn prompt(question: &Question) -> String {
    question.json()["response_format"]["json_schema"]["name"].as_str().unwrap_or_default().to_owned()
}

/// The document's text between the marks of a question.
pub(crate) fn passage(question: &Question) -> String {
    let user = question.message("user");
    let after = user.split_once(" text\n").map_or("", |(_, after)| after);
    after.split_once("\n=====").map_or("", |(text, _)| text).to_owned()
}

/// An endpoint that does what the probe asks and lets `read` answer about passages.
pub(crate) fn reading(read: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Stub {
    Stub::start(move |question| probed(question).unwrap_or_else(|| read(&passage(question))))
}

/// The answer of an honest endpoint to a question of the probe.
pub(crate) fn probed(question: &Question) -> Option<Reply> {
    let body = question.json();
    let user = question.message("user");
    let format = body["response_format"]["json_schema"]["name"].as_str();
    let kind = body["response_format"]["type"].as_str();
    if user.starts_with("The passage stands between lines")
        || user.starts_with("Material stands between lines")
        || question.method == "GET"
        || !question.path.ends_with("/chat/completions")
    {
        return None;
    }
    let tokens = (user.len() / 4) as u64;
    let content = match (format, kind) {
        (Some("probe"), _) => "{\"word\": \"zebra-7\"}",
        (_, Some("json_object")) => "{\"ok\": true}",
        _ if user.contains("quillwort") => "quillwort-4417",
        _ => "ready",
    };
    let finish = if body["max_tokens"] == 8 { "length" } else { "stop" };
    Some(Reply::completion(content, finish, tokens, 3))
}

/// A polite reader: every sentence that says that one thing calls another is a flow between two components.
pub(crate) fn flows_of(passage: &str) -> Value {
    let mut flows = Vec::new();
    let mut components = Vec::new();
    for sentence in passage.split_inclusive('.').map(str::trim) {
        let sentence = sentence.lines().last().unwrap_or_default();
        let Some((source, target)) = sentence.trim_end_matches('.').split_once(" calls ") else { continue };
        let name = |text: &str| text.trim_start_matches("The ").trim_start_matches("the ").to_owned();
        let (source, target) = (name(source), name(target));
        for name in [&source, &target] {
            components.push(json!({ "quote": sentence, "status": "implemented", "name": name, "type": "service" }));
        }
        flows.push(json!({ "quote": sentence, "status": "implemented", "source": source, "target": target }));
    }
    answer(&json!({ "flows": flows, "components": components }))
}

/// Settings for the endpoint of a test: as in life, but quick.
pub(crate) fn settings(stub: &Stub, more: &str) -> String {
    format!(
        "[model]\nbase_url = \"{}\"\nname = \"stub-1\"\nfirst_byte_ms = 3000\nattempt_ms = 3000\nattempts_max = 2\n\
         backoff_ms = 1\nbackoff_ms_max = 50\nresponse_bytes_max = 1048576\n{more}",
        stub.url()
    )
}

/// A folder with one page, whose model is the stub.
pub(crate) fn project(stub: &Stub, page: &str) -> Project {
    project_with(stub, page, "")
}

/// The same with more settings.
pub(crate) fn project_with(stub: &Stub, page: &str, more: &str) -> Project {
    let project = Project::empty();
    project.write("cairn.toml", settings(stub, more));
    project.write("docs/page.md", page);
    project
}

/// The questions that were asked about passages.
pub(crate) fn asked(stub: &Stub) -> Vec<Question> {
    stub.questions().into_iter().filter(|it| probed(it).is_none() && it.path.ends_with("/chat/completions")).collect()
}
