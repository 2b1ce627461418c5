//! Channels and the operations on them.

use cairn_model::{ComponentClaim, ComponentType, FlowClaim, FlowMode, Handling, Status};

use super::servers::{self, Brokers};
use super::{Application, last_part};
use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed};
use crate::schema_fields::SchemaFields;

const CHANNEL_2_KEYS: &[&str] = &["$ref", "description", "servers", "subscribe", "publish", "parameters", "bindings"];
const OPERATION_KEYS: &[&str] = &[
    "$ref",
    "operationId",
    "action",
    "channel",
    "title",
    "summary",
    "description",
    "security",
    "tags",
    "externalDocs",
    "bindings",
    "traits",
    "message",
    "messages",
    "reply",
];
/// Formats of schemas that are read as far as field names go.
const SCHEMA_FORMATS: &[&str] = &["schema+json", "schema+yaml", "aai.asyncapi", "openapi", "avro"];

/// Which way messages go, seen from the application.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    In,
    Out,
}

/// One operation on one channel.
struct Operation<'a> {
    channel: &'a str,
    way: Way,
    node: At<'a>,
    places: Vec<Place>,
    messages: Vec<(String, At<'a>)>,
}

/// Version 2: the operations stand under their channels, in the client's words.
pub(super) fn version_2<'a>(
    application: &Application<'a>,
    brokers: &Brokers,
    fields: &mut SchemaFields<'a>,
    facts: &mut Facts<'_>,
) {
    for channel in application.root().entries_of("channels") {
        queue(channel.key(), None, &[channel.place()], brokers, facts);
        for entry in application.resolve(channel.value()).entries() {
            let way = match entry.key() {
                "publish" => Way::In,
                "subscribe" => Way::Out,
                key if CHANNEL_2_KEYS.contains(&key) => continue,
                key => {
                    entry.not_understood(facts, format!("`{key}` under the channel `{}`", channel.key()));
                    continue;
                }
            };
            let messages = entry.value().get("message").map(|node| alternatives(application, node));
            let operation = Operation {
                channel: channel.key(),
                way,
                node: application.resolve(entry.value()),
                places: vec![channel.place(), entry.place()],
                messages: messages.unwrap_or_default(),
            };
            exchange(application, &operation, brokers, fields, facts);
        }
    }
}

/// Version 3: operations name their channels.
pub(super) fn version_3<'a>(
    application: &Application<'a>,
    brokers: &Brokers,
    fields: &mut SchemaFields<'a>,
    facts: &mut Facts<'_>,
) {
    for channel in application.root().entries_of("channels") {
        let node = application.resolve(channel.value());
        let name = name_of(node, channel.key());
        let address = node.entry("address").map(Keyed::place);
        let places: Vec<Place> = std::iter::once(channel.place()).chain(address).collect();
        queue(name, (name != channel.key()).then_some(channel.key()), &places, brokers, facts);
    }
    for entry in application.root().entries_of("operations") {
        let node = application.resolve(entry.value());
        let action = node.entry("action");
        let way = match action.and_then(|action| action.value().node.name()) {
            Some("send") => Way::Out,
            Some("receive") => Way::In,
            _ => {
                entry.not_understood(
                    facts,
                    format!("the operation `{}`, whose action is neither send nor receive", entry.key()),
                );
                continue;
            }
        };
        on_channel(application, entry, node, way, (brokers, fields, facts));
        if let Some(reply) = node.get("reply").map(|reply| application.resolve(reply)) {
            let back = if way == Way::Out { Way::In } else { Way::Out };
            on_channel(application, entry, reply, back, (brokers, fields, facts));
        }
    }
}

/// The operation, or its reply, on the channel that `node` names.
fn on_channel<'a>(
    application: &Application<'a>,
    entry: Keyed<'a>,
    node: At<'a>,
    way: Way,
    (brokers, fields, facts): (&Brokers, &mut SchemaFields<'a>, &mut Facts<'_>),
) {
    let Some(channel) = node.entry("channel") else { return };
    let target = application.resolve(channel.value());
    let listed: Vec<At<'a>> = node.items_of("messages").collect();
    let messages = if listed.is_empty() {
        target.entries_of("messages").map(|message| named(application, message.value(), message.key())).collect()
    } else {
        listed.into_iter().flat_map(|message| alternatives(application, message)).collect()
    };
    let inside = channel.value().entry("$ref").unwrap_or(channel);
    let mut places = vec![entry.place()];
    places.extend(node.entry("action").map(Keyed::place));
    places.push(inside.place());
    let operation = Operation { channel: name_of(target, last_part(&channel)), way, node, places, messages };
    exchange(application, &operation, brokers, fields, facts);
}

/// A channel is called by its address; one without, by its key.
fn name_of<'a>(channel: At<'a>, key: &'a str) -> &'a str {
    channel.text_of("address").unwrap_or(key)
}

fn queue(name: &str, alias: Option<&str>, places: &[Place], brokers: &Brokers, facts: &mut Facts<'_>) {
    let protocol = brokers.protocol.as_deref().filter(|protocol| !protocol.starts_with("HTTP"));
    let technology = protocol.map(|protocol| protocol.trim_end_matches(" over TLS").to_owned());
    let places: Vec<Place> =
        places.iter().chain(brokers.places.iter().filter(|_| technology.is_some())).cloned().collect();
    let claim = ComponentClaim {
        name: name.to_owned(),
        component_type: Some(ComponentType::Queue),
        technology,
        aliases: alias.map(str::to_owned).into_iter().collect(),
        ..ComponentClaim::default()
    };
    facts.component(claim, &places);
}

fn exchange<'a>(
    application: &Application<'a>,
    operation: &Operation<'a>,
    brokers: &Brokers,
    fields: &mut SchemaFields<'a>,
    facts: &mut Facts<'_>,
) {
    for entry in operation.node.entries().filter(|entry| !OPERATION_KEYS.contains(&entry.key())) {
        if !entry.key().starts_with("address") && entry.key() != "deprecated" {
            entry.not_understood(facts, format!("`{}` in an operation on `{}`", entry.key(), operation.channel));
        }
    }
    let handling = if operation.way == Way::In { Handling::Collects } else { Handling::Sends };
    for (_, message) in &operation.messages {
        payload(application, *message, handling, fields, facts);
    }
    let Some(name) = application.name else {
        let at = operation.places.first().map_or(0, Place::start);
        facts.not_understood(at, format!("an operation on `{}`: the application has no name", operation.channel));
        return;
    };
    let own = servers::authentication(application, operation.node);
    let (source, target) = if operation.way == Way::In { (operation.channel, name) } else { (name, operation.channel) };
    let claim = FlowClaim {
        source: source.to_owned(),
        target: target.to_owned(),
        protocol: brokers.protocol.clone(),
        data: operation.messages.iter().map(|(name, _)| name.clone()).filter(|name| !name.is_empty()).collect(),
        authentication: own.or_else(|| brokers.authentication.clone()),
        encryption: brokers.encryption.clone(),
        mode: Some(FlowMode::Async),
    };
    let retired = operation.node.entry("deprecated").filter(|entry| entry.value().node.as_bool() == Some(true));
    let status = if retired.is_some() { Status::Deprecated } else { Status::Implemented };
    let security = operation.node.entry("security").map(Keyed::whole);
    let places: Vec<Place> = operation
        .places
        .iter()
        .chain(&brokers.places)
        .cloned()
        .chain(security)
        .chain(retired.map(Keyed::place))
        .collect();
    facts.flow_as(claim, status, &places);
}

/// The messages that `node` stands for: itself, or those it offers as alternatives.
fn alternatives<'a>(application: &Application<'a>, node: At<'a>) -> Vec<(String, At<'a>)> {
    let offered: Vec<At<'a>> = node.items_of("oneOf").collect();
    if !offered.is_empty() {
        return offered.into_iter().map(|inner| named(application, inner, "")).collect();
    }
    vec![named(application, node, "")]
}

/// A message by its own name, or by the last part of the reference to it.
fn named<'a>(application: &Application<'a>, node: At<'a>, key: &str) -> (String, At<'a>) {
    let message = application.resolve(node);
    let referred = node.text_of("$ref").and_then(|reference| reference.rsplit('/').next()).unwrap_or(key);
    let name = message.text_of("name").unwrap_or(referred);
    (name.to_owned(), message)
}

fn payload<'a>(
    application: &Application<'a>,
    message: At<'a>,
    handling: Handling,
    fields: &mut SchemaFields<'a>,
    facts: &mut Facts<'_>,
) {
    for part in ["payload", "headers"] {
        let Some(schema) = message.get(part) else { continue };
        // Version 3 wraps a schema of another format.
        let wrapped = application.resolve(schema);
        let (format, schema) = match wrapped.get("schema") {
            Some(inner) => (wrapped.entry("schemaFormat"), inner),
            None => (message.entry("schemaFormat"), schema),
        };
        let written = format.and_then(|format| format.value().node.name());
        if let (Some(format), Some(written)) = (format, written)
            && !SCHEMA_FORMATS.iter().any(|known| written.contains(known))
        {
            format.not_understood(facts, format!("the schema format `{written}`"));
            continue;
        }
        fields.schema(schema, Some(handling), 0);
    }
}
