//! The assistant's page: the question comes by address, so that an answer can be linked to and needs no script.

use axum::extract::State;

use super::answer::Html;
use super::looking::Looking;
use crate::app::App;
use crate::problem::Problem;

/// The conversation.
pub(super) async fn page(State(app): State<App>, looking: Looking) -> Result<Html, Problem> {
    let material = looking.material(&app).await?;
    Ok(Html(cairn_web::assistant::page(&looking.frame(), &material, &[], &[], false)))
}
