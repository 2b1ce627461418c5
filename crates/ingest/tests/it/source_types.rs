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
    check("main.tf", "x", "deployment");
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
