//! Ways of attack: the list, and each hop by hop with what it rests on and what would break it.

use cairn_diagram::diagram;
use cairn_model::{AttackPath, Hop};
use maud::{Markup, PreEscaped, html};

use crate::inventory::{self, path_title};
use crate::model::{Asked, tabs, view};
use crate::parts::{Turn, capital, counted, element, empty, quotes, score, text, truth, words};
use crate::{Frame, Links, Material, Page, Section, layout};

/// Paths on one page of the list.
const EACH: usize = 50;
/// Questions that the empty list shows.
const ASKED_MAX: usize = 8;

/// What an attacker has in the end, as a verb and what follows its object.
pub(crate) fn deed(gains: &str) -> (&str, &'static str) {
    match gains {
        "reach" => ("connect to", ""),
        "near" => ("get a foothold beside", ""),
        "use" => ("use", " as somebody entitled"),
        "exec" => ("run code in", ""),
        "write" => ("change", ""),
        "deny" => ("take away", ""),
        "administer" => ("govern", ""),
        "assume" => ("act as", ""),
        "hold" => ("know", ""),
        "feed" => ("get words into", ""),
        "forge" => ("make", " send requests"),
        "issue" => ("issue identities as", ""),
        "decrypt" => ("decrypt what", " protects"),
        "tenant" => ("be a tenant of", ""),
        other => (other, ""),
    }
}

/// The same with its object.
pub(crate) fn gained(gains: &str, name: &Markup) -> Markup {
    let (verb, rest) = deed(gains);
    html! { (verb) " " (name) (rest) }
}

/// The list, the most pressing first.
pub fn list(frame: &Frame<'_>, material: &Material<'_>, page: usize) -> Page {
    let links = frame.links();
    let mut all: Vec<&AttackPath> = material.paths.iter().collect();
    all.sort_by_key(|it| (std::cmp::Reverse(it.score_tenths), &it.id));
    let turn = Turn { page, all: all.len(), each: EACH };
    let content = html! {
        header class="head" { h1 { "Attack paths" } p class="lead" { "From where an attacker starts to something worth having. A step that no document states is an unknown step, and is shown as one." } }
        (tabs(&links, material, "paths"))
        @if all.is_empty() { (none_known(material, &links)) }
        @else {
            div class="scroll" tabindex="0" role="region" aria-label="Attack paths" {
                table class="dense" data-keys="rows" {
                    caption class="unseen" { (counted(all.len(), "path", "paths")) }
                    thead { tr { th scope="col" class="num" { "Score" } th scope="col" { "Path" } th scope="col" { "Attackers" } th scope="col" class="num" { "Hops" } th scope="col" { "Weakest step" } } }
                    tbody { @for it in turn.of(&all) {
                        tr data-row {
                            td class="num" { (score(it.score_tenths)) }
                            td class="title" { a href=(links.of(&it.id)) { (text(&path_title(material, it))) } }
                            td { (text(&it.attackers.join(", ").replace('-', " "))) }
                            td class="num" { (it.hops.len()) }
                            td { (truth(it.truth)) }
                        }
                    } }
                }
            }
            (turn.links(|page| links.with("paths", &[("page", page.to_string())])))
        }
    };
    layout::page(frame, Section::Model, "Attack paths", &content)
}

/// Why there may be none: what nobody wrote about who can reach what, and what can be supposed in its place.
fn none_known(material: &Material<'_>, links: &Links) -> Markup {
    let open: Vec<_> = material.system.gaps.iter().filter(|it| it.rule == "component-exposure").collect();
    let suppose = html! { p { a href=(links.page("trial")) { "Suppose that a part is in the wrong hands" } } };
    let why = "Nothing worth having is reached from where attackers start, as far as the documents say.";
    html! {
        (empty("No path is known", why, &suppose))
        @if !open.is_empty() {
            section aria-labelledby="unasked" {
                h2 id="unasked" { "Who can reach what" }
                p class="soft" { "Of " (counted(open.len(), "part", "parts")) " no document says who can reach them. That is no protection: an answer may open a path." }
                ul class="questions" { @for it in open.iter().take(ASKED_MAX) { (inventory::gap(material, links, it)) } }
                @if open.len() > ASKED_MAX { p { a href=(links.page("questions")) { "All questions" } } }
            }
        }
    }
}

/// A path, hop by hop, beside the part of the diagram that it goes through.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, path: &AttackPath) -> Page {
    let links = frame.links();
    let drawing = surroundings(material, &links, path);
    let title = path_title(material, path);
    let content = html! {
        div class="split even" {
            article class="main-column" aria-label="Path of attack" {
                p class="crumb" { a href=(links.page("paths")) { "Attack paths" } }
                h1 { (text(&title)) }
                p class="facts" { span class="score" { (score(path.score_tenths)) } (truth(path.truth)) @for it in &path.attackers { span class="tag" { (text(&it.replace('-', " "))) } } }
                @if let Some(goal) = path.goals.first() { p class="statement" { (text(&goal.why)) } (quotes(material, &links, &goal.evidence, 1)) }
                ol class="hops" { @for hop in &path.hops { (one(material, &links, hop)) } }
                @if path.goals.len() > 1 {
                    h2 { "What else is lost at its end" }
                    ul { @for goal in path.goals.iter().skip(1) { li { (capital(deed(&goal.gains).0)) " " (element(material, &links, &goal.element)) (deed(&goal.gains).1) ": " (text(&goal.why)) } } }
                }
            }
            div class="side-column" {
                div class="canvas" data-diagram tabindex="0" role="region" aria-label="The path in the diagram" { (PreEscaped(drawing)) }
                p class="soft" { a href=(links.with("model", &[("path", path.id.as_str())])) { "In the whole model" } }
            }
        }
    };
    layout::page(frame, Section::Model, &title, &content)
}

/// What the path goes through, with the path standing out.
fn surroundings(material: &Material<'_>, links: &Links, path: &AttackPath) -> String {
    let hops = path.hops.len().saturating_sub(1).max(1);
    let asked = Asked { path: Some(path.id.to_string()), hops, ..Asked::default() };
    let focus = material.system.components.iter().any(|it| it.id == path.target).then_some(&path.target);
    diagram(material.system, material.threats, &view(material, &asked, links, focus))
}

fn one(material: &Material<'_>, links: &Links, hop: &Hop) -> Markup {
    html! {
        li class={ "hop " (hop.truth.as_str()) } {
            p { (truth(hop.truth)) " " (text(&hop.means)) " " span class="tag" { (hop.rule) } }
            p class="soft" { (element(material, links, &hop.from)) " → " (element(material, links, &hop.to)) " · can then " (gained(&hop.gains, &html! { "it" })) @if let Some(threat) = &hop.threat { " · by " (element(material, links, threat)) } }
            (quotes(material, links, &hop.evidence, 1))
            @for it in &hop.questions { p class="ask" { (text(it)) } }
            @if !hop.broken_by.is_empty() {
                details class="more" {
                    summary { (counted(hop.broken_by.len(), "thing", "things")) " that would stop it" }
                    ul { @for it in &hop.broken_by {
                        li { (words(&it.control_type.to_string())) " on " (element(material, links, &it.on)) ": " @match it.status { None => span class="unknown-value" { "not documented" }, Some(status) => (words(&status.to_string())) } (quotes(material, links, &it.evidence, 1)) }
                    } }
                }
            }
        }
    }
}
