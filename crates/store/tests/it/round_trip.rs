//! Claims come back as they were kept, to the byte.

use cairn_model::{
    AcceptedRiskClaim, AssumptionClaim, BoundaryClaim, Claim, ComponentClaim, Confidence, ControlClaim, DataClaim,
    DecisionClaim, DocumentId, EndpointClaim, FlowClaim, IncidentClaim, PermissionClaim, QuestionClaim, Quote,
    Statement, Term,
};
use cairn_store::{ClaimUnit, ScanCommit, Store};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

/// Text with everything that an encoding could stumble over, NUL and line separators included.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\"\\\\\u{0}\u{2028}\n\r'$1?{}a-z]{0,12}"]
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    vec(text(), 0..3)
}

fn term<T: Term + std::fmt::Debug>() -> impl Strategy<Value = T> {
    prop::sample::select(T::ALL)
}

fn statement() -> impl Strategy<Value = Statement> {
    prop_oneof![elements(), controls(), remarks()]
}

fn elements() -> impl Strategy<Value = Statement> {
    prop_oneof![
        (text(), of(term()), of(text()), of(term()), of(text()), texts()).prop_map(
            |(name, component_type, technology, exposure, owner, aliases)| {
                Statement::Component(ComponentClaim { name, component_type, technology, exposure, owner, aliases })
            }
        ),
        (text(), of(term()), texts()).prop_map(|(name, boundary_type, members)| {
            Statement::Boundary(BoundaryClaim { name, boundary_type, members })
        }),
        (text(), text(), of(text()), texts(), of(text()), of(text()), of(term())).prop_map(
            |(source, target, protocol, data, authentication, encryption, mode)| {
                Statement::Flow(FlowClaim { source, target, protocol, data, authentication, encryption, mode })
            }
        ),
        (text(), of(text()), of(term()), vec(term(), 0..3), of(any::<bool>()), of(text())).prop_map(
            |(name, component, classification, handling, encrypted_at_rest, retention)| {
                Statement::Data(DataClaim { name, component, classification, handling, encrypted_at_rest, retention })
            }
        ),
        (text(), of(text()), of(text()), of(term()), of(text()), of(text())).prop_map(
            |(path, component, method, exposure, authentication, authorization)| {
                Statement::Endpoint(EndpointClaim { path, component, method, exposure, authentication, authorization })
            }
        ),
    ]
}

fn controls() -> impl Strategy<Value = Statement> {
    prop_oneof![
        (term(), texts(), of(text())).prop_map(|(control_type, on, mechanism)| {
            Statement::Control(ControlClaim { control_type, on, mechanism })
        }),
        (text(), text(), text(), of(text())).prop_map(|(principal, action, resource, condition)| {
            Statement::Permission(PermissionClaim { principal, action, resource, condition })
        }),
    ]
}

fn remarks() -> impl Strategy<Value = Statement> {
    prop_oneof![
        (text(), texts()).prop_map(|(statement, about)| Statement::Assumption(AssumptionClaim { statement, about })),
        (text(), texts()).prop_map(|(statement, about)| Statement::Question(QuestionClaim { statement, about })),
        (text(), of(text()), texts(), texts()).prop_map(|(statement, rationale, about, alternatives)| {
            Statement::Decision(DecisionClaim { statement, rationale, about, alternatives })
        }),
        (text(), texts(), of(text()), of(text()), of(text()), of(text())).prop_map(
            |(statement, about, owner, accepted_on, expires_on, rationale)| {
                let claim = AcceptedRiskClaim { statement, about, owner, accepted_on, expires_on, rationale };
                Statement::AcceptedRisk(claim)
            }
        ),
        (text(), texts(), of(text()), of(text()), of(text())).prop_map(
            |(statement, about, occurred_on, cause, follow_up)| {
                Statement::Incident(IncidentClaim { statement, about, occurred_on, cause, follow_up })
            }
        ),
    ]
}

fn quote() -> impl Strategy<Value = Quote> {
    (text(), text(), of(any::<usize>())).prop_map(|(document, text, at)| Quote {
        document: DocumentId::from(document),
        text,
        at,
    })
}

fn claim() -> impl Strategy<Value = Claim> {
    (statement(), term(), vec(quote(), 0..3), text(), 0_u16..=1000).prop_map(
        |(statement, status, evidence, extractor, thousandths)| Claim {
            statement,
            status,
            evidence,
            extractor,
            confidence: Confidence::thousandths(thousandths),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn claims_come_back(units in vec(vec(claim(), 0..8), 1..4)) {
        let units: Vec<ClaimUnit> = units
            .into_iter()
            .enumerate()
            .map(|(nth, claims)| ClaimUnit { key: format!("{nth}"), document: DocumentId::of_path("a.md"), claims })
            .collect();
        let kept = kept(ScanCommit { units: units.clone(), ..ScanCommit::default() });
        prop_assert_eq!(kept, units);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn kept(scan: ScanCommit) -> Vec<ClaimUnit> {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    store.commit(scan).await.unwrap();
    store.load().await.unwrap().units
}
