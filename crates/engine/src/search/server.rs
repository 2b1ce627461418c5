//! The server of vectors, where the settings name one: brought to what the workspace holds, then asked.
//!
//! What was sent is noted, so that a search that finds everything sent asks the server for nothing but its answer. The note is
//! taken away before anything is sent, so that a run that dies in between leaves the next one to compare everything.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cairn_index::{Index, PassageId, Point, Qdrant, QdrantSettings, VectorFiles, VectorStore as _};
use cairn_model::digest;

use super::vectors::VECTORS_FOLDER;
use crate::{EngineError, Workspace};

/// The file that names what the server was last brought to.
const SENT_FILE: &str = "sent.state";

/// So many points are sent before more are read from the index.
const POINTS_AT_ONCE: usize = 1_024;

/// The server, holding those passages of `index` whose vectors are in `files`, and no others of this project.
pub(super) async fn filled(
    workspace: &Workspace,
    embedder: &str,
    index: &Index,
    files: &VectorFiles,
    key: Option<&str>,
) -> Result<Qdrant, EngineError> {
    let settings = settings(workspace, key);
    let with_vectors = index.keys()?.into_iter().filter(|(_, key)| files.has(*key));
    let wanted: BTreeSet<PassageId> = with_vectors.map(|(id, _)| id).collect();
    let names: Vec<String> = wanted.iter().map(|id| id.0.to_string()).collect();
    let place = [settings.url.as_str(), &settings.collection, &settings.tenant, embedder].join("\n");
    let state = digest((place + "\n" + &names.join("\n")).as_bytes());
    let mut server = Qdrant::connect(settings, embedder, files.dimensions()).await?;
    let note = workspace.folder().join(VECTORS_FOLDER).join(SENT_FILE);
    let is_sent = std::fs::read_to_string(&note).unwrap_or_default() == state;
    if is_sent && server.is_published().await? {
        return Ok(server);
    }
    write(&note, "")?;
    send(&mut server, index, files, &wanted).await?;
    server.publish().await?;
    write(&note, &state)?;
    Ok(server)
}

/// The server's name and version.
pub(super) async fn version(workspace: &Workspace, key: Option<&str>) -> Result<String, EngineError> {
    Ok(format!("qdrant {}", Qdrant::check(settings(workspace, key)).await?))
}

async fn send(
    server: &mut Qdrant,
    index: &Index,
    files: &VectorFiles,
    wanted: &BTreeSet<PassageId>,
) -> Result<(), EngineError> {
    let there: BTreeSet<PassageId> = server.ids().await?.into_iter().collect();
    let new: Vec<PassageId> = wanted.difference(&there).copied().collect();
    for part in new.chunks(POINTS_AT_ONCE) {
        let with_vector = |passage: cairn_index::Stored| {
            let vector = files.vector(passage.vector_key)?;
            Some(Point { passage, vector })
        };
        let points: Vec<Point> = index.passages_of(part)?.into_iter().filter_map(with_vector).collect();
        server.add(&points).await?;
    }
    let gone: Vec<PassageId> = there.difference(wanted).copied().collect();
    Ok(server.remove(&gone).await?)
}

fn settings(workspace: &Workspace, key: Option<&str>) -> QdrantSettings {
    let search = &workspace.settings().search;
    let project =
        workspace.settings_file().parent().and_then(|it| it.file_name().map(|it| it.to_string_lossy().into()));
    QdrantSettings {
        url: search.qdrant_url.clone(),
        api_key: key.map(str::to_owned),
        collection: search.qdrant_collection.clone(),
        tenant: if search.qdrant_tenant.is_empty() {
            project.unwrap_or_default()
        } else {
            search.qdrant_tenant.clone()
        },
        shards: search.qdrant_shards,
        replicas: search.qdrant_replicas,
        timeout_ms: search.qdrant_timeout_ms,
    }
}

fn write(path: &PathBuf, text: &str) -> Result<(), EngineError> {
    std::fs::write(path, text).map_err(|source| EngineError::File { path: path.clone(), source })
}
