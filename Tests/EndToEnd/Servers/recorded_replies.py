#!/usr/bin/env python3
"""Prints how many replies of each model are in a store of replies, as JSON.

    python3 recorded_replies.py REPLIES.sqlite
"""

import json
import os
import sqlite3
import sys

counts = {}
if os.path.exists(sys.argv[1]):
    connection = sqlite3.connect(sys.argv[1])
    if connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'replies'").fetchone()[0]:
        counts = dict(connection.execute("SELECT model, count(*) FROM replies WHERE code IS NULL GROUP BY model"))
print(json.dumps(counts))
