//! Reading a source: its mirror is brought up to date, and where that changed something the project is scanned.

use std::sync::Arc;

use cairn_engine::{Progress as _, Stage};
use cairn_store::{Change, NewJob};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::{Failure, Ticket, scan_of};
use crate::app::App;
use crate::edge;
use crate::project::Project;
use crate::sources::{self, Place, SourceError};

pub(super) async fn run(
    app: &App,
    project: &Arc<Project>,
    id: &str,
    ticket: &Arc<Ticket>,
) -> Result<(Value, Vec<NewJob>), Failure> {
    let sources = app.store.sources(&project.id).await.map_err(|error| Failure::Passing(error.to_string()))?;
    let Some(source) = sources.into_iter().find(|source| source.id == id) else {
        return Err(Failure::Lasting("the source is gone".to_owned()));
    };
    let place: Place = serde_json::from_value(source.config).unwrap_or(Place::Uploads {});
    let writing = project.writing.lock().await;
    let (within, held, ticket, name) = (app.clone(), Arc::clone(project), Arc::clone(ticket), id.to_owned());
    let mirrored = super::scan::apart(move || {
        ticket.begin(Stage::Find, None);
        let workspace = Handle::current().block_on(held.workspace())?;
        sources::mirror(&within.config, &held, &workspace, &name, &place, |done| ticket.at(done))
    });
    let mirrored = mirrored.await;
    drop(writing);
    let now = edge::shown(edge::now());
    let (state, end) = match mirrored? {
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
            let lasts = matches!(error, SourceError::Outside(_));
            (state, Err(if lasts { Failure::Lasting(reason) } else { Failure::Passing(reason) }))
        }
    };
    let noted = Change::SourceState { project: project.id.clone(), id: id.to_owned(), state };
    app.store.change(&[noted], None).await.map_err(|error| Failure::Passing(error.to_string()))?;
    end
}
