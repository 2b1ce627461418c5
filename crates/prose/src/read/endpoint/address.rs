//! Addresses that name an endpoint: URLs of the system's own hosts, and `host:port` of a named part.

use std::sync::OnceLock;

use cairn_model::ComponentType;
use regex::Regex;

use crate::utterance::{PlaceKind, Utterance};

/// An address in a sentence: what is called, and its bytes in the line.
pub(super) struct Address {
    pub(super) path: String,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The system's own addresses in a sentence. Links to elsewhere are none.
pub(super) fn addresses(utterance: &Utterance<'_>) -> Vec<Address> {
    let text = utterance.text();
    if !text.contains("://") && !text.contains(':') {
        return Vec::new();
    }
    let urls = url_pattern().captures_iter(text).filter_map(|found| {
        let (whole, host) = (found.get(0)?, found.name("host")?.as_str());
        let path = found.name("path").map_or("", |path| path.as_str()).trim_end_matches(['.', ',', ':', ')']);
        let start = utterance.start + whole.start();
        let code = utterance.place.kind == PlaceKind::Code || utterance.line.style_at(start).code;
        let called = if is_this_machine(host) {
            (path.len() > 1).then(|| path.to_owned())
        } else if code && (is_placeholder(host) || is_named(utterance, host)) {
            Some(whole.as_str().split('?').next().unwrap_or_default().trim_end_matches(['.', ',', ')']).to_owned())
        } else {
            None
        }?;
        Some(Address { path: called, start, end: utterance.start + whole.end() })
    });
    let ports = port_pattern().captures_iter(text).filter_map(|found| {
        let (whole, host) = (found.get(0)?, found.name("host")?.as_str());
        let start = utterance.start + whole.start();
        let preceded = text.get(..whole.start()).is_some_and(|before| before.ends_with(['/', '.', '@', '-']));
        let named = !preceded && is_named(utterance, host);
        named.then(|| Address { path: whole.as_str().to_owned(), start, end: utterance.start + whole.end() })
    });
    urls.chain(ports).collect()
}

fn url_pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(r#"(?:https?|grpcs?|wss?)://(?P<host>(?:<[^>\s]+>|\$\{[^}\s]+\}|\{[^}\s]+\}|[A-Za-z0-9_.$-])+)(?P<port>:\d+)?(?P<path>/[^\s`"'|\\]*)?"#)
            .expect("the pattern is constant and tested")
    })
}

fn port_pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(r"\b(?P<host>[A-Za-z][A-Za-z0-9._-]{2,}):\d{2,5}\b").expect("the pattern is constant and tested")
    })
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "host.docker.internal")
}

/// `<APP>.example.net`, `$INGRESS_HOST`, `EXTERNAL_IP`: a host that each installation fills in.
fn is_placeholder(host: &str) -> bool {
    host.contains(['<', '{', '$'])
        || host.contains('_') && host.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// The host is a part of the system, named like that in the corpus.
fn is_named(utterance: &Utterance<'_>, host: &str) -> bool {
    let entity = utterance.lexicon.find(host).and_then(|entity| utterance.lexicon.entity(entity));
    entity.is_some_and(|entity| entity.component_type != Some(ComponentType::External))
}
