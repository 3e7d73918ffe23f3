#!/usr/bin/env python3
"""Random pairs of statements with the verdicts of two evaluators, as plain Python finds them.

    official_verdicts.py FOLDER SEED COUNT

Makes the database `odd` in FOLDER and prints a JSON object a line: sql, gold_sql, spider_ts, bird_ex (true, false, or null
where the evaluator crashes). This knows nothing of the plugin. It is written from the description of the evaluators: it tries all
orders of columns one by one, and lets Python compare.
"""
import itertools
import json
import os
import random
import re
import sqlite3
import sys
from collections import Counter

VALUES = [
    "NULL", "0", "1", "2", "10", "100", "1.0", "2.0", "10.0", "0.5", "-0.0", "0.1 + 0.2", "0.3", "9e999", "-9e999", "1e20",
    "9007199254740993", "9007199254740992.0", "9223372036854775807", "9223372036854775808.0", "'1'", "'1.0'", "''", "'a'",
    "'A'", "'a '", "'ä'", "'order by'", "'distinct'", "'x > = y'", "x'61'", "x''", "x'5c27ff'", "CAST(x'61ff' AS TEXT)",
    "CAST(x'61' AS TEXT)", "CAST(x'e282' AS TEXT)",
]
COLUMNS = ["a", "b", "c", "d", "n", "n * 1.0", "NULL", "count(*)", "sum(n)", "avg(n)", "'order by'", "typeof(a)"]


def make(path, chance):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE t(a, b, c, d, n INTEGER)")
        for _ in range(40):
            cells = [chance.choice(VALUES) for _ in range(4)] + [str(chance.randint(1, 4))]
            connection.execute(f"INSERT INTO t VALUES ({', '.join(cells)})")


def statement(chance):
    columns = chance.choices(COLUMNS, weights=[9, 6, 4, 3, 5, 4, 1, 1, 1, 1, 1, 1], k=chance.randint(1, 4))
    text = chance.choice(["SELECT ", "SELECT ", "SELECT DISTINCT ", "select Distinct "]) + ", ".join(columns) + " FROM t"
    if chance.random() < 0.4:
        text += chance.choice([" WHERE n > 2", " WHERE n > = 3", " WHERE n ! = 1", " WHERE a IS NULL", " WHERE n = 9"])
    if chance.random() < 0.3:
        text += chance.choice([" GROUP BY n", " GROUP BY a, b", " GROUP BY typeof(a)"])
    if chance.random() < 0.4:
        text += chance.choice([" ORDER BY 1", " order by 1 DESC", " ORDER  BY 1", " ORDER BY n, rowid", "\nORDER\nBY 1"])
    if chance.random() < 0.2:
        text += chance.choice([" LIMIT 3", " LIMIT 0", " LIMIT 1 OFFSET 2"])
    return text


def changed(text, chance):
    head, rest = text.split(" FROM ", 1)
    word, columns = re.match(r"(?i)(select(?: distinct)? )(.*)", head).groups()
    columns = columns.split(", ")
    kind = chance.randrange(12)
    if kind == 0:
        chance.shuffle(columns)
    elif kind == 1:
        columns = columns[:-1] or ["1"]
    elif kind == 2:
        columns[0] = f"({columns[0]}) * 1.0"
    elif kind == 3:
        columns[0] = f"CAST({columns[0]} AS TEXT)"
    elif kind == 4:
        word = "SELECT " if "istinct" in word.lower() else "SELECT DISTINCT "
    text = f"{word}{', '.join(columns)} FROM {rest}"
    if kind == 5:
        text = re.sub(r"(?i)\s*order\s+by[^\n]*$", "", text)
    elif kind == 6:
        text = f"SELECT * FROM ({text})"
    elif kind == 7:
        text = f"SELECT * FROM ({text}) UNION ALL SELECT * FROM ({text})"
    elif kind == 8:
        text = chance.choice(["", " ", "-- nothing", "SELECT", "SELECT x FROM nowhere", "SELECT ?", ";"])
    elif kind == 9:
        text += chance.choice([";", "; ", ";;", "; SELECT 1", " -- 'distinct'", " /* ORDER BY */", "; -- done"])
    elif kind == 10:
        text = chance.choice([";", "-- first\n", "/* DISTINCT */ "]) + text
    return text


def pieces(text):
    """Quoted texts, comments, words and single characters."""
    return re.findall(r"'(?:''|[^'])*'|\"(?:\"\"|[^\"])*\"|--[^\n\r]*|/\*.*?\*/|\w+|.", text, re.DOTALL)


def as_spider_runs(text):
    for loose, tight in [("> =", ">="), ("< =", "<="), ("! =", "!=")]:
        text = text.replace(loose, tight)
    if not text.strip():
        raise ValueError("no statement")
    kept = []
    for piece in pieces(text):
        if piece.lower() != "distinct":
            kept.append(piece)
        if piece == ";":
            break
    return "".join(kept)


def run(path, text, is_lenient):
    connection = sqlite3.connect(path)
    if is_lenient:
        connection.text_factory = lambda data: data.decode(errors="ignore")
    try:
        return connection.execute(text).fetchall()
    except (sqlite3.Error, sqlite3.Warning):
        return None
    finally:
        connection.close()


def in_one_order(row):
    return tuple(sorted(row, key=lambda value: str(value) + str(type(value))))


def are_equal(gold, given, is_ordered):
    if not gold and not given:
        return True
    if len(gold) != len(given) or len(gold[0]) != len(given[0]):
        return False
    first, second = [in_one_order(row) for row in gold], [in_one_order(row) for row in given]
    if first != second if is_ordered else set(first) != set(second):
        return False
    for order in itertools.permutations(range(len(gold[0]))):
        rows = [tuple(row[index] for index in order) for row in given]
        if rows == gold if is_ordered else Counter(rows) == Counter(gold):
            return True
    return False


def spider(path, prediction, gold):
    try:
        prediction, gold = as_spider_runs(prediction), as_spider_runs(gold)
    except ValueError:
        return None
    wanted = run(path, gold, True)
    if wanted is None:
        return None
    given = run(path, prediction, True)
    return given is not None and are_equal(wanted, given, "order by" in gold.lower())


def bird(path, prediction, gold):
    given, wanted = run(path, prediction, False), run(path, gold, False)
    return given is not None and wanted is not None and set(given) == set(wanted)


def main():
    folder, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    os.makedirs(f"{folder}/odd")
    path = f"{folder}/odd/odd.sqlite"
    make(path, chance)
    for _ in range(count):
        gold = statement(chance)
        prediction = gold if chance.random() < 0.8 else statement(chance)
        prediction = changed(prediction, chance)
        if chance.random() < 0.1:
            gold = changed(gold, chance)
        print(json.dumps({
            "sql": prediction, "gold_sql": gold, "spider_ts": spider(path, prediction, gold),
            "bird_ex": bird(path, prediction, gold)}))


main()
