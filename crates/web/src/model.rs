//! The model: the data-flow diagram with what can be laid over it. The page of each element is made in `element`.

use std::collections::BTreeSet;

use cairn_diagram::{Layer, View, diagram};
use cairn_model::{AttackPath, ElementId};
use maud::{Markup, PreEscaped, html};

use crate::parts::{capital, clipped, counted, empty, option, words};
use crate::trial::Supposed;
use crate::{Frame, Links, Material, Page, Section, inventory, layout, sheet};

/// Components that are drawn at once; of a larger model, the neighbourhood of one is drawn.
pub(crate) const PARTS_MAX: usize = 300;
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
    /// What is supposed, where it is.
    pub supposed: Supposed,
    /// The elements that stand out, such as those that a supposition makes worse off.
    pub marked: BTreeSet<ElementId>,
    /// The elements that a supposition makes better off.
    pub eased: BTreeSet<ElementId>,
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
            @if !asked.supposed.is_empty() {
                p class="hint" { "Standing out: what would be different under a " a href=(links.with("trial", &asked.supposed.pairs())) { "supposition" } ". " a href=(links.page("model")) { "Show the model as it is" } }
                (changed_legend())
            }
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
        eased: asked.eased.clone(),
        supposed: !asked.supposed.is_empty(),
        link: Some(links.form("model/")),
        styled: false,
    }
}

/// What the signs on a diagram with a supposition mean.
pub(crate) fn changed_legend() -> Markup {
    html! {
        ul class="legend" aria-label="What would be different" {
            li { span class="key worse" aria-hidden="true" {} "▲ worse off" }
            li { span class="key better" aria-hidden="true" {} "▼ better off" }
        }
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
            @for (name, value) in asked.supposed.pairs() { input type="hidden" name=(name) value=(value); }
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

/// What kind of element an id is of, as a heading.
pub(crate) fn kind_title(kind: &str) -> String {
    sheet::KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or_else(|| capital(&words(kind)), |(_, title)| (*title).to_owned())
}
