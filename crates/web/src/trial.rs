//! What if: a supposition about an assumption, a control or an element, and what would be different.

use std::collections::BTreeSet;

use cairn_diagram::diagram;
use cairn_model::{ControlType, ElementId, Term as _, ThreatStatus};
use maud::{Markup, PreEscaped, html};

use crate::model::{Asked, PARTS_MAX, changed_legend, tabs, view};
use crate::parts::{clipped, counted, element, option, status, text, words};
use crate::paths::gained;
use crate::{Frame, Links, Material, Page, Section, layout};

/// What is supposed, as the form has it.
#[derive(Clone, Debug, Default)]
pub struct Supposed {
    /// What does not hold: an assumption, a control or a claim, by id.
    pub without: String,
    /// A control that is added, in words: `control TYPE on NAME`.
    pub with: String,
    /// The same by choice: its family, and what it protects, by id.
    pub control: String,
    /// See [`control`](Self::control).
    pub on: String,
    /// An element in the wrong hands, by id.
    pub compromise: String,
}

impl Supposed {
    /// The question of an address. What it does not know is left alone.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut supposed = Self::default();
        for (name, value) in pairs {
            let field = match name {
                "without" => &mut supposed.without,
                "with" => &mut supposed.with,
                "control" => &mut supposed.control,
                "on" => &mut supposed.on,
                "compromise" => &mut supposed.compromise,
                _ => continue,
            };
            value.trim().clone_into(field);
        }
        supposed
    }

    /// The control that is added, in words; empty where none is.
    pub fn added(&self) -> String {
        if self.with.is_empty() && !self.control.is_empty() && !self.on.is_empty() {
            return format!("control {} on {}", self.control, self.on);
        }
        self.with.clone()
    }

    /// Whether anything is supposed.
    pub fn is_empty(&self) -> bool {
        self.without.is_empty() && self.compromise.is_empty() && self.added().is_empty()
    }

    /// The same as pairs of an address.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("without", &self.without),
            ("with", &self.with),
            ("control", &self.control),
            ("on", &self.on),
            ("compromise", &self.compromise),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.as_str())).collect()
    }
}

/// What would be different.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What was supposed, as sentences.
    pub supposed: Vec<String>,
    /// Threats whose status changes: the threat, its title, its status now and then.
    pub threats: Vec<(ElementId, String, Option<ThreatStatus>, Option<ThreatStatus>)>,
    /// Goals of attackers: what becomes of them, the element, what is had there, and by whom.
    pub goals: Vec<(&'static str, ElementId, String, String)>,
    /// How many paths come, and how many go.
    pub paths: (usize, usize),
    /// Accepted risks whose grounds have moved.
    pub accepted_risks: Vec<ElementId>,
    /// What is worse off, for the diagram.
    pub worse: BTreeSet<ElementId>,
    /// What is better off and not worse.
    pub better: BTreeSet<ElementId>,
}

/// Goals that are listed.
const GOALS_MAX: usize = 40;

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
            Some(Ok(outcome)) => (told(material, &links, supposed, outcome)),
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
            label { span { "This control is there" }
                select name="control" { (option("", "–", &supposed.control)) @for it in ControlType::ALL { (option(it.as_str(), &words(it.as_str()), &supposed.control)) } }
            }
            label { span { "… on" }
                select name="on" { (option("", "–", &supposed.on)) @for it in &system.components { (option(it.id.as_str(), &clipped(&it.name, 60), &supposed.on)) } }
            }
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

fn told(material: &Material<'_>, links: &Links, supposed: &Supposed, outcome: &Outcome) -> Markup {
    let is_nothing = outcome.threats.is_empty() && outcome.goals.is_empty() && outcome.paths == (0, 0);
    html! {
        section class="outcome" aria-labelledby="follows" {
            h2 id="follows" { "What would be different" }
            (suppositions(material, links, supposed, outcome))
            @if is_nothing { p { "Nothing in the model hangs on it: no threat, no goal and no path is different." } }
            @else { p class="lead" {
                (counted(outcome.threats.len(), "threat changes", "threats change")) ", " (counted(outcome.goals.len(), "goal", "goals")) " of attackers, "
                (outcome.paths.0) " new paths, " (outcome.paths.1) " gone."
            } }
            (overlay(material, links, supposed, outcome))
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
                ul class="plain" { @for (fate, id, gains, by) in outcome.goals.iter().take(GOALS_MAX) { li { span class="tag" { (fate) } " " (text(&by.replace('-', " "))) ": " (gained(gains, &element(material, links, id))) } } }
                @if outcome.goals.len() > GOALS_MAX { p class="soft" { "and " (outcome.goals.len() - GOALS_MAX) " more" } }
            }
            @if !outcome.accepted_risks.is_empty() {
                h3 { "Accepted risks whose grounds have moved" }
                ul { @for id in &outcome.accepted_risks { li { (element(material, links, id)) } } }
            }
        }
    }
}

/// What was supposed, by what people call it.
fn suppositions(material: &Material<'_>, links: &Links, supposed: &Supposed, outcome: &Outcome) -> Markup {
    let system = material.system;
    let assumption = system.assumptions.iter().find(|it| it.id.as_str() == supposed.without);
    let control = system.controls.iter().find(|it| it.id.as_str() == supposed.without);
    let part = |id: &str| system.components.iter().find(|it| it.id.as_str() == id);
    let is_chosen =
        supposed.with.is_empty() && (supposed.without.is_empty() || assumption.is_some() || control.is_some());
    html! {
        ul class="supposed" {
            @if is_chosen {
                @if let Some(it) = assumption { li { "Supposed that this does not hold: " a href=(links.of(&it.id)) { q { (text(&it.statement)) } } } }
                @if let Some(it) = control { li { "Supposed that this is not there: " a href=(links.of(&it.id)) { (text(&control_name(material, it))) } } }
                @if let Some(it) = part(&supposed.on).filter(|_| !supposed.control.is_empty()) { li { "Supposed that there is " strong { (words(&supposed.control)) } " on " (element(material, links, &it.id)) } }
                @if let Some(it) = part(&supposed.compromise) { li { "Supposed that " (element(material, links, &it.id)) " is in the wrong hands" } }
            } @else {
                @for it in &outcome.supposed { li { (text(&crate::parts::capital(it))) } }
            }
        }
    }
}

/// The diagram with what would be different standing out.
fn overlay(material: &Material<'_>, links: &Links, supposed: &Supposed, outcome: &Outcome) -> Markup {
    let is_drawn = material.system.components.len() <= PARTS_MAX && !material.system.components.is_empty();
    if !is_drawn || (outcome.worse.is_empty() && outcome.better.is_empty()) {
        return Markup::default();
    }
    let (marked, eased) = (outcome.worse.clone(), outcome.better.clone());
    let asked = Asked { supposed: supposed.clone(), marked, eased, hops: 1, ..Asked::default() };
    html! {
        div class="canvas small" data-diagram tabindex="0" role="region" aria-label="What would be different, in the diagram" {
            (PreEscaped(diagram(material.system, material.threats, &view(material, &asked, links, None))))
        }
        (changed_legend())
        p class="soft" { a href=(links.with("model", &supposed.pairs())) { "In the whole model, with its layers" } }
    }
}

fn maybe(of: Option<ThreatStatus>) -> Markup {
    html! { @match of { None => span class="soft" { "not there" }, Some(of) => (status(of)) } }
}
