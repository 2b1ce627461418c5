//! The page of an element: what is said of it and who says so, what contradicts, what is not known, what threatens it.

use std::collections::BTreeSet;

use cairn_diagram::{Layer, View, diagram};
use cairn_model::Threat;
use maud::{Markup, PreEscaped, html};

use crate::parts::{clipped, counted, element, elements, headline, quotes, score, severity, standing, status, text};
use crate::sheet::{Fact, Sheet, Value};
use crate::{Frame, Links, Material, Page, Role, Section, inventory, layout, sheet};

/// The page; none where there is no such element.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, id: &str) -> Option<Page> {
    let sheet = sheet::of(material.system, id)?;
    let links = frame.links();
    let title = material.label(sheet.id);
    let conflicts: Vec<_> = material.system.conflicts.iter().filter(|it| it.subject == *sheet.id).collect();
    let gaps: Vec<_> = material.system.gaps.iter().filter(|it| it.subject == *sheet.id).collect();
    let threats: Vec<&Threat> = material.threats_about(sheet.id).collect();
    let content = html! {
        div class="split even" {
            article class="main-column" aria-label="Element" {
                p class="crumb" { a href=(links.page("inventory")) { "Inventory" } " / " (sheet.kind) }
                h1 { (text(&clipped(title, 200))) }
                p class="facts" { span class="tag" { (sheet.kind) } (standing(sheet.status)) code class="soft" { (sheet.id.as_str()) } }
                (facts(frame, material, &links, &sheet))
                @if !conflicts.is_empty() {
                    section aria-labelledby="contradictions" { h2 id="contradictions" { "Sources that disagree" } @for it in conflicts { (inventory::conflict(frame, material, &links, it)) } }
                }
                @if !gaps.is_empty() {
                    section aria-labelledby="unknown" { h2 id="unknown" { "What nobody wrote down" } ul class="questions" { @for it in gaps { (inventory::gap(material, &links, it)) } } }
                }
            }
            div class="side-column" {
                @if sheet.kind == "component" {
                    div class="canvas small" data-diagram tabindex="0" role="region" aria-label="What is around it" {
                        (PreEscaped(diagram(material.system, material.threats, &View {
                            layers: BTreeSet::from([Layer::Threats, Layer::Unknown]), focus: Some((sheet.id.clone(), 1)),
                            link: Some(links.form("model/")), ..View::default() })))
                    }
                    p class="soft" { a href=(links.with("model", &[("focus", id), ("hops", "2")])) { "A wider view" } }
                    (flows(material, &links, &sheet))
                }
                section aria-labelledby="threats" {
                    h2 id="threats" { @if threats.is_empty() { "No threats" } @else { (counted(threats.len(), "threat", "threats")) } }
                    (threat_list(material, &links, &threats))
                    @if threats.len() > 12 { p { a href=(links.with("threats", &[("element", id)])) { "All of them" } } }
                }
                section aria-labelledby="said" { h2 id="said" { "All passages about it" } (quotes(material, &links, sheet.evidence, 6)) }
            }
        }
    };
    Some(layout::page(frame, Section::Model, &clipped(title, 80), &content))
}

fn facts(frame: &Frame<'_>, material: &Material<'_>, links: &Links, sheet: &Sheet<'_>) -> Markup {
    html! {
        dl class="attributes" {
            @for fact in &sheet.facts {
                div class=(if matches!(fact.value, Value::Unknown) { "attribute open" } else { "attribute" }) {
                    dt { (fact.name) }
                    dd { (value(material, links, fact)) (quotes(material, links, fact.evidence, 2)) (answer(frame, links, sheet, fact)) }
                }
            }
        }
    }
}

/// What a fact says.
pub(crate) fn value(material: &Material<'_>, links: &Links, fact: &Fact<'_>) -> Markup {
    html! {
        @match &fact.value {
            Value::Unknown => span class="unknown-value" { "not documented" },
            Value::Text(said) if said == "none" => strong class="denied" { "none" },
            Value::Text(said) => span class="said-value" { (text(said)) },
            Value::Elements(ids) if ids.is_empty() => span class="soft" { "–" },
            Value::Elements(ids) => (elements(material, links, &ids.iter().copied().cloned().collect::<Vec<_>>())),
            Value::Handled(handled) => ul class="plain" {
                @for it in *handled {
                    li {
                        (element(material, links, &it.component)) " "
                        (it.handling.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
                        " · at rest: " @match &it.encrypted_at_rest { None => span class="unknown-value" { "not documented" }, Some(it) if it.value => "encrypted", Some(_) => strong class="denied" { "not encrypted" } }
                        " · kept: " @match &it.retention { None => span class="unknown-value" { "not documented" }, Some(it) => (text(&it.value)) }
                    }
                }
            },
        }
    }
}

/// Where nobody says, a person can: the form records it as their word, not as a document's.
fn answer(frame: &Frame<'_>, links: &Links, sheet: &Sheet<'_>, fact: &Fact<'_>) -> Markup {
    html! {
        @if matches!(fact.value, Value::Unknown) && frame.may(Role::Reviewer) {
            details class="answer" {
                summary { "Answer it" }
                form method="post" action=(links.form(&format!("model/{}/set", crate::frame::encoded(sheet.id.as_str())))) {
                    (crate::parts::proof(frame))
                    input type="hidden" name="attribute" value=(fact.name);
                    label { span { "Value" } input type="text" name="value" required maxlength="200"; }
                    label { span { "How you know" } input type="text" name="reason" required maxlength="2000"; }
                    button type="submit" { "Record" }
                }
            }
        }
    }
}

fn flows(material: &Material<'_>, links: &Links, sheet: &Sheet<'_>) -> Markup {
    let flows: Vec<_> =
        material.system.flows.iter().filter(|it| it.source == *sheet.id || it.target == *sheet.id).collect();
    let said = |value: &cairn_model::Known<String>| match value {
        None => html! { span class="unknown-value" { "not documented" } },
        Some(stated) if stated.value == "none" => html! { strong class="denied" { "none" } },
        Some(stated) => html! { (text(&clipped(&stated.value, 40))) },
    };
    html! {
        @if !flows.is_empty() {
            div class="scroll" tabindex="0" role="region" aria-label="Flows" {
                table class="dense" {
                    caption { (counted(flows.len(), "flow", "flows")) }
                    thead { tr { th scope="col" { "Flow" } th scope="col" { "Protocol" } th scope="col" { "Authentication" } th scope="col" { "Encryption" } } }
                    tbody { @for flow in flows {
                        tr {
                            td { a href=(links.of(&flow.id)) { @if flow.source == *sheet.id { "→ " (text(material.label(&flow.target))) } @else { "← " (text(material.label(&flow.source))) } } " " (standing(flow.status)) }
                            td { (said(&flow.protocol)) } td { (said(&flow.authentication)) } td { (said(&flow.encryption)) }
                        }
                    } }
                }
            }
        }
    }
}

fn threat_list(material: &Material<'_>, links: &Links, threats: &[&Threat]) -> Markup {
    let mut sorted = threats.to_vec();
    sorted.sort_by_key(|it| (crate::material::is_pressing(it), it.score_tenths));
    html! {
        ul class="plain threat-list" {
            @for it in sorted.iter().rev().take(12) {
                li { (severity(it.severity)) " " span class="num" { (score(it.score_tenths)) } " " a href=(links.of(&it.id)) { (headline(material, it)) } " " (status(it.status)) }
            }
        }
    }
}
