//! What is tested: small systems with known paths, the same found again by trying, properties that hold for all systems, attackers as data, what-ifs, and
//! two systems of a public attack language.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::indexing_slicing, reason = "choices are taken modulo their number")]

mod mal;
mod monotone;
mod oracle;
mod properties;
mod questions;
mod suite;
mod system;
mod trials;
