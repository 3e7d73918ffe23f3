#!/usr/bin/env python3
"""Checks that the short loop did what the long one does: the loss fell, eight questions were asked, a decision stands.

    python3 check_short.py RUN
"""

import json
import sys

run = sys.argv[1]


def read(name):
    with open(f"{run}/{name}", encoding="utf-8") as file:
        return json.load(file)


training, evaluation, decision = read("train/training.json"), read("reports/evaluation.json"), read("gates/decision.json")
losses = [point["loss"] for point in training["loss_curve"]]
models = {model["role"]: model["figures"]["test_exec_accuracy"]["rows"] for model in evaluation["models"]}
versions, data = training["versions"], [item["path"] for item in training["data"]]
checks = {
    f"there are ten steps: {len(losses)}": len(losses) == 10,
    f"the loss fell: {losses[0]:.3f} to {losses[-1]:.3f}": losses[-1] < losses[0],
    f"tokens of answers were counted: {training['tokens']}": training["train_tokens_per_sec"] > 0,
    f"the trainer is known: {versions}": {"mlx", "mlx-lm", "transformers"} <= set(versions),
    f"so is what it was given: {len(data)} files": any(path.endswith("chat/train.jsonl") for path in data),
    f"each model answered eight questions: {models}": models == {"student": 8, "baseline": 8, "teacher": 8},
    f"there is a decision: {decision['outcome']}": decision["exit_status"] in (0, 4, 5),
}
for words, holds in checks.items():
    print(f"{'ok' if holds else 'WRONG'}  {words}")
sys.exit(0 if all(checks.values()) else 1)
