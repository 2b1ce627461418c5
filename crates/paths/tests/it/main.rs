//! What is tested: small systems with known paths, properties that hold for all systems, attackers as data, what-ifs, and
//! two systems of a public attack language.

mod mal;
mod properties;
mod questions;
mod suite;
mod system;
