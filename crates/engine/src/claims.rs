//! The claims behind the model: who read them, what two readers think of each other, and what was turned away.

use cairn_model::{Citation, ClaimKind, Confidence, Document, DocumentId, ElementId, Rejected, Statement, Status};
use cairn_validate::Disputed;

use crate::{EngineError, Entry, Workspace, decisions, model, prompted as reading};

/// All claims of a workspace.
#[derive(Debug, Default)]
pub struct Claims {
    /// Those whose quotes hold, sorted.
    pub verified: Vec<ReadClaim>,
    /// Those that did not pass, sorted.
    pub rejected: Vec<Rejected>,
    /// What the embedded extractor and the model read differently; the embedded one's side first.
    pub disputed: Vec<Disputed>,
    /// Claims of the model that another reader agrees with.
    pub agreed: usize,
    /// Claims of the model about things of which no other reader says anything.
    pub alone: usize,
    /// The documents, by path.
    pub documents: Vec<Document>,
}

/// A claim whose quotes hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadClaim {
    /// Names it in decisions.
    pub id: ElementId,
    /// The statement.
    pub statement: Statement,
    /// What the passage says of the thing.
    pub status: Status,
    /// Where it says it.
    pub evidence: Vec<Citation>,
    /// Who read it.
    pub extractor: String,
    /// The reader's estimate, raised where another reader agrees.
    pub confidence: Confidence,
}

impl ReadClaim {
    /// The kind of the statement.
    pub fn kind(&self) -> ClaimKind {
        self.statement.kind()
    }

    /// What the statement is about, or what it says, in a few words.
    pub fn subject(&self) -> String {
        subject(&self.statement)
    }
}

impl Claims {
    /// The claims of a kind with a citation for which `is_cited` holds: those that an element was made of.
    pub fn behind(&self, kind: ClaimKind, is_cited: impl Fn(&Citation) -> bool) -> impl Iterator<Item = &ReadClaim> {
        let of_kind = self.verified.iter().filter(move |claim| claim.kind() == kind);
        of_kind.filter(move |claim| claim.evidence.iter().any(&is_cited))
    }

    /// The path of a document.
    pub fn path<'a>(&'a self, id: &'a DocumentId) -> &'a str {
        self.documents.iter().find(|document| document.id == *id).map_or(id.as_str(), |document| &document.path)
    }
}

/// The claims of a workspace.
pub async fn claims(workspace: &Workspace) -> Result<Claims, EngineError> {
    let snapshot = workspace.snapshot().await?;
    let (documents, read) = model::evidence(workspace, &snapshot)?;
    let (claims, mut rejected) = reading::admit(&documents, read);
    let mut policy = model::policy(workspace, &documents)?;
    let entries = decisions(workspace)?.entries;
    policy.rejected.extend(entries.iter().filter_map(Entry::rejected_claim));
    let verified = cairn_validate::verify_under(&documents, &claims, &policy);
    let check = cairn_validate::cross_check(&verified.claims, |extractor| extractor.starts_with("model/"));
    rejected.extend(verified.rejected);
    rejected.sort();
    rejected.dedup();
    let read = verified.claims.iter().zip(&check.confidence).map(|(claim, confidence)| ReadClaim {
        id: claim.id(),
        statement: claim.statement.clone(),
        status: claim.status,
        evidence: claim.evidence.clone(),
        extractor: claim.extractor.to_owned(),
        confidence: *confidence,
    });
    let verified = read.collect();
    Ok(Claims { verified, rejected, disputed: check.disputed, agreed: check.agreed, alone: check.alone, documents })
}

/// What a statement is about, or what it says, in a few words.
fn subject(statement: &Statement) -> String {
    match statement {
        Statement::Component(body) => body.name.clone(),
        Statement::Boundary(body) => body.name.clone(),
        Statement::Flow(body) => format!("{} → {}", body.source, body.target),
        Statement::Data(body) => body.name.clone(),
        Statement::Endpoint(body) => format!("{} {}", body.method.as_deref().unwrap_or_default(), body.path),
        Statement::Control(body) => {
            format!(
                "{} {}",
                body.control_type.to_string().replace('_', " "),
                body.mechanism.as_deref().unwrap_or_default()
            )
        }
        Statement::Permission(body) => format!("{} {} {}", body.principal, body.action, body.resource),
        Statement::Assumption(body) => body.statement.clone(),
        Statement::Decision(body) => body.statement.clone(),
        Statement::AcceptedRisk(body) => body.statement.clone(),
        Statement::Question(body) => body.statement.clone(),
        Statement::Incident(body) => body.statement.clone(),
    }
    .trim()
    .to_owned()
}
