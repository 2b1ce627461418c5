# Sourced by the scripts beside it: starts a service, and calls it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CAIRN=${CAIRN:-$here/target/release/cairn}
[[ -x "$CAIRN" ]] || { echo "no binary at \`$CAIRN\`; hint: cargo build --release, or set CAIRN" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/cairn-service.XXXXXX")
service_pid=
finish() {
    [[ -z "$service_pid" ]] || kill "$service_pid" 2>/dev/null || true
    [[ -z "$service_pid" ]] || wait "$service_pid" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# start [VARIABLE=VALUE...]: starts the service and sets url and key.
start() {
    env CAIRN_SERVER_LOG=warn "$@" "$CAIRN" serve --listen 127.0.0.1:0 --auth on --data "$work/data" 2>"$work/log" &
    service_pid=$!
    local waited=0
    until grep -q 'listening at' "$work/log"; do
        sleep 0.1
        waited=$((waited + 1))
        [[ $waited -lt 300 ]] || { cat "$work/log" >&2; exit 1; }
    done
    url=$(sed -n 's/^listening at \(http[^ ,]*\).*/\1/p' "$work/log")
    if [[ -z "${key:-}" ]]; then
        key=$(grep -o 'cairn_[A-Za-z0-9_-]*' "$work/log" | head -1)
    fi
}

# call METHOD PATH [BODY]: the body of the answer.
call() {
    local method=$1 path=$2
    shift 2
    curl --silent --show-error --fail-with-body --request "$method" --header "Authorization: Bearer $key" \
        --header 'Content-Type: application/json' ${1:+--data "$1"} "$url$path"
}

# idle PROJECT: waits until no job of the project waits or runs.
idle() {
    while call GET "/api/v1/projects/$1/jobs?limit=20" | grep -Eq '"state":"(queued|running)"'; do sleep 0.5; done
}

resident_mib() { awk '/^VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$service_pid/status"; }
peak_mib() { awk '/^VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$service_pid/status"; }
