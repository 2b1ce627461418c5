//! GitHub Actions workflows: jobs as pipelines, the token's permissions, third-party actions and how they are pinned,
//! triggers that run with secrets on foreign code, secrets that steps use.

use cairn_model::{Classification, ComponentClaim, ComponentType, ControlType, DataClaim, Document, PermissionClaim};

use crate::Reading;
use crate::environment::{Variable, image_pin};
use crate::facts::{Facts, Place};
use crate::leftovers;
use crate::tree::{Entry, Forest, Node};

/// Whether the tree is a workflow.
pub(crate) fn is(path: &str, root: &Node) -> bool {
    path.contains(".github/workflows/") && root.get("jobs").is_some()
}

/// Reads one workflow.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/github-actions/2", forest);
    for root in &forest.trees {
        workflow(root, document, &mut facts);
    }
    facts.finish()
}

/// The name of the pipeline and the line that states it.
struct Workflow<'a> {
    name: &'a str,
    place: Option<Place>,
}

impl Workflow<'_> {
    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        self.place.clone().into_iter().chain(places).collect()
    }
}

fn workflow(root: &Node, document: &Document, facts: &mut Facts<'_>) {
    let file = document.path.rsplit('/').next().unwrap_or(&document.path);
    let named = root.entry("name").filter(|entry| entry.value.name().is_some());
    let workflow = Workflow {
        name: named.and_then(|entry| entry.value.name()).unwrap_or(file),
        place: named.or_else(|| root.entry("jobs")).map(Entry::place),
    };
    let claim = ComponentClaim {
        name: workflow.name.to_owned(),
        component_type: Some(ComponentType::Pipeline),
        technology: Some("GitHub Actions".to_owned()),
        ..ComponentClaim::default()
    };
    facts.component(claim, &workflow.with([]));
    triggers(root, &workflow, facts);
    permissions(root, &workflow, facts);
    for job in root.get("jobs").map(Node::entries).unwrap_or_default() {
        permissions(&job.value, &workflow, facts);
        job_facts(job, &workflow, facts);
        if let Some(uses) = job.value.entry("uses") {
            action(uses, &workflow, facts);
        }
        for step in job.value.get("steps").map(Node::items).unwrap_or_default() {
            if let Some(uses) = step.entry("uses") {
                action(uses, &workflow, facts);
            }
            variables(step, &workflow, facts);
            script(step, &workflow, facts);
        }
    }
    variables(root, &workflow, facts);
    secrets(root, &workflow, facts);
    leftovers::name([root], facts);
}

/// What a job runs in, what it may deploy to, and which secrets it hands on.
fn job_facts(job: &Entry, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    variables(&job.value, workflow, facts);
    let services = job.value.get("services").map(Node::entries).unwrap_or_default().iter().map(|entry| &entry.value);
    let images = services.filter_map(|service| service.entry("image"));
    let container = job.value.entry("container");
    let own = container.and_then(|entry| entry.value.entry("image").or(Some(entry)));
    for entry in images.chain(own) {
        if let Some(image) = entry.value.name() {
            image_pin(facts, workflow.name, image, &workflow.with([entry.place()]));
        }
    }
    if let Some(entry) = job.value.entry("environment") {
        let named = entry.value.entry("name").unwrap_or(entry);
        if let Some(name) = named.value.name() {
            let claim = PermissionClaim {
                principal: workflow.name.to_owned(),
                action: "deploy to".to_owned(),
                resource: format!("environment {name}"),
                condition: None,
            };
            facts.permission(claim, &workflow.with([named.place()]));
        }
    }
    if let Some(entry) = job.value.entry("secrets").filter(|entry| entry.value.text() == Some("inherit")) {
        let mechanism = "only named secrets handed to other workflows";
        facts.lacks(ControlType::LeastPrivilege, workflow.name, mechanism, &workflow.with([entry.place()]));
    }
}

/// Variables of a workflow, a job or a step.
fn variables(holder: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    for entry in holder.get("env").map(Node::entries).unwrap_or_default() {
        let Some(value) = entry.value.name() else { continue };
        Variable {
            program: workflow.name,
            name: &entry.key,
            value,
            whole: workflow.with([entry.place()]),
            name_only: workflow.with([entry.key_place()]),
        }
        .claim(facts);
    }
}

/// Texts that strangers write, which an expression puts into a script before the shell reads it.
const FOREIGN_TEXTS: &[&str] = &[
    "github.head_ref",
    "github.event.issue.title",
    "github.event.issue.body",
    "github.event.pull_request.title",
    "github.event.pull_request.body",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.label",
    "github.event.comment.body",
    "github.event.review.body",
    "github.event.discussion.title",
    "github.event.discussion.body",
    "github.event.head_commit.message",
];

fn script(step: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    let Some(run) = step.entry("run") else { return };
    let text = facts.text();
    let written = text.get(run.value.span.clone()).unwrap_or_default();
    for (at, _) in written.match_indices("${{") {
        let inner = written.get(at..).and_then(|rest| rest.split("}}").next()).unwrap_or_default();
        if let Some(foreign) = FOREIGN_TEXTS.iter().find(|foreign| inner.contains(**foreign)) {
            let start = run.value.span.start + at;
            let mechanism = format!("text of strangers kept out of scripts (`{foreign}`)");
            let places = workflow.with([(start..start + inner.len()).into()]);
            facts.lacks(ControlType::InputValidation, workflow.name, &mechanism, &places);
        }
    }
}

/// `pull_request_target` runs what strangers send, with the repository's secrets.
fn triggers(root: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    // YAML 1.1 readers take the key `on` for a boolean, and some tools quote it.
    let Some(on) = root.entry("on").or_else(|| root.entry("true")) else { return };
    let events = on.value.entries().iter().map(|entry| (entry.key.as_str(), entry.place()));
    let listed = on.value.items().iter().filter_map(|item| item.name().map(|name| (name, item.span.clone().into())));
    let single = on.value.name().map(|name| (name, on.place()));
    for (event, place) in events.chain(listed).chain(single) {
        let claim = PermissionClaim {
            principal: format!("event `{event}`"),
            action: "start".to_owned(),
            resource: workflow.name.to_owned(),
            condition: None,
        };
        facts.permission(claim, &workflow.with([place]));
    }
    let listed = on.value.items().iter().find(|item| item.text() == Some("pull_request_target"));
    let keyed = on.value.entry("pull_request_target").map(Entry::place);
    let alone = (on.value.text() == Some("pull_request_target")).then(|| on.place());
    if let Some(place) = keyed.or_else(|| listed.map(|item| item.span.clone().into())).or(alone) {
        let mechanism = "foreign code runs without secrets (trigger `pull_request_target`)";
        facts.lacks(ControlType::ProcessIsolation, workflow.name, mechanism, &workflow.with([place]));
    }
}

fn permissions(node: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    let Some(entry) = node.entry("permissions") else { return };
    let places = workflow.with([entry.whole()]);
    match entry.value.text() {
        Some("write-all") => {
            facts.lacks(ControlType::LeastPrivilege, workflow.name, "restricted token permissions", &places);
        }
        Some("read-all") => facts.protects(ControlType::LeastPrivilege, workflow.name, "read-only token", &places),
        _ if entry.value.is_map() => {
            let writes = entry.value.entries().iter().any(|scope| scope.value.text() == Some("write"));
            if !writes {
                facts.protects(ControlType::LeastPrivilege, workflow.name, "read-only token", &places);
            }
            for scope in entry.value.entries().iter().filter(|scope| scope.value.text() != Some("none")) {
                let claim = PermissionClaim {
                    principal: workflow.name.to_owned(),
                    action: scope.value.name().unwrap_or_default().to_owned(),
                    resource: scope.key.clone(),
                    condition: None,
                };
                if !claim.action.is_empty() {
                    facts.permission(claim, &workflow.with([entry.place(), scope.place()]));
                }
            }
        }
        _ => {}
    }
}

/// An action of somebody else is code that runs here: a commit fixes it, a tag or branch does not.
fn action(uses: &Entry, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    let Some(reference) = uses.value.name() else { return };
    if reference.starts_with("./") {
        return;
    }
    let places = workflow.with([uses.place()]);
    if let Some(image) = reference.strip_prefix("docker://") {
        image_pin(facts, workflow.name, image, &places);
        return;
    }
    let Some((action, version)) = reference.split_once('@') else { return };
    let is_commit = version.len() == 40 && version.chars().all(|c| c.is_ascii_hexdigit());
    let mechanism = format!("`{action}` pinned to a commit");
    facts.switch(is_commit, ControlType::Integrity, workflow.name, &mechanism, &places);
}

/// Secrets by the names that expressions give them.
fn secrets(root: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        open.extend(node.entries().iter().map(|entry| &entry.value));
        open.extend(node.items());
        let written =
            facts.text().get(node.span.clone()).filter(|_| !node.is_map() && !node.is_list()).unwrap_or_default();
        for (at, _) in written.match_indices("secrets.") {
            let name: String = written
                .get(at + "secrets.".len()..)
                .unwrap_or_default()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            let in_expression = written.get(..at).is_some_and(|before| before.rfind("${{") > before.rfind("}}"));
            if name.is_empty() || !in_expression {
                continue;
            }
            let start = node.span.start + at;
            let claim = DataClaim {
                name: name.clone(),
                component: Some(workflow.name.to_owned()),
                classification: Some(Classification::Secret),
                ..DataClaim::default()
            };
            facts.data(claim, &workflow.with([(start..start + "secrets.".len() + name.len()).into()]));
        }
    }
}
