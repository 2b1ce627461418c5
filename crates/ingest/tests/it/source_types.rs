use crate::check::document;

#[track_caller]
fn check(path: &str, text: &str, expected: &str) {
    assert_eq!(document(path, text).source_type.as_str(), expected);
}

#[test]
fn by_path() {
    check("README.md", "# x", "readme");
    check("docs/adr/0001-use-x.md", "# x", "adr");
    check("docs/rfcs/12.md", "# x", "design");
    check("SECURITY.md", "# x", "policy");
    check("incidents/2024.md", "# x", "postmortem");
    check("meetings/monday.md", "# x", "discussion");
    check("docs/issues/1.md", "# x", "ticket");
    check("a/pull-requests.md", "# x", "pull_request");
    check("docs/enterprise.md", "# x", "guide");
    check("docs/chat_history.md", "# x", "guide");
    check("docs/network-policy.md", "# x", "guide");
    check("docs/security-policy.md", "# x", "policy");
    check("chat/2026-10-14-platform.txt", "# x", "discussion");
    check("a.puml", "@startuml", "diagram");
    check("a.proto", "x", "api_spec");
    check("main.tf", "x", "code");
    check("Dockerfile", "FROM scratch\n", "code");
    check("web/package.json", "{\"name\": \"web\", \"issues\": 1}", "code");
    check("Cargo.toml", "[package]\n", "code");
    check("requirements-dev.txt", "flask\n", "code");
    check("go.mod", "module a\n", "code");
}

#[test]
fn by_shape() {
    check("x.md", "# A\n\nStatus: Accepted\n\n## Context\n\n## Decision\n\n## Consequences\n", "adr");
    check("x.md", "# A\n\n## Impact\n\n## 2. Root Cause:\n", "postmortem");
    check("x.md", "# A\n\n## Summary\n\n## Motivation\n", "design");
    check("x.yaml", "openapi: 3.1.0\n", "api_spec");
    check("x.yaml", "apiVersion: v1\nkind: Pod\n", "deployment");
    check("design/stack.yaml", "AWSTemplateFormatVersion: x\nResources: {}\n", "deployment");
    check("plan.json", "{\"format_version\": \"1.2\", \"planned_values\": {}}", "deployment");
    check("x.json", "{\"swagger\": \"2.0\"}", "api_spec");
    check("x.json", "[{\"title\": \"x\", \"merged_at\": null}]", "pull_request");
    check("x.json", "[{\"title\": \"x\", \"labels\": []}]", "ticket");
    check("x.json", "[{\"user\": \"x\", \"text\": \"y\"}]", "discussion");
    check("x.txt", "[10:12] alice: hi\n[10:13] bob: ho\n", "discussion");
}

const COMMON: &str = "10.0.0.1 - - [12/Mar/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
const ENVOY: &str = "[2026-03-12T10:00:00.000Z] \"GET / HTTP/1.1\" 200 - 0 5 4 3 \"-\" \"a\" \"b\" \"c\" \"d\"\n";

#[test]
fn records_of_traffic_by_content() {
    check("access.log", COMMON, "observed");
    check("access.log.1", COMMON, "observed");
    check("logs/gateway.txt", ENVOY, "observed");
    check("conn.log", "#separator \\x09\n#path\tconn\n#fields\tts\n", "observed");
    check("traces.json", "{\"resourceSpans\": []}", "observed");
    check("traces.jsonl", "{\"resourceSpans\": []}\n{\"resourceSpans\": []}\n", "observed");
    check("graph.json", "[{\"parent\": \"a\", \"child\": \"b\", \"callCount\": 1}]", "observed");
    check("conn.ndjson", "{\"id.orig_h\": \"a\", \"id.resp_h\": \"b\"}\n", "observed");
}

#[test]
fn a_log_of_people_is_no_record_of_traffic() {
    check("team.log", "[10:12] alice: hi\n[10:13] bob: ho\n", "discussion");
    check("notes.log", "We saw this line:\n\nand wondered.\n", "guide");
    check("report.md", &format!("# Report\n\n```\n{COMMON}```\n"), "guide");
    check("notes.txt", &format!("One\ntwo\nthree\n{COMMON}"), "guide");
}
