"""Computes with SciPy the statistics that FastDistill computes itself.

    python scipy_figures.py < requests.json

Standard input is a list of requests, standard output the list of their answers:

    {"wilson": [successes, trials, confidence]}           [lower, upper]
    {"mcnemar": [wins, losses]}                           two-sided exact p value
    {"bootstrap": {value: rows, ...}, "confidence": c}    percentile interval of the mean, [lower, upper]
    {"binomial": [trials, p], "counts": [n0, n1, ...]}    p value of a chi-squared test that the counts are of it
    {"kappa": [[a, b], ...]}                              Cohen's kappa from the table of both raters
"""

import json
import sys

import numpy
import scipy.stats


def answer(request):
    if "wilson" in request:
        successes, trials, confidence = request["wilson"]
        interval = scipy.stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
        return [float(interval.low), float(interval.high)]
    if "mcnemar" in request:
        wins, losses = request["mcnemar"]
        return float(scipy.stats.binomtest(wins, wins + losses, 0.5).pvalue) if wins + losses else 1.0
    if "bootstrap" in request:
        rows = numpy.repeat([float(value) for value in request["bootstrap"]], list(request["bootstrap"].values()))
        interval = scipy.stats.bootstrap(
            (rows,), numpy.mean, n_resamples=9999, confidence_level=request["confidence"], method="percentile",
            batch=500, rng=numpy.random.default_rng(1)).confidence_interval
        return [float(interval.low), float(interval.high)]
    if "binomial" in request:
        trials, p = request["binomial"]
        counts = numpy.array(request["counts"])
        expected = scipy.stats.binom.pmf(numpy.arange(trials + 1), trials, p) * counts.sum()
        # Cells that hardly anything falls into are taken together, as the test asks for.
        cells = numpy.array([counts[expected >= 5], expected[expected >= 5]])
        rest = [counts.sum() - cells[0].sum(), expected.sum() - cells[1].sum()]
        cells = numpy.column_stack([cells, rest]) if rest[1] >= 1 else cells
        scaled = cells[1] * cells[0].sum() / cells[1].sum()
        return float(scipy.stats.chisquare(cells[0], scaled).pvalue)
    if "kappa" in request:
        labels = sorted({label for pair in request["kappa"] for label in pair})
        table = scipy.stats.contingency.crosstab(*zip(*request["kappa"]), levels=(labels, labels)).count
        shares = table / table.sum()
        chance = float(scipy.stats.contingency.expected_freq(shares).trace())
        return (float(shares.trace()) - chance) / (1 - chance)
    raise SystemExit(f"unknown request {request}")


print(json.dumps([answer(request) for request in json.load(sys.stdin)]))
