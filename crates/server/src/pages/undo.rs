//! Taking back what somebody just did: decisions, what they put aside, what they assigned, and how far they have looked.
//!
//! What was there before is held in memory, for whoever did it and for the last steps of everybody together. A step is offered
//! on the page that one comes back to; taking it back goes through the API's handlers, as doing it did.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::response::Response;
use cairn_engine::Mark;
use cairn_store::Aside;
use serde_json::json;

use super::act::{Decided, put_decision_back};
use super::answer::back;
use super::form::Form;
use super::looking::Looking;
use crate::access::Reviewer;
use crate::app::{App, changed, entry};
use crate::problem::Problem;

/// Steps that are held.
const STEPS_MAX: usize = 256;

/// What there was before a step.
pub(super) enum Before {
    /// Items, and those of them that were put aside already.
    Aside(Vec<String>, Vec<Aside>),
    /// Items, each with whom it was assigned to.
    Assigned(Vec<(String, Option<String>)>),
    /// Decisions, each with how it was.
    Decided(Vec<Decided>),
    /// How far somebody had looked.
    Seen(Option<Mark>),
}

/// The last steps.
#[derive(Default)]
pub(super) struct Steps {
    made: AtomicU64,
    held: Mutex<Vec<Step>>,
}

struct Step {
    number: u64,
    project: String,
    person: String,
    before: Before,
}

impl Steps {
    /// Holds what there was before a step of a person in a project. Gives the step's number.
    pub(super) fn hold(&self, project: &str, person: &str, before: Before) -> u64 {
        let number = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.push(Step { number, project: project.to_owned(), person: person.to_owned(), before });
        let surplus = held.len().saturating_sub(STEPS_MAX);
        held.drain(..surplus);
        number
    }

    /// Whether a step of a person in a project is held.
    pub(super) fn has(&self, project: &str, person: &str, number: u64) -> bool {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.iter().any(|step| step.is(project, person, number))
    }

    fn take(&self, project: &str, person: &str, number: u64) -> Option<Before> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let at = held.iter().position(|step| step.is(project, person, number))?;
        Some(held.remove(at).before)
    }
}

impl Step {
    fn is(&self, project: &str, person: &str, number: u64) -> bool {
        self.number == number && self.project == project && self.person == person
    }
}

/// Takes back a step of the caller.
pub(super) async fn undo(State(app): State<App>, looking: Looking, form: Form) -> Result<Response, Problem> {
    let (project, person) = (looking.project.id.as_str(), looking.caller.person.id.as_str());
    let number = form.get("undo").parse().unwrap_or_default();
    let gone = || Problem::conflict("not_held", "this cannot be taken back any more");
    match looking.kept.steps.take(project, person, number).ok_or_else(gone)? {
        Before::Aside(items, before) => app.store.put_back(project, person, &items, &before).await?,
        Before::Assigned(items) => {
            looking.acting::<Reviewer>()?;
            let names: Vec<&str> = items.iter().map(|(item, _)| item.as_str()).collect();
            let entry = entry(&looking.caller, Some(project), "item.assign", &names.join(" "));
            let entry = changed(entry, None, Some(json!(items.iter().map(|(_, to)| to).collect::<Vec<_>>())));
            app.store.reassign(project, &items, &entry).await?;
        }
        Before::Decided(decided) => {
            for it in decided {
                Box::pin(put_decision_back(&app, looking.acting()?, it)).await?;
            }
        }
        Before::Seen(mark) => {
            let (held, reviewer) = (Arc::clone(&looking.project), person.to_owned());
            let put = app.compute(move || async move {
                cairn_engine::put_mark_back(&held.workspace().await?, &reviewer, mark.as_ref()).await
            });
            put.await?;
        }
    }
    looking.kept.forget_inboxes(project, person);
    Ok(back(&form.back(&format!("/p/{project}/inbox")), "undone"))
}
