//! `cairn ask QUESTION`: an answer with numbered citations, or what is not documented and whom to ask.

use cairn_engine::ask::{Answer, AnswerStatus, Conversation, Sentence, Wording};
use cairn_engine::{Asker, Assistant, Progressed, Workspace};
use cairn_model::{Citation, DocumentId};
use serde_json::{Value, json};

use super::scan::money;
use super::{index, model};
use crate::arguments::{AskArguments, ModelOptions};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, dim, one_line, shortened};

/// Characters of a quote under an answer.
const QUOTE_MAX: usize = 200;

pub(crate) async fn run(context: &Context, arguments: &AskArguments) -> Result<Ending, Failure> {
    let mut asker = open(context).await?;
    let assistant = assistant(&asker, &arguments.model).await?;
    let question = arguments.question.join(" ");
    let answer = answered(context, &mut asker, assistant.as_ref(), &question, &Conversation::default()).await?;
    let recording = assistant.as_ref().and_then(Assistant::recorded);
    model::write_recording(&arguments.model, recording.as_ref())?;
    if context.is_json() {
        records::print("cairn.answer/1", record(&answer, &|id| path(&asker, id)))?;
    } else {
        context.print(&text(&answer, &|id| path(&asker, id)))?;
    }
    Ok(Ending::Done)
}

/// The workspace, ready for questions; something must have been scanned into it.
pub(crate) async fn open(context: &Context) -> Result<Asker, Failure> {
    let workspace: Workspace = context.workspace().await?;
    let asker = Asker::open(&workspace, context.as_of, index::access(&workspace)?).await?;
    if !asker.model().scanned {
        let folder = workspace.folder().display().to_string();
        return Err(Failure::no_input(format!(
            "nothing was scanned into `{folder}` yet\nhint: run `cairn scan PATH…`"
        )));
    }
    Ok(asker)
}

/// The language model that words answers, where there is one.
pub(crate) async fn assistant(asker: &Asker, options: &ModelOptions) -> Result<Option<Assistant>, Failure> {
    match model::access(asker.workspace(), options)? {
        Some(access) => Ok(Assistant::open(asker.workspace(), &access).await?),
        None => Ok(None),
    }
}

/// The answer to a question, with the help of the model where there is one.
pub(crate) async fn answered(
    context: &Context,
    asker: &mut Asker,
    assistant: Option<&Assistant>,
    question: &str,
    conversation: &Conversation,
) -> Result<Answer, Failure> {
    let Some(assistant) = assistant else { return Ok(asker.ask(question, conversation).await?) };
    let mut tell = |progressed: Progressed| {
        if context.verbose {
            context.tell(&match progressed {
                Progressed::Asks(step) => format!("asks the language model, step {step}"),
                Progressed::LooksUp(what) => format!("looks up {}", one_line(&what)),
                Progressed::Says(sentences) => format!("has {} that hold", count(sentences.len(), "sentence")),
            });
        }
    };
    Ok(Box::pin(asker.ask_with(assistant, question, conversation, &mut tell)).await?)
}

/// The path of a document.
pub(crate) fn path(asker: &Asker, id: &DocumentId) -> Option<String> {
    asker.model().documents.iter().find(|it| it.id == *id).map(|it| it.path.clone())
}

/// An answer for people. `path_of` gives the paths of documents.
pub(crate) fn text(answer: &Answer, path_of: &dyn Fn(&DocumentId) -> Option<String>) -> String {
    let mut text = String::new();
    for (typed, meant) in &answer.understood.corrected {
        text += &dim(&format!("`{}` was taken for `{}`\n", one_line(typed), one_line(meant)));
    }
    if answer.status == AnswerStatus::NotDocumented {
        text.extend([format!("{}\n", bold("Not documented."))]);
    } else if answer.status == AnswerStatus::Partly {
        text.extend([format!("{}\n", bold("Documented in part:"))]);
    }
    for sentence in &answer.sentences {
        let numbers: Vec<String> = answer.numbers(sentence).iter().map(|it| format!("[{it}]")).collect();
        let numbers = numbers.concat();
        text.extend([format!("{} {}\n", one_line(&sentence.text), dim(&numbers))]);
    }
    for (number, citation) in answer.citations().into_iter().enumerate() {
        let path = path_of(&citation.document).unwrap_or_else(|| citation.document.as_str().to_owned());
        let place = format!("[{}] {}:{}", number + 1, one_line(&path), citation.line);
        text.extend([format!("  {} {}\n", bold(&place), dim(&shortened(&citation.quote, QUOTE_MAX)))]);
    }
    text + &left_open(answer)
}

/// What is not answered: what was looked at, what to ask, and what could be asked next.
fn left_open(answer: &Answer) -> String {
    let mut text = String::new();
    if answer.status == AnswerStatus::NotDocumented {
        let looked = &answer.looked_at;
        text.extend([format!(
            "Looked at {} of the model and {}, for: {}\n",
            count(looked.elements, "element"),
            count(looked.documents, "document"),
            one_line(&looked.words)
        )]);
        for place in &looked.places {
            let heading = if place.heading.is_empty() { String::new() } else { format!(" ({})", place.heading) };
            text += &dim(&format!("  nearest: {}:{}{}\n", one_line(&place.path), place.line, one_line(&heading)));
        }
    }
    if let Some(open) = &answer.open {
        let whom = open.ask.as_ref().map(|it| format!(" Ask {}.", one_line(it))).unwrap_or_default();
        text.extend([format!("{} {}{whom}\n", bold("Open:"), one_line(&open.question))]);
        text += &dim(&format!("  {}\n", one_line(&open.because)));
    }
    if answer.withheld > 0 {
        text += &dim(&format!("{} withheld: a citation does not hold\n", count(answer.withheld, "sentence")));
    }
    for note in &answer.notes {
        text += &dim(&format!("{}\n", one_line(note)));
    }
    if let Some(wording) = &answer.wording {
        text += &dim(&format!("{}\n", worded(wording)));
    }
    if !answer.suggestions.is_empty() {
        let next: Vec<String> = answer.suggestions.iter().map(|it| one_line(it)).collect();
        text += &dim(&format!("Next: {}\n", next.join(" · ")));
    }
    text
}

/// What the language model did, and what it took.
fn worded(wording: &Wording) -> String {
    let calls = count(usize::try_from(wording.calls).unwrap_or(usize::MAX), "call");
    format!(
        "Language model: {}, {}, {calls}, {} tokens, cost {:.4}",
        one_line(&wording.model),
        count(wording.looked_up.len(), "look-up"),
        wording.input_tokens + wording.output_tokens,
        money(wording.cost_micros)
    )
}

/// An answer for programs.
pub(crate) fn record(answer: &Answer, path_of: &dyn Fn(&DocumentId) -> Option<String>) -> Value {
    let cited = |it: &Citation| {
        json!({
            "document": it.document.as_str(),
            "path": path_of(&it.document),
            "revision": it.revision.as_str(),
            "start": it.span.start,
            "end": it.span.end,
            "line": it.line,
            "quote": it.quote.as_str(),
        })
    };
    let sentence =
        |it: &Sentence| json!({ "text": it.text, "origin": it.origin.as_str(), "citations": answer.numbers(it) });
    let elements = |list: &[(cairn_model::ElementId, String)]| -> Vec<Value> {
        list.iter().map(|(id, name)| json!({ "id": id.as_str(), "name": name })).collect()
    };
    let places =
        answer.looked_at.places.iter().map(|it| json!({ "path": it.path, "line": it.line, "heading": it.heading }));
    json!({
        "question": answer.question,
        "status": answer.status.as_str(),
        "sentences": answer.sentences.iter().map(sentence).collect::<Vec<_>>(),
        "citations": answer.citations().into_iter().map(cited).collect::<Vec<_>>(),
        "understood": {
            "form": answer.understood.form,
            "elements": elements(&answer.understood.elements),
            "corrected": answer.understood.corrected.iter().map(|(typed, meant)| json!([typed, meant])).collect::<Vec<_>>(),
            "query": answer.understood.query,
            "follows": answer.understood.follows,
        },
        "looked_at": {
            "elements": answer.looked_at.elements,
            "documents": answer.looked_at.documents,
            "words": answer.looked_at.words,
            "places": places.collect::<Vec<_>>(),
        },
        "open": answer.open.as_ref().map(|it| json!({ "question": it.question, "ask": it.ask, "because": it.because })),
        "focus": elements(&answer.focus.elements),
        "suggestions": answer.suggestions,
        "withheld": answer.withheld,
        "notes": answer.notes,
        "wording": answer.wording.as_ref().map(|it| json!({
            "model": it.model,
            "looked_up": it.looked_up,
            "calls": it.calls,
            "input_tokens": it.input_tokens,
            "output_tokens": it.output_tokens,
            "cost": money(it.cost_micros),
        })),
    })
}
