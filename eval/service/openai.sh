#!/usr/bin/env bash
# The service as OpenAI's own clients meet it: lists models, asks, streams, and looks at annotations and errors. The clients come from npm and PyPI.
#
#   eval/service/openai.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
for tool in node npm python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2; exit 2; }
done

start
call POST /api/v1/projects '{"id": "tuckbox", "name": "Tuckbox"}' >/dev/null
for file in "$here"/eval/examples/tuckbox/*.md; do
    python3 - "$file" >"$work/document.json" <<'PYTHON'
import json, os, sys
print(json.dumps({"path": os.path.basename(sys.argv[1]), "text": open(sys.argv[1], encoding="utf-8").read()}))
PYTHON
    call POST /api/v1/projects/tuckbox/documents "$(cat "$work/document.json")" >/dev/null
done
idle tuckbox

python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet openai
(cd "$work" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund openai)

cat >"$work/ask.py" <<'PYTHON'
import importlib.metadata, os, sys
import openai

client = openai.OpenAI(base_url=os.environ["BASE"], api_key=os.environ["KEY"], max_retries=0)
question = [{"role": "user", "content": "Which threats are open?"}]
assert [model.id for model in client.models.list()] == ["tuckbox"]
whole = client.chat.completions.create(model="tuckbox", messages=question)
message = whole.choices[0].message
assert whole.choices[0].finish_reason == "stop" and message.content
for number, annotation in enumerate(message.annotations, 1):
    at = annotation.url_citation
    assert message.content[at.start_index:at.end_index] == f"[{number}]", (number, at)
    assert at.url.startswith("http") and at.title
pieces, usage = [], None
stream = client.chat.completions.create(model="tuckbox", messages=question, stream=True, stream_options={"include_usage": True})
for chunk in stream:
    usage = chunk.usage or usage
    for choice in chunk.choices:
        pieces.append(choice.delta.content or "")
assert "".join(pieces) == message.content and usage.total_tokens == 0
for wrong, kind in (({"model": "nothing", "messages": question}, openai.NotFoundError), ({"model": "tuckbox", "messages": []}, openai.UnprocessableEntityError)):
    try:
        client.chat.completions.create(**wrong)
        sys.exit(f"{wrong} was answered")
    except kind as error:
        assert error.body["message"], error
try:
    openai.OpenAI(base_url=os.environ["BASE"], api_key="wrong", max_retries=0).models.list()
    sys.exit("a wrong key was let in")
except openai.AuthenticationError:
    pass
print(f"openai {importlib.metadata.version('openai')} of PyPI: models, answer with {len(message.annotations)} annotations, stream, usage, errors: as expected")
PYTHON

cat >"$work/ask.mjs" <<'JAVASCRIPT'
import OpenAI from 'openai';
import assert from 'node:assert';
import { readFileSync } from 'node:fs';

const client = new OpenAI({ baseURL: process.env.BASE, apiKey: process.env.KEY, maxRetries: 0 });
const messages = [{ role: 'user', content: 'Which threats are open?' }];
const models = [];
for await (const model of client.models.list()) models.push(model.id);
assert.deepEqual(models, ['tuckbox']);
const whole = await client.chat.completions.create({ model: 'tuckbox', messages });
const message = whole.choices[0].message;
const letters = Array.from(message.content);
message.annotations.forEach(({ url_citation: at }, index) =>
  assert.equal(letters.slice(at.start_index, at.end_index).join(''), `[${index + 1}]`));
let text = '';
const stream = await client.chat.completions.create({ model: 'tuckbox', messages, stream: true });
for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? '';
assert.equal(text, message.content);
const helper = client.chat.completions.stream({ model: 'tuckbox', messages });
assert.equal((await helper.finalChatCompletion()).choices[0].message.content, message.content);
await assert.rejects(client.chat.completions.create({ model: 'nothing', messages }), OpenAI.NotFoundError);
await assert.rejects(new OpenAI({ baseURL: process.env.BASE, apiKey: 'wrong', maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);
const version = JSON.parse(readFileSync('node_modules/openai/package.json')).version;
console.log(`openai ${version} of npm: models, answer with ${message.annotations.length} annotations, stream, errors: as expected`);
JAVASCRIPT

export BASE=$url/v1 KEY=$key
"$work/python/bin/python" "$work/ask.py"
(cd "$work" && node ask.mjs)
