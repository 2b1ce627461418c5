//! Security schemes and requirements: what a caller must show. A requirement that is written down empty says that nothing
//! must be shown; one that is not written down says nothing.

use std::collections::BTreeSet;

use cairn_model::{ControlType, Status};

use super::Api;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Node};

/// What one operation asks of its callers.
pub(super) struct Requirement {
    /// `none`, or the schemes in words.
    pub(super) authentication: Option<String>,
    /// The scopes asked for.
    pub(super) authorization: Option<String>,
    /// Where it is stated.
    pub(super) place: Option<Place>,
}

/// The requirement of `operation`: its own, else the one for the whole API.
pub(super) fn requirement(api: &Api<'_>, operation: &Node) -> Requirement {
    let Some(security) = operation.entry("security").or_else(|| api.root.entry("security")) else {
        return Requirement { authentication: None, authorization: None, place: None };
    };
    let mut alternatives = Vec::new();
    let mut scopes = BTreeSet::new();
    for alternative in security.value.items() {
        let names: Vec<String> = alternative.entries().iter().map(|entry| scheme_words(api, &entry.key)).collect();
        alternatives.push(if names.is_empty() { "none".to_owned() } else { names.join(" and ") });
        scopes.extend(alternative.entries().iter().flat_map(|entry| entry.value.texts()).map(str::to_owned));
    }
    if alternatives.is_empty() && !security.value.is_list() {
        return Requirement { authentication: None, authorization: None, place: None };
    }
    alternatives.dedup();
    let authentication = if alternatives.is_empty() { "none".to_owned() } else { alternatives.join(" or ") };
    let authorization = (!scopes.is_empty()).then(|| scopes.into_iter().collect::<Vec<_>>().join(", "));
    Requirement { authentication: Some(authentication), authorization, place: Some(security.whole()) }
}

/// Schemes that some operation asks for, as controls on the API.
pub(super) fn schemes(api: &Api<'_>, facts: &mut Facts<'_>) {
    let asked = asked_schemes(api);
    for entry in definitions(api) {
        if asked.contains(entry.key.as_str()) {
            let mechanism = words(api.resolve(&entry.value)).unwrap_or_else(|| entry.key.clone());
            let on = api.component.unwrap_or_default();
            facts.protects(ControlType::Authentication, on, &mechanism, &places(entry));
        }
        open_token_service(api, entry, facts);
    }
}

/// A token service that is called without TLS gives its tokens to whoever listens.
fn open_token_service(api: &Api<'_>, scheme: &Entry, facts: &mut Facts<'_>) {
    let flows = scheme.value.get("flows").map(Node::entries).unwrap_or_default();
    for flow in flows {
        let Some(url) = flow.value.entry("tokenUrl").or_else(|| flow.value.entry("authorizationUrl")) else { continue };
        if url.value.name().is_some_and(|url| url.starts_with("http://")) {
            let on = api.component.unwrap_or_default();
            facts.lacks(ControlType::EncryptionInTransit, on, "HTTPS to the token service", &[url.place()]);
        }
    }
}

fn definitions<'a>(api: &Api<'a>) -> &'a [Entry] {
    let node = api.root.at(&["components", "securitySchemes"]).or_else(|| api.root.get("securityDefinitions"));
    node.map(Node::entries).unwrap_or_default()
}

fn asked_schemes<'a>(api: &Api<'a>) -> BTreeSet<&'a str> {
    let paths = api.root.get("paths").map(Node::entries).unwrap_or_default();
    let operations = paths.iter().flat_map(|path| path.value.entries()).map(|operation| &operation.value);
    std::iter::once(api.root)
        .chain(operations)
        .filter_map(|node| node.get("security"))
        .flat_map(Node::items)
        .flat_map(Node::entries)
        .map(|entry| entry.key.as_str())
        .collect()
}

fn places(scheme: &Entry) -> Vec<Place> {
    let inner = scheme.value.entries().iter();
    let telling =
        inner.filter(|entry| matches!(entry.key.as_str(), "type" | "scheme" | "in" | "name" | "bearerFormat"));
    std::iter::once(scheme.place()).chain(telling.map(Entry::place)).collect()
}

fn scheme_words(api: &Api<'_>, name: &str) -> String {
    let scheme = definitions(api).iter().find(|entry| entry.key == name);
    scheme.and_then(|entry| words(api.resolve(&entry.value))).unwrap_or_else(|| name.to_owned())
}

/// The scheme in the words of the trade.
fn words(scheme: &Node) -> Option<String> {
    let text = |key| scheme.text_of(key).unwrap_or_default();
    Some(match text("type") {
        "http" if text("scheme").eq_ignore_ascii_case("bearer") => match text("bearerFormat") {
            "" => "bearer token".to_owned(),
            format => format!("bearer token ({format})"),
        },
        "http" => format!("HTTP {}", text("scheme").to_lowercase()).trim().to_owned(),
        "basic" => "HTTP basic".to_owned(),
        "apiKey" => format!("API key in {} `{}`", text("in"), text("name")),
        "oauth2" => "OAuth 2.0".to_owned(),
        "openIdConnect" => "OpenID Connect".to_owned(),
        "mutualTLS" => "mTLS".to_owned(),
        _ => return None,
    })
}

/// Deprecated operations are being retired; all others are there.
pub(super) fn status(operation: &Node) -> Status {
    match operation.get("deprecated").and_then(Node::as_bool) {
        Some(true) => Status::Deprecated,
        _ => Status::Implemented,
    }
}
