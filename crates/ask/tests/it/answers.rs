//! Questions in plain words: what the model answers, what the texts answer, and what nobody documents.

use cairn_ask::{AnswerStatus, Origin};

use crate::check::Orchard;

/// Asks, and expects an answer with these words in it, all of it founded.
#[track_caller]
fn check(question: &str, words: &[&str]) {
    let orchard = Orchard::new();
    let answer = orchard.ask(question);
    let said: String = answer.sentences.iter().map(|it| it.text.clone() + "\n").collect();
    assert_ne!(answer.status, AnswerStatus::NotDocumented, "{question}: {answer:#?}");
    for word in words {
        assert!(said.contains(word), "{question}: `{word}` is not in\n{said}");
    }
    assert!(answer.sentences.iter().all(|it| !it.citations.is_empty()));
    assert!(orchard.is_founded(&answer));
}

/// Asks, and expects to be told that nobody documents it.
#[track_caller]
fn check_open(question: &str) {
    let answer = Orchard::new().ask(question);
    assert_eq!(answer.status, AnswerStatus::NotDocumented, "{question}: {:#?}", answer.sentences);
    assert!(answer.sentences.is_empty());
    assert!(answer.looked_at.documents > 0);
    assert!(answer.open.is_some(), "{question}");
}

#[test]
fn the_model_answers_what_it_holds() {
    check("Who owns the Stamp Store?", &["Stamp Store is owned by Team Pear."]);
    check("what calls the Stamp API?", &["Fruit Gateway talks to Stamp API"]);
    check("what does the Stamp API call?", &["Stamp API talks to Stamp Store."]);
    check("what do we assume?", &["only reachable from the cluster"]);
}

#[test]
fn the_answer_from_the_model_comes_first_and_cites_what_states_it() {
    let answer = Orchard::new().ask("who owns the Stamp Store?");
    assert_eq!(answer.sentences[0].origin, Origin::Model);
    assert!(answer.sentences[0].citations.iter().all(|it| it.quote.contains("Team Pear")), "{:?}", answer.sentences[0]);
    assert!(answer.understood.query.unwrap().starts_with("components where"));
}

#[test]
fn sentences_of_the_documents_are_quoted() {
    check("how often is the gateway's certificate renewed?", &["every 30 days"]);
    check("why is there only one database?", &["two people cannot run more"]);
}

#[test]
fn a_list_comes_with_what_leads_into_it() {
    check("what is the Stamp API restricted to?", &["following places", "mail server of the growers", "the clock"]);
}

#[test]
fn slips_are_forgiven_and_told() {
    let answer = Orchard::new().ask("who owns the Stmap Store?");
    assert_eq!(answer.understood.corrected, [("Stmap Store".to_owned(), "Stamp Store".to_owned())]);
    assert!(answer.sentences[0].text.contains("Team Pear"));
}

#[test]
fn what_nobody_documents_is_said_to_be_not_documented() {
    check_open("how long are card numbers kept?");
    check_open("When was the last penetration test and who did it?");
    check_open("how many people are on call?");
    check_open("which antivirus scans uploads?");
}

#[test]
fn whoever_owns_the_subject_is_named_to_be_asked() {
    let open = Orchard::new().ask("how often is the Stamp Store restored from tape?").open.unwrap();
    assert_eq!(open.ask.as_deref(), Some("Team Pear"));
}

#[test]
fn a_question_beyond_its_form_is_not_answered_with_everything() {
    let answer = Orchard::new().ask("Which antivirus protects the Stamp API?");
    assert!(answer.sentences.iter().all(|it| it.origin == Origin::Text), "{:#?}", answer.sentences);
}

#[test]
fn nothing_is_answered_from_nothing() {
    let answer = Orchard::of(&[]).ask("who owns the ledger?");
    assert_eq!(answer.status, AnswerStatus::NotDocumented);
    assert_eq!(Orchard::new().ask("").status, AnswerStatus::NotDocumented);
    assert_eq!(Orchard::new().ask("???").status, AnswerStatus::NotDocumented);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let (one, other) = (Orchard::new(), Orchard::new());
    let question = "which data does the Stamp Store hold and who can reach it?";
    assert_eq!(one.ask(question), other.ask(question));
}

#[test]
fn citations_are_numbered_in_the_order_of_their_use() {
    let answer = Orchard::new().ask("what calls the Stamp API?");
    let numbers: Vec<usize> = answer.sentences.iter().flat_map(|it| answer.numbers(it)).collect();
    assert_eq!(numbers.first(), Some(&1));
    assert!(numbers.iter().all(|it| *it <= answer.citations().len()));
}
