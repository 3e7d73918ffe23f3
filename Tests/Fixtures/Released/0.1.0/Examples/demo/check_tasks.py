#!/usr/bin/env python3
"""Checks the demo's tasks and examples against its database and counts the dirt in them.

    python3 check_tasks.py [DIRECTORY_OF_DATABASES]

The directory (default: `databases` beside this script) is what make_database.py wrote. Prints one line per count; the
exit status is 0 if each equals EXPECTED and 1, with the differences on standard error, if not.

A line counts under every kind that fits: an empty question is also one without gold. A line of dirt is one that
*follows* its original: of three equal questions two are counted as duplicates.
"""

import json
import os
import sqlite3
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))

EXPECTED = {
    "lines": 168,
    "malformed lines": 1,
    "tasks": 167,
    "train": 125,
    "test": 42,
    "with gold": 137,
    "without gold (null)": 15,
    "without gold (absent)": 15,
    "empty questions": 2,
    "white-space-only questions": 2,
    "exact duplicates": 4,
    "exact duplicates across the split": 1,
    "near-duplicates: white space": 2,
    "near-duplicates: control characters": 2,
    "near-duplicates: NFD for NFC": 2,
    "questions with zero-width characters": 2,
    "questions with smart quotes": 2,
    "questions with full-width characters": 2,
    "gold that fails: syntax error": 1,
    "gold that fails: unknown column": 1,
    "gold that runs": 135,
    "examples": 30,
}

ZERO_WIDTH = {"\u200b", "\u200c", "\u200d", "\ufeff"}
SMART_QUOTES = {"\u2018", "\u2019", "\u201c", "\u201d"}


def without_control_characters(text):
    return "".join(c for c in text if unicodedata.category(c) != "Cc" or c in "\t\n\r")


def plain(text):
    """What is left of a question when everything invisible is taken away: two questions are near-duplicates if this is equal."""
    text = "".join(c for c in without_control_characters(text) if c not in ZERO_WIDTH)
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def kind_of_near_duplicate(text, original):
    if unicodedata.normalize("NFC", text) == original:
        return "near-duplicates: NFD for NFC"
    if " ".join(text.split()) == original:
        return "near-duplicates: white space"
    if without_control_characters(text) == original:
        return "near-duplicates: control characters"
    return "near-duplicates: other"


class Databases:
    """Opens each database once, read-only."""

    def __init__(self, directory):
        self.directory = directory
        self.open = {}

    def rows(self, db_id, sql, reverse=False):
        if db_id not in self.open:
            path = os.path.join(self.directory, db_id, db_id + ".sqlite")
            if not os.path.exists(path):
                sys.exit(f"{path} is missing: run make_database.py first")
            self.open[db_id] = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        connection = self.open[db_id]
        connection.execute(f"PRAGMA reverse_unordered_selects = {int(reverse)}")
        return connection.execute(sql).fetchall()


def failure_of(databases, record):
    """The kind of failure of a gold query, or None if it runs, says something and says it again.

    SQLite is asked to visit rows backwards the second time: a query whose answer depends on the order of equal
    rows (ORDER BY … LIMIT with ties) is then found out.
    """
    try:
        rows = databases.rows(record["db_id"], record["gold_sql"])
    except sqlite3.OperationalError as error:
        if "syntax error" in str(error):
            return "syntax error"
        return "unknown column" if "no such column" in str(error) else str(error)
    if not any(value is not None for row in rows for value in row):
        return "no row that is not null"
    again = databases.rows(record["db_id"], record["gold_sql"], reverse=True)
    return None if sorted(map(rounded, rows)) == sorted(map(rounded, again)) else "answer depends on row order"


def rounded(row):
    return repr([round(value, 9) if isinstance(value, float) else value for value in row])


def read_tasks(path, count):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    assert lines.pop() == "", "the file does not end with a line feed"
    for number, line in enumerate(lines, 1):
        count("lines")
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            count("malformed lines")
            if number in (1, len(lines)):
                count("malformed lines at an end of the file")
            continue
        yield record


def check_keys(record, count):
    unknown = set(record) - {"id", "db_id", "question", "gold_sql", "split"}
    missing = {"id", "db_id", "question", "split"} - set(record)
    if unknown or missing or record.get("split") not in ("train", "test"):
        count(f"{record.get('id')}: wrong keys")


def count_dirt_of_question(record, first_by_text, first_by_plain, count):
    text = record["question"]
    if text == "":
        return count("empty questions")
    if plain(text) == "":
        return count("white-space-only questions")
    if ZERO_WIDTH & set(text):
        count("questions with zero-width characters")
    if SMART_QUOTES & set(text):
        count("questions with smart quotes")
    if any("\uff01" <= c <= "\uff5e" for c in text):
        count("questions with full-width characters")
    original = first_by_text.setdefault(text, record)
    if original is not record:
        count("exact duplicates")
        if original["split"] != record["split"]:
            count("exact duplicates across the split")
    else:
        original = first_by_plain.setdefault(plain(text), record)
        if original is not record:
            count(kind_of_near_duplicate(text, original["question"]))
    if original.get("gold_sql") != record.get("gold_sql"):
        count(f"{record['id']}: another gold than {original['id']}")


def check_tasks(databases, count):
    ids, first_by_text, first_by_plain = set(), {}, {}
    for record in read_tasks(os.path.join(HERE, "tasks.jsonl"), count):
        count("tasks")
        check_keys(record, count)
        count(record["split"])
        if record["id"] in ids:
            count(f"{record['id']}: used twice")
        ids.add(record["id"])
        count_dirt_of_question(record, first_by_text, first_by_plain, count)
        if record.get("gold_sql") is None:
            count("without gold (null)" if "gold_sql" in record else "without gold (absent)")
            continue
        count("with gold")
        failure = failure_of(databases, record)
        if failure in ("syntax error", "unknown column"):
            count(f"gold that fails: {failure}")
        elif failure:
            count(f"{record['id']}: {failure}")
        else:
            count("gold that runs")
    return set(first_by_plain)


def check_examples(databases, questions_of_tasks, count):
    seen = set()
    with open(os.path.join(HERE, "examples.jsonl"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            record = json.loads(line)
            count("examples")
            if set(record) != {"db_id", "question", "gold_sql"}:
                count(f"example {number}: wrong keys")
            if plain(record["question"]) in questions_of_tasks | seen:
                count(f"example {number}: its question is in use")
            seen.add(plain(record["question"]))
            failure = failure_of(databases, record)
            if failure:
                count(f"example {number}: {failure}")


def main():
    if len(sys.argv) > 2 or sys.argv[1:2] in (["-h"], ["--help"]):
        sys.exit(__doc__)
    databases = Databases(sys.argv[1] if len(sys.argv) == 2 else os.path.join(HERE, "databases"))
    counts = {}

    def count(kind):
        counts[kind] = counts.get(kind, 0) + 1

    questions = check_tasks(databases, count)
    check_examples(databases, questions, count)
    for kind in list(EXPECTED) + sorted(set(counts) - set(EXPECTED)):
        print(f"{counts.get(kind, 0):4}  {kind}")
    wrong = [kind for kind in EXPECTED if counts.get(kind, 0) != EXPECTED[kind]]
    for kind in wrong:
        print(f"expected {EXPECTED[kind]} {kind}, found {counts.get(kind, 0)}", file=sys.stderr)
    unexpected = sorted(set(counts) - set(EXPECTED))
    for kind in unexpected:
        print(f"unexpected: {kind}", file=sys.stderr)
    return 1 if wrong or unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
