//! The contents page: every route of the service, and their description as OpenAPI, which is made of the same list.
//!
//! What all operations have in common (who may call, how problems look, what the path names) is added to the description here.

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use utoipa::PartialSchema as _;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, Schema};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Required,
    ResponseBuilder, SecurityRequirement, Type,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::access::COOKIE_NAME;
use crate::api::{
    asking, assistant, audit, decisions, history, jobs, keys, model, people, projects, sessions, sources, status,
    uploads, webhooks,
};
use crate::app::App;
use crate::problem::Problem;
use crate::{idempotency, mcp, middleware, openai, pages};

/// Where version 1 of the API begins.
pub(crate) const API: &str = "/api/v1";

/// The service as a router.
pub fn router(app: &App) -> Router {
    let (router, _) = described(app.config.body_bytes_max, app.config.upload_bytes_max, app.config.webhook_bytes_max);
    let once = from_fn_with_state(app.clone(), idempotency::once);
    let router = router.layer(once).merge(pages::router(app)).fallback(pages::nothing_there).with_state(app.clone());
    middleware::around(router, app)
}

/// The description of the API.
pub fn openapi() -> OpenApi {
    let (_, mut openapi) = described(0, 0, 0);
    complete(&mut openapi);
    openapi
}

/// The description of this API as OpenAPI.
#[utoipa::path(get, path = "/openapi.json", tag = "operations", responses((status = 200, body = Object)))]
async fn openapi_json(State(app): State<App>) -> Response {
    ([(CONTENT_TYPE, "application/json")], app.openapi.clone()).into_response()
}

fn described(body_max: usize, upload_max: usize, webhook_max: usize) -> (Router<App>, OpenApi) {
    let api = OpenApiRouter::new()
        .routes(routes!(openapi_json))
        .routes(routes!(sessions::open_session, sessions::get_session, sessions::close_session))
        .routes(routes!(people::list_people, people::create_person))
        .routes(routes!(people::change_person))
        .routes(routes!(keys::list_keys, keys::create_key))
        .routes(routes!(keys::revoke_key))
        .routes(routes!(projects::list_projects, projects::create_project))
        .routes(routes!(projects::get_project, projects::change_project, projects::delete_project))
        .routes(routes!(projects::get_settings, projects::put_settings))
        .routes(routes!(projects::get_usage))
        .routes(routes!(people::list_members))
        .routes(routes!(people::put_member, people::remove_member))
        .routes(routes!(sources::list_sources, sources::create_source))
        .routes(routes!(sources::get_source, sources::delete_source))
        .routes(routes!(sources::sync_source))
        .routes(routes!(sources::put_webhook, sources::delete_webhook))
        .routes(routes!(model::list_documents, uploads::paste_document))
        .routes(routes!(model::get_document, uploads::delete_document))
        .routes(routes!(asking::list_skipped))
        .routes(routes!(model::list_claims))
        .routes(routes!(model::get_claim))
        .routes(routes!(model::list_rejected))
        .routes(routes!(model::list_elements))
        .routes(routes!(model::get_element))
        .routes(routes!(model::list_conflicts))
        .routes(routes!(model::list_questions))
        .routes(routes!(model::list_threats))
        .routes(routes!(model::get_threat))
        .routes(routes!(model::list_paths))
        .routes(routes!(model::get_path))
        .routes(routes!(asking::what_if))
        .routes(routes!(decisions::list_decisions, decisions::create_decision))
        .routes(routes!(decisions::get_decision, decisions::change_decision, decisions::withdraw_decision))
        .routes(routes!(history::list_revisions))
        .routes(routes!(history::get_diff))
        .routes(routes!(history::get_inbox))
        .routes(routes!(history::mark_seen))
        .routes(routes!(asking::search))
        .routes(routes!(assistant::ask))
        .routes(routes!(assistant::chat))
        .routes(routes!(assistant::propose))
        .routes(routes!(assistant::open_question))
        .routes(routes!(mcp::serve))
        .routes(routes!(asking::export))
        .routes(routes!(asking::list_rules))
        .routes(routes!(asking::get_rule))
        .routes(routes!(jobs::create_scan))
        .routes(routes!(jobs::list_jobs))
        .routes(routes!(jobs::get_job))
        .routes(routes!(jobs::follow_job))
        .routes(routes!(jobs::cancel_job))
        .routes(routes!(jobs::retry_job))
        .routes(routes!(audit::list_of_project))
        .routes(routes!(audit::list_all))
        .routes(routes!(audit::check))
        .layer(DefaultBodyLimit::max(body_max));
    let uploads =
        OpenApiRouter::new().routes(routes!(uploads::upload_documents)).layer(DefaultBodyLimit::max(upload_max));
    let webhooks = OpenApiRouter::new().routes(routes!(webhooks::receive)).layer(DefaultBodyLimit::max(webhook_max));
    let operations = OpenApiRouter::new()
        .routes(routes!(status::healthz))
        .routes(routes!(status::readyz))
        .routes(routes!(status::metrics));
    let openai = OpenApiRouter::new()
        .routes(routes!(openai::list_models))
        .routes(routes!(openai::complete_chat))
        .layer(from_fn(openai::with_error))
        .layer(DefaultBodyLimit::max(body_max));
    OpenApiRouter::with_openapi(head())
        .merge(operations)
        .nest(openai::BASE, openai)
        .nest(API, api.merge(uploads).merge(webhooks))
        .split_for_parts()
}

fn head() -> OpenApi {
    let info = InfoBuilder::new()
        .title("Cairn")
        .version("1")
        .description(Some(
            "Projects, their documents, the model that is read from them, and what people decide about it.\n\nA POST may carry an \
             `Idempotency-Key` of 1 to 255 characters: sent again within a day, it takes effect once and is answered as the first time. \
             A key that comes with another request is refused (422). Keys, sessions, uploads and webhooks take none.",
        ))
        .build();
    OpenApiBuilder::new().info(info).build()
}

/// Adds what all operations have in common.
fn complete(openapi: &mut OpenApi) {
    let components = openapi.components.take().unwrap_or_default();
    let key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let session = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(COOKIE_NAME)));
    openapi.components = Some(
        ComponentsBuilder::from(components)
            .security_scheme("key", key)
            .security_scheme("session", session)
            .schema("Problem", Problem::schema())
            .build(),
    );
    for name in CLOSED {
        openapi.components.iter_mut().filter_map(|it| it.schemas.get_mut(name)).for_each(close);
    }
    for (path, item) in &mut openapi.paths.paths {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            name_path(operation, path);
            add_session(operation);
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new()
                .description("What is wrong; `code` is stable")
                .content("application/problem+json", problem)
                .build();
            operation.responses.responses.insert("default".to_owned(), response.into());
        }
    }
}

/// What is refused when it has a field that nothing reads; the derived description of choices and forms does not say so by itself.
const CLOSED: [&str; 3] = ["Place", "DecisionRequest", "UploadForm"];

/// Says that an object, or each of a choice of objects, has no other fields.
fn close(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
        RefOr::T(Schema::OneOf(choice)) => choice.items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Describes the parts of the path that the operation itself says nothing about.
fn name_path(operation: &mut Operation, path: &str) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let parameters = operation.parameters.get_or_insert_default();
    for name in names {
        let is_this = |it: &RefOr<Parameter>| matches!(it, RefOr::T(it) if it.name == name && it.parameter_in == ParameterIn::Path);
        if parameters.iter().any(is_this) {
            continue;
        }
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).build();
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(text))
            .build();
        parameters.push(parameter.into());
    }
}

/// Whoever may call with a key may call from a session that was opened with it.
fn add_session(operation: &mut Operation) {
    let Some(requirements) = &mut operation.security else { return };
    let role = least_role_of(requirements);
    requirements.push(SecurityRequirement::new("session", role));
}

/// The role that an operation asks for.
fn least_role_of(requirements: &[SecurityRequirement]) -> Vec<String> {
    let text = serde_json::to_value(requirements.first()).unwrap_or_default();
    let role = text.get("key").and_then(|roles| roles.get(0)).and_then(|role| role.as_str());
    role.map(str::to_owned).into_iter().collect()
}
