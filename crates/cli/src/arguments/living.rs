//! Arguments of the commands that follow a model through time: `watch`, `check` and `inbox`.

use std::path::PathBuf;

use cairn_model::Severity;
use clap::Args;

use super::severity;

/// What `cairn watch` understands.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Files and folders, as for `scan`.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Scan once the files were left alone for so many milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 300)]
    pub(crate) quiet_for: u64,
    /// Look through the files every so many seconds: for network drives, where the system tells of no change.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) poll: Option<u64>,
}

/// What `cairn check` understands.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The trusted revision, or a commit such as `origin/main`. Its rules, settings and decisions judge both sides, so that a change cannot disarm its own gate.
    #[arg(long, value_name = "REV")]
    pub(crate) against: String,
    /// What fails the check: `new` or `new:SEVERITY` (threats that are new or reopened and stand), `conflict` (open and new),
    /// `expired` (acceptances that ended since).
    #[arg(long, value_name = "WHAT", value_delimiter = ',', value_parser = fails_on, default_value = "new:high")]
    pub(crate) fail_on: Vec<FailsOn>,
}

/// What fails a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailsOn {
    /// New and reopened threats of at least this severity.
    New(Severity),
    /// Acceptances that are past their day.
    Expired,
    /// New and reopened conflicts that nothing settles.
    Conflict,
}

/// What `cairn inbox` understands.
#[derive(Debug, Args)]
pub(crate) struct Inbox {
    /// Note that everything up to now is seen.
    #[arg(long)]
    pub(crate) seen: bool,
    /// Whose inbox [default: the user's name].
    #[arg(long, value_name = "NAME", env = "CAIRN_REVIEWER")]
    pub(crate) reviewer: Option<String>,
    /// Also list acceptances that end within so many days [default: `freshness.expiry_days` of the settings].
    #[arg(long, value_name = "DAYS")]
    pub(crate) within: Option<u32>,
}

fn fails_on(text: &str) -> Result<FailsOn, String> {
    match text.split_once(':') {
        None if text == "new" => Ok(FailsOn::New(Severity::Low)),
        None if text == "expired" => Ok(FailsOn::Expired),
        None if text == "conflict" => Ok(FailsOn::Conflict),
        Some(("new", least)) => severity(least).map(FailsOn::New),
        _ => Err("expected `new`, `new:SEVERITY`, `expired` or `conflict`".to_owned()),
    }
}
