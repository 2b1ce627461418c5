//! The revisions of a workspace: how they are named, what they touched, and the workspace as it was in one of them.

use cairn_model::Date;
use cairn_store::RevisionRecord;

use crate::{EngineError, Workspace, world};

/// How the name of the newest revision begins.
const LATEST: &str = "latest";

/// A revision that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Counts revisions from 1.
    pub number: i64,
    /// The day it is of.
    pub day: Date,
}

impl Revision {
    /// The name by which it is shown and found again.
    pub fn name(number: i64) -> String {
        format!("r{number}")
    }
}

/// All revisions, oldest first.
pub async fn log(workspace: &Workspace) -> Result<Vec<RevisionRecord>, EngineError> {
    Ok(workspace.store.revisions().await?)
}

/// The revision meant: `r12`, `latest`, or `latest~2` for the second before it. None for a name of another form, which may mean a
/// commit; an error for a revision that there is not.
pub async fn revision(workspace: &Workspace, name: &str) -> Result<Option<Revision>, EngineError> {
    let newest = workspace.store.newest_revision().await?;
    let newest = newest.map(|(number, _)| number);
    let (back, number) = match name.strip_prefix(LATEST) {
        Some("") => (Some(0), None),
        Some(rest) => (rest.strip_prefix('~').and_then(|back| back.parse().ok()), None),
        None => (None, name.strip_prefix('r').and_then(|number| number.parse::<i64>().ok())),
    };
    let Some(number) = number.or_else(|| back.map(|back: i64| newest.unwrap_or(0).saturating_sub(back))) else {
        return Ok(None);
    };
    let revisions = workspace.store.revisions().await?;
    let found = revisions.iter().find(|revision| revision.number == number);
    let Some(found) = found else {
        return Err(EngineError::NoRevision { name: name.to_owned(), newest: newest.map(Revision::name) });
    };
    Ok(Some(Revision { number, day: day(&found.at) }))
}

impl Workspace {
    /// The workspace as it was in a revision, for this run only: documents, claims, settings, rules, decisions and imports.
    pub async fn at_revision(self, revision: &Revision) -> Result<Self, EngineError> {
        let snapshot = self.store.load_at(revision.number).await?;
        self.with_snapshot(snapshot)
    }
}

/// What a revision notes as its moment: the very second, or the day that the run is said to be of.
pub(crate) fn moment(as_of: Option<Date>) -> String {
    match as_of {
        Some(day) if day != world::today() => day.to_string(),
        _ => world::now(),
    }
}

/// The day of a revision's moment.
pub(crate) fn day(at: &str) -> Date {
    let day = at.split('T').next().and_then(Date::parse);
    day.unwrap_or_else(world::today)
}
