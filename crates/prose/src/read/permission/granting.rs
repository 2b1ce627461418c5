//! Permissions that somebody gives: "allow the importer to read …", "gives editors the ability to …", and role bindings in
//! commands of cloud tools.

use std::sync::OnceLock;

use cairn_model::{PermissionClaim, Statement, Status};
use regex::Regex;

use super::super::Claims;
use super::{object, principal_at};
use crate::status::{stands_planned, status_at};
use crate::utterance::Utterance;

/// Words that give a permission to the name after them.
const GIVES: &[&str] = &[
    "allow",
    "allows",
    "allowed",
    "allowing",
    "permit",
    "permits",
    "permitting",
    "let",
    "lets",
    "grant",
    "grants",
    "granting",
    "give",
    "gives",
    "giving",
    "authorize",
    "authorizes",
    "authorise",
    "authorises",
];

/// Words that stand between who is given and what: "gives editors the ability to".
const ABILITY: &[&str] = &["the", "ability", "right", "rights", "permission", "permissions", "access", "to"];

/// Claims the permission that the sentence gives; says whether it gave one.
pub(super) fn read(utterance: &Utterance<'_>, claims: &mut Claims) -> bool {
    let tokens = &utterance.tokens;
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_any(GIVES)) {
        let Some((principal, last)) = principal_at(utterance, at + 1) else { continue };
        let mut verb = last + 1;
        while tokens.get(verb).is_some_and(|token| token.is_any(ABILITY)) {
            verb += 1;
        }
        let preceded =
            verb.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|token| token.is_any(&["to", "access"]));
        let bare = token.is_any(&["let", "lets"]);
        let Some(action) = tokens.get(verb).filter(|token| !token.mark && (preceded || bare && verb == last + 1))
        else {
            continue;
        };
        let to_thing = tokens
            .get(verb.saturating_sub(2)..verb)
            .is_some_and(|pair| matches!(pair, [access, to] if access.lower == "access" && to.lower == "to"));
        let (action_word, from) = if to_thing { ("access".to_owned(), verb) } else { (action.lower.clone(), verb + 1) };
        let Some(resource) = object(utterance, from) else { continue };
        let status = match status_at(utterance, token.start, token.end) {
            Status::Absent => Status::Absent,
            _ if stands_planned(utterance) => Status::Planned,
            status => status,
        };
        let claim = PermissionClaim { principal, action: action_word, resource, condition: None };
        claims.add(Statement::Permission(claim), status, utterance.quote((token.start, action.end)), 400);
        return true;
    }
    false
}

/// Claims what a command binds: `gcloud … add-iam-policy-binding X --member=P --role=R`, `az role assignment create …`,
/// `kubectl create clusterrolebinding … --clusterrole=R --serviceaccount=P`.
pub(crate) fn read_command(utterance: &Utterance<'_>, claims: &mut Claims) {
    static ROLE: OnceLock<Regex> = OnceLock::new();
    static PRINCIPAL: OnceLock<Regex> = OnceLock::new();
    static RESOURCE: OnceLock<Regex> = OnceLock::new();
    let text = utterance.text();
    if !["add-iam-policy-binding", "role assignment create", "rolebinding", "attach-role-policy", "attach-user-policy"]
        .iter()
        .any(|command| text.contains(command))
    {
        return;
    }
    let find = |pattern: &'static OnceLock<Regex>, expression: &str| -> Option<String> {
        let pattern = pattern.get_or_init(|| Regex::new(expression).expect("the pattern is constant and tested"));
        let found = pattern.captures(text)?;
        Some(found.get(1)?.as_str().trim_matches(['"', '\'']).to_owned())
    };
    let role = find(&ROLE, r#"--(?:role|clusterrole|policy-arn)[= ]+("[^"]+"|'[^']+'|\S+)"#);
    let principal = find(
        &PRINCIPAL,
        r#"--(?:member|assignee(?:-object-id)?|serviceaccount|user|group|role-name|user-name)[= ]+("[^"]+"|'[^']+'|\S+)"#,
    );
    let (Some(role), Some(principal)) = (role, principal) else { return };
    let resource = find(&RESOURCE, r#"(?:--scope[= ]+|add-iam-policy-binding\s+)("[^"]+"|'[^']+'|[^\s\\-]\S*)"#);
    let claim = PermissionClaim {
        principal,
        action: role,
        resource: resource.unwrap_or_else(|| "*".to_owned()),
        condition: None,
    };
    claims.add(Statement::Permission(claim), Status::Implemented, utterance.quote_all(), 500);
}
