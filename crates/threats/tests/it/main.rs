//! What is tested: the shipped rules and their examples, the statuses of the contract, explanations, the condition language's
//! messages, and that the order in which a model is built does not matter.

mod explanations;
mod messages;
mod mutations;
mod order;
mod rules;
mod statuses;

use cairn_model::{Date, System};

/// The model of a text in the examples' notation.
fn model_of(text: &str) -> System {
    cairn_threats::notation::parse(text).expect("the test's model is in the notation")
}

fn review_day() -> Date {
    Date::new(2026, 1, 1).expect("the first of January is a day")
}
