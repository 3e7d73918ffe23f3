#!/usr/bin/env python3
"""Measures what rows cost that no model is asked about: JSONL in, canonical form, ids, duplicates, rules, Parquet out.

    make build
    .deps/python/bin/python Benchmarks/rows.py [--rows N] [--repeat N]

A row has 600 bytes of English-like words. CPU is that of the whole process tree; the start, which costs the same for any
number of rows, is measured on its own and taken off.
"""
import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.path.join(ROOT, ".build/release/fastdistill")

GRAPH = """fastdistill: 1
name: rows
plugins: {canonical: ^1.0, rules: ^1.0}
source:
  files: [%s]
  columns: {text: utf8}
  task_id: rows
decode:
  plain: {max_tokens: 64, temperature: 0}
nodes:
  - {id: canonical, use: canonical/canonicalize}
  - {id: ids, identify: {decode: plain}}
  - id: check
    use: rules/check
    in: {text: canonical.text}
    with: {min_characters: 12, max_characters: 5000, banned: [password]}
  - {id: refuse, reject: {when: {check.status: {not: ok}}, code: refused}}
"""


def write_rows(path, rows):
    numbers = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(numbers.choices(letters, k=numbers.randint(2, 9))) for _ in range(3000)]
    with open(path, "w") as file:
        for row in range(rows):
            text = f"{row}"
            while len(text) < 590:
                text += " " + numbers.choice(words)
            file.write(json.dumps({"text": text}) + "\n")


def run(folder, name):
    """The CPU seconds of a run and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [BINARY, "run", f"{folder}/{name}.yaml", "--runs", tempfile.mkdtemp(dir=folder), "--quiet"],
        check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("all", options.rows), ("one", 1)):
            write_rows(f"{folder}/{name}.jsonl", rows)
            with open(f"{folder}/{name}.yaml", "w") as file:
                file.write(GRAPH % f"{name}.jsonl")
        start = statistics.median(run(folder, "one") for _ in range(options.repeat))
        whole = statistics.median(run(folder, "all") for _ in range(options.repeat))
        print(f"start: {start * 1000:.0f} ms of CPU")
        print(f"{options.rows} rows: {(whole - start) / options.rows * 1e6:.1f} µs of CPU a row")


if not os.path.exists(BINARY):
    sys.exit("rows.py: there is no release build; run `make build` first")
main()
