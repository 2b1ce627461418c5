//! How a run ends: the exit code, and the line on stderr that names the reason when it is not zero.

use std::process::ExitCode;

use cairn_engine::EngineError;
use cairn_evals::EvalError;

use crate::context::Context;
use crate::text::one_line;

/// A run that did what was asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All of it.
    Done,
    /// All of it, and a gate says no.
    GateFailed(String),
    /// All that could be read; some inputs could not.
    Partial(String),
}

/// A run that could not do what was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    code: Code,
    error: anyhow::Error,
}

#[derive(Clone, Copy, Debug)]
enum Code {
    Usage = 2,
    NoInput = 3,
    Internal = 5,
}

impl Failure {
    /// The user asked for something that cannot be.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { code: Code::Usage, error: anyhow::Error::msg(message.into()) }
    }

    /// There are no documents.
    pub(crate) fn no_input(message: impl Into<String>) -> Self {
        Self { code: Code::NoInput, error: anyhow::Error::msg(message.into()) }
    }

    /// As [`Failure::usage`], with an error that tells more.
    pub(crate) fn of_usage(error: impl Into<anyhow::Error>) -> Self {
        Self { code: Code::Usage, error: error.into() }
    }

    /// The machine refuses something.
    pub(crate) fn of_machine(error: impl Into<anyhow::Error>) -> Self {
        Self { code: Code::Internal, error: error.into() }
    }

    /// The program did what it should never do.
    pub(crate) fn bug(message: &str) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let hint = format!("hint: this is a bug in cairn {version}; please report it with the command that led here");
        Self { code: Code::Internal, error: anyhow::anyhow!("the program failed: {message}\n{hint}") }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let code = match error {
            EngineError::Input { .. }
            | EngineError::NoWorkspace { .. }
            | EngineError::Commit { .. }
            | EngineError::Settings { .. }
            | EngineError::Rules { .. }
            | EngineError::Import { .. }
            | EngineError::Attackers { .. }
            | EngineError::Decisions { .. }
            | EngineError::NoRevision { .. }
            | EngineError::NoModelName
            | EngineError::NoEmbedding
            | EngineError::Endpoint(_)
            | EngineError::Prompt(_)
            | EngineError::Redaction(_) => Code::Usage,
            EngineError::Call(_)
            | EngineError::AlreadyBuilding
            | EngineError::Embed(_)
            | EngineError::Vectors(_)
            | EngineError::File { .. }
            | EngineError::Threads { .. }
            | EngineError::Watch { .. }
            | EngineError::Store(_)
            | EngineError::Index(_) => Code::Internal,
        };
        Self { code, error: error.into() }
    }
}

impl From<EvalError> for Failure {
    fn from(error: EvalError) -> Self {
        Self { code: Code::Usage, error: error.into() }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self { code: Code::Internal, error: error.into() }
    }
}

/// Ends a run.
pub(crate) fn report(context: &Context, outcome: Result<Ending, Failure>) -> ExitCode {
    match outcome {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::GateFailed(reason)) => {
            context.error(&reason, &[]);
            ExitCode::from(1)
        }
        Ok(Ending::Partial(reason)) => {
            context.error(&reason, &[]);
            ExitCode::from(4)
        }
        // Whoever closed the pipe has read enough.
        Err(failure) if is_closed_pipe(&failure.error) => ExitCode::SUCCESS,
        Err(failure) => {
            tell(context, &failure);
            ExitCode::from(failure.code as u8)
        }
    }
}

/// Tells the user of a failure, whether or not it ends the run.
pub(crate) fn tell(context: &Context, failure: &Failure) {
    let (message, hints) = message(&failure.error);
    context.error(&message, &hints);
}

/// Ends a run whose arguments were not understood, or that only asked for help.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let asked_for_help = !error.use_stderr();
    // Nobody is left to tell when the message cannot be written.
    drop(error.print());
    if asked_for_help { ExitCode::SUCCESS } else { ExitCode::from(Code::Usage as u8) }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    kind == Some(std::io::ErrorKind::BrokenPipe)
}

/// The error and its causes on one line, lines that show a place below it, and the hints that any of them gives.
fn message(error: &anyhow::Error) -> (String, Vec<String>) {
    let mut parts: Vec<String> = Vec::new();
    let mut shown = String::new();
    let mut hints = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let (hint_lines, lines): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with("hint: "));
        let (place, lines): (Vec<&str>, Vec<&str>) = lines.into_iter().partition(|line| line.starts_with("  | "));
        if shown.is_empty() {
            shown.extend(place.iter().flat_map(|line| ["\n".into(), cairn_report::visible(line)]));
        }
        let part = one_line(&lines.join(" "));
        // An error that shows its cause's message as its own would say everything twice.
        if parts.last() != Some(&part) {
            parts.push(part);
        }
        hints.extend(hint_lines.iter().filter_map(|line| line.strip_prefix("hint: ")).map(one_line));
    }
    (parts.join(": ") + &shown, hints)
}
