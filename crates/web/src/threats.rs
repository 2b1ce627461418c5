//! The threats: a table that is filtered by its address, and the page of each.

mod csv;
mod detail;
mod query;

use cairn_model::{Stride, Threat, ThreatStatus};
use maud::{Markup, html};

use crate::parts::{
    Turn, clipped, counted, element, empty, headline, option, proof, score, severity, status, text, words,
};
use crate::{Frame, Links, Material, Page, Section, layout};

pub use csv::csv;
pub use detail::{Detail, Event, detail};
pub use query::{Beside, Order, Query};

/// Threats on one page of the table.
const EACH: usize = 100;

/// A view that somebody saved, or that everybody has.
#[derive(Clone, Debug)]
pub struct SavedView<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The question of its address: `status=open&severity=high`.
    pub question: &'a str,
}

/// Views that everybody has.
const VIEWS: [SavedView<'static>; 6] = [
    SavedView { name: "All", question: "" },
    SavedView { name: "To decide", question: "waiting=yes" },
    SavedView { name: "High and worse", question: "severity=high&waiting=yes" },
    SavedView { name: "Disputed", question: "status=disputed" },
    SavedView { name: "Not known yet", question: "status=unverified" },
    SavedView { name: "Accepted", question: "status=accepted" },
];

/// The table. `saved` are the reader's own views.
pub fn list(
    frame: &Frame<'_>,
    material: &Material<'_>,
    query: &Query,
    beside: &Beside,
    saved: &[SavedView<'_>],
) -> Page {
    let links = frame.links();
    let found = query.sift(material, beside);
    let turn = Turn { page: query.page, all: found.len(), each: EACH };
    let content = html! {
        header class="head" {
            h1 { "Threats" }
            p class="lead" { (tally(material.threats)) }
        }
        (views(&links, query, saved))
        (filters(frame, &links, material, query, beside))
        (saving(frame, &links, query))
        @if material.threats.is_empty() {
            (empty("No threats yet", "Threats follow from documents: add some, and every rule that their words meet is listed here.",
                &html! { p { a class="button" href=(links.page("sources")) { "Add documents" } } }))
        } @else if found.is_empty() {
            (empty("Nothing matches", "No threat meets all of these conditions.", &html! { p { a href=(links.page("threats")) { "Show all threats" } } }))
        } @else {
            (table(&links, material, turn.of(&found), &found))
            (turn.links(|page| links.with("threats", &query.pairs(Some(page)))))
        }
    };
    layout::page(frame, Section::Threats, "Threats", &content)
}

/// How many there are of each status, in one sentence.
fn tally(threats: &[Threat]) -> Markup {
    let counts: Vec<(ThreatStatus, usize)> = ThreatStatus::ALL
        .into_iter()
        .map(|status| (status, threats.iter().filter(|it| it.status == status).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    html! {
        (counted(threats.len(), "threat", "threats"))
        @for (nth, (of, count)) in counts.iter().enumerate() {
            (if nth == 0 { ": " } else { ", " }) (count) " " (words(of.as_str()))
        }
    }
}

fn views(links: &Links, query: &Query, saved: &[SavedView<'_>]) -> Markup {
    let address = |question: &str| {
        let pairs: Vec<(&str, &str)> = question.split('&').filter_map(|pair| pair.split_once('=')).collect();
        links.with("threats", &pairs)
    };
    let own = query.question();
    html! {
        nav class="tabs" aria-label="Views" {
            @for view in VIEWS.iter().chain(saved) {
                a href=(address(view.question)) aria-current=[(own == view.question).then_some("page")] { (text(view.name)) }
            }
        }
    }
}

/// Keeps the filters in force as a view of the reader's own.
fn saving(frame: &Frame<'_>, links: &Links, query: &Query) -> Markup {
    html! {
        @if frame.at.is_none() && !query.question().is_empty() {
            details class="answer" {
                summary { "Save this view" }
                form method="post" action=(links.form("threats/views")) {
                    (proof(frame))
                    input type="hidden" name="question" value=(query.question());
                    label { span { "Name" } input type="text" name="name" required maxlength="60"; }
                    button type="submit" { "Save" }
                }
            }
        }
    }
}

fn filters(frame: &Frame<'_>, links: &Links, material: &Material<'_>, query: &Query, beside: &Beside) -> Markup {
    let rules: std::collections::BTreeSet<&str> = material.threats.iter().map(|it| it.rule.as_str()).collect();
    let export = |name: &str| links.with(&format!("export/{name}"), &query.pairs(None));
    html! {
        form class="filters many" method="get" action=(links.form("threats")) {
            @if let Some(at) = frame.at { input type="hidden" name="at" value={ "r" (at) }; }
            label { span { "Status" }
                select name="status" {
                    (option("", "any", &query.status))
                    @for it in ThreatStatus::ALL { (option(it.as_str(), &words(it.as_str()), &query.status)) }
                }
            }
            label { span { "Severity" }
                select name="severity" {
                    (option("", "any", &query.severity))
                    @for (it, name) in [("critical", "critical"), ("high", "high and worse"), ("medium", "medium and worse")] { (option(it, name, &query.severity)) }
                }
            }
            label { span { "Category" }
                select name="stride" {
                    (option("", "any", &query.stride))
                    @for it in Stride::ALL { (option(it.letter(), category(it), &query.stride)) }
                }
            }
            label { span { "Rule" }
                select name="rule" {
                    (option("", "any", &query.rule))
                    @for it in rules { (option(it, it, &query.rule)) }
                }
            }
            label { span { "Decision" }
                select name="waiting" {
                    (option("", "any", &query.waiting)) (option("yes", "waits for one", &query.waiting)) (option("no", "decided or answered", &query.waiting))
                }
            }
            label { span { "Answered for by" }
                select name="owner" {
                    (option("", "anybody", &query.owner))
                    @for it in beside.owners(material) { (option(&it, &clipped(&it, 40), &query.owner)) }
                }
            }
            label { span { "Changed since" }
                select name="since" {
                    (option("", "ever", &query.since))
                    @for (number, day) in &beside.revisions { (option(&format!("r{number}"), &clipped(&format!("r{number}, {day}"), 24), &query.since)) }
                }
            }
            label { span { "Evidence" }
                select name="fresh" {
                    (option("", "of any age", &query.fresh)) (option("recent", "recent", &query.fresh)) (option("old", "old", &query.fresh)) (option("undated", "without a date", &query.fresh))
                }
            }
            label { span { "Sort by" }
                select name="sort" {
                    (option("", "urgency", query.order.as_str())) (option("score", "score", query.order.as_str())) (option("subject", "element", query.order.as_str())) (option("rule", "rule", query.order.as_str()))
                }
            }
            label class="wide" { span { "Words" } input type="search" name="words" value=(query.words) placeholder="in title, statement, element"; }
            @if !query.element.is_empty() { input type="hidden" name="element" value=(query.element); }
            button type="submit" { "Filter" }
            p class="export" {
                "Export this view: "
                @for (nth, name) in ["csv", "md", "sarif", "json"].into_iter().enumerate() { @if nth > 0 { " · " } a href=(export(&format!("threats.{name}"))) download { (name.to_uppercase()) } }
            }
        }
    }
}

fn table(links: &Links, material: &Material<'_>, shown: &[&Threat], found: &[&Threat]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Threats" {
            table class="dense threats" data-keys="rows" {
                caption class="unseen" { (counted(found.len(), "threat", "threats")) }
                thead { tr {
                    th scope="col" { "Severity" } th scope="col" class="num" { "Score" } th scope="col" { "Threat" } th scope="col" class="roomy" { "Element" }
                    th scope="col" class="roomy" { "Category" } th scope="col" { "Status" } th scope="col" class="roomy" { "Decision" }
                } }
                tbody {
                    @for threat in shown {
                        tr data-row {
                            td { (severity(threat.severity)) }
                            td class="num" { (score(threat.score_tenths)) }
                            td class="title" { a href=(links.of(&threat.id)) { (headline(material, threat)) } span class="rule" { (threat.rule) } }
                            td class="roomy" { (element(material, links, &threat.subject)) }
                            td class="roomy" { @for (nth, it) in threat.stride.iter().enumerate() { @if nth > 0 { " " } abbr title=(category(*it)) { (it.letter()) } } }
                            td { (status(threat.status)) }
                            td class="roomy" { (decision(threat)) }
                        }
                    }
                }
            }
        }
    }
}

fn decision(threat: &Threat) -> Markup {
    html! {
        @match &threat.ruling {
            None => span class="soft" { "none" },
            Some(ruling) => {
                span class=(if ruling.in_force { "tag good" } else { "tag absent" }) { (ruling.kind.as_str()) @if !ruling.in_force { ", expired" } }
                @if let Some(expires) = ruling.expires { " " span class="soft nowrap" { "until " (expires) } }
            }
        }
    }
}

/// The STRIDE category in words.
pub(crate) const fn category(stride: Stride) -> &'static str {
    match stride {
        Stride::Spoofing => "Spoofing",
        Stride::Tampering => "Tampering",
        Stride::Repudiation => "Repudiation",
        Stride::InformationDisclosure => "Information disclosure",
        Stride::DenialOfService => "Denial of service",
        Stride::ElevationOfPrivilege => "Elevation of privilege",
    }
}
