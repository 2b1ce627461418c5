#!/usr/bin/env bash
# How quick reads are with many claims: alone, and while a scan runs; and how many a second the service keeps up.
#
#   eval/service/load.sh [CLAIMS]     how many claims; 100,000 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v oha >/dev/null || { echo "oha is not installed; hint: cargo install --locked oha" >&2; exit 2; }

claims=${1:-100000}
# Eleven claims a document of this form, of which there are as many as it takes.
documents=$((claims / 11 + 1))
mkdir -p "$work/docs"
awk -v documents="$documents" -v folder="$work/docs" 'BEGIN {
    for (at = 0; at < documents; at++) {
        file = sprintf("%s/%d/part-%d.md", folder, at / 500, at)
        if (at % 500 == 0) system("mkdir -p " folder "/" at / 500)
        printf "# Part %d\n\nThe `api-%d` service stores orders in the `db-%d` database. The `api-%d` calls the `queue-%d` over HTTPS.\n\n", at, at, at, at, at % 997 > file
        printf "The `db-%d` database is encrypted at rest. We assume that `api-%d` is only reachable from the cluster.\n", at, at > file
        close(file)
    }
}'
start "CAIRN_SERVER_SOURCE_ROOTS=$work/docs"
call POST /api/v1/projects '{"id": "load", "name": "Load"}' >/dev/null
began=$SECONDS
call POST /api/v1/projects/load/sources "{\"id\": \"docs\", \"place\": {\"kind\": \"folder\", \"path\": \"$work/docs\"}}" >/dev/null
idle load
echo "read in $((SECONDS - began)) s: $(call GET /api/v1/projects/load)"
echo "memory: $(resident_mib) MiB now, $(peak_mib) MiB at most"

threat=$(call GET '/api/v1/projects/load/threats?limit=1' | grep -o '"id":"thr-[0-9a-f]*"' | head -1 | cut -d'"' -f4)
document=$(call GET '/api/v1/projects/load/documents?limit=1' | grep -o '"id":"doc-[0-9a-f]*"' | head -1 | cut -d'"' -f4)
printf '%s\n' "$url/api/v1/projects/load" "$url/api/v1/projects/load/claims?limit=50" "$url/api/v1/projects/load/threats?limit=50" \
    "$url/api/v1/projects/load/threats/$threat" "$url/api/v1/projects/load/elements?kind=component&limit=50" \
    "$url/api/v1/projects/load/documents/$document" "$url/api/v1/projects/load/conflicts" >"$work/urls"

# read_at RATE SECONDS: times of reads, by oha.
read_at() {
    oha --no-tui -z "${2}s" -q "$1" -c 10 -H "Authorization: Bearer $key" --urls-from-file "$work/urls" |
        grep -E 'Success rate|Requests/sec|50.00%|95.00%|99.00%|\[[0-9]+\]' || true
}
echo "== 50 reads a second, nothing else"
read_at 50 30
echo "== 50 reads a second while a scan runs"
for at in $(seq 0 99); do echo "The \`api-$at\` calls the \`mail-$at\` over plain HTTP." >>"$work/docs/0/part-$at.md"; done
call POST /api/v1/projects/load/sources/docs/sync '{}' >/dev/null
read_at 50 30
idle load
echo "== as many as it keeps up"
oha --no-tui -z 20s -c 32 -H "Authorization: Bearer $key" --urls-from-file "$work/urls" |
    grep -E 'Success rate|Requests/sec|50.00%|95.00%|99.00%|\[[0-9]+\]' || true
echo "memory: $(resident_mib) MiB now, $(peak_mib) MiB at most"
