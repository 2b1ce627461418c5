//! The commands, one file each.

mod ask;
mod authors;
mod batch;
mod blast;
mod chat;
mod check;
mod claims;
mod completions;
mod config;
mod conflicts;
mod coverage;
mod decide;
mod decisions;
mod diagram;
mod diff;
mod eval;
mod explain;
mod export;
mod history;
mod import;
mod inbox;
mod index;
mod init;
mod log;
mod mcp;
mod model;
mod paths;
mod query;
mod questions;
mod review;
mod rules;
mod scan;
mod search;
mod serve;
mod show;
mod skipped;
mod stale;
mod threats;
mod trust;
mod watch;
mod whatif;

use crate::arguments::{Command, Format};
use crate::context::Context;
use crate::ending::{Ending, Failure};

/// Does what the command line asks for.
pub(crate) async fn run(context: &Context, command: Command) -> Result<Ending, Failure> {
    let prints_markdown =
        matches!(command, Command::Export { .. } | Command::Diff { .. } | Command::Check(_) | Command::Review(_));
    if context.format == Format::Markdown && !prints_markdown {
        return Err(Failure::usage(
            "only `export`, `diff`, `check` and `review` print Markdown\nhint: use `--format text` or `--format json`",
        ));
    }
    if context.format == Format::Sarif && !matches!(command, Command::Export { .. }) {
        return Err(Failure::usage("only `export` prints SARIF\nhint: use `--format text` or `--format json`"));
    }
    if matches!(context.format, Format::Mermaid | Format::Dot) && !matches!(command, Command::Paths(_) | Command::Trust)
    {
        return Err(Failure::usage(
            "only `paths ID` and `trust` print drawings\nhint: use `--format text` or `--format json`",
        ));
    }
    if context.looks_at_past() && !looks_only(&command) {
        return Err(Failure::usage("`--at` looks at what was, and this command does not only look"));
    }
    let context = &context.on_its_day().await?;
    match command {
        Command::Diff { range, all } => diff::run(context, &range, all).await,
        Command::Watch(arguments) => watch::run(context, arguments).await,
        Command::Diagram(arguments) => diagram::run(context, arguments).await,
        Command::Mcp { may_decide } => mcp::run(context, may_decide).await,
        Command::Authors { element } => authors::run(context, &element).await,
        Command::Check(arguments) => check::run(context, &arguments).await,
        Command::Inbox(arguments) => inbox::run(context, arguments).await,
        Command::History { wanted, limit } => history::run(context, &wanted, limit).await,
        Command::Log { limit } => log::run(context, limit).await,
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
        Command::Search(arguments) => search::run(context, &arguments).await,
        Command::Ask(arguments) => Box::pin(ask::run(context, &arguments)).await,
        Command::Chat(arguments) => Box::pin(chat::run(context, &arguments)).await,
        Command::Review(arguments) => review::run(context, &arguments).await,
        Command::Query(arguments) => query::run(context, &arguments).await,
        Command::Index { command } => index::run(context, &command).await,
        Command::Conflicts => conflicts::run(context).await,
        Command::Claims { disputed, rejected } => claims::run(context, disputed, rejected).await,
        Command::Model { command } => model::run(context, command).await,
        Command::Batch(arguments) => batch::run(context, arguments).await,
        Command::Export { output } => export::run(context, output.as_deref()).await,
        Command::Rules { filter, command } => rules::run(context, &filter, command).await,
        Command::Eval { command } => eval::run(context, command).await,
        Command::Skipped => skipped::run(context).await,
        Command::Serve(arguments) => serve::run(context, arguments).await,
        Command::Audit { command } => serve::audit(context, &command).await,
        Command::Config { command } => config::run(context, &command).await,
        Command::Backup(arguments) => serve::backup(context, &arguments).await,
        Command::Restore(arguments) => serve::restore(context, &arguments),
        Command::Completions { shell } => completions::run(shell),
    }
}

/// Whether the command shows a state of the model and does nothing else.
const fn looks_only(command: &Command) -> bool {
    matches!(
        command,
        Command::Threats(_)
            | Command::Show { .. }
            | Command::Explain { .. }
            | Command::Questions
            | Command::Conflicts
            | Command::Stale
            | Command::Coverage
            | Command::Claims { .. }
            | Command::Paths(_)
            | Command::Blast(_)
            | Command::Whatif(_)
            | Command::Assumptions { .. }
            | Command::Trust
            | Command::Decisions { history: false }
            | Command::Export { .. }
            | Command::Rules { .. }
            | Command::Skipped
            | Command::Diagram(_)
            | Command::Ask(_)
            | Command::Query(_)
    )
}
