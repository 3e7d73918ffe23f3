#!/usr/bin/env python3
"""Judges the same pairs in three ways and prints what one costs: verdicts.py PRODUCTS [--repeat N] [--no-python].

Each way is a process of its own that prints its CPU time; the ways alternate, and the figures are medians.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = ["small-distinct", "small-repeated", "large-distinct", "large-repeated"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("products")
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--no-python", action="store_true")
    arguments = parser.parse_args()
    ways = {
        "C loop": [f"{arguments.products}/verdicts-c-loop"],
        "FastDistill": [f"{arguments.products}/verdicts-benchmark"],
        "Python pool": [sys.executable, f"{HERE}/python_pool.py"],
    }
    if arguments.no_python:
        del ways["Python pool"]
    print("| pairs | " + " | ".join(f"{way}, µs" for way in ways) + " | of the C loop | equal |")
    print("| --- |" + " ---: |" * (len(ways) + 2))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, f"{HERE}/make_data.py", folder], check=True)
        for case in CASES:
            costs, equal = {way: [] for way in ways}, {}
            for _ in range(arguments.repeat):
                for way, command in ways.items():
                    if way == "Python pool" and len(costs[way]) == 3:
                        continue
                    done = subprocess.run(
                        command + [folder, f"{folder}/{case}.tsv"], check=True, capture_output=True, text=True)
                    count, equal[way], nanoseconds = map(int, done.stdout.split())
                    costs[way].append(nanoseconds / count / 1000)
            middle = {way: statistics.median(values) for way, values in costs.items()}
            figures = " | ".join(f"{value:.1f}" for value in middle.values())
            print(f"| {case} | {figures} | {middle['FastDistill'] / middle['C loop']:.2f} | "
                  + " / ".join(str(value) for value in equal.values()) + f" of {count} |", flush=True)


main()
