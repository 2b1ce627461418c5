//! OpenAPI 3.0 and 3.1 and Swagger 2.0: operations as endpoints with what callers must show, security schemes and
//! transport as controls, sensitive fields as data, webhooks and callbacks as flows.
//!
//! References are followed, into other documents too; one without a target is named as not understood. Operation ids and
//! tags are no components: the API's own name is its title.

mod endpoints;
mod fields;
mod security;

use cairn_model::{ComponentClaim, ComponentType, ControlType, Document};

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed, Library, Linked};
use crate::siblings::Siblings;
use crate::tree::{Forest, Node};

/// Versions that are read to the end; of a newer one, what is as before.
const VERSIONS: &[&str] = &["2.0", "3.0", "3.1"];

/// What a description may hold at its top.
const ROOT_KEYS: &[&str] = &[
    "openapi",
    "swagger",
    "info",
    "servers",
    "paths",
    "webhooks",
    "x-webhooks",
    "components",
    "security",
    "tags",
    "externalDocs",
    "jsonSchemaDialect",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
];

/// Whether the tree is an API description.
pub(crate) fn is(root: &Node) -> bool {
    let version = root.text_of("openapi").or_else(|| root.text_of("swagger"));
    version.is_some_and(|version| version.starts_with(['2', '3', '4']))
        && ["paths", "webhooks", "components", "definitions", "info"].iter().any(|key| root.get(key).is_some())
}

/// Reads the API description, with what it refers to among `siblings`.
pub(crate) fn read(document: &Document, forest: &Forest, siblings: &Siblings<'_>) -> Reading {
    let library = Library::open(document, siblings);
    let mut facts = Facts::among(document, &library.others(), "structured/openapi/2");
    for (at, problem) in &forest.problems {
        facts.not_understood(*at, problem);
    }
    forest.trees.iter().for_each(|root| facts.hide_secrets(root));
    for root in forest.trees.iter().filter(|root| is(root)) {
        let api = Api { linked: Linked::new(&library, root), component: component(root) };
        describe(&api, &mut facts);
        endpoints::read(&api, &mut facts);
        fields::read(&api, &mut facts);
        unknown_parts(&api, &mut facts);
        api.linked.name_missing(&mut facts);
    }
    facts.finish()
}

/// An API description and the name of what it describes.
struct Api<'a> {
    linked: Linked<'a>,
    component: Option<&'a str>,
}

impl<'a> Api<'a> {
    fn name(&self) -> Option<String> {
        self.component.map(str::to_owned)
    }

    fn root(&self) -> At<'a> {
        self.linked.root
    }

    fn resolve(&self, at: At<'a>) -> At<'a> {
        self.linked.resolve(at)
    }
}

/// The title, unless it names no system.
fn component(root: &Node) -> Option<&str> {
    let title = root.at(&["info", "title"])?.name()?;
    let generic = ["api", "rest api", "openapi", "swagger", "title", "my api", "api documentation", "untitled"];
    (!generic.contains(&title.trim().to_lowercase().as_str())).then_some(title)
}

fn describe(api: &Api<'_>, facts: &mut Facts<'_>) {
    let title = api.root().get("info").and_then(|info| info.entry("title"));
    if let (Some(name), Some(title)) = (api.component, title) {
        let claim = ComponentClaim {
            name: name.to_owned(),
            component_type: Some(ComponentType::Service),
            ..ComponentClaim::default()
        };
        facts.component(claim, &[title.place()]);
    }
    servers(api, api.root(), api.component.unwrap_or_default(), &[], facts);
    if let Some(schemes) = api.root().entry("schemes") {
        for scheme in schemes.value().node.texts() {
            let name = api.component.unwrap_or_default();
            transport(schemes, &format!("{scheme}://"), name, &[], facts);
        }
    }
    security::schemes(api, facts);
}

/// The servers that `holder` (the API, a path or an operation) names; `on` is what they serve.
fn servers(api: &Api<'_>, holder: At<'_>, on: &str, context: &[Place], facts: &mut Facts<'_>) {
    for server in holder.items_of("servers") {
        let Some(url) = server.entry("url") else { continue };
        let text = url.value().node.name().unwrap_or_default();
        if text.starts_with('{') && text.contains("://") {
            url.not_understood(facts, format!("the server `{text}`, whose protocol a variable decides"));
            continue;
        }
        transport(url, text, if on.is_empty() { api.component.unwrap_or_default() } else { on }, context, facts);
    }
}

/// A server's scheme says whether calls to it are encrypted; one on the author's own machine says nothing.
fn transport(entry: Keyed<'_>, url: &str, on: &str, context: &[Place], facts: &mut Facts<'_>) {
    if ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].iter().any(|host| url.contains(host)) {
        return;
    }
    let places: Vec<Place> = context.iter().cloned().chain([entry.place()]).collect();
    if url.starts_with("https://") || url.starts_with("wss://") {
        facts.protects(ControlType::EncryptionInTransit, on, "HTTPS", &places);
    } else if url.starts_with("http://") || url.starts_with("ws://") {
        facts.lacks(ControlType::EncryptionInTransit, on, "HTTPS", &places);
    }
}

/// What a newer version or an extension adds.
fn unknown_parts(api: &Api<'_>, facts: &mut Facts<'_>) {
    for entry in api.root().entries() {
        let text = entry.value().node.text().unwrap_or_default();
        match entry.key() {
            "openapi" | "swagger" if !VERSIONS.iter().any(|version| text.starts_with(version)) => {
                entry.not_understood(facts, format!("version `{text}` is none of {}", VERSIONS.join(", ")));
            }
            key if !ROOT_KEYS.contains(&key) => {
                let what = if key.starts_with("x-") { "extension" } else { "part" };
                entry.not_understood(facts, format!("{what} `{key}`"));
            }
            _ => {}
        }
    }
}
