//! Servers of a message application: brokers with their protocol, whether it is encrypted, and what clients must show.

use cairn_model::{ComponentClaim, ComponentType, ControlType};

use super::Application;
use crate::address;
use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed};

/// What holds for every channel because all servers agree about it.
#[derive(Default)]
pub(super) struct Brokers {
    pub(super) protocol: Option<String>,
    pub(super) encryption: Option<String>,
    pub(super) authentication: Option<String>,
    /// Where it is stated.
    pub(super) places: Vec<Place>,
}

struct Server {
    protocol: Option<String>,
    encryption: Option<String>,
    authentication: Option<String>,
    places: Vec<Place>,
}

/// Reads the servers; what they all have in common is what flows through them have.
pub(super) fn read(application: &Application<'_>, facts: &mut Facts<'_>) -> Brokers {
    let servers: Vec<Server> =
        application.root().entries_of("servers").map(|entry| server(application, entry, facts)).collect();
    let common = |of: fn(&Server) -> &Option<String>| {
        let first = servers.first().and_then(|server| of(server).clone());
        first.filter(|value| servers.iter().all(|server| of(server).as_ref() == Some(value)))
    };
    let (protocol, encryption) = (common(|server| &server.protocol), common(|server| &server.encryption));
    let authentication = common(|server| &server.authentication);
    let is_stated = protocol.is_some() || encryption.is_some() || authentication.is_some();
    let places = servers.first().filter(|_| is_stated).map(|server| server.places.clone()).unwrap_or_default();
    Brokers { protocol, encryption, authentication, places }
}

fn server(application: &Application<'_>, entry: Keyed<'_>, facts: &mut Facts<'_>) -> Server {
    let node = application.resolve(entry.value());
    let written = node.text_of("protocol").unwrap_or_default().to_lowercase();
    let known = PROTOCOLS.iter().find(|(name, ..)| *name == written);
    if known.is_none() && !written.is_empty() {
        entry.not_understood(facts, format!("the protocol `{written}`"));
    }
    let protocol = node.entry("protocol").map(Keyed::place);
    let security = node.entry("security");
    let authentication = authentication(application, node);
    let mut places = vec![entry.place()];
    places.extend(protocol);
    let encryption = known.and_then(|(_, _, encryption)| *encryption);
    let on = application.name.unwrap_or_default();
    match encryption {
        Some("TLS") => facts.protects(ControlType::EncryptionInTransit, on, "TLS", &places),
        Some(_) => facts.lacks(ControlType::EncryptionInTransit, on, "TLS", &places),
        None => {}
    }
    broker(node, known.map(|(_, spelling, _)| *spelling), &places, facts);
    places.extend(security.map(Keyed::whole).filter(|_| authentication.is_some()));
    if let Some(mechanism) = authentication.as_deref().filter(|mechanism| *mechanism != "none") {
        facts.protects(ControlType::Authentication, on, mechanism, &places);
    }
    Server {
        protocol: known.map(|(_, spelling, _)| (*spelling).to_owned()),
        encryption: encryption.map(str::to_owned),
        authentication,
        places,
    }
}

/// The broker by its host. An HTTP or WebSocket server is the application itself and no broker.
fn broker(node: At<'_>, protocol: Option<&str>, places: &[Place], facts: &mut Facts<'_>) {
    let Some(host) = node.entry("host").or_else(|| node.entry("url")) else { return };
    let text = host.value().node.name().unwrap_or_default();
    let Some(address) = address::find("BROKER_URL", text) else { return };
    let is_broker =
        protocol.is_some_and(|protocol| !protocol.starts_with("HTTP") && !protocol.starts_with("WebSocket"));
    if is_broker {
        let technology = protocol.map(|protocol| protocol.trim_end_matches(" over TLS").to_owned());
        let claim = ComponentClaim {
            name: address.name().to_owned(),
            component_type: Some(ComponentType::Queue),
            technology,
            ..ComponentClaim::default()
        };
        facts.component(claim, &places.iter().cloned().chain([host.place()]).collect::<Vec<_>>());
    }
}

/// The schemes that `node` (a server or an operation) asks for: by name in version 2, written out or referred to in 3.
pub(super) fn authentication(application: &Application<'_>, node: At<'_>) -> Option<String> {
    let schemes = application.root().at(&["components", "securitySchemes"]);
    let mut alternatives: Vec<String> = Vec::new();
    for item in node.items_of("security") {
        let resolved = application.resolve(item);
        if resolved.text_of("type").is_some() {
            alternatives.push(words(resolved));
            continue;
        }
        let named = item.entries().filter(|entry| entry.key() != "$ref").map(|entry| {
            let scheme = schemes.and_then(|schemes| application.linked.get(schemes, entry.key()));
            scheme.map_or_else(|| entry.key().to_owned(), |scheme| words(application.resolve(scheme)))
        });
        let named: Vec<String> = named.collect();
        alternatives.push(if named.is_empty() { "none".to_owned() } else { named.join(" and ") });
    }
    alternatives.dedup();
    (!alternatives.is_empty()).then(|| alternatives.join(" or "))
}

/// The scheme in the words of the trade.
fn words(scheme: At<'_>) -> String {
    let text = |key| scheme.text_of(key).unwrap_or_default();
    match text("type") {
        "userPassword" => "user name and password".to_owned(),
        "plain" => "SASL PLAIN".to_owned(),
        "scramSha256" => "SASL SCRAM-SHA-256".to_owned(),
        "scramSha512" => "SASL SCRAM-SHA-512".to_owned(),
        "gssapi" => "SASL GSSAPI".to_owned(),
        "X509" => "client certificate".to_owned(),
        "apiKey" => format!("API key in {}", text("in")),
        "httpApiKey" => format!("API key in {} `{}`", text("in"), text("name")),
        "http" if text("scheme").eq_ignore_ascii_case("bearer") => "bearer token".to_owned(),
        "http" => format!("HTTP {}", text("scheme").to_lowercase()),
        "oauth2" => "OAuth 2.0".to_owned(),
        "openIdConnect" => "OpenID Connect".to_owned(),
        other => other.to_owned(),
    }
}

/// Protocol as written, its usual spelling, and how it is encrypted where the name says.
const PROTOCOLS: &[(&str, &str, Option<&str>)] = &[
    ("amqp", "AMQP", Some("none")),
    ("amqps", "AMQP over TLS", Some("TLS")),
    ("amqp1", "AMQP", None),
    ("kafka", "Kafka", None),
    ("kafka-secure", "Kafka over TLS", Some("TLS")),
    ("mqtt", "MQTT", Some("none")),
    ("mqtt5", "MQTT", None),
    ("mqtts", "MQTT over TLS", Some("TLS")),
    ("secure-mqtt", "MQTT over TLS", Some("TLS")),
    ("nats", "NATS", None),
    ("jms", "JMS", None),
    ("sns", "SNS", None),
    ("sqs", "SQS", None),
    ("stomp", "STOMP", Some("none")),
    ("stomps", "STOMP over TLS", Some("TLS")),
    ("redis", "Redis", Some("none")),
    ("rediss", "Redis over TLS", Some("TLS")),
    ("http", "HTTP", Some("none")),
    ("https", "HTTPS", Some("TLS")),
    ("ws", "WebSocket", Some("none")),
    ("wss", "WebSocket over TLS", Some("TLS")),
    ("mercure", "Mercure", None),
    ("ibmmq", "IBM MQ", None),
    ("ibmmq-secure", "IBM MQ over TLS", Some("TLS")),
    ("googlepubsub", "Pub/Sub", None),
    ("pulsar", "Pulsar", None),
    ("solace", "Solace", None),
    ("anypointmq", "Anypoint MQ", None),
];
