//! What a run tells about itself while it goes on.

/// The parts of a run that take time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Waiting for another run that changes the same workspace.
    Wait,
    /// Bringing a repository here.
    Fetch,
    /// Looking for files.
    Find,
    /// Reading files and finding their structure.
    Read,
    /// Gathering the names that the documents use.
    Survey,
    /// Reading what the documents say.
    Extract,
    /// Having a model read them.
    Ask,
    /// Writing to the disk.
    Keep,
    /// Making documents searchable.
    Index,
    /// Turning passages into vectors.
    Embed,
}

impl Stage {
    /// A verb for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wait => "waiting",
            Self::Fetch => "fetching",
            Self::Find => "finding files",
            Self::Read => "reading",
            Self::Survey => "gathering names",
            Self::Extract => "extracting",
            Self::Ask => "asking",
            Self::Keep => "saving",
            Self::Index => "indexing",
            Self::Embed => "making vectors",
        }
    }
}

/// Hears of a run's progress. Calls of [`Progress::advance`] come from several threads; implementations must not block.
pub trait Progress: Sync {
    /// A stage begins; `steps` is how often [`Progress::advance`] will be called, where that is known.
    fn begin(&self, stage: Stage, steps: Option<usize>);
    /// One step of the stage that began last is done.
    fn advance(&self);
    /// The stage that began last is over.
    fn end(&self);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _stage: Stage, _steps: Option<usize>) {}
    fn advance(&self) {}
    fn end(&self) {}
}
