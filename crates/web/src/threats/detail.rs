//! The page of a threat: what it is, why it is one, how bad, what answers it, what was decided; and beside it the source.

use cairn_model::{AttackPath, Citation, DocumentId, Premise, PremiseRole, Ruling, Threat};
use maud::{Markup, html};
use std::collections::BTreeSet;

use super::category;
use crate::inventory::path_title;
use crate::parts::{capital, clipped, element, elements, proof, score, sentence, severity, status, text, truth};
use crate::source::{Look, Wanted, distinct, no_passage, pane};
use crate::{Frame, Links, Material, Page, Role, Section, layout};

/// Quotes under one premise; the numbers behind it lead to all.
const QUOTES_MAX: usize = 2;

/// What the page of a threat is made of, beside the threat.
#[derive(Clone, Debug)]
pub struct Detail<'a> {
    /// The threat.
    pub threat: &'a Threat,
    /// Which of its passages the source pane shows, counted from 1.
    pub cite: usize,
    /// What would change its status, as sentences.
    pub outlook: &'a [String],
    /// Why the rule exists; empty where the rule is not known any more.
    pub rationale: &'a str,
    /// What happened to it, the newest first.
    pub history: &'a [Event],
    /// Ways of attack that make use of it.
    pub paths: Vec<&'a AttackPath>,
    /// Documents that are not any more as they were at the revision that is looked at.
    pub changed_since: &'a BTreeSet<DocumentId>,
    /// Who it is assigned to.
    pub assignee: Option<&'a str>,
}

/// Something that happened to a threat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, as people write it.
    pub when: String,
    /// Who; none for the engine.
    pub who: Option<String>,
    /// What happened.
    pub what: String,
    /// In which revision, where the engine found it.
    pub revision: Option<i64>,
}

/// The page of a threat.
pub fn detail(frame: &Frame<'_>, material: &Material<'_>, detail: &Detail<'_>) -> Page {
    let links = frame.links();
    let threat = detail.threat;
    let ruled = threat.ruling.iter().flat_map(|ruling| &ruling.evidence);
    let cited = distinct(material, threat.explanation.iter().flat_map(|it| &it.evidence).chain(ruled));
    let numbers = Numbers { links: &links, threat, cited: &cited };
    let at = detail.cite.clamp(1, cited.len().max(1));
    let content = html! {
        div class="split" {
            article class="main-column" aria-label="Threat" {
                p class="crumb" { a href=(links.page("threats")) { "Threats" } " / " code { (threat.rule) } }
                h1 { (text(&sentence(material, threat, &threat.title))) }
                p class="facts" {
                    (severity(threat.severity)) span class="score" { (score(threat.score_tenths)) } (status(threat.status))
                    @for it in &threat.stride { span class="tag" { (category(*it)) } }
                    @if let Some(cwe) = threat.cwe { span class="tag" { "CWE-" (cwe) } }
                    @for it in &threat.references { span class="tag" { (text(it)) } }
                }
                p class="statement" { (text(&full_sentence(material, threat))) }
                p class="soft" { "About " (element(material, &links, &threat.subject))
                    @if !threat.about.is_empty() { " and " (elements(material, &links, &threat.about)) }
                    @if let Some(assignee) = detail.assignee { " · assigned to " strong { (text(assignee)) } }
                }
                (derivation(&numbers, threat))
                (severity_factors(&numbers, threat))
                (controls(&numbers, threat))
                @if !threat.questions.is_empty() {
                    section aria-labelledby="ask" { h2 id="ask" { "What to ask" } ul { @for it in &threat.questions { li { (text(it)) } } } }
                }
                section aria-labelledby="do" {
                    h2 id="do" { "What to do" }
                    p { (text(&threat.remediation)) }
                    @if !detail.outlook.is_empty() {
                        h3 { "What would change its status" }
                        ul { @for it in detail.outlook { li { (text(&capital(it))) "." } } }
                    }
                }
                @if !detail.paths.is_empty() { (paths(material, &links, &detail.paths)) }
                (decision(frame, &links, threat))
                (history(&links, detail.history))
                @if !detail.rationale.is_empty() { section aria-labelledby="why" { h2 id="why" { "Why there is such a rule" } p { (text(detail.rationale)) } } }
            }
            @match cited.get(at - 1) {
                None => (no_passage("No document says anything that this rests on.")),
                Some((citation, document)) => {
                    (pane(&links, document, Wanted { span: Some(citation.span), look: Look::Read },
                        &marks(&cited, &document.id), &turning(&numbers, at, detail.changed_since.contains(&document.id))))
                }
            }
        }
    };
    layout::page(frame, Section::Threats, &clipped(&threat.title, 80), &content)
}

/// Numbers the passages of a threat.
struct Numbers<'a> {
    links: &'a Links,
    threat: &'a Threat,
    cited: &'a [(&'a Citation, &'a cairn_model::Document)],
}

impl Numbers<'_> {
    fn address(&self, number: usize) -> String {
        let path = format!("threats/{}", crate::frame::encoded(self.threat.id.as_str()));
        format!("{}#cited", self.links.with(&path, &[("cite", number.to_string())]))
    }

    /// Links to the passages of a sentence.
    fn links(&self, evidence: &[Citation]) -> Markup {
        let of = |citation: &Citation| {
            let is_it = |(it, _): &(&Citation, _)| it.document == citation.document && it.span == citation.span;
            self.cited.iter().position(is_it)
        };
        let mut found: Vec<usize> = evidence.iter().filter_map(of).collect();
        found.sort_unstable();
        found.dedup();
        html! {
            @for nth in found {
                @if let Some((citation, document)) = self.cited.get(nth) {
                    " " a class="cite" href=(self.address(nth + 1)) aria-label={ "Source " (nth + 1) ": " (text(&document.path)) " line " (citation.line) } { (nth + 1) }
                }
            }
        }
    }
}

fn marks(cited: &[(&Citation, &cairn_model::Document)], document: &DocumentId) -> Vec<cairn_model::Span> {
    cited.iter().filter(|(citation, _)| citation.document == *document).map(|(citation, _)| citation.span).collect()
}

/// The way from passage to passage.
fn turning(numbers: &Numbers<'_>, at: usize, is_changed: bool) -> Markup {
    html! {
        span class="turning" {
            @if at > 1 { a href=(numbers.address(at - 1)) rel="prev" data-key="p" { "← Previous" } }
            span { " " (at) " of " (numbers.cited.len()) " " }
            @if at < numbers.cited.len() { a href=(numbers.address(at + 1)) rel="next" data-key="n" { "Next →" } }
        }
        @if is_changed { " · " span class="tag planned" { "changed since" } }
    }
}

fn premises(threat: &Threat, role: PremiseRole) -> impl Iterator<Item = &Premise> {
    threat.explanation.iter().filter(move |premise| premise.role == role)
}

/// Why it is a threat: the rule, and the premises that it takes, each with what the documents say.
fn derivation(numbers: &Numbers<'_>, threat: &Threat) -> Markup {
    // Some rules look for nothing but a control that is said to be missing.
    let conditions: Vec<&Premise> = premises(threat, PremiseRole::Condition).collect();
    let because = if conditions.is_empty() { premises(threat, PremiseRole::Control).collect() } else { conditions };
    html! {
        section aria-labelledby="because" {
            h2 id="because" { "Why it is a threat" }
            div class="tree" {
                p class="root" { "Rule " code { (threat.rule) } " holds because" }
                ol { @for premise in because { (branch(numbers, premise)) } }
            }
        }
    }
}

fn branch(numbers: &Numbers<'_>, premise: &Premise) -> Markup {
    html! {
        li class={ "premise " (premise.truth.as_str()) } {
            (truth(premise.truth)) " " span { (text(&premise.premise)) (numbers.links(&premise.evidence)) }
            @for quote in said(premise) { p class="said" { q { (text(&quote)) } } }
        }
    }
}

/// The statement as a sentence with its end.
fn full_sentence(material: &Material<'_>, threat: &Threat) -> String {
    let said = sentence(material, threat, &threat.statement);
    let is_ended = said.ends_with(['.', '!', '?', '"', '”', '…']);
    if is_ended { said } else { format!("{said}.") }
}

/// What the documents say for a premise, in a few quotes.
fn said(premise: &Premise) -> Vec<String> {
    let mut quotes: Vec<String> = premise.evidence.iter().map(|it| clipped(&it.quote, 220)).collect();
    quotes.dedup();
    quotes.truncate(QUOTES_MAX);
    quotes
}

fn severity_factors(numbers: &Numbers<'_>, threat: &Threat) -> Markup {
    html! {
        section aria-labelledby="severity" {
            h2 id="severity" { "How bad: " (score(threat.score_tenths)) ", " (threat.severity.as_str()) }
            svg class="gauge" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                rect class="of" width="100" height="6" {}
                rect class={ "is " (threat.severity.as_str()) } width=(threat.score_tenths.min(100)) height="6" {}
            }
            ul class="factors" {
                @for premise in premises(threat, PremiseRole::Severity) { li { (text(&premise.premise)) (numbers.links(&premise.evidence)) } }
            }
        }
    }
}

fn controls(numbers: &Numbers<'_>, threat: &Threat) -> Markup {
    // Of some threats, the missing control is all that they rest on, and is told above.
    let is_told = premises(threat, PremiseRole::Condition).next().is_none();
    let controls = premises(threat, PremiseRole::Control).filter(|_| !is_told);
    let considered: Vec<&Premise> = controls.chain(premises(threat, PremiseRole::Acceptance)).collect();
    html! {
        section aria-labelledby="answers" {
            h2 id="answers" { "What answers it" }
            @if considered.is_empty() && is_told { p class="soft" { "What the documents say of the control that would answer it stands above." } }
            @else if considered.is_empty() { p class="soft" { "No document speaks of a control or of an acceptance." } }
            @else { ul class="plain" { @for premise in considered { (branch(numbers, premise)) } } }
        }
    }
}

fn paths(material: &Material<'_>, links: &Links, paths: &[&AttackPath]) -> Markup {
    html! {
        section aria-labelledby="used" {
            h2 id="used" { "Ways of attack that use it" }
            ul { @for path in paths { li { a href=(links.of(&path.id)) { (text(&path_title(material, path))) } " " span class="soft" { (score(path.score_tenths)) } } } }
        }
    }
}

fn decision(frame: &Frame<'_>, links: &Links, threat: &Threat) -> Markup {
    html! {
        section id="decide" aria-labelledby="decided" {
            h2 id="decided" { "Decision" }
            @match &threat.ruling { Some(ruling) => (ruled(frame, links, threat, ruling)), None => p class="soft" { "Nobody has decided about it." } }
            @if frame.may(Role::Reviewer) { (form(frame, links, threat)) }
            @else if frame.at.is_some() { p class="soft" { "This is an old revision; decisions are made on the newest." } }
            @else { p class="soft" { "Deciding takes the role of a reviewer." } }
        }
    }
}

fn ruled(frame: &Frame<'_>, links: &Links, threat: &Threat, ruling: &Ruling) -> Markup {
    html! {
        p {
            span class=(if ruling.in_force { "tag good" } else { "tag absent" }) { (capital(ruling.kind.as_str())) @if !ruling.in_force { ", no longer in force" } }
            " by " (text(&ruling.by))
            @if let Some(owner) = &ruling.owner { ", owned by " strong { (text(owner)) } }
            @if let Some(expires) = ruling.expires { ", until " time { (expires) } }
            ": " q { (text(&ruling.reason)) }
        }
        @if frame.may(Role::Reviewer) {
            form method="post" action=(links.form(&format!("threats/{}/withdraw", crate::frame::encoded(threat.id.as_str())))) {
                (proof(frame)) input type="hidden" name="decision" value=(ruling.id); button class="quiet" type="submit" { "Withdraw this decision" }
            }
        }
    }
}

fn form(frame: &Frame<'_>, links: &Links, threat: &Threat) -> Markup {
    let ruling = threat.ruling.as_ref();
    let owner = ruling.and_then(|it| it.owner.clone()).unwrap_or_default();
    let expires = ruling.and_then(|it| it.expires).map(|it| it.to_string()).unwrap_or_default();
    html! {
        form class="decide" method="post" action=(links.form(&format!("threats/{}/decide", crate::frame::encoded(threat.id.as_str())))) {
            (proof(frame))
            fieldset {
                legend { "What do you decide?" }
                label class="choice" { input type="radio" name="action" value="accept" checked; " Accept the risk" " " span class="soft" { "needs an owner and an end" } }
                label class="choice" { input type="radio" name="action" value="mitigated"; " It is mitigated" " " span class="soft" { "by something that no document tells" } }
                label class="choice" { input type="radio" name="action" value="not_applicable"; " It does not apply" " " span class="soft" { "recorded as mitigated, with this as its reason" } }
            }
            div class="fields" {
                label { span { "Owner" } input type="text" name="owner" value=(owner) maxlength="200" autocomplete="name"; }
                label { span { "Until" } input type="date" name="expires" value=(expires) min=(frame.as_of); }
                label class="wide" { span { "Reason" } textarea name="reason" rows="2" maxlength="2000" required {} }
            }
            button class="primary" type="submit" { "Record the decision" }
        }
    }
}

fn history(links: &Links, events: &[Event]) -> Markup {
    html! {
        section aria-labelledby="history" {
            h2 id="history" { "History" }
            @if events.is_empty() { p class="soft" { "Nothing is recorded about it yet." } }
            ol class="history" {
                @for event in events {
                    li {
                        time { (event.when) } " "
                        @match &event.who { Some(who) => span class="tag person" { (text(who)) }, None => span class="tag" { "engine" } }
                        " " (text(&event.what))
                        @if let Some(revision) = event.revision { " in " a href={ (links.form("threats")) "?at=r" (revision) } { "r" (revision) } }
                    }
                }
            }
        }
    }
}
