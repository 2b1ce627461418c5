//! Pages beside the screens: the list of projects, the first run, signing in, and what went wrong.

use maud::{Markup, html};

use crate::parts::{counted, proof, text};
use crate::{Frame, Page, layout};

/// A project in the list.
#[derive(Clone, Debug, Default)]
pub struct ProjectRow {
    /// Names it in addresses.
    pub id: String,
    /// For people.
    pub name: String,
    /// What the reader may do in it.
    pub role: String,
}

/// The list of projects; where there are none and the reader may make some, the first run.
pub fn projects(frame: &Frame<'_>, projects: &[ProjectRow], may_create: bool) -> Page {
    let content = html! {
        @if projects.is_empty() { (first_run(frame, may_create)) }
        @else {
            h1 { "Projects" }
            p class="lead" { (counted(projects.len(), "system", "systems")) " under review." }
            ul class="projects" {
                @for it in projects { li { a href={ "/p/" (crate::frame::encoded(&it.id)) "/inbox" } { strong { (text(&it.name)) } span class="soft" { (it.role) } } } }
            }
            @if may_create { section class="new-project" aria-label="Another project" { (creating(frame)) (example(frame)) } }
        }
    };
    layout::bare(frame, if projects.is_empty() { "Welcome" } else { "Projects" }, &content)
}

fn first_run(frame: &Frame<'_>, may_create: bool) -> Markup {
    html! {
        h1 { "A threat model that cites its sources" }
        p class="lead" { "Cairn reads what a team writes, keeps the sentence behind every claim, and derives threats by rules that anybody can read. What no document says is shown as unknown." }
        @if may_create {
            div class="first" {
                section { (example(frame)) }
                section { (creating(frame)) }
            }
        } @else { p class="notice" { "You have no part in any project yet. Ask an administrator to add you." } }
        ol class="steps" {
            li { strong { "Documents in. " } "Architecture pages, decisions, tickets, chat, deployment files." }
            li { strong { "Claims with quotes. " } "Every quote is looked up in its document, to the byte, or the claim is turned away." }
            li { strong { "One model. " } "Contradictions are kept with both sides; gaps become questions." }
            li { strong { "Threats, explained. " } "Each down to the sentences that it follows from." }
        }
    }
}

fn example(frame: &Frame<'_>) -> Markup {
    html! {
        form method="post" action="/example" {
            (proof(frame))
            h2 { "Look at an example" }
            p { "The documents of Tuckbox, an invented company whose parcels are picked up at corner shops. They contradict each other, as documents do." }
            button class="primary" type="submit" { "Load the example" }
        }
    }
}

fn creating(frame: &Frame<'_>) -> Markup {
    html! {
        form method="post" action="/projects" {
            (proof(frame))
            h2 { "Begin with your own" }
            label { span { "Name" } input type="text" name="name" required maxlength="200" autocomplete="off"; }
            label { span { "Address" } input type="text" name="id" required maxlength="63" pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" placeholder="small-letters-and-dashes" autocomplete="off"; }
            button type="submit" { "Make the project" }
        }
    }
}

/// Signing in with a key, or at an identity provider, where `provider` is the address at which that begins.
pub fn sign_in(frame: &Frame<'_>, wrong: bool, back: &str, provider: Option<&str>) -> Page {
    let content = html! {
        h1 { "Sign in" }
        @if let Some(address) = provider {
            // A link and no form: the policy of pages lets no form lead to another site, also not by a detour.
            p { a class="button primary" href={ (address) "?back=" (crate::frame::encoded(back)) } { "Sign in with your organisation's account" } }
        }
        p class="lead" { "With a key of this service. It is exchanged for a session of this browser and is not kept in it." }
        @if wrong { div class="notice error" role="alert" { p { "This key is not known, or is good no more." } } }
        form class="sign-in" method="post" action="/sign-in" {
            input type="hidden" name="_back" value=(back);
            label for="key" { "Key" }
            input id="key" type="password" name="key" required autocomplete="current-password" aria-invalid=[wrong.then_some("true")];
            button class="primary" type="submit" { "Sign in" }
        }
    };
    layout::bare(frame, "Sign in", &content)
}

/// What went wrong, and what to do about it.
pub fn problem(frame: &Frame<'_>, status: u16, title: &str, detail: &str) -> Page {
    let content = html! {
        p class="status-code" { (status) }
        h1 { (title) }
        p class="lead" { (text(detail)) }
        p { a class="button" href="/" { "All projects" } }
    };
    layout::bare(frame, title, &content)
}

/// While something is made that a page needs.
pub fn loading(frame: &Frame<'_>, what: &str, address: &str) -> Page {
    let content = html! {
        h1 { (what) }
        p class="lead" role="status" { "This takes a moment. " a href=(address) { "Look again" } }
        progress aria-label=(what) {}
        div data-live=(address) {}
    };
    layout::bare(frame, what, &content)
}
