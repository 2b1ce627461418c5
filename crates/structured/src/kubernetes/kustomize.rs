//! Kustomize overlays as files: the namespace around their resources, images and how they are pinned, secrets among
//! generated ones, bases from elsewhere. Patches are not applied; each is named.

use cairn_model::{BoundaryClaim, BoundaryType, ControlType, Document};

use crate::Reading;
use crate::environment::{image_pin, is_reference};
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Forest, Node};
use crate::{address, sensitive};

/// Whether the file is an overlay: by its name, or by its kind.
pub(crate) fn is(path: &str, root: &Node) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let named = matches!(name, "kustomization.yaml" | "kustomization.yml" | "Kustomization");
    let group = root.text_of("apiVersion").unwrap_or_default().starts_with("kustomize.config.k8s.io");
    (named && root.is_map()) || group
}

/// Reads the overlays of a file.
pub(crate) fn read(document: &Document, forest: &Forest) -> Reading {
    let mut facts = Facts::of_forest(document, "structured/kustomize/1", forest);
    for literals in
        forest.trees.iter().flat_map(|root| items(root, "secretGenerator")).filter_map(|it| it.get("literals"))
    {
        for literal in literals.items() {
            let written = document.text.get(literal.span.clone()).unwrap_or_default();
            let key = written.find('=').map_or(0, |at| at + 1);
            facts.hide(literal.span.start + key..literal.span.end);
        }
    }
    for root in &forest.trees {
        namespace(root, &mut facts);
        for image in items(root, "images") {
            self::image(image, &mut facts);
        }
        for resource in ["resources", "bases", "components"].iter().flat_map(|key| items(root, key)) {
            base(resource, &mut facts);
        }
        for key in ["secretGenerator", "configMapGenerator"] {
            for generator in items(root, key) {
                self::generator(generator, key, &mut facts);
            }
        }
        for key in [
            "patches",
            "patchesStrategicMerge",
            "patchesJson6902",
            "replacements",
            "transformers",
            "generators",
            "helmCharts",
            "vars",
        ] {
            for item in items(root, key) {
                let what = item.name().or_else(|| item.text_of("path")).or_else(|| item.text_of("name"));
                let what = what.filter(|text| !text.contains('\n')).unwrap_or("written in place");
                facts.not_understood(item.span.start, format!("`{key}` that is not applied: {what}"));
            }
        }
    }
    facts.finish()
}

fn items<'a>(root: &'a Node, key: &str) -> &'a [Node] {
    root.get(key).map(Node::items).unwrap_or_default()
}

fn namespace(root: &Node, facts: &mut Facts<'_>) {
    let Some(entry) = root.entry("namespace") else { return };
    if let Some(name) = entry.value.name() {
        let boundary_type = Some(BoundaryType::Cluster);
        let claim = BoundaryClaim { name: name.to_owned(), boundary_type, members: Vec::new() };
        facts.boundary(claim, &[entry.place()]);
    }
}

/// What an overlay makes of an image: a digest or a tag of its own.
fn image(image: &Node, facts: &mut Facts<'_>) {
    let Some(name) = image.entry("name") else { return };
    let own = |key: &str| image.entry(key).filter(|entry| entry.value.name().is_some());
    let (digest, tag, new_name) = (own("digest"), own("newTag"), own("newName"));
    let Some(base) = new_name.unwrap_or(name).value.name() else { return };
    let text = |entry: Option<&Entry>| entry.and_then(|entry| entry.value.name()).unwrap_or_default().to_owned();
    let reference = match (digest, tag) {
        (Some(_), _) => format!("{base}@{}", text(digest)),
        (None, Some(_)) => format!("{base}:{}", text(tag)),
        (None, None) => return,
    };
    let program = crate::technology::image_name(base);
    let places: Vec<Place> = [Some(name), new_name, tag, digest].into_iter().flatten().map(Entry::place).collect();
    image_pin(facts, program, &reference, &places);
}

/// A base from elsewhere may change behind the overlay's back, unless a commit fixes it.
fn base(resource: &Node, facts: &mut Facts<'_>) {
    let Some(text) = resource.name() else { return };
    let remote = text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/");
    if !remote {
        facts.pass_over(resource.span.clone());
        return;
    }
    let reference = text.split_once("?ref=").map_or("", |(_, reference)| reference);
    let commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mechanism = "remote base pinned to a commit";
    facts.switch(commit, ControlType::Integrity, "", mechanism, &[resource.span.clone().into()]);
    facts.not_understood(resource.span.start, format!("remote base `{text}`"));
}

/// Secrets written as literals stand in the open.
fn generator(generator: &Node, key: &str, facts: &mut Facts<'_>) {
    let Some(name) = generator.entry("name") else { return };
    let is_secret = key == "secretGenerator";
    let on = name.value.name().unwrap_or_default();
    for literal in items(generator, "literals") {
        let Some((variable, value)) = literal.text().and_then(|text| text.split_once('=')) else { continue };
        let in_address = address::find(variable, value).is_some_and(|address| address.has_password);
        if in_address || ((is_secret || sensitive::is_secret(variable)) && !is_reference(value)) {
            let written = facts.text().get(literal.span.clone()).unwrap_or_default();
            let end = literal.span.start + written.find('=').unwrap_or(0);
            let places = [name.place(), Place::exact(literal.span.start..end)];
            facts.lacks(ControlType::SecretManagement, on, "secrets kept out of the file", &places);
        }
    }
    for key in ["files", "envs", "env"] {
        if let Some(entry) = generator.entry(key) {
            facts.not_understood(entry.key_span.start, format!("content of the {key} of `{on}`"));
        }
    }
}
