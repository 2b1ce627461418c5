//! What people settle: trust, names, rejected claims; and what has grown old.

use cairn_model::{
    AcceptedRiskClaim, Claim, ComponentType, ControlType, Date, Document, IncidentClaim, SourceType, Statement, Status,
    System, Trust,
};
use cairn_validate::{Ages, Policy, coverage, stale, validate, validate_under, verify};

use crate::sample::{
    aliased, as_status, boundary, control, dated, document, encrypted, flow, ids, named, of_type, quoting, said_in,
    typed,
};

fn pairs(one: &str, other: &str) -> Vec<(String, String)> {
    vec![(one.to_owned(), other.to_owned())]
}

fn said(statements: Vec<Statement>) -> (Vec<Document>, Vec<Claim>) {
    let lines: Vec<String> = (0..statements.len()).map(|line| format!("Line number {line} says so.")).collect();
    let document = document("design.txt", &lines.join("\n"));
    let claims = statements.into_iter().zip(&lines).map(|(it, line)| quoting(&document, line, it)).collect();
    (vec![document], claims)
}

fn checks(documents: &[Document], claims: &[Claim], as_of: &str) -> Vec<String> {
    let system = validate(documents, claims);
    let found = stale(&system, documents, Date::parse(as_of).unwrap(), Ages::default());
    assert!(found.iter().all(|it| !it.evidence.is_empty()));
    found.into_iter().map(|it| it.check).collect()
}

#[test]
fn a_person_joins_names_against_the_types() {
    let (documents, claims) =
        said(vec![typed("kiln", ComponentType::Service), typed("oven", ComponentType::Datastore)]);
    assert_eq!(ids(&validate(&documents, &claims).components), ["cmp-kiln", "cmp-oven"]);
    let policy = Policy { same: pairs("the Kiln", "oven"), ..Policy::default() };
    let system = validate_under(&documents, &claims, &policy);
    assert_eq!(ids(&system.components).len(), 1);
    assert_eq!(system.joins[0].reason, "a reviewer said so");
}

#[test]
fn a_person_keeps_names_apart_and_is_not_asked_again() {
    let (documents, claims) = said(vec![aliased("kiln", None, &["oven"]), named("oven")]);
    assert_eq!(ids(&validate(&documents, &claims).components).len(), 1);
    let policy = Policy { different: pairs("kiln", "oven"), ..Policy::default() };
    let system = validate_under(&documents, &claims, &policy);
    assert_eq!(ids(&system.components).len(), 2);
    assert!(system.gaps.iter().all(|gap| gap.rule != "same-or-different"));
}

#[test]
fn a_join_cites_who_said_so() {
    let (documents, claims) = said(vec![aliased("kiln", None, &["oven"]), named("oven"), named("kiln service")]);
    let system = validate(&documents, &claims);
    let reasons: Vec<(&str, usize)> = system.joins.iter().map(|it| (&*it.reason, it.evidence.len())).collect();
    assert!(reasons.contains(&("a document calls one by the other's name", 1)), "{reasons:?}");
    assert!(reasons.iter().any(|(reason, _)| reason.starts_with("one only adds")), "{reasons:?}");
}

#[test]
fn a_rejected_claim_is_kept_with_its_reason() {
    let (documents, claims) = said(vec![named("kiln"), named("oven")]);
    let id = verify(&documents, &claims).claims[0].id();
    let policy = Policy { rejected: [id].into(), ..Policy::default() };
    let system = validate_under(&documents, &claims, &policy);
    assert_eq!((system.components.len(), system.rejected.len()), (1, 1));
    assert_eq!(system.rejected[0].reason.as_str(), "a reviewer rejected it");
}

#[test]
fn what_only_asserts_never_outranks_what_vouches() {
    let old = dated("2020-01-01", document("old.txt", "The kiln talks to the oven in the clear."));
    let new = dated("2026-01-01", document("wiki.txt", "The kiln talks to the oven over TLS."));
    let claims = [said_in(&old, encrypted("kiln", "oven", "none")), said_in(&new, encrypted("kiln", "oven", "TLS"))];
    let encryption = |system: &System| system.flows[0].encryption.as_ref().unwrap().value.clone();
    let documents = [old, new.clone()];
    assert_eq!(encryption(&validate(&documents, &claims)), "TLS");
    let policy = Policy { trust: [(new.id, Trust::Asserts)].into(), ..Policy::default() };
    let system = validate_under(&documents, &claims, &policy);
    assert_eq!(encryption(&system), "none");
    assert_eq!(system.conflicts[0].resolution.as_deref(), Some("a source that vouches outranks one that only asserts"));
}

#[test]
fn an_asserted_control_is_asked_about() {
    let ticket = of_type(SourceType::Ticket, document("t.txt", "The kiln has a lock."));
    let claim = said_in(&ticket, control(ControlType::Authentication, &["kiln"], Some("lock")));
    let design = document("d.txt", "There is a kiln.");
    let system = validate(&[ticket, design.clone()], &[claim, said_in(&design, named("kiln"))]);
    assert!(system.gaps.iter().any(|gap| gap.rule == "asserted-control" && gap.ask.is_some()));
}

#[test]
fn documents_that_disagree_about_the_place_are_in_conflict() {
    let (one, other) = (document("a.txt", "It is in the old town."), document("b.txt", "It is at the port."));
    let place = |name: &str| {
        let Statement::Boundary(body) = boundary(name, &["kiln"]) else { unreachable!() };
        Statement::Boundary(cairn_model::BoundaryClaim {
            boundary_type: Some(cairn_model::BoundaryType::Network),
            ..body
        })
    };
    let claims = [said_in(&one, place("old town")), said_in(&one, named("kiln")), said_in(&other, place("port"))];
    let attributes = |claims: &[Claim]| -> Vec<String> {
        let system = validate(&[one.clone(), other.clone()], claims);
        system.conflicts.into_iter().map(|it| it.attribute).collect()
    };
    assert_eq!(attributes(&claims), ["boundary"]);
    // A document that knows of both tells of a part with two sides.
    let both = [&claims[..], &[said_in(&one, place("port"))]].concat();
    assert!(attributes(&both).is_empty());
}

#[test]
fn every_gap_has_a_sentence_that_would_answer_it() {
    let (documents, claims) =
        said(vec![typed("kiln", ComponentType::Service), Statement::Flow(flow("kiln", "oven")), named("oven")]);
    let system = validate(&documents, &claims);
    assert!(!system.gaps.is_empty());
    for gap in &system.gaps {
        assert!(gap.answer.contains('…') && !gap.answer.contains("{}"), "{}: {}", gap.rule, gap.answer);
        assert_eq!(gap.ask.as_deref(), Some("whoever wrote design.txt"), "{}", gap.rule);
    }
    let coverage = coverage(&system);
    assert_eq!(coverage.asked - coverage.answered, system.gaps.len());
}

#[test]
fn old_and_superseded_sources_are_stale() {
    let old = dated("2020-01-01", document("old.txt", "There is a kiln."));
    let claims = [said_in(&old, named("kiln"))];
    assert_eq!(checks(std::slice::from_ref(&old), &claims, "2026-01-01"), ["old-sources-only"]);
    assert!(checks(std::slice::from_ref(&old), &claims, "2020-06-01").is_empty());
    let mut gone = document("adr.txt", "There is a kiln.");
    gone.front_matter.insert("status".to_owned(), "Superseded by 7".to_owned());
    let claims = [said_in(&gone, named("kiln"))];
    assert_eq!(checks(&[gone.clone()], &claims, "2026-01-01"), ["source-out-of-force"]);
}

#[test]
fn prose_behind_what_runs_is_stale() {
    let prose = dated("2024-01-01", document("guide.txt", "There is a kiln."));
    let deployed = dated("2025-12-01", of_type(SourceType::Deployment, document("kiln.yaml", "kind: kiln")));
    let claims = [said_in(&prose, named("kiln")), said_in(&deployed, named("kiln"))];
    assert_eq!(checks(&[prose, deployed], &claims, "2025-12-02"), ["older-than-described"]);
}

#[test]
fn acceptances_end_tickets_close_and_actions_wait() {
    let design = document("d.txt", "We live with the open door. The lock will come. The door was forced.");
    let risk = |expires: &str| AcceptedRiskClaim {
        statement: "the open door".to_owned(),
        expires_on: Some(expires.to_owned()),
        ..AcceptedRiskClaim::default()
    };
    let accepted = |expires| [quoting(&design, "We live with the open door.", Statement::AcceptedRisk(risk(expires)))];
    let documents = [design.clone()];
    assert_eq!(checks(&documents, &accepted("2025-01-01"), "2026-01-01"), ["acceptance-expired"]);
    assert_eq!(checks(&documents, &accepted("2026-01-20"), "2026-01-01"), ["acceptance-ending"]);
    assert!(checks(&documents, &accepted("2027-01-01"), "2026-01-01").is_empty());

    let planned = |document: &Document| {
        let lock = control(ControlType::Authentication, &["kiln"], None);
        [
            as_status(Status::Planned, quoting(document, "The lock will come.", lock)),
            quoting(document, "the open door", named("kiln")),
        ]
    };
    let mut ticket = of_type(SourceType::Ticket, design.clone());
    assert!(checks(&[ticket.clone()], &planned(&ticket), "2026-01-01").is_empty());
    ticket.front_matter.insert("state".to_owned(), "closed".to_owned());
    assert_eq!(checks(&[ticket.clone()], &planned(&ticket), "2026-01-01"), ["closed-ticket"]);

    let postmortem = of_type(SourceType::Postmortem, design);
    let incident = IncidentClaim {
        statement: "The door was forced".to_owned(),
        follow_up: Some("a lock".to_owned()),
        ..IncidentClaim::default()
    };
    let mut claims = planned(&postmortem).to_vec();
    claims.push(quoting(&postmortem, "The door was forced.", Statement::Incident(incident)));
    let found = checks(&[postmortem], &claims, "2026-01-01");
    assert_eq!(found, ["postmortem-action-unconfirmed", "postmortem-action-unconfirmed"]);
}
