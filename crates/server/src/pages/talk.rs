//! The assistant: questions by address, so that an answer can be linked to and needs no script, and the same as a stream.
//!
//! A conversation is kept by nobody but its address: the questions before are asked again, which takes milliseconds and gives the
//! same answers.

use axum::extract::State;
use axum::response::Response;
use axum::response::sse::Event;
use cairn_engine::ask::{Answer, AnswerStatus, Origin};
use cairn_model::Citation;
use cairn_web::assistant::{Reply, Sentence};
use serde_json::json;

use super::answer::Html;
use super::form::Form;
use super::looking::Looking;
use crate::api::assistant::{event, in_words, streamed};
use crate::app::App;
use crate::conversing::{self, Asked, BEFORE_MAX, QUESTION_CHARS_MAX, Sent, Told};
use crate::problem::Problem;

/// The conversation as a page.
pub(super) async fn page(State(app): State<App>, looking: Looking) -> Result<Html, Problem> {
    let answers = answers(&app, &looking, &questions(&looking.asked)).await?;
    let (mut replies, mut evidence) = (Vec::new(), Vec::new());
    for answer in &answers {
        replies.push(reply(answer, evidence.len()));
        evidence.extend(answer.citations().into_iter().cloned());
    }
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::assistant::page(&looking.frame(), &material, &replies, &evidence, true)))
}

/// The answer to the last question, as events.
pub(super) async fn stream(State(app): State<App>, looking: Looking, form: Form) -> Result<Response, Problem> {
    let Some(asked) = asked(&questions(&form), true) else { return Err(Problem::invalid("nothing is asked")) };
    let told = conversing::follow(&app, &looking.project, &looking.newest, asked);
    let mut sent = Sent::default();
    Ok(streamed(told, move |told| events(told, &looking, &mut sent)))
}

/// What of an answer was not sent yet; `offset` passages are those of answers before.
fn rest(answer: &Answer, offset: usize, looking: &Looking, sent: &mut Sent) -> Vec<Event> {
    let (sentences, passages) = sent.take(answer);
    let shown = reply(answer, offset);
    let said = |it: &Sentence| event("sentence", &json!({ "words": it.words, "cites": it.cites }));
    let links = looking.frame().links();
    let source = |(nth, citation): (usize, &Citation)| {
        let place = format!("{}:{}", looking.view.path_of(&citation.document), citation.line);
        let href = links.passage(&citation.document, citation.span);
        let number = offset + nth + 1;
        event("source", &json!({ "number": number, "quote": citation.quote.as_str(), "place": place, "href": href }))
    };
    let sources = answer.citations().into_iter().enumerate().skip(passages).map(source);
    shown.sentences.iter().skip(sentences).map(said).chain(sources).collect()
}

fn events(told: Told, looking: &Looking, sent: &mut Sent) -> Vec<Event> {
    let answers = match told {
        Told::Progress(step) => return vec![event("step", &json!({ "words": in_words(&step) }))],
        Told::Says(said) => return rest(&said.answer, said.before, looking, sent),
        Told::Answers(answers) => *answers,
    };
    let answers = match answers {
        Ok(answers) => answers,
        Err(problem) => return vec![event("note", &json!({ "words": problem.detail })), event("done", &json!({}))],
    };
    let Some((answer, before)) = answers.split_last() else { return vec![event("done", &json!({}))] };
    let offset = before.iter().map(|it| it.citations().len()).sum();
    let mut events = rest(answer, offset, looking, sent);
    let reply = reply(answer, offset);
    let undocumented = reply.is_undocumented.then(|| "Not documented.".to_owned());
    for note in undocumented.iter().chain(&reply.missing).chain(&reply.ask) {
        events.push(event("note", &json!({ "words": note })));
    }
    events.push(event("done", &json!({ "next": reply.next })));
    events
}

/// The questions of a conversation, the last one at the end.
pub(super) fn questions(asked: &Form) -> Vec<String> {
    let before: Vec<&str> = asked.all("before").collect();
    let kept = before.iter().skip(before.len().saturating_sub(BEFORE_MAX)).copied();
    let all = kept.chain(asked.said("q"));
    all.map(|it| it.chars().take(QUESTION_CHARS_MAX).collect::<String>()).filter(|it| !it.trim().is_empty()).collect()
}

/// Answers to questions that are asked one after the other. A page that is looked at again costs nothing; only a stream, which somebody
/// asked for just now, is worded by a language model.
pub(super) async fn answers(app: &App, looking: &Looking, questions: &[String]) -> Result<Vec<Answer>, Problem> {
    let Some(asked) = asked(questions, false) else { return Ok(Vec::new()) };
    conversing::answers(app, &looking.project, &looking.newest, asked).await
}

fn asked(questions: &[String], with_model: bool) -> Option<Asked> {
    let (question, before) = questions.split_last()?;
    Some(Asked { before: before.to_vec(), question: question.clone(), focus: Vec::new(), with_model })
}

/// An answer as the page shows it, its passages numbered after `offset` others.
fn reply(answer: &Answer, offset: usize) -> Reply {
    let cited: Vec<&Citation> = answer.citations();
    let number = |citation: &Citation| cited.iter().position(|it| *it == citation).map(|at| offset + at + 1);
    let sentences = answer
        .sentences
        .iter()
        .map(|it| Sentence { words: it.text.clone(), cites: it.citations.iter().filter_map(number).collect() });
    let is_undocumented = answer.status == AnswerStatus::NotDocumented;
    let is_worded = answer.sentences.iter().any(|it| it.origin == Origin::Written);
    let looked = &answer.looked_at;
    let looked = format!("Looked at {} elements and {} documents.", looked.elements, looked.documents);
    let open = answer.open.as_ref();
    Reply {
        question: answer.question.clone(),
        sentences: sentences.collect(),
        is_undocumented,
        missing: is_undocumented.then_some(looked).into_iter().chain(answer.notes.iter().cloned()).collect(),
        ask: open
            .map(|it| match &it.ask {
                Some(whom) => format!("{} Ask {whom}.", it.question),
                None => it.question.clone(),
            })
            .into_iter()
            .collect(),
        about: answer.understood.elements.iter().map(|(id, _)| id.clone()).collect(),
        next: answer.suggestions.clone(),
        by: answer.wording.as_ref().filter(|_| is_worded).map(|it| it.model.clone()),
    }
}
