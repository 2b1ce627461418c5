//! What if: a supposition about an assumption, a control or an element, and what would be different.

use cairn_model::{ElementId, ThreatStatus};
use maud::{Markup, html};

use crate::model::tabs;
use crate::parts::{clipped, counted, element, option, status, text};
use crate::{Frame, Links, Material, Page, Section, layout};

/// What is supposed, as the form has it.
#[derive(Clone, Debug, Default)]
pub struct Supposed {
    /// What does not hold: an assumption, a control or a claim, by id.
    pub without: String,
    /// A control that is added: `control TYPE on NAME`.
    pub with: String,
    /// An element in the wrong hands, by id.
    pub compromise: String,
}

impl Supposed {
    /// Whether anything is supposed.
    pub const fn is_empty(&self) -> bool {
        self.without.is_empty() && self.with.is_empty() && self.compromise.is_empty()
    }
}

/// What would be different.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What was supposed, as sentences.
    pub supposed: Vec<String>,
    /// Threats whose status changes: the threat, its title, its status now and then.
    pub threats: Vec<(ElementId, String, Option<ThreatStatus>, Option<ThreatStatus>)>,
    /// Goals of attackers: what becomes of them, the element, what is gained, why it matters.
    pub goals: Vec<(&'static str, ElementId, String)>,
    /// How many paths come, and how many go.
    pub paths: (usize, usize),
    /// Accepted risks whose grounds have moved.
    pub accepted_risks: Vec<ElementId>,
}

/// The page: the form, and below it what would follow. `outcome` is what went wrong where a name means nothing.
pub fn page(
    frame: &Frame<'_>,
    material: &Material<'_>,
    supposed: &Supposed,
    outcome: Option<&Result<Outcome, String>>,
) -> Page {
    let links = frame.links();
    let content = html! {
        header class="head" { h1 { "What if" } p class="lead" { "Suppose that something does not hold, that a control is added, or that a part is in the wrong hands. The whole model is derived again and compared; nothing is stored." } }
        (tabs(&links, material, "trial"))
        (form(frame, &links, material, supposed))
        @match outcome {
            None => (props(material, &links)),
            Some(Err(reason)) => div class="notice error" role="alert" { p { (text(reason)) } },
            Some(Ok(outcome)) => (told(material, &links, outcome)),
        }
    };
    layout::page(frame, Section::Model, "What if", &content)
}

fn form(frame: &Frame<'_>, links: &Links, material: &Material<'_>, supposed: &Supposed) -> Markup {
    let system = material.system;
    html! {
        form class="filters trial" method="get" action=(links.form("trial")) {
            @if let Some(at) = frame.at { input type="hidden" name="at" value={ "r" (at) }; }
            label class="wide" { span { "This does not hold" }
                select name="without" {
                    (option("", "–", &supposed.without))
                    optgroup label="Assumptions" { @for it in &system.assumptions { (option(it.id.as_str(), &clipped(&it.statement, 100), &supposed.without)) } }
                    optgroup label="Controls" { @for it in &system.controls { (option(it.id.as_str(), &clipped(&control_name(material, it), 100), &supposed.without)) } }
                }
            }
            label class="wide" { span { "This is in the wrong hands" }
                select name="compromise" { (option("", "–", &supposed.compromise)) @for it in &system.components { (option(it.id.as_str(), &clipped(&it.name, 60), &supposed.compromise)) } }
            }
            label class="wide" { span { "This control is there" } input type="text" name="with" value=(supposed.with) placeholder="control rate_limiting on edge"; }
            button class="primary" type="submit" { "Try" }
        }
    }
}

fn control_name(material: &Material<'_>, it: &cairn_model::Control) -> String {
    let on = if it.on.is_empty() { String::new() } else { format!(" on {}", material.labels.list(&it.on)) };
    format!("{}{on}", material.label(&it.id))
}

/// What the model rests on, one click from being tried.
fn props(material: &Material<'_>, links: &Links) -> Markup {
    let assumptions = &material.system.assumptions;
    html! {
        h2 { "What is taken for granted" }
        @if assumptions.is_empty() { p class="soft" { "No document takes anything for granted in so many words." } }
        ul class="questions" {
            @for it in assumptions {
                li {
                    p class="ask" { (text(&it.statement)) }
                    p class="soft" { a href=(links.with("trial", &[("without", it.id.as_str())])) { "What if it does not hold?" } " · " a href=(links.of(&it.id)) { "Who says so" } }
                }
            }
        }
    }
}

fn told(material: &Material<'_>, links: &Links, outcome: &Outcome) -> Markup {
    let is_nothing = outcome.threats.is_empty() && outcome.goals.is_empty() && outcome.paths == (0, 0);
    html! {
        section class="outcome" aria-labelledby="follows" {
            h2 id="follows" { "What would be different" }
            ul class="supposed" { @for it in &outcome.supposed { li { (text(it)) } } }
            @if is_nothing { p { "Nothing in the model hangs on it: no threat, no goal and no path is different." } }
            @else { p class="lead" {
                (counted(outcome.threats.len(), "threat changes", "threats change")) ", " (counted(outcome.goals.len(), "goal", "goals")) " of attackers, "
                (outcome.paths.0) " new paths, " (outcome.paths.1) " gone"
            } }
            @if !outcome.threats.is_empty() {
                div class="scroll" tabindex="0" role="region" aria-label="Threats that change" { table class="dense" {
                    caption { "Threats that change" }
                    thead { tr { th scope="col" { "Threat" } th scope="col" { "Now" } th scope="col" { "Then" } } }
                    tbody { @for (id, title, now, then) in &outcome.threats {
                        tr { td { @if material.threat(id.as_str()).is_some() { a href=(links.of(id)) { (text(title)) } } @else { (text(title)) } }
                            td { (maybe(*now)) } td { (maybe(*then)) } }
                    } }
                } }
            }
            @if !outcome.goals.is_empty() {
                h3 { "Goals of attackers" }
                ul { @for (fate, id, why) in &outcome.goals { li { span class="tag" { (fate) } " " (element(material, links, id)) ": " (text(why)) } } }
            }
            @if !outcome.accepted_risks.is_empty() {
                h3 { "Accepted risks whose grounds have moved" }
                ul { @for id in &outcome.accepted_risks { li { (element(material, links, id)) } } }
            }
        }
    }
}

fn maybe(of: Option<ThreatStatus>) -> Markup {
    html! { @match of { None => span class="soft" { "not there" }, Some(of) => (status(of)) } }
}
