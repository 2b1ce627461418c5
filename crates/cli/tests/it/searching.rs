//! `cairn search` and `cairn index`, with the shipped model and with an endpoint.

use serde_json::{Value, json};

use crate::project::Project;
use crate::stub::{Question, Reply, Stub};

#[test]
fn a_hit_carries_its_place_section_and_what_claims_say() {
    let project = Project::scanned();
    let answer = project.json(&["search", "who encrypts the connection to the database", "kind:adr"]);
    let hit = &answer["hits"][0];
    assert_eq!(hit["path"], "adr/0001-tls.md");
    let text = std::fs::read_to_string(project.path("docs/adr/0001-tls.md")).unwrap();
    let offset = |value: &Value| value.as_u64().unwrap() as usize;
    assert_eq!(hit["text"], text[offset(&hit["start"])..offset(&hit["end"])]);
    assert!(hit["section"]["start"].as_u64() <= hit["start"].as_u64());
    assert_eq!(answer["vectors"]["passages"], answer["vectors"]["with_vectors"]);
}

#[test]
fn claims_are_found_by_kind() {
    let project = Project::scanned();
    let answer = project.json(&["search", "--claims", "labels kind:flow"]);
    let hits = answer["hits"].as_array().unwrap();
    assert!(!hits.is_empty());
    assert!(hits.iter().all(|hit| hit["claim_kinds"] == json!(["flow"]) && hit["claim"].is_string()), "{hits:?}");
}

#[test]
fn the_index_is_built_shown_and_rebuilt() {
    let project = Project::scanned();
    let before = project.json(&["index", "status"]);
    assert_eq!(before["with_vectors"], 0);
    let built = project.succeeds(&["index", "build"]);
    assert_eq!(built, format!("{0} of {0} passages with vectors\n", before["passages"]));
    project.succeeds(&["index", "rebuild"]);
    let after = project.json(&["index", "status"]);
    assert_eq!(after["with_vectors"], before["passages"]);
    project.succeeds(&["index", "rebuild", "--vectors"]);
    assert_eq!(project.json(&["index", "status"])["with_vectors"], 0);
}

/// An endpoint whose vectors tell whether a text speaks of a password, and whose order is the reverse.
fn endpoint() -> Stub {
    Stub::start(|question: &Question| {
        if question.path.ends_with("/embeddings") {
            let body = question.json();
            let vector = |text: &Value| {
                let of_password = text.as_str().unwrap().contains("password") || text == "secret word";
                if of_password { json!([3.0, 0.0]) } else { json!([0.0, 2.0]) }
            };
            let vectors = body["input"].as_array().unwrap().iter().enumerate();
            let data: Vec<Value> =
                vectors.map(|(index, text)| json!({ "index": index, "embedding": vector(text) })).rev().collect();
            return Reply::json(&json!({ "data": data }));
        }
        let passages = question.message("user").matches("\nPassage ").count();
        let order: Vec<usize> = (0..passages).rev().collect();
        Reply::content(&json!({ "order": order }).to_string())
    })
}

fn with_endpoint(stub: &Stub, search: &str) -> Project {
    let project = Project::with_documents();
    project.write("docs/keys.md", "# Keys\n\nThe key is AKIAZ7Q2M4X9T1B5R8WD, and the password is turned daily.\n");
    let model = format!("[model]\nbase_url = \"{}\"\nname = \"stub-1\"\nlocal_only = [\"design.md\"]\n", stub.url());
    project.write("cairn.toml", format!("{model}[search]\n{search}"));
    project.succeeds(&["scan", "docs", "--no-model"]);
    project
}

#[test]
fn vectors_come_from_the_endpoint_without_secrets_and_local_documents() {
    let stub = endpoint();
    let project = with_endpoint(&stub, "embedding = \"endpoint\"\nembedding_model = \"stub-vectors\"\n");
    let answer = project.json(&["search", "--by", "meaning", "secret word"]);
    assert_eq!(answer["hits"].as_array().unwrap().len(), 1);
    assert_eq!(answer["hits"][0]["path"], "keys.md");
    let sent: String = stub.questions().iter().map(|question| question.body.clone()).collect();
    assert!(sent.contains("stub-vectors") && sent.contains("turned daily"), "{sent}");
    assert!(!sent.contains("AKIAZ7Q2M4X9T1B5R8WD") && !sent.contains("who rotates"), "{sent}");
    let calls = stub.calls();
    project.json(&["search", "--by", "meaning", "secret word"]);
    assert_eq!(stub.calls(), calls + 1, "only the question is new");
}

#[test]
fn the_model_reorders_the_best() {
    let stub = endpoint();
    let plain = with_endpoint(&stub, "embedding = \"none\"\n");
    let query = ["search", "labels", "path:README.md", "path:adr"];
    let paths = |project: &Project| -> Vec<String> {
        let answer = project.json(&query);
        answer["hits"].as_array().unwrap().iter().map(|hit| hit["path"].as_str().unwrap().to_owned()).collect()
    };
    let mut expected = paths(&plain);
    assert!(expected.len() > 1 && stub.calls() == 0, "{expected:?}");
    expected.reverse();
    assert_eq!(paths(&with_endpoint(&stub, "embedding = \"none\"\nrerank = 10\n")), expected);
}

#[test]
fn an_endpoint_that_fails_leaves_words() {
    let stub = Stub::start(|_| Reply::status(401, "{}"));
    let project = with_endpoint(&stub, "embedding = \"endpoint\"\nembedding_model = \"stub-vectors\"\nrerank = 5\n");
    let run = project.run(&["search", "password"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("keys.md") && run.stderr.matches("left out: ").count() == 2, "{}", run.stderr);
}
