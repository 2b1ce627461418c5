//! Bytes in, documents out: what each format's reader sees, and what holds for all of them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a helper that panics fails its test, and fixtures are short"
)]

mod check;

mod asciidoc;
mod comments;
mod drawio;
mod json;
mod markdown;
mod mdx;
mod plain;
mod rst;

mod detection;
mod header;
mod source_types;

mod corpora;
mod hostile;
mod passages;
