//! Settings: of the service, each key explained; of a project, which must not reach out of it.

use cairn_server::{Config, Layer};
use serde_json::json;

use crate::fixture::start;

#[test]
fn every_key_has_a_default_and_an_explanation() {
    let text = include_str!("../../../../config/server.toml");
    let (_, origins) = Config::resolve(&[]).unwrap();
    for origin in &origins {
        let line = text.lines().position(|line| line.starts_with(&format!("{} = ", origin.key))).unwrap();
        let above = text.lines().take(line).collect::<Vec<_>>();
        let nearest = above.iter().rev().find(|line| line.is_empty() || line.starts_with('#')).unwrap();
        assert!(nearest.starts_with('#'), "`{}` is not explained", origin.key);
    }
    assert_eq!(Config::default(), Config::resolve(&[]).unwrap().0);
}

#[test]
fn later_layers_count_before_earlier_ones_and_each_key_tells_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server.toml");
    std::fs::write(&file, "workers = 3\nqueue_max = 7\nsource_roots = [\"/srv\"]\n").unwrap();
    let variables = [("CAIRN_SERVER_WORKERS", "4"), ("CAIRN_SERVER_HOSTS", "a.example, b.example"), ("PATH", "/bin")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut layers = vec![Layer::of_file(&file).unwrap()];
    layers.extend(Layer::of_environment(variables).unwrap());
    let (config, origins) = Config::resolve(&layers).unwrap();
    assert_eq!((config.workers, config.queue_max), (4, 7));
    assert_eq!(config.hosts, ["a.example", "b.example"]);
    let origin = |key: &str| origins.iter().find(|it| it.key == key).unwrap().origin.clone();
    assert_eq!(origin("workers"), "CAIRN_SERVER_WORKERS");
    assert_eq!(origin("queue_max"), file.display().to_string());
    assert_eq!(origin("drain_ms"), "default");
}

#[test]
fn what_makes_no_sense_is_refused_with_the_layer_that_says_it() {
    let layer = |text: &str| Layer { origin: "test".to_owned(), keys: text.parse().unwrap() };
    for (text, reason) in [
        ("colour = \"red\"", "there is no key `colour`"),
        ("workers = 0", "begin at 1"),
        ("workers = \"two\"", "invalid type"),
        ("auth = \"off\"\nlisten = \"0.0.0.0:80\"", "of this machine alone"),
        ("public_url = \"cairn.example\"", "https://"),
        ("log = \"loud\"", "`log` is `loud`"),
        ("git_hosts = [\"https://git.example.com/team\"]", "more than the name of a host"),
        ("git_hosts = [\"me:secret@git.example.com\"]", "secrets do not belong into addresses"),
        ("git_hosts = [\"ssh://git.example.com\"]", "neither with `https://` nor with `http://`"),
        ("git_tokens = [\"git.example.com=TOKEN\"]", "which `git_hosts` does not list"),
        ("git_hosts = [\"git.example.com\"]\ngit_tokens = [\"git.example.com\"]", "is not of the form"),
    ] {
        let error = Config::resolve(&[layer(text)]).unwrap_err().to_string();
        assert!(error.contains(reason) && error.contains("(test)"), "{text}: {error}");
    }
    assert!(Config::resolve(&[layer("listen = \"0.0.0.0:80\"")]).unwrap().0.asks_for_keys());
    assert!(!Config::default().asks_for_keys());
    let unknown = Layer::of_environment([("CAIRN_SERVER_COLOUR".to_owned(), "red".to_owned())]);
    assert!(unknown.unwrap_err().to_string().contains("CAIRN_SERVER_COLOUR"));
}

#[test]
fn a_projects_settings_are_changed_by_who_has_seen_them_and_count_from_then_on() {
    let service = start();
    service.shop("shop");
    let path = "/api/v1/projects/shop/settings";
    let seen = service.admin.get(path).expect(200);
    let new = json!({ "toml": "exclude = [\"ops.tf\"]\n" });
    assert_eq!(service.admin.put(path, &new).problem(428), "if_match_required");
    let changed = service.admin.with("If-Match", seen.header("etag")).put(path, &new).expect(200);
    assert_eq!(service.admin.with("If-Match", seen.header("etag")).put(path, &new).problem(412), "changed_meanwhile");
    assert_eq!(service.admin.get(path).expect(200).header("etag"), changed.header("etag"));
    service.settle("shop");
    assert_eq!(service.all("/api/v1/projects/shop/documents").len(), 2);
    let wrong = json!({ "toml": "exclude = 7" });
    let refused = service.admin.with("If-Match", changed.header("etag")).put(path, &wrong);
    assert_eq!(refused.problem(409), "project_files");
}

#[test]
fn a_projects_settings_do_not_reach_the_services_files_and_network() {
    let service = start();
    service.project("shop");
    let path = "/api/v1/projects/shop/settings";
    let client = service.admin.with("If-Match", service.admin.get(path).expect(200).header("etag"));
    for toml in [
        "rules_dir = \"/etc\"",
        "rules_dir = \"../other/config\"",
        "attackers_dir = \"..\"",
        "[model]\nprompts_dir = \"/etc\"",
        "[model]\nredaction_files = [\"../../service.key\"]",
        "[model]\napi_key_file = \"../../service.key\"",
        "[model]\napi_key_env = \"PATH\"",
        "[model]\nbase_url = \"http://169.254.169.254/v1\"",
        "[search]\nstore = \"qdrant\"\nqdrant_url = \"http://localhost:6334\"",
    ] {
        assert_eq!(client.put(path, &json!({ "toml": toml })).problem(409), "settings_not_allowed", "{toml}");
    }
}
