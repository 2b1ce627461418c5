//! Where documents come from: uploads, folders of this machine, repositories here and elsewhere (`remote`).
//!
//! What a source holds is mirrored into the project's `documents`, a folder for each source, and only that is scanned. So a source that is
//! away takes nothing from the model, and one that is broken does not stop the others. A mirror is made beside the old one and takes its
//! place as a whole.

pub(crate) mod remote;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use cairn_engine::world::{self, ReadFailure, RemoteError};
use cairn_engine::{ApiKey, EngineError, ModelAccess, Settings, Workspace, source_files};
use cairn_model::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::config::Config;
use crate::problem::{Problem, causes};
use crate::project::Project;

use remote::Fetched;

/// The kind, and the name, of the source that takes uploads.
pub(crate) const UPLOADS: &str = "uploads";
/// Where mirrors and uploads are made before they take their place.
const INCOMING: &str = "incoming";
/// How a mirror is called that is whole.
const READY: &str = "ready";
/// How one is called that is being made.
const PART: &str = "part";
/// Where the days are kept on which documents of repositories changed.
const DATES: &str = "dates";
/// The longest path of an upload, and the longest name in it, in bytes.
const PATH_BYTES_MAX: usize = 512;
const NAME_BYTES_MAX: usize = 200;

/// Where a source is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Place {
    /// Documents that people upload.
    Uploads {},
    /// A folder of the machine that the service runs on.
    Folder {
        /// Its absolute path, below one of `source_roots` of the service's settings.
        path: String,
    },
    /// A commit of a repository: on that machine (`path`), or on another one (`url`), from which it is fetched.
    Git {
        /// The absolute path of its checkout, or of a folder in it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// Its address, with `https` and without any name or password, at one of `git_hosts` of the service's settings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The branch, tag or commit; what is checked out, or what the other machine puts first, when not given.
        revision: Option<String>,
    },
}

impl Place {
    /// The name of its kind.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Uploads {} => UPLOADS,
            Self::Folder { .. } => "folder",
            Self::Git { .. } => "git",
        }
    }
}

/// What came of reading a source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mirrored {
    pub(crate) documents: usize,
    pub(crate) skipped: usize,
    pub(crate) has_changed: bool,
}

/// Why a source could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    /// It is not, or not any more, where sources may be.
    #[error("`{0}` does not lie below the folders that the service may read (`source_roots`)")]
    Outside(String),
    /// It is none, or none any more, that the service may fetch.
    #[error("{}", .0.detail)]
    NotAllowed(Problem),
    /// It cannot be fetched.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// It is not there.
    #[error("`{0}` cannot be opened: {1}")]
    Missing(String, io::ErrorKind),
    /// The mirror cannot be written.
    #[error("the mirror cannot be written")]
    Mirror(#[from] io::Error),
    /// The engine cannot read it.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

/// The folder that a source may be read from: there, and below one of the roots, whatever links it is reached by.
pub(crate) fn allowed(config: &Config, path: &str) -> Result<PathBuf, SourceError> {
    let outside = || SourceError::Outside(path.to_owned());
    if !Path::new(path).is_absolute() {
        return Err(outside());
    }
    let roots = config.source_roots.iter().filter_map(|root| root.canonicalize().ok());
    let roots: Vec<PathBuf> = roots.collect();
    // Asked in this order, so that nobody learns by the answer what there is elsewhere.
    let lexical = Path::new(path);
    let has_parent = lexical.components().any(|part| part == Component::ParentDir);
    let may_be = config.source_roots.iter().chain(&roots).any(|root| lexical.starts_with(root));
    if has_parent || !may_be {
        return Err(outside());
    }
    let real = lexical.canonicalize().map_err(|error| SourceError::Missing(path.to_owned(), error.kind()))?;
    if roots.iter().any(|root| real.starts_with(root)) { Ok(real) } else { Err(outside()) }
}

/// Mirrors a source, of which `fetched` is what was brought here where it lies elsewhere. Blocks.
pub(crate) fn mirror(
    config: &Config,
    project: &Project,
    workspace: &Workspace,
    (id, place): (&str, &Place),
    fetched: Option<&Fetched>,
    mut go_on: impl FnMut(usize),
) -> Result<Mirrored, SourceError> {
    let (root, revision) = match (place, fetched) {
        (Place::Uploads {}, _) => return Ok(Mirrored { has_changed: true, ..Mirrored::default() }),
        (Place::Folder { path }, _) => (allowed(config, path)?, None),
        (Place::Git { .. }, Some(fetched)) => (fetched.folder.clone(), Some(fetched.commit.as_str())),
        (Place::Git { path, revision, .. }, None) => {
            let path = path.as_deref().unwrap_or_default();
            (allowed(config, path)?, Some(revision.as_deref().unwrap_or("HEAD")))
        }
    };
    settle(project)?;
    let found = source_files(workspace, &root, revision)?;
    let part = staged(project, id, PART);
    remove(&part)?;
    fs::create_dir_all(&part)?;
    let mut mirrored = Mirrored { documents: 0, skipped: found.skipped.len(), has_changed: false };
    let old = project.source_folder(id);
    let mut kept: BTreeSet<PathBuf> = BTreeSet::new();
    for (at, file) in found.files.iter().enumerate() {
        go_on(at);
        let bytes = match world::read(file, workspace.settings().max_document_bytes) {
            Ok(bytes) => bytes,
            Err(ReadFailure::TooLong(_) | ReadFailure::Unreadable(_)) => {
                mirrored.skipped += 1;
                continue;
            }
        };
        let relative = PathBuf::from(&file.path);
        let target = part.join(&relative);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        mirrored.has_changed |= fs::read(old.join(&relative)).ok().as_deref() != Some(&bytes);
        fs::write(&target, bytes)?;
        kept.insert(relative);
        mirrored.documents += 1;
    }
    mirrored.has_changed |= files_below(&old)? != kept.len();
    let dates: BTreeMap<String, String> =
        found.dates.iter().map(|(path, date)| (format!("{id}/{path}"), date.to_string())).collect();
    mirrored.has_changed |= keep_dates(project, id, &dates)?;
    if mirrored.has_changed {
        fs::rename(&part, staged(project, id, READY))?;
        settle(project)?;
    } else {
        remove(&part)?;
    }
    Ok(mirrored)
}

/// Puts whole mirrors in their places. Whoever dies while doing so leaves the rest to the next who tries.
pub(crate) fn settle(project: &Project) -> io::Result<()> {
    let incoming = project.folder().join(INCOMING);
    let entries = match fs::read_dir(&incoming) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == READY)
            && let Some(id) = path.file_stem().and_then(|it| it.to_str())
        {
            let target = project.source_folder(id);
            fs::create_dir_all(project.documents_folder())?;
            remove(&target)?;
            fs::rename(&path, &target)?;
        }
    }
    Ok(())
}

/// Takes a source's documents away. Blocks.
pub(crate) fn forget(project: &Project, id: &str) -> io::Result<()> {
    remove(&staged(project, id, PART))?;
    remove(&staged(project, id, READY))?;
    keep_dates(project, id, &BTreeMap::new())?;
    remove(&project.source_folder(id))
}

/// The days on which documents of repositories changed, by path below the project's `documents`.
pub(crate) fn dates(project: &Project) -> BTreeMap<String, Date> {
    let Ok(entries) = fs::read_dir(project.folder().join(DATES)) else { return BTreeMap::new() };
    let texts = entries.flatten().filter_map(|entry| fs::read_to_string(entry.path()).ok());
    let maps = texts.filter_map(|text| serde_json::from_str::<BTreeMap<String, String>>(&text).ok());
    maps.flatten().filter_map(|(path, date)| Some((path, Date::parse(&date)?))).collect()
}

/// Keeps an upload: when it returns, the file is on the disk under its path. Blocks.
pub(crate) fn upload(project: &Project, source: &str, path: &str, bytes: &[u8]) -> io::Result<()> {
    let target = project.source_folder(source).join(path);
    let incoming = project.folder().join(INCOMING);
    fs::create_dir_all(&incoming)?;
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = incoming.join(crate::edge::new_id("upload"));
    write_through(&beside, bytes)?;
    fs::rename(&beside, &target)?;
    target.parent().map_or(Ok(()), sync_folder)
}

/// Takes an uploaded file away. Says whether it was there. Blocks.
pub(crate) fn remove_upload(project: &Project, path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => {
            // Folders that hold nothing any more go too; one that still holds something stays by itself.
            let top = project.documents_folder();
            for folder in path.ancestors().skip(1).take_while(|folder| folder.parent().is_some_and(|it| it != top)) {
                if fs::remove_dir(folder).is_err() {
                    break;
                }
            }
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses what is no path of a document: it stays below its source, and no name in it means something to the system or hides.
pub(crate) fn check_path(path: &str) -> Result<(), Problem> {
    let is_name = |name: &str| {
        let is_hidden = name.starts_with('.') && !matches!(name, ".github" | ".gitlab-ci.yml");
        let is_plain =
            name.chars().all(|it| !it.is_control() && !matches!(it, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|'));
        !name.is_empty()
            && name.len() <= NAME_BYTES_MAX
            && name.trim() == name
            && !is_hidden
            && is_plain
            && !name.ends_with('.')
    };
    if path.len() <= PATH_BYTES_MAX && path.split('/').all(is_name) {
        return Ok(());
    }
    let detail = "`path` is the document's path with `/` between its parts, such as `notes/queue.md`; no part is hidden or empty";
    Err(Problem::invalid(detail))
}

/// Refuses settings of a project that reach out of it: the service's files and network are not the project's.
pub(crate) fn check_settings(settings: &Settings, config: &Config) -> Result<(), Problem> {
    let refuse = |key: &str, why: &str| Err(Problem::conflict("settings_not_allowed", format!("`{key}` {why}")));
    let model = &settings.model;
    let inside = |path: &str| !Path::new(path).is_absolute() && !path.split(['/', '\\']).any(|part| part == "..");
    let folders = [
        ("rules_dir", &settings.rules_dir),
        ("attackers_dir", &settings.attackers_dir),
        ("model.prompts_dir", &model.prompts_dir),
    ];
    for (key, path) in folders {
        if !inside(path) {
            return refuse(key, "names a folder outside of the project");
        }
    }
    if !model.redaction_files.iter().all(|path| inside(path)) {
        return refuse("model.redaction_files", "names a file outside of the project");
    }
    if !model.api_key_file.is_empty() || !matches!(model.api_key_env.as_str(), "" | "CAIRN_API_KEY") {
        return refuse(
            "model.api_key_file",
            "and `model.api_key_env` belong to the service: its operators give it a key",
        );
    }
    if !model.base_url.is_empty() && !config.model_endpoints.contains(&model.base_url) {
        return refuse("model.base_url", "is none of the endpoints that the service may call (`model_endpoints`)");
    }
    if settings.search.store != "embedded" {
        return refuse("search.store", "is `embedded` in a service");
    }
    Ok(())
}

/// How a project may use its model; not at all where the service's settings do not name its endpoint.
pub(crate) fn model_access(app: &App, settings: &Settings) -> Option<ModelAccess> {
    let address = &settings.model.base_url;
    if !settings.model.is_set() || check_settings(settings, &app.config).is_err() {
        return None;
    }
    let api_key: Option<ApiKey> =
        if settings.model.api_key_env.is_empty() { None } else { app.outside.model_key.clone() };
    let proxy = app.outside.proxy.as_ref().and_then(|proxy| proxy(address));
    Some(ModelAccess { api_key, proxy, name: None, offline: false, record: false, replay: None })
}

/// What is told of a source that could not be read. Paths are those that its people gave.
pub(crate) fn told(error: &SourceError) -> String {
    match error {
        SourceError::Outside(_) | SourceError::Missing(..) | SourceError::NotAllowed(_) => error.to_string(),
        SourceError::Remote(error) => match remote::hint(error) {
            Some(hint) => format!("{error}\nhint: {hint}"),
            None => error.to_string(),
        },
        SourceError::Engine(EngineError::Commit { commit, reason, .. }) => format!("commit `{commit}`: {reason}"),
        SourceError::Engine(EngineError::Settings { reason, .. }) => format!("the settings are not valid: {reason}"),
        SourceError::Engine(_) | SourceError::Mirror(_) => {
            tracing::error!(error = %causes(error), "a source cannot be read");
            "the service could not read it; its log has the reason".to_owned()
        }
    }
}

/// Writes a file so that a reader, or whoever comes after a crash, finds the old one or the new one.
pub(crate) fn write_beside(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    write_through(&beside, bytes)?;
    fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    io::Write::write_all(&mut file, bytes)?;
    file.sync_all()
}

/// A name is on the disk when its folder is.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { fs::File::open(folder)?.sync_all() } else { Ok(()) }
}

fn staged(project: &Project, id: &str, suffix: &str) -> PathBuf {
    project.folder().join(INCOMING).join(format!("{id}.{suffix}"))
}

/// Says whether they differ from those before.
fn keep_dates(project: &Project, id: &str, dates: &BTreeMap<String, String>) -> io::Result<bool> {
    let path = project.folder().join(DATES).join(format!("{id}.json"));
    let text = serde_json::to_string(dates).expect("texts serialise");
    let before = fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    if before == text {
        return Ok(false);
    }
    write_beside(&path, text.as_bytes())?;
    Ok(true)
}

fn files_below(folder: &Path) -> io::Result<usize> {
    let mut count = 0;
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() { left.push(entry.path()) } else { count += 1 }
        }
    }
    Ok(count)
}

pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
