//! The surroundings of a name, counted: what stands before and after it, in which block, under which headings.
//!
//! The counts are what the weights of [`crate::weights`] are applied to. They hold grammar only, never the words of a text
//! beyond a closed list, so that what is learned on some systems says something of others.

use std::borrow::Cow;
use std::collections::BTreeMap;

use cairn_model::BlockKind;
use serde::{Deserialize, Serialize};

use crate::noun_phrase::{Grade, NounPhrase};
use crate::token::Token;
use crate::verbs::verbs;
use crate::words::{is_auxiliary, is_be, is_verb};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Slot {
    /// The token before the name.
    Before,
    /// The token before the article before the name.
    BeforeArticle,
    /// The token after the name.
    After,
    /// What the phrase is made of.
    Grade,
    /// The block it stands in.
    Block,
    /// How it is set and where in the sentence it stands.
    Style,
}

impl Slot {
    /// The name in the file of weights.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::BeforeArticle => "before_article",
            Self::After => "after",
            Self::Grade => "grade",
            Self::Block => "block",
            Self::Style => "style",
        }
    }
}

/// How often each surrounding was seen.
pub(crate) type Contexts = BTreeMap<(Slot, Cow<'static, str>), u32>;

/// The counts as a list, because the keys of a JSON object are texts.
pub(crate) mod listed {
    use std::borrow::Cow;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Contexts, Slot};

    pub(crate) fn serialize<S: Serializer>(contexts: &Contexts, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(contexts.iter().map(|((slot, name), count)| (slot, name, count)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Contexts, D::Error> {
        let listed = Vec::<(Slot, Cow<'static, str>, u32)>::deserialize(deserializer)?;
        Ok(listed.into_iter().map(|(slot, name, count)| ((slot, name), count)).collect())
    }
}

/// The block that a sentence stands in, as far as names care. The type of the document and its headings are left out on
/// purpose: what is learned from them holds for the systems it was learned on, and for no others.
pub(crate) fn block_name(kind: &BlockKind) -> &'static str {
    match kind {
        BlockKind::ListItem { .. } => "list_item",
        BlockKind::TableRow { .. } => "table_row",
        _ => "paragraph",
    }
}

/// A sentence shorter than this is a label or a heading in disguise.
const SHORT_TOKENS: usize = 6;

/// Counts the surroundings of one mention.
pub(crate) fn count(contexts: &mut Contexts, phrase: &NounPhrase, role: bool, words: &[Token], block: &'static str) {
    let before = phrase.first.checked_sub(1).and_then(|index| words.get(index));
    let after = words.get(phrase.last + 1);
    let mut seen = vec![(Slot::Before, category(before)), (Slot::After, category(after))];
    if matches!(category(before), "the" | "a") {
        let earlier = phrase.first.checked_sub(2).and_then(|index| words.get(index));
        seen.push((Slot::BeforeArticle, category(earlier)));
    }
    seen.push((Slot::Grade, grade_name(phrase.grade)));
    seen.push((Slot::Block, block));
    let own = words.get(phrase.first..=phrase.last).unwrap_or_default();
    let styles = [
        ("role", role),
        ("code", own.iter().any(|token| token.code)),
        ("capital", own.iter().enumerate().any(|(index, token)| token.capital && phrase.first + index > 0)),
        ("short", words.len() < SHORT_TOKENS),
        ("first", phrase.first == 0),
    ];
    seen.extend(styles.into_iter().filter(|(_, holds)| *holds).map(|(style, _)| (Slot::Style, style)));
    for (slot, name) in seen {
        *contexts.entry((slot, Cow::Borrowed(name))).or_default() += 1;
    }
}

fn grade_name(grade: Grade) -> &'static str {
    match grade {
        Grade::Proper => "proper",
        Grade::Weak => "weak",
        Grade::Typed => "typed",
        Grade::Known => "known",
    }
}

/// Words that stand for themselves.
const CLOSED: &[&str] = &[
    "the", "our", "its", "their", "your", "this", "that", "each", "every", "any", "all", "these", "to", "from", "in",
    "on", "by", "via", "with", "for", "of", "into", "through", "at", "behind", "against", "using", "between", "as",
    "within", "inside", "over", "per", "without", "and", "or", "not", "no", "which", "who", "it", ",", ".", ":", ";",
    "(", ")",
];

/// The word itself when it is a closed one, or what kind of word it is.
fn category(token: Option<&Token>) -> &'static str {
    let Some(token) = token else { return "edge" };
    let lower = token.lower.as_str();
    if let Some(word) = CLOSED.iter().find(|word| **word == lower) {
        return word;
    }
    if token.mark {
        return "mark";
    }
    match lower {
        "a" | "an" => "a",
        _ if is_be(lower) => "be",
        _ if is_auxiliary(lower) => "auxiliary",
        _ if is_verb(lower) || verbs().get(lower).is_some() => {
            if lower.ends_with('s') {
                "verb_s"
            } else {
                "verb"
            }
        }
        _ if lower.ends_with("ing") => "ing",
        _ if lower.ends_with("ed") => "ed",
        _ => "word",
    }
}
