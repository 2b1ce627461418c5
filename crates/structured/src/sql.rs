//! SQL schemas: columns whose names say that they are sensitive, grants as permissions, row-level security as a control.
//! Statements are told apart by their first words; no dialect is parsed further than that.

use std::ops::Range;
use std::sync::LazyLock;

use cairn_model::{Classification, ControlType, DataClaim, Document, Handling, PermissionClaim};
use regex::Regex;

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::sensitive;

const NAME: &str = r#"[\w$."`\[\]]+"#;

static CREATE_TABLE: LazyLock<Regex> = LazyLock::new(|| {
    let head = r"(?i)\bcreate\s+(?:or\s+replace\s+)?(?:global\s+|local\s+)?(?:temp(?:orary)?\s+|unlogged\s+)?table\s+";
    Regex::new(&format!(r"{head}(?:if\s+not\s+exists\s+)?(?P<name>{NAME})\s*\(")).expect("a constant expression")
});
static GRANT: LazyLock<Regex> = LazyLock::new(|| {
    let what = r"(?i)^\s*grant\s+(?P<what>[^;]+?)\s+on\s+(?P<on>[^;]+?)\s+to\s+(?P<who>[^;]+?)";
    Regex::new(&format!(r"{what}(?:\s+with\s+grant\s+option)?\s*$")).expect("a constant expression")
});
static ROW_SECURITY: LazyLock<Regex> = LazyLock::new(|| {
    let head = r"(?i)\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?";
    Regex::new(&format!(r"{head}(?P<name>{NAME})\s+(?P<what>enable|force|disable)\s+row\s+level\s+security"))
        .expect("a constant expression")
});
static USER_PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    let head = r"(?i)\b(?P<head>(?:create|alter)\s+(?:user|role)\s+";
    Regex::new(&format!(r"{head}(?P<name>[\w$.\x22`'@%]+)[^;]*?\b(?:password|identified\s+by))\s*(?P<value>'[^']+')"))
        .expect("a constant expression")
});

/// First words of table parts that are no columns.
const NO_COLUMNS: &[&str] = &[
    "constraint",
    "primary",
    "foreign",
    "unique",
    "check",
    "index",
    "key",
    "exclude",
    "like",
    "period",
    "fulltext",
    "partition",
];

/// Reads the statements of one file.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/sql/1");
    let text = without_comments(facts.text());
    for value in USER_PASSWORD.captures_iter(&text).filter_map(|found| found.name("value")) {
        facts.hide(value.range());
    }
    let tables: Vec<(Range<usize>, &str)> = CREATE_TABLE
        .captures_iter(&text)
        .filter_map(|found| Some((found.get(0)?.range(), bare(found.name("name")?.as_str()))))
        .collect();
    for (number, (head, name)) in tables.iter().enumerate() {
        let end = tables.get(number + 1).map_or(text.len(), |(next, _)| next.start);
        table(text.get(..end).unwrap_or_default(), head.clone(), name, &mut facts);
    }
    for (at, statement) in statements(&text) {
        if let Some(found) = GRANT.captures(statement) {
            let start = at + (statement.len() - statement.trim_start().len());
            grant(&found, &(start..at + statement.len()).into(), &mut facts);
        }
    }
    for found in ROW_SECURITY.captures_iter(&text) {
        let (Some(whole), Some(name), Some(what)) = (found.get(0), found.name("name"), found.name("what")) else {
            continue;
        };
        let on = !what.as_str().eq_ignore_ascii_case("disable");
        let place: Place = whole.range().into();
        facts.switch(on, ControlType::Authorization, bare(name.as_str()), "row-level security", &[place]);
    }
    for found in USER_PASSWORD.captures_iter(&text) {
        let (Some(head), Some(name)) = (found.name("head"), found.name("name")) else { continue };
        let place = Place::exact(head.range());
        facts.lacks(ControlType::SecretManagement, bare(name.as_str()), "secrets kept out of the file", &[place]);
    }
    facts.finish()
}

/// The parts between the table's brackets.
fn table(text: &str, head: Range<usize>, table: &str, facts: &mut Facts<'_>) {
    for part in parts(text, head.end) {
        let slice = text.get(part.clone()).unwrap_or_default();
        let start = part.start + (slice.len() - slice.trim_start().len());
        let Some(word) = slice.split_whitespace().next() else { continue };
        let column = bare(word);
        if NO_COLUMNS.contains(&column.to_lowercase().as_str()) {
            continue;
        }
        let Some(class) = sensitive::classify(column) else { continue };
        let places = [head.clone().into(), (start..start + slice.trim().len()).into()];
        let claim = DataClaim {
            name: format!("{table}.{column}"),
            component: None,
            classification: Some(class),
            handling: vec![Handling::Stores],
            ..DataClaim::default()
        };
        let name = claim.name.clone();
        facts.data(claim, &places);
        let lower = column.to_lowercase();
        if class == Classification::Credential && (lower.ends_with("hash") || lower.ends_with("digest")) {
            facts.protects(ControlType::EncryptionAtRest, &name, "hash", &places);
        }
    }
}

/// The ranges between commas outside of inner brackets, up to the closing bracket.
fn parts(text: &str, start: usize) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut from = start;
    let mut quoted = false;
    for (offset, c) in text.get(start..).unwrap_or_default().char_indices() {
        let at = start + offset;
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' if depth == 0 => {
                found.push(from..at);
                return found;
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(from..at);
                from = at + 1;
            }
            ';' => return found,
            _ => {}
        }
    }
    found
}

fn statements(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive(';').map(move |statement| {
        let start = at;
        at += statement.len();
        (start, statement.trim_end_matches(';'))
    })
}

fn grant(found: &regex::Captures<'_>, place: &Place, facts: &mut Facts<'_>) {
    let part =
        |name: &str| found.name(name).map_or("", |part| part.as_str()).split_whitespace().collect::<Vec<_>>().join(" ");
    let (what, on, who) = (part("what"), part("on"), part("who"));
    for principal in who.split(',').map(str::trim).filter(|who| !who.is_empty()) {
        let claim = PermissionClaim {
            principal: bare(principal).to_owned(),
            action: what.clone(),
            resource: on.clone(),
            condition: None,
        };
        facts.permission(claim, std::slice::from_ref(place));
        if what.to_lowercase().starts_with("all") {
            let mechanism = "no blanket grants";
            facts.lacks(ControlType::LeastPrivilege, bare(principal), mechanism, std::slice::from_ref(place));
        }
    }
}

/// A name without quotes and without its schema.
fn bare(name: &str) -> &str {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.trim_matches(['"', '`', '[', ']', '\''])
}

/// The text with comments blanked, byte for byte.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['-', '/', '\'']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let until = |end: &str, from: usize| {
            tail.get(from..).and_then(|t| t.find(end)).map_or(tail.len(), |at| at + from + end.len())
        };
        let (length, comment) = if tail.starts_with("--") {
            (until("\n", 0), true)
        } else if tail.starts_with("/*") {
            (until("*/", 2), true)
        } else if tail.starts_with('\'') {
            (until("'", 1), false)
        } else {
            (1, false)
        };
        let (token, after) = tail.split_at(length);
        if comment {
            out.extend(token.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(token);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}
