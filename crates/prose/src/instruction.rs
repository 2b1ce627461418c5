//! Sentences that tell their reader what to do. They say little of the system, in documents that are written for readers.

use cairn_model::SourceType;

use crate::token::Token;

/// Whether a sentence of such a document opens with an order.
pub(crate) fn is_instruction(tokens: &[Token], source_type: SourceType) -> bool {
    let imperative = tokens.first().is_some_and(|token| !token.code && IMPERATIVES.contains(&token.lower.as_str()));
    imperative && matches!(source_type, SourceType::Guide | SourceType::Readme | SourceType::Policy)
}

/// Verbs that open an instruction.
const IMPERATIVES: &[&str] = &[
    "run",
    "install",
    "click",
    "select",
    "open",
    "go",
    "navigate",
    "create",
    "add",
    "set",
    "copy",
    "paste",
    "enter",
    "choose",
    "use",
    "edit",
    "update",
    "clone",
    "download",
    "check",
    "verify",
    "start",
    "deploy",
    "configure",
    "build",
    "follow",
    "see",
    "ensure",
    "make",
    "visit",
    "replace",
    "execute",
    "type",
    "press",
    "export",
    "apply",
    "delete",
    "remove",
    "wait",
    "provide",
    "specify",
    "change",
    "enable",
    "find",
    "save",
    "upload",
    "log",
    "sign",
    "read",
    "refer",
    "note",
    "please",
    "try",
    "test",
];
