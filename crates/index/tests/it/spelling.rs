//! Spellings of one name find each other.

use crate::fixture::{found, index, passage};

#[track_caller]
fn check(texts: &[&str], queries: &[&str]) {
    let mut passages: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| passage(&format!("{at}.md"), &format!("The {text} is here.")))
        .collect();
    passages.push(passage("other.md", "A quiet harbour at night."));
    let index = index(&passages);
    for query in queries {
        let mut paths = found(&index, query);
        paths.sort();
        let all: Vec<_> = (0..texts.len()).map(|at| format!("{at}.md")).collect();
        assert_eq!(paths, all, "for the query `{query}`");
    }
}

#[test]
fn of_an_identifier() {
    let spellings = [
        "PaymentService",
        "paymentService",
        "payment_service",
        "payment-service",
        "Payment Service",
        "PAYMENT_SERVICE",
    ];
    check(&spellings, &spellings);
}

#[test]
fn of_an_identifier_as_a_phrase() {
    let spellings = ["PaymentService", "payment_service", "payment-service", "payment service"];
    check(&spellings, &["\"payment service\"", "\"PaymentService\"", "\"payment_services\""]);
}

#[test]
fn of_an_acronym_in_an_identifier() {
    check(&["HTTPServer", "http-server", "HttpServer"], &["HTTPServer", "http_server", "HttpServer"]);
}

#[test]
fn of_an_acronym_in_the_plural() {
    check(&["API", "APIs", "api"], &["API", "\"APIs\""]);
}

#[test]
fn of_a_network_path() {
    check(&["/api/v1/users", "`/api/v1/users/`", "GET /api/v1/users."], &["/api/v1/users", "api/v1/users", "users"]);
}

#[test]
fn of_a_dotted_name() {
    check(
        &["com.example.LedgerWriter", "`LedgerWriter`", "ledger_writer"],
        &["LedgerWriter", "com.example.LedgerWriter"],
    );
}

#[test]
fn of_a_version() {
    check(&["TLS 1.2", "TLS1.2", "tls-1.2"], &["1.2", "TLS 1.2", "\"tls 1.2\""]);
}

#[test]
fn a_version_is_not_another() {
    let index = index(&[passage("a.md", "TLS 1.2"), passage("b.md", "TLS 1.3")]);
    assert_eq!(found(&index, "1.3"), ["b.md"]);
}

#[test]
fn of_a_word_with_digits() {
    check(&["OAuth2", "OAuth 2", "oauth2"], &["oauth2", "OAuth2"]);
}

#[test]
fn of_inflected_words() {
    check(&["encrypted backup", "encrypting backups", "encrypt a backup"], &["encryption", "backups"]);
}

#[test]
fn with_and_without_accents() {
    check(&["Zürich café", "Zurich cafe", "ZU\u{308}RICH cafe\u{301}"], &["zürich", "cafe", "\"Zurich Café\""]);
}
