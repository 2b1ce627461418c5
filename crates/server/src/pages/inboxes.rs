//! The inbox, and the page that waits for a first scan.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use cairn_diff::{Cause, Changes};
use cairn_model::content_hash;
use cairn_store::Aside;
use cairn_web::Frame;
use cairn_web::inbox::{Ending, Waiting};

use super::answer::Html;
use super::looking::Looking;
use crate::app::App;
use crate::problem::Problem;

/// What waits for the reader.
pub(super) async fn page(State(app): State<App>, looking: Looking) -> Result<Html, Problem> {
    if looking.newest.revision == 0 && is_being_read(&app, &looking).await? {
        let address = looking.frame().links().page("inbox");
        return Ok(Html(cairn_web::start::loading(&looking.frame(), "Reading the documents", &address)));
    }
    let inbox = looking.inbox(&app).await?;
    let material = looking.material(&app).await?;
    let (project, person) = (&looking.project.id, &looking.caller.person.id);
    let aside = app.store.aside(project, person).await?;
    let today = looking.newest.as_of.to_string();
    let seen: BTreeSet<&str> = aside.iter().filter(|it| it.until.is_none()).map(|it| it.item.as_str()).collect();
    let states = states(&inbox.changes, &seen);
    let waiting = Waiting {
        since: inbox.seen.as_ref().map(|mark| (mark.revision, mark.seen_on.clone())),
        changes: &inbox.changes,
        ending: inbox.expiring.iter().map(ending).collect(),
        failing: failing(&app, &looking).await?,
        aside: aside.into_iter().filter(|it| is_aside(it, &states, &today)).map(|it| it.item).collect::<BTreeSet<_>>(),
        assigned: app.store.assigned(project).await?.into_iter().collect(),
    };
    let count = cairn_web::inbox::count(&waiting, &material);
    looking.kept.note_unseen(project, person, count);
    let frame = Frame { unseen: count, ..looking.frame() };
    Ok(Html(cairn_web::inbox::page(&frame, &material, &waiting)))
}

fn ending(it: &cairn_engine::Expiring) -> Ending {
    let (id, title, on, owner) = (it.id.to_string(), it.title.clone(), it.on.to_string(), it.owner.clone());
    Ending { id, title, on, owner, is_past: it.is_past }
}

/// Whether an item still rests: put off until a day, or seen in the very state in which it is.
fn is_aside(it: &Aside, states: &BTreeMap<String, String>, today: &str) -> bool {
    match &it.until {
        Some(until) => today <= until.as_str(),
        None => states.get(&it.item).is_none_or(|state| *state == it.state),
    }
}

/// What each of these items is like now, so that one that changes again is shown again.
pub(super) fn states(changes: &Changes, items: &BTreeSet<&str>) -> BTreeMap<String, String> {
    let told = |causes: &[Cause]| format!("{causes:?}");
    let threats = changes.threats.iter().filter(|it| items.contains(it.id.as_str())).map(|it| {
        let state =
            content_hash(&[it.class.as_str(), &format!("{:?} {:?}", it.status, it.score_tenths), &told(&it.causes)]);
        (it.id.to_string(), state)
    });
    let others = changes
        .conflicts
        .iter()
        .chain(&changes.questions)
        .filter(|it| items.contains(it.id.as_str()))
        .map(|it| (it.id.to_string(), content_hash(&[it.class.as_str(), &it.title, &told(&it.causes)])));
    threats.chain(others).collect()
}

/// Sources that cannot be read, each with why.
async fn failing(app: &App, looking: &Looking) -> Result<Vec<(String, String)>, Problem> {
    let sources = app.store.sources(&looking.project.id).await?;
    let failed = sources.into_iter().filter_map(|it| {
        let error = it.state.get("error").and_then(|error| error.as_str()).map(str::to_owned)?;
        Some((it.id, error))
    });
    Ok(failed.collect())
}

/// Whether a job is on its way that will bring the first revision.
async fn is_being_read(app: &App, looking: &Looking) -> Result<bool, Problem> {
    let jobs = app.store.jobs(&looking.project.id, None, None, 20).await?;
    Ok(jobs.iter().any(|job| matches!(job.state.as_str(), "queued" | "waiting" | "running")))
}
