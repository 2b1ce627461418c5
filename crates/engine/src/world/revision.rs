//! A file as a revision of the repository has it.

use std::path::Path;

use super::git::Repository;

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
