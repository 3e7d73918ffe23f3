#!/usr/bin/env python3
"""Measures the host: time to the first request, memory, and CPU a row. Release build, real server, real plugins.

    make build && .deps/python/bin/python Benchmarks/host.py [ROWS]

Prints one JSON object. Times are medians of 5 starts. Memory is the kernel's peak resident size (VmHWM) of the host process
alone. The server is in this script, on a loopback port, and answers at once.
"""
import asyncio, json, os, resource, statistics, subprocess, sys, tempfile, threading, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
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
  - id: canonical
    use: canonical/canonicalize
    in: {text: question}
  - id: ids
    identify: {decode: teacher}
  - id: prompt
    use: text2sql/prompt
    in: {question: canonical.text}
  - id: teacher
    complete: {role: teacher, decode: teacher}
  - id: rules
    use: rules/check
    in: {text: teacher.text}
  - id: bad
    reject: {when: {rules.status: {not: ok}}, code: bad}
"""

PROVIDERS = """fastdistill: 1
providers:
  - {id: local, kind: openai, url: "http://127.0.0.1:%d/v1", model: m, revision: "1", concurrency: 64}
roles:
  teacher: [{provider: local}]
"""

ANSWER = json.dumps({
    "id": "x", "object": "chat.completion", "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "SELECT 1"}}],
    "usage": {"prompt_tokens": 50, "completion_tokens": 4, "total_tokens": 54},
}).encode()
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(ANSWER), ANSWER)


class Server:
    """Answers every request at once and remembers when the first came."""

    def __init__(self):
        self.first = None
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()
        self.ready.wait()

    def run(self):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                if self.first is None:
                    self.first = time.monotonic()
                length = next(int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length"))
                await reader.readexactly(length)
                writer.write(REPLY)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def write_graph(folder, server, rows):
    with open(f"{folder}/graph.yaml", "w") as file:
        file.write(GRAPH)
    with open(f"{folder}/providers.yaml", "w") as file:
        file.write(PROVIDERS % server.port)
    schema = "table" + ", ".join(f"column_{i} TEXT" for i in range(20))
    with open(f"{folder}/rows.jsonl", "w") as file:
        for i in range(rows):
            file.write(json.dumps({"question": f"What is the answer to question number {i}?", "schema": schema}) + "\n")


def run(folder, name):
    started = time.monotonic()
    process = subprocess.Popen(
        [BINARY, "run", f"{folder}/graph.yaml", "--runs", f"{folder}/{name}", "--quiet"],
        stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                peak = next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), peak)
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.02)
    if process.returncode != 0:
        raise SystemExit(f"the run ended with status {process.returncode}")
    return started, time.monotonic() - started, peak / 1024


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        delays = []
        for attempt in range(6):
            server = Server()
            write_graph(folder, server, 16)
            started, _, _ = run(folder, f"first-{attempt}")
            delays.append((server.first - started) * 1000)
        result["first_request_ms_cold_cache"] = round(delays[0], 1)
        result["first_request_ms"] = round(statistics.median(delays[1:]), 1)
        for count in (rows // 10, rows):
            server = Server()
            write_graph(folder, server, count)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _, seconds, peak = run(folder, f"rows-{count}")
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            result[f"rows_{count}"] = {
                "host_peak_mib": round(peak, 1), "cpu_us_a_row_process_tree": round(cpu / count * 1e6, 1),
                "rows_per_second": round(count / seconds),
            }
    print(json.dumps(result, indent=2))


main()
