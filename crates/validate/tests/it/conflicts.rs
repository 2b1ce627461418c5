//! What contradicts what, and by which rule it is settled.

use cairn_model::{
    Claim, ComponentClaim, ComponentType, Conflict, ControlType, DataClaim, Document, Exposure, Format, SourceType,
    Statement, Status,
};
use cairn_validate::validate;

use crate::sample::{
    as_status, component, control, data, dated, document, encrypted, endpoint, flow, named, of_type, said_in, typed,
};

/// Conflicts of a system in which `documents[i]` says `claims[i]`.
fn conflicts_of(said: Vec<(Document, Statement, Status)>) -> Vec<Conflict> {
    let claims: Vec<Claim> = said
        .iter()
        .flat_map(|(document, statement, status)| {
            let about = ["shop", "till"].map(|name| said_in(document, named(name)));
            about.into_iter().chain([as_status(*status, said_in(document, statement.clone()))])
        })
        .collect();
    let documents: Vec<Document> = said.into_iter().map(|(document, ..)| document).collect();
    validate(&documents, &claims).conflicts
}

fn page(path: &str) -> Document {
    document(path, &format!("The shop, the till, says {path}."))
}

/// Two documents of equal rank state this.
fn between(left: Statement, right: Statement) -> Vec<Conflict> {
    conflicts_of(vec![(page("a"), left, Status::Implemented), (page("b"), right, Status::Implemented)])
}

#[track_caller]
fn check_values(conflicts: &[Conflict], attribute: &str, expected: &[&str]) {
    let [conflict] = conflicts else { panic!("one conflict expected, found {conflicts:?}") };
    assert_eq!(conflict.attribute, attribute);
    let values: Vec<_> = conflict.positions.iter().map(|position| position.value.as_str()).collect();
    assert_eq!(values, expected);
    assert!(conflict.positions.iter().all(|position| !position.evidence.is_empty()));
}

#[test]
fn values_that_exclude_each_other_conflict() {
    let tls = |value: &str| encrypted("shop", "till", value);
    check_values(&between(tls("TLS"), tls("none")), "encryption", &["none", "TLS"]);
    check_values(&between(tls("TLS 1.2"), tls("TLS 1.3")), "encryption", &["TLS 1.2", "TLS 1.3"]);
    check_values(&between(tls("TLS"), tls("no TLS")), "encryption", &["no TLS", "TLS"]);

    let speaks = |protocol: &str| {
        let mut body = flow("shop", "till");
        body.protocol = Some(protocol.to_owned());
        Statement::Flow(body)
    };
    check_values(&between(speaks("HTTP"), speaks("HTTPS")), "protocol", &["HTTP", "HTTPS"]);
    let exposed = |exposure| Statement::Component(ComponentClaim { exposure: Some(exposure), ..component("shop") });
    let conflicts = between(exposed(Exposure::Internet), exposed(Exposure::Internal));
    check_values(&conflicts, "exposure", &["internal", "internet"]);
    let types = between(typed("shop", ComponentType::Service), typed("shop", ComponentType::Datastore));
    check_values(&types, "type", &["datastore", "service"]);
    let kept = |days: &str| Statement::Data(DataClaim { retention: Some(days.to_owned()), ..data("recipes", "shop") });
    check_values(&between(kept("30 days"), kept("90 days")), "retention at cmp-shop", &["30 days", "90 days"]);
    let guarded = |by: &str| {
        let mut body = endpoint("shop", "/orders");
        body.authentication = Some(by.to_owned());
        Statement::Endpoint(body)
    };
    check_values(&between(guarded("none"), guarded("JWT")), "authentication", &["JWT", "none"]);
}

#[test]
fn refinements_do_not_conflict() {
    let tls = |value: &str| encrypted("shop", "till", value);
    for (rough, exact) in [("TLS", "TLS 1.3"), ("tls", "mTLS"), ("OAuth 2.0", "OAuth 2.0 with PKCE"), ("SSL", "TLS")] {
        assert_eq!(between(tls(rough), tls(exact)), [], "{rough} and {exact}");
    }
    assert_eq!(between(typed("shop", ComponentType::External), typed("shop", ComponentType::IdentityProvider)), []);
}

/// The order of authority, strongest first: each outranks all that follow, and the losing side stays with its quote.
#[test]
fn authority_follows_the_order_of_sources() {
    let code = |path: &str| Document { format: Format::Hcl, ..of_type(SourceType::Deployment, page(path)) };
    let open_decision = |path: &str| {
        let mut document = of_type(SourceType::Adr, page(path));
        document.front_matter.insert("status".to_owned(), "Proposed".to_owned());
        document
    };
    let ranks: [&dyn Fn(&str) -> Document; 7] = [
        &|path| of_type(SourceType::Deployment, page(path)),
        &code,
        &|path| of_type(SourceType::ApiSpec, page(path)),
        &|path| of_type(SourceType::Adr, page(path)),
        &|path| of_type(SourceType::Design, page(path)),
        &|path| of_type(SourceType::Ticket, page(path)),
        &|path| of_type(SourceType::Discussion, page(path)),
    ];
    let tls = |value: &str| encrypted("shop", "till", value);
    let settled = |strong: Document, weak: Document| {
        let said = vec![(weak, tls("none"), Status::Implemented), (strong, tls("TLS"), Status::Implemented)];
        let conflicts = conflicts_of(said);
        check_values(&conflicts, "encryption", &["TLS", "none"]);
        conflicts[0].resolution.clone()
    };
    for (at, strong) in ranks.iter().enumerate() {
        for weak in ranks.iter().skip(at + 1) {
            // The date decides only between equals.
            let resolution = settled(dated("2020-01-01", strong("a")), dated("2025-01-01", weak("b")));
            assert!(resolution.is_some_and(|rule| rule.contains(" outranks ")), "rank {at}");
        }
        let resolution = settled(dated("2025-01-01", strong("a")), dated("2020-01-01", strong("b")));
        assert_eq!(resolution.as_deref(), Some("newer source outranks older"));
    }
    let accepted = settled(of_type(SourceType::Adr, page("a")), open_decision("b"));
    assert_eq!(accepted.as_deref(), Some("decision record outranks decision that is not in force"));
    let pipeline =
        Document { path: ".github/workflows/x.yml".to_owned(), ..of_type(SourceType::Deployment, page("b")) };
    let resolution = settled(of_type(SourceType::Deployment, page("a")), pipeline);
    assert_eq!(resolution.as_deref(), Some("deployment configuration outranks infrastructure as code"));
}

#[test]
fn the_deciding_rule_is_named() {
    let tls = |value: &str| encrypted("shop", "till", value);
    let settled = |strong: Document, weak: Document| {
        let said = vec![(weak, tls("none"), Status::Implemented), (strong, tls("TLS"), Status::Implemented)];
        let conflicts = conflicts_of(said);
        check_values(&conflicts, "encryption", &["TLS", "none"]);
        conflicts[0].resolution.clone()
    };
    assert_eq!(
        settled(of_type(SourceType::Deployment, page("a")), page("b")).unwrap(),
        "deployment configuration outranks design document"
    );
    assert_eq!(
        settled(of_type(SourceType::Observed, page("a")), of_type(SourceType::Deployment, page("b"))).unwrap(),
        "observed behaviour outranks deployment configuration"
    );
    assert_eq!(
        settled(of_type(SourceType::Deployment, page("a")), of_type(SourceType::Code, page("b"))).unwrap(),
        "deployment configuration outranks infrastructure as code"
    );
    assert_eq!(
        settled(of_type(SourceType::Code, page("a")), of_type(SourceType::ApiSpec, page("b"))).unwrap(),
        "infrastructure as code outranks API specification"
    );
    let mut proposed = of_type(SourceType::Adr, page("a"));
    assert_eq!(settled(proposed.clone(), page("b")).unwrap(), "decision record outranks design document");
    proposed.front_matter.insert("status".to_owned(), "Proposed".to_owned());
    let said = vec![(page("b"), tls("none"), Status::Implemented), (proposed, tls("TLS"), Status::Implemented)];
    assert_eq!(conflicts_of(said)[0].resolution, None);
    let (new, old) = (dated("2025-05-01", page("a")), dated("2024-05-01", page("b")));
    assert_eq!(settled(new, old).unwrap(), "newer source outranks older");
    assert_eq!(settled(dated("2025-05-01", page("a")), page("b")), None);
}

#[test]
fn existence_conflicts() {
    let calls = || Statement::Flow(flow("shop", "till"));
    let with = |other: Status, document: Document| {
        let built = (dated("2025-01-01", page("a")), calls(), Status::Implemented);
        conflicts_of(vec![built, (document, calls(), other)]).len()
    };
    assert_eq!(with(Status::Absent, page("b")), 1);
    assert_eq!(with(Status::Deprecated, page("b")), 1);
    assert_eq!(with(Status::Assumed, page("b")), 0);
    assert_eq!(with(Status::Planned, dated("2024-01-01", page("b"))), 0);
    assert_eq!(with(Status::Planned, dated("2026-01-01", page("b"))), 1);
    assert_eq!(with(Status::Planned, of_type(SourceType::Adr, page("b"))), 1);
}

#[test]
fn a_control_here_and_missing_there_is_two_controls_and_a_conflict() {
    let documents = [page("a"), page("b")];
    let limit = || control(ControlType::RateLimiting, &["shop"], None);
    let claims = [
        said_in(&documents[0], named("shop")),
        said_in(&documents[0], limit()),
        as_status(Status::Absent, said_in(&documents[1], limit())),
    ];
    let system = validate(&documents, &claims);
    assert_eq!(system.controls.len(), 2);
    check_values(&system.conflicts, "rate_limiting", &["absent", "implemented"]);
    assert_eq!(system.conflicts[0].subject, system.components[0].id);
}

#[test]
fn a_missing_mechanism_denies_no_other() {
    let by = |mechanism| control(ControlType::Authentication, &["shop"], mechanism);
    let with = |missing, there| {
        let said = vec![(page("a"), by(missing), Status::Absent), (page("b"), by(there), Status::Implemented)];
        conflicts_of(said).len()
    };
    assert_eq!(with(Some("multi-factor"), Some("password")), 0);
    assert_eq!(with(Some("multi-factor"), Some("multi-factor")), 1);
    assert_eq!(with(None, Some("password")), 1);
    assert_eq!(with(Some("multi-factor"), None), 0);
}
