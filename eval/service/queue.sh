#!/usr/bin/env bash
# Memory while many documents wait to be read: pasted one by one as quickly as the service takes them.
#
#   eval/service/queue.sh [DOCUMENTS]     how many; 10,000 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

documents=${1:-10000}
start CAIRN_SERVER_WORKERS=1
call POST /api/v1/projects '{"id": "queue", "name": "Queue"}' >/dev/null
# One connection for all of them: curl reads what to send from a file.
for at in $(seq "$documents"); do
    printf 'next\nurl = "%s/api/v1/projects/queue/documents"\nheader = "Authorization: Bearer %s"\nheader = "Content-Type: application/json"\n' "$url" "$key"
    printf 'data = "{\\"path\\": \\"part-%d.md\\", \\"text\\": \\"# Part %d\\\\n\\\\nThe `api-%d` calls the `db-%d` over HTTPS.\\"}"\noutput = "/dev/null"\nwrite-out = "%%{http_code}\\n"\nsilent\n' "$at" "$at" "$at" $((at % 997))
done | sed 1d >"$work/requests"
began=$SECONDS
curl --config "$work/requests" | sort | uniq -c
echo "$documents documents taken in $((SECONDS - began)) s; memory: $(resident_mib) MiB now, $(peak_mib) MiB at most"
idle queue
echo "all read after $((SECONDS - began)) s; memory: $(resident_mib) MiB now, $(peak_mib) MiB at most"
call GET /api/v1/projects/queue
echo
