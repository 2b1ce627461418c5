//! What claims of readers that may invent are held to.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "a missing field is a failed test")]
#![expect(clippy::string_slice, reason = "a cut inside a character is a failed test")]
#![expect(clippy::needless_pass_by_value, reason = "claims are written where they are checked")]

use cairn_ingest::Limits;
use cairn_model::{Claim, ClaimKind, Document, RejectedReason, Span, VisibleText};
use cairn_validate::{Admitted, admit, may_rest_on};
use serde_json::{Value, json};

const PAGE: &str = "---\ntitle: Heron\n---\n\n# Heron\n\nHeron keeps the books of a small bank.\n\n## Order service\n\n\
    The order service writes orders to the ledger database over TLS 1.3. It does not encrypt addresses at rest.\n\
    Requests carry a JWT that lasts 15 minutes. Rate limiting will be added next quarter.\n\
    The API never accepts a request without a token.\n\
    We accept the risk of stale prices until 2026-09-30. We assume that the cluster is private.\n\
    Nobody has decided who rotates the signing key.\n\n\
    <!-- The order service encrypts everything with AES-256. -->\n\n\
    ## Ports\n\n| Service | Port | Authentication |\n| --- | --- | --- |\n| order service | 8443 | mTLS |\n| probe | 9090 | none |\n";

fn document() -> Document {
    cairn_ingest::read("docs/heron.md", PAGE.as_bytes(), Limits { document_bytes_max: 1 << 20 })
        .expect("it is readable")
}

/// The page without its comment.
fn visible(document: &Document) -> VisibleText {
    let comment = document.text.find("<!--").unwrap()..document.text.find("-->").unwrap() + 3;
    let mut visible = VisibleText::default();
    visible.push(Span::new(0, comment.start), &document.text[..comment.start]);
    visible.push(Span::new(comment.end, document.text.len()), &document.text[comment.end..]);
    visible
}

fn admitted(mut claim: Value) -> Admitted {
    let document = document();
    let quote = claim["quote"].take();
    claim["evidence"] = json!([{ "document": document.id.as_str(), "quote": quote }]);
    let claim: Claim = serde_json::from_value(claim).expect("it is a claim");
    admit(&document, &visible(&document), &[claim])
}

/// The claim comes through as it is.
#[track_caller]
fn passes(claim: Value) {
    let result = admitted(claim.clone());
    assert_eq!((result.claims.len(), result.mended), (1, 0), "{claim}: {result:?}");
}

/// The claim does not come through.
#[track_caller]
fn fails(claim: Value, reason: RejectedReason) {
    let result = admitted(claim.clone());
    let reasons: Vec<_> = result.rejected.iter().map(|it| it.reason).collect();
    assert_eq!((result.claims, reasons), (Vec::new(), vec![reason]), "{claim}");
}

/// The claim comes through mended; how it reads then, without what it always has.
#[track_caller]
fn mended(claim: Value) -> Value {
    let result = admitted(claim.clone());
    assert_eq!((result.claims.len(), result.mended), (1, 1), "{claim}: {result:?}");
    let mut value = serde_json::to_value(&result.claims[0]).unwrap();
    for field in ["evidence", "extractor", "confidence", "kind"] {
        value.as_object_mut().unwrap().remove(field);
    }
    value
}

const TLS: &str = "The order service writes orders to the ledger database over TLS 1.3.";

#[test]
fn what_its_quote_says_passes() {
    passes(json!({ "kind": "flow", "source": "order service", "target": "ledger database", "protocol": "TLS 1.3",
        "data": ["orders"], "quote": TLS }));
    passes(
        json!({ "kind": "control", "type": "encryption_in_transit", "mechanism": "TLS 1.3", "on": ["Order Service"], "quote": TLS }),
    );
    passes(json!({ "kind": "control", "type": "rate_limiting", "status": "planned",
        "quote": "Rate limiting will be added next quarter." }));
    passes(json!({ "kind": "control", "type": "encryption_at_rest", "status": "absent",
        "quote": "It does not encrypt addresses at rest." }));
    passes(json!({ "kind": "accepted_risk", "statement": "stale prices", "expires_on": "2026-09-30",
        "quote": "We accept the risk of stale prices until 2026-09-30." }));
}

#[test]
fn evidence_becomes_the_documents_own_bytes() {
    let result =
        admitted(json!({ "kind": "component", "name": "ledger database", "quote": "the  ledger **database**" }));
    assert_eq!(result.claims[0].evidence[0].text, "the ledger database");
    assert_eq!(result.claims[0].evidence[0].at, PAGE.find("the ledger database"));
}

#[test]
fn quotes_that_are_not_there_or_not_seen_fail() {
    fails(
        json!({ "kind": "component", "name": "vent controller", "quote": "The vent controller reads the soil gauge" }),
        RejectedReason::NotVerbatim,
    );
    fails(
        json!({ "kind": "control", "type": "encryption_at_rest", "mechanism": "AES-256",
        "quote": "The order service encrypts everything with AES-256." }),
        RejectedReason::NotVisible,
    );
}

#[test]
fn an_honest_quote_does_not_carry_a_false_claim() {
    fails(
        json!({ "kind": "flow", "source": "order service", "target": "mail relay", "quote": TLS }),
        RejectedReason::NameNotInQuote,
    );
    fails(json!({ "kind": "component", "name": "billing", "quote": TLS }), RejectedReason::NameNotInQuote);
    fails(
        json!({ "kind": "control", "type": "authentication", "mechanism": "TLS 1.3", "quote": TLS }),
        RejectedReason::NotSpokenOf,
    );
    fails(json!({ "kind": "accepted_risk", "statement": "TLS 1.3 is old", "quote": TLS }), RejectedReason::NotSpokenOf);
    fails(json!({ "kind": "endpoint", "path": "/admin", "quote": TLS }), RejectedReason::ValueNotInQuote);
}

#[test]
fn flips_of_denial_fail() {
    fails(
        json!({ "kind": "control", "type": "encryption_at_rest", "quote": "It does not encrypt addresses at rest." }),
        RejectedReason::NegationNotInQuote,
    );
    fails(
        json!({ "kind": "control", "type": "encryption_in_transit", "status": "absent", "quote": TLS }),
        RejectedReason::NegationNotInQuote,
    );
}

#[test]
fn two_denials_are_none() {
    passes(
        json!({ "kind": "control", "type": "authentication", "quote": "The API never accepts a request without a token." }),
    );
}

#[test]
fn a_plan_is_no_fact_and_a_fact_no_plan() {
    let claim =
        json!({ "kind": "control", "type": "rate_limiting", "quote": "Rate limiting will be added next quarter." });
    assert_eq!(mended(claim), json!({ "type": "rate_limiting", "status": "planned" }));
    fails(
        json!({ "kind": "control", "type": "encryption_in_transit", "status": "planned", "quote": TLS }),
        RejectedReason::ModalityNotInQuote,
    );
}

#[test]
fn altered_numbers_and_values_are_left_out() {
    let claim = json!({ "kind": "flow", "source": "order service", "target": "ledger database", "protocol": "TLS 1.2",
        "encryption": "none", "data": ["orders", "passwords"], "mode": "async", "quote": TLS });
    let expected =
        json!({ "source": "order service", "target": "ledger database", "data": ["orders"], "status": "implemented" });
    assert_eq!(mended(claim), expected);
    let claim = json!({ "kind": "data", "name": "addresses", "encrypted_at_rest": true, "retention": "30 days",
        "quote": "It does not encrypt addresses at rest." });
    assert_eq!(mended(claim), json!({ "name": "addresses", "status": "implemented" }));
}

#[test]
fn a_statement_in_other_words_becomes_the_quote() {
    let claim = json!({ "kind": "assumption", "statement": "The cluster can only be reached by staff",
        "quote": "We assume that the cluster is private." });
    assert_eq!(mended(claim)["statement"], "We assume that the cluster is private.");
}

#[test]
fn a_row_is_read_with_its_header() {
    let row = "| order service | 8443 | mTLS |";
    passes(
        json!({ "kind": "control", "type": "authentication", "mechanism": "mTLS", "on": ["order service"], "quote": row }),
    );
    let none = "| probe | 9090 | none |";
    passes(json!({ "kind": "control", "type": "authentication", "status": "absent", "on": ["probe"], "quote": none }));
    fails(
        json!({ "kind": "control", "type": "authentication", "on": ["probe"], "quote": none }),
        RejectedReason::NegationNotInQuote,
    );
}

#[test]
fn a_claim_about_another_document_fails() {
    let document = document();
    let claim: Claim = serde_json::from_value(json!({ "kind": "component", "name": "order service",
        "evidence": [{ "document": "doc-other", "quote": TLS }] }))
    .unwrap();
    let result = admit(&document, &visible(&document), &[claim]);
    assert_eq!(result.rejected[0].reason, RejectedReason::UnknownDocument);
}

#[test]
fn questions_need_something_open() {
    passes(json!({ "kind": "question", "statement": "who rotates the signing key",
        "quote": "Nobody has decided who rotates the signing key." }));
    fails(json!({ "kind": "question", "statement": "Is the ledger safe?", "quote": TLS }), RejectedReason::NotSpokenOf);
}

#[test]
fn where_nothing_speaks_of_a_kind_no_such_claim_passes() {
    let calm = "The order service writes orders to the ledger database";
    for (kind, name) in ClaimKind::ALL.map(|kind| (kind, kind.as_str())) {
        if may_rest_on(kind, calm) {
            continue;
        }
        let types: &[&str] =
            if kind == ClaimKind::Control { &["integrity", "backup", "authentication"] } else { &[""] };
        for family in types {
            fails(
                json!({ "kind": name, "type": family, "statement": calm, "quote": calm }),
                RejectedReason::NotSpokenOf,
            );
        }
    }
    let silent = ClaimKind::ALL.into_iter().filter(|kind| !may_rest_on(*kind, "The pond is calm.")).count();
    assert_eq!(silent, 7, "controls, permissions and all sorts of statements");
    assert!(may_rest_on(ClaimKind::Control, TLS));
    assert!(may_rest_on(ClaimKind::Question, "## Open questions\n\nwho rotates the key"));
}

#[test]
fn names_and_values_stand_in_order_and_near_each_other() {
    passes(json!({ "kind": "component", "name": "order service", "quote": TLS }));
    passes(json!({ "kind": "component", "name": "OrderServices", "quote": TLS }));
    // The same words in another order, or far from each other, name nothing.
    fails(json!({ "kind": "component", "name": "database service", "quote": TLS }), RejectedReason::NameNotInQuote);
    fails(
        json!({ "kind": "component", "name": "service order", "quote": "writes orders to the ledger" }),
        RejectedReason::NameNotInQuote,
    );
    fails(json!({ "kind": "component", "name": "order database", "quote": TLS }), RejectedReason::NameNotInQuote);
    // Of several that share a word, each is named.
    let shared = "Requests carry a JWT that lasts 15 minutes. Rate limiting will be added next quarter.";
    fails(json!({ "kind": "component", "name": "JWT limiting", "quote": shared }), RejectedReason::NameNotInQuote);
    let claim = json!({ "kind": "control", "type": "encryption_in_transit", "mechanism": "TLS orders", "quote": TLS });
    assert_eq!(mended(claim), json!({ "type": "encryption_in_transit", "status": "implemented" }));
    // One word of a heading and one of the quote make no name; a whole heading does.
    fails(json!({ "kind": "component", "name": "heron database", "quote": TLS }), RejectedReason::NameNotInQuote);
    let jwt = "Requests carry a JWT that lasts 15 minutes.";
    passes(json!({ "kind": "control", "type": "authentication", "on": ["order service"], "quote": jwt }));
    // A column's header and its cell belong together, and those of two columns do not.
    let row = "| order service | 8443 | mTLS |";
    passes(json!({ "kind": "control", "type": "authentication", "mechanism": "Authentication mTLS", "quote": row }));
    let claim = json!({ "kind": "control", "type": "authentication", "mechanism": "Port mTLS", "quote": row });
    assert_eq!(mended(claim), json!({ "type": "authentication", "status": "implemented" }));
}

#[test]
fn a_type_is_what_the_name_or_the_quote_shows() {
    let component = |name: &str, kind: &str| json!({ "kind": "component", "name": name, "type": kind, "quote": TLS });
    passes(component("ledger database", "datastore"));
    passes(component("order service", "service"));
    // The database that the quote speaks of is another part.
    let without = json!({ "name": "order service", "status": "implemented" });
    assert_eq!(mended(component("order service", "datastore")), without);
    assert_eq!(mended(component("order service", "ai_model")), without);
    let heron = "Heron keeps the books of a small bank.";
    assert_eq!(
        mended(json!({ "kind": "component", "name": "Heron", "type": "queue", "quote": heron })),
        json!({ "name": "Heron", "status": "implemented" })
    );
}

#[test]
fn a_class_of_data_is_what_the_name_or_the_quote_shows() {
    let data = |name: &str, class: &str, quote: &str| json!({ "kind": "data", "name": name, "classification": class, "quote": quote });
    passes(data("orders", "financial", TLS));
    assert_eq!(mended(data("orders", "health", TLS)), json!({ "name": "orders", "status": "implemented" }));
    passes(data("signing key", "secret", "Nobody has decided who rotates the signing key."));
    let jwt = "Requests carry a JWT that lasts 15 minutes.";
    passes(data("JWT", "credential", jwt));
    assert_eq!(mended(data("JWT", "personal", jwt)), json!({ "name": "JWT", "status": "implemented" }));
}

#[test]
fn exposure_and_encryption_are_what_the_quote_says() {
    let private = "We assume that the cluster is private.";
    let cluster =
        |exposure: &str| json!({ "kind": "component", "name": "cluster", "exposure": exposure, "quote": private });
    passes(cluster("internal"));
    assert_eq!(mended(cluster("internet")), json!({ "name": "cluster", "status": "implemented" }));
    let quote = "It does not encrypt addresses at rest.";
    let addresses = |is: bool| json!({ "kind": "data", "name": "addresses", "encrypted_at_rest": is, "quote": quote });
    passes(addresses(false));
    assert_eq!(mended(addresses(true)), json!({ "name": "addresses", "status": "implemented" }));
}

#[test]
fn owners_dates_and_terms_are_copied() {
    let quote = "We accept the risk of stale prices until 2026-09-30.";
    let risk =
        |end: &str| json!({ "kind": "accepted_risk", "statement": "stale prices", "expires_on": end, "quote": quote });
    passes(risk("2026-09-30"));
    assert_eq!(mended(risk("2026-09-03")), json!({ "statement": "stale prices", "status": "implemented" }));
    let jwt = "Requests carry a JWT that lasts 15 minutes.";
    let data = |kept: &str| json!({ "kind": "data", "name": "JWT", "retention": kept, "quote": jwt });
    passes(data("15 minutes"));
    assert_eq!(mended(data("50 minutes")), json!({ "name": "JWT", "status": "implemented" }));
    assert_eq!(mended(data("minutes 15")), json!({ "name": "JWT", "status": "implemented" }));
}
