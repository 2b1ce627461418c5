use crate::check::{PARTS, has, lacks, lines};

fn controls(text: &str) -> Vec<String> {
    lines("control", &format!("{PARTS}## How\n\n{text}\n"))
}

#[test]
fn families_are_named_by_their_words() {
    let lines = controls(
        "The order service requires mTLS from the edge proxy. The ledger database is encrypted at rest with AES-256. The edge proxy applies rate limits per client.",
    );
    has(&lines, "encryption_in_transit on order service+edge proxy: implemented");
    has(&lines, "encryption_at_rest on ledger database: implemented");
    has(&lines, "rate_limiting on edge proxy: implemented");
}

#[test]
fn a_missing_control_is_absent() {
    has(&controls("There is no rate limiting on the edge proxy."), "rate_limiting on edge proxy: absent");
    has(&controls("The billing worker does not have an audit log today."), "audit_logging on billing worker: absent");
    has(&controls("Backups of the ledger database are disabled."), "backup on ledger database: absent");
}

#[test]
fn a_deferred_control_is_planned_and_a_duty_is_assumed() {
    has(&controls("Rate limiting will be added to the edge proxy in Q3."), "rate_limiting on edge proxy: planned");
    has(
        &controls("Audit logs of the billing worker should be kept somewhere safe."),
        "audit_logging on billing worker: assumed",
    );
}

#[test]
fn what_is_waited_for_is_not_there_yet() {
    has(
        &controls("The ledger database is publicly reachable until the VPN is done."),
        "network_isolation on ledger database: planned",
    );
}

#[test]
fn weak_words_need_company() {
    lacks(&controls("The billing worker accepts a token of appreciation."), "authentication");
}

#[test]
fn words_in_addresses_and_names_are_no_controls() {
    assert_eq!(controls("See https://example.org/tls/firewall for the billing worker and more."), Vec::<String>::new());
}

#[test]
fn mfa_delete_is_no_second_factor() {
    let lines = controls("The ledger database has MFA delete turned on.");
    lacks(&lines, "authentication");
    has(&lines, "integrity on ledger database: implemented");
}

#[test]
fn a_topic_without_a_statement_is_no_control() {
    let text = format!("{PARTS}## Notes\n\n- Authorization (Access Control)\n");
    assert_eq!(lines("control", &text), Vec::<String>::new());
}

#[test]
fn the_name_of_an_environment_is_no_control() {
    let text = format!("{PARTS}## Notes\n\nThe order service was first tried in the sandbox environment.\n");
    lacks(&lines("control", &text), "process_isolation");
}

#[test]
fn a_sentence_that_begins_with_a_small_letter_in_backticks_is_one_of_its_own() {
    let lines =
        controls("`ledger database` is not encrypted at rest. `edge proxy` talks to the order service over gRPC.");
    has(&lines, "encryption_at_rest on ledger database: absent");
    lacks(&lines, "edge proxy");
}

#[test]
fn a_secret_that_is_the_same_everywhere_is_not_managed() {
    has(
        &controls("The API key of the order service is the same in staging. The key is the same in production."),
        "secret_management on order service: absent",
    );
    has(
        &controls("Staging of the order service has a key of its own."),
        "secret_management on order service: implemented",
    );
}

#[test]
fn a_query_that_filters_by_the_id_of_its_customer_keeps_customers_apart() {
    has(
        &controls("The order service filters every query by `customer_id`."),
        "tenant_isolation on order service: implemented",
    );
    lacks(&controls("The order service returns `customer_id` with every order."), "tenant_isolation");
}

#[test]
fn what_is_named_on_the_way_is_not_what_the_next_sentence_is_about() {
    let lines = controls("The order service reads from the ledger database. Card numbers are masked in logs.");
    has(&lines, "data_minimisation on order service: implemented");
}

#[test]
fn an_exception_from_a_control_is_part_of_how_it_works() {
    let text = "The order service filters by `customer_id`, except for the nightly export, which reads everything.";
    let document = crate::check::document("docs/design.md", &format!("{PARTS}## How\n\n{text}\n"));
    let mechanisms: Vec<_> = crate::check::claims(&[document])
        .into_iter()
        .filter_map(|claim| match claim.statement {
            cairn_model::Statement::Control(control) => control.mechanism,
            _ => None,
        })
        .collect();
    assert_eq!(mechanisms, ["customer_id, except for the nightly export"]);
}
