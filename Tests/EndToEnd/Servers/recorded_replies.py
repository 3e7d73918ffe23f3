#!/usr/bin/env python3
"""Prints how many replies of each model are in a store of replies or on their way into it, as JSON.

    python3 recorded_replies.py REPLIES.sqlite
"""

import collections
import glob
import json
import os
import sqlite3
import sys

models = {}
if os.path.exists(sys.argv[1]):
    connection = sqlite3.connect(sys.argv[1])
    if connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'replies'").fetchone()[0]:
        models = dict(connection.execute("SELECT lower(hex(key)), model FROM replies WHERE code IS NULL"))
for path in glob.glob(glob.escape(sys.argv[1]) + ".intake-*"):
    with open(path) as file:
        for line in file.read().split("\n")[:-1]:
            _, key, _, code, _, _, _, _, _, model, *_ = json.loads(line)
            if code is None:
                models[key] = model
print(json.dumps(collections.Counter(models.values())))
