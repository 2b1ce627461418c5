//! One item of the inbox: what changed in one sentence, the wording before and after, and what it is about.

use std::collections::BTreeMap;

use cairn_diff::{Cause, Change, SentenceChange, ThreatChange};
use cairn_model::{DocumentId, Threat};
use maud::{Markup, html};

use super::Ending;
use crate::parts::{capital, clipped, counted, elements, headline, score, severity, status, text, words};
use crate::words::compared;
use crate::{Frame, Links, Material, Role};

/// Causes that are shown with an item.
const CAUSES_MAX: usize = 3;

/// An item.
#[derive(Clone, Debug)]
pub(super) enum Row<'a> {
    Threat(&'a ThreatChange),
    Change(&'a Change),
    Ending(&'a Ending),
    /// One of the others, with who it is assigned to.
    Assigned(Box<Self>, &'a str),
}

impl<'a> Row<'a> {
    pub(super) fn id(&self) -> &'a str {
        match self {
            Self::Threat(it) => it.id.as_str(),
            Self::Change(it) => it.id.as_str(),
            Self::Ending(it) => &it.id,
            Self::Assigned(row, _) => row.id(),
        }
    }

    pub(super) fn assigned(self, assigned: &'a BTreeMap<String, String>) -> Self {
        match assigned.get(self.id()) {
            Some(to) => Self::Assigned(Box::new(self), to),
            None => self,
        }
    }

    pub(super) fn show(&self, frame: &Frame<'_>, material: &Material<'_>, links: &Links) -> Markup {
        let (row, assignee) = match self {
            Self::Assigned(row, to) => (&**row, Some(*to)),
            row => (row, None),
        };
        let id = row.id();
        html! {
            li class="item" data-row id=(id) {
                @if frame.may(Role::Reviewer) {
                    label class="pick" { input type="checkbox" name="item" value=(id); span class="unseen" { "Choose: " (clipped(&row.title(), 80)) } }
                }
                div class="body" {
                    (row.head(material, links))
                    @if let Some(to) = assignee { p class="soft" { "Assigned to " strong { (text(to)) } } }
                    (row.causes(links))
                }
            }
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Threat(it) => it.title.clone(),
            Self::Change(it) => it.title.clone(),
            Self::Ending(it) => it.title.clone(),
            Self::Assigned(row, _) => row.title(),
        }
    }

    fn head(&self, material: &Material<'_>, links: &Links) -> Markup {
        match self {
            Self::Threat(it) => threat(material, links, it),
            Self::Change(it) => change(material, links, it),
            Self::Ending(it) => html! {
                p class="title" { a href=(links.of_text(&it.id)) { (text(&clipped(&it.title, 160))) } }
                p class="soft" {
                    span class=(if it.is_past { "tag absent" } else { "tag planned" }) { (if it.is_past { "ended on " } else { "ends on " }) (it.on) }
                    @if let Some(owner) = &it.owner { " · owned by " (text(owner)) }
                }
            },
            Self::Assigned(row, _) => row.head(material, links),
        }
    }

    fn causes(&self, links: &Links) -> Markup {
        let causes: &[Cause] = match self {
            Self::Threat(it) => &it.causes,
            Self::Change(it) => &it.causes,
            Self::Ending(_) | Self::Assigned(..) => &[],
        };
        html! {
            @for cause in causes.iter().take(CAUSES_MAX) { (because(links, cause)) }
            @if causes.len() > CAUSES_MAX { p class="soft" { "and " (counted(causes.len() - CAUSES_MAX, "more cause", "more causes")) } }
        }
    }
}

fn threat(material: &Material<'_>, links: &Links, it: &ThreatChange) -> Markup {
    let now = material.threat(it.id.as_str());
    html! {
        p class="title" {
            (severity(it.severity)) " "
            span class="num" { @if let Some(tenths) = it.score_tenths.1.or(it.score_tenths.0) { (score(tenths)) } } " "
            @if let Some(now) = now { a href=(links.of(&it.id)) { (headline(material, now)) } } @else { (text(&clipped(&it.title, 160))) }
        }
        p class="soft" {
            @match it.status { (Some(was), Some(is)) if was != is => { (status(was)) " → " (status(is)) }, (_, Some(is)) => (status(is)), (Some(was), None) => { (status(was)) " → gone" }, _ => {} }
            @if let (Some(was), Some(is)) = it.score_tenths { @if was != is { " · " (score(was)) " → " (score(is)) } }
            @if let Some(now) = now { (about(material, links, now)) }
        }
        @if let Some(now) = now { @if !now.questions.is_empty() && !now.explanation.is_empty() { (suggestion(now)) } }
    }
}

fn about(material: &Material<'_>, links: &Links, threat: &Threat) -> Markup {
    let mut ids = vec![threat.subject.clone()];
    ids.extend(threat.about.iter().filter(|id| **id != threat.subject).take(3).cloned());
    html! { " · about " (elements(material, links, &ids)) }
}

/// What would be the next step, told from the threat itself.
fn suggestion(threat: &Threat) -> Markup {
    html! { @if let Some(question) = threat.questions.first() { p class="soft suggestion" { "Ask: " (text(&clipped(question, 200))) } } }
}

fn change(material: &Material<'_>, links: &Links, it: &Change) -> Markup {
    let conflict = material.system.conflicts.iter().find(|conflict| conflict.id == it.id);
    html! {
        p class="title" { span class="tag" { (it.class.as_str()) } " " a href=(links.of(&it.id)) { (text(&clipped(&it.title, 160))) } }
        @for attribute in &it.attributes {
            p class="soft" { (words(attribute.name)) ": " (text(attribute.before.as_deref().unwrap_or("not known"))) " → " (text(attribute.after.as_deref().unwrap_or("not known"))) }
        }
        @if let Some(conflict) = conflict {
            ul class="plain positions" { @for position in conflict.positions.iter().take(3) {
                li { strong { (text(&clipped(&position.value, 60))) }
                    @if let Some(first) = position.evidence.first() { ": " q { (text(&clipped(&first.quote, 160))) } " " a href=(links.passage(&first.document, first.span)) { (text(&material.place(first))) } } }
            } }
            @if !conflict.affects.is_empty() { p class="soft" { (counted(conflict.affects.len(), "threat hangs", "threats hang")) " on it" } }
        }
    }
}

/// Why something changed.
fn because(links: &Links, cause: &Cause) -> Markup {
    html! {
        @match cause {
            Cause::Text(change) => (sentence(links, change, None)),
            Cause::Decision(change) => (sentence(links, change, Some("decision"))),
            Cause::Time { from, to } => p class="soft" { "Because time passed: " time { (from) } " → " time { (to) } },
            Cause::Rule(name) => p class="soft" { "Because the rule " code { (text(name)) } " changed" },
            Cause::Attacker(name) => p class="soft" { "Because the attacker " code { (text(name)) } " is another one" },
            Cause::Reader(name) => p class="soft" { "Because the reader " code { (text(name)) } " reads the same text otherwise now" },
            Cause::Import(name) => p class="soft" { "Because of the import " code { (text(name)) } },
            Cause::Settings => p class="soft" { "Because the settings changed" },
            Cause::Indirect => p class="soft" { "Follows from other changes of the model" },
        }
    }
}

/// A sentence before and after, with a link to where it stands.
fn sentence(links: &Links, change: &SentenceChange, by: Option<&str>) -> Markup {
    let what = match (&change.before, &change.after) {
        (Some(_), Some(_)) => "edited",
        (None, _) => "added",
        (_, None) => "removed",
    };
    let place = change.after.as_ref().or(change.before.as_ref());
    html! {
        figure class="edit" {
            blockquote { p {
                @match (&change.before, &change.after) {
                    (Some(before), Some(after)) => (compared(&before.text, &after.text)),
                    (None, Some(after)) => ins { span class="unseen" { "added: " } (text(&clipped(&after.text, 400))) },
                    (Some(before), None) => del { span class="unseen" { "removed: " } (text(&clipped(&before.text, 400))) },
                    (None, None) => {}
                }
            } }
            figcaption {
                (capital(what)) @if let Some(by) = by { " by a " (by) }
                @if let Some(place) = place {
                    ": "
                    @if change.after.is_some() { a href=(links.line(&DocumentId::of_path(&place.path), place.line)) { (text(&place.path)) ":" (place.line) } }
                    @else { code { (text(&place.path)) ":" (place.line) } }
                }
            }
        }
    }
}
