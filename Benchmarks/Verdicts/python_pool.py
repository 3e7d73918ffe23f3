#!/usr/bin/env python3
"""BIRD's way to judge pairs: a process pool, a time-out thread for each pair, a connection for each pair, sets of rows.

    python_pool.py FOLDER PAIRS
"""
import multiprocessing
import resource
import sqlite3
import sys

from func_timeout import FunctionTimedOut, func_timeout


def execute(path, prediction, gold):
    connection = sqlite3.connect(path)
    cursor = connection.cursor()
    given = cursor.execute(prediction).fetchall()
    wanted = cursor.execute(gold).fetchall()
    connection.close()
    return set(given) == set(wanted)


def judge(pair):
    try:
        return func_timeout(30, execute, args=pair)
    except (FunctionTimedOut, sqlite3.Error):
        return False


def cpu():
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


if __name__ == "__main__":
    folder, file = sys.argv[1:]
    pairs = [line.rstrip("\n").split("\t") for line in open(file)]
    pairs = [(f"{folder}/{name}/{name}.sqlite", prediction, gold) for name, prediction, gold in pairs]
    start = cpu()
    with multiprocessing.Pool(1) as pool:
        equal = sum(pool.map(judge, pairs))
        pool.close()
        pool.join()
    print(len(pairs), equal, round((cpu() - start) * 1e9))
