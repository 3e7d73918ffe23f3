#!/usr/bin/env python3
"""Measures the gateway against the script one would write by hand, side by side, with a load server in C.

    make benchmark-gateway            builds what is needed and runs this
    gateway.py [--rows N] [--repeat N] [--only fastdistill]

FastDistill does the whole job in it: JSONL in, ids, duplicates, prompt and rules through plugins in workers, replies recorded,
contract checks, Parquet and manifests out. The script asks and writes JSONL. CPU is that of the whole process tree;
efficiency is what the connections allow (rows x delay / connections) over the time from the first request to the last
answer, as the server sees it. Each figure is the median of the repetitions, which alternate.
"""
import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BINARY = os.path.join(ROOT, ".build/release/fastdistill")

GRAPH = """fastdistill: 1
name: bench
plugins: {canonical: ^1.0, rules: ^1.0, text2sql: ^1.0}
source:
  files: [rows.jsonl]
  columns: {question: utf8, schema: utf8}
  task_id: bench
providers: providers.yaml
decode:
  teacher: {n: 1, max_tokens: 32, temperature: 0}
nodes:
  - {id: canonical, use: canonical/canonicalize, in: {text: question}}
  - {id: ids, identify: {decode: teacher}}
  - {id: prompt, use: text2sql/prompt, in: {question: canonical.text}}
  - {id: teacher, complete: {role: teacher, decode: teacher}, artifact: teacher_candidates}
  - {id: rules, use: rules/check, in: {text: teacher.text}}
  - {id: bad, reject: {when: {rules.status: {not: ok}}, code: bad}}
"""

PROVIDERS = """fastdistill: 1
providers:
  - {id: local, kind: openai, url: "%s", model: m, revision: "1", concurrency: %d}
roles:
  teacher: [{provider: local}]
"""


class Server:
    def __init__(self, program, delay, faults=False):
        command = [program, str(delay)] + ["faults"] * faults
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}/v1"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return json.loads(self.process.communicate()[0])


def tree_memory(pid):
    """Resident memory that is not shared with others twice: the proportional set of a process and its children."""
    total = 0
    pids = [pid]
    while pids:
        current = pids.pop()
        try:
            with open(f"/proc/{current}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children") as file:
                    pids += [int(child) for child in file.read().split()]
        except (OSError, StopIteration):
            pass
    return total / 1024


def run(command, watch):
    """Runs a command. Returns the CPU seconds of its process tree and the peaks of its memory in MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    host = tree = 0.0
    while process.poll() is None:
        if watch:
            try:
                with open(f"/proc/{process.pid}/status") as status:
                    host = next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM")), host)
            except OSError:
                pass
            tree = max(tree, tree_memory(process.pid))
        time.sleep(0.05)
    if process.returncode:
        sys.exit(f"gateway.py: {command[0]} ended with status {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, host, tree


def write_rows(path, rows):
    schema = "singer(" + ", ".join(f"column_{i} TEXT" for i in range(20)) + ")"
    with open(path, "w") as file:
        for i in range(rows):
            question = f"What are the names of all singers who are older than {i} years, in alphabetical order?"
            file.write(json.dumps({"question": question, "schema": schema}) + "\n")


def measure_faults(program, folder, rows):
    """The time for all rows with a provider of which 5 % of the requests fail, 5 % are turned away, 1 % are cut off."""
    with Server(program, 50, faults=True) as server:
        with open(f"{folder}/providers.yaml", "w") as file:
            file.write(PROVIDERS % (server.url, 64))
        begun = time.monotonic()
        run([BINARY, "run", f"{folder}/graph.yaml", "--runs", f"{folder}/runs-faults", "--quiet"], False)
        seconds = time.monotonic() - begun
        print(f"\n{rows} rows at 50 ms and 64 connections, 5 % 500, 5 % 429, 1 % cut off: {seconds:.1f} s from start to end, "
              f"{server.end()['requests']} requests")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=["fastdistill", "aiohttp"])
    parser.add_argument("--cases", default="50:64,50:256,50:1024,0:64", help="delay in ms : connections, …")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        program = f"{folder}/load_server"
        subprocess.run(["cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-o", program, f"{HERE}/load_server.c"], check=True)
        rows_path = f"{folder}/rows.jsonl"
        write_rows(rows_path, options.rows)
        with open(f"{folder}/graph.yaml", "w") as file:
            file.write(GRAPH)
        print(f"{options.rows} rows, median of {options.repeat}")
        print("| delay | connections | program | CPU a row | efficiency | rows/s | host | tree |")
        print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |")
        number = 0
        for case in options.cases.split(","):
            delay, connections = map(int, case.split(":"))
            results = {"fastdistill": [], "aiohttp": []}
            for _ in range(options.repeat):
                for name in results:
                    if options.only not in (None, name):
                        continue
                    number += 1
                    with Server(program, delay) as server:
                        if name == "fastdistill":
                            with open(f"{folder}/providers.yaml", "w") as file:
                                file.write(PROVIDERS % (server.url, connections))
                            command = [BINARY, "run", f"{folder}/graph.yaml", "--runs", f"{folder}/runs-{number}", "--quiet"]
                        else:
                            script = f"{HERE}/reference.py"
                            output = f"{folder}/out-{number}.jsonl"
                            command = [sys.executable, script, server.url, str(connections), rows_path, output]
                        measured = run(command, name == "fastdistill")
                        results[name].append((*measured, server.end()))
            for name, runs in results.items():
                if not runs:
                    continue
                if any(server["requests"] != options.rows for *_, server in runs):
                    sys.exit(f"gateway.py: {name} asked {[server['requests'] for *_, server in runs]} times")
                cpu = statistics.median(cpu for cpu, *_ in runs) / options.rows * 1000
                span = statistics.median(server["span_ns"] for *_, server in runs) / 1e9
                efficiency = options.rows * delay / 1000 / connections / span if delay else float("nan")
                host = max(host for _, host, _, _ in runs)
                tree = max(tree for _, _, tree, _ in runs)
                print(
                    f"| {delay} ms | {connections} | {name} | {cpu:.3f} ms | "
                    f"{f'{efficiency:.2f}' if delay else ''} | {options.rows / span:.0f} | "
                    f"{f'{host:.0f} MiB' if host else ''} | {f'{tree:.0f} MiB' if tree else ''} |",
                    flush=True)
        if options.only != "aiohttp":
            measure_faults(program, folder, options.rows)


main()
