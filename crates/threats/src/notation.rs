//! A compact notation for small models, in which rule examples are written. Each line is one element and its own citation.
//!
//! ```text
//! component Shop type=service exposure=internet
//! boundary Inside type=network members=Shop,Ledger
//! data Cards classification=payment
//! holding Cards in Ledger handling=stores encrypted_at_rest=false
//! flow Shop -> Ledger encryption=none data=Cards
//! endpoint /orders on=Shop method=POST authentication=none
//! control rate_limiting on=Shop status=planned mechanism="token bucket"
//! control authentication on="Shop -> Ledger"
//! permission Clerk refund orders condition="below 50"
//! risk "Anyone may read the prices" about=Shop owner=Sales expires_on=2030-01-01
//! assumption "The network is trusted" about=Shop
//! incident "Orders were lost" about=Shop cause="no backup" follow_up="daily copies"
//! conflict Shop exposure internet internal
//! endpoint /debug on=Shop source=observed
//! ```
//!
//! A line with `source=observed` is cited from a record of traffic, every other line from a document.
//! Names with spaces stand in quotes. A component that is only mentioned exists without attributes.

use std::collections::BTreeMap;
use std::ops::Range;

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, Citation, Component, Conflict, Control, ControlType, Data, Date, DocumentId,
    DocumentSummary, ElementId, Endpoint, Flow, Handled, Handling, Incident, Known, Permission, Position, Revision,
    SourceType, Span, Stated, Status, System, Term, Trust, name_words,
};

/// A line that is not in the notation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NotationError {
    /// The line's bytes in the text.
    pub span: Range<usize>,
    /// What is wrong with it.
    pub message: String,
}

/// Reads a model.
pub fn parse(text: &str) -> Result<System, NotationError> {
    let mut builder = Builder { revision: Some(Revision::of_bytes(text.as_bytes())), ..Builder::default() };
    let lines = lines(text);
    // Names first, so that a line may speak of what a later one introduces.
    for line in &lines {
        builder.name(line);
    }
    for line in &lines {
        builder.read(line).map_err(|message| NotationError { span: line.span.clone(), message })?;
    }
    Ok(builder.finish())
}

struct Line<'t> {
    number: usize,
    span: Range<usize>,
    text: &'t str,
    words: Vec<String>,
    attributes: BTreeMap<String, String>,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut offset = 0;
    let mut found = Vec::new();
    for (index, raw) in text.split_inclusive('\n').enumerate() {
        let trimmed = raw.trim();
        if !trimmed.is_empty() {
            let start = offset + (raw.len() - raw.trim_start().len());
            let (words, attributes) = split(trimmed);
            found.push(Line {
                number: index + 1,
                span: start..start + trimmed.len(),
                text: trimmed,
                words,
                attributes,
            });
        }
        offset += raw.len();
    }
    found
}

/// Words and `key=value` pairs; quotes hold spaces together.
fn split(line: &str) -> (Vec<String>, BTreeMap<String, String>) {
    let mut token = String::new();
    let mut quoted = false;
    let mut key = None;
    let mut words = Vec::new();
    let mut attributes = BTreeMap::new();
    for c in line.chars().chain([' ']) {
        match c {
            '"' => quoted = !quoted,
            '=' if !quoted && key.is_none() => key = Some(std::mem::take(&mut token)),
            ' ' if !quoted && (!token.is_empty() || key.is_some()) => {
                let value = std::mem::take(&mut token);
                match key.take() {
                    Some(key) => drop(attributes.insert(key, value)),
                    None => words.push(value),
                }
            }
            ' ' if !quoted => {}
            c => token.push(c),
        }
    }
    (words, attributes)
}

#[derive(Default)]
struct Builder {
    system: System,
    ids: BTreeMap<String, ElementId>,
    revision: Option<Revision>,
}

impl Builder {
    /// Notes the names that a line introduces.
    fn name(&mut self, line: &Line<'_>) {
        let word = |at: usize| line.words.get(at).map(String::as_str).unwrap_or_default();
        let named = match word(0) {
            "component" => (word(1).to_owned(), slug_id("cmp", word(1))),
            "boundary" => (word(1).to_owned(), slug_id("bnd", word(1))),
            "data" => (word(1).to_owned(), slug_id("data", word(1))),
            "flow" => (format!("{} -> {}", word(1), word(3)), ElementId::hashed("flow", &[word(1), word(3)])),
            "endpoint" => (word(1).to_owned(), ElementId::hashed("ep", &[word(1)])),
            "control" => (line.text.to_owned(), ElementId::hashed("ctl", &[line.text])),
            "risk" => (word(1).to_owned(), ElementId::hashed("risk", &[word(1)])),
            _ => return,
        };
        self.ids.insert(named.0, named.1);
    }

    fn read(&mut self, line: &Line<'_>) -> Result<(), String> {
        let evidence = vec![self.citation(line)?];
        let it = Reader { line, evidence: &evidence };
        match it.word(0)? {
            "component" => self.component(&it),
            "boundary" => self.boundary(&it),
            "data" => self.data(&it),
            "holding" => self.holding(&it),
            "flow" => self.flow(&it),
            "endpoint" => self.endpoint(&it),
            "control" => self.control(&it),
            "permission" => self.permission(&it),
            "risk" => self.risk(&it),
            "assumption" => self.assumption(&it),
            "incident" => self.incident(&it),
            "conflict" => self.conflict(&it),
            other => Err(format!("unknown kind of element `{other}`")),
        }
    }

    fn component(&mut self, it: &Reader<'_>) -> Result<(), String> {
        let name = it.word(1)?;
        it.only(&["type", "technology", "exposure", "owner", "status"])?;
        let mut component = bare_component(name, it.evidence);
        component.component_type = it.term("type")?;
        component.technology = it.text("technology");
        component.exposure = it.term("exposure")?;
        component.owner = it.text("owner");
        component.status = it.status(Status::Implemented)?;
        self.system.components.push(component);
        Ok(())
    }

    fn boundary(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["type", "members"])?;
        let name = it.word(1)?;
        let members = self.refer(it, "members");
        self.system.boundaries.push(Boundary {
            id: slug_id("bnd", name),
            name: name.to_owned(),
            boundary_type: it.term("type")?,
            members,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn data(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["classification"])?;
        let name = it.word(1)?;
        let data = self.data_set(name, it.evidence);
        data.classification = it.term("classification")?;
        Ok(())
    }

    fn data_set(&mut self, name: &str, evidence: &[Citation]) -> &mut Data {
        let id = slug_id("data", name);
        let at = self.system.data.iter().position(|data| data.id == id).unwrap_or_else(|| {
            let data = Data {
                id,
                name: name.to_owned(),
                classification: None,
                handled_by: Vec::new(),
                evidence: evidence.to_vec(),
            };
            self.system.data.push(data);
            self.system.data.len() - 1
        });
        self.system.data.get_mut(at).expect("found or just pushed")
    }

    fn holding(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["handling", "encrypted_at_rest", "retention"])?;
        let component = self.id_of(it.word(3)?, it.evidence);
        let encrypted = it.text("encrypted_at_rest");
        let handled = Handled {
            component,
            handling: it.terms::<Handling>("handling")?,
            encrypted_at_rest: encrypted
                .map(|stated| Stated { value: stated.value == "true", evidence: stated.evidence }),
            retention: it.text("retention"),
            evidence: it.evidence.to_vec(),
        };
        self.data_set(it.word(1)?, it.evidence).handled_by.push(handled);
        Ok(())
    }

    fn flow(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["protocol", "authentication", "encryption", "mode", "data", "status"])?;
        let (source, target) = (it.word(1)?, it.word(3)?);
        let data = it.list("data").iter().map(|name| self.data_set(name, it.evidence).id.clone()).collect();
        let flow = Flow {
            id: ElementId::hashed("flow", &[source, target]),
            source: self.id_of(source, it.evidence),
            target: self.id_of(target, it.evidence),
            protocol: it.text("protocol"),
            data,
            authentication: it.text("authentication"),
            encryption: it.text("encryption"),
            mode: it.term("mode")?,
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        };
        self.system.flows.push(flow);
        Ok(())
    }

    fn endpoint(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["on", "method", "exposure", "authentication", "authorization", "status"])?;
        let path = it.word(1)?;
        let component = self.refer(it, "on").into_iter().next();
        self.system.endpoints.push(Endpoint {
            id: ElementId::hashed("ep", &[path]),
            component,
            method: it.get("method"),
            path: path.to_owned(),
            exposure: it.term("exposure")?,
            authentication: it.text("authentication"),
            authorization: it.text("authorization"),
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn control(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["on", "mechanism", "status"])?;
        let word = it.word(1)?;
        let control_type = ControlType::parse(word).ok_or_else(|| format!("unknown control type `{word}`"))?;
        let on = self.refer(it, "on");
        self.system.controls.push(Control {
            id: ElementId::hashed("ctl", &[it.line.text]),
            control_type,
            mechanism: it.get("mechanism"),
            on,
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn permission(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["condition", "status"])?;
        self.system.permissions.push(Permission {
            id: ElementId::hashed("perm", &[it.line.text]),
            principal: it.word(1)?.to_owned(),
            action: it.word(2)?.to_owned(),
            resource: it.word(3)?.to_owned(),
            condition: it.get("condition"),
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn risk(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["about", "owner", "expires_on", "rationale", "status"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.accepted_risks.push(AcceptedRisk {
            id: ElementId::hashed("risk", &[statement]),
            statement: statement.to_owned(),
            about,
            owner: it.get("owner"),
            accepted_on: None,
            expires: it.get("expires_on").as_deref().and_then(Date::parse),
            expires_on: it.get("expires_on"),
            rationale: it.get("rationale"),
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn assumption(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["about", "status"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.assumptions.push(Assumption {
            id: ElementId::hashed("asm", &[statement]),
            statement: statement.to_owned(),
            about,
            status: it.status(Status::Assumed)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn incident(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["about", "cause", "follow_up"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.incidents.push(Incident {
            id: ElementId::hashed("inc", &[statement]),
            statement: statement.to_owned(),
            about,
            occurred_on: None,
            cause: it.get("cause"),
            follow_up: it.get("follow_up"),
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn conflict(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&[])?;
        let subject = self.id_of(it.word(1)?, it.evidence);
        let attribute = it.word(2)?;
        let side = |value: &str| Position {
            value: value.to_owned(),
            status: Status::Implemented,
            evidence: it.evidence.to_vec(),
        };
        self.system.conflicts.push(Conflict {
            id: ElementId::hashed("conflict", &[subject.as_str(), attribute]),
            subject,
            attribute: attribute.to_owned(),
            positions: vec![side(it.word(3)?), side(it.word(4)?)],
            resolution: None,
            affects: Vec::new(),
        });
        Ok(())
    }

    fn refer(&mut self, it: &Reader<'_>, key: &str) -> Vec<ElementId> {
        it.list(key).iter().map(|name| self.id_of(name, it.evidence)).collect()
    }

    /// The element of this name; a component is made when there is none.
    fn id_of(&mut self, name: &str, evidence: &[Citation]) -> ElementId {
        if let Some(id) = self.ids.get(name) {
            return id.clone();
        }
        let component = bare_component(name, evidence);
        let id = component.id.clone();
        self.ids.insert(name.to_owned(), id.clone());
        self.system.components.push(component);
        id
    }

    fn citation(&mut self, line: &Line<'_>) -> Result<Citation, String> {
        let document = match line.attributes.get("source").map(String::as_str) {
            None => DocumentId::of_path("example"),
            Some("observed") => self.record(),
            Some(other) => return Err(format!("unknown `source`: `{other}`")),
        };
        Ok(Citation {
            document,
            span: Span::from(line.span.clone()),
            revision: self.revision.clone().unwrap_or_else(|| Revision::of_bytes(b"")),
            line: line.number,
            quote: line.text.into(),
        })
    }

    /// The record of traffic, which is made when the first line is cited from it.
    fn record(&mut self) -> DocumentId {
        let id = DocumentId::of_path("traffic");
        if self.system.documents.is_empty() {
            self.system.documents.push(DocumentSummary {
                id: id.clone(),
                path: "traffic".to_owned(),
                title: "traffic".to_owned(),
                source_type: SourceType::Observed,
                modified: None,
                revision: self.revision.clone().unwrap_or_else(|| Revision::of_bytes(b"")),
                bytes: 0,
                trust: Trust::Vouches,
            });
        }
        id
    }

    /// Places components in the last boundary that lists them, and sorts.
    fn finish(mut self) -> System {
        for component in &mut self.system.components {
            let inside = self.system.boundaries.iter().rev().find(|boundary| boundary.members.contains(&component.id));
            component.boundary = inside.map(|boundary| boundary.id.clone());
        }
        let system = &mut self.system;
        system.components.sort_by(|a, b| a.id.cmp(&b.id));
        system.boundaries.sort_by(|a, b| a.id.cmp(&b.id));
        system.flows.sort_by(|a, b| a.id.cmp(&b.id));
        system.data.sort_by(|a, b| a.id.cmp(&b.id));
        system.endpoints.sort_by(|a, b| a.id.cmp(&b.id));
        system.controls.sort_by(|a, b| a.id.cmp(&b.id));
        system.permissions.sort_by(|a, b| a.id.cmp(&b.id));
        system.accepted_risks.sort_by(|a, b| a.id.cmp(&b.id));
        system.assumptions.sort_by(|a, b| a.id.cmp(&b.id));
        system.incidents.sort_by(|a, b| a.id.cmp(&b.id));
        self.system
    }
}

struct Reader<'l> {
    line: &'l Line<'l>,
    evidence: &'l [Citation],
}

impl Reader<'_> {
    fn word(&self, at: usize) -> Result<&str, String> {
        self.line.words.get(at).map(String::as_str).ok_or_else(|| format!("the line has no word {}", at + 1))
    }

    fn get(&self, key: &str) -> Option<String> {
        self.line.attributes.get(key).cloned()
    }

    fn list(&self, key: &str) -> Vec<String> {
        self.get(key).iter().flat_map(|list| list.split(',')).map(|item| item.trim().to_owned()).collect()
    }

    fn text(&self, key: &str) -> Known<String> {
        self.get(key).map(|value| Stated { value, evidence: self.evidence.to_vec() })
    }

    fn term<T: Term>(&self, key: &str) -> Result<Known<T>, String> {
        let Some(word) = self.get(key) else { return Ok(None) };
        let value = T::parse(&word).ok_or_else(|| format!("unknown `{key}`: `{word}`"))?;
        Ok(Some(Stated { value, evidence: self.evidence.to_vec() }))
    }

    fn terms<T: Term>(&self, key: &str) -> Result<Vec<T>, String> {
        self.list(key).iter().map(|word| T::parse(word).ok_or_else(|| format!("unknown `{key}`: `{word}`"))).collect()
    }

    fn status(&self, usual: Status) -> Result<Status, String> {
        Ok(self.term("status")?.map_or(usual, |stated| stated.value))
    }

    fn only(&self, known: &[&str]) -> Result<(), String> {
        match self.line.attributes.keys().find(|key| *key != "source" && !known.contains(&key.as_str())) {
            Some(key) => Err(format!("unknown attribute `{key}`")),
            None => Ok(()),
        }
    }
}

fn bare_component(name: &str, evidence: &[Citation]) -> Component {
    Component {
        id: slug_id("cmp", name),
        name: name.to_owned(),
        aliases: Vec::new(),
        component_type: None,
        technology: None,
        exposure: None,
        owner: None,
        boundary: None,
        status: Status::Implemented,
        evidence: evidence.to_vec(),
    }
}

fn slug_id(prefix: &str, name: &str) -> ElementId {
    ElementId::named(prefix, &name_words(name).join("-"))
}
