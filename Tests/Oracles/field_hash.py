"""Computes what a manifest says of an artifact file, as Docs/specs/artifacts.md says, with pyarrow and xxhash.

    python field_hash.py FILE
"""

import hashlib
import json
import math
import struct
import sys

import pyarrow as pa
import pyarrow.parquet
import xxhash


def u64(number):
    return struct.pack("<Q", number)


def cell(value, kind):
    if value is None:
        return b"\x01" + u64(0)
    data = encode(value, kind)
    return b"\x00" + u64(len(data)) + data


def encode(value, kind):
    if pa.types.is_boolean(kind):
        return b"\x01" if value else b"\x00"
    if pa.types.is_int64(kind):
        return struct.pack("<q", value)
    if pa.types.is_float64(kind):
        return bytes.fromhex("000000000000f87f") if math.isnan(value) else struct.pack("<d", value)
    if pa.types.is_string(kind):
        return value.encode()
    if pa.types.is_binary(kind):
        return value
    if pa.types.is_list(kind):
        return u64(len(value)) + b"".join(cell(element, kind.value_type) for element in value)
    if pa.types.is_struct(kind):
        return b"".join(cell(value[field.name], field.type) for field in kind)
    raise TypeError(kind)


def leaves(value, field, path):
    """The leaf columns of a top-level value: path, value, type."""
    if not pa.types.is_struct(field.type):
        yield path, value, field.type
        return
    for member in field.type:
        inner = None if value is None else value[member.name]
        yield from leaves(inner, member, f"{path}.{member.name}")


def manifest(path):
    """What a manifest says of the file."""
    table = pyarrow.parquet.read_table(path)
    rows = table.to_pylist()
    sums = {name: 0 for field in table.schema for name, _, _ in leaves(None, field, field.name)}
    for row in rows:
        sample = row.get("sample_id")
        name = (row.get("row_id", "") if sample is None else sample).encode()
        key = u64(len(name)) + name + struct.pack("<q", row.get("candidate", 0))
        for field in table.schema:
            for leaf, value, kind in leaves(row[field.name], field, field.name):
                data = b"\x01" if value is None else b"\x00" + encode(value, kind)
                sums[leaf] = (sums[leaf] + xxhash.xxh3_128_intdigest(key + data)) % 2**128
    samples = [row["sample_id"].encode() for row in rows if row.get("sample_id") is not None]
    column = "sample_id" if samples else "row_id"
    ids = samples or [row["row_id"].encode() for row in rows if row.get("row_id") is not None]
    ordinals = [row["ordinal"] for row in rows]
    data = open(path, "rb").read()
    return {
        "first_ordinal": min(ordinals, default=None), "last_ordinal": max(ordinals, default=None),
        "count": len(rows),
        f"min_{column}": min(ids).decode() if ids else None, f"max_{column}": max(ids).decode() if ids else None,
        "file": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        "field_hash": {name: f"{total:032x}" for name, total in sums.items()},
    }


if __name__ == "__main__":
    print(json.dumps(manifest(sys.argv[1])))
