//! What the words of a supposition mean: claims, controls and assumptions by id or words, elements by name, controls to be added.

use std::collections::BTreeSet;

use cairn_model::{
    Control, ControlType, Document, DocumentId, ElementId, NormalName, Permission, Status, System, Term as _,
    name_words,
};
use cairn_paths::AddedControl;

use crate::model::Trial;

pub(super) fn unknown(wanted: &str) -> String {
    format!("nothing is called `{wanted}`\nhint: `cairn show NAME` finds elements by name or id")
}

/// What is taken away.
pub(super) enum Without {
    Claim(ElementId),
    Control(ElementId, String),
    Assumption(ElementId, String),
    Document(DocumentId, String),
}

impl Without {
    pub(super) fn suppose(self, trial: &mut Trial, supposed: &mut Vec<String>) {
        match self {
            Self::Claim(id) => {
                supposed.push(format!("supposed: nobody made the claim {id}"));
                trial.claims.insert(id);
            }
            Self::Control(id, name) => {
                supposed.push(format!("supposed: {name} is not there ({id})"));
                trial.change.failed.insert(id);
            }
            Self::Assumption(id, statement) => {
                supposed.push(format!("supposed: it is not so that {statement} ({id})"));
                trial.change.wrong.insert(id);
            }
            Self::Document(id, path) => {
                supposed.push(format!("supposed: nobody wrote {path}"));
                trial.documents.insert(id);
            }
        }
    }
}

pub(super) fn without(system: &System, documents: &[Document], wanted: &str) -> Result<Without, String> {
    if let Some(document) = documents.iter().find(|it| it.path == wanted) {
        return Ok(Without::Document(document.id.clone(), document.path.clone()));
    }
    if wanted.starts_with("claim-") {
        return Ok(Without::Claim(ElementId::named("claim", wanted.trim_start_matches("claim-"))));
    }
    let words: BTreeSet<String> = name_words(wanted).into_iter().collect();
    let is_meant = |text: &str| {
        let said: BTreeSet<String> = name_words(text).into_iter().collect();
        !words.is_empty() && words.is_subset(&said)
    };
    let is_named = |id: &ElementId| id.as_str() == wanted;
    let mut found: Vec<Without> = Vec::new();
    for control in &system.controls {
        let text = label(system, control);
        if is_named(&control.id) || !wanted.starts_with("asm-") && is_meant(&text) && control.status != Status::Absent {
            found.push(Without::Control(control.id.clone(), text));
        }
    }
    for assumption in &system.assumptions {
        if is_named(&assumption.id) || is_meant(&assumption.statement) {
            found.push(Without::Assumption(assumption.id.clone(), assumption.statement.clone()));
        }
    }
    if found.len() > 1 {
        let ids: Vec<String> = found
            .iter()
            .take(SUGGESTED_MAX)
            .map(|it| match it {
                Without::Claim(id) | Without::Control(id, _) | Without::Assumption(id, _) => format!("`{id}`"),
                Without::Document(_, path) => format!("`{path}`"),
            })
            .collect();
        return Err(format!("`{wanted}` means {} things\nhint: say which: {}", found.len(), ids.join(", ")));
    }
    found.pop().ok_or_else(|| {
        format!("no claim, control, assumption or document is meant by `{wanted}`\nhint: `cairn assumptions` lists what the model rests on")
    })
}

/// How many of several things meant are offered.
const SUGGESTED_MAX: usize = 4;

/// `control TYPE on NAME [mechanism]`, the name in full.
pub(super) fn added(system: &System, wanted: &str) -> Result<AddedControl, String> {
    let form = || {
        format!(
            "`{wanted}` is not of the form `control TYPE on NAME [mechanism]`\nhint: such as `control authentication on \"Orders API\" mTLS`"
        )
    };
    let rest = wanted.trim().strip_prefix("control ").ok_or_else(form)?;
    let (family, rest) = rest.split_once(" on ").ok_or_else(form)?;
    let family = family.trim().replace(' ', "_");
    let control_type = ControlType::parse(&family).ok_or_else(|| {
        let known: Vec<&str> = ControlType::ALL.iter().map(|it| it.as_str()).collect();
        format!("there is no family of controls `{family}`\nhint: one of {}", known.join(", "))
    })?;
    let rest = rest.trim();
    if let Some((name, mechanism)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        let (on, _) = place(system, name).ok_or_else(|| unknown(name))?;
        return Ok(AddedControl { control_type, on, mechanism: stated(mechanism) });
    }
    // The longest beginning that is a name; what follows is the mechanism.
    let ends = rest.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).chain([rest.len()]);
    let mut ends: Vec<usize> = ends.collect();
    ends.reverse();
    for end in ends {
        let (Some(name), Some(mechanism)) = (rest.get(..end), rest.get(end..)) else { continue };
        if let Some((on, _)) = place(system, name) {
            return Ok(AddedControl { control_type, on, mechanism: stated(mechanism) });
        }
    }
    Err(unknown(rest))
}

fn stated(mechanism: &str) -> Option<String> {
    Some(mechanism.trim()).filter(|it| !it.is_empty()).map(str::to_owned)
}

/// What a control can be on: an element, or a flow or endpoint by its id.
fn place(system: &System, wanted: &str) -> Option<(ElementId, String)> {
    element(system, wanted).or_else(|| {
        let flow = system.flows.iter().find(|it| it.id.as_str() == wanted).map(|it| &it.id);
        let is_endpoint = |id: &ElementId, path: &str| id.as_str() == wanted || path == wanted;
        let endpoint = || system.endpoints.iter().find(|it| is_endpoint(&it.id, &it.path)).map(|it| &it.id);
        flow.or_else(endpoint).map(|id| (id.clone(), name_of(system, id)))
    })
}

/// What somebody can have in hand, with its name: a component, data, a boundary or a principal, by its id, its name or another
/// name of it.
pub fn element(system: &System, wanted: &str) -> Option<(ElementId, String)> {
    let normal = NormalName::of(wanted);
    let is_id = |id: &ElementId| id.as_str() == wanted;
    let is_name = |name: &str| !normal.is_empty() && NormalName::of(name) == normal;
    let components = system.components.iter();
    let component =
        components.clone().find(|it| is_id(&it.id) || is_name(&it.name) || it.aliases.iter().any(|it| is_name(it)));
    if let Some(it) = component {
        return Some((it.id.clone(), it.name.clone()));
    }
    if let Some(it) = system.data.iter().find(|it| is_id(&it.id) || is_name(&it.name)) {
        return Some((it.id.clone(), it.name.clone()));
    }
    if let Some(it) = system.boundaries.iter().find(|it| is_id(&it.id) || is_name(&it.name)) {
        return Some((it.id.clone(), it.name.clone()));
    }
    let is_principal = |it: &&Permission| is_id(&it.principal_id()) || is_name(&it.principal);
    let principal = system.permissions.iter().find(is_principal);
    principal.map(|it| (it.principal_id(), it.principal.clone()))
}

pub(super) fn name_of(system: &System, id: &ElementId) -> String {
    let named = (system.components.iter().map(|it| (&it.id, &it.name)))
        .chain(system.data.iter().map(|it| (&it.id, &it.name)))
        .chain(system.boundaries.iter().map(|it| (&it.id, &it.name)))
        .chain(system.endpoints.iter().map(|it| (&it.id, &it.path)));
    let name = named.into_iter().find(|(it, _)| *it == id).map(|(_, name)| name.clone());
    name.unwrap_or_else(|| {
        let flow = system.flows.iter().find(|it| it.id == *id);
        flow.map_or_else(
            || id.to_string(),
            |it| format!("{} → {}", name_of(system, &it.source), name_of(system, &it.target)),
        )
    })
}

/// A control in words: its family, how, and on what.
pub(super) fn label(system: &System, control: &Control) -> String {
    let on: Vec<String> = control.on.iter().map(|id| name_of(system, id)).collect();
    let place = if on.is_empty() { String::new() } else { format!(" on {}", on.join(", ")) };
    let how = control.mechanism.as_ref().map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{}{how}{place}", control.control_type.as_str().replace('_', " "))
}
