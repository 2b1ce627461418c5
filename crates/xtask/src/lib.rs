//! What keeps the repository tidy: tests over its files and manifests, none over the behaviour of the product.
//!
//! There is no code here, only `tests/it`: which crate may use which (`dependencies`), what each crate must have
//! (`crates`), what no file may say (`wording`), how long a file may get (`length`), and how rules are named (`rules`).
//! Each check is a function from data to a list of faults, so that each has a test that it finds a fault, and each fault
//! says what to do next. Run them with `cargo test -p cairn-xtask`.
