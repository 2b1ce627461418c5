//! Ids made of content, so that they survive everything but a change of what they name.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::label::Label;

/// Bytes of the digest that go into a short id: 48 bits, so that a million elements collide with a chance below 0.2 %.
const SHORT_HASH_BYTES: usize = 6;

/// Names an element of the model: a prefix for its kind and a slug or hash of what makes it that element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(Label);

impl ElementId {
    /// `PREFIX-HASH` of the parts that identify the element.
    pub fn hashed(prefix: &str, parts: &[&str]) -> Self {
        Self(format!("{prefix}-{}", content_hash(parts)).into())
    }

    /// `PREFIX-SLUG`, for elements that a person names on the command line.
    pub fn named(prefix: &str, slug: &str) -> Self {
        Self(format!("{prefix}-{slug}").into())
    }

    /// The id as it is printed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ElementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Twelve hexadecimal digits over the parts in order; a part's end counts, so `["ab", "c"]` and `["a", "bc"]` differ.
pub fn content_hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hexadecimal(hasher.finalize().get(..SHORT_HASH_BYTES).unwrap_or_default())
}

/// The SHA-256 digest of `bytes` in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    text.extend(bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(hexadecimal_digit));
    text
}

fn hexadecimal_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).expect("half a byte is below 16")
}
