//! What is tested: the shipped rules, the statuses of the contract, the condition language's messages, and determinism.

mod rules;
