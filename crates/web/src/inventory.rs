//! The model as tables: elements by kind, contradictions with both sides beside each other, and what nobody wrote down.

use cairn_model::{AttackPath, Conflict, Gap, System};
use maud::{Markup, html};

use crate::element::value;
use crate::model::{kind_title, tabs};
use crate::parts::{Turn, capital, clipped, counted, element, elements, empty, proof, quotes, standing, text, words};
use crate::paths::deed;
use crate::sheet::{self, KINDS, Sheet};
use crate::{Frame, Links, Material, Page, Role, Section, layout};

/// Elements, contradictions or questions on one page.
const EACH: usize = 100;

/// The table of a kind of element; none where there is no such kind.
pub fn page(frame: &Frame<'_>, material: &Material<'_>, kind: &str, page: usize) -> Option<Page> {
    KINDS.iter().find(|(name, _)| *name == kind)?;
    let links = frame.links();
    let sheets = sheet::all(material.system, kind);
    let turn = Turn { page, all: sheets.len(), each: EACH };
    let content = html! {
        header class="head" { h1 { "Inventory: " (kind_title(kind).to_lowercase()) } }
        (tabs(&links, material, "inventory"))
        nav class="kinds" aria-label="Kinds of element" {
            @for (name, title) in KINDS {
                a href=(links.page(&format!("inventory/{name}"))) aria-current=[(name == kind).then_some("page")] { (title) " " span class="soft" { (sheet::count(material.system, name)) } }
            }
        }
        @if sheets.is_empty() { (empty(&format!("No {}", kind_title(kind).to_lowercase()), "No document speaks of any.", &Markup::default())) }
        @else { (table(material, &links, kind, turn.of(&sheets))) (turn.links(|page| links.with(&format!("inventory/{kind}"), &[("page", page.to_string())]))) }
    };
    Some(layout::page(frame, Section::Model, &format!("Inventory: {}", kind_title(kind).to_lowercase()), &content))
}

fn table(material: &Material<'_>, links: &Links, kind: &str, sheets: &[Sheet<'_>]) -> Markup {
    let mut columns: Vec<&str> = Vec::new();
    for fact in sheets.iter().flat_map(|sheet| &sheet.facts) {
        if !columns.contains(&fact.name) {
            columns.push(fact.name);
        }
    }
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(kind_title(kind)) {
            table class="dense inventory" data-keys="rows" {
                caption class="unseen" { (kind_title(kind)) }
                thead { tr {
                    th scope="col" { "Name" }
                    @for column in &columns { th scope="col" { (capital(column)) } }
                    th scope="col" class="num" { "Passages" } th scope="col" class="num" { "Threats" }
                } }
                tbody {
                    @for sheet in sheets {
                        tr data-row {
                            th scope="row" { a href=(links.of(sheet.id)) { (text(&clipped(material.label(sheet.id), 120))) } " " (standing(sheet.status)) }
                            @for column in &columns {
                                td { @if let Some(fact) = sheet.facts.iter().find(|fact| fact.name == *column) { (value(material, links, fact)) } }
                            }
                            td class="num" { (sheet.evidence.len()) }
                            td class="num" { (material.threats_about(sheet.id).count()) }
                        }
                    }
                }
            }
        }
    }
}

/// All contradictions.
pub fn conflicts(frame: &Frame<'_>, material: &Material<'_>, page: usize) -> Page {
    let links = frame.links();
    let mut all: Vec<&Conflict> = material.system.conflicts.iter().collect();
    all.sort_by_key(|it| (it.resolution.is_some(), std::cmp::Reverse(it.affects.len()), &it.id));
    let turn = Turn { page, all: all.len(), each: EACH / 4 };
    let open = all.iter().filter(|it| it.resolution.is_none()).count();
    let content = html! {
        header class="head" {
            h1 { "Contradictions" }
            p class="lead" { (counted(all.len(), "place", "places")) " where sources disagree, " (open) " of them open. Both sides are kept, whoever counts for now." }
        }
        (tabs(&links, material, "conflicts"))
        @if all.is_empty() { (empty("Nothing contradicts", "No two sources say different things about the same attribute.", &Markup::default())) }
        h2 class="unseen" { "Each with its sides" }
        @for it in turn.of(&all) { (conflict(frame, material, &links, it)) }
        (turn.links(|page| links.with("conflicts", &[("page", page.to_string())])))
    };
    layout::page(frame, Section::Model, "Contradictions", &content)
}

/// A contradiction: its sides beside each other.
pub(crate) fn conflict(frame: &Frame<'_>, material: &Material<'_>, links: &Links, it: &Conflict) -> Markup {
    let set = format!("model/{}/set", crate::frame::encoded(it.subject.as_str()));
    html! {
        article class="conflict" id=(it.id.as_str()) {
            h3 { (element(material, links, &it.subject)) ": " (words(&it.attribute)) }
            p class="soft" {
                @match &it.resolution { None => span class="tag absent" { "open" }, Some(why) => { span class="tag good" { "settled" } " " (text(why)) } }
                @if !it.affects.is_empty() { " · " (counted(it.affects.len(), "threat hangs", "threats hang")) " on it: " (elements(material, links, it.affects.get(..3).unwrap_or(&it.affects))) @if it.affects.len() > 3 { " …" } }
            }
            div class="sides" {
                @for (nth, position) in it.positions.iter().enumerate() {
                    div role="group" class=(if nth == 0 && it.resolution.is_some() { "side holds" } else { "side" }) aria-label={ "Side " (nth + 1) } {
                        p { strong { (text(&position.value)) } " " (standing(position.status)) @if nth == 0 && it.resolution.is_some() { " " span class="soft" { "counts for now" } } }
                        (quotes(material, links, &position.evidence, 2))
                        @if it.resolution.is_none() && frame.may(Role::Reviewer) && !matches!(it.attribute.as_str(), "status") {
                            details class="answer" {
                                summary { "This one holds" }
                                form method="post" action=(links.form(&set)) {
                                    (proof(frame))
                                    input type="hidden" name="attribute" value=(it.attribute);
                                    input type="hidden" name="value" value=(position.value);
                                    label { span { "How you know" } input type="text" name="reason" required maxlength="2000"; }
                                    button type="submit" { "Record" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What nobody wrote down, and what the texts leave open.
pub fn questions(frame: &Frame<'_>, material: &Material<'_>, page: usize) -> Page {
    let links = frame.links();
    let System { gaps, questions, .. } = material.system;
    let turn = Turn { page, all: gaps.len(), each: EACH };
    let content = html! {
        header class="head" {
            h1 { "Questions" }
            p class="lead" { (counted(gaps.len(), "thing", "things")) " that no source says, and " (counted(questions.len(), "question", "questions")) " that the texts leave open themselves." }
        }
        (tabs(&links, material, "questions"))
        @if gaps.is_empty() && questions.is_empty() { (empty("Nothing is left open", "Every attribute that a reviewer asks for is stated.", &Markup::default())) }
        @if !gaps.is_empty() { ul class="questions" { @for it in turn.of(gaps) { (gap(material, &links, it)) } } }
        (turn.links(|page| links.with("questions", &[("page", page.to_string())])))
        @if !questions.is_empty() && page <= 1 {
            h2 { "Left open by the texts" }
            ul class="questions" {
                @for it in questions { li id=(it.id.as_str()) { p class="ask" { (text(&it.statement)) } p class="soft" { (elements(material, &links, &it.about)) } (quotes(material, &links, &it.evidence, 1)) } }
            }
        }
    };
    layout::page(frame, Section::Model, "Questions", &content)
}

/// Something that nobody wrote down, with a sentence that would answer it.
pub(crate) fn gap(material: &Material<'_>, links: &Links, it: &Gap) -> Markup {
    html! {
        li id=(it.id.as_str()) {
            p class="ask" { (text(&it.question)) }
            p class="soft" {
                "About " (element(material, links, &it.subject))
                @if let Some(whom) = &it.ask { " · ask " (text(whom)) }
                " · would be answered by: " q { (text(&it.answer)) }
            }
        }
    }
}

/// A path in a few words: from where, to where, with what.
pub(crate) fn path_title(material: &Material<'_>, path: &AttackPath) -> String {
    let (from, to) = (clipped(material.label(&path.entry), 40), clipped(material.label(&path.target), 40));
    let (verb, rest) = deed(&path.gains);
    let gained = capital(&format!("{verb} {to}{rest}"));
    if from == to { gained } else { format!("{gained}, from {from}") }
}
