//! A model that is kept up to date: when one document changes, only what its claims touch is settled again.
//!
//! Names are resolved over the whole corpus. While a change leaves alone what names rest on, everything else is local:
//! [`scope`] finds the elements that the change touches and all claims about them, the stages of a full build settle these
//! alone, [`splice`] puts them in the places of the old ones, and [`questions`] asks again what is not known of them. A change that brings, drops or recounts names resolves
//! them anew and settles the whole model from claims that are already verified. Either way the model is the one that
//! [`validate_under`](crate::validate_under) makes of the same documents and claims.

mod questions;
mod scope;
mod splice;

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Claim, Document, DocumentId, Rejected, System};

use crate::resolve::{Lexicon, Names, resolve};
use crate::verify::{QuoteOf, VerifiedClaim, faults, quotes};
use crate::{Policy, Verified, settled, summary};
use scope::{Index, name_facts};

/// Documents with their claims, and the model that they make.
#[derive(Debug)]
pub struct Incremental<'a> {
    policy: &'a Policy,
    sources: BTreeMap<DocumentId, Source<'a>>,
    /// Documents whose claims quote a document, by the one that is quoted.
    readers: BTreeMap<DocumentId, BTreeSet<DocumentId>>,
    /// What the quote check leaves, by the document that is quoted.
    verified: BTreeMap<DocumentId, Verified<'a>>,
    lexicon: Lexicon<'a>,
    names: Names<'a>,
    index: Index,
    system: System,
}

/// A document and what was read from it.
#[derive(Debug)]
struct Source<'a> {
    document: &'a Document,
    claims: &'a [Claim],
    /// Claims that no document could bear out.
    faults: Vec<Rejected>,
}

impl<'a> Incremental<'a> {
    /// The model of documents, each with the claims that were read from it. Of two documents under one id the last counts.
    pub fn new(sources: impl IntoIterator<Item = (&'a Document, &'a [Claim])>, policy: &'a Policy) -> Self {
        let mut model = Self {
            policy,
            sources: BTreeMap::new(),
            readers: BTreeMap::new(),
            verified: BTreeMap::new(),
            lexicon: Lexicon::default(),
            names: Names::default(),
            index: Index::default(),
            system: System::default(),
        };
        for (document, claims) in sources {
            model.take_out(&document.id);
            model.put_in(document, claims);
        }
        let quoted: BTreeSet<DocumentId> = model.readers.keys().cloned().collect();
        model.verify(&quoted);
        model.settle_all();
        model
    }

    /// The model as it is now.
    pub fn system(&self) -> &System {
        &self.system
    }

    /// Adds a document with the claims that were read from it, or puts it in the place of the one with its id.
    pub fn replace(&mut self, document: &'a Document, claims: &'a [Claim]) {
        let mut quoted = self.take_out(&document.id);
        quoted.extend(self.put_in(document, claims));
        self.update(&document.id, &quoted);
    }

    /// Withdraws a document with the claims that were read from it.
    pub fn remove(&mut self, id: &DocumentId) {
        let quoted = self.take_out(id);
        self.update(id, &quoted);
    }

    /// Forgets a document; says which documents its claims quoted.
    fn take_out(&mut self, id: &DocumentId) -> BTreeSet<DocumentId> {
        let Some(source) = self.sources.remove(id) else { return BTreeSet::new() };
        let quoted: BTreeSet<DocumentId> = quotes(source.claims).map(|(quoted, ..)| quoted.clone()).collect();
        for quoted in &quoted {
            self.readers.get_mut(quoted).map(|readers| readers.remove(id));
        }
        quoted
    }

    fn put_in(&mut self, document: &'a Document, claims: &'a [Claim]) -> BTreeSet<DocumentId> {
        let quoted: BTreeSet<DocumentId> = quotes(claims).map(|(quoted, ..)| quoted.clone()).collect();
        for quoted in &quoted {
            self.readers.entry(quoted.clone()).or_default().insert(document.id.clone());
        }
        self.sources.insert(document.id.clone(), Source { document, claims, faults: faults(claims) });
        quoted
    }

    /// Brings the model up to date with one source that changed, and the documents that its claims quote or quoted.
    fn update(&mut self, id: &DocumentId, quoted: &BTreeSet<DocumentId>) {
        let mut changed = quoted.clone();
        changed.insert(id.clone());
        let before = self.verify(&changed);
        let old: Vec<&VerifiedClaim<'a>> = before.values().flat_map(|verified| &verified.claims).collect();
        let new: Vec<&VerifiedClaim<'a>> =
            changed.iter().filter_map(|id| self.verified.get(id)).flat_map(|verified| &verified.claims).collect();
        if name_facts(&old) == name_facts(&new) {
            self.list_document(id);
            self.settle_touched(&before, &changed);
            self.system.rejected = self.rejected();
        } else {
            self.settle_all();
        }
    }

    /// Checks again all quotes of some documents; gives what was verified of them before.
    fn verify(&mut self, changed: &BTreeSet<DocumentId>) -> BTreeMap<DocumentId, Verified<'a>> {
        let mut before = BTreeMap::new();
        for id in changed {
            let readers = self.readers.get(id).into_iter().flatten().filter_map(|reader| self.sources.get(reader));
            let of_document = readers.flat_map(|source| quotes(source.claims)).filter(|(quoted, ..)| *quoted == id);
            let quotes: Vec<QuoteOf<'a>> = of_document.collect();
            let document = self.sources.get(id).map(|source| source.document);
            let verified = Verified::of_document(document, &quotes, self.policy);
            before.extend(self.verified.insert(id.clone(), verified).map(|old| (id.clone(), old)));
        }
        before
    }

    fn settle_all(&mut self) {
        let claims: Vec<&VerifiedClaim<'a>> = self.verified.values().flat_map(|verified| &verified.claims).collect();
        self.lexicon.learn(claims.iter().copied(), self.policy);
        self.names = resolve(&claims, self.policy, &self.lexicon);
        let documents = self.sources.values().map(|source| summary(source.document, self.policy)).collect();
        self.system = System { rejected: self.rejected(), ..settled(&claims, &self.names, documents) };
        self.index = Index::of(&self.verified, &self.names);
    }

    fn list_document(&mut self, id: &DocumentId) {
        let listed = &mut self.system.documents;
        let new = self.sources.get(id).map(|source| summary(source.document, self.policy));
        match (listed.binary_search_by(|it| it.id.cmp(id)), new) {
            (Ok(at), Some(new)) => listed.splice(at..=at, [new]).for_each(drop),
            (Ok(at), None) => drop(listed.remove(at)),
            (Err(at), Some(new)) => listed.insert(at, new),
            (Err(_), None) => {}
        }
    }

    fn rejected(&self) -> Vec<Rejected> {
        let faults = self.sources.values().flat_map(|source| &source.faults);
        let unverified = self.verified.values().flat_map(|verified| &verified.rejected);
        let mut rejected: Vec<Rejected> = faults.chain(unverified).cloned().collect();
        rejected.sort();
        rejected.dedup();
        rejected
    }
}
