"""Columns of a stage as pyarrow reads them: the types of those named, and the rows in the order of the files."""
import json
import pathlib
import sys

import pyarrow.parquet as parquet

files = sorted(pathlib.Path(sys.argv[1]).glob("*.parquet"))
table = parquet.read_table(files[0])
types = {name: str(table.schema.field(name).type).replace(" not null", "") for name in sys.argv[2:]}
types = {name: text.replace("element:", "item:") for name, text in types.items()}
print(json.dumps({"types": types, "rows": [row for file in files for row in parquet.read_table(file).to_pylist()]}))
