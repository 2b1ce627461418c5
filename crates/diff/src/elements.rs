//! The elements of a model as records of one form, and what became of each.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::{Citation, ElementId, Handled, Stated, Status, System, Term};

use crate::causes::Explainer;
use crate::changes::{Attribute, Change, Class};
use crate::renames::Renamed;

/// An element with its attributes in words.
#[derive(Clone, Debug)]
pub(crate) struct Record<'s> {
    pub(crate) kind: &'static str,
    pub(crate) id: &'s ElementId,
    /// Its name or statement; of a flow, its ends.
    pub(crate) title: String,
    /// The attributes that are known. Ids stand for elements.
    pub(crate) attributes: BTreeMap<&'static str, String>,
    /// The elements that it names.
    pub(crate) about: Vec<&'s ElementId>,
    pub(crate) evidence: &'s [Citation],
}

impl<'s> Record<'s> {
    fn new(kind: &'static str, id: &'s ElementId, title: impl Into<String>, evidence: &'s [Citation]) -> Self {
        let (attributes, about) = (BTreeMap::new(), Vec::new());
        Self { kind, id, title: title.into(), attributes, about, evidence }
    }

    fn text(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.attributes.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    fn known(self, name: &'static str, value: Option<&Stated<String>>) -> Self {
        self.text(name, value.map(|it| it.value.as_str()))
    }

    fn term<T: Term>(self, name: &'static str, value: Option<&Stated<T>>) -> Self {
        self.text(name, value.map(|it| it.value.as_str()))
    }

    fn status(self, status: Status) -> Self {
        self.text("status", Some(status.as_str()))
    }

    fn ids(mut self, name: &'static str, ids: impl IntoIterator<Item = &'s ElementId>) -> Self {
        let ids: Vec<&ElementId> = ids.into_iter().collect();
        if !ids.is_empty() {
            let texts: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            self.attributes.insert(name, texts.join(", "));
        }
        self.about.extend(ids);
        self
    }
}

/// The elements of a model.
pub(crate) fn of(system: &System) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    let names: BTreeMap<&ElementId, &str> = system.components.iter().map(|it| (&it.id, it.name.as_str())).collect();
    let name = |id: &ElementId| names.get(id).copied().unwrap_or("?").to_owned();
    for it in &system.components {
        let record = Record::new("component", &it.id, &it.name, &it.evidence)
            .text("name", Some(&it.name))
            .term("type", it.component_type.as_ref())
            .known("technology", it.technology.as_ref())
            .term("exposure", it.exposure.as_ref())
            .known("owner", it.owner.as_ref())
            .ids("boundary", &it.boundary)
            .status(it.status);
        records.push(record);
    }
    for it in &system.boundaries {
        let record = Record::new("boundary", &it.id, &it.name, &it.evidence);
        records.push(record.term("type", it.boundary_type.as_ref()).ids("members", &it.members));
    }
    for it in &system.flows {
        let title = format!("{} -> {}", name(&it.source), name(&it.target));
        let record = Record::new("flow", &it.id, title, &it.evidence)
            .ids("source", [&it.source])
            .ids("target", [&it.target])
            .known("protocol", it.protocol.as_ref())
            .ids("data", &it.data)
            .known("authentication", it.authentication.as_ref())
            .known("encryption", it.encryption.as_ref())
            .term("mode", it.mode.as_ref())
            .status(it.status);
        records.push(record);
    }
    for it in &system.data {
        let record = Record::new("data", &it.id, &it.name, &it.evidence)
            .term("classification", it.classification.as_ref())
            .text("handled", handled(&it.handled_by).as_deref());
        let about = it.handled_by.iter().map(|it| &it.component).collect();
        records.push(Record { about, ..record });
    }
    for it in &system.endpoints {
        let title = format!("{} {}", it.method.as_deref().unwrap_or("*"), it.path);
        let record = Record::new("endpoint", &it.id, title, &it.evidence)
            .ids("component", &it.component)
            .term("exposure", it.exposure.as_ref())
            .known("authentication", it.authentication.as_ref())
            .known("authorization", it.authorization.as_ref())
            .status(it.status);
        records.push(record);
    }
    for it in &system.controls {
        let on: Vec<String> =
            it.on.iter().map(|id| names.get(id).map_or_else(|| id.to_string(), |it| (*it).to_owned())).collect();
        let on = if on.is_empty() { String::new() } else { format!(" on {}", on.join(", ")) };
        let title = format!("{}{on}", it.control_type.as_str().replace('_', " "));
        let record = Record::new("control", &it.id, title, &it.evidence)
            .text("mechanism", it.mechanism.as_deref())
            .ids("on", &it.on)
            .status(it.status);
        records.push(record);
    }
    for it in &system.permissions {
        let title = format!("{} may {} {}", it.principal, it.action, it.resource);
        let record = Record::new("permission", &it.id, title, &it.evidence);
        records.push(record.text("condition", it.condition.as_deref()).status(it.status));
    }
    records.extend(statements(system));
    records
}

fn statements(system: &System) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    for it in &system.assumptions {
        let record = Record::new("assumption", &it.id, &it.statement, &it.evidence);
        records.push(record.ids("about", &it.about).status(it.status));
    }
    for it in &system.decisions {
        let record = Record::new("decision", &it.id, &it.statement, &it.evidence);
        records.push(record.ids("about", &it.about).text("rationale", it.rationale.as_deref()).status(it.status));
    }
    for it in &system.accepted_risks {
        let record = Record::new("accepted_risk", &it.id, &it.statement, &it.evidence)
            .ids("about", &it.about)
            .text("owner", it.owner.as_deref())
            .text("expires_on", it.expires_on.as_deref())
            .text("rationale", it.rationale.as_deref())
            .status(it.status);
        records.push(record);
    }
    for it in &system.questions {
        records.push(Record::new("question", &it.id, &it.statement, &it.evidence).ids("about", &it.about));
    }
    for it in &system.incidents {
        let record = Record::new("incident", &it.id, &it.statement, &it.evidence);
        records.push(record.ids("about", &it.about).text("follow_up", it.follow_up.as_deref()));
    }
    records
}

/// Who does what with a data set.
fn handled(handlers: &[Handled]) -> Option<String> {
    let one = |it: &Handled| {
        let handling: Vec<&str> = it.handling.iter().map(|it| it.as_str()).collect();
        let encrypted = match it.encrypted_at_rest.as_ref().map(|it| it.value) {
            Some(true) => " encrypted",
            Some(false) => " unencrypted",
            None => "",
        };
        let retention = it.retention.as_ref().map(|it| format!(" for {}", it.value)).unwrap_or_default();
        format!("{} {}{encrypted}{retention}", it.component, handling.join("+"))
    };
    (!handlers.is_empty()).then(|| handlers.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// What became of the elements of two models.
pub(crate) fn compare(
    before: &[Record<'_>],
    after: &[Record<'_>],
    renamed: &Renamed,
    explainer: &Explainer<'_>,
) -> Vec<Change> {
    let olds: BTreeMap<&ElementId, &Record<'_>> = before.iter().map(|it| (it.id, it)).collect();
    let mut changes = Vec::new();
    let mut met: BTreeSet<&ElementId> = BTreeSet::new();
    let mut new: Vec<&Record<'_>> = Vec::new();
    for record in after {
        match olds.get(renamed.former(record.id)) {
            Some(old) => {
                met.insert(old.id);
                changes.extend(changed(old, record, renamed, explainer));
            }
            None => new.push(record),
        }
    }
    let gone: Vec<&Record<'_>> = before.iter().filter(|it| !met.contains(it.id)).collect();
    let pairs = same_control(&gone, &new, renamed);
    for record in &new {
        match pairs.get(record.id) {
            Some(old) => changes.extend(changed(old, record, renamed, explainer)),
            None => changes.push(change(Class::New, None, Some(record), renamed, explainer)),
        }
    }
    let paired: BTreeSet<&ElementId> = pairs.values().map(|old| old.id).collect();
    for old in gone.into_iter().filter(|old| !paired.contains(old.id)) {
        changes.push(change(Class::Resolved, Some(old), None, renamed, explainer));
    }
    changes.sort_by(|one, other| (one.kind, &one.id).cmp(&(other.kind, &other.id)));
    changes
}

/// What is gone and what is new under one key.
type Sides<'r, 's> = (Vec<&'r Record<'s>>, Vec<&'r Record<'s>>);

/// The status of a control is part of its id, so one that was planned and is there now is found by what it is on.
fn same_control<'r, 's>(
    gone: &[&'r Record<'s>],
    new: &[&'r Record<'s>],
    renamed: &Renamed,
) -> BTreeMap<&'r ElementId, &'r Record<'s>> {
    let key = |record: &Record<'_>, is_old: bool| {
        let on = record.attributes.get("on").map(String::as_str).unwrap_or_default();
        let on = if is_old { renamed.brought_up(on) } else { on.to_owned() };
        (record.title.split(" on ").next().unwrap_or_default().to_owned(), on)
    };
    let mut of_key: BTreeMap<(String, String), Sides<'r, 's>> = BTreeMap::new();
    for old in gone.iter().filter(|it| it.kind == "control") {
        of_key.entry(key(old, true)).or_default().0.push(old);
    }
    for record in new.iter().filter(|it| it.kind == "control") {
        of_key.entry(key(record, false)).or_default().1.push(record);
    }
    let alone = of_key.values().filter_map(|(gone, new)| match (gone.as_slice(), new.as_slice()) {
        ([old], [new]) => Some((new.id, *old)),
        _ => None,
    });
    alone.collect()
}

fn changed(old: &Record<'_>, new: &Record<'_>, renamed: &Renamed, explainer: &Explainer<'_>) -> Option<Change> {
    let change = change(Class::Changed, Some(old), Some(new), renamed, explainer);
    (!change.attributes.is_empty()).then_some(change)
}

fn change(
    class: Class,
    old: Option<&Record<'_>>,
    new: Option<&Record<'_>>,
    renamed: &Renamed,
    explainer: &Explainer<'_>,
) -> Change {
    let attributes = match (old, new) {
        (Some(old), Some(new)) => differing(old, new, renamed),
        _ => Vec::new(),
    };
    let either = new.or(old);
    let cited = |record: Option<&Record<'_>>| record.map(|it| it.evidence.to_vec()).unwrap_or_default();
    let named: Vec<&ElementId> =
        either.map(|it| std::iter::once(it.id).chain(it.about.iter().copied()).collect()).unwrap_or_default();
    Change {
        kind: either.map(|it| it.kind).unwrap_or_default(),
        id: either.map_or_else(|| ElementId::named("none", ""), |it| it.id.clone()),
        title: either.map(|it| it.title.clone()).unwrap_or_default(),
        class,
        causes: explainer.causes(&cited(old), &cited(new), &named, None, false),
        attributes,
    }
}

fn differing(old: &Record<'_>, new: &Record<'_>, renamed: &Renamed) -> Vec<Attribute> {
    let names: BTreeSet<&'static str> = old.attributes.keys().chain(new.attributes.keys()).copied().collect();
    let mut differing = Vec::new();
    for name in names {
        let (before, after) = (old.attributes.get(name), new.attributes.get(name));
        if before.map(|it| renamed.brought_up(it)).as_ref() != after {
            differing.push(Attribute { name, before: before.cloned(), after: after.cloned() });
        }
    }
    differing
}
