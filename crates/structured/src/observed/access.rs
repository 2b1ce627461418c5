//! Access logs: nginx and Apache in the common and combined formats, Envoy in its default format and Istio's.
//!
//! The common formats do not name the server, so their endpoints have no component. Envoy's lines end with the host that
//! was asked for and the one that answered.

use std::net::IpAddr;
use std::ops::Range;
use std::sync::LazyLock;

use cairn_model::EndpointClaim;
use regex::Regex;

use super::{Seen, paths};
use crate::facts::{Facts, Place};

const METHODS: &[&str] = &["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// Shortest quote.
const QUOTE_BYTES_MIN: usize = 8;

static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let common = r"\S+ \S+ [^\[\]\x22]* ?\[\d\d/[A-Z][a-z]{2}/\d{4}:[^\]]+\]";
    let envoy = r"(?P<envoy>\[\d{4}-\d\d-\d\dT[^\]]+\])";
    let request = r"(?P<method>[A-Z]+) (?P<path>[^\x22 ]+)(?: HTTP/[\d.]+)?";
    Regex::new(&format!(r#"^(?:{common}|{envoy}) "(?:{request}|[^"]*)" (?P<status>\d{{1,3}}|-)(?P<rest>.*)$"#))
        .expect("a constant expression")
});

/// Reads every line; those of another form are named.
pub(super) fn read(text: &str, seen: &mut Seen, facts: &mut Facts<'_>) {
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        if !line.trim().is_empty() {
            match LINE.captures(line) {
                Some(found) => request(text, at, &found, seen),
                None => facts.not_understood(at, "a line that is not of an access log"),
            }
        }
        at += raw.len();
    }
}

fn request(text: &str, at: usize, found: &regex::Captures<'_>, seen: &mut Seen) {
    let (Some(method), Some(path), Some(status)) = (found.name("method"), found.name("path"), found.name("status"))
    else {
        return;
    };
    let is_served = status.as_str().starts_with('2') && status.as_str().len() == 3 || status.as_str() == "304";
    if !is_served || !METHODS.contains(&method.as_str()) {
        return;
    }
    let Some(template) = paths::template(path.as_str()) else { return };
    let rest = found.name("rest");
    let authority = rest.filter(|_| found.name("envoy").is_some()).and_then(|rest| authority(rest.as_str()));
    let asked = at + method.start()..at + path.start() + paths::quotable(path.as_str()).len();
    let mut places = vec![Place::exact(long_enough(text, asked))];
    let component = authority.and_then(|range| {
        let from = at + rest.map_or(0, |rest| rest.start());
        let range = from + range.start..from + range.end;
        let name = host(text.get(range.clone())?)?;
        // With its quotation marks, and what follows where the name alone is too short to be a quote.
        places.push(Place::exact(range.start.saturating_sub(1)..(range.end + 1).max(range.start + QUOTE_BYTES_MIN)));
        Some(name.to_owned())
    });
    let claim = EndpointClaim {
        path: template,
        component,
        method: Some(method.as_str().to_owned()),
        ..EndpointClaim::default()
    };
    seen.endpoint(claim, places);
}

/// `GET /` alone is too short to be a quote; the end of the time stands before it.
fn long_enough(text: &str, range: Range<usize>) -> Range<usize> {
    let mut start = range.start.min(range.end.saturating_sub(QUOTE_BYTES_MIN));
    // A blank at its beginning is no part of a quote.
    while text.as_bytes().get(start) == Some(&b' ') {
        start = start.saturating_sub(1);
    }
    text.floor_char_boundary(start)..range.end
}

/// The host asked for: of the fields in quotes, the last but one.
fn authority(rest: &str) -> Option<Range<usize>> {
    let mut fields: Vec<Range<usize>> = Vec::new();
    let mut open = None;
    for (at, _) in rest.match_indices('"') {
        match open.take() {
            None => open = Some(at + 1),
            Some(start) => fields.push(start..at),
        }
    }
    fields.len().checked_sub(2).and_then(|index| fields.get(index).cloned())
}

/// The name of a host without its port; an address names nothing. Of a name inside a cluster the first part.
fn host(written: &str) -> Option<&str> {
    let name = written
        .rsplit_once(':')
        .map_or(written, |(name, port)| if port.parse::<u16>().is_ok() { name } else { written });
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    if !is_name || !name.contains(|c: char| c.is_ascii_alphabetic()) || name.parse::<IpAddr>().is_ok() {
        return None;
    }
    let is_inside = name.contains(".svc") || !name.contains('.');
    if is_inside { name.split('.').next() } else { Some(name) }
}
