//! The assistant: a question, an answer whose every sentence has its passages, and beside it the passages in order.

use cairn_model::{Citation, ElementId};
use maud::{Markup, html};

use crate::parts::{clipped, elements, proof, quote, text};
use crate::{Frame, Links, Material, Page, Role, Section, layout};

/// An answer, ready to be shown. Whoever answers has checked every passage.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The question as it was asked.
    pub question: String,
    /// The sentences, each with the passages that it rests on.
    pub sentences: Vec<Sentence>,
    /// Whether the documents do not tell.
    pub is_undocumented: bool,
    /// What was looked at in vain, and what is missing.
    pub missing: Vec<String>,
    /// The question to put, and to whom.
    pub ask: Vec<String>,
    /// The elements that it is about.
    pub about: Vec<ElementId>,
    /// Questions that could be next.
    pub next: Vec<String>,
    /// Who answered: a model by its name, or none.
    pub by: Option<String>,
}

/// A sentence of an answer.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    /// Its words.
    pub words: String,
    /// Its passages, by their number in the answer's list, counted from 1.
    pub cites: Vec<usize>,
}

/// What is offered where nothing was asked yet.
const SUGGESTIONS: [&str; 6] = [
    "What changed since the last review?",
    "Which flows lack evidence of authentication?",
    "Which components can be reached from the internet?",
    "Where do the documents contradict each other?",
    "Which accepted risks end soon?",
    "Which components handle personal data?",
];

/// What a sentence can be proposed as.
const KINDS: [(&str, &str); 5] = [
    ("assumption", "an assumption"),
    ("decision", "a decision"),
    ("accepted_risk", "an accepted risk"),
    ("question", "a question"),
    ("incident", "an incident"),
];

/// The page. `evidence` are the passages of the last reply, in the order of their numbers.
pub fn page(
    frame: &Frame<'_>,
    material: &Material<'_>,
    replies: &[Reply],
    evidence: &[Citation],
    is_available: bool,
) -> Page {
    let links = frame.links();
    let content = html! {
        div class="split chat" {
            section class="main-column" aria-label="Conversation" {
                header class="head" { h1 { "Assistant" } p class="lead" { "Answers come from the model of this project and its documents. Every sentence names its source; what is not documented is said to be not documented." } }
                div class="conversation" data-conversation aria-busy="false" {
                    @for (nth, reply) in replies.iter().enumerate() {
                        (shown(material, &links, reply, replies))
                        @if nth + 1 == replies.len() { (keeping(frame, material, &links, reply, replies.get(..nth).unwrap_or_default())) }
                    }
                    @if replies.is_empty() { div data-suggestions { (suggestions(&links)) } }
                }
                p class="unseen" role="status" aria-live="polite" data-announce {}
                @if is_available { (form(frame, &links, replies)) }
                @else { p class="notice" { "This service was built without the assistant." } }
            }
            section class="source evidence" aria-label="Sources of the answer" data-evidence {
                header class="source-head" { p class="source-title" { "Sources" } }
                div class="paper" tabindex="0" role="region" aria-label="Passages" {
                    @if evidence.is_empty() { p class="soft" { "The passages that an answer rests on appear here, in the order of their numbers." } }
                    ol class="passages" { @for (nth, citation) in evidence.iter().enumerate() { li id={ "source-" (nth + 1) } { (quote(material, &links, citation)) } } }
                }
            }
        }
    };
    layout::page(frame, Section::Assistant, "Assistant", &content)
}

fn shown(material: &Material<'_>, links: &Links, reply: &Reply, all: &[Reply]) -> Markup {
    let next = |question: &str| {
        let before = all.iter().map(|it| ("before", it.question.as_str()));
        links.with("assistant", &before.chain([("q", question)]).collect::<Vec<_>>())
    };
    html! {
        article class="turn-of-talk" {
            h2 class="asked" { (text(&reply.question)) }
            @if reply.is_undocumented { p class="facts" { span class="tag planned" { "Not documented" } } }
            div class="answer-text" {
                @for sentence in &reply.sentences {
                    p {
                        (text(&sentence.words))
                        @for number in &sentence.cites { " " a class="cite" href={ "#source-" (number) } aria-label={ "Source " (number) } { (number) } }
                    }
                }
            }
            @if !reply.missing.is_empty() { h3 { "What is missing" } ul { @for it in &reply.missing { li { (text(it)) } } } }
            @if !reply.ask.is_empty() { h3 { "What to ask" } ul { @for it in &reply.ask { li { (text(it)) } } } }
            @if !reply.about.is_empty() { p class="soft" { "About " (elements(material, links, &reply.about)) } }
            p class="soft" { @match &reply.by { Some(model) => { "Worded by " (text(model)) ", each sentence checked against its passages." }, None => "Answered without a language model." } }
            @if !reply.next.is_empty() { ul class="suggestions" { @for it in &reply.next { li { a href=(next(it)) { (text(it)) } } } } }
        }
    }
}

/// What can be kept of an answer. Neither a proposal nor an open question is part of the model before somebody takes it over.
fn keeping(frame: &Frame<'_>, material: &Material<'_>, links: &Links, reply: &Reply, before: &[Reply]) -> Markup {
    let cited: Vec<(usize, &Sentence)> =
        (1..).zip(&reply.sentences).filter(|(_, sentence)| !sentence.cites.is_empty()).collect();
    html! {
        @if frame.at.is_none() && frame.may(Role::Reviewer) {
            details class="answer" id="keep" {
                summary { "Keep something of this answer" }
                form method="post" action=(links.form("assistant/keep")) {
                    (proof(frame))
                    @for it in before { input type="hidden" name="before" value=(it.question); }
                    input type="hidden" name="q" value=(reply.question);
                    @if !cited.is_empty() {
                        label { span { "Sentence" } select name="sentence" { @for (number, it) in &cited { option value=(number) { (clipped(&it.words, 80)) } } } }
                        label { span { "Is" } select name="kind" { @for (kind, name) in KINDS { option value=(kind) { (name) } } } }
                        button type="submit" name="action" value="propose" { "Propose as a claim" }
                    }
                    button type="submit" name="action" value="open" { "Note the question as open" }
                    @if !reply.about.is_empty() { p class="soft" { "To record a decision, open what it is about: " (elements(material, links, &reply.about)) } }
                }
            }
        }
    }
}

fn suggestions(links: &Links) -> Markup {
    html! {
        h2 { "Questions to begin with" }
        ul class="suggestions" { @for it in SUGGESTIONS { li { a href=(links.with("assistant", &[("q", it)])) { (it) } } } }
    }
}

/// The question goes by address, so that it works without scripts; with them, the answer streams in.
fn form(frame: &Frame<'_>, links: &Links, replies: &[Reply]) -> Markup {
    let last = replies.last().map(|reply| reply.question.as_str()).unwrap_or_default();
    html! {
        form class="ask-form" method="get" action=(links.form("assistant")) data-ask data-stream=[frame.at.is_none().then(|| links.form("assistant/stream"))] data-csrf=(frame.csrf) data-keeps[frame.at.is_none() && frame.may(Role::Reviewer)] {
            @if let Some(at) = frame.at { input type="hidden" name="at" value={ "r" (at) }; }
            @for reply in replies { input type="hidden" name="before" value=(reply.question); }
            label for="question" class="unseen" { "Your question" }
            textarea id="question" name="q" rows="2" maxlength="2000" required placeholder=(if last.is_empty() { "Ask about this system" } else { "Ask on" }) {}
            div class="buttons" {
                button class="primary" type="submit" { "Ask" }
                button type="button" data-stop hidden { "Stop" }
            }
        }
    }
}
