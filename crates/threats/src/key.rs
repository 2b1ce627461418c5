//! Ids as keys of large maps and sorts, which compare without a look at the text elsewhere in memory.

use cairn_model::ElementId;

/// Bytes of an id that fit into one number; hashed ids are hardly longer.
const START_BYTES: usize = 16;

/// An id; keys have the order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    start: u128,
    id: &'a ElementId,
}

impl<'a> Key<'a> {
    pub(crate) fn of(id: &'a ElementId) -> Self {
        Self { start: start(id), id }
    }
}

/// The first bytes of the id as a number; of two ids that differ in them, the lesser has the lesser number.
pub(crate) fn start(id: &ElementId) -> u128 {
    let mut bytes = [0; START_BYTES];
    for (byte, own) in bytes.iter_mut().zip(id.as_str().bytes()) {
        *byte = own;
    }
    u128::from_be_bytes(bytes)
}
