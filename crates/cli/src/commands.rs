//! The commands, one file each.

mod batch;
mod blast;
mod claims;
mod completions;
mod conflicts;
mod coverage;
mod decide;
mod decisions;
mod eval;
mod explain;
mod export;
mod import;
mod init;
mod model;
mod paths;
mod questions;
mod rules;
mod scan;
mod search;
mod show;
mod skipped;
mod stale;
mod threats;
mod trust;
mod whatif;

use crate::arguments::{Command, Format};
use crate::context::Context;
use crate::ending::{Ending, Failure};

/// Does what the command line asks for.
pub(crate) async fn run(context: &Context, command: Command) -> Result<Ending, Failure> {
    if context.format == Format::Markdown && !matches!(command, Command::Export { .. }) {
        return Err(Failure::usage("only `export` prints Markdown\nhint: use `--format text` or `--format json`"));
    }
    if context.format == Format::Sarif && !matches!(command, Command::Export { .. }) {
        return Err(Failure::usage("only `export` prints SARIF\nhint: use `--format text` or `--format json`"));
    }
    if matches!(context.format, Format::Mermaid | Format::Dot) && !matches!(command, Command::Paths(_)) {
        return Err(Failure::usage("only `paths ID` prints drawings\nhint: use `--format text` or `--format json`"));
    }
    match command {
        Command::Import { command } => import::run(context, &command).await,
        Command::Init => init::run(context).await,
        Command::Scan(arguments) => scan::run(context, arguments).await,
        Command::Threats(arguments) => threats::run(context, &arguments).await,
        Command::Show { element, why } => show::run(context, &element, why).await,
        Command::Stale => stale::run(context).await,
        Command::Coverage => coverage::run(context).await,
        Command::Decide(arguments) => decide::run(context, arguments).await,
        Command::Decisions { history } => decisions::run(context, history).await,
        Command::Explain { threat } => explain::run(context, &threat).await,
        Command::Paths(arguments) => paths::run(context, &arguments).await,
        Command::Blast(arguments) => blast::run(context, &arguments).await,
        Command::Whatif(arguments) => whatif::run(context, &arguments).await,
        Command::Assumptions { limit } => whatif::assumptions(context, limit).await,
        Command::Trust => trust::run(context).await,
        Command::Questions => questions::run(context).await,
        Command::Search { query, limit } => search::run(context, &query.join(" "), limit).await,
        Command::Conflicts => conflicts::run(context).await,
        Command::Claims { disputed, rejected } => claims::run(context, disputed, rejected).await,
        Command::Model { command } => model::run(context, command).await,
        Command::Batch(arguments) => batch::run(context, arguments).await,
        Command::Export { output } => export::run(context, output.as_deref()).await,
        Command::Rules { filter, command } => rules::run(context, &filter, command).await,
        Command::Eval { command } => eval::run(context, command),
        Command::Skipped => skipped::run(context).await,
        Command::Completions { shell } => completions::run(shell),
    }
}
