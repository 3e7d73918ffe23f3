"""Reads every artifact of a run as its users do, and computes everything again that the run says of it.

    python check_run.py RUN

With pyarrow and DuckDB: each file is read and counted. With field_hash.py: each manifest is computed again. With
hashlib: the ids of all rows of `distilled`. Prints {"stages": {stage: rows}, "shards": n, "ids": n}, and on standard error
what does not agree; the exit status is 1 then.
"""

import hashlib
import json
import os
import subprocess
import sys

import pyarrow.parquet

import field_hash
import identity


class Check:
    def __init__(self, run):
        self.run = run
        self.errors = []

    def expect(self, what, found, wanted):
        if found != wanted:
            self.errors.append(f"{what}: found {found!r}, expected {wanted!r}")

    def json(self, path):
        with open(os.path.join(self.run, path), encoding="utf-8") as file:
            return json.load(file)

    def shard(self, entry, shard):
        manifest = self.json(entry["manifest"])
        where = f"{entry['stage']}, shard {shard}"
        with open(os.path.join(self.run, entry["manifest"]), "rb") as file:
            self.expect(f"{where}: sha256 of the manifest", hashlib.sha256(file.read()).hexdigest(), entry["sha256"])
        path = os.path.join(self.run, manifest["file"]["path"])
        computed = field_hash.manifest(path)
        for name, value in computed.items():
            stated = manifest.get(name)
            if name == "file":
                stated = {key: stated[key] for key in value}
            self.expect(f"{where}: {name}", stated, value)
        self.expect(f"{where}: count in the index", entry["count"], computed["count"])
        table = pyarrow.parquet.read_table(path)
        columns = [f"{field.name}: {field.type}" for field in table.schema]
        self.expect(f"{where}: number of columns", len(manifest["schema"]), len(columns))
        return computed["count"]

    def duckdb_counts(self, stages):
        duckdb = os.path.join(os.path.dirname(sys.executable), "duckdb")
        counts = " UNION ALL ".join(
            f"SELECT '{stage}' AS stage, count(*) AS n FROM read_parquet('{self.run}/artifacts/{stage}/*.parquet')"
            for stage in stages)
        output = subprocess.run([duckdb, "-json", "-c", counts], check=True, capture_output=True, text=True).stdout
        return {row["stage"]: row["n"] for row in json.loads(output)}

    def ids(self):
        """Computes the ids of the kept rows; how many."""
        contract = self.json("run.json")["contract"]
        node = next((node for node in contract["nodes"] if "identify" in node), None)
        if node is None:
            return 0
        profile = {k: v for k, v in contract["decode"][node["identify"]["decode"]].items() if k != "n"}
        # JCS of a profile is what Python writes for these few kinds of values: sorted keys, no white space.
        decode = json.dumps(profile, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        folder = os.path.join(self.run, "artifacts", "distilled")
        count = 0
        for name in sorted(os.listdir(folder)):
            for row in pyarrow.parquet.read_table(os.path.join(folder, name)).to_pylist():
                found = identity.ids({
                    "task_id": row["task_id"], "canonical_input": row["canonical"]["text"], "decode_profile": decode,
                    "context_schema": (row.get("schema") or {"schema": ""})["schema"],
                })
                for key, value in found.items():
                    self.expect(f"{name}, ordinal {row['ordinal']}: {key}", row[key], value)
                count += 1
        return count


def main(run):
    check = Check(run)
    index = check.json("manifests/index.json")
    stages = {}
    for shard in index["shards"]:
        for entry in shard["stages"]:
            stages[entry["stage"]] = stages.get(entry["stage"], 0) + check.shard(entry, shard["shard"])
    check.expect("rows as DuckDB counts them", check.duckdb_counts(stages), stages)
    stated = check.json("reports/quality.json")["stages"]
    check.expect("stages of quality.json", stated, {stage: rows for stage, rows in stages.items() if rows})
    print(json.dumps({"stages": stages, "shards": len(index["shards"]), "ids": check.ids()}))
    for error in check.errors[:20]:
        print(error, file=sys.stderr)
    sys.exit(1 if check.errors else 0)


if __name__ == "__main__":
    main(sys.argv[1])
