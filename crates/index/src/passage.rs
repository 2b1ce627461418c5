//! What is put into an index.

use cairn_model::{ClaimKind, Date, DocumentId, Passage, SourceType, Span, Trust, digest};

/// A passage, or the quote of a claim, with what is searched, filtered and shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedPassage {
    /// Where it stands.
    pub passage: Passage,
    /// The document's text under the passage's span.
    pub text: String,
    /// The document's path.
    pub path: String,
    /// The document's title.
    pub title: String,
    /// The document's type.
    pub source_type: SourceType,
    /// The date the document gives itself.
    pub modified: Option<Date>,
    /// How far the document's word goes.
    pub trust: Trust,
    /// Names of the components that claims from this passage are about.
    pub components: Vec<String>,
    /// The kinds of claims from this passage; the claim's own kind when this is a claim.
    pub claim_kinds: Vec<ClaimKind>,
    /// The claim's id, when this is the quote of a claim.
    pub claim: Option<String>,
}

/// Names an entry by everything in it: an entry that changes in any way gets another name, so that what was noted under a name
/// elsewhere never says anything about another text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PassageId(pub u64);

/// A passage as it is read back, for making and placing its vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub id: PassageId,
    /// The key of its vector: equal for equal texts.
    pub vector_key: u64,
    /// What its vector is made of.
    pub meaning: String,
    /// The document.
    pub document: DocumentId,
    /// The document's path.
    pub path: String,
    /// The document's type.
    pub source_type: SourceType,
    /// The date the document gives itself.
    pub modified: Option<Date>,
    /// How far the document's word goes.
    pub trust: Trust,
    /// Names of the components that claims from it are about.
    pub components: Vec<String>,
    /// The kinds of claims from it.
    pub claim_kinds: Vec<ClaimKind>,
    /// Its bytes in the document.
    pub span: Span,
}

impl IndexedPassage {
    /// What the vector is made of: the passage under its headings, or under its document's title when it has none.
    pub fn meaning(&self) -> String {
        meaning(&self.title, &self.passage.heading_path, &self.text)
    }

    /// Names the entry.
    pub fn id(&self) -> PassageId {
        let modified = self.modified.map(|date| date.to_string()).unwrap_or_default();
        let kinds: Vec<&str> = self.claim_kinds.iter().map(|kind| kind.as_str()).collect();
        let parts = [
            self.passage.document.as_str(),
            &self.passage.span.start.to_string(),
            &self.text,
            &self.passage.heading_path.join("\n"),
            &self.path,
            &self.title,
            self.source_type.as_str(),
            &modified,
            self.trust.as_str(),
            &self.components.join("\n"),
            &kinds.join("\n"),
            self.claim.as_deref().unwrap_or_default(),
        ];
        PassageId(number_of(&parts.join("\u{0}")))
    }

    /// The key of the vector: equal for equal texts under equal headings.
    pub fn vector_key(&self) -> u64 {
        number_of(&self.meaning())
    }
}

pub(crate) fn meaning(title: &str, headings: &[String], text: &str) -> String {
    let above = if headings.is_empty() { title.to_owned() } else { headings.join(" › ") };
    format!("{above}\n{text}")
}

/// The first 64 bits of the text's digest.
fn number_of(text: &str) -> u64 {
    let digest = digest(text.as_bytes());
    u64::from_str_radix(digest.get(..16).unwrap_or_default(), 16).unwrap_or_default()
}
