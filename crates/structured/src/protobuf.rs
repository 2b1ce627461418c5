//! Protocol buffers: services as components, their methods as endpoints, `google.api.http` annotations as HTTP endpoints,
//! sensitive message fields as data.
//!
//! The parser's positions are lines and byte columns by path of the descriptor; `Positions` turns them into byte ranges.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use cairn_model::{
    Classification, ComponentClaim, ComponentType, DataClaim, Document, EndpointClaim, Handling, Status,
};
use prost_types::{DescriptorProto, FileDescriptorProto, MethodDescriptorProto, UninterpretedOption};
use regex::Regex;

use crate::Reading;
use crate::facts::{Facts, Place};
use crate::sensitive;

/// Deeper files are refused before they are parsed.
const DEPTH_MAX: usize = 100;
/// How far messages are followed into each other.
const MESSAGE_DEPTH_MAX: usize = 24;
/// Places that state a field.
const PLACES_MAX: usize = 4;

// Numbers of fields in the descriptor, of which paths to positions are made.
const FILE_MESSAGE: i32 = 4;
const FILE_SERVICE: i32 = 6;
const MESSAGE_FIELD: i32 = 2;
const MESSAGE_NESTED: i32 = 3;
const SERVICE_METHOD: i32 = 2;
const NAME: i32 = 1;
const FIELD_NUMBER: i32 = 3;

/// The option with which a method says how it is called over HTTP.
const HTTP_OPTION: &str = "google.api.http";

/// Options that say nothing more about callers.
const KNOWN_OPTIONS: &[&str] = &["deprecated", "idempotency_level", "google.api.method_signature"];

static HTTP_RULE: LazyLock<Regex> = LazyLock::new(|| {
    let verb = r#"\b(?P<verb>get|put|post|delete|patch)\s*:\s*["'](?P<path>[^"'\s]+)["']"#;
    let custom = r#"\bkind\s*:\s*["'](?P<kind>\w+)["'][\s,;]*path\s*:\s*["'](?P<custom>[^"'\s]+)["']"#;
    Regex::new(&format!("{verb}|{custom}")).expect("a constant expression")
});

static EDITION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"(?m)^edition\s*=\s*["']202[34]["']\s*;"#).expect("a constant expression"));

/// Reads one file.
pub(crate) fn read(document: &Document) -> Reading {
    let mut facts = Facts::new(document, "structured/protobuf/1");
    if depth(facts.text()) > DEPTH_MAX {
        facts.not_understood(0, "nested too deep");
        return facts.finish();
    }
    let text = as_proto3(facts.text());
    match protox_parse::parse(&document.path, &text) {
        Ok(file) => File::new(&file, facts.text()).read(&mut facts),
        Err(problem) => {
            let at = problem.span().map_or(text.len(), |span| span.start);
            facts.not_understood(at, format!("not protobuf: {problem}"));
        }
    }
    facts.finish()
}

/// The parser knows no editions yet. Those that exist differ from proto3 in what options mean, so the file is parsed as one,
/// with every byte in its place.
fn as_proto3(text: &str) -> Cow<'_, str> {
    EDITION.replace(text, |found: &regex::Captures<'_>| {
        let length = found.get(0).map_or(0, |whole| whole.len());
        format!("{:<length$}", "syntax=\"proto3\";")
    })
}

/// Brackets open at once at the most.
fn depth(text: &str) -> usize {
    let mut open: usize = 0;
    let mut most = 0;
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' | b'(' | b'<' => open += 1,
            b'}' | b']' | b')' | b'>' => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

/// Where the parts of the descriptor stand in the text.
struct Positions {
    line_starts: Vec<usize>,
    by_path: BTreeMap<Vec<i32>, Vec<i32>>,
}

impl Positions {
    fn new(file: &FileDescriptorProto, text: &str) -> Self {
        let after_newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        Self {
            line_starts: std::iter::once(0).chain(after_newlines).collect(),
            by_path: locations.map(|location| (location.path.clone(), location.span.clone())).collect(),
        }
    }

    /// The bytes of the part at `path` and then `rest`.
    fn range(&self, path: &[i32], rest: &[i32]) -> Option<Range<usize>> {
        let path: Vec<i32> = path.iter().chain(rest).copied().collect();
        let span = self.by_path.get(&path)?;
        let offset = |line: i32, column: i32| {
            let start = self.line_starts.get(usize::try_from(line).ok()?)?;
            Some(start + usize::try_from(column).ok()?)
        };
        let (start, end) = match span.as_slice() {
            [line, from, to] => (offset(*line, *from)?, offset(*line, *to)?),
            [line, from, end_line, to] => (offset(*line, *from)?, offset(*end_line, *to)?),
            _ => return None,
        };
        Some(start..end)
    }

    /// From the start of the part at `path` to the end of the one at `path` and then `rest`.
    fn up_to(&self, path: &[i32], rest: &[i32]) -> Option<Range<usize>> {
        Some(self.range(path, &[])?.start..self.range(path, rest)?.end)
    }
}

/// A message with the path to it.
struct Message<'a> {
    descriptor: &'a DescriptorProto,
    path: Vec<i32>,
}

struct File<'a> {
    descriptor: &'a FileDescriptorProto,
    positions: Positions,
    /// By full name, with the package.
    messages: BTreeMap<String, Message<'a>>,
}

/// What is known of a field: class, directions, places.
type Fields = BTreeMap<(Option<String>, String), (Classification, BTreeSet<Handling>, Vec<Place>)>;

impl<'a> File<'a> {
    fn new(descriptor: &'a FileDescriptorProto, text: &str) -> Self {
        let mut messages = BTreeMap::new();
        let mut open: Vec<(String, Vec<i32>, &DescriptorProto)> = Vec::new();
        for (at, message) in numbered(&descriptor.message_type) {
            open.push((descriptor.package().to_owned(), vec![FILE_MESSAGE, at], message));
        }
        while let Some((scope, path, message)) = open.pop() {
            let name = joined(&scope, message.name());
            for (at, nested) in numbered(&message.nested_type) {
                let inner: Vec<i32> = path.iter().copied().chain([MESSAGE_NESTED, at]).collect();
                open.push((name.clone(), inner, nested));
            }
            messages.insert(name, Message { descriptor: message, path });
        }
        Self { descriptor, positions: Positions::new(descriptor, text), messages }
    }

    fn read(&self, facts: &mut Facts<'_>) {
        let mut fields = Fields::new();
        let mut used = BTreeSet::new();
        for (at, service) in numbered(&self.descriptor.service) {
            let path = [FILE_SERVICE, at];
            let Some(head) = self.positions.up_to(&path, &[NAME]) else { continue };
            let claim = ComponentClaim {
                name: service.name().to_owned(),
                component_type: Some(ComponentType::Service),
                ..ComponentClaim::default()
            };
            facts.component(claim, &[Place::exact(head.clone())]);
            let options = service.options.iter().flat_map(|options| &options.uninterpreted_option);
            let retired = options.clone().any(retires);
            name_options(options, head.start, facts);
            for (number, method) in numbered(&service.method) {
                let method_path = [path.as_slice(), &[SERVICE_METHOD, number]].concat();
                let of = Method {
                    service: service.name(),
                    head: head.clone(),
                    descriptor: method,
                    path: method_path,
                    retired,
                };
                self.method(&of, facts);
                for (written, handling) in
                    [(method.input_type(), Handling::Collects), (method.output_type(), Handling::Sends)]
                {
                    let travel = (Some(service.name()), Some(handling));
                    self.message(&self.find(written, ""), travel, 0, &mut used, &mut fields);
                }
            }
        }
        for name in self.messages.keys() {
            if !used.iter().any(|(_, used, _): &(Option<String>, String, Option<Handling>)| used == name) {
                self.own_fields(name, (None, None), &mut fields);
            }
        }
        for ((component, name), (class, handling, places)) in fields {
            let handling = handling.into_iter().collect();
            let claim = DataClaim { name, component, classification: Some(class), handling, ..DataClaim::default() };
            facts.data(claim, &places);
        }
    }

    fn method(&self, of: &Method<'_>, facts: &mut Facts<'_>) {
        let Some(whole) = self.positions.range(&of.path, &[]) else { return };
        let options = of.descriptor.options.as_ref();
        let retired = of.retired || options.is_some_and(|options| options.uninterpreted_option.iter().any(retires));
        let status = if retired { Status::Deprecated } else { Status::Implemented };
        let text = facts.text();
        // Without the block of options.
        let signature = text.get(whole.clone()).and_then(|own| own.find('{')).map_or(whole.end, |at| whole.start + at);
        let mut places = vec![Place::exact(of.head.clone()), Place::exact(whole.start..signature)];
        if retired {
            let said = text.get(whole.clone()).and_then(|own| own.find("deprecated")).map(|at| whole.start + at);
            places.extend(said.map(|at| Place::from(at..at + "deprecated".len())));
        }
        let service = joined(self.descriptor.package(), of.service);
        let claim = |path: String, method: Option<String>| EndpointClaim {
            path,
            component: Some(of.service.to_owned()),
            method,
            ..EndpointClaim::default()
        };
        facts.endpoint(claim(format!("/{service}/{}", of.descriptor.name()), None), status, &places);
        let Some(options) = options else { return };
        let (http, others): (Vec<_>, Vec<_>) =
            options.uninterpreted_option.iter().partition(|option| name_of(option) == HTTP_OPTION);
        name_options(others.into_iter(), whole.start, facts);
        if http.is_empty() {
            return;
        }
        let block = text.get(signature..whole.end).unwrap_or_default();
        for found in HTTP_RULE.captures_iter(block) {
            let (Some(rule), Some(verb)) = (found.get(0), found.name("verb").or_else(|| found.name("kind"))) else {
                continue;
            };
            let path = found.name("path").or_else(|| found.name("custom")).map_or("", |path| path.as_str());
            let rule = Place::exact(signature + rule.start()..signature + rule.end());
            let places: Vec<Place> = places.iter().cloned().chain([rule]).collect();
            facts.endpoint(claim(path.to_owned(), Some(verb.as_str().to_uppercase())), status, &places);
        }
    }

    /// The fields of the message `name`, and of the messages in it, as they travel to or from a service.
    fn message(
        &self,
        name: &str,
        travel: (Option<&str>, Option<Handling>),
        depth: usize,
        used: &mut BTreeSet<(Option<String>, String, Option<Handling>)>,
        fields: &mut Fields,
    ) {
        let Some(message) = self.messages.get(name) else { return };
        if depth > MESSAGE_DEPTH_MAX || !used.insert((travel.0.map(str::to_owned), name.to_owned(), travel.1)) {
            return;
        }
        self.own_fields(name, travel, fields);
        for field in &message.descriptor.field {
            if field.type_name.is_some() {
                self.message(&self.find(field.type_name(), name), travel, depth + 1, used, fields);
            }
        }
    }

    fn own_fields(&self, name: &str, travel: (Option<&str>, Option<Handling>), fields: &mut Fields) {
        let Some(message) = self.messages.get(name) else { return };
        for (at, field) in numbered(&message.descriptor.field) {
            let path = [message.path.as_slice(), &[MESSAGE_FIELD, at]].concat();
            let is_flag = field.r#type() == prost_types::field_descriptor_proto::Type::Bool && field.r#type.is_some();
            let class = sensitive::classify(field.name()).filter(|_| !is_flag);
            let (Some(class), Some(range)) = (class, self.positions.up_to(&path, &[FIELD_NUMBER])) else { continue };
            let key = (travel.0.map(str::to_owned), field.name().to_owned());
            let known = fields.entry(key).or_insert_with(|| (class, BTreeSet::new(), Vec::new()));
            known.1.extend(travel.1);
            let place = Place::exact(range);
            if known.2.len() < PLACES_MAX && !known.2.contains(&place) {
                known.2.push(place);
            }
        }
    }

    /// The full name of what `written` names inside `scope`: the innermost that exists.
    fn find(&self, written: &str, scope: &str) -> String {
        if let Some(full) = written.strip_prefix('.') {
            return full.to_owned();
        }
        let scope = if scope.is_empty() { self.descriptor.package() } else { scope };
        let mut scope = Some(scope);
        while let Some(around) = scope {
            let name = joined(around, written);
            if self.messages.contains_key(&name) {
                return name;
            }
            scope = if around.is_empty() { None } else { Some(around.rsplit_once('.').map_or("", |(outer, _)| outer)) };
        }
        written.to_owned()
    }
}

/// A method of a service, and where the service is named.
struct Method<'a> {
    service: &'a str,
    head: Range<usize>,
    descriptor: &'a MethodDescriptorProto,
    path: Vec<i32>,
    retired: bool,
}

/// Names the options that no reader understands.
fn name_options<'a>(options: impl Iterator<Item = &'a UninterpretedOption>, at: usize, facts: &mut Facts<'_>) {
    for option in options.filter(|option| !KNOWN_OPTIONS.contains(&name_of(option).as_str())) {
        facts.not_understood(at, format!("the option `{}`", name_of(option)));
    }
}

/// The parser leaves the meaning of options to others.
fn retires(option: &UninterpretedOption) -> bool {
    name_of(option) == "deprecated" && option.identifier_value.as_deref() == Some("true")
}

fn name_of(option: &UninterpretedOption) -> String {
    let parts: Vec<&str> = option.name.iter().map(|part| part.name_part.trim_start_matches('.')).collect();
    parts.join(".")
}

fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

fn numbered<T>(list: &[T]) -> impl Iterator<Item = (i32, &T)> {
    (0..).zip(list)
}
