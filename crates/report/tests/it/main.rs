//! The outside formats, from a small system written by hand.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]
#![expect(clippy::format_collect, reason = "short texts, built where they are read")]
#![expect(clippy::unnecessary_wraps, reason = "every attribute of a model is optional")]

mod drawing;
mod fixture;
mod json;
mod markdown;
mod visible;
