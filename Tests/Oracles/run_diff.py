"""Compares two runs by their artifacts alone, and with what `fastdistill diff --json` says of them.

    run_diff.py RUN_A RUN_B DIFF.json

For runs whose rows have one candidate. Prints how many inputs were compared.
"""
import collections
import glob
import json
import sys

import pyarrow.parquet as parquet

SKIPPED = {"ordinal", "input_id"}


def rows(run, stage):
    for path in sorted(glob.glob(f"{run}/artifacts/{stage}/*.parquet")):
        yield from parquet.read_table(path).to_pylist()


def flat(row, under=""):
    for name, value in row.items():
        if isinstance(value, dict):
            yield from flat(value, f"{under}{name}.")
        else:
            yield under + name, value


def inputs(run):
    ends = {row["input_id"]: ("kept", None, row) for row in rows(run, "distilled")}
    for row in rows(run, "rejected"):
        if row["input_id"] and row["outcome"] != "duplicate":
            ends[row["input_id"]] = (row["outcome"], row["code"], row)
    return ends


def main(first, second, path):
    found = json.load(open(path, encoding="utf-8"))
    a, b = inputs(first), inputs(second)
    outcomes, codes, columns, changed = (collections.Counter() for _ in range(4))
    examples = collections.defaultdict(list)
    none = ("absent", None, None)
    for key in a.keys() | b.keys():
        old, new = a.get(key, none), b.get(key, none)
        outcomes[old[0], new[0]] += 1
        row = old[2] or new[2]
        examples[old[0], new[0]].append((row["ordinal"], row["row_id"]))
        if old[0] == new[0] == "rejected" and old[1] != new[1]:
            codes[old[1], new[1]] += 1
        if old[0] == new[0] == "kept":
            before, after = dict(flat(old[2])), dict(flat(new[2]))
            # A struct that is null in one of them has members in the other.
            every = before.keys() | after.keys()
            leaves = [name for name in every if not any(other.startswith(f"{name}.") for other in every)]
            names = [name for name in leaves if name not in SKIPPED and before.get(name) != after.get(name)]
            columns.update(names)
            changed["inputs"] += bool(names)
    checks = [
        ({(f, t): n for f, row in found["outcomes"].items() for t, n in row.items() if n}, dict(outcomes)),
        ({(kind["a"], kind["b"]): kind["count"] for kind in found["codes"]}, dict(codes)),
        ({name: kind["count"] for name, kind in found["columns"].items()}, dict(columns)),
        (found["kept_in_both"], outcomes["kept", "kept"]), (found["kept_with_other_values"], changed["inputs"]),
        (found["a"]["inputs"], len(a)), (found["b"]["inputs"], len(b)),
    ]
    for kind in found["changed"]:
        taken = sorted(examples[kind["a"], kind["b"]])[:len(kind["examples"])]
        checks.append(([example["row_id"] for example in kind["examples"]], [row_id for _, row_id in taken]))
    for ours, theirs in checks:
        if ours != theirs:
            sys.exit(f"diff says {ours}, and the artifacts {theirs}")
    print(len(a.keys() | b.keys()))


if __name__ == "__main__":
    main(*sys.argv[1:])
