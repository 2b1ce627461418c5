//! What is tested: the shipped rules and their examples, the statuses of the contract, explanations, the condition language's
//! messages, and that the order in which a model is built does not matter.

mod explanations;
mod messages;
mod mutations;
mod order;
mod rules;
mod statuses;
