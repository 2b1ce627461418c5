//! `cairn model check`: what the endpoint really does; and how every command gets at the model.

use std::path::Path;

use cairn_engine::{ApiKey, Capabilities, ContextCheck, ModelAccess, Proxy, Recording, SchemaSupport, Workspace};
use serde_json::json;

use super::scan::money;
use crate::arguments::{Model, ModelOptions};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{bold, count, one_line};

pub(crate) async fn run(context: &Context, command: Model) -> Result<Ending, Failure> {
    match command {
        Model::Check(options) => check(context, &options).await,
    }
}

/// How this run may use the model; `None` when there is none.
pub(crate) fn access(workspace: &Workspace, options: &ModelOptions) -> Result<Option<ModelAccess>, Failure> {
    let settings = &workspace.settings().model;
    let replay = options.replay.as_deref().map(recording).transpose()?;
    if options.no_model || (!settings.is_set() && replay.is_none()) {
        let asked = options.model.is_some() || options.offline || options.record.is_some();
        if asked && !options.no_model {
            return Err(no_endpoint());
        }
        return Ok(None);
    }
    Ok(Some(ModelAccess {
        api_key: if options.offline || replay.is_some() { None } else { api_key(workspace)? },
        proxy: proxy(&settings.base_url),
        name: options.model.clone(),
        offline: options.offline,
        record: options.record.is_some(),
        replay,
    }))
}

/// The same for commands that are of no use without a model.
pub(crate) fn required_access(workspace: &Workspace, options: &ModelOptions) -> Result<ModelAccess, Failure> {
    access(workspace, options)?.ok_or_else(no_endpoint)
}

fn no_endpoint() -> Failure {
    Failure::usage("no model endpoint is set\nhint: set `base_url` and `name` in the section `[model]` of `cairn.toml`")
}

/// The key from the environment, or else from its file. It is never taken from an argument, which other users can see.
fn api_key(workspace: &Workspace) -> Result<Option<ApiKey>, Failure> {
    let settings = &workspace.settings().model;
    if !settings.api_key_env.is_empty() {
        #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
        let value = std::env::var(&settings.api_key_env);
        if let Ok(value) = value {
            let key = ApiKey::new(&value);
            let wrong = || Failure::usage(format!("`{}` holds no key", settings.api_key_env));
            return key.ok_or_else(wrong).map(Some);
        }
    }
    if settings.api_key_file.is_empty() {
        return Ok(None);
    }
    let file = workspace.settings_file().with_file_name(&settings.api_key_file);
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Failure::usage(format!("cannot read the key in `{}`: {}", file.display(), error.kind())))?;
    let wrong = || Failure::usage(format!("`{}` holds no key", file.display()));
    ApiKey::new(&text).ok_or_else(wrong).map(Some)
}

/// The proxy that the environment names for the endpoint, by the usual names. This machine is reached without one.
pub(crate) fn proxy(base_url: &str) -> Option<Proxy> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let either = |name: &str| variable(&name.to_lowercase()).or_else(|| variable(name));
    let own = if base_url.starts_with("https:") {
        either("HTTPS_PROXY")
    } else {
        // The name in capitals can be set from outside where a program runs under CGI, so that nobody reads it.
        variable("http_proxy")
    };
    let address = own.or_else(|| either("ALL_PROXY"))?;
    let except = either("NO_PROXY").unwrap_or_default();
    Some(Proxy { address, except: format!("localhost,127.0.0.0/8,::1,{except}") })
}

/// Writes down what was exchanged, where that was asked for.
pub(crate) fn write_recording(options: &ModelOptions, recording: Option<&Recording>) -> Result<(), Failure> {
    let (Some(path), Some(recording)) = (&options.record, recording) else { return Ok(()) };
    std::fs::write(path, recording.to_lines())
        .map_err(|error| Failure::usage(format!("cannot write `{}`: {}", path.display(), error.kind())))
}

fn recording(path: &Path) -> Result<Recording, Failure> {
    let cannot = |what: String| Failure::usage(format!("cannot replay `{}`: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| cannot(error.kind().to_string()))?;
    Recording::parse(&text).map_err(|error| cannot(error.to_string()))
}

async fn check(context: &Context, options: &ModelOptions) -> Result<Ending, Failure> {
    let workspace = Workspace::open(&context.workspace_to_make()?).await?;
    let access = required_access(&workspace, options)?;
    let checked = cairn_engine::check_model(&workspace, &access).await?;
    write_recording(options, checked.recording.as_ref())?;
    let (found, spent) = (&checked.capabilities, checked.spent_today);
    if context.is_json() {
        let fields = serde_json::to_value(found).expect("capabilities serialise");
        records::print(
            "cairn.model-check/1",
            json!({
                "endpoint": workspace.settings().model.base_url,
                "capabilities": fields,
                "spent_today": {
                    "calls": spent.calls,
                    "input_tokens": spent.input_tokens,
                    "output_tokens": spent.output_tokens,
                    "cost": money(spent.cost_micros),
                },
            }),
        )?;
    } else {
        context.print(&text(&workspace.settings().model.base_url, found))?;
        let calls = count(usize::try_from(spent.calls).unwrap_or(usize::MAX), "call");
        context.print(&format!("  {:<24}{calls}, cost {:.4}\n", "spent today", money(spent.cost_micros)))?;
    }
    match found.context {
        ContextCheck::Whole => Ok(Ending::Done),
        ContextCheck::Cut | ContextCheck::Refused => Ok(Ending::GateFailed(
            "the endpoint does not read long prompts whole; raise the context of its model".to_owned(),
        )),
    }
}

fn text(endpoint: &str, found: &Capabilities) -> String {
    let schema = match found.schema {
        SchemaSupport::Enforced => "enforced",
        SchemaSupport::Ignored => "taken and not kept to",
        SchemaSupport::Refused => "refused",
    };
    let context = match found.context {
        ContextCheck::Whole => "read whole",
        ContextCheck::Cut => "cut: its beginning never reaches the model",
        ContextCheck::Refused => "refused",
    };
    let yes = |is: bool| if is { "yes" } else { "no" };
    let rows = [
        ("JSON schema", schema.to_owned()),
        ("JSON object", yes(found.json_object).to_owned()),
        ("asked for as", found.structured().as_str().to_owned()),
        ("prompt of 5,000 tokens", context.to_owned()),
        ("reports tokens", yes(found.usage).to_owned()),
        ("reports cut answers", yes(found.reports_length).to_owned()),
        ("bound on answers", found.token_limit_field.clone()),
        ("takes a temperature", yes(found.temperature).to_owned()),
    ];
    let lines = rows.iter().map(|(name, value)| format!("  {name:<24}{value}\n"));
    format!("{} at {} ({} calls)\n", bold(&one_line(&found.model)), one_line(endpoint), found.calls)
        + &lines.collect::<String>()
}
