//! Sources that are repositories of other machines: which hosts may be asked, by what token, and where what was fetched is kept.
//!
//! Whoever edits a project names an address, and the service asks it with its own network and tokens. So only hosts are asked that an operator
//! listed (`git_hosts`), and a token goes to the one host that it is for. What is fetched lies in a folder of the project
//! beside its documents; only what its mirror takes from there is scanned.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use cairn_engine::Address;
use cairn_engine::world::{self, Remote, RemoteError, RemoteLimits};
use cairn_model::digest;
use cairn_store::Source;

use super::{Place, SourceError, remove};
use crate::app::App;
use crate::config::Config;
use crate::problem::Problem;
use crate::project::Project;

/// The folder of a project in which repositories lie that were fetched.
pub(crate) const REPOSITORIES: &str = "repositories";
/// The longest address of a repository, in bytes.
const URL_BYTES_MAX: usize = 2048;
/// So much of the digest of an address names its folder.
const DIGEST_CHARACTERS: usize = 16;

/// A repository that is fetched, as a source names it.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    address: Address,
    revision: Option<String>,
}

/// A repository that was fetched.
#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    /// Where it lies.
    pub(crate) folder: PathBuf,
    /// The id of the commit that was asked for.
    pub(crate) commit: String,
}

/// Reads the entry of a host in `git_hosts`: a name with or without a port, and `http://` before it where the connection is plain.
pub(crate) fn host(entry: &str) -> Result<Address, String> {
    let text = if entry.contains("://") { entry.to_owned() } else { format!("https://{entry}") };
    let address: Address = text.parse().map_err(|reason| format!("an entry is not the name of a host: {reason}"))?;
    if address.path() != "/" || address.has_more_than_a_path() {
        return Err(format!("`{entry}` is more than the name of a host; expected such as `git.example.com`"));
    }
    Ok(address)
}

/// The variables of the environment that hold tokens, by the host that each is for, as `git_tokens` lists them.
pub(crate) fn token_variables(config: &Config) -> Result<BTreeMap<String, String>, String> {
    let mut variables = BTreeMap::new();
    for entry in &config.git_tokens {
        let split = entry.split_once('=').map(|(host, variable)| (host.trim(), variable.trim()));
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        let Some((host, variable)) = split.filter(|(_, variable)| is_name(variable)) else {
            // What stands there may be the token itself.
            return Err("an entry of `git_tokens` is not of the form `git.example.com=VARIABLE`".to_owned());
        };
        if !config.git_hosts.iter().any(|it| it == host) {
            return Err(format!("`git_tokens` names `{host}`, which `git_hosts` does not list"));
        }
        variables.insert(host.to_owned(), variable.to_owned());
    }
    Ok(variables)
}

/// The repository of another machine that a place names; none where it is of another kind. The problem says why it is none that may be asked.
pub(crate) fn wanted(config: &Config, place: &Place) -> Result<Option<Wanted>, Problem> {
    let Place::Git { path, url, revision } = place else { return Ok(None) };
    let url = match (path, url) {
        (Some(_), None) => return Ok(None),
        (None, Some(url)) => url,
        _ => return Err(Problem::invalid("a repository has either a `path` on the service's machine or a `url`")),
    };
    let wrong = |reason: &str| Problem::invalid(format!("`url` is not the address of a repository: {reason}"));
    if url.len() > URL_BYTES_MAX {
        return Err(wrong("it is too long"));
    }
    let address: Address = url.parse().map_err(wrong)?;
    if address.has_more_than_a_path() || address.path() == "/" {
        return Err(wrong("it has a host and a path, such as `https://git.example.com/team/platform.git`"));
    }
    if let Some(revision) = revision
        && !world::is_name_of_revision(revision)
    {
        let detail =
            "`revision` of a repository that is fetched is the name of a branch or a tag, or the whole id of a commit";
        return Err(Problem::invalid(detail));
    }
    if entry_of(config, &address).is_none() {
        let detail = format!(
            "`{}` is none of the hosts from which the service may fetch (`git_hosts`)\nhint: an operator of the service can list it",
            address.as_str().strip_suffix(address.path()).unwrap_or_default()
        );
        return Err(Problem::conflict("git_host_not_allowed", detail));
    }
    Ok(Some(Wanted { address, revision: revision.clone() }))
}

/// The entry of `git_hosts` that an address belongs to.
fn entry_of<'c>(config: &'c Config, address: &Address) -> Option<&'c str> {
    let entry = config.git_hosts.iter().find(|entry| host(entry).is_ok_and(|host| host.is_of(address)));
    entry.map(String::as_str)
}

/// Fetches a repository into the project. Blocks. `goes_on` hears how many bytes came and says whether to go on.
pub(crate) fn fetch(
    app: &App,
    project: &Project,
    source: &str,
    wanted: &Wanted,
    goes_on: &(dyn Fn(u64) -> bool + Sync),
) -> Result<Fetched, SourceError> {
    let config = &app.config;
    let entry = entry_of(config, &wanted.address).unwrap_or_default();
    let remote = Remote {
        address: wanted.address.clone(),
        revision: wanted.revision.clone(),
        token: app.outside.git_tokens.get(entry).cloned(),
        proxy: app.outside.proxy.as_ref().and_then(|proxy| proxy(wanted.address.as_str())),
    };
    let limits = RemoteLimits {
        time: Duration::from_millis(config.git_ms),
        bytes: config.git_bytes_max,
        connect_time: Duration::from_millis(config.git_connect_ms),
    };
    let folder = project.folder().join(REPOSITORIES).join(folder_name(source, &wanted.address));
    let commit = world::fetch(&folder, &remote, limits, goes_on)?;
    Ok(Fetched { folder, commit })
}

/// Takes away what was fetched for sources that there are no more.
pub(crate) fn forget_others(project: &Project, sources: &[Source]) -> io::Result<()> {
    let folder = project.folder().join(REPOSITORIES);
    let place = |source: &Source| match serde_json::from_value(source.config.clone()) {
        Ok(Place::Git { url: Some(url), .. }) => Some(folder_name(&source.id, &url.parse().ok()?)),
        _ => None,
    };
    let wanted: BTreeSet<String> = sources.iter().filter_map(place).collect();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        if !wanted.contains(entry.file_name().to_string_lossy().as_ref()) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// A source that is made anew under the same name with another address has another folder.
fn folder_name(source: &str, address: &Address) -> String {
    let digest = digest(address.as_str().as_bytes());
    format!("{source}-{}", digest.get(..DIGEST_CHARACTERS).unwrap_or(&digest))
}

/// What to do about a repository that could not be fetched.
pub(super) fn hint(error: &RemoteError) -> Option<&'static str> {
    Some(match error {
        RemoteError::Unreachable { .. } => "what was read last stays in force; the service tries again",
        RemoteError::Refused { has_token: true, .. } => {
            "an operator can look whether the token in the service's environment is valid and may read it"
        }
        RemoteError::Refused { .. } => "for a private repository an operator names a token (`git_tokens`)",
        RemoteError::NoRepository { has_token: true, .. } => "look at the address, and at what the token may read",
        RemoteError::NoRepository { .. } => {
            "look at the address; for a private repository an operator names a token (`git_tokens`)"
        }
        RemoteError::Redirected { .. } => {
            "add the source with the address to which it leads, where that host may be asked"
        }
        RemoteError::NotGit { .. } => "look whether the address is that of the repository, and not of a page about it",
        RemoteError::NoRevision { .. } => "look whether it was renamed or deleted; what was read last stays in force",
        RemoteError::TooLarge { .. } => "`git_bytes_max` of the service's settings is the bound",
        RemoteError::TooSlow { .. } => "`git_ms` of the service's settings is the bound",
        RemoteError::Ended | RemoteError::Local { .. } => return None,
    })
}

/// Whether nobody but a person can mend it, so that it is not tried again by itself.
pub(crate) fn lasts(error: &RemoteError) -> bool {
    matches!(
        error,
        RemoteError::Refused { .. }
            | RemoteError::NoRepository { .. }
            | RemoteError::Redirected { .. }
            | RemoteError::NoRevision { .. }
            | RemoteError::TooLarge { .. }
    )
}
