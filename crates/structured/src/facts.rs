//! Where readers put what they find: claims with their quotes, each statement once, and what no reader understands. How a
//! quote is cut is the business of `quotes`, so that every one of them is a slice of a document as stored.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

use cairn_model::{
    AcceptedRiskClaim, BoundaryClaim, Claim, ComponentClaim, Confidence, ControlClaim, ControlType, DataClaim,
    Document, EndpointClaim, FlowClaim, NotUnderstood, PermissionClaim, Quote, Statement, Status,
};

use crate::Reading;
use crate::quotes::{Source, merged};
use crate::secrets;
use crate::tree::{Forest, Node};

/// Passages kept for one claim that is stated many times.
const QUOTES_PER_CLAIM_MAX: usize = 6;
/// Parts named one by one as not understood before they are only counted.
const NOT_UNDERSTOOD_MAX: usize = 200;
/// Claims made of one document; what a file states beyond is counted as not understood.
const CLAIMS_MAX: usize = 20_000;

/// A part of the text that states a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Which of the documents: 0 for the one that is read, more for those it refers to.
    file: usize,
    range: Range<usize>,
    extent: Extent,
}

/// How much around a range is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Nothing.
    Exact,
    /// The lines that hold it.
    Lines,
    /// The lines that hold it, unless a value stands in them that may be a secret.
    LinesWithoutValues,
}

impl Place {
    /// Exactly these bytes: for lines that also hold something which must not be repeated, such as a password.
    pub(crate) fn exact(range: Range<usize>) -> Self {
        Self { file: 0, range, extent: Extent::Exact }
    }

    /// The lines that hold the range or, where a default or an example stands in them, only the range.
    pub(crate) fn without_values(range: Range<usize>) -> Self {
        Self { file: 0, range, extent: Extent::LinesWithoutValues }
    }

    /// The same place in another of the documents.
    pub(crate) fn in_file(self, file: usize) -> Self {
        Self { file, ..self }
    }

    /// First byte.
    pub(crate) fn start(&self) -> usize {
        self.range.start
    }
}

/// The lines that hold the range.
impl From<Range<usize>> for Place {
    fn from(range: Range<usize>) -> Self {
        Self { file: 0, range, extent: Extent::Lines }
    }
}

/// Collects the claims about one document.
pub(crate) struct Facts<'a> {
    own: Source<'a>,
    /// Documents that the one that is read refers to; place numbers count them from 1.
    others: Vec<Source<'a>>,
    extractor: &'static str,
    claims: Vec<Claim>,
    /// Where each statement stands in `claims`, so that repeating it adds a passage instead of a claim.
    known: BTreeMap<(Statement, Status), usize>,
    not_understood: Vec<NotUnderstood>,
    unnamed: usize,
    /// Bytes that some claim speaks of, or that a reader passed over knowingly.
    covered: Vec<Range<usize>>,
}

impl<'a> Facts<'a> {
    /// An empty collection; `extractor` is the reader's name and version.
    pub(crate) fn new(document: &'a Document, extractor: &'static str) -> Self {
        Self::among(document, &[], extractor)
    }

    /// An empty collection for a document that refers to `others`, which may be quoted too.
    pub(crate) fn among(document: &'a Document, others: &[&'a Document], extractor: &'static str) -> Self {
        Self {
            own: Source::new(document),
            others: others.iter().map(|other| Source::new(other)).collect(),
            extractor,
            claims: Vec::new(),
            known: BTreeMap::new(),
            not_understood: Vec::new(),
            unnamed: 0,
            covered: Vec::new(),
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
        secrets::in_tree(root, &mut self.own.secrets);
    }

    /// Keeps every value in `node` out of all quotes; to be called before the first claim.
    pub(crate) fn hide_all(&mut self, node: &Node) {
        secrets::all(node, &mut self.own.secrets);
    }

    /// Keeps these bytes out of all quotes; to be called before the first claim.
    pub(crate) fn hide(&mut self, range: Range<usize>) {
        self.own.secrets.push(range);
    }

    /// The text that is read.
    pub(crate) fn text(&self) -> &'a str {
        self.own.text()
    }

    /// The reading, complete.
    pub(crate) fn finish(mut self) -> Reading {
        if self.unnamed > 0 {
            let what = format!("and {} further parts", self.unnamed);
            self.not_understood.push(NotUnderstood { path: self.own.document.path.clone(), line: 1, what });
        }
        Reading { claims: self.claims, not_understood: self.not_understood }
    }

    /// Notes a part that no reader understands.
    pub(crate) fn not_understood(&mut self, at: usize, what: impl Display) {
        self.not_understood_in(0, at, what);
    }

    /// Notes a part of one of the documents that no reader understands.
    pub(crate) fn not_understood_in(&mut self, file: usize, at: usize, what: impl Display) {
        if self.not_understood.len() >= NOT_UNDERSTOOD_MAX {
            self.unnamed += 1;
            return;
        }
        let Some(source) = self.source(file) else { return };
        let (path, line) = (source.document.path.clone(), source.line_of(at));
        self.not_understood.push(NotUnderstood { path, line, what: secrets::without(&what.to_string()) });
    }

    /// Counts parts that no reader understands without naming each.
    pub(crate) fn further_parts(&mut self, count: usize) {
        self.unnamed += count;
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
        self.flow_as(claim, Status::Implemented, places);
    }

    pub(crate) fn flow_as(&mut self, claim: FlowClaim, status: Status, places: &[Place]) {
        if !claim.source.is_empty() && !claim.target.is_empty() && claim.source != claim.target {
            self.add(Statement::Flow(claim), status, places);
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
        self.covered.extend(places.iter().filter(|place| place.file == 0).map(|place| place.range.clone()));
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

    /// One quote for each place, neighbours joined, in the order of the documents and their text.
    fn quotes(&self, places: &[Place]) -> Vec<Quote> {
        let mut ranges: Vec<(usize, Range<usize>)> =
            places.iter().filter_map(|place| Some((place.file, self.cut(place)?))).collect();
        ranges.sort_by_key(|(file, range)| (*file, range.start, range.end));
        let mut joined: Vec<(usize, Range<usize>)> = Vec::new();
        for (file, range) in ranges {
            let source = self.source(file);
            match joined.last_mut() {
                Some((before, last)) if *before == file && source.is_some_and(|it| it.touches(last, &range)) => {
                    last.end = last.end.max(range.end);
                }
                _ => joined.push((file, range)),
            }
        }
        joined.truncate(QUOTES_PER_CLAIM_MAX);
        joined.into_iter().filter_map(|(file, range)| self.source(file)?.quote(range)).collect()
    }

    /// The bytes to quote for `place`: its lines, or what of them is not hidden.
    fn cut(&self, place: &Place) -> Option<Range<usize>> {
        let source = self.source(place.file)?;
        let range = match place.extent {
            Extent::Exact => source.exactly(&place.range),
            Extent::Lines => source.lines(&place.range),
            Extent::LinesWithoutValues => source.lines_without_values(&place.range),
        }?;
        source.without_hidden(place.start(), range)
    }

    fn source(&self, file: usize) -> Option<&Source<'a>> {
        if file == 0 { Some(&self.own) } else { self.others.get(file - 1) }
    }
}
