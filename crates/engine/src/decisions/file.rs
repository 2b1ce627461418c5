//! The form of `cairn.decisions.toml`: entries, what each must say, and where each stands in the text.

use cairn_model::{Date, ElementId, Span, content_hash};
use serde::{Deserialize, Serialize};

/// The line that begins an entry.
const HEADER: &str = "[[decision]]";

/// One decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Names the decision.
    pub id: String,
    /// What is decided.
    pub action: Action,
    /// The threat, claim or element that it is about, by id; empty for names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub on: String,
    /// The two names, for `same` and `different`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The attribute, for `set`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What it was about when it was made, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Who answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Why.
    pub reason: String,
    /// Until when, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Who decided.
    pub by: String,
    /// When, `YYYY-MM-DD`.
    pub decided_on: String,
    /// Where the entry stands in the file.
    #[serde(skip, default = "nowhere")]
    pub(crate) span: Span,
}

/// What a decision does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Lives with a threat.
    Accept,
    /// Says that a threat is answered by something that no document tells.
    Mitigated,
    /// Turns a claim away.
    Reject,
    /// Vouches for an element that sources only assert.
    Confirm,
    /// Takes two names for one component.
    Same,
    /// Keeps two names apart.
    Different,
    /// Gives an attribute its value.
    Set,
}

impl Action {
    /// The word in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Mitigated => "mitigated",
            Self::Reject => "reject",
            Self::Confirm => "confirm",
            Self::Same => "same",
            Self::Different => "different",
            Self::Set => "set",
        }
    }
}

impl Entry {
    /// The date at which it ends.
    pub fn expires_on(&self) -> Option<Date> {
        self.expires.as_deref().and_then(Date::parse)
    }

    /// Whether it still holds on the day.
    pub fn is_in_force(&self, as_of: Date) -> bool {
        self.expires_on().is_none_or(|expires| as_of <= expires)
    }

    /// The claim that it turns away.
    pub(crate) fn rejected_claim(&self) -> Option<ElementId> {
        let (prefix, rest) = self.on.split_once('-')?;
        (self.action == Action::Reject).then(|| ElementId::named(prefix, rest))
    }

    /// The id that an entry about this gets.
    pub(crate) fn id_of(action: Action, on: &str, names: &[String], attribute: Option<&str>) -> String {
        let mut parts = vec![action.as_str(), on, attribute.unwrap_or_default()];
        parts.extend(names.iter().map(String::as_str));
        format!("ruling-{}", content_hash(&parts))
    }

    /// The entry as it is written, with its header.
    pub(crate) fn to_text(&self) -> String {
        let body = toml::to_string(self).expect("texts and lists of texts are TOML");
        format!("{HEADER}\n{body}")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    decision: Vec<Entry>,
}

/// Reads all entries, or says what is wrong with the first that is.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let file: File = toml::from_str(text).map_err(|error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.lines().count().max(1));
        format!("line {line}: {}", error.message().lines().collect::<Vec<_>>().join("; "))
    })?;
    let spans = spans(text);
    if spans.len() != file.decision.len() {
        return Err(format!("every decision begins with a line `{HEADER}`"));
    }
    let mut entries: Vec<Entry> =
        file.decision.into_iter().zip(spans).map(|(entry, span)| Entry { span, ..entry }).collect();
    for entry in &mut entries {
        check(entry).map_err(|reason| format!("`{}`: {reason}", entry.id))?;
    }
    let mut ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    ids.sort_unstable();
    match ids.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    }) {
        Some(twice) => Err(format!("`{twice}` stands there twice")),
        None => Ok(entries),
    }
}

/// From each header to the end of the entry's last line.
fn spans(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if content == HEADER {
            let start = at + line.len() - line.trim_start().len();
            spans.push(Span::new(start, start + HEADER.len()));
        } else if !content.is_empty()
            && !content.starts_with('#')
            && let Some(last) = spans.last_mut()
        {
            last.end = at + line.trim_end().len();
        }
        at += line.len();
    }
    spans
}

fn check(entry: &Entry) -> Result<(), String> {
    let needs = |is_there: bool, what: &str| {
        if is_there { Ok(()) } else { Err(format!("`{}` needs {what}", entry.action.as_str())) }
    };
    needs(!entry.reason.trim().is_empty(), "a `reason`")?;
    needs(!entry.by.trim().is_empty(), "who it is `by`")?;
    needs(Date::parse(&entry.decided_on).is_some(), "the date `decided_on`")?;
    if let Some(expires) = &entry.expires {
        needs(Date::parse(expires).is_some(), "a date such as `2026-03-01` in `expires`")?;
    }
    match entry.action {
        Action::Accept => {
            needs(!entry.on.is_empty(), "the threat `on`")?;
            needs(entry.owner.as_ref().is_some_and(|owner| !owner.trim().is_empty()), "an `owner`")?;
            needs(entry.expires.is_some(), "a day in `expires`")
        }
        Action::Mitigated => needs(!entry.on.is_empty(), "the threat `on`"),
        Action::Reject => needs(!entry.on.is_empty(), "the claim `on`"),
        Action::Confirm => needs(!entry.on.is_empty(), "the element `on`"),
        Action::Same | Action::Different => needs(entry.names.len() == 2, "two `names`"),
        Action::Set => {
            needs(!entry.on.is_empty(), "the element `on`")?;
            needs(entry.attribute.is_some() && entry.value.is_some(), "an `attribute` and a `value`")
        }
    }
}

const fn nowhere() -> Span {
    Span::new(0, 0)
}
