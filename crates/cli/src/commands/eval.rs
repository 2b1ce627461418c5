//! `cairn eval`: the quote check on a set of quotes, and the whole way on documents with known claims.

mod claims;
mod living;
mod questions;
mod quotes;
mod reading;
mod replay;
mod resolution;
mod retrieval;
mod show_one;
mod threats;
mod train_names;

use crate::arguments::Eval;
use crate::context::Context;
use crate::ending::{Ending, Failure};

pub(crate) async fn run(context: &Context, command: Eval) -> Result<Ending, Failure> {
    match command {
        Eval::Quotes { dir } => quotes::run(context, &dir),
        Eval::Claims(arguments) => claims::run(context, &arguments),
        Eval::Threats(arguments) => threats::run(context, &arguments),
        Eval::ShowOne(arguments) => show_one::run(context, arguments),
        Eval::Sample { docs, per_kind, kind } => reading::sample(context, &docs, per_kind, kind.as_deref()),
        Eval::TrainNames { gold, docs, output } => train_names::run(context, &gold, &docs, output.as_deref()),
        Eval::Resolution { gold } => resolution::run(context, gold.as_deref()),
        Eval::Replay { docs } => replay::run(context, &docs).await,
        Eval::Living { documents, bytes } => living::run(context, documents, bytes),
        Eval::Retrieval(arguments) => retrieval::run(context, &arguments),
        Eval::Questions(arguments) => questions::run(context, &arguments),
        Eval::Speed { docs, copies } => reading::speed(context, &docs, copies),
    }
}
