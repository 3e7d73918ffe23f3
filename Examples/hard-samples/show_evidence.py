"""Prints why samples are doubtful: show_evidence.py RUN/artifacts/hard_samples"""

import json
import sys

import pyarrow.parquet

for row in pyarrow.parquet.read_table(sys.argv[1]).to_pylist():
    evidence = json.loads(row["hard"]["evidence"])
    print(f"{row['row_id']} {evidence['agree.status']}: {row['question']}")
    for candidate in json.loads(evidence["agree.evidence"]):
        cluster = candidate["cluster"]
        outcome = candidate["error"] or ("no statement" if cluster is None else f"result {cluster}")
        print(f"  {outcome:30} {candidate['answer'] or ''}".rstrip())
