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
//! decision "Orders are kept in one store" about=Ledger rationale="one backup" status=deprecated
//! question "Who may read the ledger?" about=Ledger
//! conflict Shop exposure internet internal
//! endpoint /debug on=Shop source=observed
//! ```
//!
//! A line with `source=observed` is cited from a record of traffic, one with `source=deployment` (or `code`, `design`, `adr`,
//! `ticket` …) from a document of that type, every other line from a document of no known type. `says="…"` adds words to
//! the line's quote. Names with spaces stand in quotes. A component that is only mentioned exists without attributes.
//! A second flow between the same parts is a flow of its own.

mod line;
mod variants;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, Citation, Component, Conflict, Control, ControlType, Data, Date, Decision,
    DocumentId, DocumentSummary, ElementId, Endpoint, Flow, Handled, Handling, Incident, Permission, Position,
    Question, Revision, SourceType, Span, Stated, Status, System, Term as _, Trust, name_words,
};

use line::{Line, Reader, lines};
pub(crate) use variants::variants;

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
    for line in in_reading_order(&lines) {
        builder.read(line).map_err(|message| NotationError { span: line.span.clone(), message })?;
    }
    Ok(builder.finish())
}

/// Parts and what they do before what is said of them: a part that is only mentioned is cited by what it does, wherever the
/// line about it stands.
fn in_reading_order<'l, 't>(lines: &'l [Line<'t>]) -> Vec<&'l Line<'t>> {
    const FIRST: [&str; 6] = ["component", "data", "flow", "holding", "endpoint", "boundary"];
    let rank = |line: &&Line<'_>| {
        let kind = line.words.first();
        FIRST.iter().position(|it| kind.is_some_and(|kind| kind == it)).unwrap_or(FIRST.len())
    };
    let mut ordered: Vec<&Line<'_>> = lines.iter().collect();
    ordered.sort_by_key(rank);
    ordered
}

#[derive(Default)]
struct Builder {
    system: System,
    ids: BTreeMap<String, ElementId>,
    /// Flows so far, by the ids that their ends give them.
    flows: BTreeSet<ElementId>,
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
            "decision" => self.decision(&it),
            "question" => self.question(&it),
            "conflict" => self.conflict(&it),
            other => Err(format!("unknown kind of element `{other}`")),
        }
    }

    fn component(&mut self, it: &Reader<'_>) -> Result<(), String> {
        let name = it.word(1)?;
        it.only(&["type", "technology", "exposure", "owner", "aliases", "status"])?;
        let mut component = bare_component(name, it.evidence);
        component.aliases = it.list("aliases");
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
        let mut id = ElementId::hashed("flow", &[source, target]);
        if !self.flows.insert(id.clone()) {
            id = ElementId::hashed("flow", &[source, target, it.line.text]);
        }
        let flow = Flow {
            id,
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
        it.only(&["about", "owner", "accepted_on", "expires_on", "rationale", "status"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.accepted_risks.push(AcceptedRisk {
            id: ElementId::hashed("risk", &[statement]),
            statement: statement.to_owned(),
            about,
            owner: it.get("owner"),
            accepted_on: it.get("accepted_on"),
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
        it.only(&["about", "occurred_on", "cause", "follow_up"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.incidents.push(Incident {
            id: ElementId::hashed("inc", &[statement]),
            statement: statement.to_owned(),
            about,
            occurred_on: it.get("occurred_on"),
            cause: it.get("cause"),
            follow_up: it.get("follow_up"),
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn decision(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["about", "rationale", "status"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.decisions.push(Decision {
            id: ElementId::hashed("dec", &[statement]),
            statement: statement.to_owned(),
            rationale: it.get("rationale"),
            about,
            alternatives: Vec::new(),
            status: it.status(Status::Implemented)?,
            evidence: it.evidence.to_vec(),
        });
        Ok(())
    }

    fn question(&mut self, it: &Reader<'_>) -> Result<(), String> {
        it.only(&["about"])?;
        let statement = it.word(1)?;
        let about = self.refer(it, "about");
        self.system.questions.push(Question {
            id: ElementId::hashed("q", &[statement]),
            statement: statement.to_owned(),
            about,
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
        let document = match line.attributes.get("source") {
            None => DocumentId::of_path("example"),
            Some(name) => self.document_of(name)?,
        };
        Ok(Citation {
            document,
            span: Span::from(line.span.clone()),
            revision: self.revision.clone().unwrap_or_else(|| Revision::of_bytes(b"")),
            line: line.number,
            quote: line.text.into(),
        })
    }

    /// The document of this type, which is made when the first line is cited from it.
    fn document_of(&mut self, name: &str) -> Result<DocumentId, String> {
        let source_type = SourceType::parse(name).ok_or_else(|| format!("unknown `source`: `{name}`"))?;
        let id = DocumentId::of_path(name);
        if !self.system.documents.iter().any(|document| document.id == id) {
            self.system.documents.push(DocumentSummary {
                id: id.clone(),
                path: name.to_owned(),
                title: name.to_owned(),
                source_type,
                modified: None,
                revision: self.revision.clone().unwrap_or_else(|| Revision::of_bytes(b"")),
                bytes: 0,
                trust: Trust::Vouches,
            });
        }
        Ok(id)
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
        system.decisions.sort_by(|a, b| a.id.cmp(&b.id));
        system.questions.sort_by(|a, b| a.id.cmp(&b.id));
        self.system
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
