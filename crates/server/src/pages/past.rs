//! What happened to a threat: what the engine found from revision to revision, and what people decided.

use cairn_engine::{EngineError, ThreatState, Workspace};
use cairn_model::Threat;
use cairn_web::threats::Event;

/// The events of a threat, the newest first.
pub(super) async fn of_threat(workspace: &Workspace, threat: &Threat) -> Result<Vec<Event>, EngineError> {
    let id = threat.id.as_str();
    let about = |text: &Option<String>| text.as_ref().is_some_and(|text| text.contains(&format!("\"{id}\"")));
    let changes = cairn_engine::history(workspace).await?;
    let decided = changes.into_iter().filter(|it| about(&it.before) || about(&it.after)).map(|it| {
        let what = match (&it.before, &it.after) {
            (None, _) => "decided",
            (_, None) => "withdrew the decision",
            _ => "changed the decision",
        };
        Event { when: moment(&it.at), who: Some(it.who), what: what.to_owned(), revision: None }
    });
    let mut events: Vec<Event> = found(&cairn_engine::threat_life(workspace, &threat.id).await?);
    events.extend(decided);
    // Of the same moment, what the engine found comes first.
    events.sort_by(|one, other| one.when.cmp(&other.when));
    events.reverse();
    Ok(events)
}

/// What the engine found, revision by revision.
fn found(life: &[ThreatState]) -> Vec<Event> {
    let mut before: Option<&str> = None;
    let mut has_been = false;
    let mut events = Vec::new();
    for state in life {
        let now = state.status.as_deref();
        let said = |status: &str| status.replace('_', " ");
        let what = match (before, now) {
            (None, Some(status)) if has_been => format!("back, {}", said(status)),
            (None, Some(status)) => format!("found, {}", said(status)),
            (Some(was), Some(status)) => format!("{} → {}", said(was), said(status)),
            (_, None) => "gone: nothing says what it rests on any more".to_owned(),
        };
        has_been = has_been || now.is_some();
        before = now;
        events.push(Event { when: moment(&state.at), who: None, what, revision: Some(state.revision) });
    }
    events
}

/// A moment as people read it.
fn moment(at: &str) -> String {
    at.chars().take(19).collect::<String>().replace('T', " ").replace('Z', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_told_from_state_to_state() {
        let state = |revision, status: Option<&str>| ThreatState {
            revision,
            at: format!("2026-11-0{revision}T10:00:00Z"),
            status: status.map(str::to_owned),
        };
        let life = [state(1, Some("open")), state(2, Some("mitigated")), state(3, None), state(4, Some("open"))];
        let told: Vec<String> = found(&life).into_iter().map(|it| format!("{} {}", it.when, it.what)).collect();
        assert_eq!(
            told,
            [
                "2026-11-01 10:00:00 found, open",
                "2026-11-02 10:00:00 open → mitigated",
                "2026-11-03 10:00:00 gone: nothing says what it rests on any more",
                "2026-11-04 10:00:00 back, open",
            ]
        );
    }
}
