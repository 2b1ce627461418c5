//! What the directives of a field and of its type ask of callers.

use apollo_parser::cst::{self, CstNode as _};

use super::range;
use crate::facts::Place;

/// What directives say together.
#[derive(Default)]
pub(super) struct Directives {
    pub(super) authentication: Option<String>,
    pub(super) authorization: Option<String>,
    pub(super) deprecated: bool,
    /// Where it is stated.
    pub(super) places: Vec<Place>,
    /// Names of directives that are not known, with their places.
    pub(super) unknown: Vec<(String, usize)>,
}

/// Reads them, the field's own first.
pub(super) fn read(lists: impl Iterator<Item = cst::Directives>) -> Directives {
    let mut said = Directives::default();
    for directive in lists.flat_map(|list| list.directives().collect::<Vec<_>>()) {
        let Some(name) = directive.name().map(|name| name.text().to_string()) else { continue };
        let range = range(directive.syntax());
        let written = directive.syntax().text().to_string();
        let words = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let asks_for_more = directive.arguments().is_some();
        if name == "deprecated" {
            said.deprecated = true;
        } else if let Some((_, means)) = AUTHENTICATION.iter().find(|(known, _)| *known == name) {
            said.authentication.get_or_insert_with(|| (*means).to_owned());
        } else if AUTHORIZATION.contains(&name.as_str()) && (asks_for_more || name != "auth") {
            said.authorization.get_or_insert(words);
        } else if name == "auth" {
            said.authentication.get_or_insert(words);
        } else {
            if !OTHERS.contains(&name.as_str()) {
                said.unknown.push((name, range.start));
            }
            continue;
        }
        said.places.push(Place::from(range));
    }
    said
}

/// Directives that ask who calls, and what they mean.
const AUTHENTICATION: &[(&str, &str)] = &[
    ("authenticated", "required"),
    ("isAuthenticated", "required"),
    ("requiresAuth", "required"),
    ("aws_api_key", "API key"),
    ("aws_iam", "IAM"),
    ("aws_oidc", "OpenID Connect"),
    ("aws_cognito_user_pools", "Cognito user pools"),
    ("aws_lambda", "Lambda authorizer"),
];

/// Directives that ask what a caller may.
const AUTHORIZATION: &[&str] = &[
    "auth",
    "requiresScopes",
    "hasScope",
    "hasRole",
    "hasPermission",
    "requiresRole",
    "requiresPermission",
    "policy",
    "aws_auth",
    "allow",
    "can",
    "guard",
    "authorize",
    "authorized",
];

/// Directives that say nothing about callers.
const OTHERS: &[&str] = &[
    "specifiedBy",
    "oneOf",
    "key",
    "external",
    "requires",
    "provides",
    "extends",
    "shareable",
    "inaccessible",
    "tag",
    "override",
    "composeDirective",
    "interfaceObject",
    "link",
    "cost",
    "listSize",
    "cacheControl",
    "connect",
    "source",
];
