//! Who may do what: grants on parts, data, boundaries and everything, and roles that may be taken on (P-06, P-07, P-12, P-28).

use cairn_model::{NormalName, Permission, Status};

use super::{Builder, Draft, fact};
use crate::capability::{Capability as C, Node};
use crate::nodes::{EVERYTHING, Kind};
use crate::rule::{Doubt, Rule};
use crate::words::{self, WORDS};

/// What a grant on everything may give on each part.
const WIDE: [C; 4] = [C::Read, C::Write, C::Deny, C::Admin];

pub(super) fn add(builder: &mut Builder<'_>) {
    let mut permissions: Vec<&Permission> = builder.parts.system.permissions.iter().collect();
    permissions.retain(|it| it.status != Status::Absent);
    permissions.sort_by(|one, other| one.id.cmp(&other.id));
    let mut is_wide = false;
    for permission in permissions {
        let Some(principal) = builder.parts.nodes.by_name(&permission.principal) else { continue };
        for (resource, wide) in resources(builder, permission) {
            is_wide |= wide;
            grant(builder, permission, principal, resource);
        }
    }
    if is_wide {
        reach_of_everything(builder);
    }
}

/// What the words of a permission allow.
pub(crate) fn allowed(action: &str) -> Vec<C> {
    let lists = [
        (&WORDS.actions.read, C::Read),
        (&WORDS.actions.write, C::Write),
        (&WORDS.actions.deny, C::Deny),
        (&WORDS.actions.administer, C::Admin),
        (&WORDS.actions.exec, C::Exec),
        (&WORDS.actions.call, C::Use),
        (&WORDS.actions.assume, C::Assume),
        (&WORDS.actions.decrypt, C::Decrypt),
    ];
    let said = |(list, capability)| words::has(action, list).then_some(capability);
    let mut found: Vec<C> = lists.into_iter().filter_map(said).collect();
    if words::has(action, &WORDS.everything.words) && !found.contains(&C::Admin) && found.is_empty() {
        found.push(C::Admin);
    }
    found
}

/// The elements that a permission is on, and whether it is everything.
fn resources(builder: &Builder<'_>, permission: &Permission) -> Vec<(Node, bool)> {
    if !NormalName::of(&permission.resource).is_empty()
        && let Some(node) = builder.parts.nodes.by_name(&permission.resource)
    {
        return vec![(node, false)];
    }
    if words::has(&permission.resource, &WORDS.everything.words) { vec![(EVERYTHING, true)] } else { Vec::new() }
}

fn grant<'a>(builder: &mut Builder<'a>, permission: &'a Permission, principal: Node, resource: Node) {
    for capability in allowed(&permission.action) {
        let (rule, gained) = match (builder.parts.nodes.kind(resource), capability) {
            (Kind::Everything, it) if WIDE.contains(&it) => (Rule::Grant, vec![it]),
            (Kind::Everything | Kind::Supply, _) => continue,
            (_, C::Assume) => (Rule::RoleChain, vec![C::Assume]),
            (Kind::Principal, C::Admin | C::Write) => (Rule::IdentityWrite, vec![C::Assume]),
            (Kind::Principal, _) => continue,
            (Kind::Data(_), C::Admin) => (Rule::Grant, vec![C::Read, C::Write, C::Deny]),
            (Kind::Data(_), C::Exec | C::Use) => continue,
            (Kind::Data(_), it) => (Rule::Grant, vec![it]),
            (Kind::Component(_), C::Read) if !builder.parts.is_store(resource) => (Rule::Grant, vec![C::Use]),
            (Kind::Component(_), C::Write) if !builder.parts.is_store(resource) => {
                (Rule::Grant, vec![C::Use, C::Write])
            }
            (Kind::Component(_) | Kind::Boundary(_), it) => (Rule::Grant, vec![it]),
        };
        for gained in gained {
            let mut draft = Draft::new(rule, &[fact(C::Assume, principal)], fact(gained, resource));
            draft = draft.on(&permission.evidence).as_there(permission.status);
            draft = draft.unsure_unless(permission.condition.is_none(), Doubt::Condition);
            if principal != resource {
                builder.add(draft);
            }
            if matches!(builder.parts.nodes.kind(resource), Kind::Boundary(_)) {
                within(builder, resource, gained);
            }
        }
    }
}

/// What is granted on a boundary is granted on what is inside.
fn within(builder: &mut Builder<'_>, boundary: Node, gained: C) {
    let Kind::Boundary(element) = builder.parts.nodes.kind(boundary) else { return };
    let members: Vec<Node> = element.members.iter().filter_map(|id| builder.parts.nodes.by_id(id)).collect();
    for member in members {
        let draft = Draft::new(Rule::Grant, &[fact(gained, boundary)], fact(gained, member));
        builder.add(draft.on(&element.evidence));
    }
}

/// A grant on everything may end at the border of an account: whether it goes as far as a part is asked.
fn reach_of_everything(builder: &mut Builder<'_>) {
    let parts: Vec<Node> = builder.parts.nodes.components().map(|(node, _)| node).collect();
    for node in parts.into_iter().filter(|it| !builder.parts.is_outside(*it)).collect::<Vec<_>>() {
        let Some(component) = builder.parts.nodes.component(node) else { continue };
        for capability in WIDE {
            let draft = Draft::new(Rule::Grant, &[fact(capability, EVERYTHING)], fact(capability, node));
            builder.add(draft.on(&component.evidence).unsure(Doubt::Everything));
        }
    }
}
