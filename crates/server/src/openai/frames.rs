//! Answers in the form of chat completions, whole or in pieces. Texts are Markdown to these clients, so that everything in them that could be markup,
//! a link or an image is escaped; the only brackets are the numbers of passages.

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use cairn_engine::ask::{Answer, AnswerStatus};
use cairn_report::escaped_for_markdown;
use serde_json::{Value, json};

use crate::api::assistant::{href, in_words};
use crate::conversing::Told;
use crate::edge;
use crate::problem::Problem;
use crate::view::View;

/// The end of a stream.
const DONE: &str = "[DONE]";

/// What all pieces of an answer have in common.
pub(super) struct Frames {
    id: String,
    model: String,
    /// Where people find the service.
    base: String,
    created: i64,
}

/// How much of an answer was sent.
#[derive(Default)]
pub(super) struct Shown {
    has_begun: bool,
    parts: usize,
    passages: usize,
}

/// A text with the places of its passages.
struct Written {
    /// Stretches of the text in order.
    parts: Vec<String>,
    /// For each passage: where its number stands for the first time, in characters.
    marks: Vec<(usize, usize)>,
}

impl Frames {
    pub(super) fn new(model: String, base: String, created: i64) -> Self {
        Self { id: edge::new_id("chatcmpl"), model, base, created }
    }

    /// A whole answer.
    pub(super) fn whole(&self, answer: &Answer, view: &View) -> Value {
        let written = written(answer);
        let annotations = self.annotations(answer, view, &written);
        let message = json!({ "role": "assistant", "content": written.parts.concat(), "refusal": null, "annotations": annotations });
        self.completion(&message, &usage(Some(answer)))
    }

    /// A text that is no answer of the project.
    pub(super) fn text(&self, text: &str) -> Value {
        let message = json!({ "role": "assistant", "content": text, "refusal": null });
        self.completion(&message, &usage(None))
    }

    /// The same as a stream.
    pub(super) fn text_as_stream(&self, text: &str, with_usage: bool) -> Response {
        let mut pieces = vec![self.delta(&json!({ "role": "assistant", "content": text })), self.finish()];
        pieces.extend(with_usage.then(|| self.used(&usage(None))));
        let events =
            pieces.iter().map(|it| event(&it.to_string())).chain([event(DONE)]).map(Ok::<_, std::convert::Infallible>);
        let events: Vec<_> = events.collect();
        Sse::new(futures_util::stream::iter(events)).keep_alive(KeepAlive::new()).into_response()
    }

    /// The pieces that tell of one thing, after what was `shown`.
    pub(super) fn pieces(&self, told: Told, view: &View, shown: &mut Shown, with_usage: bool) -> Vec<Event> {
        let mut pieces = Vec::new();
        if !std::mem::replace(&mut shown.has_begun, true) {
            pieces.push(self.delta(&json!({ "role": "assistant", "content": "" })));
        }
        match told {
            Told::Progress(progress) => {
                pieces.push(self.aside("status", &json!({ "description": in_words(&progress), "done": false })));
                pieces.iter().map(|it| event(&it.to_string())).collect()
            }
            Told::Says(said) => {
                self.rest(&said.answer, view, shown, &mut pieces);
                pieces.iter().map(|it| event(&it.to_string())).collect()
            }
            Told::Answers(answers) => {
                match answers.map(|mut it| it.pop()) {
                    Ok(Some(answer)) => {
                        self.rest(&answer, view, shown, &mut pieces);
                        pieces.push(self.finish());
                        pieces.extend(with_usage.then(|| self.used(&usage(Some(&answer)))));
                    }
                    Ok(None) => pieces.push(json!({ "error": failed(&Problem::invalid("nothing is asked")) })),
                    Err(problem) => pieces.push(json!({ "error": failed(&problem) })),
                }
                pieces.iter().map(|it| event(&it.to_string())).chain([event(DONE)]).collect()
            }
        }
    }

    /// What of an answer was not shown yet.
    fn rest(&self, answer: &Answer, view: &View, shown: &mut Shown, pieces: &mut Vec<Value>) {
        let written = written(answer);
        pieces.extend(written.parts.iter().skip(shown.parts).map(|part| self.delta(&json!({ "content": part }))));
        let passages = answer.citations().into_iter().zip(self.annotations(answer, view, &written));
        for (citation, annotation) in passages.skip(shown.passages) {
            let place = format!("{}:{}", view.path_of(&citation.document), citation.line);
            let url = format!("{}{}", self.base, href(citation, &self.model));
            pieces.push(self.delta(&json!({ "annotations": [annotation] })));
            let source = json!({
                "source": { "name": place, "url": url },
                "document": [citation.quote.as_str()],
                "metadata": [{ "source": url, "name": place }],
            });
            pieces.push(self.aside("source", &source));
        }
        (shown.parts, shown.passages) = (written.parts.len(), written.marks.len());
    }

    /// A citation of each passage, at its number.
    fn annotations(&self, answer: &Answer, view: &View, written: &Written) -> Vec<Value> {
        let of = |(citation, (start, end)): (&cairn_model::Citation, &(usize, usize))| {
            let title = format!("{}:{}", view.path_of(&citation.document), citation.line);
            let url = format!("{}{}", self.base, href(citation, &self.model));
            json!({ "type": "url_citation", "url_citation": { "url": url, "title": title, "start_index": start, "end_index": end } })
        };
        answer.citations().into_iter().zip(&written.marks).map(of).collect()
    }

    fn completion(&self, message: &Value, usage: &Value) -> Value {
        json!({
            "id": self.id, "object": "chat.completion", "created": self.created, "model": self.model,
            "choices": [{ "index": 0, "message": message, "logprobs": null, "finish_reason": "stop" }],
            "usage": usage,
        })
    }

    fn delta(&self, delta: &Value) -> Value {
        self.chunk(&json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": null }]))
    }

    fn finish(&self) -> Value {
        self.chunk(&json!([{ "index": 0, "delta": {}, "logprobs": null, "finish_reason": "stop" }]))
    }

    fn used(&self, usage: &Value) -> Value {
        let mut chunk = self.chunk(&json!([]));
        if let Some(fields) = chunk.as_object_mut() {
            fields.insert("usage".to_owned(), usage.clone());
        }
        chunk
    }

    /// Something beside the answer, for clients that know it; for others it is a piece without words.
    fn aside(&self, kind: &str, data: &Value) -> Value {
        let mut chunk = self.delta(&json!({}));
        if let Some(fields) = chunk.as_object_mut() {
            fields.insert("event".to_owned(), json!({ "type": kind, "data": data }));
        }
        chunk
    }

    fn chunk(&self, choices: &Value) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model, "choices": choices,
        })
    }
}

fn event(data: &str) -> Event {
    Event::default().data(data)
}

fn failed(problem: &Problem) -> Value {
    json!({ "message": problem.detail, "type": "server_error", "param": null, "code": problem.code })
}

/// What a language model took; nothing where there was none.
fn usage(answer: Option<&Answer>) -> Value {
    let wording = answer.and_then(|it| it.wording.as_ref());
    let (input, output) = wording.map_or((0, 0), |it| (it.input_tokens, it.output_tokens));
    json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
}

/// An answer as Markdown, a sentence at a time, each with the numbers of its passages.
fn written(answer: &Answer) -> Written {
    let mut written = Written { parts: Vec::new(), marks: vec![(0, 0); answer.citations().len()] };
    let mut length = 0;
    let mut add = |part: String, parts: &mut Vec<String>| {
        length += part.chars().count();
        parts.push(part);
        length
    };
    for sentence in &answer.sentences {
        add(format!("{} ", escaped_for_markdown(&sentence.text)), &mut written.parts);
        for number in answer.numbers(sentence) {
            let mark = format!("[{number}]");
            let long = mark.chars().count();
            let end = add(mark, &mut written.parts);
            if let Some(place) = number.checked_sub(1).and_then(|at| written.marks.get_mut(at)).filter(|it| it.1 == 0) {
                *place = (end - long, end);
            }
        }
        add("\n\n".to_owned(), &mut written.parts);
    }
    // Whether that is all is only known at the end.
    match answer.status {
        AnswerStatus::NotDocumented => _ = add("Not documented.\n\n".to_owned(), &mut written.parts),
        AnswerStatus::Partly => _ = add("This is documented in part.\n\n".to_owned(), &mut written.parts),
        AnswerStatus::Answered => {}
    }
    let open = answer.open.as_ref().map(|it| {
        let whom = it.ask.as_ref().map(|it| format!(" Ask {it}.")).unwrap_or_default();
        format!("Open: {}{whom}", it.question)
    });
    for note in open.iter().chain(&answer.notes) {
        add(format!("{}\n\n", escaped_for_markdown(note)), &mut written.parts);
    }
    written
}
