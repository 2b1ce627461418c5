//! Arguments of the commands around the service: `serve`, `audit`, `config`, `backup` and `restore`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where the service's settings come from, and the few that flags set.
#[derive(Debug, Default, Args)]
pub(crate) struct ServerSettings {
    /// The file with the service's settings [default: `server.toml` in the data folder].
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The folder in which the service keeps everything [default: `cairn-data`].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// What `cairn serve` understands.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) settings: ServerSettings,
    /// The address and port to listen at [default: 127.0.0.1:8080]. Port 0 takes any that is free.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) listen: Option<SocketAddr>,
    /// Who may come in: whoever has a key, everybody, or everybody on this machine alone (`auto`) [default: auto].
    #[arg(long, value_name = "WHO")]
    pub(crate) auth: Option<Auth>,
    /// Make a key for the first operator and print it: for who has lost theirs.
    #[arg(long)]
    pub(crate) new_key: bool,
}

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Auth {
    /// Everybody on this machine, elsewhere whoever has a key.
    Auto,
    /// Whoever has a key.
    On,
    /// Everybody; only where this machine alone can reach it.
    Off,
}

impl Auth {
    /// The name in the settings.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// What `cairn audit` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Hold every row of the trail to its hash: exits with 1 when one is missing or was changed.
    Verify {
        #[command(flatten)]
        settings: ServerSettings,
    },
}

/// What `cairn config` understands.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show the settings in force.
    Show {
        /// Those of the service, not of the project.
        #[arg(long)]
        server: bool,
        /// Also where each is from.
        #[arg(long)]
        origin: bool,
        #[command(flatten)]
        settings: ServerSettings,
    },
}

/// What `cairn backup` understands.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The folder to copy to; empty or not there.
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) settings: ServerSettings,
}

/// What `cairn restore` understands.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) from: PathBuf,
    #[command(flatten)]
    pub(crate) settings: ServerSettings,
}
