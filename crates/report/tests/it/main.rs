//! The outside formats, from a small system written by hand.

mod fixture;
mod json;
mod markdown;
mod visible;
