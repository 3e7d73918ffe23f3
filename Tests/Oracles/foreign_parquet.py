"""Writes a Parquet file with types that FastDistill does not write itself.

    python foreign_parquet.py wide|dates FILE
"""

import datetime
import sys

import pyarrow as pa
import pyarrow.parquet


def wide():
    return pa.table({
        "small": pa.array([1, None, -3], pa.int16()),
        "half": pa.array([0.5, None, 2.0], pa.float32()),
        "large": pa.array(["a", None, "ü"], pa.large_utf8()),
        "coded": pa.array(["x", "x", None]).dictionary_encode(),
        "parts": pa.array([[1, 2], None, []], pa.large_list(pa.int32())),
        "nested": pa.array(
            [{"n": 7, "t": "u"}, None, {"n": None, "t": None}],
            pa.struct([("n", pa.uint32()), ("t", pa.large_utf8())])),
    })


def dates():
    return pa.table({"day": pa.array([datetime.date(2024, 2, 29)], pa.date32())})


pa.parquet.write_table({"wide": wide, "dates": dates}[sys.argv[1]](), sys.argv[2])
