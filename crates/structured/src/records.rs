//! Records in prose: registers of accepted risks, and tables that list components or data with their attributes.
//!
//! A record is a form with names for its fields, so that it states facts as exactly as a configuration file does: an entry's
//! `Owner:` is the owner. Sentences that are not fields are left to the prose reader; the one exception is the sentence by
//! which an entry accepts its risk, which is the record's subject and is claimed in the same words there.

mod risks;
mod tables;
mod text;

use cairn_model::Document;

use crate::Reading;
use crate::facts::Facts;

/// Reads all records of a prose document.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/records/1");
    risks::read(document, &mut facts);
    tables::read(document, &mut facts);
    facts.finish()
}
