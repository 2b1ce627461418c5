//! `cairn completions SHELL`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::context::Context;
use crate::ending::{Ending, Failure};

pub(crate) fn run(shell: Shell) -> Result<Ending, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cairn", &mut script);
    Context::print_data(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Done)
}
