//! How many tokens and how much money a call takes, before and after.

use crate::Usage;

/// Bytes of plain English text that make a token, on average, with the tokenizers in use. Estimates err upwards.
const ASCII_BYTES_PER_TOKEN: usize = 4;

/// An estimate of a text's tokens that needs no tokenizer. What lies outside of ASCII counts one token a character.
pub fn estimate_tokens(text: &str) -> u64 {
    let ascii = text.bytes().filter(u8::is_ascii).count();
    let other = text.chars().filter(|it| !it.is_ascii()).count();
    (ascii.div_ceil(ASCII_BYTES_PER_TOKEN) + other) as u64
}

/// Prices in millionths of the currency for a million tokens. All zero for a model that costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prices {
    /// Of the question.
    pub input: u64,
    /// Of the part of the question that the endpoint kept from an earlier one.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

impl Prices {
    /// The price of a call in millionths of the currency, rounded up.
    pub fn of(&self, usage: Usage) -> u64 {
        let cached = usage.cached.min(usage.input);
        let parts = [(usage.input - cached, self.input), (cached, self.cached), (usage.output, self.output)];
        let total: u128 = parts.iter().map(|(tokens, price)| u128::from(*tokens) * u128::from(*price)).sum();
        u64::try_from(total.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }
}
