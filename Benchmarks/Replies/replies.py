"""Parses labelled replies with a built text2sql plugin: how many come out as labelled, and what one costs.

    replies.py PLUGIN.so FILE.jsonl… [--rounds N] [--failures]

Each line of a file has `reply_id`, `reply`, `sql` (or `none`) and perhaps `status`. The plugin is loaded and called
through its C ABI, as the host does, in one thread, with batches of 1,024 replies. The time is the CPU time of the
fastest round; a round parses every reply often enough to make at least 20,000.
"""

import argparse
import ctypes
import json
import time

import pyarrow

STATUS = ctypes.c_int
POINTER = ctypes.c_void_p
BATCH_ROWS = 1024


class Entry(ctypes.Structure):
    _fields_ = [
        ("abi_version", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
        ("spec_json", ctypes.c_char_p),
        ("spec_json_length", ctypes.c_uint64),
        ("get_interface", ctypes.CFUNCTYPE(POINTER, ctypes.c_char_p)),
    ]


class Map(ctypes.Structure):
    _fields_ = [
        ("create", ctypes.CFUNCTYPE(STATUS, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint64, POINTER, POINTER, POINTER)),
        ("bind", ctypes.CFUNCTYPE(STATUS, POINTER, POINTER, POINTER, POINTER, POINTER)),
        ("run", ctypes.CFUNCTYPE(STATUS, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER)),
        ("destroy", ctypes.CFUNCTYPE(None, POINTER)),
    ]


class Call(ctypes.Structure):
    _fields_ = [
        ("run_id", ctypes.c_char_p),
        ("node_id", ctypes.c_char_p),
        ("batch", ctypes.c_uint64),
        ("seed", ctypes.c_uint64),
        ("deadline_nanoseconds", ctypes.c_uint64),
        ("attempt", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class Host(ctypes.Structure):
    _fields_ = [("context", POINTER), ("get_interface", ctypes.CFUNCTYPE(POINTER, POINTER, ctypes.c_char_p))]


@ctypes.CFUNCTYPE(POINTER, POINTER, ctypes.c_char_p)
def no_interface(_context, _interface):
    return None


class Parser:
    """An instance of text2sql/parse."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.fastdistill_plugin_v1.restype = ctypes.POINTER(Entry)
        entry = self.library.fastdistill_plugin_v1().contents
        self.map = ctypes.cast(entry.get_interface(b"fastdistill.map/1"), ctypes.POINTER(Map)).contents
        self.host = Host(None, no_interface)
        self.error = ctypes.create_string_buffer(2048)
        instance = POINTER()
        self.check(self.map.create(b"parse", b"{}", 2, ctypes.addressof(self.host), ctypes.addressof(instance), self.error))
        self.instance = instance
        self.input_schema = pyarrow.schema([pyarrow.field("text", pyarrow.string(), nullable=False)])
        given = ctypes.create_string_buffer(72)
        self.input_schema._export_to_c(ctypes.addressof(given))
        reads, adds = ctypes.create_string_buffer(72), ctypes.create_string_buffer(72)
        self.check(self.map.bind(instance, given, reads, adds, self.error))
        pyarrow.Schema._import_from_c(ctypes.addressof(reads))
        self.added = pyarrow.Schema._import_from_c(ctypes.addressof(adds))

    def check(self, status):
        if status:
            raise SystemExit(f"status {status}: {self.error.raw[256:].split(bytes(1))[0].decode()}")

    def export(self, replies):
        batch = pyarrow.record_batch([pyarrow.array(replies, pyarrow.string())], schema=self.input_schema)
        array = ctypes.create_string_buffer(80)
        batch._export_to_c(ctypes.addressof(array))
        return array

    def run(self, array):
        """Parses a batch; returns the CPU seconds it took, and the rows."""
        call = Call(b"run", b"parse", 0, 1, 0, 0, 0)
        out, rejects = ctypes.create_string_buffer(80), ctypes.create_string_buffer(80)
        start = time.process_time_ns()
        status = self.map.run(self.instance, ctypes.addressof(call), array, out, rejects, self.error)
        spent = time.process_time_ns() - start
        self.check(status)
        schema = pyarrow.schema([pyarrow.field("parent", pyarrow.int64(), nullable=False), *self.added])
        return spent, pyarrow.RecordBatch._import_from_c(ctypes.addressof(out), schema)


def trimmed(sql):
    return sql.strip().rstrip(";").strip()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("plugin")
    arguments.add_argument("files", nargs="+")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--failures", action="store_true", help="print what comes out otherwise than labelled")
    options = arguments.parse_args()
    parser = Parser(options.plugin)
    for file in options.files:
        with open(file, encoding="utf-8") as lines:
            replies = [json.loads(line) for line in lines]
        right = 0
        for start in range(0, len(replies), BATCH_ROWS):
            some = replies[start : start + BATCH_ROWS]
            for reply, row in zip(some, parser.run(parser.export([r["reply"] for r in some]))[1].to_pylist()):
                sql = row["sql"] if row["status"] == "ok" else "none"
                fits = trimmed(sql) == trimmed(reply["sql"]) and reply.get("status") in (None, row["status"])
                right += fits
                if options.failures and not fits:
                    print(json.dumps({**reply, "got": row["sql"], "got_status": row["status"]}, ensure_ascii=False))
        line = f"{file}: {right} of {len(replies)} as labelled ({100 * right / len(replies):.1f} %)"
        if options.rounds:
            often = replies * (20_000 // len(replies) + 1)
            batches = [
                parser.export([reply["reply"] for reply in often[start : start + BATCH_ROWS]])
                for start in range(0, len(often), BATCH_ROWS)
            ]
            best = min(sum(parser.run(batch)[0] for batch in batches) for _ in range(options.rounds))
            size = sum(len(reply["reply"].encode()) for reply in replies) / len(replies)
            line += f", {best / len(often) / 1000:.2f} µs a reply of {size:.0f} bytes"
        print(line)


main()
