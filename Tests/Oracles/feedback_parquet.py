"""Writes a log of feedback as Parquet, with types that FastDistill does not write itself.

    python feedback_parquet.py FILE
"""

import sys

import pyarrow as pa
import pyarrow.parquet

pa.parquet.write_table(
    pa.table({
        "model": pa.array(["student", "student", "student", "teacher"]).dictionary_encode(),
        "input_id": pa.array(["a", "b", "b", "a"], pa.large_utf8()),
        "outcome": pa.array(["win", "win", "loss", "tie"]).dictionary_encode(),
        "stars": pa.array([5, 4, None, 3], pa.int8()),
    }),
    sys.argv[1])
