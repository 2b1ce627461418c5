//! The façade: the order of the stages and the life of a workspace.
//!
//! [`scan()`] takes files in: read, extract what is new, keep it. [`model()`] derives the merged system and its threats from
//! what is kept; it is recomputed every time, never cached. [`search()`] finds passages. A [`Workspace`] is the folder in which
//! things are kept, with its [`Settings`].
//!
//! [`world`] is the only place of the stages' world where files are walked and read and the clock is asked; everything it
//! hands on is sorted, so that neither the order of inputs nor the number of threads shows in a result. Terminals, arguments
//! and the environment belong to `cairn-cli`.

mod scan;

mod model;
mod search;

mod settings;
mod workspace;

pub mod world;

mod error;
mod progress;

pub use error::EngineError;
pub use model::{LeftOut, Model, model, rules, skipped};
pub use progress::{Progress, Silent, Stage};
pub use scan::{ScanRequest, ScanSummary, scan};
pub use search::{Answer, search};
pub use settings::Settings;
pub use workspace::{SETTINGS_FILE, WORKSPACE_FOLDER, Workspace};

pub use cairn_index::{Hit, Query};
