//! Whether a text is a record of traffic that was seen: an access log, traces, a service graph, a connection log. They have no
//! file endings of their own, so the content decides.

use std::sync::LazyLock;

use regex::Regex;

/// Lines that are looked at.
const LINES_LOOKED_AT: usize = 40;

/// The part of a text in which keys are looked for.
const KEY_BYTES: usize = 4000;

/// A line of an access log: host, names, time and request (common, combined), or time and request (Envoy).
static ACCESS_LINE: LazyLock<Regex> = LazyLock::new(|| {
    let common = r#"\S+ \S+ [^\[\]"]* ?\[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]]+\] "[^"]*" (?:\d{3}|-) "#;
    let envoy = r#"\[\d{4}-\d\d-\d\dT[^\]]+\] "[^"]*" \d{1,3} "#;
    Regex::new(&format!("^(?:{common}|{envoy})")).expect("the pattern is constant and tested")
});

/// Keys of which one names a kind of record.
const JSON_KEYS: &[&[&str]] = &[
    &["resourceSpans"],
    &["batches", "scopeSpans"],
    &["resourceMetrics", "service_graph"],
    &["traceID", "spans"],
    &["parent", "child", "callCount"],
    &["metric", "traces_service_graph_request"],
    &["id.orig_h", "id.resp_h"],
];

/// Whether most lines of `body` are those of an access log, or it has the head of a Zeek log.
pub(crate) fn is_lines(body: &str) -> bool {
    if body.trim_start().starts_with("#separator ") && body.lines().take(12).any(|line| line.starts_with("#fields")) {
        return true;
    }
    let lines = || body.lines().filter(|line| !line.trim().is_empty()).take(LINES_LOOKED_AT);
    let matching = lines().filter(|line| ACCESS_LINE.is_match(line)).count();
    matching > 0 && matching * 2 > lines().count()
}

/// Whether `body`, which looks like JSON, has the keys of a record of traffic.
pub(crate) fn is_json(body: &str) -> bool {
    let head = body.get(..body.floor_char_boundary(KEY_BYTES)).unwrap_or_default();
    JSON_KEYS.iter().any(|keys| keys.iter().all(|key| head.contains(key)))
}
