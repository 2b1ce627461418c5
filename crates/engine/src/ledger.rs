//! Which threats there were in which revision. Derived once for each revision and noted, so that a threat that comes back is told
//! from a new one without going through the past each time.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Date, ElementId};
use cairn_store::ThreatState;

use crate::revisions::{Revision, day};
use crate::{EngineError, Model, Workspace, model};

/// Notes the threats of the revision that was just made, if the day of the model is the revision's.
pub async fn note_threats(workspace: &Workspace, revision: i64, model: &Model, as_of: Date) -> Result<(), EngineError> {
    let newest = workspace.store.newest_revision().await?;
    if newest.is_some_and(|(number, at)| number == revision && day(&at) == as_of) {
        workspace.store.note_threats(revision, &statuses(model)).await?;
    }
    Ok(())
}

/// The threats that there were in any revision before this one.
pub async fn threats_before(workspace: &Workspace, revision: i64) -> Result<BTreeSet<ElementId>, EngineError> {
    note_up_to(workspace, revision - 1).await?;
    let states = workspace.store.threat_states().await?;
    let was =
        |states: &[(i64, Option<String>)]| states.iter().any(|(number, status)| *number < revision && status.is_some());
    let ids = states.iter().filter(|(_, states)| was(states)).filter_map(|(id, _)| id.split_once('-'));
    Ok(ids.map(|(prefix, rest)| ElementId::named(prefix, rest)).collect())
}

/// What became of a threat in each revision in which that changed, the first one first, as far as it is noted.
pub async fn threat_life(workspace: &Workspace, threat: &ElementId) -> Result<Vec<ThreatState>, EngineError> {
    Ok(workspace.store.states_of_threat(threat.as_str()).await?)
}

/// Derives what is not noted yet.
async fn note_up_to(workspace: &Workspace, last: i64) -> Result<(), EngineError> {
    let noted = workspace.store.threats_noted().await?;
    if noted >= last {
        return Ok(());
    }
    for record in workspace.store.revisions().await? {
        if (noted + 1..=last).contains(&record.number) {
            let revision = Revision { number: record.number, day: day(&record.at) };
            let then = workspace.clone().at_revision(&revision).await?;
            let derived = model(&then, revision.day).await?;
            workspace.store.note_threats(revision.number, &statuses(&derived)).await?;
        }
    }
    Ok(())
}

fn statuses(model: &Model) -> BTreeMap<String, String> {
    model.threats.iter().map(|it| (it.id.to_string(), it.status.as_str().to_owned())).collect()
}
