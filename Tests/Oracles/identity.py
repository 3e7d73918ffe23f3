"""Computes ids as Docs/specs/identity.md says, with nothing but hashlib.

    python identity.py < samples.json

Reads a list of {task_id, context_schema, canonical_input, decode_profile} and prints the list of
{schema_hash, input_id, sample_id}.
"""

import hashlib
import json
import sys


def identify(prefix, *fields):
    digest = hashlib.sha256(prefix.encode())
    for field in fields:
        data = field.encode()
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def ids(sample):
    schema = hashlib.sha256(sample["context_schema"].encode()).hexdigest()
    base = [sample["task_id"], schema, sample["canonical_input"]]
    return {
        "schema_hash": schema,
        "input_id": identify("fastdistill.input.v1\n", *base),
        "sample_id": identify("fastdistill.sample.v1\n", *base, sample["decode_profile"]),
    }


if __name__ == "__main__":
    print(json.dumps([ids(sample) for sample in json.load(sys.stdin)]))
