//! Dependencies run one way, and each large library is named by one crate.
//!
//! Read from `cargo metadata` without resolving, so that it needs no network. The tables are in [`table`].

mod table;

use crate::{assert_one_fault, assert_tidy, repository};
use cargo_metadata::{DependencyKind, MetadataCommand};

/// One line of a manifest: `from` names `to`.
struct Edge {
    from: String,
    to: String,
    for_tests: bool,
}

impl Edge {
    fn new(from: &str, to: &str, for_tests: bool) -> Self {
        Self { from: short(from), to: short(to), for_tests }
    }
}

/// The folder's name: the package's name without the prefix that our crates carry.
fn short(package: &str) -> String {
    package.strip_prefix("cairn-").unwrap_or(package).to_owned()
}

fn manifests() -> (Vec<String>, Vec<Edge>) {
    let metadata = MetadataCommand::new()
        .manifest_path(repository::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata reads the workspace");
    let mut names = Vec::new();
    let mut edges = Vec::new();
    for package in &metadata.packages {
        names.push(short(&package.name));
        for dependency in &package.dependencies {
            edges.push(Edge::new(&package.name, &dependency.name, dependency.kind == DependencyKind::Development));
        }
    }
    names.sort();
    (names, edges)
}

fn crates_without_a_row(names: &[String]) -> Vec<String> {
    let missing = names.iter().filter(|name| table::position(name).is_none());
    missing
        .map(|name| {
            format!(
                "crate `{name}` has no row in the table of crates\n  hint: add one to crates/xtask/tests/it/dependencies/table.rs, \
                 after every crate that it uses, with a sentence on why it may use them; say the same in ARCHITECTURE.md"
            )
        })
        .collect()
}

/// Product code uses what its row allows; tests may use any crate of an earlier row, to feed a stage with real input.
fn wrong_edges(edges: &[Edge]) -> Vec<String> {
    edges.iter().filter_map(wrong_edge).collect()
}

fn wrong_edge(edge: &Edge) -> Option<String> {
    let from = table::position(&edge.from)?;
    let to = table::position(&edge.to)?;
    let row = table::CRATES.get(from)?;
    if edge.for_tests {
        return (to >= from).then(|| {
            format!(
                "the tests of `{}` use `{}`, which comes at the same place or after it\n  \
                 hint: move the test to the later crate, where both are at hand",
                edge.from, edge.to
            )
        });
    }
    (!row.may_use.contains(&edge.to.as_str())).then(|| {
        format!(
            "`{}` uses `{}`, and may use only [{}]: {}\n  hint: pass the value in from `engine`, or move the shared type to \
             `model`; if the direction is right, change the row in crates/xtask/tests/it/dependencies/table.rs and ARCHITECTURE.md",
            edge.from,
            edge.to,
            row.may_use.join(", "),
            row.because
        )
    })
}

fn libraries_in_wrong_crates(edges: &[Edge]) -> Vec<String> {
    let named = edges.iter().filter_map(|edge| {
        let library = table::LIBRARIES.iter().find(|library| library.name == edge.to)?;
        // A stub server or a log's reader in a test is no second user of the library in the product.
        (library.user != edge.from && !edge.for_tests).then(|| {
            format!(
                "`{}` names the library `{}`, which belongs to `{}` alone\n  hint: call `{}` through our own types, so that \
                 the library can be exchanged in one place",
                edge.from, edge.to, library.user, library.user
            )
        })
    });
    named.collect()
}

#[test]
fn every_crate_has_a_row() {
    assert_tidy(&crates_without_a_row(&manifests().0));
}

#[test]
fn our_crates_depend_one_way() {
    assert_tidy(&wrong_edges(&manifests().1));
}

#[test]
fn each_large_library_has_one_user() {
    assert_tidy(&libraries_in_wrong_crates(&manifests().1));
}

#[test]
fn the_table_lists_each_crate_after_what_it_uses() {
    for (position, row) in table::CRATES.iter().enumerate() {
        for used in row.may_use {
            let earlier = table::position(used).is_some_and(|used| used < position);
            assert!(earlier, "`{}` may use `{used}`, which has no row above it", row.name);
        }
    }
}

#[test]
fn an_unknown_crate_is_found() {
    assert_one_fault(&crates_without_a_row(&["model".to_owned(), "helpers".to_owned()]), "helpers");
}

#[test]
fn an_edge_against_the_direction_is_found() {
    let edges = [Edge::new("cairn-engine", "cairn-model", false), Edge::new("cairn-model", "cairn-engine", false)];
    assert_one_fault(&wrong_edges(&edges), "`model` uses `engine`");
}

#[test]
fn tests_may_use_earlier_crates_only() {
    let edges =
        [Edge::new("cairn-threats", "cairn-validate", true), Edge::new("cairn-validate", "cairn-threats", true)];
    assert_one_fault(&wrong_edges(&edges), "the tests of `validate` use `threats`");
}

#[test]
fn a_second_user_of_a_library_is_found() {
    let edges = [Edge::new("cairn-index", "tantivy", false), Edge::new("cairn-engine", "tantivy", false)];
    assert_one_fault(&libraries_in_wrong_crates(&edges), "`engine` names the library `tantivy`");
}
