#!/usr/bin/env python3
"""Writes two databases and the pairs of statements that the benchmark judges: make_data.py FOLDER.

`small` has three tables of up to 400 rows, as most databases of Spider do; `large` has 200,000 rows. Predictions are the gold
query written otherwise (half of them), with other rows, in another order, or wrong. Nothing in them is rewritten by the
official evaluators, so that all three verdicts come from the same texts.
"""
import os
import random
import sqlite3
import sys

SCHEMA = """
CREATE TABLE station(id INTEGER PRIMARY KEY, name TEXT, city TEXT, docks INTEGER, opened TEXT);
CREATE TABLE rider(id INTEGER PRIMARY KEY, name TEXT, age INTEGER, town TEXT);
CREATE TABLE trip(id INTEGER PRIMARY KEY, rider INTEGER REFERENCES rider(id), start INTEGER REFERENCES station(id),
                  stop INTEGER REFERENCES station(id), minutes INTEGER, km REAL);
"""
GOLDS = [
    "SELECT name, docks FROM station WHERE docks > {a}",
    "SELECT count(*) FROM trip WHERE minutes > {b}",
    "SELECT city, count(*) FROM station WHERE id > {a} GROUP BY city",
    "SELECT T1.name, T2.minutes FROM rider AS T1 JOIN trip AS T2 ON T1.id = T2.rider WHERE T2.minutes = {b}",
    "SELECT avg(km), max(minutes) FROM trip WHERE start = {c}",
    "SELECT name FROM rider WHERE age > {a} ORDER BY age, id",
    "SELECT town, avg(age) FROM rider WHERE id <> {b} GROUP BY town HAVING count(*) > 2",
    "SELECT name FROM station WHERE id NOT IN (SELECT start FROM trip WHERE minutes < {b})",
    "SELECT T1.city, sum(T2.km) FROM station AS T1 JOIN trip AS T2 ON T1.id = T2.start WHERE T2.minutes < {b} "
    "GROUP BY T1.city ORDER BY T1.city",
    "SELECT name, city, opened FROM station WHERE id = {c}",
]
FORMS = [
    lambda gold: gold.replace("SELECT", "select").replace("FROM", "from"),
    lambda gold: gold.replace(" WHERE ", " WHERE 1 = 1 AND ", 1),
    lambda gold: gold + " ",
    lambda gold: gold.replace("  ", " ").replace(", ", ","),
    lambda gold: gold.replace("T1", "a").replace("T2", "b"),
    lambda gold: gold.replace("> ", "> 3 + ", 1).replace("< ", "< 2 + ", 1).replace("= {", "= 1 + {"),
    lambda gold: gold.replace("SELECT ", "SELECT 1, ", 1),
    lambda gold: f"SELECT * FROM ({gold}) ORDER BY 1 DESC",
    lambda gold: f"SELECT * FROM ({gold}) LIMIT 3",
    lambda gold: gold.replace("name", "nome", 1).replace("count(*)", "count(everything)"),
]


def database(folder, name, riders, stations, trips):
    os.makedirs(f"{folder}/{name}", exist_ok=True)
    path = f"{folder}/{name}/{name}.sqlite"
    if os.path.exists(path):
        os.remove(path)
    chance = random.Random(7)
    towns = [f"Town {i}" for i in range(12)]
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO station VALUES (?, ?, ?, ?, ?)",
            ((i, f"Station {i}", chance.choice(towns), chance.randint(5, 60), f"20{chance.randint(10, 24)}-01-01")
             for i in range(stations)))
        connection.executemany(
            "INSERT INTO rider VALUES (?, ?, ?, ?)",
            ((i, f"Rider {chance.randint(0, riders)}", chance.randint(14, 80), chance.choice(towns))
             for i in range(riders)))
        connection.executemany(
            "INSERT INTO trip VALUES (?, ?, ?, ?, ?, ?)",
            ((i, chance.randrange(riders), chance.randrange(stations), chance.randrange(stations),
              chance.randint(1, 90), round(chance.uniform(0.1, 30), 2)) for i in range(trips)))


def pairs(folder, name, golds, predictions, stations):
    """A file of pairs: so many different gold queries, each with so many predictions."""
    chance = random.Random(11)
    seen, lines = set(), []
    while len(seen) < golds:
        gold = chance.choice(GOLDS).format(
            a=f"{chance.randint(1, 60)}.{len(seen)}", b=f"{chance.randint(2, 80)} + {len(seen)} * 0",
            c=f"{chance.randrange(stations)} + {len(seen)} * 0")
        if gold not in seen:
            seen.add(gold)
            for form in chance.sample(FORMS, predictions):
                lines.append(f"{name}\t{form(gold)}\t{gold}\n")
    with open(f"{folder}/{name}-{'distinct' if predictions == 1 else 'repeated'}.tsv", "w") as file:
        file.writelines(lines)


folder = sys.argv[1]
database(folder, "small", 200, 60, 400)
database(folder, "large", 20_000, 400, 180_000)
for name, golds, stations in [("small", 4000, 60), ("large", 100, 400)]:
    pairs(folder, name, golds, 1, stations)
    pairs(folder, name, golds // 8, 8, stations)
