//! What holds of every system: order changes nothing, nothing stands without evidence, a document can be withdrawn.

use std::sync::LazyLock;

use cairn_model::{
    AssumptionClaim, Citation, Claim, ComponentClaim, ComponentType, ControlType, DataClaim, Document, Exposure,
    Handling, SourceType, Statement, Status, System,
};
use cairn_validate::{QuoteChecker, Verdict, validate};
use proptest::prelude::*;

use crate::sample::{
    as_status, boundary, component, control, data, dated, document, encrypted, endpoint, flow, of_type, quoting,
};

/// Few names, in several writings, so that claims meet.
const NAMES: [&str; 12] = [
    "shop",
    "the Shop",
    "shop service",
    "till",
    "Till DB",
    "till-database",
    "ledger",
    "book keeper",
    "LedgerService",
    "cellar",
    "guest",
    "guests",
];
const LINES: [&str; 4] = ["One line.", "Another line here.", "A third line stands.", "Nobody reads the fourth."];

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(&NAMES[..]).prop_map(str::to_owned)
}

fn some_names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(name(), 0..3)
}

fn component_type() -> impl Strategy<Value = Option<ComponentType>> {
    prop::option::of(prop::sample::select(vec![ComponentType::Service, ComponentType::Datastore, ComponentType::Actor]))
}

fn statement() -> impl Strategy<Value = Statement> {
    let word = || prop::option::of(prop::sample::select(vec!["TLS", "TLS 1.3", "none", "tls"]).prop_map(str::to_owned));
    prop_oneof![
        3 => (name(), component_type(), some_names(), prop::option::of(Just(Exposure::Internet)), word()).prop_map(
            |(name, component_type, aliases, exposure, owner)| Statement::Component(ComponentClaim {
                component_type, aliases, exposure, owner, ..component(&name)
            })
        ),
        3 => (name(), name(), word()).prop_map(|(source, target, encryption)| {
            let encryption = encryption.unwrap_or_default();
            encrypted(&source, &target, &encryption)
        }),
        1 => (name(), name()).prop_map(|(source, target)| Statement::Flow(flow(&source, &target))),
        1 => (name(), some_names()).prop_map(|(name, members)| {
            boundary(&name, &members.iter().map(String::as_str).collect::<Vec<_>>())
        }),
        2 => (name(), name(), word()).prop_map(|(name, component, retention)| Statement::Data(DataClaim {
            handling: vec![Handling::Stores], retention, ..data(&name, &component)
        })),
        1 => (name(), word()).prop_map(|(component, authentication)| {
            let mut body = endpoint(&component, "/orders");
            body.authentication = authentication;
            Statement::Endpoint(body)
        }),
        2 => (some_names(), word()).prop_map(|(on, mechanism)| {
            let on: Vec<&str> = on.iter().map(String::as_str).collect();
            control(ControlType::Authentication, &on, mechanism.as_deref())
        }),
        1 => (name(), some_names()).prop_map(|(statement, about)| {
            Statement::Assumption(AssumptionClaim { statement, about })
        }),
    ]
}

pub(crate) fn documents() -> Vec<Document> {
    let text = |path: &str| document(path, &LINES.join("\n"));
    vec![
        text("a.txt"),
        dated("2024-01-01", text("b.txt")),
        dated("2025-01-01", text("c.txt")),
        of_type(SourceType::Deployment, text("d.txt")),
        of_type(SourceType::Ticket, text("e.txt")),
    ]
}

pub(crate) fn claims() -> impl Strategy<Value = Vec<Claim>> {
    let status = prop::sample::select(vec![Status::Implemented, Status::Implemented, Status::Planned, Status::Absent]);
    let quote = prop_oneof![9 => prop::sample::select(&LINES[..]), 1 => Just("Not in any document.")];
    let claim = (statement(), status, prop::sample::select(documents()), quote)
        .prop_map(|(statement, status, document, quote)| as_status(status, quoting(&document, quote, statement)));
    prop::collection::vec(claim, 0..24)
}

/// Claims and the same claims in another order.
fn shuffled<T: Clone + std::fmt::Debug + 'static>(
    items: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = (Vec<T>, Vec<T>)> {
    items.prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_threads_change_anything(
        (claims, other) in shuffled(claims()),
        (documents, turned) in shuffled(Just(documents())),
        threads in 0..POOLS.len(),
    ) {
        let one = validate(&documents, &claims);
        let another = POOLS[threads].install(|| validate(&turned, &other));
        prop_assert_eq!(&one, &another);
        prop_assert_eq!(format!("{one:?}"), format!("{another:?}"));
    }
}

/// Pools of one, two and five threads.
static POOLS: LazyLock<[rayon::ThreadPool; 3]> =
    LazyLock::new(|| [1, 2, 5].map(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()));

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn adding_a_document_and_removing_it_leaves_what_was_before(claims in claims()) {
        let all = documents();
        let (last, rest) = all.split_last().unwrap();
        let (of_last, of_rest): (Vec<Claim>, Vec<Claim>) =
            claims.into_iter().partition(|claim| claim.evidence[0].document == last.id);
        let before = validate(rest, &of_rest);
        let mut held = of_rest;
        held.extend(of_last);
        let with = validate(&all, &held);
        held.retain(|claim| claim.evidence[0].document != last.id);
        let after = validate(rest, &held);
        prop_assert_eq!(with.documents.len(), before.documents.len() + 1);
        prop_assert_eq!(format!("{before:?}"), format!("{after:?}"));
    }

    #[test]
    fn how_sets_of_documents_are_put_together_changes_nothing(claims in claims(), cut in 0..5_usize, other in 0..5_usize) {
        let all = documents();
        let together = |cut: usize| {
            let (left, right) = all.split_at(cut);
            let of = |documents: &[Document]| -> Vec<Claim> {
                let among = |claim: &&Claim| documents.iter().any(|it| it.id == claim.evidence[0].document);
                claims.iter().filter(among).cloned().collect()
            };
            validate(&[right, left].concat(), &[of(right), of(left)].concat())
        };
        prop_assert_eq!(together(cut), together(other));
    }

    #[test]
    fn saying_it_twice_changes_nothing(claims in claims()) {
        let twice: Vec<Claim> = claims.iter().chain(&claims).cloned().collect();
        prop_assert_eq!(validate(&documents(), &claims), validate(&documents(), &twice));
    }

    #[test]
    fn lists_are_sorted_and_cited(claims in claims()) {
        let documents = documents();
        let system = validate(&documents, &claims);
        for (id, evidence) in everything(&system) {
            prop_assert!(!evidence.is_empty(), "{} has no evidence", id);
            prop_assert!(evidence.is_sorted() && evidence.windows(2).all(|pair| pair[0] != pair[1]));
            for citation in evidence {
                check_citation(&documents, citation);
            }
        }
        prop_assert!(strictly_sorted(system.components.iter().map(|of| of.id.as_str())));
        prop_assert!(strictly_sorted(system.flows.iter().map(|of| of.id.as_str())));
        prop_assert!(strictly_sorted(system.controls.iter().map(|of| of.id.as_str())));
        prop_assert!(strictly_sorted(system.conflicts.iter().map(|of| of.id.as_str())));
        prop_assert!(strictly_sorted(system.gaps.iter().map(|of| of.id.as_str())));
        prop_assert!(system.rejected.is_sorted());
    }

    #[test]
    fn references_lead_to_elements(claims in claims()) {
        let system = validate(&documents(), &claims);
        let ids: std::collections::BTreeSet<String> = everything(&system).into_iter().map(|(id, _)| id).collect();
        let flows = system.flows.iter().flat_map(|flow| [&flow.source, &flow.target]);
        let controls = system.controls.iter().flat_map(|control| &control.on);
        let subjects = system.conflicts.iter().map(|conflict| &conflict.subject);
        let asked = system.gaps.iter().map(|gap| &gap.subject);
        let members = system.boundaries.iter().flat_map(|boundary| &boundary.members);
        let homes = system.components.iter().filter_map(|component| component.boundary.as_ref());
        for id in flows.chain(controls).chain(subjects).chain(asked).chain(members).chain(homes) {
            prop_assert!(ids.contains(id.as_str()), "{} leads nowhere", id);
        }
    }

    #[test]
    fn a_withdrawn_document_leaves_nothing(claims in claims()) {
        let all = documents();
        let (last, rest) = all.split_last().unwrap();
        let kept: Vec<Claim> = claims.iter().filter(|claim| claim.evidence[0].document != last.id).cloned().collect();
        let (without, mut never) = (validate(rest, &claims), validate(rest, &kept));
        for (id, evidence) in everything(&without) {
            prop_assert!(evidence.iter().all(|citation| citation.document != last.id), "{} cites it", id);
        }
        never.rejected.clone_from(&without.rejected);
        prop_assert_eq!(without, never);
    }
}

#[test]
fn no_claims_make_an_empty_system() {
    let system = validate(&documents(), &[]);
    assert_eq!(system, System { documents: system.documents.clone(), ..System::default() });
    assert_eq!(system.documents.len(), 5);
}

fn strictly_sorted<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    ids.is_sorted_by(|left, right| left < right)
}

#[track_caller]
fn check_citation(documents: &[Document], citation: &Citation) {
    let document = documents.iter().find(|document| document.id == citation.document);
    let document = document.expect("a cited document is among those read");
    assert_eq!(document.slice(citation.span), citation.quote.as_str());
    let again = QuoteChecker::new(document).check(&citation.quote, Some(citation.span.start));
    assert_eq!(again, Verdict::Verbatim(citation.clone()));
}

/// Every element's id with its evidence, that of its attributes and of conflicts included.
fn everything(system: &System) -> Vec<(String, &[Citation])> {
    let mut all: Vec<(String, &[Citation])> = Vec::new();
    macro_rules! add {
        ($($list:ident)+) => {
            $(all.extend(system.$list.iter().map(|of| (of.id.to_string(), of.evidence.as_slice())));)+
        };
    }
    add!(components boundaries flows data endpoints controls permissions assumptions decisions accepted_risks);
    add!(questions incidents);
    for component in &system.components {
        all.extend(component.owner.iter().map(|owner| (component.id.to_string(), owner.evidence.as_slice())));
    }
    for data in &system.data {
        all.extend(data.handled_by.iter().map(|handled| (data.id.to_string(), handled.evidence.as_slice())));
    }
    for conflict in &system.conflicts {
        let positions = conflict.positions.iter();
        all.extend(positions.map(|position| (conflict.subject.to_string(), position.evidence.as_slice())));
    }
    all
}
