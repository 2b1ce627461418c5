//! Questions that lean on what was said before.

use cairn_ask::{AnswerStatus, Conversation};

use crate::check::Orchard;

#[test]
fn a_pronoun_is_what_the_conversation_is_about() {
    let orchard = Orchard::new();
    let mut conversation = Conversation::default();
    conversation.take(orchard.ask_in("who owns the Stamp API?", &conversation));
    let answer = orchard.ask_in("and what calls it?", &conversation);
    assert!(answer.understood.follows);
    assert!(answer.sentences[0].text.contains("Fruit Gateway talks to Stamp API"), "{answer:#?}");
}

#[test]
fn a_question_of_its_own_takes_nothing_over() {
    let orchard = Orchard::new();
    let mut conversation = Conversation::default();
    conversation.take(orchard.ask_in("who owns the Stamp API?", &conversation));
    let question = "how often is the certificate of the Fruit Gateway renewed by its operators?";
    let (alone, after) = (orchard.ask(question), orchard.ask_in(question, &conversation));
    assert!(!after.understood.follows);
    assert_eq!(alone.sentences, after.sentences);
}

#[test]
fn what_is_out_of_sight_stays_behind_what_is_in_sight() {
    let orchard = Orchard::new();
    let mut conversation = Conversation::default();
    conversation.take(orchard.ask_in("who owns the Stamp API?", &conversation));
    conversation.take(orchard.ask_in("who owns the Stamp Store?", &conversation));
    let names: Vec<&str> = conversation.focus.elements.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names.first(), Some(&"Stamp Store"));
    assert!(names.contains(&"Stamp API"));
    assert_eq!(conversation.turns.len(), 2);
}

#[test]
fn a_follow_up_about_nothing_documented_is_open_too() {
    let orchard = Orchard::new();
    let mut conversation = Conversation::default();
    conversation.take(orchard.ask_in("who owns the Stamp Store?", &conversation));
    let answer = orchard.ask_in("and how many times a day is it defragmented?", &conversation);
    assert_eq!(answer.status, AnswerStatus::NotDocumented, "{:#?}", answer.sentences);
}
