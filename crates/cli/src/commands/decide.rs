//! `cairn decide`: writes a decision into `cairn.decisions.toml`.

use cairn_engine::{Action, DECISIONS_FILE, Entry, NewDecision};
use cairn_model::Threat;
use serde_json::json;

use super::show;
use crate::arguments::{Decide, DecideWhat};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::lookup::did_you_mean;
use crate::records;
use crate::text::{bold, one_line};

pub(crate) async fn run(context: &Context, arguments: Decide) -> Result<Ending, Failure> {
    let by = reviewer(arguments.by)?;
    let workspace = context.workspace().await?;
    if let DecideWhat::Withdraw { id } = &arguments.what {
        if !cairn_engine::withdraw(&workspace, id, &by).await? {
            let known = cairn_engine::decisions(&workspace)?.entries;
            let hint = did_you_mean(id, known.iter().map(|entry| entry.id.as_str()));
            return Err(Failure::usage(format!("there is no decision `{}`{hint}", one_line(id))));
        }
        context.print(&format!("withdrew {}\n", one_line(id)))?;
        return Ok(Ending::Done);
    }
    let new = decision(context, arguments.what, by).await?;
    let entry = cairn_engine::decide(&workspace, new, context.as_of).await?;
    report(context, &entry)?;
    Ok(Ending::Done)
}

fn report(context: &Context, entry: &Entry) -> Result<(), Failure> {
    if context.is_json() {
        let fields = serde_json::to_value(entry).expect("a decision serialises");
        return records::print("cairn.decision/1", json!({ "decision": fields }));
    }
    let about = if entry.about.is_empty() { entry.names.join(", ") } else { entry.about.clone() };
    context.print(&format!("{} {}: {}\n", bold(&entry.id), entry.action.as_str(), one_line(&about)))?;
    context.tell(&format!("written to {DECISIONS_FILE}; commit it like code"));
    Ok(())
}

/// What the arguments ask for, with ids looked up in the model.
pub(crate) async fn decision(context: &Context, what: DecideWhat, by: String) -> Result<NewDecision, Failure> {
    let new = |action, reason| NewDecision {
        action,
        on: String::new(),
        names: Vec::new(),
        set: None,
        about: String::new(),
        owner: None,
        reason,
        expires: None,
        by,
    };
    Ok(match what {
        DecideWhat::Accept { threat, owner, reason, expires } => {
            let (on, about) = find_threat(context, &threat).await?;
            let (owner, expires) = (Some(owner), Some(expires));
            NewDecision { on, about, owner, expires, ..new(Action::Accept, reason) }
        }
        DecideWhat::Mitigated { threat, reason, owner, expires } => {
            let (on, about) = find_threat(context, &threat).await?;
            NewDecision { on, about, owner, expires, ..new(Action::Mitigated, reason) }
        }
        DecideWhat::Reject { claim, reason } => {
            let claims = cairn_engine::claims(&context.workspace().await?).await?;
            let Some(found) = claims.verified.iter().find(|it| it.id.as_str() == claim) else {
                let hint = did_you_mean(&claim, claims.verified.iter().map(|it| it.id.as_str()));
                return Err(Failure::usage(format!("there is no claim `{}`{hint}", one_line(&claim))));
            };
            let quote = found.evidence.first().map(|it| one_line(&it.quote)).unwrap_or_default();
            let about = format!("{}: {quote}", found.kind().as_str());
            NewDecision { on: claim, about, ..new(Action::Reject, reason) }
        }
        DecideWhat::Confirm { element, reason } => {
            let (on, about) = find_element(context, &element).await?;
            NewDecision { on, about, ..new(Action::Confirm, reason) }
        }
        DecideWhat::Same { name, other, reason } => {
            NewDecision { names: vec![name, other], ..new(Action::Same, reason) }
        }
        DecideWhat::Different { name, other, reason } => {
            NewDecision { names: vec![name, other], ..new(Action::Different, reason) }
        }
        DecideWhat::Set { element, attribute, value, reason } => {
            let (on, about) = find_element(context, &element).await?;
            NewDecision { on, about, set: Some((attribute, value)), ..new(Action::Set, reason) }
        }
        DecideWhat::Withdraw { .. } => return Err(Failure::bug("a withdrawal is no new decision")),
    })
}

async fn find_threat(context: &Context, wanted: &str) -> Result<(String, String), Failure> {
    let model = context.model().await?;
    let found: Vec<&Threat> = model.threats.iter().filter(|it| it.id.as_str().starts_with(wanted)).collect();
    if let [one] = found.as_slice() {
        return Ok((one.id.to_string(), one.title.clone()));
    }
    let hint = did_you_mean(wanted, model.threats.iter().map(|it| it.id.as_str()));
    Err(Failure::usage(format!("there is no one threat `{}`{hint}", one_line(wanted))))
}

async fn find_element(context: &Context, wanted: &str) -> Result<(String, String), Failure> {
    let model = context.model().await?;
    let (_, record) = show::find(&records::export(&model), wanted)?;
    let labels = cairn_report::Labels::of(&model.system);
    let id = records::id(&record).to_owned();
    let about = labels.find(&id).unwrap_or(&id).to_owned();
    Ok((id, about))
}

/// Who decides: as given, or the name under which the user is signed in.
pub(crate) fn reviewer(given: Option<String>) -> Result<String, Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let user = std::env::var("USER").ok();
    let name = given.or(user).filter(|name| !name.trim().is_empty());
    name.ok_or_else(|| Failure::usage("nobody is named who decides\nhint: use `--by NAME`"))
}
