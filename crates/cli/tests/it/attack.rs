//! Ways of attack on the command line: paths, drawings, chokepoints, blast radius, what-if, assumptions, trust, exports.

use serde_json::Value;

use crate::project::Project;

const DESIGN: &str = "# Till\n\n\
    | Component | Technology | Purpose |\n|---|---|---|\n\
    | Till API | Go | Public REST service, reachable from the internet |\n\
    | Sales Ledger | PostgreSQL | Database with card numbers and customers' addresses |\n\n\
    ## Flows\n\nThe Till API writes card numbers to the Sales Ledger over SQL.\n\n\
    ## Security\n\nThe Till API is reachable from the internet.\nThe Till API does not authenticate requests.\n\
    The Till API has no authorization.\n\
    The Sales Ledger stores card numbers.\nThe Till API processes card numbers.\n\
    We assume that the Sales Ledger is only reachable from the cluster.\n\
    Audit logging is in place on the Till API.\n";

pub(crate) fn till() -> Project {
    let project = Project::empty();
    project.write("docs/design.md", DESIGN);
    project.succeeds(&["scan", "docs"]);
    project
}

pub(crate) fn list<'a>(record: &'a Value, key: &str) -> &'a Vec<Value> {
    record[key].as_array().unwrap_or_else(|| panic!("no list `{key}` in {record}"))
}

#[test]
fn paths_are_listed_and_shown_with_their_quotes() {
    let project = till();
    let all = project.json(&["paths"]);
    assert_eq!(all["schema"], "cairn.paths/1");
    let paths = list(&all, "attack_paths");
    assert!(!paths.is_empty(), "{all}");
    let text = project.succeeds(&["paths"]);
    for path in paths {
        let id = path["id"].as_str().unwrap();
        assert!(text.contains(id), "{text}");
        let shown = project.succeeds(&["paths", id]);
        for hop in list(path, "hops") {
            assert!(!list(hop, "evidence").is_empty() || hop["truth"] != "true", "{hop}");
            assert!(shown.contains(hop["rule"].as_str().unwrap()), "{shown}");
        }
        assert!(shown.contains("design.md:"), "{shown}");
    }
    assert!(text.contains("goals"), "{text}");
    let wrong = project.run(&["paths", "--from", "interne"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean `internet`"), "{}", wrong.stderr);
}

#[test]
fn a_path_is_drawn() {
    let project = till();
    let paths = project.json(&["paths"]);
    let id = list(&paths, "attack_paths")[0]["id"].as_str().unwrap().to_owned();
    let mermaid = project.succeeds(&["paths", &id, "--format", "mermaid"]);
    assert!(mermaid.starts_with("flowchart LR\n  n0[\""), "{mermaid}");
    let dot = project.succeeds(&["paths", &id, "--format", "dot"]);
    assert!(dot.starts_with("digraph path {") && dot.ends_with("}\n"), "{dot}");
    assert_eq!(project.run(&["paths", "--format", "mermaid"]).code, 2);
    assert_eq!(project.run(&["threats", "--format", "dot"]).code, 2);
}

#[test]
fn the_export_names_paths_and_threats_name_them_too() {
    let project = till();
    let export = project.json(&["export"]);
    let paths = list(&export, "attack_paths");
    assert!(!paths.is_empty());
    let ids: Vec<&str> = paths.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted());
    for path in paths {
        for hop in list(path, "hops") {
            let Some(threat) = hop["threat"].as_str() else { continue };
            let threat = list(&export, "threats").iter().find(|it| it["id"] == threat).expect("a threat of the export");
            assert!(list(threat, "paths").contains(&path["id"]), "{threat}");
        }
    }
}

#[test]
fn what_to_do_first_is_said() {
    let project = till();
    let found = project.json(&["paths", "--chokepoints"]);
    assert_eq!(found["schema"], "cairn.chokepoints/1");
    assert!(found["ways"].as_u64().unwrap() > 0, "{found}");
    assert!(!list(&found, "ranked").is_empty());
    assert!(project.succeeds(&["paths", "--chokepoints"]).contains("that can be cut"));
}

#[test]
fn a_blast_and_trust_are_told() {
    let project = till();
    let blast = project.json(&["blast", "till api"]);
    assert_eq!(blast["origin"], "cmp-till-api");
    assert!(list(&blast, "lost").iter().any(|it| it["element"] == "cmp-sale-ledger" || it["data"] == true), "{blast}");
    assert!(project.succeeds(&["blast", "Till API"]).contains("in the wrong hands"));
    let wrong = project.run(&["blast", "Till AP"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("did you mean"), "{}", wrong.stderr);
    assert_eq!(project.json(&["blast", "till api", "--content"])["begins"], serde_json::json!(["feed"]));
    let trust = project.json(&["trust"]);
    assert!(list(&trust, "trust").iter().any(|it| it["kind"] == "unproven_call"), "{trust}");
}

#[test]
fn a_principal_that_only_permissions_name_can_be_in_the_wrong_hands() {
    let project = Project::empty();
    project.write("docs/design.md", format!("{DESIGN}\nAuditors are allowed to read the Sales Ledger.\n"));
    project.succeeds(&["scan", "docs"]);
    let export = project.json(&["export"]);
    let principal = list(&export, "permissions")[0]["principal"].as_str().expect("a permission").to_owned();
    let blast = project.json(&["blast", &principal]);
    assert_eq!(blast["begins"], serde_json::json!(["assume"]), "{blast}");
    assert!(list(&blast, "lost").iter().any(|it| it["element"] == "cmp-sale-ledger"), "{blast}");
    assert!(project.succeeds(&["blast", &principal]).contains(&principal));
    assert!(!list(&project.json(&["whatif", "--compromise", &principal]), "gained").is_empty());
    let run = project.run(&["blast", &principal, "--content"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`--content` is for components and data"), "{}", run.stderr);
}

#[test]
fn a_supposition_is_compared_and_never_exported() {
    let project = till();
    let before = project.succeeds(&["export", "--format", "json"]);
    let with = ["whatif", "--with", "control authentication on Till API mTLS"];
    let difference = project.json(&with);
    assert_eq!(difference["hypothetical"], true);
    assert!(difference["size"].as_u64().unwrap() > 0, "{difference}");
    assert!(list(&difference, "gained").is_empty(), "{difference}");
    assert!(!list(&difference, "averted").is_empty() || !list(&difference, "threats").is_empty());
    assert!(project.succeeds(&with).starts_with("supposed: control authentication on Till API mTLS is there\n"));
    let unwritten = project.json(&["whatif", "--without", "design.md"]);
    assert_eq!(unwritten["supposed"][0], "supposed: nobody wrote design.md");
    let threats = list(&project.json(&["threats"]), "threats").len();
    assert_eq!(list(&unwritten, "threats").len(), threats, "without the only document there is nothing: {unwritten}");
    let compromise = project.json(&["whatif", "--compromise", "Till API"]);
    assert!(!list(&compromise, "gained").is_empty(), "{compromise}");
    assert_eq!(before, project.succeeds(&["export", "--format", "json"]));
    for (arguments, why) in [
        (["--with", "control moat on Till API"], "there is no family of controls `moat`"),
        (["--with", "control authentication on Nobody"], "nothing is called `Nobody`"),
        (["--without", "no such thing"], "no claim, control, assumption or document is meant by `no such thing`"),
        (["--without", "claim-000000000000"], "no claim has the id `claim-000000000000`"),
    ] {
        let run = project.run(&["whatif", arguments[0], arguments[1]]);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
}

#[test]
fn what_the_model_rests_on_is_ranked() {
    let project = till();
    let found = project.json(&["assumptions"]);
    let supports = list(&found, "supports");
    assert!(supports.iter().any(|it| it["kind"] == "assumption"), "{found}");
    assert!(supports.iter().all(|it| !list(it, "evidence").is_empty()));
    assert!(project.succeeds(&["assumptions"]).contains("the model rests on 1 assumption"));
}

#[test]
fn a_project_brings_its_own_attackers() {
    let project = till();
    project.write(
        "config/attackers/cleaner.toml",
        "id = \"cleaner\"\ntitle = \"whoever cleans the room\"\n[[start]]\ngains = \"exec\"\non = [\"Till API\"]\n",
    );
    assert!(project.succeeds(&["paths", "--attackers"]).contains("cleaner"));
    assert!(!list(&project.json(&["paths", "--from", "cleaner"]), "attack_paths").is_empty());
    project.write("config/attackers/cleaner.toml", "id = \"cleaner\"\ntitle = \"x\"\nstart = []\n");
    let run = project.run(&["paths"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the profile has no `[[start]]`"), "{}", run.stderr);
}

#[test]
fn trust_is_drawn_with_what_says_so() {
    let project = till();
    let mermaid = project.succeeds(&["trust", "--format", "mermaid"]);
    assert!(mermaid.starts_with("flowchart LR\n  n0[\""), "{mermaid}");
    assert!(mermaid.contains("design.md:") && mermaid.contains("  %% design.md:"), "{mermaid}");
    let dot = project.succeeds(&["trust", "--format", "dot"]);
    assert!(
        dot.starts_with("digraph trust {") && dot.ends_with("}\n") && dot.contains("tooltip=\"design.md:"),
        "{dot}"
    );
    let graph = &project.json(&["trust"])["graph"];
    let nodes = list(graph, "nodes").len() as u64;
    assert!(nodes > 1 && !list(graph, "edges").is_empty());
    for edge in list(graph, "edges") {
        assert!(edge["from"].as_u64().unwrap() < nodes && edge["to"].as_u64().unwrap() < nodes, "{edge}");
        assert!(!list(edge, "evidence").is_empty(), "{edge}");
    }
}

#[test]
fn attackers_belong_to_a_revision() {
    let project = till();
    let reached = |project: &Project, at: &[&str]| {
        let arguments = [&["paths", "--from", "cleaner"], at].concat();
        let run = project.run(&arguments);
        (run.code, run.stdout)
    };
    assert_eq!(reached(&project, &[]).0, 2, "nobody knows of a cleaner yet");
    project.write(
        "config/attackers/own.toml",
        "id = \"cleaner\"\ntitle = \"whoever cleans the room\"\n[[start]]\ngains = \"exec\"\non = [\"Till API\"]\n",
    );
    project.succeeds(&["scan", "docs"]);
    project.write(
        "config/attackers/own.toml",
        "id = \"cleaner\"\ntitle = \"whoever cleans the room\"\n[[start]]\ngains = \"near\"\non = [\"Sales Ledger\"]\n",
    );
    let (code, now) = reached(&project, &[]);
    let (code_then, then) = reached(&project, &["--at", "r2"]);
    assert_eq!((code, code_then), (0, 0));
    assert!(then.contains("exec Till API") && !now.contains("exec Till API"), "{then}\n{now}");
    let log = project.succeeds(&["log"]);
    assert!(log.contains("attacker added: attackers/cleaner.toml"), "{log}");
    let difference = project.json(&["diff", "r1..r2"]);
    let goals = list(&difference, "goals");
    assert!(!goals.is_empty(), "{difference}");
    for goal in goals {
        assert_eq!(
            goal["causes"][0],
            serde_json::json!({ "cause": "attacker", "name": "attackers/cleaner.toml" }),
            "{goal}"
        );
    }
    assert!(project.succeeds(&["diff", "r1..r2"]).contains("the attacker is another one: attackers/cleaner.toml"));
}
