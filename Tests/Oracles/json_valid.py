"""Says of each line of standard input whether it is JSON: a list of booleans.

Python's parser knows no bounds for numbers, which is what makes it the oracle here.
"""
import json
import sys


def is_json(text):
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


print(json.dumps([is_json(line.rstrip("\n")) for line in sys.stdin]))
