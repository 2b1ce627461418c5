//! The façade: the order of the stages and the life of a workspace.
//!
//! [`scan()`] takes files in: read, extract what is new, keep it; where there is a language model, it reads them too (`prompted`). [`model()`] derives the merged system and its threats from
//! what is kept; it is recomputed every time, never cached. [`search()`] finds passages. A [`Workspace`] is the folder in which
//! things are kept, with its [`Settings`].
//!
//! [`world`] is the only place of the stages' world where files are walked and read and the clock is asked; everything it
//! hands on is sorted, so that neither the order of inputs nor the number of threads shows in a result. Terminals, arguments
//! and the environment belong to `cairn-cli`.

mod scan;

mod prompted;

mod ground;
mod inbox;
mod ledger;
mod revisions;
mod sources;
mod standing;

mod mirror;

mod claims;
mod decisions;
pub mod import;
mod model;
mod paths;
mod search;
mod whatif;

mod asking;
mod assistant;
mod proposals;
mod review;

mod settings;
mod workspace;

mod lock;

pub mod world;

mod error;
mod progress;

pub use asking::{Asker, query};
pub use assistant::{Assistant, Progressed};
pub use claims::{Claims, ReadClaim, claims};
pub use decisions::{Action, DECISIONS_FILE, Decisions, Entry, NewDecision, decide, decisions, history, withdraw};
pub use error::EngineError;
pub use ground::InputKind;
pub use inbox::{Expiring, Inbox, inbox, mark, mark_seen, put_mark_back};
pub use ledger::{note_threats, threat_life, threats_before};
pub use mirror::{SourceFiles, newest, source_files, spent};
pub use model::{LeftOut, Model, model, rules, rules_of, skipped};
pub use paths::{EXPORTED_PATHS_MAX, attackers};
pub use progress::{Progress, Silent, Stage};
pub use prompted::batch::{
    BatchReport, Collected, Submitted, collect as collect_batches, export as export_batch, import as import_batch,
    status as batch_status, submit as submit_batch,
};
pub use prompted::{Checked, Estimate, ModelAccess, ModelSummary, check as check_model};
pub use proposals::{PROPOSALS_FILE, PROPOSED_KINDS, Proposal, QUESTIONS_FILE, open_question, propose};
pub use review::{Proposed, Review, proposed, review};
pub use revisions::{Revision, log, revision};
pub use scan::{ScanRequest, ScanSummary, estimate, read_again, scan};
pub use search::{
    Answer, Finder, IndexStatus, SearchAccess, SearchMode, SearchRequest, VectorCoverage, build_vectors, find,
    index_status, passages_of, rebuild_index, search,
};
pub use settings::{AssistantSettings, FreshnessSettings, ModelSettings, SearchSettings, Settings, TrustSettings};
pub use sources::{Written, files_at, files_now, roots, written};
pub use standing::{Files, Standing, changes, standing, standings};
pub use whatif::{Difference, Support, Supposition, ThreatChange, Trials, element, supports, what_if};
pub use workspace::{SETTINGS_FILE, WORKSPACE_FOLDER, Workspace};

pub use cairn_ask as ask;
pub use cairn_extract::prompted::Hidden;
pub use cairn_index::{Hit, Query};
pub use cairn_llm::{
    Address, ApiKey, Capabilities, ContextCheck, EndpointError, FetchError, Fetcher, Outward, Proxy, Recording,
    SchemaSupport,
};
pub use cairn_paths as attack;
pub use cairn_store::{DecisionChange, Mark, RevisionRecord, Spend, ThreatState, Touched};
pub use cairn_validate::Disputed;
