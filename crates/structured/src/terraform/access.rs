//! Policies as permissions: AWS statements in whatever form they are written, members of Google roles, Azure assignments.

use cairn_model::{ControlType, PermissionClaim};

use super::{File, Resource};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// Reads the permissions that the resource grants.
pub(super) fn read(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    match resource.kind {
        "aws_iam_policy_document" => {
            for statement in resource.body().entries().iter().filter(|entry| entry.key == "statement") {
                let principal = document_user(resource, file).unwrap_or_else(|| resource.name.clone());
                grant(resource, file, &principal, &statement.value, facts);
            }
        }
        "aws_iam_policy" | "aws_iam_role_policy" | "aws_iam_user_policy" | "aws_iam_group_policy" => {
            let owner = ["role", "user", "group"].iter().find_map(|key| resource.body().get(key));
            let principal = owner.and_then(|owner| file.references(owner).first().map(|role| role.name.clone()));
            let principal = principal.unwrap_or_else(|| resource.name.clone());
            statements(resource, file, resource.body(), "policy", Some(&principal), facts);
        }
        "aws_iam_role" => {
            statements(resource, file, resource.body(), "assume_role_policy", None, facts);
            let inline = |entry: &&Entry| matches!(entry.key.as_str(), "inline_policy" | "policies");
            for policy in resource.body().entries().iter().filter(inline) {
                statements(resource, file, &policy.value, "policy", Some(&resource.name), facts);
            }
        }
        "aws_s3_bucket_policy" | "aws_sqs_queue_policy" | "aws_kms_key" | "aws_secretsmanager_secret_policy" => {
            statements(resource, file, resource.body(), "policy", None, facts);
        }
        "google_project_iam_member"
        | "google_project_iam_binding"
        | "google_storage_bucket_iam_member"
        | "google_storage_bucket_iam_binding"
        | "google_cloud_run_service_iam_member"
        | "google_cloud_run_v2_service_iam_member" => google(resource, file, facts),
        "azurerm_role_assignment" => azure(resource, file, facts),
        _ => {}
    }
}

/// The role or policy that uses a policy document of the same file.
fn document_user(document: &Resource<'_>, file: &File<'_>) -> Option<String> {
    let users = file.users_of(document, &["policy", "assume_role_policy"]);
    let (user, _) = users.first()?;
    let role = user.body().get("role").map(|role| file.references(role)).unwrap_or_default();
    Some(role.first().map_or_else(|| user.name.clone(), |role| role.name.clone()))
}

/// The statements of a policy written as JSON or with `jsonencode`.
fn statements(
    resource: &Resource<'_>,
    file: &File<'_>,
    body: &Node,
    key: &str,
    principal: Option<&str>,
    facts: &mut Facts<'_>,
) {
    let Some(policy) = body.get(key) else { return };
    let Some(statement) = policy.get("Statement") else { return };
    let all = if statement.is_list() { statement.items() } else { std::slice::from_ref(statement) };
    for statement in all {
        match principal {
            Some(principal) => grant(resource, file, principal, statement, facts),
            None => {
                for principal in principals(statement) {
                    grant(resource, file, &principal, statement, facts);
                }
            }
        }
    }
}

/// Those that a resource's or role's own policy names.
fn principals(statement: &Node) -> Vec<String> {
    let Some(principal) = statement.get("Principal") else { return Vec::new() };
    if principal.is_map() {
        principal.entries().iter().flat_map(|entry| entry.value.texts()).map(str::to_owned).collect()
    } else {
        principal.texts().into_iter().map(str::to_owned).collect()
    }
}

fn grant(resource: &Resource<'_>, file: &File<'_>, principal: &str, statement: &Node, facts: &mut Facts<'_>) {
    let entry = |names: [&str; 2]| names.iter().find_map(|name| statement.entry(name));
    let effect = entry(["Effect", "effect"]);
    if let Some(effect) = effect.filter(|entry| entry.value.text().is_some_and(|effect| effect != "Allow")) {
        return denial(resource, statement, effect, facts);
    }
    for inverted in ["NotAction", "not_actions", "NotResource", "not_resources", "NotPrincipal", "not_principals"] {
        if let Some(entry) = statement.entry(inverted) {
            facts.not_understood(entry.key_span.start, format!("all but what `{inverted}` names"));
        }
    }
    let Some(actions) = entry(["Action", "actions"]) else { return };
    let resources = entry(["Resource", "resources"]);
    let listed = resources.map(|entry| entry.value.texts().join(", ")).filter(|listed| !listed.is_empty());
    let claim = PermissionClaim {
        principal: principal.to_owned(),
        action: actions.value.texts().join(", "),
        resource: listed.unwrap_or_else(|| written(resource, file, resources)),
        condition: entry(["Condition", "condition"])
            .and_then(|entry| facts.text().get(entry.value.span.clone()))
            .map(tidy),
    };
    if claim.action.is_empty() {
        facts.not_understood(actions.key_span.start, "actions that only a plan knows");
        return;
    }
    let places: Vec<Place> = resource.with([actions.whole()].into_iter().chain(resources.map(Entry::whole)));
    let wild = |entry: &Entry| entry.value.texts().contains(&"*");
    let everyone = claim.principal == "*";
    let broad = wild(actions) || (resources.is_some_and(wild) && claim.action.contains('*'));
    facts.permission(claim, &places);
    if broad || everyone {
        facts.lacks(ControlType::LeastPrivilege, principal, "no wildcard permissions", &places);
    }
}

/// What is denied is no permission; the denial of plain requests is a control, and others are left to people.
fn denial(resource: &Resource<'_>, statement: &Node, effect: &Entry, facts: &mut Facts<'_>) {
    let condition = ["Condition", "condition"].iter().find_map(|key| statement.entry(key));
    let written = condition.and_then(|entry| facts.text().get(entry.value.span.clone())).unwrap_or_default();
    if written.contains("aws:SecureTransport") {
        let places = resource.with([effect.place()].into_iter().chain(condition.map(Entry::whole)));
        facts.protects(ControlType::EncryptionInTransit, &resource.name, "requests without TLS denied", &places);
    } else {
        facts.not_understood(effect.key_span.start, format!("what `{}` denies", resource.name));
    }
}

/// What the statement is about when no literal says: the resources it refers to, the expression as written, or, without
/// either, the resource that carries the policy.
fn written(resource: &Resource<'_>, file: &File<'_>, resources: Option<&Entry>) -> String {
    let Some(entry) = resources else { return resource.name.clone() };
    let named: Vec<String> = file.references(&entry.value).iter().map(|found| found.name.clone()).collect();
    if named.is_empty() { tidy(file.text.get(entry.value.span.clone()).unwrap_or_default()) } else { named.join(", ") }
}

fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().take(200).collect()
}

fn google(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let body = resource.body();
    let Some(role) = body.entry("role") else { return };
    let member = body.entry("member").or_else(|| body.entry("members"));
    let Some(member) = member else { return };
    let target = ["bucket", "service", "name", "project"].iter().find_map(|key| body.get(key));
    let referenced = target.and_then(|node| file.references(node).first().map(|found| found.name.clone()));
    let on =
        referenced.or_else(|| target.and_then(Node::name).map(str::to_owned)).unwrap_or_else(|| "project".to_owned());
    let places = resource.with([role.place(), member.place()]);
    for name in member.value.texts() {
        let claim = PermissionClaim {
            principal: name.to_owned(),
            action: role.value.name().unwrap_or_default().to_owned(),
            resource: on.clone(),
            condition: None,
        };
        if !claim.action.is_empty() {
            facts.permission(claim, &places);
        }
        if name == "allUsers" {
            facts.lacks(ControlType::Authentication, &on, "callers must sign in", &places);
        }
        if matches!(role.value.text(), Some("roles/owner" | "roles/editor")) {
            facts.lacks(ControlType::LeastPrivilege, name, "no basic roles", &places);
        }
    }
}

fn azure(resource: &Resource<'_>, file: &File<'_>, facts: &mut Facts<'_>) {
    let body = resource.body();
    let (Some(role), Some(scope), Some(principal)) =
        (body.entry("role_definition_name"), body.entry("scope"), body.entry("principal_id"))
    else {
        return;
    };
    let name_of = |entry: &Entry| {
        let found = file.references(&entry.value);
        found.first().map(|found| found.name.clone()).or_else(|| entry.value.name().map(str::to_owned))
    };
    let (Some(action), Some(resource_name), Some(who)) = (role.value.name(), name_of(scope), name_of(principal)) else {
        facts.not_understood(role.key_span.start, "a role assignment whose ends only a plan knows");
        return;
    };
    let places = resource.with([scope.place(), role.place(), principal.place()]);
    let claim =
        PermissionClaim { principal: who.clone(), action: action.to_owned(), resource: resource_name, condition: None };
    facts.permission(claim, &places);
    if matches!(action, "Owner" | "Contributor") {
        facts.lacks(ControlType::LeastPrivilege, &who, "no basic roles", &places);
    }
}
