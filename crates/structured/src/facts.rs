//! Where readers put what they find. Quotes are cut here and nowhere else, so that every one of them is a slice of the
//! document as stored, of a length that a person can read.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

use cairn_model::{
    AcceptedRiskClaim, BoundaryClaim, Claim, ComponentClaim, Confidence, ControlClaim, ControlType, DataClaim,
    Document, EndpointClaim, FlowClaim, NotUnderstood, PermissionClaim, Quote, Statement, Status,
};

use crate::tree::{Forest, Node};
use crate::{Reading, secrets, sensitive};

/// Shortest quote that tells a reader anything.
const QUOTE_BYTES_MIN: usize = 8;
/// Longest quote that is still read.
const QUOTE_BYTES_MAX: usize = 400;
/// Passages kept for one claim that is stated many times.
const QUOTES_PER_CLAIM_MAX: usize = 6;
/// Parts named one by one as not understood before they are only counted.
const NOT_UNDERSTOOD_MAX: usize = 200;
/// Claims made of one document; what a file states beyond is counted as not understood.
const CLAIMS_MAX: usize = 20_000;

/// A part of the text that states a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    range: Range<usize>,
    whole_lines: bool,
}

impl Place {
    /// Exactly these bytes: for lines that also hold something which must not be repeated, such as a password.
    pub(crate) fn exact(range: Range<usize>) -> Self {
        Self { range, whole_lines: false }
    }

    /// First byte.
    pub(crate) fn start(&self) -> usize {
        self.range.start
    }
}

/// The lines that hold the range.
impl From<Range<usize>> for Place {
    fn from(range: Range<usize>) -> Self {
        Self { range, whole_lines: true }
    }
}

/// Collects the claims about one document.
pub(crate) struct Facts<'a> {
    document: &'a Document,
    extractor: &'static str,
    line_starts: Vec<usize>,
    claims: Vec<Claim>,
    /// Where each statement stands in `claims`, so that repeating it adds a passage instead of a claim.
    known: BTreeMap<(Statement, Status), usize>,
    not_understood: Vec<NotUnderstood>,
    unnamed: usize,
    /// Bytes that some claim speaks of, or that a reader passed over knowingly.
    covered: Vec<Range<usize>>,
    /// Values that the reader knows to be secrets.
    secrets: Vec<Range<usize>>,
    /// All values that no quote may hold, in order and without overlaps; known with the first quote.
    hidden: OnceCell<Vec<Range<usize>>>,
}

impl<'a> Facts<'a> {
    /// An empty collection; `extractor` is the reader's name and version.
    pub(crate) fn new(document: &'a Document, extractor: &'static str) -> Self {
        let after_newlines = document.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self {
            document,
            extractor,
            line_starts: std::iter::once(0).chain(after_newlines).collect(),
            claims: Vec::new(),
            known: BTreeMap::new(),
            not_understood: Vec::new(),
            unnamed: 0,
            covered: Vec::new(),
            secrets: Vec::new(),
            hidden: OnceCell::new(),
        }
    }

    /// An empty collection for the trees of a file: names what broke in them, and hides the secrets in them.
    pub(crate) fn of_forest(document: &'a Document, extractor: &'static str, forest: &Forest) -> Self {
        let mut facts = Self::new(document, extractor);
        for (at, problem) in &forest.problems {
            facts.not_understood(*at, problem);
        }
        forest.trees.iter().for_each(|root| facts.hide_secrets(root));
        facts
    }

    /// Keeps the secrets of a tree out of all quotes; to be called before the first claim.
    pub(crate) fn hide_secrets(&mut self, root: &Node) {
        secrets::in_tree(root, &mut self.secrets);
    }

    /// Keeps every value in `node` out of all quotes; to be called before the first claim.
    pub(crate) fn hide_all(&mut self, node: &Node) {
        secrets::all(node, &mut self.secrets);
    }

    /// Keeps these bytes out of all quotes; to be called before the first claim.
    pub(crate) fn hide(&mut self, range: Range<usize>) {
        self.secrets.push(range);
    }

    /// The text that is read.
    pub(crate) fn text(&self) -> &'a str {
        &self.document.text
    }

    /// The reading, complete.
    pub(crate) fn finish(mut self) -> Reading {
        if self.unnamed > 0 {
            let what = format!("and {} further parts", self.unnamed);
            self.not_understood.push(NotUnderstood { path: self.document.path.clone(), line: 1, what });
        }
        Reading { claims: self.claims, not_understood: self.not_understood }
    }

    /// Notes a part that no reader understands.
    pub(crate) fn not_understood(&mut self, at: usize, what: impl Display) {
        if self.not_understood.len() >= NOT_UNDERSTOOD_MAX {
            self.unnamed += 1;
            return;
        }
        let (path, line) = (self.document.path.clone(), self.line_of(at));
        self.not_understood.push(NotUnderstood { path, line, what: secrets::without(&what.to_string()) });
    }

    /// Notes bytes that state nothing for the model, so that they do not count as overlooked.
    pub(crate) fn pass_over(&mut self, range: Range<usize>) {
        self.covered.push(range);
    }

    /// The bytes that claims speak of or that were passed over, in order and without overlaps.
    pub(crate) fn covered(&self) -> Vec<Range<usize>> {
        merged(self.covered.clone())
    }

    pub(crate) fn component(&mut self, claim: ComponentClaim, places: &[Place]) {
        self.add(Statement::Component(claim), Status::Implemented, places);
    }

    /// A component that is planned, assumed or on its way out.
    pub(crate) fn component_as(&mut self, claim: ComponentClaim, status: Status, places: &[Place]) {
        self.add(Statement::Component(claim), status, places);
    }

    pub(crate) fn boundary(&mut self, claim: BoundaryClaim, places: &[Place]) {
        self.add(Statement::Boundary(claim), Status::Implemented, places);
    }

    pub(crate) fn flow(&mut self, claim: FlowClaim, places: &[Place]) {
        if !claim.source.is_empty() && !claim.target.is_empty() && claim.source != claim.target {
            self.add(Statement::Flow(claim), Status::Implemented, places);
        }
    }

    pub(crate) fn data(&mut self, claim: DataClaim, places: &[Place]) {
        self.add(Statement::Data(claim), Status::Implemented, places);
    }

    pub(crate) fn accepted_risk(&mut self, claim: AcceptedRiskClaim, places: &[Place]) {
        self.add(Statement::AcceptedRisk(claim), Status::Implemented, places);
    }

    pub(crate) fn endpoint(&mut self, claim: EndpointClaim, status: Status, places: &[Place]) {
        self.add(Statement::Endpoint(claim), status, places);
    }

    pub(crate) fn permission(&mut self, claim: PermissionClaim, places: &[Place]) {
        self.add(Statement::Permission(claim), Status::Implemented, places);
    }

    /// A control that is there.
    pub(crate) fn protects(&mut self, family: ControlType, on: &str, mechanism: &str, places: &[Place]) {
        self.control(family, on, mechanism, Status::Implemented, places);
    }

    /// A control that the file says is not there.
    pub(crate) fn lacks(&mut self, family: ControlType, on: &str, mechanism: &str, places: &[Place]) {
        self.control(family, on, mechanism, Status::Absent, places);
    }

    /// A control that a switch turns on or off.
    pub(crate) fn switch(&mut self, on: bool, family: ControlType, name: &str, mechanism: &str, places: &[Place]) {
        let status = if on { Status::Implemented } else { Status::Absent };
        self.control(family, name, mechanism, status, places);
    }

    fn control(&mut self, family: ControlType, on: &str, mechanism: &str, status: Status, places: &[Place]) {
        let on = if on.is_empty() { Vec::new() } else { vec![on.to_owned()] };
        let mechanism = Some(mechanism.to_owned()).filter(|mechanism| !mechanism.is_empty());
        let claim = ControlClaim { control_type: family, on, mechanism };
        self.add(Statement::Control(claim), status, places);
    }

    fn add(&mut self, statement: Statement, status: Status, places: &[Place]) {
        self.covered.extend(places.iter().map(|place| place.range.clone()));
        let evidence = self.quotes(places);
        if evidence.is_empty() {
            return;
        }
        let key = (statement, status);
        if let Some(claim) = self.known.get(&key).and_then(|at| self.claims.get_mut(*at)) {
            let room = QUOTES_PER_CLAIM_MAX.saturating_sub(claim.evidence.len());
            let new: Vec<Quote> = evidence.into_iter().filter(|quote| !claim.evidence.contains(quote)).collect();
            claim.evidence.extend(new.into_iter().take(room));
            return;
        }
        if self.claims.len() >= CLAIMS_MAX {
            self.unnamed += 1;
            return;
        }
        self.known.insert(key.clone(), self.claims.len());
        self.claims.push(Claim {
            statement: key.0,
            status,
            evidence,
            extractor: self.extractor.to_owned(),
            confidence: Confidence::thousandths(1000),
        });
    }

    /// One quote for each place, neighbours joined, in the order of the text.
    fn quotes(&self, places: &[Place]) -> Vec<Quote> {
        let mut ranges: Vec<Range<usize>> = places.iter().filter_map(|place| self.cut(place)).collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match joined.last_mut() {
                Some(last) if self.touches(last, &range) => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        joined.truncate(QUOTES_PER_CLAIM_MAX);
        joined.into_iter().filter_map(|range| self.quote(range)).collect()
    }

    fn touches(&self, first: &Range<usize>, next: &Range<usize>) -> bool {
        let between = self.text().get(first.end..next.start);
        next.end.saturating_sub(first.start) <= QUOTE_BYTES_MAX
            && between.is_none_or(|gap| gap.bytes().all(|byte| byte.is_ascii_whitespace()))
    }

    fn quote(&self, range: Range<usize>) -> Option<Quote> {
        let text = self.text().get(range.clone())?.to_owned();
        (text.len() >= QUOTE_BYTES_MIN && text.chars().any(char::is_alphanumeric)).then(|| Quote {
            document: self.document.id.clone(),
            text,
            at: Some(range.start),
        })
    }

    /// The bytes to quote for `place`: its lines, or what of them is not hidden.
    fn cut(&self, place: &Place) -> Option<Range<usize>> {
        let range = self.lines_of(place)?;
        let hidden = self.hidden();
        let before = hidden.partition_point(|secret| secret.end <= place.range.start);
        let lower = before.checked_sub(1).and_then(|at| hidden.get(at)).map_or(0, |secret| secret.end);
        let upper = hidden.get(before).map_or(self.text().len(), |secret| secret.start);
        if lower <= range.start && range.end <= upper {
            return Some(range);
        }
        let end = range.end.min(upper);
        let clear = range.start.max(lower).min(end)..end;
        let clear = if clear.len() < QUOTE_BYTES_MIN { lower.max(self.line_start(clear.start))..end } else { clear };
        self.trim(clear)
    }

    fn hidden(&self) -> &[Range<usize>] {
        self.hidden.get_or_init(|| merged(self.secrets.iter().cloned().chain(secrets::in_text(self.text())).collect()))
    }

    fn lines_of(&self, place: &Place) -> Option<Range<usize>> {
        let text = self.text();
        let start = text.floor_char_boundary(place.range.start);
        let end = text.ceil_char_boundary(place.range.end.max(start));
        if !place.whole_lines {
            return self.trim(start..end.min(text.floor_char_boundary(start + QUOTE_BYTES_MAX)));
        }
        let last = end.saturating_sub(1).max(start);
        let lines = self.line_start(start)..self.line_end(last);
        let range = if lines.len() <= QUOTE_BYTES_MAX { lines } else { self.window(start, end, &lines) };
        let range = self.trim(range)?;
        if range.len() < QUOTE_BYTES_MIN { self.grow(range) } else { Some(range) }
    }

    /// Of lines that are too long: from the place on, as far as the limit allows.
    fn window(&self, start: usize, end: usize, lines: &Range<usize>) -> Range<usize> {
        let first_line_end = self.line_end(start).max(start + QUOTE_BYTES_MIN);
        let stop = if end <= start + QUOTE_BYTES_MAX { end } else { first_line_end };
        let stop = stop.max(start + QUOTE_BYTES_MIN).min(start + QUOTE_BYTES_MAX).min(lines.end);
        let from = if stop < start + QUOTE_BYTES_MIN { stop.saturating_sub(QUOTE_BYTES_MIN) } else { start };
        self.text().floor_char_boundary(from.max(lines.start))..self.text().floor_char_boundary(stop)
    }

    /// A line such as `get:` says too little: the next one joins it, or the one before at the end of the text.
    fn grow(&self, range: Range<usize>) -> Option<Range<usize>> {
        let text = self.text();
        let mut grown = range;
        for _ in 0..3 {
            let rest = text.get(grown.end..)?;
            let Some(gap) = rest.find(|c: char| !c.is_whitespace()) else { break };
            let next = grown.end + gap..self.line_end(grown.end + gap);
            grown.end = self.before_secret(next);
            if grown.len() >= QUOTE_BYTES_MIN {
                break;
            }
        }
        if grown.len() < QUOTE_BYTES_MIN {
            let before = text.get(..grown.start)?.trim_end();
            grown.start = self.line_start(before.len().saturating_sub(1));
        }
        let end = text.floor_char_boundary(grown.end.min(grown.start + QUOTE_BYTES_MAX));
        self.trim(grown.start..end)
    }

    /// The line's end or, when its key names a secret, the end of the key: neighbours are quoted for context only.
    fn before_secret(&self, line: Range<usize>) -> usize {
        let seen = self.text().floor_char_boundary(line.end.min(line.start + QUOTE_BYTES_MAX));
        let text = self.text().get(line.start..seen).unwrap_or_default();
        let secret = text.split_once([':', '=']).filter(|(key, _)| sensitive::is_secret(key));
        secret.map_or(line.end, |(key, _)| line.start + key.len())
    }

    fn trim(&self, range: Range<usize>) -> Option<Range<usize>> {
        let slice = self.text().get(range.clone())?;
        let start = range.start + (slice.len() - slice.trim_start().len());
        let end = start + slice.trim().len();
        (start < end).then_some(start..end)
    }

    fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at)
    }

    fn line_start(&self, at: usize) -> usize {
        self.line_starts.get(self.line_of(at).saturating_sub(1)).copied().unwrap_or(0)
    }

    fn line_end(&self, at: usize) -> usize {
        self.line_starts.get(self.line_of(at)).map_or(self.text().len(), |next| next - 1)
    }
}

/// The ranges in order, those that touch joined.
fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}
