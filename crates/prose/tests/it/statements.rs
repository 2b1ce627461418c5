use crate::check::{PARTS, has, lacks, lines, lines_at};

fn page(text: &str) -> String {
    format!("{PARTS}## Notes\n\n{text}\n")
}

#[test]
fn an_assumption_is_what_is_taken_for_granted() {
    has(
        &lines("assumption", &page("We assume that the VPN keeps outsiders away from the ledger database.")),
        "We assume that the VPN keeps outsiders away from the ledger database: assumed",
    );
}

#[test]
fn an_accepted_risk_has_owner_and_expiry_where_stated() {
    has(
        &lines(
            "accepted_risk",
            &page("Plain traffic to the job queue is an accepted risk until 2026-12-31, accepted by Dana Whitfield."),
        ),
        "Plain traffic to the job queue is an accepted risk until 2026-12-31, accepted by Dana Whitfield (owner Dana Whitfield, until 2026-12-31): implemented",
    );
}

#[test]
fn a_weakness_that_is_not_accepted_is_none() {
    assert_eq!(
        lines("accepted_risk", &page("Plain traffic to the job queue is not acceptable.")),
        Vec::<String>::new()
    );
}

#[test]
fn a_decision_gives_its_choice() {
    has(
        &lines("decision", &page("We decided to keep the job queue because it survives restarts.")),
        "We decided to keep the job queue because it survives restarts: implemented",
    );
}

#[test]
fn a_rejected_record_decides_against() {
    let text = "# Use a shared bus\n\n- Status: rejected\n\n## Decision\n\nWe will use a shared message bus for all services.\n";
    has(
        &lines_at("docs/adr/0004-bus.md", "decision", text),
        "We will use a shared message bus for all services: absent",
    );
}

#[test]
fn open_questions_are_asked_or_listed() {
    let lines =
        lines("question", &page("Who rotates the keys of the order service?\n\nThe owner of the edge proxy is TBD."));
    has(&lines, "Who rotates the keys of the order service?: implemented");
    has(&lines, "The owner of the edge proxy is TBD: implemented");
}

#[test]
fn the_why_of_a_postmortem_is_answered_there() {
    lacks(&lines("question", &page("Why did the order service fail?")), "Why");
}

#[test]
fn a_postmortem_is_one_incident() {
    let text = "# Lost orders\n\n## Summary\n\nOrders were lost for two hours after the job queue ran out of disk.\n\n## Root cause\n\nThe disk was full.\n\n## Timeline\n\n- 10:00 it began\n";
    has(
        &lines_at("postmortems/2026-02-lost-orders.md", "incident", text),
        "Orders were lost for two hours after the job queue ran out of disk: implemented",
    );
}

#[test]
fn permissions_name_principal_action_and_resource() {
    let text = page(
        "Support agents can refund payments of up to 50 EUR. Support agents call the order service. Administrators manage the ledger database.",
    );
    let lines = lines("permission", &text);
    has(&lines, "Support agents | refund | payments of up to 50 EUR: implemented");
}

#[test]
fn a_persons_account_is_no_wall() {
    assert_eq!(
        lines("boundary", &page("Each merchant has a payout account. The staff account is locked.")),
        Vec::<String>::new()
    );
}

#[test]
fn boundaries_have_members_where_stated() {
    has(
        &lines("boundary", &page("The order service and the billing worker run in the `heron-prod` namespace.")),
        "heron-prod namespace (cluster) order service+billing worker: implemented",
    );
}

#[test]
fn a_permission_that_is_given_names_who_gets_it() {
    let lines = lines("permission", &page("This allows administrators to delete entries in the ledger database."));
    has(&lines, "administrators | delete | entries in the ledger database: implemented");
}

#[test]
fn a_role_binding_in_a_command_is_a_permission() {
    let command = "```\ngcloud projects add-iam-policy-binding heron --member=serviceAccount:reader --role=roles/storage.viewer\n```";
    has(&lines("permission", &page(command)), "serviceAccount:reader | roles/storage.viewer | heron: implemented");
}

#[test]
fn taking_a_role_is_no_assumption() {
    assert_eq!(lines("assumption", &page("The billing worker assumes the backup role.")), Vec::<String>::new());
}

#[test]
fn a_field_of_a_form_left_at_a_question_mark_is_no_question() {
    assert_eq!(lines("question", &page("Time to recovery: ?")), Vec::<String>::new());
}
