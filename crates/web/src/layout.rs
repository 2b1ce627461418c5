//! The shell around every page: head, navigation, search, revision, and what everybody may do everywhere.

use maud::{DOCTYPE, Markup, html};

use crate::assets;
use crate::parts::{proof, text};
use crate::{Frame, Links, Notice, Page, Section, Theme};

/// A page of one of the screens.
pub(crate) fn page(frame: &Frame<'_>, section: Section, title: &str, content: &Markup) -> Page {
    let links = frame.links();
    let body = html! {
        a class="skip" href="#main" { "Skip to the content" }
        header class="rail" {
            (brand())
            @if let Some(project) = frame.project {
                p class="project" { a href=(links.page("inbox")) { (text(project.name)) } }
                (navigation(frame, &links, section))
            }
            (foot(frame))
        }
        div class="stage" {
            @if frame.project.is_some() { (bar(frame, &links)) }
            main id="main" tabindex="-1" {
                @if let Some(notice) = frame.notice { (told(frame, &links, notice)) }
                (content)
            }
        }
    };
    document(frame.theme, title, frame.project.map(|project| project.name), "app", &body)
}

/// A page without navigation: signing in, the first run, what went wrong.
pub(crate) fn bare(frame: &Frame<'_>, title: &str, content: &Markup) -> Page {
    let body = html! {
        a class="skip" href="#main" { "Skip to the content" }
        header class="top" { (brand()) (theme_button(frame)) }
        main id="main" class="bare" tabindex="-1" {
            @if let Some(notice) = frame.notice { (told(frame, &frame.links(), notice)) }
            (content)
        }
    };
    document(frame.theme, title, None, "alone", &body)
}

/// What was done or went wrong, with the way to take it back.
fn told(frame: &Frame<'_>, links: &Links, notice: Notice<'_>) -> Markup {
    html! {
        div class=(if notice.is_error { "notice error" } else { "notice" }) role=(if notice.is_error { "alert" } else { "status" }) {
            p { (text(notice.text)) }
            @if let Some(step) = notice.undo {
                form class="inline" method="post" action=(links.form("undo")) {
                    (proof(frame)) input type="hidden" name="undo" value=(step); button type="submit" data-key="u" { "Undo" }
                }
            }
        }
    }
}

fn document(theme: Theme, title: &str, project: Option<&str>, class: &str, body: &Markup) -> Page {
    let markup = html! {
        (DOCTYPE)
        html lang="en" data-theme=(theme.as_str()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(if theme == Theme::Auto { "light dark" } else { theme.as_str() });
                meta name="referrer" content="same-origin";
                title { (text(title)) @if let Some(project) = project { " · " (text(project)) } " · Cairn" }
                link rel="icon" type="image/svg+xml" href=(assets::address("mark.svg"));
                link rel="stylesheet" href=(assets::address("style.css"));
                @for module in assets::MODULES { script type="module" src=(assets::address(module)) {} }
            }
            body class=(class) { (body) }
        }
    };
    markup.into_string()
}

fn brand() -> Markup {
    html! {
        a class="brand" href="/" {
            svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" focusable="false" {
                ellipse cx="9" cy="14.6" rx="8" ry="2.6" {}
                ellipse cx="9" cy="9.2" rx="5.6" ry="2.2" {}
                ellipse cx="9" cy="4.4" rx="3.2" ry="1.9" {}
            }
            "Cairn"
        }
    }
}

fn navigation(frame: &Frame<'_>, links: &Links, section: Section) -> Markup {
    let entries = [
        (Section::Inbox, "Inbox", "inbox", frame.unseen),
        (Section::Threats, "Threats", "threats", frame.pressing),
        (Section::Model, "Model", "model", 0),
        (Section::Assistant, "Assistant", "assistant", 0),
        (Section::Operations, "Sources", "sources", 0),
    ];
    html! {
        nav class="sections" aria-label="Screens" {
            ul {
                @for (its, name, path, count) in entries {
                    li {
                        a href=(links.page(path)) aria-current=[(its == section).then_some("page")] {
                            (name)
                            @if count > 0 { span class="count" { (count) span class="unseen" { " waiting" } } }
                        }
                    }
                }
            }
        }
    }
}

/// What is looked at and by whom; the button that changes the theme needs no script.
fn foot(frame: &Frame<'_>) -> Markup {
    html! {
        div class="foot" {
            @if frame.project.is_some() { a class="quiet" href=(frame.links().page("report")) { "Report" } }
            @if frame.project.is_some() { a class="quiet" href="/" { "All projects" } }
            (theme_button(frame))
            @if let Some(person) = frame.person {
                p class="person" { span { (text(person)) } @if frame.project.is_some() { span class="soft" { (frame.role.as_str()) } } }
            }
            @if frame.person.is_some() && !frame.csrf.is_empty() {
                form method="post" action="/sign-out" { (proof(frame)) button class="quiet" type="submit" { "Sign out" } }
            }
        }
    }
}

fn theme_button(frame: &Frame<'_>) -> Markup {
    let next = match frame.theme.next() {
        Theme::Auto => "Follow the system's colours",
        Theme::Light => "Light colours",
        Theme::Dark => "Dark colours",
    };
    html! {
        form class="theme" method="post" action="/theme" {
            (proof(frame))
            button class="quiet" type="submit" name="to" value=(frame.theme.next().as_str()) { (next) }
        }
    }
}

fn bar(frame: &Frame<'_>, links: &Links) -> Markup {
    html! {
        div class="bar" {
            form class="find" role="search" method="get" action=(links.form("search")) {
                label class="unseen" for="find" { "Search this project" }
                input id="find" type="search" name="q" placeholder="Search elements, threats, claims, documents" autocomplete="off";
                button type="submit" { "Search" }
            }
            nav class="revision" aria-label="Revision" {
                @match frame.at {
                    Some(at) => {
                        span class="tag planned" { "Revision r" (at) }
                        " as it was · " a href=(Links::form(links, "inbox")) { "back to r" (frame.newest) }
                    }
                    None if frame.newest > 0 => { a href=(links.page("revisions")) { "Revision r" (frame.newest) } " · judged on " time { (frame.as_of) } }
                    None => { "Nothing read yet" }
                }
            }
        }
    }
}
