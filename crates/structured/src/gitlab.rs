//! GitLab CI files: the pipeline, what starts it, which files of others it includes and how they are pinned, images, secrets
//! and identity tokens of jobs, and the environments that jobs deploy to.

mod includes;
mod jobs;

use cairn_model::{ComponentClaim, ComponentType, ControlType, Document, PermissionClaim};

use crate::Reading;
use crate::environment::{Variable, image_pin};
use crate::facts::{Facts, Place};
use crate::leftovers;
use crate::tree::{Entry, Forest, Node};

/// Keys at the top of a file that are no jobs.
const TOP_KEYS: &[&str] = &[
    "stages",
    "variables",
    "workflow",
    "default",
    "include",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages",
    "types",
];

/// Whether hosts take the file for a pipeline: by its name, or for one that is included from a folder of that name.
pub(crate) fn is(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".gitlab-ci.yml") || name.ends_with(".gitlab-ci.yaml") || path.contains(".gitlab/ci/")
}

/// Reads one pipeline.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/gitlab-ci/1", forest);
    let file = document.path.rsplit('/').next().unwrap_or(&document.path);
    for root in forest.trees.iter().filter(|root| root.is_map()) {
        let named = root.entry_at(&["workflow", "name"]).filter(|entry| is_plain(entry));
        let first = root.entry("stages").or_else(|| root.entries().iter().find(|entry| is_job(entry)));
        let pipeline = Pipeline {
            name: named.and_then(|entry| entry.value.name()).unwrap_or(file),
            place: named.or(first).or_else(|| root.entries().first()).map(Entry::place),
        };
        pipeline.read(root, &mut facts);
    }
    leftovers::name(&forest.trees, &mut facts);
    facts.finish()
}

/// The pipeline's name and the line that states it.
struct Pipeline<'a> {
    name: &'a str,
    place: Option<Place>,
}

impl Pipeline<'_> {
    fn with(&self, places: impl IntoIterator<Item = Place>) -> Vec<Place> {
        self.place.clone().into_iter().chain(places).collect()
    }

    fn read(&self, root: &Node, facts: &mut Facts<'_>) {
        let claim = ComponentClaim {
            name: self.name.to_owned(),
            component_type: Some(ComponentType::Pipeline),
            technology: Some("GitLab CI".to_owned()),
            ..ComponentClaim::default()
        };
        facts.component(claim, &self.with([]));
        includes::read(root, self, facts);
        self.triggers(root.get("workflow"), facts);
        for holder in std::iter::once(root).chain(root.get("default")) {
            self.images(holder, facts);
        }
        self.variables(root, facts);
        for entry in root.entries() {
            if is_job(entry) {
                jobs::read(entry, self, facts);
            } else if !TOP_KEYS.contains(&entry.key.as_str()) && !entry.key.starts_with('.') {
                facts.not_understood(entry.key_span.start, format!("key `{}` of a pipeline", entry.key));
            }
        }
    }

    /// Images of a job or of all jobs.
    fn images(&self, node: &Node, facts: &mut Facts<'_>) {
        let services = node.get("services").map(Node::items).unwrap_or_default();
        let image = node.entry("image");
        if let Some(entry) = image {
            self.image(&entry.value, entry.place(), facts);
        }
        for service in services {
            self.image(service, service.span.clone().into(), facts);
        }
    }

    fn image(&self, node: &Node, place: Place, facts: &mut Facts<'_>) {
        let named = node.entry("name");
        let place = named.map_or(place, Entry::place);
        if let Some(image) = named.map_or(node, |entry| &entry.value).name() {
            image_pin(facts, self.name, image, &self.with([place]));
        }
    }

    /// Variables in the open; a Docker daemon without certificates listens to everyone.
    fn variables(&self, node: &Node, facts: &mut Facts<'_>) {
        for entry in node.get("variables").map(Node::entries).unwrap_or_default() {
            let value = entry.value.get("value").unwrap_or(&entry.value);
            if entry.key == "DOCKER_TLS_CERTDIR" && value.text() == Some("") {
                let places = self.with([entry.place()]);
                facts.lacks(ControlType::EncryptionInTransit, self.name, "TLS to the Docker daemon", &places);
            }
            let Some(value) = value.name() else { continue };
            Variable {
                program: self.name,
                name: &entry.key,
                value,
                whole: self.with([entry.place()]),
                name_only: self.with([entry.key_place()]),
            }
            .claim(facts);
        }
    }

    /// Events for which the pipeline starts, as its rules name them.
    fn triggers(&self, holder: Option<&Node>, facts: &mut Facts<'_>) {
        let Some(holder) = holder else { return };
        for rule in holder.get("rules").map(Node::items).unwrap_or_default() {
            let Some(condition) = rule.entry("if") else { continue };
            let text = condition.value.text().unwrap_or_default();
            let never = rule.text_of("when") == Some("never");
            let quoted = text.split("CI_PIPELINE_SOURCE").nth(1).and_then(|rest| rest.split(['"', '\'']).nth(1));
            match quoted.filter(|_| !never && text.contains("==")) {
                Some(event) => self.trigger(event, condition.place(), facts),
                None => facts.pass_over(condition.range()),
            }
        }
        for event in holder.get("only").map(Node::items).unwrap_or_default() {
            if let Some(name) = event.name().filter(|name| EVENTS.contains(name)) {
                self.trigger(name, event.span.clone().into(), facts);
            }
        }
    }

    fn trigger(&self, event: &str, place: Place, facts: &mut Facts<'_>) {
        let claim = PermissionClaim {
            principal: format!("event `{event}`"),
            action: "start".to_owned(),
            resource: self.name.to_owned(),
            condition: None,
        };
        facts.permission(claim, &self.with([place]));
    }
}

/// Words of `only:` that are events and no branches.
const EVENTS: &[&str] =
    &["merge_requests", "schedules", "pushes", "triggers", "web", "api", "pipelines", "external_pull_requests", "tags"];

fn is_job(entry: &Entry) -> bool {
    let works = ["script", "run", "trigger", "extends", "stage", "release"];
    !TOP_KEYS.contains(&entry.key.as_str())
        && !entry.key.starts_with('.')
        && works.iter().any(|key| entry.value.get(key).is_some())
}

fn is_plain(entry: &Entry) -> bool {
    entry.value.name().is_some_and(|name| !name.contains('$'))
}
