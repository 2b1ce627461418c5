//! The arguments of `cairn decide`.

use cairn_model::Date;
use clap::{Args, Subcommand};

use super::date;

/// What `cairn decide` understands.
#[derive(Debug, Args)]
pub(crate) struct Decide {
    #[command(subcommand)]
    pub(crate) what: DecideWhat,
    /// Who decides [default: the user's name].
    #[arg(long, global = true, value_name = "NAME", env = "CAIRN_REVIEWER")]
    pub(crate) by: Option<String>,
}

/// The decisions there are.
#[derive(Debug, Subcommand)]
pub(crate) enum DecideWhat {
    /// Live with a threat, until a day.
    Accept {
        /// The threat's id.
        threat: String,
        /// Who answers for it.
        #[arg(long, value_name = "NAME")]
        owner: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Until when, `YYYY-MM-DD`.
        #[arg(long, value_name = "DATE", value_parser = date)]
        expires: Date,
    },
    /// Say that a threat is answered by something that no document tells.
    Mitigated {
        /// The threat's id.
        threat: String,
        /// How.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who answers for it.
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// Until when, `YYYY-MM-DD`.
        #[arg(long, value_name = "DATE", value_parser = date)]
        expires: Option<Date>,
    },
    /// Turn a claim away that was read wrongly.
    Reject {
        /// The claim's id, as `cairn claims` lists it.
        claim: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Vouch for an element that sources only assert.
    Confirm {
        /// Its id or name.
        element: String,
        /// How you know.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take two names for one component.
    Same {
        /// One name.
        name: String,
        /// The other.
        other: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Keep two names apart.
    Different {
        /// One name.
        name: String,
        /// The other.
        other: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Give an attribute of an element its value.
    Set {
        /// The element's id or name.
        element: String,
        /// The attribute: `owner`, `exposure`, `encryption` …
        attribute: String,
        /// The value.
        value: String,
        /// How you know.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Take a decision back.
    Withdraw {
        /// The decision's id.
        id: String,
    },
}
