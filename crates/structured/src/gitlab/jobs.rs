//! One job: its image, its secrets and tokens, where it deploys to and who must agree.

use cairn_model::{Classification, ControlType, DataClaim, FlowClaim, PermissionClaim};

use super::Pipeline;
use crate::facts::Facts;
use crate::tree::{Entry, Node};

/// Keys of a job that are read here or say nothing about protection.
const KNOWN: &[&str] = &[
    "after_script",
    "allow_failure",
    "artifacts",
    "before_script",
    "cache",
    "coverage",
    "dependencies",
    "environment",
    "except",
    "extends",
    "id_tokens",
    "image",
    "inherit",
    "interruptible",
    "manual_confirmation",
    "needs",
    "only",
    "pages",
    "parallel",
    "release",
    "resource_group",
    "retry",
    "rules",
    "run",
    "script",
    "secrets",
    "services",
    "stage",
    "start_in",
    "tags",
    "timeout",
    "trigger",
    "variables",
    "when",
    "hooks",
    "publish",
];

/// Stores in which a job's secrets may be kept.
const STORES: &[(&str, &str)] = &[
    ("vault", "HashiCorp Vault"),
    ("gcp_secret_manager", "Google Secret Manager"),
    ("azure_key_vault", "Azure Key Vault"),
    ("aws_secrets_manager", "AWS Secrets Manager"),
    ("gitlab_secrets_manager", "GitLab Secrets Manager"),
    ("akeyless", "Akeyless"),
];

/// Reads the job.
pub(super) fn read(job: &Entry, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    pipeline.images(&job.value, facts);
    pipeline.variables(&job.value, facts);
    pipeline.triggers(Some(&job.value), facts);
    secrets(job, pipeline, facts);
    tokens(job, pipeline, facts);
    environment(job, pipeline, facts);
    downstream(job, pipeline, facts);
    for entry in job.value.entries().iter().filter(|entry| !KNOWN.contains(&entry.key.as_str())) {
        facts.not_understood(entry.key_span.start, format!("key `{}` of the job `{}`", entry.key, job.key));
    }
}

fn secrets(job: &Entry, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    for secret in job.value.get("secrets").map(Node::entries).unwrap_or_default() {
        for (key, store) in STORES {
            let Some(entry) = secret.value.entry(key) else { continue };
            let places = pipeline.with([secret.place(), entry.place()]);
            facts.protects(ControlType::SecretManagement, pipeline.name, store, &places);
            let claim = DataClaim {
                name: secret.key.clone(),
                component: Some(pipeline.name.to_owned()),
                classification: Some(Classification::Secret),
                ..DataClaim::default()
            };
            facts.data(claim, &places);
        }
    }
}

/// Identity tokens with which a job signs in elsewhere without a stored secret.
fn tokens(job: &Entry, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    for token in job.value.get("id_tokens").map(Node::entries).unwrap_or_default() {
        let Some(audience) = token.value.entry("aud") else { continue };
        let places = pipeline.with([token.place(), audience.whole()]);
        facts.protects(ControlType::Authentication, pipeline.name, "OpenID Connect ID token", &places);
        for resource in audience.value.texts() {
            let claim = PermissionClaim {
                principal: pipeline.name.to_owned(),
                action: "sign in with an ID token".to_owned(),
                resource: resource.to_owned(),
                condition: None,
            };
            facts.permission(claim, &places);
        }
    }
}

/// A job with an environment may deploy to it; one that somebody must start is approved by that person.
fn environment(job: &Entry, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    let Some(entry) = job.value.entry("environment") else { return };
    let named = entry.value.entry("name").unwrap_or(entry);
    let Some(name) = named.value.name() else { return };
    let places = pipeline.with([job.place(), named.place()]);
    let claim = PermissionClaim {
        principal: pipeline.name.to_owned(),
        action: "deploy to".to_owned(),
        resource: format!("environment {name}"),
        condition: None,
    };
    facts.permission(claim, &places);
    let rules = job.value.get("rules").map(Node::items).unwrap_or_default();
    let manual = job.value.entry("when").into_iter().chain(rules.iter().filter_map(|rule| rule.entry("when")));
    if let Some(manual) = manual.into_iter().find(|entry| entry.value.text() == Some("manual")) {
        let places = pipeline.with([job.place(), named.place(), manual.place()]);
        facts.protects(ControlType::HumanApproval, pipeline.name, "deployment started by a person", &places);
    }
}

fn downstream(job: &Entry, pipeline: &Pipeline<'_>, facts: &mut Facts<'_>) {
    let Some(trigger) = job.value.entry("trigger") else { return };
    let project = trigger.value.entry("project").unwrap_or(trigger);
    if let Some(target) = project.value.name() {
        let claim = FlowClaim { source: pipeline.name.to_owned(), target: target.to_owned(), ..FlowClaim::default() };
        facts.flow(claim, &pipeline.with([job.place(), project.place()]));
    }
    if let Some(include) = trigger.value.entry("include") {
        facts.not_understood(include.key_span.start, "included pipeline of a child");
    }
}
