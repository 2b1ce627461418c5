//! Security schemes and requirements: what a caller must show. A requirement that is written down empty says that nothing
//! must be shown; one that is not written down says nothing.

use std::collections::BTreeSet;

use cairn_model::ControlType;

use super::Api;
use crate::facts::{Facts, Place};
use crate::linked::{At, Keyed};
use crate::tree::Node;

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
pub(super) fn requirement(api: &Api<'_>, operation: At<'_>) -> Requirement {
    let Some(security) = operation.entry("security").or_else(|| api.root().entry("security")) else {
        return Requirement { authentication: None, authorization: None, place: None };
    };
    let mut alternatives = Vec::new();
    let mut scopes = BTreeSet::new();
    for alternative in security.value().node.items() {
        let names: Vec<String> = alternative.entries().iter().map(|entry| scheme_words(api, &entry.key)).collect();
        alternatives.push(if names.is_empty() { "none".to_owned() } else { names.join(" and ") });
        scopes.extend(alternative.entries().iter().flat_map(|entry| entry.value.texts()).map(str::to_owned));
    }
    if alternatives.is_empty() && !security.value().node.is_list() {
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
    for entry in definitions(api).into_iter().flat_map(At::entries) {
        let scheme = api.resolve(entry.value());
        if words(scheme).is_none() {
            entry.not_understood(facts, format!("the security scheme `{}`", entry.key()));
        }
        if asked.contains(entry.key()) {
            let mechanism = words(scheme).unwrap_or_else(|| entry.key().to_owned());
            let on = api.component.unwrap_or_default();
            facts.protects(ControlType::Authentication, on, &mechanism, &places(entry, scheme));
        }
        open_token_service(api, scheme, facts);
    }
}

/// A token service that is called without TLS gives its tokens to whoever listens.
fn open_token_service(api: &Api<'_>, scheme: At<'_>, facts: &mut Facts<'_>) {
    let swagger_2 = std::iter::once(scheme);
    for flow in scheme.entries_of("flows").map(Keyed::value).chain(swagger_2) {
        let Some(url) = flow.entry("tokenUrl").or_else(|| flow.entry("authorizationUrl")) else { continue };
        if url.value().node.name().is_some_and(|url| url.starts_with("http://")) {
            let on = api.component.unwrap_or_default();
            facts.lacks(ControlType::EncryptionInTransit, on, "HTTPS to the token service", &[url.place()]);
        }
    }
}

fn definitions<'a>(api: &Api<'a>) -> Option<At<'a>> {
    api.root().at(&["components", "securitySchemes"]).or_else(|| api.root().get("securityDefinitions"))
}

fn asked_schemes<'a>(api: &Api<'a>) -> BTreeSet<&'a str> {
    let paths = api.root().entries_of("paths").map(|path| api.resolve(path.value()));
    let operations = paths.flat_map(At::entries).map(|operation| operation.value().node);
    std::iter::once(api.root().node)
        .chain(operations)
        .filter_map(|node| node.get("security"))
        .flat_map(Node::items)
        .flat_map(Node::entries)
        .map(|entry| entry.key.as_str())
        .collect()
}

fn places(entry: Keyed<'_>, scheme: At<'_>) -> Vec<Place> {
    let telling = scheme.entries().filter(|inner| TELLING.contains(&inner.key()));
    std::iter::once(entry.place()).chain(telling.map(Keyed::place)).collect()
}

/// What of a scheme is quoted.
const TELLING: &[&str] = &["type", "scheme", "in", "name", "bearerFormat"];

fn scheme_words(api: &Api<'_>, name: &str) -> String {
    let scheme = definitions(api).and_then(|definitions| api.linked.get(definitions, name));
    scheme.and_then(|scheme| words(api.resolve(scheme))).unwrap_or_else(|| name.to_owned())
}

/// The scheme in the words of the trade.
fn words(scheme: At<'_>) -> Option<String> {
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
