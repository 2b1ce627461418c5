//! One fuzz target for each reader. Run as ordinary tests they take a thousand inputs each; `cargo bolero test` runs the same
//! functions for as long as one likes, guided by coverage.
//!
//! Half of the inputs are edits of a sound file, so that also a random input gets past the first token; the other half are
//! the bytes as they come.

#![expect(clippy::indexing_slicing, reason = "places are drawn from within the bytes that they cut")]

use crate::check;
use crate::hostile::SOUND;

/// The bytes as they come, or as edits: pairs of a place and a byte.
fn input(path: &str, bytes: &[u8]) -> String {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let sound = SOUND.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
    if first % 2 == 1 || sound.is_empty() {
        return String::from_utf8_lossy(rest).into_owned();
    }
    let mut edited = sound.as_bytes().to_vec();
    for edit in rest.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([edit[0], edit[1]])) % edited.len();
        match first % 3 {
            0 => edited[at] = edit[2],
            1 => edited.insert(at, edit[2]),
            _ => edited.truncate(at.max(1)),
        }
    }
    String::from_utf8_lossy(&edited).into_owned()
}

/// No panic, and every quote stands.
fn survives(path: &str, bytes: &[u8]) {
    let document = check::document(path, &input(path, bytes));
    let reading = cairn_structured::read(&document);
    check::quotes_stand(&document, &reading);
    assert!(!reading.not_understood.iter().any(|part| part.what.contains("gave up")), "a reader panicked on {path}");
}

macro_rules! targets {
    ($($name:ident: $path:literal,)*) => {$(
        #[test]
        fn $name() {
            bolero::check!().for_each(|bytes: &[u8]| survives($path, bytes));
        }
    )*};
}

targets! {
    openapi: "api.yaml",
    openapi_json: "api.json",
    kubernetes: "deploy.yaml",
    kustomize: "kustomization.yaml",
    mesh: "mesh.yaml",
    compose: "docker-compose.yml",
    terraform: "main.tf",
    terraform_plan: "plan.json",
    cloudformation: "stack.yaml",
    github_actions: ".github/workflows/a.yml",
    gitlab_ci: ".gitlab-ci.yml",
    codeowners: "CODEOWNERS",
    sql: "a.sql",
    mermaid_flowchart: "a.mmd",
    mermaid_sequence: "s.mmd",
    mermaid_architecture: "arch.mmd",
    plantuml: "a.puml",
    dot: "a.dot",
    d2: "a.d2",
    structurizr: "a.dsl",
    drawio: "a.drawio",
    prose: "doc.md",
    asyncapi: "async.yaml",
    asyncapi_json: "async.json",
    protobuf: "a.proto",
    graphql: "a.graphql",
    package_json: "package.json",
    cargo_manifest: "Cargo.toml",
    python_requirements: "requirements.txt",
    go_module: "go.mod",
    access_log: "observed/access.log",
    envoy_log: "observed/envoy.log",
    zeek_conn_log: "observed/conn.log",
    spans: "observed/spans.json",
    service_graph: "observed/graph.json",
}

#[test]
fn every_sound_file_has_a_target() {
    let source = include_str!("fuzz.rs");
    let without: Vec<&str> =
        SOUND.iter().map(|(path, _)| *path).filter(|path| !source.contains(&format!(": \"{path}\","))).collect();
    assert_eq!(without, [""; 0], "sound files without a fuzz target");
}
