//! Fields that bear on security and that no claim speaks of. A reader knows the fields of the versions it was written for; a
//! newer one, or one that it has no words for, is named here instead of being dropped silently.

use std::ops::Range;

use cairn_model::name_words;

use crate::facts::Facts;
use crate::tree::{Entry, Node};

/// Words by which a field's name says that it decides about protection.
const SECURITY_WORDS: &[&str] = &[
    "acl",
    "anonymous",
    "auth",
    "authentication",
    "authenticated",
    "authorization",
    "backup",
    "cipher",
    "encrypt",
    "encrypted",
    "encryption",
    "exposed",
    "firewall",
    "guardrail",
    "insecure",
    "internet",
    "isolation",
    "mfa",
    "mtls",
    "password",
    "permission",
    "privilege",
    "privileged",
    "public",
    "publicly",
    "rbac",
    "sandbox",
    "security",
    "signature",
    "ssl",
    "tls",
    "trusted",
    "unauthenticated",
    "unprivileged",
    "unsafe",
    "waf",
];

/// Keys under which people put names of their own.
const OWN_NAMES: &[&str] = &[
    "args",
    "build_args",
    "data",
    "env",
    "environment",
    "environment_variables",
    "labels",
    "locals",
    "matchLabels",
    "outputs",
    "Outputs",
    "Parameters",
    "Metadata",
    "selector",
    "stringData",
    "tags",
    "Tags",
    "Variables",
    "variables",
    "with",
];

/// Names every such field of `roots`, each once.
pub(crate) fn name<'a>(roots: impl IntoIterator<Item = &'a Node>, facts: &mut Facts<'_>) {
    let covered = facts.covered();
    let mut found: Vec<&Entry> = Vec::new();
    for root in roots {
        walk(root, &covered, &mut found);
    }
    // Copies of an alias stand where the anchor stands.
    found.sort_by_key(|entry| entry.key_span.start);
    found.dedup_by_key(|entry| entry.key_span.start);
    for entry in found {
        // Some readers rename keys; the message has the one that stands there.
        let written = facts.text().get(entry.key_span.clone()).unwrap_or(&entry.key);
        let key = written.trim_matches(['"', '\'']);
        let is_decided_elsewhere = !entry.value.is_map() && !entry.value.is_list() && entry.value.text().is_none();
        let what = if is_decided_elsewhere { "value of the field" } else { "field" };
        facts.not_understood(entry.key_span.start, format!("{what} `{key}`"));
    }
}

fn walk<'a>(node: &'a Node, covered: &[Range<usize>], found: &mut Vec<&'a Entry>) {
    for item in node.items() {
        walk(item, covered, found);
    }
    for entry in node.entries() {
        let end = entry.value.span.end.max(entry.key_span.end);
        if bears_on_security(&entry.key) && !entry.value.is_null() && !touches(covered, &(entry.key_span.start..end)) {
            found.push(entry);
        } else if !OWN_NAMES.contains(&entry.key.as_str()) {
            walk(&entry.value, covered, found);
        }
    }
}

fn bears_on_security(key: &str) -> bool {
    let own = key.rsplit('/').next().unwrap_or(key);
    name_words(own).iter().any(|word| SECURITY_WORDS.contains(&word.as_str()))
}

/// Whether some range of `covered`, which is sorted and without overlaps, shares a byte with `range`.
fn touches(covered: &[Range<usize>], range: &Range<usize>) -> bool {
    let first = covered.partition_point(|seen| seen.end <= range.start);
    covered.get(first).is_some_and(|seen| seen.start < range.end)
}
