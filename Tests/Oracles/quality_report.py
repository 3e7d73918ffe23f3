"""Recomputes, from the artifacts of a run alone, what reports/quality.json says of verdicts, scores and examples.

    quality_report.py RUN SETUP      SETUP: JSON that says in which stage each tagged column can be read

Prints nothing and ends with 0 when all is the same; else says what differs. Wilson's interval is not computed by its
formula but as what it is: the shares that the score test does not refuse. Kappa comes from two lists of labels.
"""
import glob
import itertools
import json
import math
import statistics
import sys

import pyarrow.parquet as parquet

Z = statistics.NormalDist().inv_cdf(0.975)
DECIDED = ("ok", "wrong")


def rows(run, stage):
    for path in sorted(glob.glob(f"{run}/artifacts/{stage}/*.parquet")):
        yield from parquet.read_table(path).to_pylist()


def at(row, path):
    for name in path.split("."):
        if row is None:
            return None
        row = row[name]
    return row


def bound(right, trials, up):
    """The share farthest from right/trials that |right/trials - p| <= Z sqrt(p (1-p) / trials) allows, by halving."""
    share = right / trials
    inner, outer = share, 1.0 if up else 0.0
    if abs(share - outer) == 0:
        return outer
    for _ in range(200):
        middle = (inner + outer) / 2
        if abs(share - middle) <= Z * math.sqrt(middle * (1 - middle) / trials):
            inner = middle
        else:
            outer = middle
    return inner


def accuracy(values):
    right, wrong = values.count("ok"), values.count("wrong")
    trials = right + wrong
    return {
        "ok": right, "wrong": wrong, "undecidable": values.count("undecidable"),
        "accuracy": right / trials if trials else None,
        "low": bound(right, trials, False) if trials else None,
        "high": bound(right, trials, True) if trials else None,
    }


def agreement(pairs):
    decided = [pair for pair in pairs if pair[0] in DECIDED and pair[1] in DECIDED]
    result = {"decided": len(decided), "undecidable": len(pairs) - len(decided), "agreement": None, "kappa": None}
    if decided:
        share = sum(a == b for a, b in decided) / len(decided)
        first, second = zip(*decided)
        chance = sum(first.count(label) * second.count(label) for label in DECIDED) / len(decided) ** 2
        result["agreement"] = share
        result["kappa"] = (share - chance) / (1 - chance) if chance < 1 else None
    return result


def histogram(values, low, high):
    width = (high - low) / 10
    edges = [low + width * i for i in range(11)]
    bins = [sum(v is not None and edges[i] <= v < edges[i + 1] for v in values) for i in range(10)]
    bins[9] += sum(v == high for v in values)
    return bins, sum(v is None for v in values)


def same(ours, theirs, where):
    if isinstance(theirs, dict):
        for key, value in theirs.items():
            same(ours[key] if ours else None, value, f"{where}.{key}")
    elif isinstance(theirs, float) or isinstance(ours, float):
        if ours is None or theirs is None or abs(ours - theirs) > 1e-6:
            sys.exit(f"{where}: {ours}, and by the artifacts {theirs}")
    elif ours != theirs:
        sys.exit(f"{where}: {ours!r}, and by the artifacts {theirs!r}")


def main(run, setup):
    quality = json.load(open(f"{run}/reports/quality.json", encoding="utf-8"))
    setup = json.loads(setup)
    for name, column in setup["verdicts"].items():
        table = [(at(row, column["path"]), row) for row in rows(run, column["stage"])]
        table = [(verdict, row) for verdict, row in table if verdict is not None]
        same(quality["accuracy"][name], accuracy([verdict for verdict, _ in table]), name)
        for facet, path in column["facets"].items():
            values = sorted({at(row, path) for _, row in table} - {None})
            ours = quality["accuracy"][name]["facets"][facet]
            same(sorted(ours), values, f"{name} by {facet}")
            for value in values:
                same(ours[value], accuracy([v for v, row in table if at(row, path) == value]), f"{name} {facet} {value}")
    same(len(quality["agreement"]), len(setup["pairs"]), "pairs")
    for pair in quality["agreement"]:
        stage, first, second = setup["pairs"][f"{pair['first']} {pair['second']}"]
        both = [(at(row, first), at(row, second)) for row in rows(run, stage)]
        both = [both_of for both_of in both if None not in both_of]
        same(pair, agreement(both), f"{pair['first']} and {pair['second']}")
        for a, counts in pair["rows"].items():
            for b, count in counts.items():
                same(count, both.count((a, b)), f"{pair['first']} {a}, {pair['second']} {b}")
    for name, column in setup["scores"].items():
        node = column["path"].split(".")[0]
        table = [row for row in rows(run, column["stage"]) if row[node] is not None]
        every = [("all", None, table)] + [
            (other, verdict, [row for row in table if at(row, path) == verdict])
            for other, path in column["by"].items() for verdict in ("ok", "wrong", "undecidable")]
        for other, verdict, taken in every:
            ours = quality["scores"][name]["all"] if other == "all" else (
                quality["scores"][name]["by_verdict"][other].get(verdict))
            if ours is None:
                same(len(taken), 0, f"{name} {other} {verdict}")
                continue
            bins, nulls = histogram([at(row, column["path"]) for row in taken], *column["range"])
            same(ours["bins"], bins, f"{name} {other} {verdict}")
            same(ours["null"], nulls, f"{name} {other} {verdict} null")
    check_examples(run, quality["examples"])
    for check in (quality["contamination"] or {"checks": []})["checks"]:
        check_contamination(run, quality["contamination"]["split"], check)


def check_contamination(run, split, check):
    seen, keys = set(), {}
    for row in rows(run, check["stage"]):
        key = at(row, check["key"])
        if row["ordinal"] in seen or key in (None, "") or row[split] is None:
            continue
        seen.add(row["ordinal"])
        keys.setdefault(key, []).append(row)
    shared = [taken for taken in keys.values() if len({row[split] for row in taken}) > 1]
    where = f"contamination of {check['stage']}"
    same(check["source_rows"], len(seen), where)
    same(check["shared_keys"], len(shared), where)
    same(check["affected_rows"], sum(map(len, shared)), where)
    pairs = {}
    for taken in shared:
        for pair in itertools.combinations(sorted({row[split] for row in taken}), 2):
            pairs[pair] = pairs.get(pair, 0) + 1
    same({(pair["first"], pair["second"]): pair["keys"] for pair in check["pairs"]}, pairs, where)
    shared.sort(key=lambda taken: taken[0]["ordinal"])
    for example, taken in zip(check["examples"], shared[:3], strict=True):
        first = {}
        for row in taken:
            first.setdefault(row[split], row["row_id"])
        same({place["split"]: place["row_id"] for place in example}, first, where)


def check_examples(run, examples):
    kept = list(rows(run, "distilled"))
    same(examples["kept"]["rows"], len(kept), "kept")
    same([example["row_id"] for example in examples["kept"]["examples"]], [row["row_id"] for row in kept[:3]], "kept")
    kinds = {}
    for row in rows(run, "rejected"):
        kinds.setdefault((row["outcome"], row["code"]), []).append(row)
    found = {(outcome, code) for outcome, kinds_of in examples.items() if outcome == "rejected" for code in kinds_of}
    same(found, {kind for kind in kinds if kind[0] == "rejected"}, "codes")
    for (outcome, code), taken in kinds.items():
        ours = examples[outcome][code] if code else examples[outcome]
        same(ours["rows"], len(taken), f"{outcome} {code}")
        taken.sort(key=lambda row: (row["ordinal"], row["candidate"]))
        for example, row in zip(ours["examples"], taken[:3], strict=True):
            for key, value in example.items():
                cut = value[:-1] if isinstance(value, str) and value.endswith("…") else value
                same(cut, row[key][:len(cut)] if isinstance(cut, str) else row[key], f"{outcome} {code} {key}")


if __name__ == "__main__":
    main(*sys.argv[1:])
