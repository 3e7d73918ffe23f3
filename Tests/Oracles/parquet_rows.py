"""Prints what pyarrow and DuckDB see in a Parquet file, as one JSON object.

    python parquet_rows.py FILE
"""

import json
import os
import subprocess
import sys

import pyarrow.parquet


def plain(value):
    if isinstance(value, bytes):
        return {"base16": value.hex()}
    if isinstance(value, list):
        return [plain(element) for element in value]
    if isinstance(value, dict):
        return {key: plain(member) for key, member in value.items()}
    return value


def main(path):
    file = pyarrow.parquet.ParquetFile(path)
    metadata = file.metadata
    duckdb = os.path.join(os.path.dirname(sys.executable), "duckdb")
    counted = subprocess.run(
        [duckdb, "-json", "-c", f"SELECT count(*) AS n FROM read_parquet('{path}')"],
        check=True, capture_output=True, text=True)
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    print(json.dumps({
        "schema": [f"{f.name}: {f.type}{'' if f.nullable else ' not null'}" for f in file.schema_arrow],
        "key_values": sorted(key.decode() for key in (metadata.metadata or {})),
        "row_groups": [group.num_rows for group in groups],
        "compression": sorted({g.column(c).compression for g in groups for c in range(g.num_columns)}),
        "has_statistics": all(g.column(c).is_stats_set for g in groups for c in range(g.num_columns)),
        "duckdb_count": json.loads(counted.stdout)[0]["n"],
        "rows": [plain(row) for row in file.read().to_pylist()],
    }))


main(sys.argv[1])
