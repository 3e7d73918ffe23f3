#!/usr/bin/env python3
"""Makes a whole Text2SQL case out of real questions: the rows, what the models will say, and what must come of it.

    python3 text2sql_case.py DATA OUTPUT [LIMIT]

DATA has tasks.jsonl and databases/; the first LIMIT questions of it are taken, spread over all databases. Writes into
OUTPUT

    tasks.jsonl      the rows, with lines that cannot be read, questions that are too short, and questions asked twice
    script.json      the replies of teacher and judge, for chat_server.py
    expected.json    {"quality": reports/quality.json as it has to be, "rejected": […], "distilled": […], "hard_samples": […]}

The graph is Graphs/text2sql.yaml; what its nodes do is written down here once more, in Python, from the
specification: which candidate ends where is known from the kind of reply that it was given.
"""

import json
import os
import sqlite3
import sys
import unicodedata

NODES = [
    "canonical", "question_rules", "bad_question", "schema", "ids", "prompt", "teacher", "answer_rules", "bad_answer",
    "parse", "unparseable", "execute", "not_executable", "compare", "differs_from_gold", "gold_broken", "judge_prompt",
    "judge", "score", "judge_unclear", "judged_bad", "filtered", "best",
]
OUTCOMES = ["kept", "deferred", "not_selected", "rejected", "duplicate"]

# What the teacher says, by question: first and second candidate. Both cycles together give every pair.
FIRST = ["right", "fenced", "prose", "thinking", "wrong", "broken", "empty", "refusal", "right", "fenced"]
SECOND = ["right", "wrong", "empty", "fenced", "prose", "refusal", "thinking", "broken", "right"]
# What the judge says, by candidate.
MARKS = ["5", "4", "3", "1", "Score: 5", "2/5", "I cannot judge this query.", "It looks fine to me.", "5"]


def reply(kind, sql, wrong):
    return {
        "right": sql,
        "fenced": f"```sql\n{sql}\n```",
        "prose": f"Here is the query:\n\n```sql\n{sql};\n```\n\nIt gives what the question asks for.",
        "thinking": f"<think>\nThe tables are joined by their keys.\n</think>\n\n{sql}",
        "wrong": wrong,
        "broken": "SELECT name FROM a_table_that_is_not_there",
        "empty": "",
        "refusal": "I'm sorry, I cannot answer that with the tables I was given.",
    }[kind]


def score(mark):
    """The judge's mark out of 1 to 5, as a status and a score."""
    digits = {"5": 5, "4": 4, "3": 3, "1": 1, "Score: 5": 5, "2/5": 2}
    if mark in digits:
        return "ok", (digits[mark] - 1) / 4
    return ("refused" if mark.startswith("I cannot") else "unparseable"), None


class Databases:
    """Results of the gold queries."""

    def __init__(self, folder):
        self.folder = folder
        self.connections = {}
        self.results = {}

    def connection(self, name):
        if name not in self.connections:
            path = os.path.join(self.folder, name, name + ".sqlite")
            self.connections[name] = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
        return self.connections[name]

    def shape(self, name, sql):
        """(columns, rows, whether it is cheap), or None for a query that does not end soon."""
        if (name, sql) not in self.results:
            self.results[name, sql] = self.measure(name, sql)
        return self.results[name, sql]

    def measure(self, name, sql):
        thousands = 0

        def count():
            nonlocal thousands
            thousands += 1
            return thousands > 2000

        connection = self.connection(name)
        connection.set_progress_handler(count, 1000)
        try:
            cursor = connection.execute(sql)
            rows = cursor.fetchall()
        except sqlite3.OperationalError:
            return None
        return len(cursor.description), len(rows)

    def tables(self, name):
        return {row[0] for row in self.connection(name).execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def spread(tasks, limit):
    """The first questions of all databases in turn."""
    by_database = {}
    for task in tasks:
        by_database.setdefault(task["db_id"], []).append(task)
    taken, position = [], 0
    while len(taken) < min(limit, len(tasks)):
        taken += [group[position] for group in by_database.values() if position < len(group)]
        position += 1
    return taken[:limit]


class Case:
    def __init__(self, data, limit):
        self.databases = Databases(os.path.join(data, "databases"))
        with open(os.path.join(data, "tasks.jsonl"), encoding="utf-8") as file:
            tasks = [json.loads(line) for line in file]
        self.tasks = spread(tasks, limit)
        self.golds = {}
        for task in tasks:
            self.golds.setdefault(task["db_id"], []).append(task["gold_sql"])
        self.lines = []
        # For each line: its row id, the values of each facet, and the ends of its candidates.
        self.rows = []
        self.teacher, self.judge = {}, {}
        self.distilled, self.rejected, self.hard = [], [], []
        self.verdicts, self.marks = {}, {}
        self.stages = dict.fromkeys(["raw", "canonical", "teacher_candidates", "filtered", "distilled"], 0)

    # Lines.

    def make(self):
        for index, task in enumerate(self.tasks):
            self.add_dirt(index, task)
            self.add_task(index, task)

    def add_line(self, line, row_id, facets, ends):
        self.lines.append(line)
        self.rows.append((row_id, facets, ends))

    def end(self, row_id, candidate, outcome, node, code=None, hard=False):
        self.rejected.append([row_id, candidate, outcome, node, code])
        if hard:
            self.hard.append([row_id, node, code])
        return node, outcome, code

    def add_dirt(self, index, task):
        if index % 97 == 13:
            broken = [b'{"id": "cut off', b'{"id": "x", "db_id": "hr_1"}', b'{"id": "x", "db_id": 5, "question": "q?"}',
                      b'{"id": "x\xff", "db_id": "hr_1", "question": "Which?"}', b'["a list"]'][index // 97 % 5]
            row_id = f"tasks.jsonl:{len(self.lines) + 1}"
            self.rejected.append([row_id, 0, "rejected", "source", "malformed_row"])
            self.lines.append(broken)
            self.rows.append((row_id, {}, [("source", "rejected", "malformed_row")]))
        if index % 113 == 20:
            row_id = f"short-{index}"
            self.stages["raw"] += 1
            self.stages["canonical"] += 1
            text = ["Why?", "", " \t ", "   How  "][index // 113 % 4]
            ends = [self.end(row_id, 0, "rejected", "bad_question", "bad_question")]
            self.add_line(self.line(row_id, task["db_id"], text, "SELECT 1"), row_id, {}, ends)
        if index % 151 == 40:
            row_id = f"lost-{index}"
            self.stages["raw"] += 1
            self.stages["canonical"] += 1
            ends = [self.end(row_id, 0, "rejected", "schema", "unknown_database")]
            self.add_line(self.line(row_id, "atlantis", task["question"], None), row_id, {}, ends)
        if index % 61 == 30:
            first = self.tasks[index - 25]
            row_id = f"again-{index}"
            self.stages["raw"] += 1
            self.stages["canonical"] += 1
            text = "  " + first["question"].replace(" ", "\u200b \t", 1) + "\n"
            ends = [self.end(row_id, 0, "duplicate", "ids")]
            self.add_line(self.line(row_id, first["db_id"], text, None), row_id, {"schema.database": {first["db_id"]}}, ends)

    @staticmethod
    def line(row_id, database, question, gold):
        task = {"id": row_id, "db_id": database, "question": question}
        if gold is not None:
            task["gold_sql"] = gold
        return json.dumps(task, ensure_ascii=False).encode()

    def add_task(self, index, task):
        question, database, gold = task["question"], task["db_id"], task["gold_sql"]
        assert question == unicodedata.normalize("NFC", " ".join(question.split())), question
        shape = self.databases.shape(database, gold)
        kinds = [FIRST[index % len(FIRST)], SECOND[index // len(FIRST) % len(SECOND)]]
        if shape is None:
            kinds = ["empty", "refusal"]  # too slow to be run often
        wrong = self.another(index, database, shape)
        # Two candidates never have the same text, so that no two requests to the judge are the same.
        texts = [gold, gold.replace("SELECT", "select", 1)]
        replies = [
            reply(kind, text, [wrong, wrong.replace("SELECT", "select", 1)][candidate])
            for candidate, (kind, text) in enumerate(zip(kinds, texts))
        ]
        self.teacher.setdefault(question, []).append({"contains": self.telling_table(database), "replies": replies})
        # Which of them have a gold query, one that can be run?
        given = None if index % 5 == 1 else "SELECT broken FROM gone" if index % 41 == 7 else gold
        facets = {"schema.database": {database}}
        self.stages["raw"] += 1
        self.stages["canonical"] += 1
        self.stages["teacher_candidates"] += 2
        alive, ends = [], []
        for candidate, kind in enumerate(kinds):
            sql = wrong if kind == "wrong" else gold
            sql = sql.replace("SELECT", "select", 1) if candidate else sql
            end, mark = self.fate(index, task, candidate, kind, given, facets, sql)
            if end:
                ends.append(end)
            else:
                self.stages["filtered"] += 1
                rows = self.databases.shape(database, sql)[1]
                alive.append((-1 if mark is None else mark, rows, -candidate, sql))
        for place, (_, _, negative, sql) in enumerate(sorted(alive, reverse=True)):
            if place == 0:
                self.distilled.append([task["task_id"], -negative, sql])
                self.stages["distilled"] += 1
                ends.append((None, "kept", None))
            else:
                ends.append(self.end(task["task_id"], -negative, "not_selected", "best"))
        self.add_line(self.line(task["task_id"], database, question, given), task["task_id"], facets, ends)

    def another(self, index, database, shape):
        """A gold query of another question of the database, whose result cannot be taken for this one's."""
        golds = self.golds[database]
        for step in range(len(golds)):
            other = golds[(index + step) % len(golds)]
            found = self.databases.shape(database, other)
            if found and found != shape:
                return other
        raise AssertionError(f"{database}: all gold queries look alike")

    def telling_table(self, database):
        """What stands in the schema of this database, and in no schema of one with a question in common."""
        return {"college_1": "DEPARTMENT(", "college_2": "department("}.get(database, "")

    def fate(self, index, task, candidate, kind, gold, facets, sql):
        """Where a candidate ends, or nothing; and its score."""
        row_id = task["task_id"]

        def rejected(node, code, hard=False):
            return self.end(row_id, candidate, "rejected", node, code, hard)

        if kind == "empty":
            return rejected("bad_answer", "bad_answer"), None
        if kind == "refusal":
            return rejected("unparseable", "unparseable"), None
        if kind == "broken":
            return rejected("not_executable", "not_executable"), None
        if gold is not None:
            verdict = "undecidable" if "gone" in gold else "wrong" if kind == "wrong" else "ok"
            self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1
            if verdict == "wrong":
                return rejected("differs_from_gold", "differs_from_gold"), None
            if verdict == "undecidable":
                return rejected("gold_broken", "gold_broken", hard=True), None
            return None, None
        mark = MARKS[(index // 5 + candidate) % len(MARKS)]
        self.judge.setdefault(task["question"], []).append(
            {"contains": f"<query>\n{sql}", "replies": [mark]})
        status, value = score(mark)
        facets.setdefault("score.status", set()).add(status)
        marked = "undecidable" if value is None else "ok" if value >= 0.75 else "wrong"
        self.marks[marked] = self.marks.get(marked, 0) + 1
        if value is None:
            return rejected("judge_unclear", "judge_unclear", hard=True), None
        if value < 0.7:
            return rejected("judged_bad", "judged_bad"), None
        return None, value

    # Books.

    @staticmethod
    def tally():
        return {"in": 0, "out": 0, "deferred": 0, "not_selected": 0, "rejected": 0, "duplicate": 0}

    @staticmethod
    def count(tally, outcome, code):
        """Adds one source row to a tally."""
        tally["in"] += 1
        tally["out" if outcome == "kept" else outcome] += 1
        if code:
            codes = tally.setdefault("codes", {})
            codes[code] = codes.get(code, 0) + 1

    @staticmethod
    def first(ends):
        """The end that counts: by outcome, then the latest node, then the lowest candidate."""
        return min(enumerate(ends), key=lambda item: (
            OUTCOMES.index(item[1][1]), -NODES.index(item[1][0]) if item[1][0] in NODES else 0, item[0]))[1]

    def quality(self):
        run, nodes = self.tally(), {name: self.tally() for name in ["source"] + NODES}
        facets = {}
        for _, values, ends in self.rows:
            _, outcome, code = self.first(ends)
            self.count(run, outcome, code)
            for facet, value in ((facet, value) for facet, several in values.items() for value in several):
                self.count(facets.setdefault(facet, {}).setdefault(value, self.tally()), outcome, code)
            self.walk(nodes, ends)
        self.stages["rejected"] = len(self.rejected)
        self.stages["hard_samples"] = len(self.hard)
        # There is one task, so its books are those of the run.
        whole = {
            "source_rows": run["in"],
            "outcomes": {outcome: run["out" if outcome == "kept" else outcome] for outcome in OUTCOMES},
            "rejected_by_code": run.get("codes", {}),
            "balanced": True,
            "verdicts": {"compare": self.verdicts, "score": self.marks},
        }
        return {
            "format": "fastdistill.quality/2",
            **whole,
            "stages": {name: count for name, count in self.stages.items() if count},
            "nodes": [{"node": name, "books": tally} for name, tally in nodes.items()],
            "facets": facets,
            "tasks": {"text2sql": whole},
        }

    def walk(self, nodes, ends):
        """Counts a source row at every node that one of its candidates came to."""
        for name in ["source"] + NODES:
            here = [end for end in ends if end[0] == name]
            rest = [end for end in ends if end[0] != name]
            if rest:
                self.count(nodes[name], "kept", None)
            else:
                _, outcome, code = self.first(here)
                self.count(nodes[name], outcome, code)
                return
            ends = rest


def main(data, output, limit):
    case = Case(data, limit)
    case.make()
    with open(os.path.join(output, "tasks.jsonl"), "wb") as file:
        file.write(b"".join(line + b"\n" for line in case.lines))
    write = lambda name, value: json.dump(value, open(os.path.join(output, name), "w", encoding="utf-8"))
    write("script.json", {
        "question": {
            "teacher-model": r"Question: ([^\n]*)\nSQL:$",
            "judge-model": r"<question>\n([^\n]*)\n</question>",
        },
        "replies": {"teacher-model": case.teacher, "judge-model": case.judge},
        "latency_ms": [0, 12],
    })
    write("expected.json", {
        "quality": case.quality(), "rejected": sorted(case.rejected, key=str),
        "distilled": sorted(case.distilled), "hard_samples": sorted(case.hard),
    })


main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 10**9)
