//! A file or a folder as a revision of the repository has it.

use std::path::Path;

use cairn_model::Date;

use super::git::{Repository, day_of};

/// The text of `name` in `folder` at `revision`; none when that revision has no such file. The error says why it cannot be told.
pub(crate) fn text_at(folder: &Path, name: &str, revision: &str) -> Result<Option<String>, String> {
    let repository = Repository::around(folder).ok_or("there is no git repository")?;
    let commit = repository.commit(revision)?;
    let file = folder.canonicalize().map_err(|error| format!("the folder {}", super::unreadable(&error)))?.join(name);
    let Some(mut blob) = repository.name_of(&file).and_then(|name| repository.blob(&commit, &name)) else {
        return Ok(None);
    };
    String::from_utf8(blob.take_data()).map(Some).map_err(|_| "it is not UTF-8".to_owned())
}

/// The day of the commit that `revision` names in the repository around `folder`.
pub(crate) fn day_of_commit(folder: &Path, revision: &str) -> Result<Date, String> {
    let repository = Repository::around(folder).ok_or("there is no git repository")?;
    let commit = repository.commit(revision)?;
    commit.time().ok().and_then(day_of).ok_or_else(|| "the commit has no readable date".to_owned())
}

/// The rule files in `folder` at `revision`, by name: name and text. None when that revision has no such folder.
pub(crate) fn rules_at(folder: &Path, revision: &str) -> Result<Vec<(String, String)>, String> {
    let repository = Repository::around(folder).ok_or("there is no git repository")?;
    let commit = repository.commit(revision)?;
    let Some(name) = repository.name_of(&super::without_links(folder)) else { return Ok(Vec::new()) };
    let unreadable = |error: gix::Error| format!("the repository cannot be read: {error}");
    let entry = commit.tree().map_err(unreadable)?.lookup_entry_by_path(&name).map_err(unreadable)?;
    let Some(entry) = entry.filter(|entry| entry.mode().is_tree()) else { return Ok(Vec::new()) };
    let tree = entry.object().map_err(unreadable)?.into_tree();
    let mut files = Vec::new();
    for entry in tree.iter() {
        let entry = entry.map_err(unreadable)?;
        let name = entry.filename().to_string();
        if entry.mode().is_blob() && Path::new(&name).extension().is_some_and(|extension| extension == "toml") {
            let bytes = repository.inner.find_blob(entry.object_id()).map_err(unreadable)?.take_data();
            files.push((name, String::from_utf8(bytes).map_err(|_| "a rule is not UTF-8".to_owned())?));
        }
    }
    files.sort();
    Ok(files)
}
