//! What is done about items of the inbox: seen, decided, assigned, put off; one at a time or many.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cairn_store::Aside;
use serde_json::json;

use super::act::decide_about;
use super::answer::{back, back_with_undo};
use super::form::Form;
use super::inboxes::states;
use super::looking::Looking;
use super::undo::Before;
use crate::access::{In, Least, Reviewer, Viewing};
use crate::api::history;
use crate::app::{App, changed, entry};
use crate::problem::Problem;

/// Items that one form deals with.
const ITEMS_MAX: usize = 500;

/// Does to the chosen items what the form says.
pub(super) async fn act(State(app): State<App>, looking: Looking, form: Form) -> Result<Response, Problem> {
    let home = form.back(&format!("/p/{}/inbox", looking.project.id));
    let items: Vec<&str> = form.all("item").take(ITEMS_MAX).collect();
    let action = form.get("action");
    if items.is_empty() && action != "all_seen" {
        return Ok(back(&home, "nothing"));
    }
    let (done, before) = match action {
        "all_seen" => ("all_seen", all_seen(&app, &looking).await?),
        "seen" => {
            let inbox = looking.inbox(&app).await?;
            let states = states(&inbox.changes, &items.iter().copied().collect());
            let aside = items.iter().map(|item| aside(item, states.get(*item).cloned().unwrap_or_default(), None));
            ("seen", put_aside(&app, &looking, &items, &aside.collect::<Vec<_>>()).await?)
        }
        "snooze" => {
            let until = form.said("expires").ok_or_else(|| Problem::invalid("putting something off takes a day"))?;
            let until = cairn_model::Date::parse(until)
                .ok_or_else(|| Problem::invalid("expected a day such as `2026-03-01`"))?;
            let aside = items.iter().map(|item| aside(item, String::new(), Some(until.to_string())));
            ("snoozed", put_aside(&app, &looking, &items, &aside.collect::<Vec<_>>()).await?)
        }
        "assign" => {
            looking.acting::<Reviewer>()?;
            let to = form.said("owner").ok_or_else(|| Problem::invalid("assigning takes somebody's name"))?;
            ("assigned", assign(&app, &looking, &items, to).await?)
        }
        "accept" | "not_applicable" => {
            let mut decided = Vec::new();
            for item in items.iter().filter(|item| item.starts_with("thr-")) {
                decided.push(Box::pin(decide_about(&app, looking.acting()?, item, action, &form)).await?);
            }
            if decided.is_empty() {
                return Ok(back(&home, "no_threat"));
            }
            looking.kept.forget_inboxes(&looking.project.id, &looking.caller.person.id);
            ("decided", Before::Decided(decided))
        }
        _ => return Err(Problem::invalid("the form says nothing that can be done")),
    };
    let step = looking.kept.steps.hold(&looking.project.id, &looking.caller.person.id, before);
    Ok(back_with_undo(&home, done, step))
}

async fn all_seen(app: &App, looking: &Looking) -> Result<Before, Problem> {
    let (project, reviewer) = (Arc::clone(&looking.project), looking.caller.person.id.clone());
    let mark = app.compute(move || async move { cairn_engine::mark(&project.workspace().await?, &reviewer).await });
    let mark = mark.await?;
    history::mark_seen(State(app.clone()), looking.acting()?).await.map(drop)?;
    looking.kept.forget_inboxes(&looking.project.id, &looking.caller.person.id);
    Ok(Before::Seen(mark))
}

fn aside(item: &str, state: String, until: Option<String>) -> Aside {
    Aside { item: item.to_owned(), state, until }
}

async fn put_aside(app: &App, looking: &Looking, items: &[&str], aside: &[Aside]) -> Result<Before, Problem> {
    let (project, person) = (looking.project.id.as_str(), looking.caller.person.id.as_str());
    let before = app.store.aside(project, person).await?;
    app.store.put_aside(project, person, aside).await?;
    let before = before.into_iter().filter(|it| items.contains(&it.item.as_str())).collect();
    Ok(Before::Aside(items.iter().map(|item| (*item).to_owned()).collect(), before))
}

async fn assign(app: &App, looking: &Looking, items: &[&str], to: &str) -> Result<Before, Problem> {
    let before: BTreeMap<String, String> = app.store.assigned(&looking.project.id).await?.into_iter().collect();
    let entry = entry(&looking.caller, Some(&looking.project.id), "item.assign", &items.join(" "));
    let entry = changed(entry, None, Some(json!(to)));
    app.store.assign(&looking.project.id, items, to, &entry).await?;
    Ok(Before::Assigned(items.iter().map(|item| ((*item).to_owned(), before.get(*item).cloned())).collect()))
}

/// Saves a view of the threats under a name.
pub(super) async fn save_view(State(app): State<App>, access: Viewing, form: Form) -> Result<Response, Problem> {
    let name = form.said("name").ok_or_else(|| Problem::invalid("a view takes a name"))?;
    let (project, person) = (access.project.id.clone(), access.caller.person.id.clone());
    let name: String = name.chars().take(60).collect();
    let question: String = form.get("question").chars().take(2000).collect();
    if !app.store.save_view(&project, &person, &name, &question).await? {
        return Err(Problem::conflict("too_many_views", "as many views are saved as may be"));
    }
    Ok(back(&form.back(&format!("/p/{}/threats", access.project.id)), "view"))
}

impl Looking {
    /// The reader as somebody who may use the API's handlers of this role.
    pub(super) fn acting<L: Least>(&self) -> Result<In<L>, Problem> {
        In::of(self.caller.clone(), self.role, Arc::clone(&self.project))
    }
}
