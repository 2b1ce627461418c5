//! What passes the quote check, and what is turned away with which reason.

use cairn_model::{Claim, Confidence, DocumentId, PermissionClaim, Quote, RejectedReason, Statement};
use cairn_validate::{validate, verify};

use crate::sample::{component, document, named, quoting, said_in};

#[track_caller]
fn check_rejected(claim: Claim, reason: RejectedReason) {
    let documents = [document("a.txt", "The shop is open.")];
    let system = validate(&documents, &[claim]);
    assert!(system.components.is_empty());
    assert_eq!(system.rejected.iter().map(|rejected| rejected.reason).collect::<Vec<_>>(), [reason]);
}

#[test]
fn each_fault_has_its_reason() {
    let shop = document("a.txt", "The shop is open.");
    check_rejected(quoting(&shop, "The shop is closed.", named("shop")), RejectedReason::NotVerbatim);
    check_rejected(quoting(&shop, " . ", named("shop")), RejectedReason::EmptyQuote);
    check_rejected(quoting(&shop, "The shop", named(" - ")), RejectedReason::Unnamed);
    check_rejected(Claim { evidence: Vec::new(), ..said_in(&shop, named("shop")) }, RejectedReason::NoEvidence);
    let elsewhere = document("b.txt", "The shop is open.");
    check_rejected(said_in(&elsewhere, named("shop")), RejectedReason::UnknownDocument);
}

#[test]
fn a_permission_for_everything_names_something() {
    let policy = document("a.txt", "The till may do anything to anything.");
    let grant = |resource: &str| {
        Statement::Permission(PermissionClaim {
            principal: "till".to_owned(),
            action: "*".to_owned(),
            resource: resource.to_owned(),
            condition: None,
        })
    };
    let system = validate(std::slice::from_ref(&policy), &[said_in(&policy, grant("*"))]);
    assert_eq!((system.permissions.len(), system.rejected.len()), (1, 0));
    check_rejected(said_in(&policy, grant(" - ")), RejectedReason::Unnamed);
}

#[test]
fn a_claim_keeps_the_quotes_that_stand() {
    let documents = [document("a.txt", "The shop is open."), document("b.txt", "The shop sells tea.")];
    let quote = |document: usize, text: &str| Quote {
        document: documents[document].id.clone(),
        text: text.to_owned(),
        at: None,
    };
    let evidence = vec![quote(0, "The shop is open."), quote(0, "The shop is shut."), quote(1, "sells tea")];
    let system = validate(&documents, &[Claim { evidence, ..said_in(&documents[0], named("shop")) }]);
    let mut quotes: Vec<_> = system.components[0].evidence.iter().map(|cited| cited.quote.as_str()).collect();
    quotes.sort_unstable();
    assert_eq!(quotes, ["The shop is open.", "sells tea"]);
    assert_eq!(system.rejected[0].quote, "The shop is shut.");
}

#[test]
fn identical_claims_collapse_to_the_most_confident_reader() {
    let documents = [document("a.txt", "The shop is open.")];
    let sure = said_in(&documents[0], named("shop"));
    let unsure = Claim { confidence: Confidence::thousandths(1), extractor: "a guess".to_owned(), ..sure.clone() };
    let other = said_in(&documents[0], Statement::Component(component("Shop")));
    let claims = [unsure, sure, other];
    let verified = verify(&documents, &claims);
    let readers: Vec<_> = verified.claims.iter().map(|claim| claim.extractor).collect();
    assert_eq!(readers, ["rules 1", "rules 1"]);
}

#[test]
fn a_claim_without_a_quote_names_no_document() {
    let documents = [document("a.txt", "The shop is open.")];
    let claim = Claim { evidence: Vec::new(), ..said_in(&documents[0], named("shop")) };
    let system = validate(&documents, &[claim]);
    assert_eq!(system.rejected[0].document, DocumentId::from(String::new()));
}
