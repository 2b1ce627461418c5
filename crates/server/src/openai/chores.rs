//! What clients ask on their own account while a person talks: a title, tags, questions to follow. It is answered from the text that they send
//! along, without looking anything up.

use serde_json::json;

/// How such a request begins.
const TASK: &str = "### Task:";

/// Words of a title.
const TITLE_WORDS_MAX: usize = 6;

/// Letters of a title.
const TITLE_CHARS_MAX: usize = 60;

/// The answer to a chore; none for a question of a person.
pub(super) fn answered(question: &str) -> Option<String> {
    let task = question.trim_start().strip_prefix(TASK)?;
    let head: String = task.chars().take(2_000).collect::<String>().to_lowercase();
    let answer = if head.contains("follow") && head.contains("question") {
        json!({ "follow_ups": ["Which threats are open?", "Which questions are open?", "What changed since the last revision?"] })
    } else if head.contains("tags") {
        json!({ "tags": ["Security"] })
    } else if head.contains("queries") {
        json!({ "queries": [] })
    } else if head.contains("title") {
        json!({ "title": title(task) })
    } else {
        json!({ "text": "" })
    };
    Some(answer.to_string())
}

/// The first words that the person said.
fn title(task: &str) -> String {
    let history = task.split_once("<chat_history>").map_or("", |(_, after)| after);
    let history = history.split("</chat_history>").next().unwrap_or_default();
    let said = history.lines().map(str::trim).find(|line| line.chars().any(char::is_alphanumeric)).unwrap_or_default();
    let said = said.trim_start_matches("USER:").trim_start_matches("user:").trim();
    let title = said.split_whitespace().take(TITLE_WORDS_MAX).collect::<Vec<_>>().join(" ");
    let title: String = title.chars().filter(|it| !it.is_control()).take(TITLE_CHARS_MAX).collect();
    if title.is_empty() { "Questions about the system".to_owned() } else { title }
}
