//! A small system with one of everything.

use cairn_model::{
    AcceptedRisk, Assumption, Boundary, BoundaryType, Citation, ClaimKind, Classification, Component, ComponentType,
    Conflict, Control, ControlType, Data, Date, Decision, DocumentId, DocumentSummary, ElementId, Endpoint, Exposure,
    Flow, Gap, Handled, Handling, Incident, Join, Permission, Position, Premise, PremiseRole, Question, Rejected,
    RejectedReason, Revision, Ruling, RulingKind, Severity, SourceType, Span, Stale, Stated, Status, Stride, System,
    Threat, ThreatStatus, Trust, Truth, Unmatched,
};

pub(crate) const PATH: &str = "docs/design.md";

pub(crate) fn cite(line: usize, quote: &str) -> Vec<Citation> {
    let span = Span::new(line * 100, line * 100 + quote.len());
    let revision = Revision::of_bytes(b"the document");
    vec![Citation { document: DocumentId::of_path(PATH), span, revision, line, quote: quote.into() }]
}

pub(crate) fn id(text: &str) -> ElementId {
    let (prefix, slug) = text.split_once('-').unwrap();
    ElementId::named(prefix, slug)
}

fn known<T>(value: T, line: usize, quote: &str) -> Option<Stated<T>> {
    Some(Stated { value, evidence: cite(line, quote) })
}

pub(crate) fn component(slug: &str, name: &str) -> Component {
    Component {
        id: ElementId::named("cmp", slug),
        name: name.to_owned(),
        aliases: Vec::new(),
        component_type: None,
        technology: None,
        exposure: None,
        owner: None,
        boundary: None,
        status: Status::Implemented,
        evidence: cite(3, name),
    }
}

pub(crate) fn system() -> System {
    let api = Component {
        aliases: vec!["api".to_owned()],
        component_type: known(ComponentType::Service, 3, "the Order API service"),
        technology: known("Rust".to_owned(), 3, "in Rust"),
        exposure: known(Exposure::Internet, 4, "reachable from the internet"),
        boundary: Some(id("bnd-vpc")),
        ..component("order-api", "Order API")
    };
    let store = component("order-store", "Order Store");
    System {
        documents: vec![DocumentSummary {
            id: DocumentId::of_path(PATH),
            path: PATH.to_owned(),
            title: "Order design".to_owned(),
            source_type: SourceType::Design,
            modified: Date::new(2026, 3, 1),
            revision: Revision::of_bytes(b"the document"),
            bytes: 1200,
            trust: Trust::Vouches,
        }],
        // Out of order on purpose: the export sorts.
        components: vec![store, api],
        boundaries: vec![Boundary {
            id: id("bnd-vpc"),
            name: "VPC".to_owned(),
            boundary_type: known(BoundaryType::Network, 9, "one VPC"),
            members: vec![id("cmp-order-api")],
            evidence: cite(9, "one VPC"),
        }],
        flows: vec![Flow {
            id: id("flow-1"),
            source: id("cmp-order-api"),
            target: id("cmp-order-store"),
            protocol: known("SQL".to_owned(), 12, "over SQL"),
            data: vec![id("data-order")],
            authentication: None,
            encryption: known("none".to_owned(), 12, "without TLS"),
            mode: None,
            status: Status::Implemented,
            evidence: cite(12, "The Order API writes to the Order Store over SQL without TLS."),
        }],
        data: vec![Data {
            id: id("data-order"),
            name: "order".to_owned(),
            classification: known(Classification::Personal, 13, "names of customers"),
            handled_by: vec![Handled {
                component: id("cmp-order-store"),
                handling: vec![Handling::Stores],
                encrypted_at_rest: None,
                retention: known("30 days".to_owned(), 13, "30 days"),
                evidence: cite(13, "keeps orders for 30 days"),
            }],
            evidence: cite(13, "orders"),
        }],
        endpoints: vec![Endpoint {
            id: id("ep-1"),
            component: Some(id("cmp-order-api")),
            method: Some("POST".to_owned()),
            path: "/orders".to_owned(),
            exposure: None,
            authentication: None,
            authorization: None,
            status: Status::Implemented,
            evidence: cite(15, "POST /orders"),
        }],
        controls: vec![Control {
            id: id("ctl-1"),
            control_type: ControlType::RateLimiting,
            mechanism: None,
            on: vec![id("ep-1")],
            status: Status::Planned,
            evidence: cite(16, "rate limits come later"),
        }],
        permissions: vec![Permission {
            id: id("perm-1"),
            principal: "support".to_owned(),
            action: "read".to_owned(),
            resource: "orders".to_owned(),
            condition: None,
            status: Status::Implemented,
            evidence: cite(17, "support may read orders"),
        }],
        assumptions: vec![Assumption {
            id: id("asm-1"),
            statement: "The VPC is trusted".to_owned(),
            about: vec![id("bnd-vpc")],
            status: Status::Assumed,
            evidence: cite(18, "We assume that the VPC is trusted."),
        }],
        decisions: vec![Decision {
            id: id("dec-1"),
            statement: "We use one database".to_owned(),
            rationale: Some("cost".to_owned()),
            about: Vec::new(),
            alternatives: vec!["two databases".to_owned()],
            status: Status::Implemented,
            evidence: cite(19, "We use one database"),
        }],
        accepted_risks: vec![AcceptedRisk {
            id: id("risk-1"),
            statement: "No second region".to_owned(),
            about: Vec::new(),
            owner: Some("Dana".to_owned()),
            accepted_on: None,
            expires_on: Some("2026-12-31".to_owned()),
            expires: Date::new(2026, 12, 31),
            rationale: None,
            status: Status::Implemented,
            evidence: cite(20, "We accept that there is no second region"),
        }],
        questions: vec![Question {
            id: id("q-1"),
            statement: "Who rotates the password?".to_owned(),
            about: Vec::new(),
            evidence: cite(21, "TBD: who rotates the password?"),
        }],
        incidents: vec![Incident {
            id: id("inc-1"),
            statement: "The store was full".to_owned(),
            about: vec![id("cmp-order-store")],
            occurred_on: None,
            cause: None,
            follow_up: None,
            evidence: cite(22, "the store was full"),
        }],
        conflicts: vec![Conflict {
            id: id("conflict-1"),
            subject: id("flow-1"),
            attribute: "encryption".to_owned(),
            positions: vec![
                Position { value: "TLS".to_owned(), status: Status::Planned, evidence: cite(23, "will use TLS") },
                Position { value: "none".to_owned(), status: Status::Implemented, evidence: cite(12, "without TLS") },
            ],
            resolution: None,
            affects: vec![id("thr-1")],
        }],
        gaps: vec![Gap {
            id: id("gap-1"),
            subject: id("cmp-order-api"),
            question: "Who owns the Order API?".to_owned(),
            rule: "component-without-owner".to_owned(),
            answer: "The Order API is owned by the … team.".to_owned(),
            ask: Some("docs/design.md".to_owned()),
        }],
        rejected: vec![Rejected {
            kind: ClaimKind::Flow,
            reason: RejectedReason::NotVerbatim,
            quote: "never written".to_owned(),
            document: DocumentId::of_path(PATH),
            extractor: "test/1".to_owned(),
        }],
        joins: vec![Join {
            element: id("cmp-order-api"),
            left: "Order API".to_owned(),
            right: "order service".to_owned(),
            reason: "a document says so".to_owned(),
            evidence: cite(3, "also called order service"),
        }],
        stale: vec![Stale {
            id: id("stale-1"),
            check: "old-source".to_owned(),
            subject: Some(id("cmp-order-api")),
            statement: "only an old document says this".to_owned(),
            evidence: cite(3, "the Order API"),
        }],
        unmatched: vec![Unmatched {
            id: "d-1".to_owned(),
            action: "accept".to_owned(),
            about: "an old threat".to_owned(),
            why: "no threat has this id".to_owned(),
            evidence: cite(4, "[[decision]]"),
        }],
    }
}

pub(crate) fn threat() -> Threat {
    Threat {
        id: id("thr-1"),
        rule: "unencrypted-flow".to_owned(),
        title: "Order API talks to Order Store in the clear".to_owned(),
        stride: vec![Stride::Tampering, Stride::InformationDisclosure],
        cwe: Some(319),
        references: vec!["CAPEC-94".to_owned()],
        statement: "whoever controls Order API could read what belongs to Order Store".to_owned(),
        subject: id("flow-1"),
        about: vec![id("cmp-order-api"), id("cmp-order-store")],
        status: ThreatStatus::Open,
        severity: Severity::High,
        score_tenths: 75,
        explanation: vec![
            Premise {
                role: PremiseRole::Condition,
                premise: "the flow is not encrypted".to_owned(),
                truth: Truth::True,
                evidence: cite(12, "without TLS"),
            },
            Premise {
                role: PremiseRole::Condition,
                premise: "the flow stays on one host".to_owned(),
                truth: Truth::Unknown,
                evidence: Vec::new(),
            },
        ],
        questions: vec!["Does the flow leave the host?".to_owned()],
        remediation: "Use TLS.".to_owned(),
        ruling: Some(Ruling {
            id: "d-2".to_owned(),
            kind: RulingKind::Accepted,
            owner: Some("Ada".to_owned()),
            reason: "one host".to_owned(),
            expires: Date::new(2026, 9, 1),
            in_force: true,
            by: "Ben".to_owned(),
            evidence: cite(9, "one host"),
        }),
    }
}
