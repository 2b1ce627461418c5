//! Roles and bindings as permissions. Where a role's subjects are bound in the same file they are the principals, otherwise
//! the role itself is.

use cairn_model::{ControlType, PermissionClaim};

use super::{File, Object};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Each rule of a role, for each of its principals.
pub(super) fn role(object: &Object<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let mut principals: Vec<(String, Option<Place>)> = Vec::new();
    for binding in file.objects.iter().filter(|binding| binds(binding, object)) {
        principals.extend(subjects(binding).map(|(name, entry)| (name.to_owned(), Some(entry.place()))));
    }
    if principals.is_empty() {
        principals.push((object.name().to_owned(), None));
    }
    for rule in object.node.get("rules").map(Node::items).unwrap_or_default() {
        for (principal, place) in &principals {
            permission(object, rule, principal, place.as_ref(), facts);
        }
    }
}

fn permission(object: &Object<'_>, rule: &Node, principal: &str, subject: Option<&Place>, facts: &mut Facts<'_>) {
    let resources = rule.entry("resources").or_else(|| rule.entry("nonResourceURLs"));
    let (Some(verbs), Some(resources)) = (rule.entry("verbs"), resources) else { return };
    let names = rule.entry("resourceNames");
    let mut places = object.with([resources.whole(), verbs.whole()]);
    places.extend(subject.cloned());
    places.extend(names.map(Entry::whole));
    let claim = PermissionClaim {
        principal: principal.to_owned(),
        action: verbs.value.texts().join(", "),
        resource: resources.value.texts().join(", "),
        condition: names.map(|entry| format!("named {}", entry.value.texts().join(", "))),
    };
    if claim.action.is_empty() || claim.resource.is_empty() {
        return;
    }
    let everything = verbs.value.texts().contains(&"*") || resources.value.texts().contains(&"*");
    facts.permission(claim, &places);
    if everything {
        facts.lacks(ControlType::LeastPrivilege, principal, "no wildcard permissions", &places);
    }
}

/// A binding to a role that the file does not hold.
pub(super) fn binding(object: &Object<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let Some(role) = object.node.entry_at(&["roleRef", "name"]) else { return };
    let Some(role_name) = role.value.name() else { return };
    if file.objects.iter().any(|role| binds(object, role)) {
        return;
    }
    for (subject, entry) in subjects(object) {
        let places = object.with([role.place(), entry.place()]);
        let claim = PermissionClaim {
            principal: subject.to_owned(),
            action: "act with role".to_owned(),
            resource: role_name.to_owned(),
            condition: object
                .namespace()
                .and_then(|entry| entry.value.name())
                .map(|name| format!("in namespace {name}")),
        };
        facts.permission(claim, &places);
        if role_name == "cluster-admin" {
            facts.lacks(ControlType::LeastPrivilege, subject, "no `cluster-admin` role", &places);
        }
    }
}

fn binds(binding: &Object<'_>, role: &Object<'_>) -> bool {
    let text = |key| binding.node.at(&["roleRef", key]).and_then(Node::text);
    matches!(binding.kind(), "RoleBinding" | "ClusterRoleBinding")
        && !role.name().is_empty()
        && text("kind") == Some(role.kind())
        && text("name") == Some(role.name())
}

fn subjects<'a>(binding: &Object<'a>) -> impl Iterator<Item = (&'a str, &'a Entry)> + use<'a> {
    let subjects = binding.node.get("subjects").map(Node::items).unwrap_or_default();
    subjects.iter().filter_map(|subject| {
        let entry = subject.entry("name")?;
        entry.value.name().map(|name| (name, entry))
    })
}
