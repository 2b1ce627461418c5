"""Counts findings by rule. Usage: count.py TOOL RULE_KEY < findings.json

Reads what `cairn threats --all --format json` prints (RULE_KEY `rule`) or the risks.json of Threagile (RULE_KEY `category`).
"""

import collections
import json
import sys

tool, rule_key = sys.argv[1:]
read = json.load(sys.stdin)
findings = read["threats"] if isinstance(read, dict) else read
counts = collections.Counter((finding[rule_key], finding.get("status", "")) for finding in findings)
for (rule, status), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
    print(f"{tool}: {count:3} {rule} {status}".rstrip())
print(f"{tool}: {len(findings)} findings by {len({rule for rule, _ in counts})} rules")
