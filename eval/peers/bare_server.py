"""The noise floor of pytm: one server that nobody has described, and one flow to it.

Run it by `eval/peers/compare`, which puts Cairn's figures for the same two elements beside it.
"""

import time

from pytm import TM, Actor, Dataflow, Server

began = time.monotonic()
model = TM("bare")
model.isOrdered = False
visitor, server = Actor("Visitor"), Server("Server")
Dataflow(visitor, server, "request")
model.resolve()
by_target = {}
for finding in model.findings:
    by_target.setdefault(finding.target, []).append(finding.threat_id)
for target, threats in sorted(by_target.items()):
    print(f"pytm: {len(threats)} findings on {target}: {' '.join(sorted(threats))}")
print(f"pytm: {len(model.findings)} findings, {time.monotonic() - began:.2f} s")
