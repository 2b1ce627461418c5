#!/usr/bin/env bash
# The service held to the official conformance suite of the Model Context Protocol, in both revisions that it speaks. What is expected to fail stands in
# `mcp-expected.yml`: scenarios that ask for tools, resources and prompts of the suite's own, which no product has.
#
#   eval/service/mcp.sh [VERSION]     of @modelcontextprotocol/conformance; 0.2.0-alpha.10 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v npx >/dev/null || { echo "npx is not installed" >&2; exit 2; }

suite=@modelcontextprotocol/conformance@${1:-0.2.0-alpha.10}
# The suite sends no key: the service asks for none where only this machine reaches it.
env CAIRN_SERVER_LOG=warn "$CAIRN" serve --listen 127.0.0.1:0 --auth off --data "$work/data" 2>"$work/log" &
service_pid=$!
until grep -q 'listening at' "$work/log"; do sleep 0.1; done
url=$(sed -n 's/^listening at \(http[^ ,]*\).*/\1/p' "$work/log")
key=none
call POST /api/v1/projects '{"id": "suite", "name": "Suite"}' >/dev/null
call POST /api/v1/projects/suite/documents '{"path": "notes.md", "text": "# Notes\n\nThe `api` stores orders in the `db` database."}' >/dev/null
idle suite

# The suite wants a newer Node.js than many machines have; npm brings it.
conform() {
    npx --yes --package node@22 --package "$suite" -- conformance server --url "$url/api/v1/projects/suite/mcp" "$@"
}

for revision in 2025-11-25 2026-07-28; do
    echo "== revision $revision"
    cp "$here/eval/service/mcp-expected.yml" "$work/expected.yml"
    # This one checks nothing where there are no sessions, which counts as a failure; the newer revision has none, and there it passes.
    [[ $revision == 2026* ]] || echo "  - server-sse-multiple-streams" >>"$work/expected.yml"
    conform --spec-version "$revision" --expected-failures "$work/expected.yml"
done

# Not among what the suite runs by itself. Four of its checks need tools of the suite's own and say so.
echo "== revision 2026-07-28, without sessions"
printf 'server:\n  - server-stateless\n' >"$work/expected.yml"
conform --spec-version 2026-07-28 --scenario server-stateless --expected-failures "$work/expected.yml"
