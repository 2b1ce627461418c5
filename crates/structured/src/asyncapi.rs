//! `AsyncAPI` 2 and 3: channels as queues, operations as flows between them and the application, servers with what they ask
//! of their clients, message fields as data.
//!
//! Version 2 speaks from the client's point of view: what clients `publish` the application receives. Version 3 speaks from
//! the application's own. A flow begins where the message comes from.

mod channels;
mod servers;

use cairn_model::{ComponentClaim, ComponentType, Document};

use crate::Reading;
use crate::facts::Facts;
use crate::linked::{At, Keyed, Library, Linked};
use crate::schema_fields::SchemaFields;
use crate::siblings::Siblings;
use crate::tree::{Forest, Node};

/// What a description may hold at its top.
const ROOT_KEYS: &[&str] = &[
    "asyncapi",
    "id",
    "info",
    "servers",
    "channels",
    "operations",
    "components",
    "tags",
    "externalDocs",
    "defaultContentType",
];

/// Whether the tree is a description of messages.
pub(crate) fn is(root: &Node) -> bool {
    root.text_of("asyncapi").is_some()
        && ["channels", "operations", "components", "info"].iter().any(|key| root.get(key).is_some())
}

/// Reads the description, with what it refers to among `siblings`.
pub(crate) fn read(document: &Document, forest: &Forest, siblings: &Siblings<'_>) -> Reading {
    let library = Library::open(document, siblings);
    let mut facts = Facts::among(document, &library.others(), "structured/asyncapi/1");
    for (at, problem) in &forest.problems {
        facts.not_understood(*at, problem);
    }
    for root in forest.trees.iter().filter(|root| is(root)) {
        let linked = Linked::new(&library, root);
        let application = Application { linked, name: root.at(&["info", "title"]).and_then(Node::name) };
        describe(&application, &mut facts);
        linked.name_missing(&mut facts);
    }
    facts.finish()
}

/// The application that the description is of.
struct Application<'a> {
    linked: Linked<'a>,
    name: Option<&'a str>,
}

impl<'a> Application<'a> {
    fn root(&self) -> At<'a> {
        self.linked.root
    }

    fn resolve(&self, at: At<'a>) -> At<'a> {
        self.linked.resolve(at)
    }
}

fn describe(application: &Application<'_>, facts: &mut Facts<'_>) {
    let root = application.root();
    if let (Some(name), Some(title)) = (application.name, root.get("info").and_then(|info| info.entry("title"))) {
        let claim = ComponentClaim {
            name: name.to_owned(),
            component_type: Some(ComponentType::Service),
            ..ComponentClaim::default()
        };
        facts.component(claim, &[title.place()]);
    }
    let brokers = servers::read(application, facts);
    let mut fields = SchemaFields::new(application.linked);
    match root.text_of("asyncapi").and_then(|version| version.split('.').next()) {
        Some("2") => channels::version_2(application, &brokers, &mut fields, facts),
        Some("3") => channels::version_3(application, &brokers, &mut fields, facts),
        version => {
            let version = version.unwrap_or_default();
            if let Some(entry) = root.entry("asyncapi") {
                entry.not_understood(facts, format!("version `{version}` is neither 2 nor 3"));
            }
        }
    }
    fields.unused(&["components", "schemas"]);
    fields.claim(application.name, facts);
    for entry in root.entries().filter(|entry| !ROOT_KEYS.contains(&entry.key())) {
        let what = if entry.key().starts_with("x-") { "extension" } else { "part" };
        entry.not_understood(facts, format!("{what} `{}`", entry.key()));
    }
}

/// The entry of a message or channel with the name that the file gives it: its own, or the last part of a reference.
fn last_part<'a>(entry: &Keyed<'a>) -> &'a str {
    let reference = entry.value().text_of("$ref");
    reference.and_then(|reference| reference.rsplit('/').next()).unwrap_or(entry.key())
}
