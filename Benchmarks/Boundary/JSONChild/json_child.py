"""The work of the boundary benchmark on JSON lines in Python: what json_child.cpp does, as tools written in Python do it.

    {"t0": "…"}  ->  {"t0": "…", "c0": "…"}
"""
import json, sys

columns = int(sys.argv[1])
for line in sys.stdin:
    row = json.loads(line)
    for i in range(columns):
        row[f"c{i}"] = row[f"t{i}"]
    sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
