//! What every command works with: the global arguments and the two streams.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use cairn_engine::{EngineError, Model, Progress, Revision, Silent, WORKSPACE_FOLDER, Workspace};
use cairn_model::Date;

use crate::arguments::{Color, Format, Global};
use crate::ending::Failure;
use crate::progress::{Bars, Waits};
use crate::text::{bold, one_line, red};

/// The settings of a run.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    workspace: Option<PathBuf>,
    /// Folders of rules for this run.
    pub(crate) rules: Vec<PathBuf>,
    /// The git revision whose decisions count in this run.
    pub(crate) decisions_from: Option<String>,
    /// The revision to look at in place of what is now.
    at: Option<String>,
    /// For people, for programs, or for people elsewhere.
    pub(crate) format: Format,
    /// Whether to say more.
    pub(crate) verbose: bool,
    /// The date on which accepted risks are judged.
    pub(crate) as_of: Date,
    /// How many threads to use.
    pub(crate) threads: Option<usize>,
    /// Whether that date was given.
    is_dated: bool,
    color: ColorChoice,
    quiet: bool,
}

impl Context {
    pub(crate) fn new(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            workspace: global.workspace.clone(),
            rules: global.rules.clone(),
            decisions_from: global.decisions_from.clone(),
            at: global.at.clone(),
            format: global.format,
            verbose: global.verbose,
            as_of: global.as_of.unwrap_or_else(cairn_engine::world::today),
            is_dated: global.as_of.is_some(),
            threads: global.threads.map(usize::from),
            color,
            quiet: global.quiet,
        }
    }

    /// Whether the output is for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Prints data for programs, byte by byte.
    pub(crate) fn print_data(data: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(data.as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// Prints text for people. Escape sequences in it are this program's own; they are left out where colours are not wanted.
    pub(crate) fn print(&self, data: &str) -> Result<(), Failure> {
        let mut stdout = AutoStream::new(io::stdout().lock(), self.color);
        stdout.write_all(data.as_bytes())?;
        Ok(stdout.flush()?)
    }

    /// Tells the user something that is not data.
    pub(crate) fn tell(&self, message: &str) {
        if !self.quiet {
            self.write_to_stderr(message);
        }
    }

    /// Tells the user why the exit code is not zero.
    pub(crate) fn error(&self, message: &str, hints: &[String]) {
        let mut text = format!("{}: {message}", red("error"));
        for hint in hints {
            text.extend(["\n", &bold("hint"), ": ", hint]);
        }
        self.write_to_stderr(&text);
    }

    /// Tells the user something that must be seen, also by who wants to hear little.
    pub(crate) fn announce(&self, message: &str) {
        self.write_to_stderr(message);
    }

    /// Bars on a terminal, elsewhere only what a run waits for.
    pub(crate) fn progress(&self) -> Box<dyn Progress> {
        match (self.quiet, io::stderr().is_terminal()) {
            (true, _) => Box::new(Silent),
            (false, true) => Box::new(Bars::default()),
            (false, false) => Box::new(Waits),
        }
    }

    /// The folder of the workspace to use, which must exist.
    pub(crate) async fn workspace(&self) -> Result<Workspace, Failure> {
        let workspace = self.workspace_now().await?;
        match &self.at {
            Some(name) => at(workspace, name).await,
            None => Ok(workspace),
        }
    }

    /// The workspace as it is now, whatever revision is asked for.
    pub(crate) async fn workspace_now(&self) -> Result<Workspace, Failure> {
        let folder = match &self.workspace {
            Some(folder) => folder.clone(),
            None => Workspace::find(&current_folder()?)?,
        };
        let workspace = Workspace::open_existing(&absolute(&folder)?).await?;
        Ok(workspace.with_rules(self.rules.clone()).with_decisions_from(self.decisions_from.clone()))
    }

    /// The context in which a revision is judged as on its own day, where one is asked for and no day is given.
    pub(crate) async fn on_its_day(&self) -> Result<Self, Failure> {
        let (Some(name), false) = (&self.at, self.is_dated) else { return Ok(self.clone()) };
        let revision = named(&self.workspace_now().await?, name).await?;
        Ok(Self { as_of: revision.day, ..self.clone() })
    }

    /// The day that was given, for what goes on for longer than a day.
    pub(crate) fn given_day(&self) -> Option<Date> {
        self.is_dated.then_some(self.as_of)
    }

    /// Whether a revision is asked for.
    pub(crate) fn looks_at_past(&self) -> bool {
        self.at.is_some()
    }

    /// The folder of the workspace to make: as given, or the nearest there is, or one in the current folder.
    pub(crate) fn workspace_to_make(&self) -> Result<PathBuf, Failure> {
        let here = current_folder()?;
        let folder = match &self.workspace {
            Some(folder) => folder.clone(),
            None => Workspace::find(&here).unwrap_or_else(|_| here.join(WORKSPACE_FOLDER)),
        };
        absolute(&folder)
    }

    /// The model of the workspace, which something must have been scanned into.
    pub(crate) async fn model(&self) -> Result<Model, Failure> {
        let workspace = self.workspace().await?;
        let model = cairn_engine::model(&workspace, self.as_of).await?;
        if !model.scanned {
            let folder = workspace.folder().display().to_string();
            return Err(Failure::no_input(format!(
                "nothing was scanned into `{folder}` yet\nhint: run `cairn scan PATH…`"
            )));
        }
        Ok(model)
    }

    fn write_to_stderr(&self, message: &str) {
        let mut stderr = AutoStream::new(io::stderr().lock(), self.color);
        // Nobody is left to tell when stderr is closed.
        drop(writeln!(stderr, "{message}"));
    }
}

/// The workspace as it was in the revision of this name.
pub(crate) async fn at(workspace: Workspace, name: &str) -> Result<Workspace, Failure> {
    let revision = named(&workspace, name).await?;
    Ok(workspace.at_revision(&revision).await?)
}

/// The revision of this name.
pub(crate) async fn named(workspace: &Workspace, name: &str) -> Result<Revision, Failure> {
    let found = cairn_engine::revision(workspace, name).await?;
    found.ok_or_else(|| {
        let hint = "hint: `r12`, `latest` and `latest~2` are revisions; `cairn log` lists them";
        Failure::usage(format!("`{}` names no revision\n{hint}", one_line(name)))
    })
}

fn current_folder() -> Result<PathBuf, Failure> {
    Ok(std::env::current_dir()?)
}

/// Settings may be found beside a folder given as `.`, so its full path is needed.
fn absolute(folder: &Path) -> Result<PathBuf, Failure> {
    let full = std::path::absolute(folder).map_err(|source| EngineError::File { path: folder.to_owned(), source })?;
    Ok(full.canonicalize().unwrap_or(full))
}
