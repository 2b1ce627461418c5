"""Runs pytm's rules over a model of pytm, or tells the same model in a document that Cairn can read.

Usage: pytm_sample.py findings|document MODEL.py

The document says what the model sets and nothing that pytm takes for granted: the parts and their boundaries as a diagram,
each flow as a sentence, and each property that the model names as a sentence. Whoever judges the comparison should read it,
since other words for the same facts would give other claims.
"""

import collections
import runpy
import sys

# What a property of the model says in words, when it is set to true and when it is set to false.
WORDS = {
    "isHardened": ("is hardened", "is not hardened"),
    "sanitizesInput": ("sanitizes its input", "does not sanitize its input"),
    "encodesOutput": ("encodes its output", "does not encode its output"),
    "authorizesSource": ("authorizes its callers", "does not authorize its callers"),
    "hasAccessControl": ("has access control", "has no access control"),
    "storesPII": ("stores personal data", "stores no personal data"),
    "isSelfHosted": ("is hosted by ourselves", "is not hosted by ourselves"),
    "isThirdParty": ("is run by a third party", "is not run by a third party"),
    "processesUntrustedInput": ("processes untrusted input", "processes no untrusted input"),
    "processesPersonalData": ("processes personal data", "processes no personal data"),
    "hasContentFiltering": ("filters content", "does not filter content"),
    "hasSystemPrompt": ("has a system prompt", "has no system prompt"),
    "usesExternalTools": ("calls external tools", "calls no external tools"),
    "validatesToolLaunchConfig": (
        "validates how tools are launched",
        "does not validate how tools are launched",
    ),
}
KINDS = {"LLM": "language model", "Agent": "agent", "Datastore": "database", "Actor": "person"}


def print_findings(model):
    model.resolve()
    names = {finding.threat_id: finding.description for finding in model.findings}
    counts = collections.Counter(finding.threat_id for finding in model.findings)
    for threat, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        print(f"pytm: {count:3} {threat} {names[threat]}")
    print(f"pytm: {len(model.findings)} findings by {len(counts)} rules")


def print_document(elements, flows):
    print("# Parts\n\n```mermaid\nflowchart LR")
    names = {id(element): f"part{number}" for number, element in enumerate(elements)}
    by_boundary = collections.defaultdict(list)
    for element in elements:
        by_boundary[element.inBoundary.name if element.inBoundary else ""].append(element)
    for number, (boundary, members) in enumerate(by_boundary.items()):
        print(f'  subgraph boundary{number}["{boundary}"]' if boundary else "")
        for element in members:
            opening, closing = ("[(", ")]") if type(element).__name__ == "Datastore" else ("[", "]")
            print(f'    {names[id(element)]}{opening}"{element.name}"{closing}')
        print("  end" if boundary else "")
    for flow in flows:
        print(f'  {names[id(flow.source)]} -->|"{flow.protocol}"| {names[id(flow.sink)]}')
    print("```\n\n# Statements\n")
    for element in elements:
        print_statements(element)
    for flow in flows:
        for data in flow.data:
            print(f"- {flow.source.name} sends {data.name} to {flow.sink.name} over {flow.protocol}.")


def print_statements(element):
    kind = KINDS.get(type(element).__name__)
    if kind:
        print(f"- {element.name} is a {kind}." if kind != "agent" else f"- {element.name} is an agent.")
    for holder in (element, element.controls):
        for name in sorted(holder.model_fields_set & WORDS.keys()):
            print(f"- {element.name} {WORDS[name][0 if getattr(holder, name) else 1]}.")


what, path = sys.argv[1:]
sys.argv = [path]
from pytm import TM  # noqa: E402 - pytm reads the arguments of the program

model = next(value for value in runpy.run_path(path).values() if isinstance(value, TM))
if what == "findings":
    print_findings(model)
else:
    parts = [e for e in TM._elements if type(e).__name__ not in ("Boundary", "Dataflow", "Data", "TM")]
    print_document(parts, TM._flows)
