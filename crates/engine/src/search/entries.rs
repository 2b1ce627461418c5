//! What is put into the indexes: passages of documents, with what claims say of them, and the quotes of claims.

use std::collections::{BTreeMap, BTreeSet};

use cairn_index::{Index, IndexedPassage};
use cairn_model::{Claim, ClaimKind, Document, DocumentId, Passage, Span, Statement, Trust, content_hash, digest};
use cairn_store::{Settings, Snapshot};
use cairn_validate::Policy;
use rayon::prelude::*;

use super::all_documents;
use crate::lock;
use crate::scan::CORPUS_KEY;
use crate::workspace::{CLAIM_INDEX, PASSAGE_INDEX};
use crate::{EngineError, Workspace, ground, model};

/// What claims say of places in a document: where, what kind of claim, and about which components.
type Notes = BTreeMap<DocumentId, Vec<(Span, ClaimKind, Vec<String>)>>;

/// What passages are made of beside their documents.
pub(crate) struct Entries {
    notes: Notes,
    policy: Policy,
}

impl Entries {
    /// What `claims` and the settings tell of `documents`. A claim counts whose quote stands in its document to the byte.
    pub(crate) fn new<'a>(
        workspace: &Workspace,
        documents: &[Document],
        claims: impl Iterator<Item = &'a Claim>,
    ) -> Result<Self, EngineError> {
        let texts: BTreeMap<&DocumentId, &str> = documents.iter().map(|it| (&it.id, &*it.text)).collect();
        let mut notes = Notes::new();
        for claim in claims {
            for quote in &claim.evidence {
                let Some(text) = texts.get(&quote.document) else { continue };
                let stands_at = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(&quote.text));
                let Some(start) = quote.at.filter(stands_at) else { continue };
                let note =
                    (Span::new(start, start + quote.text.len()), claim.statement.kind(), components(&claim.statement));
                notes.entry(quote.document.clone()).or_default().push(note);
            }
        }
        Ok(Self { notes, policy: model::policy(workspace, documents)? })
    }

    /// The passages of `documents` as the index keeps them.
    pub(crate) fn passages(&self, documents: &[&Document]) -> Vec<IndexedPassage> {
        documents.par_iter().flat_map_iter(|document| self.of_document(document)).collect()
    }

    fn of_document(&self, document: &Document) -> Vec<IndexedPassage> {
        let trust = self.policy.trust_of(document);
        let notes = self.notes.get(&document.id).map(Vec::as_slice).unwrap_or_default();
        let noted = |passage: IndexedPassage| {
            let span = passage.passage.span;
            let within = || notes.iter().filter(|(at, _, _)| at.start < span.end && span.start < at.end);
            let components: BTreeSet<&String> = within().flat_map(|(_, _, components)| components).collect();
            let kinds: BTreeSet<ClaimKind> = within().map(|(_, kind, _)| *kind).collect();
            let components = components.into_iter().cloned().collect();
            IndexedPassage { trust, components, claim_kinds: kinds.into_iter().collect(), ..passage }
        };
        passages_of(document).map(noted).collect()
    }
}

/// The passages of a document, as they are indexed when nothing is known but the document.
pub fn passages_of(document: &Document) -> impl Iterator<Item = IndexedPassage> {
    cairn_ingest::passages(document).into_iter().map(|passage| IndexedPassage {
        text: document.slice(passage.span).to_owned(),
        passage,
        path: document.path.clone(),
        title: document.title.clone(),
        source_type: document.source_type,
        modified: document.modified,
        trust: Trust::Vouches,
        components: Vec::new(),
        claim_kinds: Vec::new(),
        claim: None,
    })
}

/// Names what the index of passages is made of: documents, units of claims, and how far sources are trusted.
pub(crate) fn index_state<'a>(workspace: &Workspace, corpus_key: &str, units: impl Iterator<Item = &'a str>) -> String {
    let trust = &workspace.settings().trust;
    let units: BTreeSet<&str> = units.collect();
    let parts = units.into_iter().chain(["trust"]).chain(trust.vouches.iter().map(String::as_str));
    let parts = parts.chain(["asserts"]).chain(trust.asserts.iter().map(String::as_str));
    digest((corpus_key.to_owned() + "\n" + &parts.collect::<Vec<_>>().join("\n")).as_bytes())
}

/// The index of passages, built anew when it is not of this state of the store.
pub(super) async fn passages(workspace: &Workspace) -> Result<Index, EngineError> {
    if let Some(index) = known_passages(workspace).await? {
        return Ok(index);
    }
    let _alone = lock::index(workspace).await?;
    // Whoever had the lock before may have built it.
    if let Some(index) = known_passages(workspace).await? {
        return Ok(index);
    }
    let (snapshot, documents) = all_documents(workspace).await?;
    rebuilt_passages(workspace, &snapshot, &documents)
}

async fn known_passages(workspace: &Workspace) -> Result<Option<Index>, EngineError> {
    let manifest = workspace.store.manifest().await?;
    let state = index_state(workspace, corpus_key(&manifest.run), manifest.unit_keys.iter().map(String::as_str));
    workspace.index_at(PASSAGE_INDEX, &state)
}

/// The index built anew; the caller holds the lock.
pub(super) fn rebuilt_passages(
    workspace: &Workspace,
    snapshot: &Snapshot,
    documents: &[Document],
) -> Result<Index, EngineError> {
    let entries = Entries::new(workspace, documents, snapshot.claims())?;
    let passages = entries.passages(&documents.iter().collect::<Vec<_>>());
    workspace.rebuild_index(PASSAGE_INDEX, &state_of(workspace, snapshot), &passages)
}

fn state_of(workspace: &Workspace, snapshot: &Snapshot) -> String {
    index_state(workspace, corpus_key(&snapshot.run), snapshot.units.iter().map(|unit| unit.key.as_str()))
}

fn corpus_key(run: &Settings) -> &str {
    run.get(CORPUS_KEY).and_then(|key| key.as_str()).unwrap_or_default()
}

/// The index of the quotes of verified claims, built anew when what claims follow from is not what it was.
pub(super) async fn claims(workspace: &Workspace) -> Result<Index, EngineError> {
    if let (_, Some(index)) = known_claims(workspace).await? {
        return Ok(index);
    }
    let _alone = lock::index(workspace).await?;
    match known_claims(workspace).await? {
        (_, Some(index)) => Ok(index),
        (state, None) => rebuilt_claims(workspace, &state).await,
    }
}

/// What the index of claims would be of now, and the index, if it is.
async fn known_claims(workspace: &Workspace) -> Result<(String, Option<Index>), EngineError> {
    let manifest = workspace.store.manifest().await?;
    let units = manifest.unit_keys.iter().map(String::as_str);
    let inputs = ground::inputs(workspace)?;
    let inputs = inputs.iter().flat_map(|(name, text)| [name.clone(), digest(text.as_bytes())]);
    let state = [index_state(workspace, corpus_key(&manifest.run), units)].into_iter().chain(inputs);
    let state = digest(state.collect::<Vec<_>>().join("\n").as_bytes());
    let index = workspace.index_at(CLAIM_INDEX, &state)?;
    Ok((state, index))
}

async fn rebuilt_claims(workspace: &Workspace, state: &str) -> Result<Index, EngineError> {
    let claims = crate::claims(workspace).await?;
    let policy = model::policy(workspace, &claims.documents)?;
    let documents: BTreeMap<&DocumentId, &Document> = claims.documents.iter().map(|it| (&it.id, it)).collect();
    let mut quotes = Vec::new();
    for claim in &claims.verified {
        for citation in &claim.evidence {
            let Some(document) = documents.get(&citation.document) else { continue };
            let summary = claim.subject();
            let summary = format!("{}: {summary}", claim.kind().as_str().replace('_', " "));
            quotes.push(IndexedPassage {
                passage: Passage {
                    document: document.id.clone(),
                    hash: content_hash(&[&summary, &citation.quote]),
                    heading_path: vec![summary],
                    span: citation.span,
                },
                text: citation.quote.to_string(),
                path: document.path.clone(),
                title: document.title.clone(),
                source_type: document.source_type,
                modified: document.modified,
                trust: policy.trust_of(document),
                components: components(&claim.statement),
                claim_kinds: vec![claim.kind()],
                claim: Some(claim.id.as_str().to_owned()),
            });
        }
    }
    workspace.rebuild_index(CLAIM_INDEX, state, &quotes)
}

/// The names of components that a statement is about.
fn components(statement: &Statement) -> Vec<String> {
    let optional = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
    match statement {
        Statement::Component(it) => [std::slice::from_ref(&it.name), it.aliases.as_slice()].concat(),
        Statement::Boundary(it) => it.members.clone(),
        Statement::Flow(it) => vec![it.source.clone(), it.target.clone()],
        Statement::Data(it) => optional(&it.component),
        Statement::Endpoint(it) => optional(&it.component),
        Statement::Control(it) => it.on.clone(),
        Statement::Permission(it) => vec![it.principal.clone(), it.resource.clone()],
        Statement::Assumption(it) => it.about.clone(),
        Statement::Decision(it) => it.about.clone(),
        Statement::AcceptedRisk(it) => it.about.clone(),
        Statement::Question(it) => it.about.clone(),
        Statement::Incident(it) => it.about.clone(),
    }
}
