//! The binary `cairn`.
//!
//! From top to bottom: arguments are parsed ([`arguments`]), turned into a [`context::Context`] with the terminal's
//! settings, and handed to the one command they name ([`commands`]). How a run ended becomes the exit code and at most one
//! line on stderr in [`ending`]. Standard output carries what was asked for, standard error everything else.
//!
//! Nothing is decided here about documents or models: that is `cairn-engine` and what lies under it.

mod arguments;
mod commands;

mod context;
mod ending;

mod log;
mod lookup;
mod progress;
mod records;
mod snippet;
mod text;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser as _;
use tokio::runtime::Builder;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::ending::{Ending, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return ending::usage(&error),
    };
    // A panic becomes one line and an exit code like every other ending; the default report would come in between.
    std::panic::set_hook(Box::new(|_| {}));
    if !matches!(arguments.command, Command::Serve(_)) {
        log::start();
    }
    let context = Context::new(&arguments.global);
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&context, arguments))).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(Failure::bug(what.unwrap_or("no message")))
    });
    ending::report(&context, outcome)
}

fn run(context: &Context, arguments: Arguments) -> Result<Ending, Failure> {
    let serves = matches!(arguments.command, Command::Serve(_));
    let mut builder = if serves { Builder::new_multi_thread() } else { Builder::new_current_thread() };
    let runtime = builder.enable_all().build()?;
    let outcome = runtime.block_on(commands::run(context, arguments.command));
    // What still computes when a service has ended would hold it up; it is begun anew at the next start.
    runtime.shutdown_background();
    outcome
}
