//! Endpoints: paths that can be called, with a method where one stands before them.

mod address;

use std::sync::OnceLock;

use cairn_model::{EndpointClaim, Statement, Status};
use regex::Regex;

use self::address::addresses;
use super::Claims;
use crate::line::slice;
use crate::status::stands_planned;
use crate::terms::Cue;
use crate::utterance::{PlaceKind, Utterance};

const METHODS: &[&str] = &["GET ", "POST ", "PUT ", "PATCH ", "DELETE "];

/// Longer lines are data, not text.
const LINE_BYTES_MAX: usize = 4_000;

/// Reads the endpoints that a sentence or a line of code names.
pub(crate) fn read(utterance: &Utterance<'_>, claims: &mut Claims) {
    let text = utterance.text();
    if text.len() > LINE_BYTES_MAX {
        return;
    }
    for address in addresses(utterance) {
        claim(utterance, address.path, None, (address.start, address.end), claims);
    }
    if !text.contains('/') {
        return;
    }
    if utterance.place.kind == PlaceKind::Code
        && !text.contains("localhost")
        && !METHODS.iter().any(|method| text.contains(method))
    {
        return;
    }
    for found in path_pattern().captures_iter(text) {
        let Some(path) = found.name("path") else { continue };
        let method = found.name("method").map(|method| method.as_str().to_uppercase());
        let at = utterance.start + path.start();
        if !is_endpoint(utterance, path.as_str(), at, method.is_some()) {
            continue;
        }
        let called = path.as_str().trim_end_matches(['.', ',', ':']).to_owned();
        claim(utterance, called, method, (at, at + path.as_str().len()), claims);
    }
}

fn claim(utterance: &Utterance<'_>, path: String, method: Option<String>, at: (usize, usize), claims: &mut Claims) {
    let claim = EndpointClaim {
        path,
        component: utterance.names_or_topic().into_iter().next(),
        method,
        exposure: None,
        authentication: authentication(utterance),
        authorization: None,
    };
    let status = if stands_planned(utterance) { Status::Planned } else { Status::Implemented };
    claims.add(Statement::Endpoint(claim), status, utterance.quote(at), 500);
}

fn path_pattern() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    PATTERN.get_or_init(|| {
        Regex::new(r"(?:(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+`?)?(?P<path>(?:^|\b|)/[A-Za-z0-9_{}<>:.*~\-]+(?:/[A-Za-z0-9_{}<>:.*~\-]*)*)")
            .expect("the pattern is constant and tested")
    })
}

/// Whether a path is called over a network rather than opened in a file system.
fn is_endpoint(utterance: &Utterance<'_>, path: &str, at: usize, has_method: bool) -> bool {
    if has_method {
        return true;
    }
    let before = slice(&utterance.line.text, utterance.start, at).chars().next_back();
    if slice(&utterance.line.text, utterance.start, at)
        .trim_end_matches(|c: char| c.is_numeric() || c == ':')
        .ends_with("://localhost")
    {
        return true;
    }
    if before.is_some_and(|c| {
        c.is_alphanumeric()
            || matches!(c, '.' | '/' | ':' | '~' | '-' | '}' | '$' | ')' | '"' | '_' | '@' | '<' | '>' | '*')
    }) {
        return false;
    }
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let file_system = [
        "etc",
        "var",
        "usr",
        "tmp",
        "home",
        "opt",
        "dev",
        "proc",
        "sys",
        "mnt",
        "bin",
        "root",
        "src",
        "docs",
        "lib",
        "run",
        "app",
        "workspace",
        "data",
        "boot",
        "srv",
    ];
    let last = path.rsplit('/').next().unwrap_or_default();
    if file_system.contains(&first) || last.contains('.') || first.len() < 2 || first.starts_with('.') {
        return false;
    }
    let code = utterance.line.style_at(at).code;
    let opens_item = matches!(utterance.place.kind, PlaceKind::ListItem { .. } | PlaceKind::TableCell)
        && code
        && at == utterance.start;
    if opens_item && !path.ends_with('/') {
        return true;
    }
    let spoken = [
        "endpoint", "route", "path", "url", "callback", "webhook", "api", "health", "request", "requests", "call",
        "calls", "port", "serves", "exposes", "metrics", "login", "redirect",
    ];
    let says = utterance
        .tokens
        .iter()
        .any(|token| spoken.contains(&token.lower.trim_end_matches('s')) || spoken.contains(&token.lower.as_str()));
    if utterance.place.kind == PlaceKind::Code {
        return false;
    }
    if code { says || is_api_path(path) } else { says && is_api_path(path) }
}

fn is_api_path(path: &str) -> bool {
    path.starts_with("/api")
        || path.contains("/v1")
        || path.contains("/v2")
        || path.contains('{')
        || path.contains("/:")
        || path.ends_with("healthz")
        || path.ends_with("/metrics")
        || path.contains("webhook")
        || path.contains("oauth")
}

fn authentication(utterance: &Utterance<'_>) -> Option<String> {
    if utterance.has(Cue::Unauthenticated) {
        return Some("none".to_owned());
    }
    utterance.first(Cue::Scheme).map(|hit| utterance.hit_text(hit).to_owned())
}
