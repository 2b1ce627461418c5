//! Repositories of other machines: what a revision needs is fetched into a bare repository of ours, from which it is then read like any other.
//!
//! The whole history of the one revision comes along, and no other branch: the days on which documents changed are read out of it. Git's
//! protocol is spoken by `gix` in this process; no `git` is run, no helper is asked for a password, no file of settings counts, and
//! nothing but objects is written: neither the address nor the token. `wire` has the connections, `bounds` what ends them, `kept` the folder.

mod bounds;
mod kept;
mod wire;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use cairn_llm::{Address, ApiKey, Outward, Proxy};
use gix::progress::Discard;
use gix::protocol::fetch::refmap::SpecIndex;
use gix::refs::transaction::PreviousValue;
use gix::remote::{Direction, fetch::Tags, ref_map};
use gix_transport::Protocol;
use gix_transport::client::blocking_io::http::Transport;
use tokio::runtime::Handle;

use bounds::Bounds;
use wire::Wire;

/// How often it is looked whether a fetch is to go on.
const TICK: Duration = Duration::from_millis(50);
/// So many characters of what another machine says are shown.
const SAID_MAX: usize = 160;
/// Where the commit of the last fetch is held, so that the next one brings only what is new.
const KEPT_AS: &str = "refs/cairn/fetched";

/// A revision of a repository on another machine.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Where it is. Whoever calls has decided that it may be asked.
    pub address: Address,
    /// A branch, a tag or the whole id of a commit; what the repository itself puts first when not given.
    pub revision: Option<String>,
    /// What is sent as `NAME:TOKEN`, or as a token alone.
    pub token: Option<ApiKey>,
    /// The proxy on the way.
    pub proxy: Option<Proxy>,
}

/// How much a fetch may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemoteLimits {
    /// From the first connection to the last object.
    pub time: Duration,
    /// What is received.
    pub bytes: u64,
    /// How long a connection may take to come about.
    pub connect_time: Duration,
}

/// Why nothing was fetched. Nothing in it tells a token, nor anything that the other side said unless it is safe to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// No connection, or one that broke.
    #[error("`{host}` cannot be reached: {reason}")]
    Unreachable {
        /// The host.
        host: String,
        /// What the network says.
        reason: String,
    },
    /// The host wants to know who asks.
    #[error("`{host}` refuses the repository ({status}), {}", if *has_token { "with the token of the service" } else { "and the service has no token for it" })]
    Refused {
        /// The host.
        host: String,
        /// The status of its answer.
        status: u16,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// The host knows no such repository, or does not say so.
    #[error("`{host}` knows no such repository{}", if *has_token { " that the token of the service may read" } else { "" })]
    NoRepository {
        /// The host.
        host: String,
        /// Whether a token was sent.
        has_token: bool,
    },
    /// The host sends elsewhere.
    #[error("`{host}` redirects to `{to}`, which is not followed")]
    Redirected {
        /// The host.
        host: String,
        /// Where to.
        to: String,
    },
    /// The host answers, and not as a server of repositories does.
    #[error("`{host}` does not answer as a server of repositories does: {reason}")]
    NotGit {
        /// The host.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// The repository has no such revision, or not any more.
    #[error("the repository has no branch, tag or commit `{revision}`")]
    NoRevision {
        /// The revision.
        revision: String,
    },
    /// It is more than is taken.
    #[error("the repository has more than the {bytes_max} bytes that are fetched at most")]
    TooLarge {
        /// The bound.
        bytes_max: u64,
    },
    /// It takes longer than it may.
    #[error("the repository was not fetched within {} s", .time.as_secs())]
    TooSlow {
        /// The bound.
        time: Duration,
    },
    /// Whoever asked does not want it any more.
    #[error("the fetch was ended")]
    Ended,
    /// What was fetched before, or is to be kept now, cannot be used: the disk is full, or something on it is broken.
    #[error("the fetched repository cannot be used: {reason}")]
    Local {
        /// What is wrong.
        reason: String,
    },
}

/// Brings `folder`, which may be missing, up to date with a revision, and gives the id of its commit. Blocks, and must be called where a runtime of
/// `tokio` is at hand. `goes_on` hears how many bytes came and says whether to go on. After an error the folder is as good as before.
pub fn fetch(
    folder: &Path,
    remote: &Remote,
    limits: RemoteLimits,
    goes_on: &(dyn Fn(u64) -> bool + Sync),
) -> Result<String, RemoteError> {
    let bounds = Arc::new(Bounds::new(limits));
    let repository = kept::open(folder, limits.bytes)?;
    let fetched = thread::scope(|scope| {
        let (works, ended) = mpsc::channel::<()>();
        let watched = Arc::clone(&bounds);
        scope.spawn(move || {
            while ended.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                watched.look(goes_on);
            }
        });
        let fetched = receive(&repository, remote, limits, &bounds);
        // Also when it is unwound: the thread above hears of it and ends.
        drop(works);
        fetched
    });
    // What ended it says more than what came of that.
    let fetched = fetched.map_err(|error| bounds.failure().unwrap_or(error));
    if matches!(fetched, Err(RemoteError::Local { .. })) {
        drop(repository);
        kept::remove(folder)?;
    }
    fetched
}

/// Whether a revision can be asked of another machine by this name. What means something to git in such names is none.
pub fn is_name_of_revision(revision: &str) -> bool {
    let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '/' | '.' | '_' | '-' | '+' | '#' | '@');
    (1..=255).contains(&revision.len())
        && revision.chars().all(is_plain)
        && !revision.starts_with(['-', '+', '/', '.', '@'])
        && !revision.ends_with(['/', '.'])
        && !["..", "//", "@{"].iter().any(|it| revision.contains(it))
}

fn receive(
    repository: &gix::Repository,
    remote: &Remote,
    limits: RemoteLimits,
    bounds: &Arc<Bounds>,
) -> Result<String, RemoteError> {
    let failed = |error: gix::Error| failure(&error, remote);
    let outward = Outward::new(remote.proxy.as_ref(), limits.connect_time);
    let outward = outward.map_err(|error| {
        let reason = error.to_string();
        RemoteError::Unreachable { host: remote.address.host(), reason }
    })?;
    let wire = Wire::new(outward, remote, Arc::clone(bounds), Handle::current());
    let url = gix::url::parse(remote.address.as_str()).map_err(failed)?;
    let transport = Transport::new_http(wire, url.clone(), Protocol::V2, false);
    let names = names(remote.revision.as_deref());
    let asked = repository
        .remote_at_without_url_rewrite(url)
        .and_then(|it| it.with_fetch_tags(Tags::None).with_refspecs(names.iter().map(String::as_str), Direction::Fetch))
        .map_err(failed)?;
    // Who asks is said by the wire or not at all: without this, programs would be run that know passwords.
    let connection = asked.to_connection_with_transport(transport).with_credentials(|_| Ok(None));
    let unknown = || RemoteError::NoRevision { revision: remote.revision.clone().unwrap_or_else(|| "HEAD".to_owned()) };
    let prepared = connection.prepare_fetch(Discard, ref_map::Options::default()).map_err(failed)?;
    // A tag counts before a branch of the same name, as it does for git.
    let found = prepared.ref_map().mappings.iter().filter_map(|it| match it.spec_index {
        SpecIndex::ExplicitInRemote(place) => Some((place, it.remote.as_id()?)),
        SpecIndex::Implicit(_) => None,
    });
    let Some((_, id)) = found.min_by_key(|(place, _)| *place) else { return Err(unknown()) };
    let id = id.to_owned();
    let received = prepared.receive(Discard, bounds.interrupted());
    // So says a server of a commit that it does not have.
    let is_gone = |error: &gix::Error| error.iter_errors().any(|it| it.to_string().contains("not our ref"));
    received.map_err(|error| {
        if is_gone(&error) {
            unknown()
        } else if error.is_corrupted() {
            RemoteError::Local { reason: "an object in it is broken".to_owned() }
        } else {
            failed(error)
        }
    })?;
    let kept = repository.reference(KEPT_AS, id, PreviousValue::Any, "fetched");
    kept.map_err(|error| RemoteError::Local { reason: error.to_string() })?;
    let held = repository.find_object(id).and_then(gix::Object::peel_to_commit);
    held.map(|commit| commit.id.to_string()).map_err(|_| unknown())
}

/// What a revision may be called over there, in the order in which it counts.
fn names(revision: Option<&str>) -> Vec<String> {
    match revision {
        None => vec!["HEAD".to_owned()],
        Some(name) if name.starts_with("refs/") || is_id(name) => vec![name.to_owned()],
        Some(name) => vec![format!("refs/tags/{name}"), format!("refs/heads/{name}")],
    }
}

fn is_id(name: &str) -> bool {
    name.len() == 40 && name.bytes().all(|it| it.is_ascii_hexdigit())
}

/// What an error of the library means that is none of the connection's.
fn failure(error: &gix::Error, remote: &Remote) -> RemoteError {
    let of_machine = |kind: io::ErrorKind| {
        matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied | io::ErrorKind::NotFound)
    };
    let machine = error.iter_errors().filter_map(|it| it.downcast_ref::<io::Error>()).find(|it| of_machine(it.kind()));
    match machine {
        Some(error) => RemoteError::Local { reason: error.to_string() },
        None => not_git(remote, &error.probable_cause().to_string()),
    }
}

/// What went wrong beyond the connection. Another machine may have put anything in it, also what it was sent.
fn not_git(remote: &Remote, said: &str) -> RemoteError {
    let mut reason: String = said.chars().map(|it| if it.is_control() { ' ' } else { it }).take(SAID_MAX).collect();
    if let Some(token) = &remote.token
        && wire::shapes(token.expose()).iter().any(|shape| !shape.is_empty() && said.contains(shape.as_str()))
    {
        "it repeats what it was sent".clone_into(&mut reason);
    }
    RemoteError::NotGit { host: remote.address.host(), reason }
}
