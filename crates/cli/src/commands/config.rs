//! `cairn config show`: the settings in force, and where each is from.

use cairn_engine::Settings;
use cairn_server::{CONFIG_FILE, Config, ConfigError, Layer, Origin};
use serde_json::{Value, json};

use crate::arguments::{Config as Command, Serve, ServerSettings};
use crate::context::Context;
use crate::ending::{Ending, Failure};
use crate::records;
use crate::text::{dim, one_line};

pub(crate) async fn run(context: &Context, command: &Command) -> Result<Ending, Failure> {
    let Command::Show { server, origin, settings } = command;
    let keys = if *server { server_settings(settings, None)?.1 } else { of_project(context).await? };
    if context.is_json() {
        let record = |it: &Origin| json!({ "key": it.key, "value": it.value, "origin": it.origin });
        let keys: Vec<Value> = keys.iter().map(record).collect();
        records::print("cairn.config/1", json!({ "settings": keys }))?;
        return Ok(Ending::Done);
    }
    let line = |it: &Origin| {
        let from = if *origin { dim(&format!("  # {}", one_line(&it.origin))) } else { String::new() };
        format!("{} = {}{from}\n", it.key, one_line(&it.value))
    };
    context.print(&keys.iter().map(line).collect::<String>())?;
    Ok(Ending::Done)
}

/// The service's settings, each key with where it is from: flags before the environment before the file before the defaults.
pub(crate) fn server_settings(
    settings: &ServerSettings,
    serve: Option<&Serve>,
) -> Result<(Config, Vec<Origin>), Failure> {
    let variables =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut above = Layer::of_environment(variables)?;
    let mut flag = |name: &str, key: &str, value: String| {
        let keys = [(key.to_owned(), value.into())].into_iter().collect();
        above.push(Layer { origin: name.to_owned(), keys });
    };
    if let Some(data) = &settings.data {
        flag("--data", "data", data.display().to_string());
    }
    if let Some(listen) = serve.and_then(|it| it.listen) {
        flag("--listen", "listen", listen.to_string());
    }
    if let Some(auth) = serve.and_then(|it| it.auth) {
        flag("--auth", "auth", auth.as_str().to_owned());
    }
    let file = match &settings.config {
        Some(file) => Some(file.clone()),
        // The data folder may be named by any layer but the file that lies in it.
        None => Some(Config::resolve(&above)?.0.data.join(CONFIG_FILE)).filter(|file| file.is_file()),
    };
    let mut layers: Vec<Layer> = file.map(|file| Layer::of_file(&file)).transpose()?.into_iter().collect();
    layers.append(&mut above);
    Ok(Config::resolve(&layers)?)
}

/// The project's settings: those of its file, and the defaults of what it leaves out.
async fn of_project(context: &Context) -> Result<Vec<Origin>, Failure> {
    let workspace = context.workspace().await?;
    let file = workspace.settings_file();
    let text = if file.is_file() { std::fs::read_to_string(&file)? } else { String::new() };
    Ok(Settings::origins(&text, &file)?
        .into_iter()
        .map(|(key, value, is_own)| {
            let origin = if is_own { file.display().to_string() } else { "default".to_owned() };
            Origin { key, value, origin }
        })
        .collect())
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::of_usage(error)
    }
}
