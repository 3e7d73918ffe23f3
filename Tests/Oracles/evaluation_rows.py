"""Prints what DuckDB makes of a record of an evaluation.

    python evaluation_rows.py FOLDER ROLE

{"metric": {"rows": n, "decidable": n, "mean": x}} for each metric of ROLE.parquet, whose hash has to be that in ROLE.json.
"""

import hashlib
import json
import os
import subprocess
import sys

folder, role = sys.argv[1:]
path = os.path.join(folder, f"{role}.parquet")
with open(os.path.join(folder, f"{role}.json"), encoding="utf-8") as file:
    record = json.load(file)
with open(path, "rb") as file:
    if hashlib.sha256(file.read()).hexdigest() != record["scores"]["sha256"]:
        raise SystemExit("the hash of the scores differs")
query = (
    f"SELECT metric, count(*) AS rows, count(score) AS decidable, avg(score) AS mean FROM read_parquet('{path}') "
    "GROUP BY metric ORDER BY metric")
duckdb = os.path.join(os.path.dirname(sys.executable), "duckdb")
output = subprocess.run([duckdb, "-json", "-c", query], check=True, capture_output=True, text=True).stdout
print(json.dumps({row.pop("metric"): row for row in json.loads(output or "[]")}))
