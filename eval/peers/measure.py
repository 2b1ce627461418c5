"""Runs a command and says on stderr how long it took and how much memory it held at most.

Usage: measure.py NAME COMMAND… The output of the command goes through untouched, and so does its exit code.
"""

import resource
import subprocess
import sys
import time

name, command = sys.argv[1], sys.argv[2:]
began = time.monotonic()
code = subprocess.run(command).returncode
taken = time.monotonic() - began
peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(f"{name}: {taken:.2f} s, {peak_kib / 1024:.0f} MiB at most", file=sys.stderr)
sys.exit(code)
