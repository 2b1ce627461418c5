//! What a reviewer has not seen: what changed since they last looked, and what expires soon.

use std::collections::BTreeSet;

use cairn_diff::{Change, Changes, Class, ThreatChange};
use cairn_model::{Date, ElementId, ThreatStatus};
use cairn_report::changes_json;
use cairn_store::Mark;
use serde_json::{Value, json};

use crate::revisions::Revision;
use crate::{EngineError, Standing, Workspace, changes, standings, threats_before};

/// What a reviewer has not seen.
#[derive(Debug)]
pub struct Inbox {
    /// Up to which revision they have looked, and when; none when they never did.
    pub seen: Option<Mark>,
    /// All that changed since.
    pub changes: Changes,
    /// Acceptances that end within the days asked for, or have ended, the first to end first.
    pub expiring: Vec<Expiring>,
}

impl Inbox {
    /// Threats that are new or came back and that nothing answers.
    pub fn threats(&self) -> impl Iterator<Item = &ThreatChange> {
        self.changes.threats.iter().filter(|it| matches!(it.class, Class::New | Class::Reopened) && !is_answered(it))
    }

    /// Threats that are answered now, or gone.
    pub fn resolved(&self) -> impl Iterator<Item = &ThreatChange> {
        self.changes.threats.iter().filter(|it| it.class == Class::Resolved)
    }

    /// Conflicts that are new or came back.
    pub fn conflicts(&self) -> impl Iterator<Item = &Change> {
        self.changes.conflicts.iter().filter(|it| matches!(it.class, Class::New | Class::Reopened | Class::Changed))
    }

    /// Questions that the documents answer now.
    pub fn answered(&self) -> impl Iterator<Item = &Change> {
        self.changes.questions.iter().filter(|it| it.class == Class::Resolved)
    }

    /// All of it as a record, for programs.
    pub fn record(&self, reviewer: &str) -> Value {
        let expiring = self.expiring.iter().map(|it| {
            json!({ "id": it.id.as_str(), "title": it.title, "owner": it.owner, "on": it.on.to_string(), "is_past": it.is_past })
        });
        json!({
            "reviewer": reviewer,
            "seen": self.seen.as_ref().map(|it| json!({ "revision": Revision::name(it.revision), "on": it.seen_on })),
            "expiring": expiring.collect::<Vec<_>>(),
            "changes": changes_json(&self.changes),
        })
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.threats().next().is_none()
            && self.resolved().next().is_none()
            && self.conflicts().next().is_none()
            && self.answered().next().is_none()
            && self.expiring.is_empty()
    }
}

/// An acceptance that ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expiring {
    /// The last day on which it holds.
    pub on: Date,
    /// The threat that a person accepted, or the acceptance that a document states.
    pub id: ElementId,
    /// What it is.
    pub title: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Whether its day is past.
    pub is_past: bool,
}

/// What `reviewer` has not seen, on the day `as_of`; acceptances count that end within so many days.
pub async fn inbox(workspace: &Workspace, reviewer: &str, as_of: Date, within_days: u32) -> Result<Inbox, EngineError> {
    let seen = workspace.store.mark(reviewer).await?;
    let (then, day) = match &seen {
        Some(mark) => {
            let day = Date::parse(&mark.seen_on).unwrap_or(as_of);
            (workspace.clone().at_revision(&Revision { number: mark.revision, day }).await?, day)
        }
        None => (workspace.clone().emptied()?, as_of),
    };
    let known_before = match &seen {
        Some(mark) => threats_before(workspace, mark.revision).await?,
        None => BTreeSet::new(),
    };
    let (before, after) = standings((&then, day), (workspace, as_of)).await?;
    let before = before.knowing(known_before);
    Ok(Inbox { seen, changes: changes(&before, &after), expiring: expiring(&after, as_of, within_days) })
}

/// Notes that `reviewer` has seen everything up to now. Gives the newest revision.
pub async fn mark_seen(workspace: &Workspace, reviewer: &str, as_of: Date) -> Result<Option<i64>, EngineError> {
    let Some((revision, _)) = workspace.store.newest_revision().await? else { return Ok(None) };
    workspace.store.set_mark(reviewer, &Mark { revision, seen_on: as_of.to_string() }).await?;
    Ok(Some(revision))
}

/// Puts the mark of `reviewer` back to where it was before they noted something as seen.
pub async fn put_mark_back(workspace: &Workspace, reviewer: &str, before: Option<&Mark>) -> Result<(), EngineError> {
    match before {
        Some(mark) => workspace.store.set_mark(reviewer, mark).await?,
        None => workspace.store.forget_mark(reviewer).await?,
    }
    Ok(())
}

/// How far `reviewer` has looked.
pub async fn mark(workspace: &Workspace, reviewer: &str) -> Result<Option<Mark>, EngineError> {
    Ok(workspace.store.mark(reviewer).await?)
}

fn is_answered(threat: &ThreatChange) -> bool {
    threat.decided.1 || matches!(threat.status.1, Some(ThreatStatus::Mitigated | ThreatStatus::Accepted))
}

fn expiring(standing: &Standing, as_of: Date, within_days: u32) -> Vec<Expiring> {
    let model = &standing.model;
    let stated = model.system.accepted_risks.iter().filter_map(|risk| {
        let (title, owner) = (risk.statement.clone(), risk.owner.clone());
        Some(Expiring { on: risk.expires?, id: risk.id.clone(), title, owner, is_past: false })
    });
    let ruled = model.threats.iter().filter_map(|threat| {
        let ruling = threat.ruling.as_ref()?;
        let (title, owner) = (threat.title.clone(), ruling.owner.clone());
        Some(Expiring { on: ruling.expires?, id: threat.id.clone(), title, owner, is_past: false })
    });
    let soon = stated.chain(ruled).filter(|it| as_of.days_until(it.on) <= within_days.into());
    let mut expiring: Vec<Expiring> = soon.map(|it| Expiring { is_past: it.on < as_of, ..it }).collect();
    expiring.sort();
    expiring
}
