//! The report: everything that a reader on paper needs, on one page. Its print style is the report's layout.

use std::collections::BTreeSet;

use cairn_diagram::{Layer, View, diagram};
use cairn_model::{Citation, PremiseRole, Threat};
use maud::{Markup, PreEscaped, html};

use crate::material::is_pressing;
use crate::parts::{clipped, counted, elements, headline, score, sentence, severity, status, text, truth, words};
use crate::{Frame, Links, Material, Page, Section, layout};

/// Threats that are told in full; the others stand in the table.
const FULL_MAX: usize = 60;
/// Components beyond which the diagram is left out of the report.
const DRAWN_MAX: usize = 120;

/// The report.
pub fn page(frame: &Frame<'_>, material: &Material<'_>) -> Page {
    let links = frame.links();
    let mut threats: Vec<&Threat> = material.threats.iter().collect();
    threats.sort_by_key(|it| (!is_pressing(it), std::cmp::Reverse(it.score_tenths), &it.id));
    let pressing: Vec<&Threat> = threats.iter().copied().filter(|it| is_pressing(it)).collect();
    let name = frame.project.map_or("", |project| project.name);
    let content = html! {
        article class="report" {
            header class="head" {
                h1 { "Threat model: " (text(name)) }
                p class="lead" { "Revision r" (frame.at.unwrap_or(frame.newest)) ", judged on " (frame.as_of) ". Every statement below cites the sentence that it rests on." }
                p class="no-print" { "Printing this page, or saving it as PDF, gives the report." }
            }
            (summary(material, &pressing))
            @if material.system.components.len() <= DRAWN_MAX && !material.system.components.is_empty() {
                section { h2 { "The system" } div class="canvas" tabindex="0" role="region" aria-label="Data-flow diagram" {
                    (PreEscaped(diagram(material.system, material.threats, &View { layers: BTreeSet::from([Layer::Threats]), ..View::default() })))
                } }
            }
            section { h2 { "Threats that need a decision" }
                @if pressing.is_empty() { p { "None." } }
                @for threat in pressing.iter().take(FULL_MAX) { (full(material, &links, threat)) }
                @if pressing.len() > FULL_MAX { p { (pressing.len() - FULL_MAX) " more are in the table." } }
            }
            (table(material, &links, &threats))
            (decided(&threats))
            (contradictions(material, &links))
            (assumptions(material, &links))
        }
    };
    layout::page(frame, Section::Elsewhere, "Report", &content)
}

fn summary(material: &Material<'_>, pressing: &[&Threat]) -> Markup {
    let system = material.system;
    let figures = [
        (material.threats.len(), "threats"),
        (pressing.len(), "need a decision"),
        (system.conflicts.iter().filter(|it| it.resolution.is_none()).count(), "open contradictions"),
        (system.gaps.len() + system.questions.len(), "questions"),
        (system.components.len(), "components"),
        (system.documents.len(), "documents"),
    ];
    html! { ul class="figures-row" { @for (count, what) in figures { li { strong { (count) } " " (what) } } } }
}

fn place(material: &Material<'_>, citation: &Citation) -> Markup {
    html! { q { (text(&clipped(&citation.quote, 240))) } " " cite { (text(&material.place(citation))) } }
}

fn full(material: &Material<'_>, links: &Links, threat: &Threat) -> Markup {
    html! {
        section class="told" {
            h3 { (severity(threat.severity)) " " (score(threat.score_tenths)) " · " a href=(links.of(&threat.id)) { (text(&sentence(material, threat, &threat.title))) } }
            p { (text(&sentence(material, threat, &threat.statement))) }
            ul { @for premise in threat.explanation.iter().filter(|it| it.role == PremiseRole::Condition) {
                li { (truth(premise.truth)) " " (text(&premise.premise)) @if let Some(first) = premise.evidence.first() { br; (place(material, first)) } }
            } }
            p { strong { "What to do: " } (text(&threat.remediation)) }
        }
    }
}

fn table(material: &Material<'_>, links: &Links, threats: &[&Threat]) -> Markup {
    html! {
        section { h2 { "All threats" }
            div class="scroll" tabindex="0" role="region" aria-label="All threats" { table class="dense" {
                caption class="unseen" { (counted(threats.len(), "threat", "threats")) }
                thead { tr { th scope="col" { "Severity" } th scope="col" class="num" { "Score" } th scope="col" { "Threat" } th scope="col" { "Status" } } }
                tbody { @for it in threats.iter().take(400) { tr { td { (severity(it.severity)) } td class="num" { (score(it.score_tenths)) } td { a href=(links.of(&it.id)) { (headline(material, it)) } } td { (status(it.status)) } } } }
            } }
            @if threats.len() > 400 { p { (threats.len() - 400) " more are left out of the report." } }
        }
    }
}

fn decided(threats: &[&Threat]) -> Markup {
    let decided: Vec<_> = threats.iter().filter_map(|it| it.ruling.as_ref().map(|ruling| (it, ruling))).collect();
    html! {
        @if !decided.is_empty() { section { h2 { "Decisions" } ul {
            @for (threat, ruling) in decided { li { strong { (ruling.kind.as_str()) } ": " (text(&threat.title)) " – " (text(&ruling.reason))
                @if let Some(owner) = &ruling.owner { " (" (text(owner)) ")" } @if let Some(expires) = ruling.expires { ", until " (expires) } @if !ruling.in_force { ", no longer in force" } } }
        } } }
    }
}

fn contradictions(material: &Material<'_>, links: &Links) -> Markup {
    let open: Vec<_> = material.system.conflicts.iter().filter(|it| it.resolution.is_none()).collect();
    html! {
        @if !open.is_empty() { section { h2 { "Open contradictions" } ul {
            @for it in open { li { a href=(links.of(&it.subject)) { (text(material.label(&it.subject))) } ", " (words(&it.attribute)) ": "
                ul { @for position in &it.positions { li { strong { (text(&position.value)) } " " @if let Some(first) = position.evidence.first() { (place(material, first)) } } } } } }
        } } }
    }
}

fn assumptions(material: &Material<'_>, links: &Links) -> Markup {
    let all = &material.system.assumptions;
    html! {
        @if !all.is_empty() { section { h2 { "What is taken for granted" } ul {
            @for it in all { li { (text(&it.statement)) @if !it.about.is_empty() { " (" (elements(material, links, &it.about)) ")" } @if let Some(first) = it.evidence.first() { br; cite { (text(&material.place(first))) } } } }
        } } }
    }
}
