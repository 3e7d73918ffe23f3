"""Computes the canonical form again, with Python's tables, and compares it with vectors.json."""

import json
import pathlib
import sys
import unicodedata


def points(*ranges):
    return {chr(c) for first, last in ranges for c in range(first, last + 1)}


REMOVED = points(
    (0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x180E, 0x180E),
    (0x200B, 0x200B), (0x200E, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
)
SPACE = points(
    (0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
    (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000),
)
BREAK = points((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029))


def canonical(text, keep_line_breaks):
    words, gap = [""], ""
    for character in text:
        if character in REMOVED:
            continue
        if character in SPACE:
            gap += character
            continue
        if gap and words != [""]:
            words.append("\n" if keep_line_breaks and BREAK & set(gap) else " ")
        gap = ""
        words.append(character)
    return unicodedata.normalize("NFC", "".join(words))


def main():
    vectors = json.loads(pathlib.Path(__file__).with_name("vectors.json").read_text("utf-8"))
    wrong = 0
    for vector in vectors:
        got = canonical(vector["text"], vector.get("keep_line_breaks", False))
        if got != vector["canonical"]:
            print(f"{vector['case']}: {got!r} instead of {vector['canonical']!r}")
            wrong += 1
    print(f"{len(vectors)} vectors, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
