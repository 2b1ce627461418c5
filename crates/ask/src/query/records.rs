//! The model as one list of records with attributes and links, so that a query need not know the shape of each kind.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, ElementId, NormalName, Stated, System, Term};

use super::{Kind, Link};
use crate::Facts;

/// One element as queries see it.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) kind: Kind,
    pub(crate) id: ElementId,
    pub(crate) label: String,
    /// Other names of it.
    pub(crate) aliases: Vec<String>,
    pub(crate) attributes: BTreeMap<&'static str, Said>,
    pub(crate) links: BTreeMap<Link, BTreeSet<ElementId>>,
    /// What states a link, where it is not the element as a whole.
    pub(crate) told: BTreeMap<(Link, ElementId), Vec<Citation>>,
    pub(crate) evidence: Vec<Citation>,
}

/// The values of an attribute with what states them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub(crate) values: Vec<String>,
    pub(crate) evidence: Vec<Citation>,
}

/// All records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    list: Vec<Record>,
    /// Of the elements that others lead to: where each stands in the list.
    by_id: BTreeMap<ElementId, usize>,
    by_name: BTreeMap<NormalName, BTreeSet<ElementId>>,
}

impl Records {
    /// The records of everything in `facts`, sorted by kind and id.
    pub(crate) fn of(facts: &Facts<'_>) -> Self {
        let mut list = Vec::new();
        elements(facts.system, &mut list);
        statements(facts.system, &mut list);
        findings(facts, &mut list);
        inverse_links(facts.system, &mut list);
        list.sort_by(|one, other| (one.kind, &one.id).cmp(&(other.kind, &other.id)));
        let mut records = Self { list, ..Self::default() };
        for (at, record) in records.list.iter().enumerate() {
            // An id stands for the element itself, and not for what is counted or changed about it.
            if matches!(record.kind, Kind::Change | Kind::Coverage) {
                continue;
            }
            records.by_id.insert(record.id.clone(), at);
            for name in std::iter::once(&record.label).chain(&record.aliases) {
                let name = NormalName::of(name);
                if !name.is_empty() {
                    records.by_name.entry(name).or_default().insert(record.id.clone());
                }
            }
        }
        records
    }

    pub(crate) fn all(&self) -> &[Record] {
        &self.list
    }

    pub(crate) fn get(&self, id: &ElementId) -> Option<&Record> {
        self.by_id.get(id).and_then(|at| self.list.get(*at))
    }

    /// The elements of this id, name or other name.
    pub(crate) fn named(&self, name: &str) -> BTreeSet<ElementId> {
        let as_id = self.by_id.keys().find(|id| id.as_str() == name).cloned();
        let by_name = self.by_name.get(&NormalName::of(name)).cloned().unwrap_or_default();
        as_id.into_iter().chain(by_name).collect()
    }

    /// All names there are.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let named = |it: &&Record| matches!(it.kind, Kind::Component | Kind::Boundary | Kind::Data | Kind::Endpoint);
        let records = self.list.iter().filter(named);
        records.flat_map(|it| std::iter::once(&it.label).chain(&it.aliases)).map(String::as_str)
    }
}

impl Record {
    fn new(kind: Kind, id: &ElementId, label: impl Into<String>, evidence: &[Citation]) -> Self {
        Self {
            kind,
            id: id.clone(),
            label: label.into(),
            aliases: Vec::new(),
            attributes: BTreeMap::new(),
            links: BTreeMap::new(),
            told: BTreeMap::new(),
            evidence: evidence.to_vec(),
        }
    }

    fn word<T: Term>(self, name: &'static str, value: Option<T>) -> Self {
        self.text(name, value.map(T::as_str))
    }

    fn text(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value {
            self.attributes.entry(name).or_default().values.push(value.to_string());
        }
        self
    }

    fn known<T: ToString>(mut self, name: &'static str, value: Option<&Stated<T>>) -> Self {
        if let Some(stated) = value {
            let said = self.attributes.entry(name).or_default();
            said.values.push(stated.value.to_string());
            said.evidence.extend(stated.evidence.iter().cloned());
        }
        self
    }

    fn link<'i>(mut self, link: Link, to: impl IntoIterator<Item = &'i ElementId>) -> Self {
        let mut to = to.into_iter().cloned().peekable();
        if to.peek().is_some() {
            self.links.entry(link).or_default().extend(to);
        }
        self
    }
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn elements(system: &System, list: &mut Vec<Record>) {
    for it in &system.components {
        let mut record = Record::new(Kind::Component, &it.id, &it.name, &it.evidence)
            .known("type", it.component_type.as_ref())
            .known("technology", it.technology.as_ref())
            .known("exposure", it.exposure.as_ref())
            .known("owner", it.owner.as_ref())
            .word("status", Some(it.status));
        record.aliases.clone_from(&it.aliases);
        list.push(record);
    }
    for it in &system.boundaries {
        let record =
            Record::new(Kind::Boundary, &it.id, &it.name, &it.evidence).known("type", it.boundary_type.as_ref());
        list.push(record.link(Link::Contains, &it.members));
    }
    let names: BTreeMap<&ElementId, &String> = system.components.iter().map(|it| (&it.id, &it.name)).collect();
    let name = |id: &ElementId| names.get(id).map_or_else(|| id.to_string(), ToString::to_string);
    for it in &system.flows {
        let label = format!("{} → {}", name(&it.source), name(&it.target));
        list.push(
            Record::new(Kind::Flow, &it.id, label, &it.evidence)
                .known("protocol", it.protocol.as_ref())
                .known("authentication", it.authentication.as_ref())
                .known("encryption", it.encryption.as_ref())
                .known("mode", it.mode.as_ref())
                .word("status", Some(it.status))
                .link(Link::From, [&it.source])
                .link(Link::To, [&it.target])
                .link(Link::Carries, &it.data),
        );
    }
    for it in &system.data {
        let mut record = Record::new(Kind::Data, &it.id, &it.name, &it.evidence)
            .known("classification", it.classification.as_ref())
            .link(Link::HandledBy, it.handled_by.iter().map(|it| &it.component));
        for handled in &it.handled_by {
            for link in [Link::HandledBy, Link::StoredBy] {
                record.told.entry((link, handled.component.clone())).or_default().extend(handled.evidence.clone());
            }
            for handling in &handled.handling {
                record = record.word("handling", Some(*handling));
                if matches!(handling, cairn_model::Handling::Stores) {
                    record = record.link(Link::StoredBy, [&handled.component]);
                }
            }
            let encrypted = handled.encrypted_at_rest.as_ref();
            record = record.text("encrypted_at_rest", encrypted.map(|it| yes_no(it.value)));
            record = record.known("retention", handled.retention.as_ref());
            record.evidence.extend(
                handled.evidence.iter().filter(|it| !record.evidence.contains(it)).cloned().collect::<Vec<_>>(),
            );
        }
        for said in record.attributes.values_mut() {
            said.values.sort();
            said.values.dedup();
        }
        list.push(record);
    }
    for it in &system.endpoints {
        let label = [it.method.as_deref(), Some(&it.path)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        list.push(
            Record::new(Kind::Endpoint, &it.id, label, &it.evidence)
                .text("method", it.method.as_ref())
                .text("path", Some(&it.path))
                .known("exposure", it.exposure.as_ref())
                .known("authentication", it.authentication.as_ref())
                .known("authorization", it.authorization.as_ref())
                .word("status", Some(it.status))
                .link(Link::Of, &it.component),
        );
    }
    for it in &system.controls {
        let family = it.control_type.as_str().replace('_', " ");
        let label = it.mechanism.as_ref().map_or(family.clone(), |how| format!("{family}: {how}"));
        list.push(
            Record::new(Kind::Control, &it.id, label, &it.evidence)
                .word("type", Some(it.control_type))
                .text("mechanism", it.mechanism.as_ref())
                .word("status", Some(it.status))
                .link(Link::On, &it.on),
        );
    }
}

fn statements(system: &System, list: &mut Vec<Record>) {
    for it in &system.permissions {
        let about = system.components.iter().filter(|part| {
            let names = || std::iter::once(&part.name).chain(&part.aliases).map(|it| NormalName::of(it));
            names().any(|name| name == NormalName::of(&it.principal) || name == NormalName::of(&it.resource))
        });
        let label = format!("{} may {} {}", it.principal, it.action, it.resource);
        list.push(
            Record::new(Kind::Permission, &it.id, label, &it.evidence)
                .text("principal", Some(&it.principal))
                .text("action", Some(&it.action))
                .text("resource", Some(&it.resource))
                .text("condition", it.condition.as_ref())
                .word("status", Some(it.status))
                .link(Link::About, about.map(|part| &part.id)),
        );
    }
    for it in &system.assumptions {
        let record = Record::new(Kind::Assumption, &it.id, &it.statement, &it.evidence);
        list.push(record.word("status", Some(it.status)).link(Link::About, &it.about));
    }
    for it in &system.decisions {
        let record = Record::new(Kind::Decision, &it.id, &it.statement, &it.evidence)
            .text("rationale", it.rationale.as_ref())
            .word("status", Some(it.status));
        list.push(record.link(Link::About, &it.about));
    }
    for it in &system.accepted_risks {
        let record = Record::new(Kind::AcceptedRisk, &it.id, &it.statement, &it.evidence)
            .text("owner", it.owner.as_ref())
            .text("accepted_on", it.accepted_on.as_ref())
            .text("expires_on", it.expires_on.as_ref())
            .text("rationale", it.rationale.as_ref())
            .word("status", Some(it.status));
        list.push(record.link(Link::About, &it.about));
    }
    for it in &system.questions {
        list.push(Record::new(Kind::Question, &it.id, &it.statement, &it.evidence).link(Link::About, &it.about));
    }
    for it in &system.incidents {
        let record = Record::new(Kind::Incident, &it.id, &it.statement, &it.evidence)
            .text("occurred_on", it.occurred_on.as_ref())
            .text("cause", it.cause.as_ref())
            .text("follow_up", it.follow_up.as_ref());
        list.push(record.link(Link::About, &it.about));
    }
}

fn findings(facts: &Facts<'_>, list: &mut Vec<Record>) {
    let labels: BTreeMap<ElementId, String> = list.iter().map(|it| (it.id.clone(), it.label.clone())).collect();
    let label = |id: &ElementId| labels.get(id).cloned().unwrap_or_else(|| id.to_string());
    for it in &facts.system.conflicts {
        let evidence: Vec<Citation> = it.positions.iter().flat_map(|side| side.evidence.clone()).collect();
        let attribute = it.attribute.replace('_', " ");
        let mut record =
            Record::new(Kind::Conflict, &it.id, format!("{attribute} of {}", label(&it.subject)), &evidence)
                .text("attribute", Some(&it.attribute))
                .text("resolution", it.resolution.as_ref())
                .text("settled", Some(yes_no(it.resolution.is_some())));
        record = record.link(Link::About, [&it.subject]);
        list.push(record);
    }
    for it in &facts.system.gaps {
        let record = Record::new(Kind::Gap, &it.id, &it.question, &[]).text("rule", Some(&it.rule));
        list.push(record.text("ask", it.ask.as_ref()).link(Link::About, [&it.subject]));
    }
    for it in facts.threats {
        let mut evidence: Vec<Citation> = it.explanation.iter().flat_map(|premise| premise.evidence.clone()).collect();
        evidence.sort();
        evidence.dedup();
        let mut record = Record::new(Kind::Threat, &it.id, &it.title, &evidence)
            .text("severity", Some(it.severity.as_str()))
            .text("status", Some(it.status.as_str()))
            .text("rule", Some(&it.rule))
            .text("score", Some(tenths(it.score_tenths)))
            .text("cwe", it.cwe)
            .text("decided", Some(yes_no(it.ruling.as_ref().is_some_and(|ruling| ruling.in_force))))
            .link(Link::On, [&it.subject])
            .link(Link::About, it.about.iter().chain([&it.subject]));
        for letter in &it.stride {
            record = record.text("stride", Some(letter.letter()));
        }
        list.push(record);
    }
    for it in facts.paths {
        let mut evidence: Vec<Citation> = it.hops.iter().flat_map(|hop| hop.evidence.clone()).collect();
        evidence.sort();
        evidence.dedup();
        let text = format!("{} {} by way of {}", it.gains, label(&it.target), label(&it.entry));
        let mut record = Record::new(Kind::Path, &it.id, text, &evidence)
            .text("gains", Some(&it.gains))
            .text("truth", Some(it.truth.as_str()))
            .text("score", Some(tenths(it.score_tenths)))
            .text("hops", Some(it.hops.len()))
            .link(Link::From, [&it.entry])
            .link(Link::To, [&it.target])
            .link(Link::Through, it.hops.iter().flat_map(|hop| [&hop.from, &hop.to]));
        for attacker in &it.attackers {
            record = record.text("attacker", Some(attacker));
        }
        list.push(record);
    }
    for (id, (answered, asked)) in facts.coverage {
        let percent = answered * 100 / (*asked).max(1);
        let record = Record::new(Kind::Coverage, id, label(id), &[])
            .text("answered", Some(answered))
            .text("asked", Some(asked))
            .text("percent", Some(percent));
        list.push(record.link(Link::About, [id]));
    }
    let Some(changes) = facts.changes else { return };
    let changed = [&changes.elements, &changes.conflicts, &changes.questions];
    let things = changed.into_iter().flatten().map(|it| (&it.id, it.kind, &it.title, it.class));
    let threats = changes.threats.iter().map(|it| (&it.id, "threat", &it.title, it.class));
    for (id, kind, title, class) in things.chain(threats).filter(|it| it.3 != cairn_diff::Class::Unchanged) {
        let evidence = list.iter().find(|it| it.id == *id).map(|it| it.evidence.clone()).unwrap_or_default();
        let record = Record::new(Kind::Change, id, title, &evidence).text("kind", Some(kind));
        list.push(record.text("class", Some(class.as_str())).link(Link::About, [id]));
    }
}

fn tenths(score: u16) -> String {
    format!("{}.{}", score / 10, score % 10)
}

/// Links that the model keeps on the other side: what protects, threatens, contains, calls and reaches an element.
fn inverse_links(system: &System, list: &mut [Record]) {
    let mut links: BTreeMap<(ElementId, Link), BTreeSet<ElementId>> = BTreeMap::new();
    let mut told: BTreeMap<ElementId, BTreeMap<(Link, ElementId), Vec<Citation>>> = BTreeMap::new();
    for data in list.iter().filter(|it| it.kind == Kind::Data) {
        for ((link, part), evidence) in &data.told {
            let inverse = if *link == Link::StoredBy { Link::Stores } else { Link::Handles };
            told.entry(part.clone()).or_default().insert((inverse, data.id.clone()), evidence.clone());
        }
    }
    let mut add = |from: &ElementId, link: Link, to: &ElementId| {
        links.entry((from.clone(), link)).or_default().insert(to.clone());
    };
    for record in list.iter() {
        let pairs = match record.kind {
            Kind::Control => Some((Link::On, Link::ProtectedBy)),
            Kind::Threat => Some((Link::About, Link::ThreatenedBy)),
            Kind::Data => Some((Link::HandledBy, Link::Handles)),
            Kind::Endpoint => Some((Link::Of, Link::Serves)),
            _ => None,
        };
        let Some((link, inverse)) = pairs else { continue };
        for to in record.links.get(&link).into_iter().flatten() {
            add(to, inverse, &record.id);
        }
        for to in record.links.get(&Link::StoredBy).into_iter().flatten() {
            add(to, Link::Stores, &record.id);
        }
    }
    for flow in &system.flows {
        add(&flow.source, Link::Calls, &flow.target);
        add(&flow.target, Link::CalledBy, &flow.source);
    }
    for boundary in &system.boundaries {
        for member in within(system, boundary.members.iter()) {
            add(&member, Link::In, &boundary.id);
        }
    }
    for record in list.iter_mut() {
        record.told.extend(told.remove(&record.id).into_iter().flatten());
        for link in record.kind.links() {
            if let Some(to) = links.remove(&(record.id.clone(), *link)) {
                record.links.entry(*link).or_default().extend(to);
            }
        }
    }
}

/// Members, and members of boundaries among them.
fn within<'s>(system: &'s System, members: impl Iterator<Item = &'s ElementId>) -> BTreeSet<ElementId> {
    let mut found: BTreeSet<ElementId> = BTreeSet::new();
    let mut open: Vec<&ElementId> = members.collect();
    while let Some(id) = open.pop() {
        if found.insert(id.clone()) {
            open.extend(system.boundaries.iter().filter(|it| it.id == *id).flat_map(|it| &it.members));
        }
    }
    found
}
