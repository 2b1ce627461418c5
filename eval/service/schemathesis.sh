#!/usr/bin/env bash
# Sends what the description of the API allows, and what it does not, to a running service, and holds every answer to the description.
#
#   eval/service/schemathesis.sh [EXAMPLES]     how many requests for each operation; 200 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v schemathesis >/dev/null || { echo "schemathesis is not installed; hint: pip install schemathesis" >&2; exit 2; }

examples=${1:-200}
# Jobs that generated requests ask for are many; they may wait.
start CAIRN_SERVER_QUEUE_MAX=1000000
call POST /api/v1/projects '{"id": "shop", "name": "Shop"}' >/dev/null
call POST /api/v1/projects/shop/documents \
    '{"path": "a.md", "text": "# A\n\nThe `basket-api` service stores orders in the `orders-db` database and calls the `mail-worker` over HTTP."}' >/dev/null
idle shop
schemathesis --config-file "$here/eval/service/schemathesis.toml" run "$url/api/v1/openapi.json" --header "Authorization: Bearer $key" --checks all --max-examples "$examples" \
    --workers 2 --request-timeout 60 --exclude-path-regex 'events$' --exclude-operation-id close_session
