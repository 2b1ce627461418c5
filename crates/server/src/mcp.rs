//! Projects for agents, over the Model Context Protocol: one address a project, one request at a time, and no session.
//!
//! Who calls is known by their key, as everywhere. Whoever may look may use the tools that read; those that write are offered to whoever may decide, and
//! go through the API's own ways, so that the name in a decision is that of the caller and the trail has it. `Host` and `Origin` are checked
//! for every request, whoever it is from.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use cairn_engine::{Entry, NewDecision, Proposal, WORKSPACE_FOLDER};
use cairn_mcp::{Desk, OverHttp, Workbench, Writing, over_http};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use tower_service::Service as _;

use crate::access::{Caller, Role, Viewing};
use crate::api::{assistant, decisions};
use crate::app::App;
use crate::config::Config;
use crate::problem::Problem;
use crate::project::Project;

/// Names by which this machine is always called.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The projects as agents see them, each with what was derived for it last.
pub(crate) struct Workbenches {
    known: Mutex<BTreeMap<String, Workbench>>,
    in_memory_max: usize,
    hosts: Vec<String>,
    origins: Vec<String>,
    body_bytes_max: usize,
}

impl Workbenches {
    /// None yet. The settings say by which names the service may be called.
    pub(crate) fn new(config: &Config) -> Self {
        let public = config.public_url.trim_end_matches('/');
        let of_public = public.split("://").nth(1).map(str::to_owned);
        let local = LOCAL.iter().map(|it| (*it).to_owned()).chain([config.listen.ip().to_string()]);
        let hosts: Vec<String> = local.chain(config.hosts.iter().cloned()).chain(of_public).collect();
        let of_this = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"].map(str::to_owned);
        let origins = of_this.into_iter().chain((!public.is_empty()).then(|| public.to_owned())).collect();
        let body_bytes_max = config.body_bytes_max;
        Self { known: Mutex::default(), in_memory_max: config.projects_in_memory, hosts, origins, body_bytes_max }
    }

    /// The project for a caller who may look, or also write.
    fn of(&self, project: &Project, desk: Option<Arc<dyn Desk>>) -> OverHttp {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= self.in_memory_max && !known.contains_key(&project.id) {
            known.clear();
        }
        let folder = project.folder().join(WORKSPACE_FOLDER);
        let make = || Workbench::reading_only(folder, None);
        let workbench = known.entry(project.id.clone()).or_insert_with(make).clone();
        let workbench = match desk {
            Some(desk) => workbench.with_desk(desk),
            None => workbench,
        };
        over_http(workbench, self.hosts.clone(), self.origins.clone(), self.body_bytes_max)
    }
}

/// Serves a project to an agent over the Model Context Protocol (streamable HTTP): a JSON-RPC request, and its answer.
#[utoipa::path(post, path = "/projects/{project}/mcp", tag = "agents", request_body = Object, security(("key" = ["viewer"])),
    responses((status = 200, content((Object = "application/json"), (Object = "text/event-stream")))))]
pub(crate) async fn serve(State(app): State<App>, access: Viewing, request: Request) -> Result<Response, Problem> {
    let Viewing { caller, role, project, .. } = access;
    let desk = (role >= Role::Reviewer).then(|| {
        let desk: Arc<dyn Desk> = Arc::new(ServiceDesk { app: app.clone(), caller, project: Arc::clone(&project) });
        desk
    });
    let mut service = app.workbenches.of(&project, desk);
    match service.call(request).await {
        Ok(response) => refused(&response).map_or_else(|| Ok(response.map(Body::new)), Err),
        Err(never) => match never {},
    }
}

/// What is wrong with a request that is no request of the protocol; what the protocol itself answers is in JSON.
fn refused<B>(response: &http::Response<B>) -> Option<Problem> {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let status = response.status();
    let (code, detail) = match status {
        _ if !status.is_client_error() || media_type.contains("json") => return None,
        StatusCode::NOT_ACCEPTABLE => {
            ("not_acceptable", "`Accept` has to name both `application/json` and `text/event-stream`")
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("unsupported_media_type", "expected a body of type `application/json`"),
        StatusCode::FORBIDDEN => ("foreign_origin", "the request is for another host, or from a page of another site"),
        _ => ("malformed", "expected a request of the Model Context Protocol"),
    };
    Some(Problem::new(status, code, detail))
}

/// The desk of a caller who may decide.
struct ServiceDesk {
    app: App,
    caller: Caller,
    project: Arc<Project>,
}

impl Desk for ServiceDesk {
    fn decide(&self, new: NewDecision) -> Writing<Entry> {
        let (app, caller, project) = (self.app.clone(), self.caller.clone(), Arc::clone(&self.project));
        Box::pin(async move {
            // Whoever the agent says decided, it is the caller who is known.
            let new = NewDecision { by: caller.person.id.clone(), ..new };
            decisions::create(&app, &project, &caller, new).await.map_err(|problem| problem.detail)
        })
    }

    fn propose(&self, proposal: Proposal) -> Writing<Value> {
        let (app, caller, project) = (self.app.clone(), self.caller.clone(), Arc::clone(&self.project));
        Box::pin(async move {
            let proposal = Proposal { by: caller.person.id.clone(), ..proposal };
            assistant::write_proposal(&app, &project, &caller, &proposal).await.map_err(|problem| problem.detail)
        })
    }
}
