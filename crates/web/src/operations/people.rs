//! Who may do what: members and their roles, and keys.

use maud::{Markup, html};

use super::page;
use crate::parts::{counted, option, proof, text};
use crate::{Frame, Links, Page, Role};

/// The roles, each of which may do all that the one before it may.
const ROLES: [Role; 4] = [Role::Viewer, Role::Reviewer, Role::Editor, Role::Admin];

/// What the page is made of.
#[derive(Clone, Debug, Default)]
pub struct People {
    /// Who has a part in the project.
    pub members: Vec<MemberRow>,
    /// The reader's own keys.
    pub keys: Vec<KeyRow>,
    /// The secret of a key that was just made: shown once.
    pub new_secret: Option<String>,
    /// Whether the service asks for keys at all.
    pub asks_for_keys: bool,
    /// Whether the reader runs the service, and so may let in people whom it does not know yet.
    pub is_operator: bool,
    /// For how many days a key is good when nobody says.
    pub key_days: i64,
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
    /// Whether it follows from their groups at the identity provider, so that it is not given or taken here.
    pub by_groups: bool,
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
        @if frame.may(Role::Admin) { (adding(frame, &links, people.is_operator)) }
        (keys(frame, &links, people))
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
            @else { div class="scroll" tabindex="0" role="region" aria-label="Table of people" { table class="dense" {
                caption class="unseen" { (counted(members.len(), "person", "people")) }
                thead { tr { th scope="col" { "Person" } th scope="col" { "Known as" } th scope="col" { "Role" } @if frame.may(Role::Admin) { th scope="col" { span class="unseen" { "Actions" } } } } }
                tbody { @for it in members {
                    tr {
                        th scope="row" { (text(&it.name)) } td { code { (text(&it.id)) } }
                        td {
                            @if it.by_groups { (it.role) span class="soft" { " by their groups, until their session ends" } }
                            @else if frame.may(Role::Admin) { (role_form(frame, links, it)) }
                            @else { (it.role) }
                        }
                        @if frame.may(Role::Admin) { td { @if !it.by_groups { (removing(frame, links, it)) } } }
                    }
                } }
            } } }
        }
    }
}

fn revoking(frame: &Frame<'_>, links: &Links, it: &KeyRow) -> Markup {
    html! {
        form class="inline" method="post" action=(links.form(&format!("access/keys/{}/revoke", crate::frame::encoded(&it.id)))) {
            (proof(frame)) button class="quiet" type="submit" { "Take back" span class="unseen" { " " (text(&it.name)) } }
        }
    }
}

fn role_form(frame: &Frame<'_>, links: &Links, it: &MemberRow) -> Markup {
    html! {
        form class="inline" method="post" action=(links.form("access/role")) {
            (proof(frame)) input type="hidden" name="person" value=(it.id);
            label { span class="unseen" { "Role of " (text(&it.name)) }
                select name="role" { @for role in ROLES { (option(role.as_str(), role.as_str(), &it.role)) } } }
            button type="submit" { "Change" }
        }
    }
}

fn removing(frame: &Frame<'_>, links: &Links, it: &MemberRow) -> Markup {
    html! {
        form class="inline" method="post" action=(links.form("access/remove")) {
            (proof(frame)) input type="hidden" name="person" value=(it.id);
            button class="quiet" type="submit" { "Remove" span class="unseen" { " " (text(&it.name)) } }
        }
    }
}

fn adding(frame: &Frame<'_>, links: &Links, is_operator: bool) -> Markup {
    html! {
        details class="answer" {
            summary { "Add somebody" }
            form method="post" action=(links.form("access/member")) {
                (proof(frame))
                label { span { "Known as" } input type="text" name="person" required maxlength="63" pattern="[a-z0-9]([a-z0-9\\-]*[a-z0-9])?" placeholder="small-letters-and-dashes" autocomplete="off"; }
                @if is_operator { label { span { "Name, for somebody whom the service does not know yet" } input type="text" name="name" maxlength="200" autocomplete="off"; } }
                @else { p class="soft" { "Whom the service does not know yet, an operator lets in." } }
                label { span { "Role" } select name="role" { @for role in ROLES { (option(role.as_str(), role.as_str(), "viewer")) } } }
                button type="submit" { "Add" }
            }
        }
    }
}

fn making(frame: &Frame<'_>, links: &Links, people: &People) -> Markup {
    html! {
        details class="answer" {
            summary { "Make a key" }
            form method="post" action=(links.form("access/keys")) {
                (proof(frame))
                label { span { "What it is for" } input type="text" name="name" required maxlength="200" autocomplete="off"; }
                label { span { "Good for at most" } select name="scope" { @for role in ROLES { (option(role.as_str(), role.as_str(), "viewer")) } @if people.is_operator { (option("operator", "operator", "")) } } }
                label { span { "Days" } input type="number" name="days" min="1" max="3650" value=(people.key_days); }
                label class="choice" { input type="checkbox" name="only" value="yes" checked; " For this project only" }
                button type="submit" { "Make the key" }
            }
        }
    }
}

fn keys(frame: &Frame<'_>, links: &Links, people: &People) -> Markup {
    let keys = &people.keys;
    html! {
        section aria-labelledby="keys" {
            h2 id="keys" { "Keys" }
            @if !people.asks_for_keys { p class="soft" { "This service asks nobody for a key: it answers this machine alone. With " code { "auth = \"on\"" } " in its settings it does." } }
            @else if keys.is_empty() { p class="soft" { "You have no keys." } }
            @else { div class="scroll" tabindex="0" role="region" aria-label="Table of keys" { table class="dense" {
                caption class="unseen" { (counted(keys.len(), "key", "keys")) }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Id" } th scope="col" { "Good for" } th scope="col" { "Until" } th scope="col" { "Last used" } th scope="col" { "State" } th scope="col" { span class="unseen" { "Actions" } } } }
                tbody { @for it in keys { tr { th scope="row" { (text(&it.name)) } td { code { (it.id) } } td { (it.scope) } td { (it.expires) } td { (it.used) } td { @if it.is_revoked { span class="tag absent" { "taken back" } } @else { span class="tag good" { "good" } } } td { @if !it.is_revoked { (revoking(frame, links, it)) } } } } }
            } } }
            @if people.asks_for_keys && frame.at.is_none() { (making(frame, links, people)) }
        }
    }
}
