#!/usr/bin/env bash
# How long after a language model has written the first sentence of an answer that sentence is shown, and how long the model took for it: an endpoint of
# this script writes an answer token by token and notes when, a client reads the service's stream and does too.
#
#   eval/service/first.sh [QUESTIONS]     how many are asked; 50 when not given
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
command -v python3 >/dev/null || { echo "python3 is not installed" >&2; exit 2; }
questions=${1:-50}

cat >"$work/endpoint.py" <<'PYTHON'
import json, re, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN_SECONDS = 0.01  # a hundred tokens a second
written = open(sys.argv[1], "a", buffering=1)

class Endpoint(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        told = body["messages"][-1]["content"]
        if told.startswith("Material stands between lines"):
            return self.pieces(told)
        name = body.get("response_format", {}).get("json_schema", {}).get("name")
        kind = body.get("response_format", {}).get("type")
        said = '{"word": "zebra-7"}' if name == "probe" else '{"ok": true}' if kind == "json_object" else \
            "quillwort-4417" if "quillwort" in told else "ready"
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        self.answer(json.dumps({"model": "m", "choices": [choice], "usage": {"prompt_tokens": len(told) // 4, "completion_tokens": 3}}))

    def answer(self, text):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def pieces(self, told):
        number = re.search(r"\[(\d+)\][^\n]*\n[^\n]*calls the `mail-worker`", told).group(1)
        first = {"text": "The basket-api calls the mail-worker over HTTP.", "cites": [int(number)]}
        second = {"text": "The basket-api stores orders in the orders-db.", "cites": [int(number)]}
        start = '{"calls": [], "status": "answered", "sentences": [' + json.dumps(first)
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        begun = time.time()
        for place in range(0, len(start), 4):
            self.piece({"content": start[place:place + 4]})
            if place == 0:
                token = time.time()
            time.sleep(TOKEN_SECONDS)
        written.write(f"{begun} {token} {time.time() - TOKEN_SECONDS}\n")
        rest = ", " + json.dumps(second) + "]}"
        for place in range(0, len(rest), 4):
            self.piece({"content": rest[place:place + 4]})
            time.sleep(TOKEN_SECONDS)
        self.piece({}, "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def piece(self, delta, finish=None):
        chunk = {"object": "chat.completion.chunk", "model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
print(server.server_address[1], flush=True)
server.serve_forever()
PYTHON
python3 "$work/endpoint.py" "$work/written" >"$work/port" &
endpoint_pid=$!
trap 'kill "$endpoint_pid" 2>/dev/null || true; finish' EXIT
until [[ -s "$work/port" ]]; do sleep 0.1; done
model="http://127.0.0.1:$(cat "$work/port")/v1"

start CAIRN_SERVER_MODEL_ENDPOINTS="$model"
call POST /api/v1/projects '{"id": "shop", "name": "Shop"}' >/dev/null
text='# Shop\n\nThe `basket-api` service calls the `mail-worker` over HTTP. The `basket-api` stores orders in the `orders-db` database.'
call POST /api/v1/projects/shop/documents "{\"path\": \"a.md\", \"text\": \"$text\"}" >/dev/null
idle shop
etag=$(curl --silent --show-error --dump-header - --output /dev/null --header "Authorization: Bearer $key" "$url/api/v1/projects/shop/settings" |
    tr -d '\r' | sed -n 's/^etag: //Ip')
toml="[model]\\nbase_url = \\\"$model\\\"\\nname = \\\"m\\\"\\napi_key_env = \\\"\\\"\\n"
curl --silent --show-error --fail-with-body --request PUT --header "Authorization: Bearer $key" --header "If-Match: $etag" \
    --header 'Content-Type: application/json' --data "{\"toml\": \"$toml\"}" "$url/api/v1/projects/shop/settings" >/dev/null
idle shop

cat >"$work/ask.py" <<'PYTHON'
import http.client, json, sys, time, urllib.parse

url, key, count, written = urllib.parse.urlparse(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
shown = []
for _ in range(count):
    connection = http.client.HTTPConnection(url.hostname, url.port)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/projects/shop/chat", json.dumps({"question": "what does the basket-api call?"}), headers)
    reply, first = connection.getresponse(), None
    for line in reply:
        if first is None and line.startswith(b"event: answer.delta"):
            first = time.time()
        if line.startswith(b"data:") and b'"wording"' in line:
            done = json.loads(line[5:])
    assert done["wording"] and done["sentences"][0]["origin"] == "written", done
    shown.append(first)
times = [tuple(map(float, line.split())) for line in open(written)][-count:]
after = sorted((at - sentence) * 1000 for at, (_, _, sentence) in zip(shown, times))
model = sorted((sentence - token) * 1000 for _, token, sentence in times)
at = lambda values, hundredths: values[min(len(values) - 1, len(values) * hundredths // 100)]
print(f"{count} questions; the model took p50 {at(model, 50):.0f} ms from its first token to the end of its first sentence")
print(f"shown after that end: p50 {at(after, 50):.1f} ms, p95 {at(after, 95):.1f} ms, longest {after[-1]:.1f} ms")
PYTHON
python3 "$work/ask.py" "$url" "$key" "$questions" "$work/written"
