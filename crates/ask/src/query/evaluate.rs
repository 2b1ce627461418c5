//! A query on the records: rows with citations, and what cannot be decided.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cairn_model::{Citation, Document, DocumentId, ElementId, NormalName, Truth, name_words};

use super::records::{Record, Records};
use super::vocabulary::Values;
use super::{Condition, Kind, Link, Operator, Query, QueryError, Target};
use crate::Facts;
use crate::similar::did_you_mean;

/// What a query found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What the cells of each row are.
    pub columns: Vec<&'static str>,
    /// In the order of kinds and ids; threats, paths and changes with the most pressing first.
    pub rows: Vec<Row>,
    /// How many rows a limit left out.
    pub left_out: usize,
    /// Elements of which the documents do not say enough to tell: id and name.
    pub undecided: Vec<(ElementId, String)>,
}

/// One element that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id.
    pub id: ElementId,
    /// What people call it.
    pub name: String,
    /// Its attributes, in the order of the columns; none for what no document says.
    pub cells: Vec<Option<String>>,
    /// The passages that say so: those that decide the conditions first. Empty only for what no document says: gaps, coverage.
    pub citations: Vec<Citation>,
}

/// Changes that ask for attention first come first, those of threats before others.
fn pressing(cells: &[Option<String>]) -> (usize, bool) {
    let is = |word: &str| cells.iter().flatten().any(|it| it == word);
    let class = cairn_diff::Class::ALL.iter().position(|it| is(it.as_str()));
    (class.unwrap_or(usize::MAX), !is("threat"))
}

/// Looks a query up.
pub fn evaluate(query: &Query, facts: &Facts<'_>) -> Result<Rows, QueryError> {
    Evaluation::new(&Records::of(facts), facts.documents).rows(query)
}

/// The records and what was asked of them already.
pub(crate) struct Evaluation<'a> {
    records: &'a Records,
    paths: BTreeMap<&'a DocumentId, &'a str>,
    /// What a target leads to, by its text: conditions are looked at once for each element.
    targets: BTreeMap<String, Rc<BTreeSet<ElementId>>>,
    reached: BTreeMap<(Link, ElementId), BTreeSet<ElementId>>,
}

/// Whether a condition holds of a record, and what says so.
struct Verdict {
    truth: Truth,
    evidence: Vec<Citation>,
}

impl Verdict {
    const fn bare(truth: Truth) -> Self {
        Self { truth, evidence: Vec::new() }
    }
}

impl<'a> Evaluation<'a> {
    pub(crate) fn new(records: &'a Records, documents: &'a [Document]) -> Self {
        let paths = documents.iter().map(|it| (&it.id, it.path.as_str())).collect();
        Self { records, paths, targets: BTreeMap::new(), reached: BTreeMap::new() }
    }

    pub(crate) fn rows(&mut self, query: &Query) -> Result<Rows, QueryError> {
        let columns: Vec<&'static str> = query.kind.attributes().iter().map(|it| it.name).collect();
        let mut rows = Rows { columns, ..Rows::default() };
        for (record, verdict) in self.judged(query)? {
            match verdict.truth {
                Truth::True => rows.rows.push(row(record, verdict.evidence)),
                Truth::Unknown => rows.undecided.push((record.id.clone(), record.label.clone())),
                Truth::False => {}
            }
        }
        if query.kind == Kind::Threat || query.kind == Kind::Path {
            rows.rows.sort_by_key(|row| std::cmp::Reverse(score(self.records, &row.id)));
        }
        if query.kind == Kind::Change {
            rows.rows.sort_by_key(|row| pressing(&row.cells));
        }
        if let Some(limit) = query.limit.filter(|limit| *limit < rows.rows.len()) {
            rows.left_out = rows.rows.len() - limit;
            rows.rows.truncate(limit);
        }
        Ok(rows)
    }

    fn judged(&mut self, query: &Query) -> Result<Vec<(&'a Record, Verdict)>, QueryError> {
        let of_kind = self.records.all().iter().filter(|it| it.kind == query.kind);
        let mut judged = Vec::new();
        for record in of_kind {
            let verdict = match &query.condition {
                Some(condition) => self.verdict(condition, record)?,
                None => Verdict::bare(Truth::True),
            };
            judged.push((record, verdict));
        }
        Ok(judged)
    }

    fn verdict(&mut self, condition: &Condition, record: &Record) -> Result<Verdict, QueryError> {
        Ok(match condition {
            Condition::All(parts) => {
                let mut whole = Verdict::bare(Truth::True);
                for part in parts {
                    let part = self.verdict(part, record)?;
                    whole.truth = whole.truth.and(part.truth);
                    whole.evidence.extend(part.evidence);
                }
                whole
            }
            Condition::Any(parts) => {
                let mut whole = Verdict::bare(Truth::False);
                for part in parts {
                    let part = self.verdict(part, record)?;
                    whole.truth = whole.truth.or(part.truth);
                    if part.truth == Truth::True {
                        whole.evidence.extend(part.evidence);
                    }
                }
                whole
            }
            Condition::Not(part) => {
                let part = self.verdict(part, record)?;
                Verdict { truth: !part.truth, ..part }
            }
            Condition::Stated { attribute, is_known } => {
                let values = self.values(record, attribute);
                let evidence = record.attributes.get(attribute).map(|it| it.evidence.clone()).unwrap_or_default();
                Verdict { truth: Truth::from(values.is_empty() != *is_known), evidence }
            }
            Condition::Compare { attribute, operator, values } => self.compared(record, attribute, *operator, values),
            Condition::Linked { link, target, is_told } => self.linked(record, *link, target, *is_told)?,
        })
    }

    fn values(&self, record: &Record, attribute: &str) -> Vec<String> {
        match attribute {
            "name" => std::iter::once(&record.label).chain(&record.aliases).cloned().collect(),
            "id" => vec![record.id.to_string()],
            "document" => {
                let paths: BTreeSet<&str> =
                    record.evidence.iter().filter_map(|it| self.paths.get(&it.document).copied()).collect();
                paths.into_iter().map(str::to_owned).collect()
            }
            _ => record.attributes.get(attribute).map(|it| it.values.clone()).unwrap_or_default(),
        }
    }

    fn compared(&self, record: &Record, attribute: &str, operator: Operator, wanted: &[String]) -> Verdict {
        let values = self.values(record, attribute);
        if values.is_empty() {
            return Verdict::bare(Truth::Unknown);
        }
        let order = match record.kind.attribute(attribute).map(|it| it.values) {
            Some(Values::OneOf(known)) => known(),
            _ => Vec::new(),
        };
        let is_met = |value: &String| {
            wanted.iter().any(|wanted| match operator {
                Operator::Equal | Operator::Unequal => is_same(value, wanted),
                Operator::Contains => contains(value, wanted),
                ordering => is_ordered(value, wanted, ordering, &order),
            })
        };
        let holds = values.iter().any(is_met) != (operator == Operator::Unequal);
        let evidence = record.attributes.get(attribute).map(|it| it.evidence.clone()).unwrap_or_default();
        Verdict { truth: Truth::from(holds), evidence }
    }

    fn linked(&mut self, record: &Record, link: Link, target: &Target, is_told: bool) -> Result<Verdict, QueryError> {
        let wanted = self.target(target)?;
        let to = match link {
            Link::Reaches => self.closure(Link::Calls, &record.id),
            Link::ReachedFrom => self.closure(Link::CalledBy, &record.id),
            link => record.links.get(&link).cloned().unwrap_or_default(),
        };
        let met: Vec<&ElementId> = to.intersection(&wanted).collect();
        let mut evidence = Vec::new();
        // What is linked tells of the link: a control of what it is on, a data set of who keeps it.
        for other in met.iter().filter_map(|id| self.records.get(id)) {
            if let Some(told) = record.told.get(&(link, other.id.clone())) {
                evidence.extend(told.iter().cloned());
            } else if matches!(other.kind, Kind::Control | Kind::Data | Kind::Endpoint | Kind::Threat) {
                evidence.extend(other.evidence.iter().cloned());
            }
        }
        if matches!(link, Link::Calls | Link::CalledBy) {
            evidence.extend(self.flows_between(&record.id, &met, link));
        }
        let truth = match (met.is_empty(), is_told) {
            (false, _) => Truth::from(is_told),
            (true, false) => Truth::True,
            // Flows and paths know both their ends; of everything else silence proves nothing.
            (true, true) if matches!(record.kind, Kind::Flow | Kind::Path | Kind::Change | Kind::Coverage) => {
                Truth::False
            }
            (true, true) if to.is_empty() => Truth::Unknown,
            (true, true) => Truth::False,
        };
        Ok(Verdict { truth, evidence })
    }

    fn flows_between(&self, one: &ElementId, others: &[&ElementId], link: Link) -> Vec<Citation> {
        let (near, far) = if link == Link::Calls { (Link::From, Link::To) } else { (Link::To, Link::From) };
        let is_end =
            |flow: &Record, link: Link, id: &ElementId| flow.links.get(&link).is_some_and(|it| it.contains(id));
        let flows = self.records.all().iter().filter(|it| it.kind == Kind::Flow && is_end(it, near, one));
        let meant = flows.filter(|it| others.iter().any(|other| is_end(it, far, other)));
        meant.flat_map(|it| it.evidence.iter().cloned()).collect()
    }

    fn target(&mut self, target: &Target) -> Result<Rc<BTreeSet<ElementId>>, QueryError> {
        let key = match target {
            Target::Named { name, .. } => format!("\"{name}"),
            Target::Found(query) => query.to_string(),
        };
        if let Some(known) = self.targets.get(&key) {
            return Ok(Rc::clone(known));
        }
        let found = Rc::new(match target {
            Target::Named { name, at } => {
                let found = self.records.named(name);
                if found.is_empty() {
                    let error = QueryError::new(*at, format!("nothing is called `{name}`"));
                    return Err(match did_you_mean(name, self.records.names()) {
                        Some(hint) => error.hint(hint),
                        None => error.hint("`components where name ~ \"…\"` finds names by a part of them"),
                    });
                }
                found
            }
            Target::Found(query) => {
                let judged = self.judged(query)?.into_iter();
                judged.filter(|(_, verdict)| verdict.truth == Truth::True).map(|(it, _)| it.id.clone()).collect()
            }
        });
        self.targets.insert(key, Rc::clone(&found));
        Ok(found)
    }

    /// Everything that steps of `link` lead to.
    fn closure(&mut self, link: Link, from: &ElementId) -> BTreeSet<ElementId> {
        if let Some(known) = self.reached.get(&(link, from.clone())) {
            return known.clone();
        }
        let (mut found, mut open) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(id) = open.pop() {
            let next = self.records.get(&id).and_then(|it| it.links.get(&link));
            open.extend(next.into_iter().flatten().filter(|it| found.insert((*it).clone())).cloned());
        }
        self.reached.insert((link, from.clone()), found.clone());
        found
    }
}

/// The most passages that are shown for one row.
const CITATIONS_MAX: usize = 6;

fn row(record: &Record, decisive: Vec<Citation>) -> Row {
    let cells = record.kind.attributes().iter().map(|attribute| {
        let said = record.attributes.get(attribute.name).filter(|it| !it.values.is_empty())?;
        Some(said.values.join(", "))
    });
    let mut citations = Vec::new();
    for citation in decisive.into_iter().chain(record.evidence.iter().cloned()) {
        if citations.len() < CITATIONS_MAX && !citations.contains(&citation) {
            citations.push(citation);
        }
    }
    Row { id: record.id.clone(), name: record.label.clone(), cells: cells.collect(), citations }
}

fn score(records: &Records, id: &ElementId) -> u32 {
    let score = records.get(id).and_then(|it| it.attributes.get("score")).and_then(|it| it.values.first());
    score.and_then(|it| it.replace('.', "").parse().ok()).unwrap_or_default()
}

fn is_same(value: &str, wanted: &str) -> bool {
    value.eq_ignore_ascii_case(wanted) || {
        let name = NormalName::of(wanted);
        !name.is_empty() && NormalName::of(value) == name
    }
}

/// Whether all words of `wanted` are in `value`, in any form of singular and plural.
fn contains(value: &str, wanted: &str) -> bool {
    let words: BTreeSet<String> = name_words(value).into_iter().collect();
    let wanted = name_words(wanted);
    let joined = NormalName::of(value);
    !wanted.is_empty() && wanted.iter().all(|word| words.contains(word) || joined.as_str().contains(word.as_str()))
}

fn is_ordered(value: &str, wanted: &str, operator: Operator, order: &[&'static str]) -> bool {
    let rank = |text: &str| order.iter().position(|it| it.eq_ignore_ascii_case(text));
    let compared = match (rank(value), rank(wanted)) {
        (Some(value), Some(wanted)) => Some(value.cmp(&wanted)),
        _ => match (value.parse::<f64>(), wanted.parse::<f64>()) {
            (Ok(value), Ok(wanted)) => value.partial_cmp(&wanted),
            _ => None,
        },
    };
    compared.is_some_and(|it| match operator {
        Operator::Less => it.is_lt(),
        Operator::AtMost => it.is_le(),
        Operator::More => it.is_gt(),
        Operator::AtLeast => it.is_ge(),
        Operator::Equal | Operator::Unequal | Operator::Contains => false,
    })
}
