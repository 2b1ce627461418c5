#!/usr/bin/env bash
# Sends what the description of the API allows, and what it does not, to a running service, and holds every answer to the description.
#
#   eval/service/schemathesis.sh [EXAMPLES]     how many requests for each operation; 200 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v schemathesis >/dev/null || { echo "schemathesis is not installed; hint: pip install schemathesis" >&2; exit 2; }

examples=${1:-200}
# Jobs that generated requests ask for are many; they may wait.
start CAIRN_SERVER_QUEUE_MAX=1000000
text='# A\n\nThe `basket-api` service stores card numbers in the `orders-db` database and calls the `mail-worker` over HTTP.'
for project in shop spare; do
    call POST /api/v1/projects "{\"id\": \"$project\", \"name\": \"Shop\"}" >/dev/null
    call POST "/api/v1/projects/$project/documents" "{\"path\": \"a.md\", \"text\": \"$text\"}" >/dev/null
    idle "$project"
done

# first LIST: the id of the first thing in a list of the project.
first() { call GET "/api/v1/projects/shop/$1" | grep -o '"id":"[^"]*"' | head -1 | cut -d'"' -f4; }

# Whoever makes their own key useless, or locks themselves out, is told nothing else any more: these two come last.
last=(revoke_key change_person)

# examine CONFIGURATION OPTION...: sends requests to the operations that the options leave. What the tool remembers from run to run goes with the rest.
examine() {
    local configuration=$1
    shift
    cd "$work"
    schemathesis --config-file "$configuration" run "$url/api/v1/openapi.json" --header "Authorization: Bearer $key" --checks all \
        --max-examples "$examples" --workers 2 --request-timeout 60 "$@"
}
most=(--exclude-path-regex 'events$' --exclude-operation-id close_session "${last[@]/#/--exclude-operation-id=}")

failed=0
echo "== addresses of all kinds"
examine "$here/eval/service/schemathesis.toml" "${most[@]}" || failed=1
echo "== addresses of what is there; what is removed is removed from another project"
{
    cat "$here/eval/service/schemathesis.toml"
    printf '\n[parameters]\n"path.project" = "shop"\n"path.source" = "uploads"\n'
    for pair in claim=claims document=documents element=elements threat=threats path=paths job=jobs rule=rules; do
        id=$(first "${pair##*=}" || true)
        [[ -z "$id" ]] || printf '"path.%s" = "%s"\n' "${pair%%=*}" "$id"
    done
    printf '\n[[operations]]\ninclude-method = "DELETE"\nparameters = { "path.project" = "spare" }\n'
} >"$work/known.toml"
examine "$work/known.toml" "${most[@]}" || failed=1
echo "== what takes a key or a person away"
examine "$here/eval/service/schemathesis.toml" "${last[@]/#/--include-operation-id=}" || failed=1
exit "$failed"
