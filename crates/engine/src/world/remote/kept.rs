//! The folder of a repository that was fetched: a cache, which is made anew when it is broken or has grown too large.

use std::fs;
use std::io;
use std::path::Path;

use gix::create::{Kind, Options as Making};
use gix::open::Options;

use super::RemoteError;

/// Beyond so many fetches a repository is made anew: each leaves a pack of its own behind.
const PACKS_MAX: usize = 64;
/// So many times what a fetch may receive is kept from fetch to fetch.
const GROWTH_MAX: u64 = 2;
/// The longest object that is taken, in bytes: a small pack may hold a very long one.
const OBJECT_BYTES_MAX: usize = 512 << 20;

/// The repository in `folder`; a new one where there is none, or none that is worth going on with.
pub(super) fn open(folder: &Path, bytes_max: u64) -> Result<gix::Repository, RemoteError> {
    let local = |reason: String| RemoteError::Local { reason };
    let settings = [format!("gitoxide.objects.allocLimit={OBJECT_BYTES_MAX}"), "pack.threads=1".to_owned()];
    let options = || Options::isolated().config_overrides(settings.clone());
    sweep(folder)?;
    let (packs, bytes) = size(&folder.join("objects/pack"))?;
    if packs <= PACKS_MAX
        && bytes / GROWTH_MAX <= bytes_max
        && let Ok(repository) = gix::open_opts(folder, options())
    {
        return Ok(repository);
    }
    remove(folder)?;
    fs::create_dir_all(folder).map_err(|error| local(error.to_string()))?;
    let made = gix::ThreadSafeRepository::init_opts(folder, Kind::Bare, Making::default(), options());
    made.map(|it| it.to_thread_local()).map_err(|error| local(error.to_string()))
}

/// Takes away what a fetch left behind that was killed. There is no other one here: whoever calls sees to that.
fn sweep(folder: &Path) -> Result<(), RemoteError> {
    let packs = folder.join("objects/pack");
    let is_whole = |name: &str| name.starts_with("pack-") && ["pack", "idx", "rev"].iter().any(|it| is_a(name, it));
    for (name, _) in files(&packs)?.into_iter().filter(|(name, _)| !is_whole(name)) {
        fs::remove_file(packs.join(name)).map_err(|error| RemoteError::Local { reason: error.to_string() })?;
    }
    let refs = folder.join("refs/cairn");
    for (name, _) in files(&refs)?.into_iter().filter(|(name, _)| is_a(name, "lock")) {
        fs::remove_file(refs.join(name)).map_err(|error| RemoteError::Local { reason: error.to_string() })?;
    }
    Ok(())
}

/// How many packs there are, and their bytes.
fn size(folder: &Path) -> Result<(usize, u64), RemoteError> {
    let files = files(folder)?;
    let packs: Vec<u64> = files.iter().filter(|(name, _)| is_a(name, "pack")).map(|(_, bytes)| *bytes).collect();
    Ok((packs.len(), packs.iter().sum()))
}

fn is_a(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|it| it == extension)
}

/// The files in a folder with their lengths; none where it is not there.
fn files(folder: &Path) -> Result<Vec<(String, u64)>, RemoteError> {
    let local = |error: io::Error| RemoteError::Local { reason: error.to_string() };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(local(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(local)?;
        let about = entry.metadata().map_err(local)?;
        if about.is_file() {
            files.push((entry.file_name().to_string_lossy().into_owned(), about.len()));
        }
    }
    Ok(files)
}

pub(super) fn remove(folder: &Path) -> Result<(), RemoteError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(RemoteError::Local { reason: error.to_string() }),
        _ => Ok(()),
    }
}
