use crate::check::{PARTS, has, lacks, lines};

fn data(text: &str) -> Vec<String> {
    lines("data", &format!("{PARTS}## Data\n\n{text}\n"))
}

#[test]
fn a_name_tells_its_class() {
    let lines = data("The ledger database stores card numbers and email addresses.");
    has(&lines, "card numbers (payment) at ledger database : implemented");
    has(&lines, "email addresses (personal) at ledger database : implemented");
}

#[test]
fn a_retention_is_kept_as_written() {
    has(
        &data("The order service keeps delivery addresses for 90 days."),
        "delivery addresses (personal) at order service 90 days: implemented",
    );
}

#[test]
fn an_everyday_word_is_data_only_where_something_handles_it() {
    lacks(&data("In order to start, the report says so."), "order");
}

#[test]
fn in_order_to_is_no_order() {
    let text = format!("{PARTS}## Notes\n\nIn order to send receipts, the order service stores the email address.\n");
    lacks(&lines("data", &text), "order (");
}

#[test]
fn who_logs_in_logs_nothing() {
    let text = format!("{PARTS}## Notes\n\nStaff log in to the ledger database with email addresses and passwords.\n");
    let handled: Vec<_> = crate::check::claims(&[crate::check::document("docs/design.md", &text)])
        .into_iter()
        .filter_map(|claim| match claim.statement {
            cairn_model::Statement::Data(data) => Some(data.handling),
            _ => None,
        })
        .collect();
    assert!(!handled.is_empty());
    assert!(handled.iter().all(|handling| !handling.contains(&cairn_model::Handling::Logs)), "{handled:?}");
}

#[test]
fn what_is_said_of_a_person_is_personal_however_it_is_said() {
    for words in ["addresses of customers", "a customer's address", "the customer address", "the names of all patients"]
    {
        let text = format!("The order service sends {words} to the ledger database.");
        assert!(
            data(&text).iter().any(|line| line.contains("(personal) at order service")),
            "{words}: {:?}",
            data(&text)
        );
    }
    lacks(&data("The order service sends requests to an address of the ledger database."), "address");
}

#[test]
fn an_everyday_word_that_is_stored_is_data() {
    has(
        &data("Conversations are stored in the ledger database for 30 days."),
        "Conversations (?) at ledger database 30 days: implemented",
    );
    lacks(&data("Conversations about the ledger database take days."), "Conversations");
}
