//! Signing in at the identity provider: the way there, and the way back. Both are plain addresses that a browser follows, so that no
//! script is needed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Uri};

use super::answer::to;
use super::form::{Form, own_address};
use crate::api::sessions::OriginParts;
use crate::app::App;
use crate::config::oidc::{CALLBACK, START};
use crate::oidc::{Failure, Provider, Refusal, Spent, Ticket, enter, refused};
use crate::problem::Problem;

/// The addresses of signing in, where there is a provider.
pub(super) fn router(provider: &Arc<Provider>) -> Router<App> {
    Router::new()
        .route(START, get(begin))
        .route(CALLBACK, get(finish))
        .layer(Extension(Arc::clone(provider)))
        .layer(Extension(Arc::new(Spent::default())))
}

/// Leads to the provider.
async fn begin(
    State(app): State<App>,
    Extension(provider): Extension<Arc<Provider>>,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Form::parse(uri.query().unwrap_or_default());
    let ticket = Ticket::new(own_address(asked.get("back")).unwrap_or("/"));
    let address = provider.begin(&ticket).await.map_err(|failure| {
        tracing::warn!(
            reason = failure.as_str(),
            issuer = provider.issuer(),
            "nobody can be sent to the identity provider"
        );
        Problem::from(failure)
    })?;
    Ok(with_cookie(to(&address), ticket.cookie(&app)))
}

/// Takes in whom the provider sends back. Whatever comes of it, the ticket is used up.
async fn finish(
    State(app): State<App>,
    Extension(provider): Extension<Arc<Provider>>,
    Extension(spent): Extension<Arc<Spent>>,
    headers: HeaderMap,
    parts: OriginParts,
    uri: Uri,
) -> Response {
    let said = Form::parse(uri.query().unwrap_or_default());
    let entered = let_in(&app, &provider, &spent, &headers, &said, &parts.request_id()).await;
    let response = match entered {
        Ok((back, session)) => with_cookie(to(&back), session),
        Err(problem) => problem.into_response(),
    };
    with_cookie(response, Ticket::no_cookie(&app))
}

/// Where to go, and the cookie of the new session.
async fn let_in(
    app: &App,
    provider: &Provider,
    spent: &Spent,
    headers: &HeaderMap,
    said: &Form,
    request: &str,
) -> Result<(String, HeaderValue), Problem> {
    // Whoever comes without a ticket has not begun here. It is not written down: anybody could fill the trail with it.
    let Some(ticket) = Ticket::of(app, headers) else { return Err(Failure::from(Refusal::State).into()) };
    let visitor = async {
        ticket.spend(said.get("state"), spent)?;
        // Providers that name themselves do so against answers of another one (RFC 9207).
        if said.said("iss").is_some_and(|issuer| issuer != provider.issuer()) {
            return Err(Refusal::Issuer.into());
        }
        let code = said.said("code").ok_or(Refusal::ByProvider)?;
        provider.finish(code, &ticket).await
    };
    match visitor.await {
        Ok(visitor) => Ok((ticket.back.clone(), enter(app, &visitor, request).await?)),
        Err(failure) => Err(refused(app, failure, None, request).await),
    }
}

fn with_cookie(mut response: Response, cookie: HeaderValue) -> Response {
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}
