//! Who looks at which project, at which revision, and how: what every page of a project begins with.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use cairn_engine::Inbox;
use cairn_web::{Frame, Material, Notice, ProjectName, Theme};
use http::HeaderMap;
use http::header::COOKIE;
use http::request::Parts;

use super::answer::{DONE, Here};
use super::form::Form;
use super::undo::Steps;
use crate::access::{Caller, Role, Viewing};
use crate::app::App;
use crate::problem::Problem;
use crate::project::Project;
use crate::view::View;

/// The cookie of light and dark.
pub(super) const THEME_COOKIE: &str = "cairn-theme";
/// Views of old revisions, and inboxes, that are kept.
const PAST_MAX: usize = 4;
const INBOXES_MAX: usize = 32;
/// Revisions that a list offers.
const REVISIONS_MAX: usize = 30;

/// What is derived for pages and asked for again soon.
#[derive(Default)]
pub(super) struct Kept {
    past: Mutex<Vec<(PastKey, Arc<View>)>>,
    inboxes: Mutex<Vec<(InboxKey, Arc<Inbox>)>>,
    /// The newest revisions of a project, as they were when this one was the newest.
    revisions: Mutex<Vec<(PastKey, Revisions)>>,
    /// How many items waited when somebody looked at their inbox last: project, person, count.
    unseen: Mutex<Vec<(String, String, usize)>>,
    /// What can be taken back.
    pub(super) steps: Steps,
}

/// Revisions with the day of each, the newest first.
type Revisions = Arc<[(i64, String)]>;

/// Which project, and its revision.
type PastKey = (String, i64);

/// Whose inbox, of which project, revision and day, under which decisions.
type InboxKey = (String, String, i64, String, usize);

/// Somebody who looks at a project.
pub(super) struct Looking {
    pub(super) caller: Caller,
    pub(super) role: Role,
    pub(super) project: Arc<Project>,
    /// The project's name, for people.
    pub(super) name: String,
    /// What is shown.
    pub(super) view: Arc<View>,
    /// The newest view.
    pub(super) newest: Arc<View>,
    /// The question of the address.
    pub(super) asked: Form,
    pub(super) kept: Arc<Kept>,
    at: Option<i64>,
    as_of: String,
    theme: Theme,
    here: String,
    csrf: String,
}

impl FromRequestParts<App> for Looking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let access = Viewing::from_request_parts(parts, app).await?;
        let kept = parts.extensions.get::<Arc<Kept>>().cloned().unwrap_or_default();
        let asked = Form::parse(parts.uri.query().unwrap_or_default());
        let name = app.store.project(&access.project.id).await?.map(|it| it.name).unwrap_or_default();
        let newest = access.project.view(app).await?;
        let at = match asked.said("at") {
            None => None,
            Some(text) => {
                Some(revision(text).ok_or_else(|| Problem::not_found("revision"))?).filter(|at| *at != newest.revision)
            }
        };
        let view = match at {
            None => Arc::clone(&newest),
            Some(number) => kept.at(app, &access.project, number).await?,
        };
        Ok(Self {
            name,
            as_of: view.as_of.to_string(),
            theme: theme_of(&parts.headers),
            here: parts.extensions.get::<Here>().map(|here| here.0.clone()).unwrap_or_default(),
            csrf: access.caller.csrf.clone().unwrap_or_default(),
            caller: access.caller,
            role: access.role,
            project: access.project,
            view,
            newest,
            asked,
            kept,
            at,
        })
    }
}

impl Looking {
    /// What the page has around its content.
    pub(super) fn frame(&self) -> Frame<'_> {
        let done = DONE.iter().find(|(name, _)| *name == self.asked.get("done"));
        let (project, person) = (self.project.id.as_str(), self.caller.person.id.as_str());
        let step = self.asked.said("undo").filter(|_| done.is_some());
        let undo = step.filter(|step| step.parse().is_ok_and(|step| self.kept.steps.has(project, person, step)));
        Frame {
            project: Some(ProjectName { id: &self.project.id, name: &self.name }),
            person: Some(&self.caller.person.name),
            role: role(self.role),
            csrf: &self.csrf,
            theme: self.theme,
            here: &self.here,
            newest: self.newest.revision,
            at: self.at,
            as_of: &self.as_of,
            unseen: self.kept.unseen(project, person),
            pressing: cairn_web::pressing(&self.newest.model.threats),
            notice: done.map(|(_, text)| Notice { is_error: false, text, undo }),
        }
    }

    /// The page of a list that is asked for.
    pub(super) fn page(&self) -> usize {
        self.asked.get("page").parse().unwrap_or(1).max(1)
    }

    /// What pages are made of.
    pub(super) async fn material(&self, app: &App) -> Result<Material<'_>, Problem> {
        let paths = self.view.paths(app).await?;
        let model = &self.view.model;
        Ok(Material::new(&model.system, &model.threats, paths, &model.documents, &self.view.labels))
    }

    /// What waits for the reader, derived anew when anything changed.
    pub(super) async fn inbox(&self, app: &App) -> Result<Arc<Inbox>, Problem> {
        let view = &self.newest;
        let decided = view.model.threats.iter().filter(|it| it.ruling.is_some()).count();
        let (project, person) = (self.project.id.clone(), self.caller.person.id.clone());
        let key = (project, person, view.revision, view.as_of.to_string(), decided);
        if let Some(inbox) = self.kept.inbox(&key) {
            return Ok(inbox);
        }
        let (project, reviewer, as_of) = (Arc::clone(&self.project), self.caller.person.id.clone(), view.as_of);
        let made = app.compute(move || async move {
            let workspace = project.workspace().await?;
            let within = workspace.settings().freshness.expiry_days;
            Box::pin(cairn_engine::inbox(&workspace, &reviewer, as_of, within)).await
        });
        let made = Arc::new(made.await?);
        self.kept.keep_inbox(key, &made);
        Ok(made)
    }
}

impl Kept {
    /// The view of an old revision.
    pub(super) async fn at(&self, app: &App, project: &Arc<Project>, number: i64) -> Result<Arc<View>, Problem> {
        let key = (project.id.clone(), number);
        if let Some((_, view)) = locked(&self.past).iter().find(|(its, _)| *its == key) {
            return Ok(Arc::clone(view));
        }
        let folder = project.folder().join(cairn_engine::WORKSPACE_FOLDER);
        let made = app.compute(move || async move { View::make_at(&folder, number).await }).await?;
        let view = Arc::new(made.ok_or_else(|| Problem::not_found("revision"))?);
        let mut past = locked(&self.past);
        past.insert(0, (key, Arc::clone(&view)));
        past.truncate(PAST_MAX);
        Ok(view)
    }

    /// The newest revisions of a project whose newest revision is `newest`.
    pub(super) async fn revisions(&self, app: &App, project: &Arc<Project>, newest: i64) -> Result<Revisions, Problem> {
        let key = (project.id.clone(), newest);
        if let Some((_, known)) = locked(&self.revisions).iter().find(|(its, _)| *its == key) {
            return Ok(Arc::clone(known));
        }
        let project = Arc::clone(project);
        let log = app.compute(move || async move { cairn_engine::log(&project.workspace().await?).await }).await?;
        let day = |at: &str| at.chars().take(10).collect::<String>();
        let found: Revisions = log.iter().rev().take(REVISIONS_MAX).map(|it| (it.number, day(&it.at))).collect();
        let mut revisions = locked(&self.revisions);
        revisions.insert(0, (key, Arc::clone(&found)));
        revisions.truncate(INBOXES_MAX);
        Ok(found)
    }

    fn inbox(&self, key: &InboxKey) -> Option<Arc<Inbox>> {
        locked(&self.inboxes).iter().find(|(its, _)| its == key).map(|(_, inbox)| Arc::clone(inbox))
    }

    fn keep_inbox(&self, key: InboxKey, inbox: &Arc<Inbox>) {
        let mut inboxes = locked(&self.inboxes);
        inboxes.insert(0, (key, Arc::clone(inbox)));
        inboxes.truncate(INBOXES_MAX);
    }

    /// How many items waited for somebody when they looked at their inbox last.
    fn unseen(&self, project: &str, person: &str) -> usize {
        let unseen = locked(&self.unseen);
        unseen.iter().find(|(of, whose, _)| of == project && whose == person).map_or(0, |(_, _, count)| *count)
    }

    /// Notes how many items wait for somebody.
    pub(super) fn note_unseen(&self, project: &str, person: &str, count: usize) {
        let mut unseen = locked(&self.unseen);
        unseen.retain(|(of, whose, _)| of != project || whose != person);
        unseen.insert(0, (project.to_owned(), person.to_owned(), count));
        unseen.truncate(INBOXES_MAX);
    }

    /// Forgets somebody's inboxes, after they marked something as seen.
    pub(super) fn forget_inboxes(&self, project: &str, person: &str) {
        locked(&self.inboxes).retain(|((of, whose, ..), _)| of != project || whose != person);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number in `r12`.
pub(super) fn revision(text: &str) -> Option<i64> {
    text.strip_prefix('r')?.parse().ok().filter(|number| *number > 0)
}

/// The cookies of a request.
pub(super) fn cookies(headers: &HeaderMap) -> BTreeMap<&str, &str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')).collect()
}

/// Light or dark, as the reader chose.
pub(super) fn theme_of(headers: &HeaderMap) -> Theme {
    cookies(headers).get(THEME_COOKIE).map_or(Theme::Auto, |word| Theme::parse(word))
}

/// The role, as pages name it.
pub(super) const fn role(role: Role) -> cairn_web::Role {
    match role {
        Role::Viewer => cairn_web::Role::Viewer,
        Role::Reviewer => cairn_web::Role::Reviewer,
        Role::Editor => cairn_web::Role::Editor,
        Role::Admin => cairn_web::Role::Admin,
    }
}
