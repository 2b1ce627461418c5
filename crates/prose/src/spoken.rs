//! Which words a document holds, as far as names are looked for in it: enough to tell that a name cannot stand in it.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// Letters in which numbers are written, in their order.
const LETTERS: &[u8; 64] = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// So many letters make a number, and so many bits a letter.
const LENGTH: usize = 4;
const BITS: usize = 6;

/// The words of a document, each as a number that few others have, sorted and written without separators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken(String);

impl Spoken {
    /// Words by their numbers.
    pub(crate) fn of(mut numbers: Vec<u32>) -> Self {
        numbers.sort_unstable();
        numbers.dedup();
        Self(numbers.into_iter().flat_map(written).collect())
    }

    /// Whether the name may stand in the document: whether words of it make up the name, one after the other. Of a hundred thousand
    /// words that it does not hold, hardly one is taken for one that it does.
    pub fn may_hold(&self, name: &str) -> bool {
        // Up to where words of the document lead.
        let mut reached = BTreeSet::from([0]);
        while let Some(at) = reached.pop_first() {
            if at == name.len() {
                return true;
            }
            let ends = name.char_indices().map(|(end, _)| end).chain([name.len()]).filter(|end| *end > at);
            reached.extend(ends.filter(|end| name.get(at..*end).is_some_and(|word| self.holds(word))));
        }
        false
    }

    fn holds(&self, word: &str) -> bool {
        let wanted: String = written(number(word)).collect();
        let (mut low, mut high) = (0, self.0.len() / LENGTH);
        while low < high {
            let middle = low.midpoint(high);
            match self.0.get(middle * LENGTH..(middle + 1) * LENGTH).map(|it| it.cmp(&wanted)) {
                Some(Ordering::Equal) => return true,
                Some(Ordering::Less) => low = middle + 1,
                _ => high = middle,
            }
        }
        false
    }
}

/// The number of a word: of 24 bits.
pub(crate) fn number(word: &str) -> u32 {
    let hash = word.bytes().fold(OFFSET, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME));
    (hash ^ (hash >> 15)) >> 8
}

/// A number in letters whose order is that of the numbers.
fn written(number: u32) -> impl Iterator<Item = char> {
    (0..LENGTH).rev().map(move |at| {
        let letter = (number >> (at * BITS)) as usize % LETTERS.len();
        LETTERS.get(letter).copied().map_or('+', char::from)
    })
}

/// Those of the hash of Fowler, Noll and Vo for 32 bits.
const OFFSET: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;
