//! The text of an id, with its first bytes beside it: maps and sorted lists compare ids millions of times, and most
//! comparisons end before the text itself is fetched from elsewhere in memory.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// Bytes that are kept beside the text.
const HEAD_BYTES: usize = 16;

/// A text that is cheap to copy and to compare. Ordered as the text is.
#[derive(Clone)]
pub(crate) struct Label {
    /// The first bytes, the first one highest; zeros where the text is shorter.
    head: u128,
    text: Arc<str>,
}

impl Label {
    fn tail(&self) -> &[u8] {
        self.text.as_bytes().get(HEAD_BYTES..).unwrap_or_default()
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        let mut head = [0; HEAD_BYTES];
        for (kept, byte) in head.iter_mut().zip(text.bytes()) {
            *kept = byte;
        }
        Self { head: u128::from_be_bytes(head), text: text.into() }
    }
}

impl Deref for Label {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Label {}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        self.head.cmp(&other.head).then_with(|| {
            if Arc::ptr_eq(&self.text, &other.text) { Ordering::Equal } else { self.text.cmp(&other.text) }
        })
    }
}

impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(self.head);
        state.write(self.tail());
        state.write_usize(self.text.len());
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
