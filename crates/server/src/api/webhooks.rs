//! Webhooks: told that a source changed, the service has it read. They are answered as soon as that is noted.

use axum::body::Bytes;
use axum::extract::{FromRequest as _, Request, State};
use axum::response::{IntoResponse as _, Response};
use cairn_store::AuditEntry;
use http::StatusCode;
use serde_json::json;

use super::sources::Sender;
use crate::app::App;
use crate::input::{At, too_large};
use crate::metrics;
use crate::middleware::RequestId;
use crate::problem::Problem;
use crate::webhooks::verify;
use crate::{edge, jobs};

/// Tells that a source changed. Known by the signature of its sender; the same delivery counts once.
#[utoipa::path(post, path = "/webhooks/{hook}", tag = "webhooks", request_body(content = String, content_type = "application/json"),
    responses((status = 200, body = String, content_type = "text/plain"), (status = 202)))]
pub(crate) async fn receive(
    State(app): State<App>,
    At(token): At<String>,
    request: Request,
) -> Result<Response, Problem> {
    let found = app.store.source_of_webhook(&token).await?;
    let found = found.and_then(|source| Some((source.webhook.clone()?, source)));
    let Some((webhook, source)) = found else { return Err(Problem::not_found("webhook")) };
    let count = |outcome: &str| {
        let labels = metrics::Webhook { sender: webhook.sender.clone(), outcome: outcome.to_owned() };
        app.metrics.webhooks.get_or_create(&labels).inc();
    };
    let headers = request.headers().clone();
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    // The very bytes are signed; nothing is read out of them before the signature is held to them.
    let body = Bytes::from_request(request, &app).await.map_err(|_| too_large())?;
    let sender: Option<Sender> = serde_json::from_value(json!(webhook.sender)).ok();
    let secret = app.secrets.open_sealed(&webhook.sealed_secret);
    let now = edge::now();
    let verified = sender.zip(secret).and_then(|(sender, secret)| verify(sender, &secret, &headers, &body, now));
    let Some(verified) = verified else {
        count("refused");
        let detail = "the webhook is not signed as its sender signs, or too old";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "signature", detail));
    };
    if let Some(reply) = verified.reply {
        count("greeted");
        return Ok((StatusCode::OK, reply).into_response());
    }
    let job = jobs::sync_of(&app, &source.project, &source.id);
    let entry = AuditEntry {
        at: now,
        actor: format!("webhook:{}", webhook.sender),
        key: None,
        project: Some(source.project.clone()),
        action: "source.told".to_owned(),
        object: source.id.clone(),
        before: None,
        after: None,
        request: id,
    };
    let named = (token.as_str(), verified.delivery.as_str());
    let is_new = app.store.deliver(named, now - verified.window_ms, &job, &entry).await?;
    count(if is_new { "taken" } else { "repeated" });
    app.work.notify_one();
    Ok(StatusCode::ACCEPTED.into_response())
}
