//! Sentences that tell their reader what to do. They say little of the system, in documents that are written for readers.

use cairn_model::SourceType;

use crate::token::Token;
use crate::words::is_imperative;

/// Whether a sentence of such a document opens with an order.
pub(crate) fn is_instruction(tokens: &[Token], source_type: SourceType) -> bool {
    let imperative = tokens.first().is_some_and(|token| !token.code && is_imperative(&token.lower));
    imperative && matches!(source_type, SourceType::Guide | SourceType::Readme | SourceType::Policy)
}
