"""Writes numbers in all their forms, two a line, with the verdict that Python's fractions give.

    random_numbers.py SEED COUNT

Each line is a case of `comparisons.jsonl`. The forms are written from the value, so what a text means is known without
reading it: this program shares nothing with the plugin but the README.
"""

import json
import random
import sys
from fractions import Fraction

UNITS = {  # name: (kind, size in the smallest of the kind)
    "hours": ("time", 3600), "minutes": ("time", 60), "seconds": ("time", 1), "days": ("time", 86400),
    "meters": ("length", 1000), "cm": ("length", 10), "km": ("length", 1000000), "inches": ("length", Fraction("25.4")),
    "dollars": ("money", 100), "cents": ("money", 1), "kg": ("mass", 1000), "grams": ("mass", 1),
}


def digits(value):
    """A decimal that is not negative, without separators; None where it has no end."""
    denominator, places = value.denominator, 0
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
            places += 1
    if denominator != 1:
        return None
    scaled = value * 10**places
    text = str(scaled.numerator).rjust(places + 1, "0")
    whole, fraction = (text[:-places], text[-places:].rstrip("0")) if places else (text, "")
    return whole, fraction


def grouped(whole, separator):
    start = len(whole) % 3
    groups = ([whole[:start]] if start else []) + [whole[i : i + 3] for i in range(start, len(whole), 3)]
    return separator.join(groups)


def forms(value):
    """Ways to write a number that is not negative, none of which is ambiguous."""
    out = [f"{value.numerator}/{value.denominator}", f"\\frac{{{value.numerator}}}{{{value.denominator}}}"]
    whole, rest = divmod(value.numerator, value.denominator)
    if rest and whole:
        out += [f"{whole} {rest}/{value.denominator}", f"{whole}\\frac{{{rest}}}{{{value.denominator}}}"]
    decimal = digits(value)
    if decimal is None:
        return out
    whole, fraction = decimal
    point = "." + fraction if fraction else ""
    if len(fraction) != 3 or len(whole) > 3 or whole == "0":
        out += [whole + point, whole + point + "0000" * bool(fraction), whole + point + "e0"]
    if len(whole) > 3:
        for separator in " ", "'":
            out.append(grouped(whole, separator) + point)
        if fraction or len(whole) > 6:
            out += [grouped(whole, ",") + point, grouped(whole, ".") + ("," + fraction if fraction else "")]
    exponent = random.randint(-5, 5)
    shifted = digits(value / Fraction(10) ** exponent)
    out.append(f"{shifted[0]}.{shifted[1] or 0}e{exponent}")
    out.append(f"{shifted[0]}.{shifted[1] or 0} × 10^{{{exponent}}}")
    return out


def number():
    size = 10 ** random.choice([1, 2, 4, 7, 15, 60])
    denominator = random.choice([1, 1, 1, 2, 3, 4, 7, 8, 10, 100, 125, 10000])
    return Fraction(random.randint(0, size), denominator)


def verdict(left, right, units):
    """The values and units of both, as the README says."""
    same = left == right
    if units[0] is None or units[1] is None:
        return ("ok", "equal") if same else ("wrong", "differ")
    (kind, size), (other_kind, other_size) = UNITS[units[0]], UNITS[units[1]]
    if kind == other_kind and left * size == right * other_size:
        return ("ok", "equal") if same else ("ok", "equal_converted")
    return ("wrong", "unit_differs") if same else ("wrong", "differ")


def main(seed, count):
    random.seed(seed)
    for _ in range(count):
        left = number()
        units = [random.choice([None, *UNITS]), random.choice([None, *UNITS])]
        right = random.choice([left, left, left + random.choice([1, Fraction(1, 1000)]), number()])
        if None not in units and random.random() < 0.5:
            right = left * UNITS[units[0]][1] / UNITS[units[1]][1]
        signs = [random.choice(["", "", "", "-"])] * 2
        if random.random() < 0.1:
            signs[1] = "-" if signs[0] == "" else ""
        values = [value if sign == "" else -value for value, sign in zip((left, right), signs)]
        texts = [
            sign + random.choice(forms(value)) + (f" {unit}" if unit else "")
            for value, sign, unit in zip((left, right), signs, units)
        ]
        result = verdict(*values, units)
        print(
            json.dumps(
                {"answer": texts[0], "gold_answer": "#### " + texts[1], "verdict": result[0], "reason": result[1]},
                ensure_ascii=False))


main(int(sys.argv[1]), int(sys.argv[2]))
