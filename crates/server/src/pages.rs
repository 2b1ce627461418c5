//! The web interface: pages for people, beside the API and over the same handlers.
//!
//! A page that shows asks the project's view and `cairn-web`. A page that changes something is a form; it is turned into what the
//! API takes and given to the API's own handler, so that roles, the trail and checks are the same for both. A form brings its proof
//! as a field (`form`), and a problem becomes a page (`answer`).

mod act;
mod answer;
mod bring;
mod example;
mod form;
mod inboxes;
mod keep;
mod looking;
mod operate;
mod past;
mod people;
mod read;
#[cfg(feature = "oidc")]
mod sign_on;
mod start;
mod talk;
mod triage;
mod trial;
mod undo;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};

use crate::app::App;
pub(crate) use answer::nothing_there;

/// All pages. `app` gives the limits; the state comes with the other routes.
pub(crate) fn router(app: &App) -> Router<App> {
    let project = Router::new()
        .route("/", get(read::to_inbox))
        .route("/inbox", get(inboxes::page).post(triage::act))
        .route("/undo", post(undo::undo))
        .route("/threats", get(read::threats))
        .route("/threats/views", post(triage::save_view))
        .route("/threats/{threat}", get(read::threat))
        .route("/threats/{threat}/decide", post(act::decide))
        .route("/threats/{threat}/withdraw", post(act::withdraw))
        .route("/export/{file}", get(read::export))
        .route("/model", get(read::model))
        .route("/model.svg", get(read::drawing))
        .route("/model/{element}", get(read::element))
        .route("/model/{element}/set", post(act::set))
        .route("/inventory", get(read::to_inventory))
        .route("/inventory/{kind}", get(read::inventory))
        .route("/conflicts", get(read::conflicts))
        .route("/questions", get(read::questions))
        .route("/paths", get(read::paths))
        .route("/paths/{path}", get(read::path))
        .route("/trial", get(trial::page))
        .route("/documents/{document}", get(read::document))
        .route("/search", get(read::search))
        .route("/report", get(read::report))
        .route("/assistant", get(talk::page))
        .route("/assistant/stream", post(talk::stream))
        .route("/assistant/keep", post(keep::keep))
        .route("/sources", get(operate::sources))
        .route("/sources/paste", post(bring::paste))
        .route("/sources/add", post(bring::add_source))
        .route("/sources/{source}/sync", post(bring::sync))
        .route("/sources/{source}/remove", post(bring::remove_source))
        .route("/rejected", get(operate::rejected))
        .route("/jobs", get(operate::jobs))
        .route("/jobs/{job}/cancel", post(bring::cancel))
        .route("/jobs/{job}/retry", post(bring::retry))
        .route("/revisions", get(operate::revisions))
        .route("/rules", get(operate::rules))
        .route("/usage", get(operate::usage))
        .route("/access", get(people::page))
        .route("/access/role", post(people::role))
        .route("/access/member", post(people::add_member))
        .route("/access/remove", post(people::remove_member))
        .route("/access/keys", post(people::make_key))
        .route("/access/keys/{key}/revoke", post(people::revoke_key))
        .route("/audit", get(operate::audit));
    let uploads = Router::new()
        .route("/p/{project}/sources/upload", post(bring::upload))
        .layer(DefaultBodyLimit::max(app.config.upload_bytes_max));
    let all = Router::new()
        .route("/", get(start::projects))
        .route("/projects", post(start::create))
        .route("/example", post(example::load))
        .route("/sign-in", get(start::sign_in).post(start::open))
        .route("/sign-out", post(start::close))
        .route("/theme", post(start::theme))
        .route("/assets/{name}", get(start::asset))
        .nest("/p/{project}", project)
        .layer(DefaultBodyLimit::max(app.config.body_bytes_max))
        .merge(uploads);
    #[cfg(feature = "oidc")]
    let all = match &app.provider {
        Some(provider) => all.merge(sign_on::router(provider)),
        None => all,
    };
    let kept = Arc::new(looking::Kept::default());
    all.layer(from_fn_with_state(app.clone(), form::prove)).layer(axum::Extension(kept)).layer(from_fn(answer::as_page))
}
