//! Reading a source: a repository of another machine is fetched, the source's mirror is brought up to date, and where that changed something
//! the project is scanned.

use std::sync::Arc;

use cairn_engine::world::RemoteError;
use cairn_engine::{EngineError, Progress as _, Stage};
use cairn_store::{Change, NewJob, Source};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::{Failure, Ticket, scan_of};
use crate::app::App;
use crate::edge;
use crate::project::Project;
use crate::sources::remote::{self, Fetched};
use crate::sources::{self, Mirrored, Place, SourceError};

pub(super) async fn run(
    app: &App,
    project: &Arc<Project>,
    id: &str,
    ticket: &Arc<Ticket>,
) -> Result<(Value, Vec<NewJob>), Failure> {
    let source = sources_of(app, project).await?.into_iter().find(|source| source.id == id);
    let Some(source) = source else {
        tidy(app, project).await?;
        return Err(gone());
    };
    let place: Place = serde_json::from_value(source.config.clone()).unwrap_or(Place::Uploads {});
    let mirrored = match fetched(app, project, id, &place, ticket).await? {
        Ok(fetched) => mirrored(app, project, id, place, fetched, ticket).await?,
        Err(error) => Err(error),
    };
    let now = edge::shown(edge::now());
    let (state, end) = match mirrored {
        Ok(it) => {
            let told = json!({ "documents": it.documents, "skipped": it.skipped, "changed": it.has_changed });
            let state = json!({ "read_at": now, "ok_at": now, "documents": it.documents, "skipped": it.skipped });
            let follow_up = if it.has_changed { vec![scan_of(app, &project.id)] } else { Vec::new() };
            (state, Ok((told, follow_up)))
        }
        Err(error) => {
            let reason = sources::told(&error);
            // When it last could be read, and what it had then, stays.
            let mut state = source.state.as_object().cloned().unwrap_or_default();
            state.insert("read_at".to_owned(), json!(now));
            state.insert("error".to_owned(), json!(reason));
            let state = Value::Object(state);
            let lasts = match &error {
                SourceError::Outside(_) | SourceError::NotAllowed(_) => true,
                SourceError::Remote(error) => remote::lasts(error),
                SourceError::Missing(..) | SourceError::Mirror(_) | SourceError::Engine(_) => false,
            };
            (state, Err(if lasts { Failure::Lasting(reason) } else { Failure::Passing(reason) }))
        }
    };
    let noted = Change::SourceState { project: project.id.clone(), id: id.to_owned(), state };
    app.store.change(&[noted], None).await.map_err(|error| Failure::Passing(error.to_string()))?;
    end
}

/// Brings a repository of another machine here; nothing for any other source. Documents can be changed and scanned meanwhile.
async fn fetched(
    app: &App,
    project: &Arc<Project>,
    id: &str,
    place: &Place,
    ticket: &Arc<Ticket>,
) -> Result<Result<Option<Fetched>, SourceError>, Failure> {
    let wanted = match remote::wanted(&app.config, place) {
        Ok(Some(wanted)) => wanted,
        Ok(None) => return Ok(Ok(None)),
        Err(problem) => return Ok(Err(SourceError::NotAllowed(problem))),
    };
    let fetching = project.fetching.lock().await;
    let (within, held, heard, name) = (app.clone(), Arc::clone(project), Arc::clone(ticket), id.to_owned());
    let fetched = super::scan::apart(move || {
        heard.begin(Stage::Fetch, None);
        let goes_on = |bytes: u64| heard.goes_on(usize::try_from(bytes / 1024).unwrap_or(usize::MAX));
        remote::fetch(&within, &held, &name, &wanted, &goes_on)
    });
    let fetched = fetched.await;
    // A source may be taken away while it is fetched; then nothing is left of it, however that ended.
    let left = tidy(app, project).await?;
    drop(fetching);
    match fetched? {
        Err(SourceError::Remote(RemoteError::Ended)) => Err(Failure::Ended),
        _ if left.iter().all(|source| source.id != id) => Err(gone()),
        fetched => Ok(fetched.map(Some)),
    }
}

async fn mirrored(
    app: &App,
    project: &Arc<Project>,
    id: &str,
    place: Place,
    fetched: Option<Fetched>,
    ticket: &Arc<Ticket>,
) -> Result<Result<Mirrored, SourceError>, Failure> {
    let _writing = project.writing.lock().await;
    // Whoever took it away meanwhile has taken away its documents too.
    if sources_of(app, project).await?.iter().all(|source| source.id != id) {
        return Err(gone());
    }
    let (within, held, ticket, name) = (app.clone(), Arc::clone(project), Arc::clone(ticket), id.to_owned());
    let mirrored = super::scan::apart(move || {
        ticket.begin(Stage::Find, None);
        let workspace = Handle::current().block_on(held.workspace())?;
        let told = |done| ticket.at(done);
        let mirrored = sources::mirror(&within.config, &held, &workspace, (&name, &place), fetched.as_ref(), told);
        if let (Err(SourceError::Engine(EngineError::Commit { .. })), Some(fetched)) = (&mirrored, &fetched) {
            // What was fetched is broken on the disk: the next attempt fetches all of it.
            sources::remove(&fetched.folder)?;
        }
        mirrored
    });
    mirrored.await
}

/// Takes away what was fetched for sources that are gone. Gives those that there are.
async fn tidy(app: &App, project: &Arc<Project>) -> Result<Vec<Source>, Failure> {
    let sources = sources_of(app, project).await?;
    let held = Arc::clone(project);
    let tidied = super::scan::apart(move || remote::forget_others(&held, &sources).map(|()| sources)).await?;
    tidied
        .map_err(|error| Failure::Passing(format!("the repositories of the project cannot be used: {}", error.kind())))
}

async fn sources_of(app: &App, project: &Project) -> Result<Vec<Source>, Failure> {
    app.store.sources(&project.id).await.map_err(|error| Failure::Passing(error.to_string()))
}

fn gone() -> Failure {
    Failure::Lasting("the source is gone".to_owned())
}
