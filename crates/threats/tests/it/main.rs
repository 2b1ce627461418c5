//! What is tested: the shipped rules and their examples, the statuses of the contract, explanations, the condition language
//! and its messages, severity, groups, reference pages, and that the order in which a model is built does not matter.

mod custom;
mod explanations;
mod groups;
mod language;
mod messages;
mod mutations;
mod order;
mod pages;
mod peers;
mod rederived;
mod rules;
mod severity;
mod statuses;

use cairn_model::{Date, System};

/// The model of a text in the examples' notation.
fn model_of(text: &str) -> System {
    cairn_threats::notation::parse(text).expect("the test's model is in the notation")
}

fn review_day() -> Date {
    Date::new(2026, 1, 1).expect("the first of January is a day")
}
