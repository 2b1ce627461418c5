//! GitHub Actions workflows: jobs as pipelines, the token's permissions, third-party actions and how they are pinned,
//! triggers that run with secrets on foreign code, secrets that steps use.

use cairn_model::{Classification, ComponentClaim, ComponentType, ControlType, DataClaim, Document, PermissionClaim};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Forest, Node};

/// Whether the tree is a workflow.
pub(crate) fn is(path: &str, root: &Node) -> bool {
    path.contains(".github/workflows/") && root.get("jobs").is_some()
}

/// Reads one workflow.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::new(document, "structured/github-actions/1");
    for (at, problem) in &forest.problems {
        facts.not_understood(*at, problem);
    }
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
        if let Some(uses) = job.value.entry("uses") {
            action(uses, &workflow, facts);
        }
        for step in job.value.get("steps").map(Node::items).unwrap_or_default() {
            if let Some(uses) = step.entry("uses") {
                action(uses, &workflow, facts);
            }
        }
    }
    secrets(root, &workflow, facts);
}

/// `pull_request_target` runs what strangers send, with the repository's secrets.
fn triggers(root: &Node, workflow: &Workflow<'_>, facts: &mut Facts<'_>) {
    // YAML 1.1 readers take the key `on` for a boolean, and some tools quote it.
    let Some(on) = root.entry("on").or_else(|| root.entry("true")) else { return };
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
        crate::environment::image_pin(facts, workflow.name, image, &places);
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
