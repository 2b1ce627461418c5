//! Models for the tests: one in which every text is the one asked for, and large ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use cairn_model::{
    Assumption, AttackPath, Boundary, Breaker, Citation, Component, Conflict, Control, ControlType, Data, Document,
    DocumentId, DocumentSummary, ElementId, Flow, Format, Gap, Goal, Handled, Hop, Position, Premise, PremiseRole,
    Question, Revision, Ruling, RulingKind, Severity, SourceType, Span, Stated, Status, Stride, System, Threat,
    ThreatStatus, Trust, Truth,
};
use cairn_report::Labels;
use cairn_web::{Frame, Material, ProjectName, Role};

/// A model with everything that pages are made of.
pub(crate) struct World {
    pub(crate) system: System,
    pub(crate) threats: Vec<Threat>,
    pub(crate) paths: Vec<AttackPath>,
    pub(crate) documents: Vec<Document>,
    pub(crate) labels: Labels,
}

impl World {
    pub(crate) fn material(&self) -> Material<'_> {
        Material::new(&self.system, &self.threats, &self.paths, &self.documents, &self.labels)
    }

    /// A world of so many components in which every text of a document or a person is `text`.
    pub(crate) fn of(components: usize, text: &str) -> Self {
        let source = format!("{text}\nSecond line.\n");
        let document = document(text, &source);
        let quote = Citation {
            document: document.id.clone(),
            span: Span::new(0, text.len()),
            revision: document.revision.clone(),
            line: 1,
            quote: text.into(),
        };
        let evidence = vec![quote];
        let stated = |value: &str| Some(Stated { value: value.to_owned(), evidence: evidence.clone() });
        let name = |nth: usize| if components == 1 { text.to_owned() } else { format!("{text} {nth}") };
        let id = |nth: usize| ElementId::named("cmp", &format!("part-{nth}"));
        let system = System {
            documents: vec![DocumentSummary {
                id: document.id.clone(),
                path: document.path.clone(),
                title: document.title.clone(),
                source_type: document.source_type,
                modified: None,
                revision: document.revision.clone(),
                bytes: source.len(),
                trust: Trust::Vouches,
            }],
            components: (0..components)
                .map(|nth| Component {
                    id: id(nth),
                    name: name(nth),
                    aliases: vec![text.to_owned()],
                    component_type: None,
                    technology: stated(text),
                    exposure: None,
                    owner: stated(text),
                    boundary: Some(ElementId::named("bnd", "wall")),
                    status: Status::Implemented,
                    evidence: evidence.clone(),
                })
                .collect(),
            boundaries: vec![Boundary {
                id: ElementId::named("bnd", "wall"),
                name: text.to_owned(),
                boundary_type: None,
                members: (0..components).map(id).collect(),
                evidence: evidence.clone(),
            }],
            flows: (0..components)
                .map(|nth| Flow {
                    id: ElementId::named("flow", &format!("{nth:05}")),
                    source: id(nth),
                    target: id((nth * 7 + 1) % components),
                    protocol: stated(text),
                    data: vec![ElementId::named("data", "set")],
                    authentication: stated(text),
                    encryption: None,
                    mode: None,
                    status: Status::Planned,
                    evidence: evidence.clone(),
                })
                .collect(),
            data: vec![Data {
                id: ElementId::named("data", "set"),
                name: text.to_owned(),
                classification: None,
                handled_by: vec![Handled {
                    component: id(0),
                    handling: Vec::new(),
                    encrypted_at_rest: None,
                    retention: stated(text),
                    evidence: evidence.clone(),
                }],
                evidence: evidence.clone(),
            }],
            controls: vec![Control {
                id: ElementId::named("ctl", "one"),
                control_type: ControlType::Authentication,
                mechanism: Some(text.to_owned()),
                on: vec![id(0)],
                status: Status::Implemented,
                evidence: evidence.clone(),
            }],
            assumptions: vec![Assumption {
                id: ElementId::named("asm", "one"),
                statement: text.to_owned(),
                about: vec![id(0)],
                status: Status::Assumed,
                evidence: evidence.clone(),
            }],
            questions: vec![Question {
                id: ElementId::named("q", "one"),
                statement: text.to_owned(),
                about: vec![id(0)],
                evidence: evidence.clone(),
            }],
            conflicts: vec![Conflict {
                id: ElementId::named("conflict", "one"),
                subject: id(0),
                attribute: "encryption".to_owned(),
                positions: (0..2)
                    .map(|_| Position {
                        value: text.to_owned(),
                        status: Status::Implemented,
                        evidence: evidence.clone(),
                    })
                    .collect(),
                resolution: None,
                affects: vec![threat_id(0)],
            }],
            gaps: vec![Gap {
                id: ElementId::named("gap", "one"),
                subject: id(0),
                question: text.to_owned(),
                rule: "component-owner".to_owned(),
                answer: text.to_owned(),
                ask: Some(text.to_owned()),
            }],
            ..System::default()
        };
        let threats = (0..components).map(|nth| threat(nth, &id(nth), text, &evidence)).collect();
        let labels = Labels::of(&system);
        Self { paths: vec![path(&id(0), text, &evidence)], system, threats, documents: vec![document], labels }
    }
}

pub(crate) fn threat_id(nth: usize) -> ElementId {
    ElementId::named("thr", &format!("{nth:05}"))
}

fn document(text: &str, source: &str) -> Document {
    Document {
        id: DocumentId::of_path("notes.txt"),
        path: format!("{text}.txt"),
        title: text.to_owned(),
        source_type: SourceType::Guide,
        format: Format::Plain,
        modified: None,
        revision: Revision::of_bytes(source.as_bytes()),
        text: Arc::from(source),
        blocks: Vec::new(),
        sections: Vec::new(),
        front_matter: BTreeMap::new(),
    }
}

fn threat(nth: usize, subject: &ElementId, text: &str, evidence: &[Citation]) -> Threat {
    let premise = |role| Premise { role, premise: text.to_owned(), truth: Truth::True, evidence: evidence.to_vec() };
    Threat {
        id: threat_id(nth),
        rule: "flow-plaintext".to_owned(),
        title: text.to_owned(),
        stride: vec![Stride::Tampering],
        cwe: Some(319),
        references: vec![text.to_owned()],
        statement: text.to_owned(),
        subject: subject.clone(),
        about: Vec::new(),
        status: ThreatStatus::Open,
        severity: Severity::High,
        score_tenths: 73,
        explanation: vec![
            premise(PremiseRole::Condition),
            premise(PremiseRole::Control),
            premise(PremiseRole::Severity),
        ],
        questions: vec![text.to_owned()],
        remediation: text.to_owned(),
        ruling: (nth == 0).then(|| Ruling {
            id: "ruling-1".to_owned(),
            kind: RulingKind::Accepted,
            owner: Some(text.to_owned()),
            reason: text.to_owned(),
            expires: None,
            in_force: false,
            by: text.to_owned(),
            evidence: evidence.to_vec(),
        }),
    }
}

fn path(at: &ElementId, text: &str, evidence: &[Citation]) -> AttackPath {
    AttackPath {
        id: ElementId::named("path", "one"),
        attackers: vec![text.to_owned()],
        entry: at.clone(),
        target: at.clone(),
        gains: "read".to_owned(),
        goals: vec![Goal {
            element: at.clone(),
            gains: "read".to_owned(),
            why: text.to_owned(),
            worth: 3,
            evidence: evidence.to_vec(),
        }],
        hops: vec![Hop {
            from: at.clone(),
            also: Vec::new(),
            to: at.clone(),
            gains: "read".to_owned(),
            rule: "P-01".to_owned(),
            means: text.to_owned(),
            truth: Truth::Unknown,
            evidence: evidence.to_vec(),
            questions: vec![text.to_owned()],
            broken_by: vec![Breaker {
                control: None,
                control_type: ControlType::Authentication,
                on: at.clone(),
                status: None,
                evidence: evidence.to_vec(),
            }],
            threat: Some(threat_id(0)),
        }],
        truth: Truth::Unknown,
        score_tenths: 60,
        variants: 1,
    }
}

/// Somebody who may do everything.
pub(crate) fn frame(text: &str) -> Frame<'_> {
    Frame {
        project: Some(ProjectName { id: "demo", name: text }),
        person: Some(text),
        role: Role::Admin,
        csrf: "proof",
        here: "/p/demo/inbox",
        newest: 3,
        as_of: "2026-11-22",
        ..Frame::default()
    }
}
