//! `cairn serve`, and what is done with its data folder while it does not run or beside it: `audit`, `backup`, `restore`.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_engine::ApiKey;
use cairn_server::{BackupError, Config, Outside, Secrets, ServeError, Service, seal_of};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use super::config::server_settings;
use super::model::proxy;
use crate::arguments::{Audit, Backup, Restore, Serve};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::text::count;
use crate::{log, records};

/// Under which name the environment has the service's key for models.
const MODEL_KEY: &str = "CAIRN_API_KEY";

/// Under which name the environment has the secret that the identity provider gave the service.
const SIGN_IN_SECRET: &str = "CAIRN_OIDC_SECRET";

pub(crate) async fn run(context: &Context, arguments: Serve) -> Result<Ending, Failure> {
    let (config, _) = server_settings(&arguments.settings, Some(&arguments))?;
    let traces = log::Traces::start(proxy)?;
    log::serve(&config.log, config.log_format, &traces);
    // Before anything is said: whoever reads that it listens may also ask it to end.
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    let (mut again, mut interrupted_again) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let is_open = !config.asks_for_keys();
    let outside = outside(&config)?;
    let mut service = Service::open(config, outside).await?;
    if arguments.new_key {
        service.make_first_key().await?;
    }
    if let Some(secret) = &service.first_key {
        context.announce(&format!(
            "the first operator's key, shown this once:\n\n    {secret}\n\nsend it as `Authorization: Bearer …`"
        ));
    }
    let address = service.address();
    context.announce(&format!(
        "listening at http://{address}{}",
        if is_open { ", open to everybody on this machine" } else { "" }
    ));
    let first = async {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
    };
    // Whoever asks twice does not want to wait.
    let second = async {
        tokio::select! {
            _ = async { again.recv().await; again.recv().await } => {}
            _ = async { interrupted_again.recv().await; interrupted_again.recv().await } => {}
        }
    };
    tokio::select! {
        in_time = service.run(first) => {
            if !in_time {
                context.tell("some work did not end in time; it goes on at the next start");
            }
        }
        () = second => context.tell("stopped at once; work that was under way goes on at the next start"),
    }
    traces.end().await;
    Ok(Ending::Done)
}

pub(crate) async fn audit(context: &Context, command: &Audit) -> Result<Ending, Failure> {
    let Audit::Verify { settings } = command;
    let (config, _) = server_settings(settings, None)?;
    must_exist(&config)?;
    let key_file = config.master_key_file();
    let secrets = Secrets::read(&key_file)
        .map_err(|error| Failure::usage(format!("cannot read the master key in `{}`: {error}", key_file.display())))?;
    let check = cairn_server::check_audit(&config.data, seal_of(&secrets)).await.map_err(Failure::of_machine)?;
    if context.is_json() {
        let fields =
            json!({ "holds": check.fault.is_none(), "rows": check.rows, "head": check.head, "fault": check.fault });
        records::print("cairn.audit/1", fields)?;
    } else {
        let rows = count(usize::try_from(check.rows).unwrap_or_default(), "row");
        context.print(&format!("{rows} of the trail hold, the last with the hash {}\n", check.head))?;
    }
    match check.fault {
        Some(fault) => Ok(Ending::GateFailed(format!("the trail does not hold: {fault}"))),
        None => Ok(Ending::Done),
    }
}

pub(crate) async fn backup(context: &Context, arguments: &Backup) -> Result<Ending, Failure> {
    let (config, _) = server_settings(&arguments.settings, None)?;
    let files = cairn_server::back_up(&config.data, &arguments.to).await?;
    context.print(&format!("copied {} to `{}`\n", count(files, "file"), arguments.to.display()))?;
    context.tell(&format!(
        "the master key is not in it; keep a copy of `{}` elsewhere",
        config.master_key_file().display()
    ));
    Ok(Ending::Done)
}

pub(crate) fn restore(context: &Context, arguments: &Restore) -> Result<Ending, Failure> {
    let (config, _) = server_settings(&arguments.settings, None)?;
    let files = cairn_server::restore(&arguments.from, &config.data)?;
    context.print(&format!("put {} back into `{}`\n", count(files, "file"), config.data.display()))?;
    context.tell(&format!(
        "put the master key back as `{}` before the service starts",
        config.master_key_file().display()
    ));
    Ok(Ending::Done)
}

fn outside(config: &Config) -> Result<Outside, Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment enters")]
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let key = |name: &str| variable(name).and_then(|key| ApiKey::new(&key));
    let mut git_tokens = BTreeMap::new();
    for (host, variable) in config.git_token_variables() {
        let Some(token) = key(&variable) else {
            return Err(Failure::usage(format!(
                "`{variable}` holds no token for `{host}`\nhint: set it in the service's environment, or take it out of `git_tokens`"
            )));
        };
        git_tokens.insert(host, token);
    }
    Ok(Outside {
        model_key: key(MODEL_KEY),
        proxy: Some(Arc::new(proxy)),
        sign_in_secret: variable(SIGN_IN_SECRET),
        git_tokens,
    })
}

fn must_exist(config: &Config) -> Result<(), Failure> {
    if config.data.is_dir() {
        return Ok(());
    }
    Err(Failure::usage(format!("there is no data folder `{}`\nhint: `--data DIR` names it", config.data.display())))
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::InUse(_) | ServeError::Listen { .. } | ServeError::Settings(_) => Self::of_usage(error),
            error => Self::of_machine(error),
        }
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::NotEmpty(_) | BackupError::Damaged { .. } => Self::of_usage(error),
            error => Self::of_machine(error),
        }
    }
}
