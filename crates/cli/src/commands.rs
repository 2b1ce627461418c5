//! The commands, one file each.

mod batch;
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
mod index;
mod init;
mod model;
mod questions;
mod rules;
mod scan;
mod search;
mod show;
mod skipped;
mod stale;
mod threats;

use crate::arguments::{Command, Format};
use crate::context::Context;
use crate::ending::{Ending, Failure};

/// Does what the command line asks for.
pub(crate) async fn run(context: &Context, command: Command) -> Result<Ending, Failure> {
    if context.format == Format::Markdown && !matches!(command, Command::Export { .. }) {
        return Err(Failure::usage("only `export` prints Markdown\nhint: use `--format text` or `--format json`"));
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
        Command::Questions => questions::run(context).await,
        Command::Search(arguments) => search::run(context, &arguments).await,
        Command::Index { command } => index::run(context, &command).await,
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
