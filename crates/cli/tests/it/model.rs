//! Whole runs with a model: what is asked, what is kept, what it costs, and what the user sees.

use serde_json::json;

use crate::endpoint::{answer, asked, flows_of, project, project_with, prompt, reading, settings};
use crate::project::Project;
use crate::stub::{Reply, Stub};

const PAGE: &str = "# Heron\n\n## Orders\n\nThe quay broker calls the weir ledger.\n\n## Mail\n\nThe reed mailer calls the otter relay.\n";

fn polite() -> Stub {
    reading(|passage| Reply::content(&flows_of(passage).to_string()))
}

#[test]
fn what_the_model_reads_is_in_the_model_with_its_quote() {
    let stub = polite();
    let project = project(&stub, PAGE);
    let summary = project.json(&["scan", "docs"]);
    let model = &summary["model"];
    assert_eq!((&model["asks"], &model["extracted"], &model["empty"]), (&json!(4), &json!(2), &json!(2)), "{summary}");
    assert_eq!(model["left_out"], 2, "nothing on the page protects, so that nobody is asked what does");
    let export: serde_json::Value = serde_json::from_str(&project.export()).unwrap();
    let flow = export["flows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["evidence"][0]["quote"].as_str().unwrap().contains("reed mailer"));
    assert_eq!(flow.unwrap()["evidence"][0]["quote"], "The reed mailer calls the otter relay.");
}

#[test]
fn one_section_is_one_question_for_each_prompt_and_an_unchanged_one_is_never_asked_again() {
    let stub = polite();
    let project = project(&stub, PAGE);
    project.succeeds(&["scan", "docs"]);
    let prompts: Vec<String> = asked(&stub).iter().map(prompt).collect();
    assert_eq!(prompts.iter().filter(|it| *it == "parts").count(), 2);
    assert_eq!(prompts.iter().filter(|it| *it == "data").count(), 2);
    assert_eq!(prompts.len(), 4);
    let before = project.export();
    project.succeeds(&["scan", "docs"]);
    assert_eq!((asked(&stub).len(), project.export()), (4, before));
    project.write("docs/page.md", PAGE.replace("otter relay", "otter relay twice"));
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 6, "one changed section is asked about again, and nothing else");
    project.write("docs/moved/page.md", "# Other\n\nNothing here.\n");
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 8, "a new document leaves the others alone");
}

#[test]
fn a_question_is_asked_where_its_answer_could_stand_and_everywhere_when_that_is_wanted() {
    let stub = polite();
    let page = format!("{PAGE}\n## Care\n\nThe weir ledger encrypts its disks.\n");
    let project = project_with(&stub, &page, "prompts = [\"controls\"]\n");
    let run = project.run(&["scan", "docs"]);
    assert!(
        run.stdout.contains("  2 questions left out, as their chunks cannot hold what they ask for\n"),
        "{}",
        run.stdout
    );
    assert_eq!(asked(&stub).len(), 1);
    assert!(asked(&stub)[0].body.contains("encrypts its disks"));
    project.write("cairn.toml", settings(&stub, "prompts = [\"controls\"]\nask_everything = true\n"));
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 3, "the one that has an answer is not asked again");
}

#[test]
fn prompts_of_the_project_replace_those_built_in_and_faulty_ones_are_named() {
    let stub = polite();
    let project = project_with(&stub, PAGE, "prompts = [\"walls\"]\nprompts_dir = \"own\"\n");
    let refused = |reason: &str| {
        let run = project.run(&["scan", "docs"]);
        assert!(run.code != 0 && run.stderr.contains(reason), "{}", run.stderr);
    };
    refused("there is no such prompt");
    project.write("own/walls.toml", "system = \"\"\nschema = \"{}\"\n");
    refused("its schema has no list of claims");
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["boundaries"],
        "properties": { "boundaries": { "type": "array", "items": { "type": "string" } } } });
    project.write("own/walls.toml", format!("system = \"List the walls of the pond.\"\nschema = '{schema}'\n"));
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 2);
    assert!(asked(&stub)[0].message("system").ends_with("List the walls of the pond."));
}

#[test]
fn without_an_endpoint_nothing_changes() {
    let stub = polite();
    let with = project(&stub, PAGE);
    with.succeeds(&["scan", "docs", "--no-model"]);
    let without = Project::empty();
    without.write("docs/page.md", PAGE);
    without.succeeds(&["scan", "docs"]);
    assert_eq!(with.export(), without.export());
    assert_eq!(stub.calls(), 0);
}

#[test]
fn a_dry_run_sends_nothing_and_keeps_nothing() {
    let stub = polite();
    let project = project(&stub, PAGE);
    project.write("cairn.toml", settings(&stub, "price_input = 2.0\nprice_output = 8.0\n"));
    let estimate = project.json(&["scan", "docs", "--dry-run"]);
    assert_eq!((estimate["asks"].as_u64(), estimate["kept"].as_u64()), (Some(4), Some(0)));
    assert_eq!(estimate["left_out"], 2);
    assert!(
        estimate["cost"].as_f64().unwrap() > 0.0 && estimate["shared_tokens"].as_u64().unwrap() > 500,
        "{estimate}"
    );
    assert_eq!(stub.calls(), 0);
    assert_eq!(project.run(&["threats"]).code, 3, "nothing was scanned");
}

#[test]
fn a_budget_stops_a_run_and_the_next_one_goes_on() {
    let stub = reading(|passage| Reply::completion(&flows_of(passage).to_string(), "stop", 3_000, 50));
    let project = project_with(&stub, PAGE, "concurrency = 1\ntokens_run = 4000\nprompts = [\"parts\"]\n");
    let run = project.run(&["scan", "docs"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("the tokens of the run would be exceeded"), "{}", run.stderr);
    assert_eq!(asked(&stub).len(), 1);
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), 2);
    let sent: Vec<String> = asked(&stub).iter().map(|it| it.body.clone()).collect();
    assert_ne!(sent[0], sent[1], "nothing was asked twice");
}

#[test]
fn an_answer_that_is_too_long_is_asked_for_in_halves() {
    let sentences: String = (0..40).map(|it| format!("The quay broker {it} calls the weir ledger {it}.\n\n")).collect();
    let stub = reading(|passage| {
        let finish = if passage.len() > 600 { "length" } else { "stop" };
        Reply::completion(&flows_of(passage).to_string(), finish, 10, 10)
    });
    let project = project_with(&stub, &format!("# Heron\n\n{sentences}"), "prompts = [\"parts\"]\n");
    let summary = project.json(&["scan", "docs"]);
    assert_eq!(summary["model"]["extracted"], 4, "{summary}");
    let calls = asked(&stub).len();
    assert_eq!(calls, 7, "one whole, two halves, four quarters");
    project.succeeds(&["scan", "docs"]);
    assert_eq!(asked(&stub).len(), calls, "none of them is asked again");
}

#[test]
fn chunks_that_were_not_read_are_listed_with_their_lines() {
    let stub = reading(|passage| match passage {
        it if it.contains("quay") => Reply::json(&json!({ "choices": [{ "message": { "refusal": "I will not." } }] })),
        _ => Reply::content("I am sorry, but there is nothing."),
    });
    let project = project(&stub, PAGE);
    let run = project.run(&["scan", "docs"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    let skipped = project.succeeds(&["skipped"]);
    assert!(
        skipped.contains("page.md:3-5 not read by the model: the model refused to read it")
            || skipped.contains("page.md:3-6 not read by the model: the model refused to read it"),
        "{skipped}"
    );
    assert!(skipped.contains("the model's answer cannot be used: the answer is not JSON"), "{skipped}");
}

#[test]
fn a_run_can_be_recorded_and_replayed_and_a_changed_text_is_not_in_the_recording() {
    let stub = polite();
    let first = project(&stub, PAGE);
    first.succeeds(&["scan", "docs", "--record", "exchanges.jsonl"]);
    let recording = std::fs::read_to_string(first.path("exchanges.jsonl")).unwrap();
    let calls = stub.calls();
    let replayed = project(&stub, PAGE);
    replayed.write("exchanges.jsonl", &recording);
    replayed.succeeds(&["scan", "docs", "--replay", "exchanges.jsonl"]);
    assert_eq!((replayed.export(), stub.calls()), (first.export(), calls));
    let drifted = project(&stub, &PAGE.replace("otter", "stoat"));
    drifted.write("exchanges.jsonl", &recording);
    assert_eq!(drifted.run(&["scan", "docs", "--replay", "exchanges.jsonl"]).code, 4);
    let skipped = drifted.succeeds(&["skipped"]);
    assert!(
        skipped.contains(
            "the recording has no answer to this request: it differs from the nearest one in the user message"
        ),
        "{skipped}"
    );
}

#[test]
fn secrets_stay_and_quotes_that_hold_them_still_cite_the_source() {
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    let stub = reading(|passage| {
        let quote = passage.lines().last().unwrap_or_default();
        let item = json!({ "quote": quote, "status": "implemented", "name": "quay broker", "type": "service" });
        Reply::content(&answer(&json!({ "components": [item] })).to_string())
    });
    let page = format!("# Heron\n\nThe quay broker signs in with {secret} at night.\n");
    let project = project_with(&stub, &page, "prompts = [\"parts\"]\n");
    let summary = project.json(&["scan", "docs"]);
    assert_eq!(summary["model"]["redacted"], 1);
    assert!(stub.questions().iter().all(|it| !it.body.contains(secret)));
    assert!(asked(&stub)[0].body.contains("[redacted:github-token:1]"));
    let claims = project.json(&["claims"]);
    let of_model =
        claims["claims"].as_array().unwrap().iter().find(|it| it["extractor"].as_str().unwrap().starts_with("model/"));
    assert!(of_model.unwrap()["evidence"][0]["quote"].as_str().unwrap().contains(secret));
}

#[test]
fn documents_that_are_local_never_leave() {
    let stub = polite();
    let project = project(&stub, PAGE);
    project.write("cairn.toml", settings(&stub, "local_only = [\"private\"]\n"));
    project.write("docs/private/plan.md", "# Plan\n\nThe quiet heron calls the hidden nest.\n");
    let summary = project.json(&["scan", "docs"]);
    assert_eq!(summary["model"]["local_only"], 1);
    assert!(stub.questions().iter().all(|it| !it.body.contains("hidden nest")));
}

#[test]
fn what_two_readers_read_differently_is_listed() {
    let page = "# Heron\n\n| Component | Type |\n|---|---|\n| weir ledger | PostgreSQL database of a third party |\n\nThe quay broker calls the weir ledger.\n";
    let stub = reading(|_| {
        let item = json!({ "quote": "| weir ledger | PostgreSQL database of a third party |", "status": "implemented",
            "name": "weir ledger", "type": "external" });
        Reply::content(&answer(&json!({ "components": [item] })).to_string())
    });
    let project = project(&stub, page);
    project.succeeds(&["scan", "docs"]);
    let claims = project.json(&["claims", "--disputed"]);
    let dispute = &claims["disputed"][0];
    assert_eq!(
        (dispute["subject"].as_str(), dispute["attribute"].as_str()),
        (Some("weirledger"), Some("type")),
        "{claims}"
    );
    assert_eq!(
        (dispute["embedded"]["value"].as_str(), dispute["model"]["value"].as_str()),
        (Some("datastore"), Some("external"))
    );
    assert!(
        project
            .succeeds(&["claims", "--disputed"])
            .ends_with("1 dispute; 0 claims of the model agreed with, 0 about something only it found\n")
    );
}

#[test]
fn what_two_readers_agree_on_is_surer_and_the_element_says_so() {
    let page = "# Heron\n\n| Component | Type |\n|---|---|\n| weir ledger | PostgreSQL database |\n\nThe quay broker calls the weir ledger.\n";
    let stub = polite();
    let confidence = |arguments: &[&str]| {
        let project = project(&stub, page);
        project.succeeds(&[&["scan", "docs"], arguments].concat());
        let shown = project.json(&["show", "weir ledger"]);
        let text = project.succeeds(&["show", "weir ledger"]);
        assert!(text.contains("confidence: ") && text.contains("read by: embedded"), "{text}");
        (shown["confidence"].as_f64().unwrap(), shown["readers"].as_array().unwrap().len())
    };
    let (alone, one) = confidence(&["--no-model"]);
    let (together, two) = confidence(&[]);
    assert_eq!((one, two), (1, 2));
    assert!(together > alone, "{together} {alone}");
}

#[test]
fn recordings_of_a_check_replay_it_and_batches_refuse_them() {
    let stub = polite();
    let first = project(&stub, PAGE);
    first.succeeds(&["model", "check", "--record", "probe.jsonl"]);
    let calls = stub.calls();
    let probe = std::fs::read_to_string(first.path("probe.jsonl")).unwrap();
    assert_eq!(probe.lines().count(), calls);
    let replayed = project(&stub, PAGE);
    replayed.write("probe.jsonl", probe);
    let found = |project: &Project, arguments: &[&str]| project.json(&[&["model", "check"], arguments].concat());
    let replay = found(&replayed, &["--replay", "probe.jsonl"]);
    assert_eq!(stub.calls(), calls, "a replay asks nobody");
    assert_eq!(replay["spent_today"]["calls"], 0, "and costs nothing");
    assert_eq!(replay["capabilities"], found(&first, &[])["capabilities"]);
    let run = first.run(&["batch", "--record", "x.jsonl", "submit"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("batches are neither recorded nor replayed"), "{}", run.stderr);
}

#[test]
fn calls_of_the_probe_are_paid_for_too() {
    let stub = polite();
    let project = project_with(&stub, PAGE, "price_output = 1000000.0\n");
    let check = project.json(&["model", "check"]);
    let spent = &check["spent_today"];
    assert_eq!(spent["calls"].as_u64().unwrap() as usize, stub.calls());
    assert_eq!(spent["output_tokens"].as_u64().unwrap() as usize, 3 * stub.calls());
    assert!(spent["cost"].as_f64().unwrap() > 1.0, "{spent}");
    assert!(project.succeeds(&["model", "check"]).contains("spent today"));
}

#[test]
fn no_word_of_a_document_is_logged() {
    let canary = "quokka-canary";
    let stub = reading(|passage| Reply::content(&flows_of(passage).to_string()));
    let project = project(&stub, &format!("# Heron {canary}\n\nThe {canary} broker calls the {canary} ledger.\n"));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_cairn"))
        .env_clear()
        .env("CAIRN_LOG", "trace")
        .current_dir(project.path(""))
        .args(["--format", "json", "scan", "docs"])
        .output()
        .unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(log.contains("gen_ai.usage.input_tokens"), "{log}");
    assert!(!log.contains("quokka"), "{log}");
    assert!(asked(&stub).iter().any(|it| it.body.contains(canary)));
}

#[test]
fn the_check_shows_what_the_endpoint_does_and_never_the_key() {
    let stub = polite();
    let project = project(&stub, PAGE);
    project.write("key.txt", "sk-very-secret-key\n");
    project.write("cairn.toml", settings(&stub, "api_key_file = \"key.txt\"\n"));
    let text = project.succeeds(&["model", "check"]);
    assert!(text.contains("JSON schema             enforced"), "{text}");
    assert!(stub.questions().iter().all(|it| it.headers["authorization"] == "Bearer sk-very-secret-key"));
    for arguments in [vec!["scan", "docs", "--verbose"], vec!["claims"], vec!["export", "--format", "json"]] {
        let run = project.run(&arguments);
        assert!(!run.stdout.contains("very-secret") && !run.stderr.contains("very-secret"));
    }
}

#[test]
fn an_endpoint_that_is_down_leaves_what_the_embedded_extractor_reads() {
    let without = Project::empty();
    without.write("docs/page.md", PAGE);
    without.succeeds(&["scan", "docs"]);
    for is_known in [true, false] {
        let stub = polite();
        let project = project(&stub, PAGE);
        if is_known {
            project.succeeds(&["model", "check"]);
        }
        drop(stub);
        let run = project.run(&["scan", "docs"]);
        assert_eq!(run.code, 4, "{}", run.stderr);
        assert_eq!(project.export(), without.export());
    }
}

#[test]
fn a_model_that_is_not_set_is_a_mistake_of_usage() {
    let project = Project::with_documents();
    for arguments in [vec!["model", "check"], vec!["scan", "docs", "--dry-run"], vec!["scan", "docs", "--model", "x"]] {
        let run = project.run(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
    }
}
