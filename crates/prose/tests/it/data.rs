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
