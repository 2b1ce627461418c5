//! Who may do what: members and their roles, and keys.

use maud::{Markup, html};

use super::page;
use crate::parts::{counted, option, proof, text};
use crate::{Frame, Links, Page, Role};

/// What the page is made of.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Who has a part in the project.
    pub members: Vec<MemberRow>,
    /// The reader's own keys.
    pub keys: Vec<KeyRow>,
    /// The secret of a key that was just made: shown once.
    pub new_secret: Option<String>,
}

/// Somebody with a part in the project.
#[derive(Clone, Debug, Default)]
pub struct MemberRow {
    /// By which they are known.
    pub id: String,
    /// For people.
    pub name: String,
    /// What they may do.
    pub role: String,
}

/// A key.
#[derive(Clone, Debug, Default)]
pub struct KeyRow {
    /// Names it.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it is good for at most.
    pub scope: String,
    /// Until when it is good.
    pub expires: String,
    /// When it was used last.
    pub used: String,
    /// Whether it was taken back.
    pub is_revoked: bool,
}

/// The page of people and keys.
pub fn access(frame: &Frame<'_>, people: &People) -> Page {
    let links = frame.links();
    let content = html! {
        @if let Some(secret) = &people.new_secret {
            div class="notice" role="status" { p { "Your new key, shown once and never again:" } p { code class="secret" { (secret) } } }
        }
        (members(frame, &links, &people.members))
        (keys(&people.keys))
    };
    page(
        frame,
        "access",
        "People and keys",
        "A later role may do all that an earlier one may: viewer, reviewer, editor, admin.",
        &content,
    )
}

fn members(frame: &Frame<'_>, links: &Links, members: &[MemberRow]) -> Markup {
    html! {
        section aria-labelledby="members" {
            h2 id="members" { "People" }
            @if members.is_empty() { p class="soft" { "Nobody has a part in this project beside operators." } }
            @else { div class="scroll" tabindex="0" role="region" aria-label="People" { table class="dense" {
                caption class="unseen" { (counted(members.len(), "person", "people")) }
                thead { tr { th scope="col" { "Person" } th scope="col" { "Known as" } th scope="col" { "Role" } } }
                tbody { @for it in members {
                    tr {
                        th scope="row" { (text(&it.name)) } td { code { (text(&it.id)) } }
                        td { @if frame.may(Role::Admin) { (role_form(frame, links, it)) } @else { (it.role) } }
                    }
                } }
            } } }
        }
    }
}

fn role_form(frame: &Frame<'_>, links: &Links, it: &MemberRow) -> Markup {
    html! {
        form class="inline" method="post" action=(links.form("access/role")) {
            (proof(frame)) input type="hidden" name="person" value=(it.id);
            label { span class="unseen" { "Role of " (text(&it.name)) }
                select name="role" { @for role in [Role::Viewer, Role::Reviewer, Role::Editor, Role::Admin] { (option(role.as_str(), role.as_str(), &it.role)) } } }
            button type="submit" { "Change" }
        }
    }
}

fn keys(keys: &[KeyRow]) -> Markup {
    html! {
        section aria-labelledby="keys" {
            h2 id="keys" { "Keys" }
            @if keys.is_empty() { p class="soft" { "You have no keys. " code { "cairn serve --help" } " says how the first one is made." } }
            @else { div class="scroll" tabindex="0" role="region" aria-label="Keys" { table class="dense" {
                caption class="unseen" { (counted(keys.len(), "key", "keys")) }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Id" } th scope="col" { "Good for" } th scope="col" { "Until" } th scope="col" { "Last used" } th scope="col" { "State" } } }
                tbody { @for it in keys { tr { th scope="row" { (text(&it.name)) } td { code { (it.id) } } td { (it.scope) } td { (it.expires) } td { (it.used) } td { @if it.is_revoked { span class="tag absent" { "taken back" } } @else { span class="tag good" { "good" } } } } } }
            } } }
        }
    }
}
