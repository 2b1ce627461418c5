//! The model: the data-flow diagram with what can be laid over it, and the page of each element.

use std::collections::BTreeSet;

use cairn_diagram::{Layer, View, diagram};
use cairn_model::{AttackPath, ElementId, Threat};
use maud::{Markup, PreEscaped, html};

use crate::parts::{
    capital, clipped, counted, element, elements, empty, option, quotes, score, severity, standing, status, text, words,
};
use crate::sheet::{Fact, Sheet, Value};
use crate::{Frame, Links, Material, Page, Role, Section, inventory, layout, sheet};

/// Components that are drawn at once; of a larger model, the neighbourhood of one is drawn.
const PARTS_MAX: usize = 300;
/// Flows that a neighbourhood goes along at most.
const HOPS_MAX: usize = 3;

/// What of the diagram is asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// What is laid over it.
    pub layers: BTreeSet<Layer>,
    /// The component in the middle.
    pub focus: Option<String>,
    /// How many flows around it.
    pub hops: usize,
    /// The path of attack that stands out.
    pub path: Option<String>,
    /// The elements that stand out, such as those that a supposition touches.
    pub marked: BTreeSet<ElementId>,
    /// Everything, however much it is.
    pub everything: bool,
}

impl Asked {
    /// The question of an address. What it does not know is left alone.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut asked = Self { hops: 1, ..Self::default() };
        for (name, value) in pairs {
            match name {
                "layer" => asked.layers.extend(Layer::parse(value)),
                "focus" if !value.is_empty() => asked.focus = Some(value.to_owned()),
                "hops" => asked.hops = value.parse().unwrap_or(1).clamp(1, HOPS_MAX),
                "path" if !value.is_empty() => asked.path = Some(value.to_owned()),
                "all" => asked.everything = true,
                _ => {}
            }
        }
        asked
    }
}

/// The tabs of the model's pages.
pub(crate) fn tabs(links: &Links, material: &Material<'_>, here: &str) -> Markup {
    let system = material.system;
    let entries = [
        ("model", "Diagram".to_owned()),
        ("inventory", "Inventory".to_owned()),
        ("paths", format!("Attack paths {}", material.paths.len())),
        ("trial", "What if".to_owned()),
        ("conflicts", format!("Contradictions {}", system.conflicts.len())),
        ("questions", format!("Questions {}", system.gaps.len() + system.questions.len())),
    ];
    html! {
        nav class="tabs" aria-label="Model" {
            @for (path, name) in &entries { a href=(links.page(path)) aria-current=[(*path == here).then_some("page")] { (name) } }
        }
    }
}

/// The page of the diagram.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, asked: &Asked) -> Page {
    let links = frame.links();
    let focus = asked.focus.as_ref().and_then(|id| material.system.components.iter().find(|it| it.id.as_str() == id));
    let is_large = material.system.components.len() > PARTS_MAX && !asked.everything;
    let view = view(material, asked, &links, focus.map(|it| &it.id).or_else(|| middle(material).filter(|_| is_large)));
    let path = asked.path.as_ref().and_then(|id| material.paths.iter().find(|it| it.id.as_str() == id));
    let content = html! {
        header class="head" { h1 { "Model" } p class="lead" { (tally(material)) } }
        (tabs(&links, material, "model"))
        @if material.system.components.is_empty() {
            (empty("No model yet", "Components, flows and boundaries appear here as soon as a document speaks of them.",
                &html! { p { a class="button" href=(links.page("sources")) { "Add documents" } } }))
        } @else {
            (controls(frame, &links, material, asked))
            @if is_large && focus.is_none() {
                p class="hint" { "This model has " (material.system.components.len()) " components, more than fit one drawing. What is around the busiest one is drawn; choose another, or "
                    a href=(links.with("model", &[("all", "yes")])) { "draw everything" } "." }
            }
            @if let Some(path) = path { p class="hint" { "Standing out: " a href=(links.of(&path.id)) { (inventory::path_title(material, path)) } ". " a href=(links.page("model")) { "Show all alike" } } }
            div class="canvas" data-diagram tabindex="0" role="region" aria-label="Data-flow diagram; arrow keys walk along the flows, plus and minus zoom" {
                (PreEscaped(diagram(material.system, material.threats, &view)))
            }
            (legend(&asked.layers))
            p class="soft" { "The same as tables: " @for (nth, (kind, name)) in sheet::KINDS.iter().take(3).enumerate() { @if nth > 0 { ", " } a href=(links.page(&format!("inventory/{kind}"))) { (name.to_lowercase()) } } "." }
        }
    };
    layout::page(frame, Section::Model, "Model", &content)
}

/// The drawing as a file of its own.
pub fn drawing(material: &Material<'_>, asked: &Asked) -> String {
    let focus = asked.focus.as_ref().and_then(|id| material.system.components.iter().find(|it| it.id.as_str() == id));
    let view = view(material, asked, &Frame::default().links(), focus.map(|it| &it.id));
    diagram(material.system, material.threats, &View { link: None, styled: true, ..view })
}

/// What of the diagram is shown.
pub(crate) fn view(material: &Material<'_>, asked: &Asked, links: &Links, focus: Option<&ElementId>) -> View {
    let mut marked = asked.marked.clone();
    if let Some(path) = asked.path.as_ref().and_then(|id| material.paths.iter().find(|it| it.id.as_str() == id)) {
        marked.extend(on_path(material, path));
    }
    View {
        layers: asked.layers.clone(),
        focus: focus.map(|id| (id.clone(), asked.hops.clamp(1, HOPS_MAX))),
        marked,
        link: Some(links.form("model/")),
        styled: false,
    }
}

/// The elements of a path: where it goes along, and the flows between.
fn on_path(material: &Material<'_>, path: &AttackPath) -> BTreeSet<ElementId> {
    let mut on: BTreeSet<ElementId> = BTreeSet::from([path.entry.clone(), path.target.clone()]);
    for hop in &path.hops {
        on.extend([hop.from.clone(), hop.to.clone()]);
        let between = |flow: &&cairn_model::Flow| {
            (flow.source == hop.from && flow.target == hop.to) || (flow.source == hop.to && flow.target == hop.from)
        };
        on.extend(material.system.flows.iter().filter(between).map(|flow| flow.id.clone()));
    }
    on
}

/// The component with the most flows.
fn middle<'m>(material: &Material<'m>) -> Option<&'m ElementId> {
    let flows = |id: &ElementId| material.system.flows.iter().filter(|it| it.source == *id || it.target == *id).count();
    material.system.components.iter().max_by_key(|it| (flows(&it.id), std::cmp::Reverse(&it.id))).map(|it| &it.id)
}

fn tally(material: &Material<'_>) -> String {
    let system = material.system;
    format!(
        "{}, {}, {}, {}",
        counted(system.components.len(), "component", "components"),
        counted(system.flows.len(), "flow", "flows"),
        counted(system.boundaries.len(), "boundary", "boundaries"),
        counted(system.data.len(), "data set", "data sets"),
    )
}

fn controls(frame: &Frame<'_>, links: &Links, material: &Material<'_>, asked: &Asked) -> Markup {
    let name = |layer: Layer| match layer {
        Layer::Data => "Data",
        Layer::Authentication => "Authentication",
        Layer::Encryption => "Encryption",
        Layer::Threats => "Threats",
        Layer::Unknown => "Unknowns",
    };
    html! {
        form class="filters" method="get" action=(links.form("model")) data-submit-on-change {
            @if let Some(at) = frame.at { input type="hidden" name="at" value={ "r" (at) }; }
            fieldset class="layers" {
                legend { "Layers" }
                @for layer in Layer::ALL {
                    label { input type="checkbox" name="layer" value=(layer.as_str()) checked[asked.layers.contains(&layer)]; " " (name(layer)) }
                }
            }
            label { span { "Around" }
                select name="focus" {
                    (option("", "everything", asked.focus.as_deref().unwrap_or_default()))
                    @for it in &material.system.components { (option(it.id.as_str(), &clipped(&it.name, 40), asked.focus.as_deref().unwrap_or_default())) }
                }
            }
            label { span { "Flows away" }
                select name="hops" { @for hops in 1..=HOPS_MAX { (option(&hops.to_string(), &hops.to_string(), &asked.hops.to_string())) } }
            }
            label { span { "Path of attack" }
                select name="path" {
                    (option("", "none", asked.path.as_deref().unwrap_or_default()))
                    @for it in material.paths.iter().take(60) { (option(it.id.as_str(), &clipped(&inventory::path_title(material, it), 70), asked.path.as_deref().unwrap_or_default())) }
                }
            }
            button type="submit" { "Show" }
            p class="export" { "Export: " a href=(links.page("model.svg")) download { "SVG" } }
        }
    }
}

fn legend(layers: &BTreeSet<Layer>) -> Markup {
    html! {
        ul class="legend" aria-label="Legend" {
            li { span class="key service" aria-hidden="true" {} "computes" }
            li { span class="key store" aria-hidden="true" {} "stores" }
            li { span class="key outside" aria-hidden="true" {} "people and third parties" }
            li { span class="key wall" aria-hidden="true" {} "boundary" }
            li { span class="key dashed" aria-hidden="true" {} "type not stated, or planned" }
            @if layers.contains(&Layer::Unknown) || layers.contains(&Layer::Encryption) || layers.contains(&Layer::Authentication) {
                li { span class="key line-good" aria-hidden="true" {} "stated" }
                li { span class="key line-open" aria-hidden="true" {} "unknown" }
                li { span class="key line-bad" aria-hidden="true" {} "stated to be missing" }
            }
        }
    }
}

/// The page of an element: what is said of it and who says so, what contradicts, what is not known, what threatens it.
pub fn element_page(frame: &Frame<'_>, material: &Material<'_>, id: &str) -> Option<Page> {
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
                            marked: BTreeSet::new(), link: Some(links.form("model/")), styled: false })))
                    }
                    p class="soft" { a href=(links.with("model", &[("focus", id), ("hops", "2")])) { "A wider view" } }
                    (flows(material, &links, &sheet))
                }
                section aria-labelledby="threats" {
                    h2 id="threats" { (counted(threats.len(), "threat", "threats")) }
                    (threat_list(&links, &threats))
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

fn threat_list(links: &Links, threats: &[&Threat]) -> Markup {
    let mut sorted = threats.to_vec();
    sorted.sort_by_key(|it| (crate::material::is_pressing(it), it.score_tenths));
    html! {
        ul class="plain threat-list" {
            @for it in sorted.iter().rev().take(12) {
                li { (severity(it.severity)) " " span class="num" { (score(it.score_tenths)) } " " a href=(links.of(&it.id)) { (text(&clipped(&it.title, 120))) } " " (status(it.status)) }
            }
        }
    }
}

/// What kind of element an id is of, as a heading.
pub(crate) fn kind_title(kind: &str) -> String {
    sheet::KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or_else(|| capital(&words(kind)), |(_, title)| (*title).to_owned())
}
