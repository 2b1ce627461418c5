//! Zeek connection logs, as tables or JSON: who connected to whom. Only connections that were established count.
//!
//! Hosts are called by their addresses. Public addresses that connect are taken together as the internet, because each of
//! them is somebody; what they reach is exposed to it.

use std::net::IpAddr;
use std::ops::Range;

use cairn_model::{ComponentClaim, Exposure, FlowClaim};

use super::Seen;
use crate::facts::{Facts, Place};
use crate::tree::{Entry, Forest, Node};

/// States of a connection in which both sides spoke.
const ESTABLISHED: &[&str] = &["SF", "S1", "S2", "S3", "RSTO", "RSTR"];

/// The columns that are read.
const COLUMNS: [&str; 6] = ["id.orig_h", "id.resp_h", "id.resp_p", "proto", "service", "conn_state"];

/// One connection: the values of [`COLUMNS`] and where they stand.
struct Connection<'a> {
    values: [Option<(&'a str, Range<usize>)>; 6],
}

impl<'a> Connection<'a> {
    fn text(&self, column: usize) -> Option<&'a str> {
        let (text, _) = self.values.get(column)?.as_ref()?;
        Some(*text).filter(|text| !matches!(*text, "" | "-" | "(empty)"))
    }
}

/// Reads a log whose first lines name the columns.
pub(super) fn read_lines(text: &str, seen: &mut Seen, facts: &mut Facts<'_>) {
    let mut order: Vec<Option<usize>> = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        if let Some(path) = line.strip_prefix("#path\t") {
            if path != "conn" {
                facts.not_understood(at, format!("a Zeek log of `{path}`"));
                return;
            }
        } else if let Some(names) = line.strip_prefix("#fields\t") {
            order = COLUMNS.iter().map(|column| names.split('\t').position(|name| name == *column)).collect();
            if order.iter().take(3).any(Option::is_none) {
                facts.not_understood(at, "a Zeek log without addresses and ports");
                return;
            }
        } else if !line.starts_with('#') && !line.is_empty() {
            row(line, at, &order, seen);
        }
        at += raw.len();
    }
    if order.is_empty() {
        facts.not_understood(0, "a Zeek log without `#fields`");
    }
}

fn row(line: &str, at: usize, order: &[Option<usize>], seen: &mut Seen) {
    let mut cells: Vec<(&str, Range<usize>)> = Vec::new();
    let mut start = at;
    for cell in line.split('\t') {
        cells.push((cell, start..start + cell.len()));
        start += cell.len() + 1;
    }
    let value = |column: usize| order.get(column).copied().flatten().and_then(|index| cells.get(index).cloned());
    let connection = Connection { values: std::array::from_fn(value) };
    // The columns from the one address to the service stand side by side.
    let ranges = || connection.values.iter().take(5).flatten().map(|(_, range)| range);
    let from = ranges().map(|range| range.start).min().unwrap_or(at);
    let to = ranges().map(|range| range.end).max().unwrap_or(at);
    see(&connection, vec![Place::exact(from..to)], seen);
}

/// Reads JSON records; says whether there were any.
pub(super) fn read_json(forest: &Forest, seen: &mut Seen, facts: &mut Facts<'_>) -> bool {
    let records =
        forest.trees.iter().flat_map(|tree| if tree.is_list() { tree.items() } else { std::slice::from_ref(tree) });
    let mut any = false;
    let mut has_named_other = false;
    for record in records.filter(|record| record.get("id.orig_h").is_some()) {
        any = true;
        if record.get("conn_state").is_none() {
            if !has_named_other {
                facts.not_understood(record.span.start, "Zeek records of another kind than connections");
            }
            has_named_other = true;
            continue;
        }
        let entries: Vec<&Entry> = COLUMNS.iter().take(5).filter_map(|column| record.entry(column)).collect();
        let places = entries.iter().map(|entry| Place::exact(entry.key_span.start..entry.value.span.end)).collect();
        let value = |column: usize| {
            let node: &Node = record.get(COLUMNS.get(column)?)?;
            node.text().map(|text| (text, node.span.clone()))
        };
        see(&Connection { values: std::array::from_fn(value) }, places, seen);
    }
    any
}

fn see(connection: &Connection<'_>, places: Vec<Place>, seen: &mut Seen) {
    if connection.text(5).is_none_or(|state| !ESTABLISHED.contains(&state)) {
        return;
    }
    let address = |column| connection.text(column).and_then(|text| text.parse::<IpAddr>().ok());
    let (Some(from), Some(to)) = (address(0), address(1)) else { return };
    if from.is_loopback() || to.is_loopback() || to.is_multicast() || from == to {
        return;
    }
    let source = if is_public(from) { "internet".to_owned() } else { from.to_string() };
    if is_public(from) && is_public(to) {
        return;
    }
    if is_public(from) {
        let claim =
            ComponentClaim { name: to.to_string(), exposure: Some(Exposure::Internet), ..ComponentClaim::default() };
        seen.component(claim, places.clone());
    }
    let (protocol, encryption) = protocol(connection);
    let claim = FlowClaim { source, target: to.to_string(), protocol, encryption, ..FlowClaim::default() };
    seen.flow(claim, places);
}

/// The protocol that was recognised, else the transport with the port.
fn protocol(connection: &Connection<'_>) -> (Option<String>, Option<String>) {
    let service = connection.text(4).map(|service| service.split(',').next_back().unwrap_or(service));
    match service {
        Some("ssl") => (Some("TLS".to_owned()), Some("TLS".to_owned())),
        Some("http") => (Some("HTTP".to_owned()), Some("none".to_owned())),
        Some("ssh") => (Some("SSH".to_owned()), Some("SSH".to_owned())),
        Some(service) => (Some(service.to_uppercase()), None),
        None => {
            let transport = connection.text(3).map(str::to_uppercase);
            let port = connection.text(2).unwrap_or_default();
            (transport.map(|transport| format!("{transport} {port}").trim().to_owned()), None)
        }
    }
}

/// Whether the address can be reached over the internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => {
            let [first, second, ..] = it.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(it.is_private() || it.is_link_local() || it.is_unspecified() || it.is_broadcast() || is_shared)
        }
        IpAddr::V6(it) => !(it.is_unique_local() || it.is_unicast_link_local() || it.is_unspecified()),
    }
}
