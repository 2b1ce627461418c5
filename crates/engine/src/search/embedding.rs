//! What makes vectors for a workspace: the shipped model, the endpoint of the settings, or nothing.

use cairn_embed::{EmbedError, Embedder, Shipped, Vectors};
use cairn_extract::prompted::{Redaction, Secrets};
use cairn_llm::Client;

use crate::world::Patterns;
use crate::{EngineError, ModelAccess, Workspace, prompted};

/// The embedder that the settings name; `None` when they name none.
pub(super) fn embedder(
    workspace: &Workspace,
    access: Option<&ModelAccess>,
    threads: Option<usize>,
) -> Result<Option<Box<dyn Embedder>>, EngineError> {
    let settings = &workspace.settings().search;
    match settings.embedding.as_str() {
        "none" => Ok(None),
        "endpoint" => {
            let model = settings.embedding_model.clone();
            let client = prompted::client(workspace, &model, access.unwrap_or(&ModelAccess::default()))?;
            let redaction = prompted::redaction(workspace)?;
            // An endpoint under another address may have another model of this name.
            let address = cairn_model::content_hash(&[&workspace.settings().model.base_url]);
            let name = format!("{}-{address}", plain(&model));
            Ok(Some(Box::new(Endpoint { name, model, client, redaction })))
        }
        _ => Ok(Some(Box::new(Shipped::load(threads)?))),
    }
}

/// Whether the passages of a document at this path may be turned into vectors: what must not leave the machine goes to no endpoint.
pub(super) fn leaving(workspace: &Workspace) -> Result<impl Fn(&str) -> bool, EngineError> {
    let stays = workspace.settings().search.embedding != "endpoint";
    let may_leave = may_leave(workspace)?;
    Ok(move |path: &str| stays || may_leave(path))
}

/// Whether a document at this path may leave the machine.
pub(super) fn may_leave(workspace: &Workspace) -> Result<impl Fn(&str) -> bool, EngineError> {
    let local_only = Patterns::new(&workspace.settings().model.local_only, &workspace.settings_file())?;
    Ok(move |path: &str| !local_only.matches(path))
}

/// A model behind an endpoint. Secrets are taken out of what it sees, as out of every question to a model.
struct Endpoint {
    name: String,
    model: String,
    client: Client,
    redaction: Redaction,
}

impl Embedder for Endpoint {
    fn name(&self) -> &str {
        &self.name
    }

    fn embed<'a>(&'a self, texts: &'a [String]) -> Vectors<'a> {
        Box::pin(async {
            let shown = |text: &String| Secrets::default().take_out(text, &self.redaction);
            let texts: Vec<String> = texts.iter().map(shown).collect();
            let vectors = self.client.embed(&self.model, &texts).await;
            let vectors = vectors.map_err(|error| EmbedError::Endpoint(Box::new(error)))?;
            Ok(vectors.into_iter().map(cairn_embed::of_length_one).collect())
        })
    }
}

/// A name that can be a folder's.
fn plain(name: &str) -> String {
    name.chars().map(|it| if it.is_ascii_alphanumeric() || it == '.' { it } else { '-' }).take(60).collect()
}
