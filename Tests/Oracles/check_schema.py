"""Checks YAML by the graph language's JSON schema, with a validator that is not ours.

check_schema.py graphs SCHEMA FILE...   whole graphs
check_schema.py blocks SCHEMA FILE...   the YAML blocks of Markdown pages: whole graphs, or parts of one

Prints a line for each error and for each file or block that is right; the exit status is 1 if there is an error.
"""

import json
import re
import sys

import jsonschema
from ruamel.yaml import YAML

SKELETON = {
    "fastdistill": 1,
    "name": "part",
    "source": {"files": ["rows.jsonl"], "columns": {"text": "utf8"}, "task_id": "part"},
    "nodes": [{"id": "only", "reject": {"when": {"text": {"absent": True}}, "code": "none"}}],
}


def load(text):
    """A document of YAML 1.2: version 1.1 takes other words for numbers and truth values."""
    return YAML(typ="safe", pure=True).load(text)


def blocks(path):
    """The YAML blocks of a page, each with the line it begins at."""
    text = open(path, encoding="utf-8").read()
    for match in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text[: match.start()].count("\n") + 2, match.group(1)


def whole(part):
    """A graph with this part in it."""
    return {**SKELETON, **({"nodes": part} if isinstance(part, list) else part)}


def main():
    mode, schema_path, *paths = sys.argv[1:]
    schema = json.load(open(schema_path, encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    failed = False
    for path in paths:
        if mode == "graphs":
            graphs = [(path, load(open(path, encoding="utf-8")))]
        else:
            graphs = [(f"{path}:{line}", whole(load(text))) for line, text in blocks(path)]
        for place, graph in graphs:
            errors = sorted(validator.iter_errors(graph), key=lambda error: str(error.absolute_path))
            for error in errors:
                failed = True
                print(f"{place}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
            if not errors:
                print(f"{place}: right")
    sys.exit(1 if failed else 0)


main()
