#!/usr/bin/env python3
"""Trains all weights of a student with MLX-LM, and makes of them what serve.py serves.

    python3 train.py STUDENT EXPORT OUTPUT SEED

STUDENT is a folder with the files of transformers and model.gguf, EXPORT one that FastDistill has written. OUTPUT gets
model/model.gguf. One pass over the samples, but at least ten steps; MLX-LM says what the loss is.
"""

import glob
import os
import subprocess
import sys

BATCH = 4
PASSES = 1
LEAST_STEPS = 10

student, export, output, seed = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
with open(f"{export}/chat/train.jsonl", encoding="utf-8") as file:
    samples = sum(1 for _ in file)
steps = max(LEAST_STEPS, PASSES * samples // BATCH)

environment = dict(os.environ)
# The wheel of MLX links a plain BLAS; Debian's OpenBLAS is 19 times as fast.
fast = glob.glob("/usr/lib/*/openblas-serial/libopenblas.so.0")
if fast:
    environment["LD_PRELOAD"] = fast[0]


def mlx_lm(*arguments):
    subprocess.run([sys.executable, "-m", "mlx_lm", *arguments], check=True, env=environment)


mlx_lm("lora", "--train", "--fine-tune-type", "full", "--num-layers", "-1", "--mask-prompt",
       "--model", student, "--data", f"{export}/chat", "--adapter-path", f"{output}/adapter", "--seed", seed,
       "--batch-size", str(BATCH), "--iters", str(steps), "--learning-rate", "5e-5", "--steps-per-report", "1",
       "--val-batches", "1", "--steps-per-eval", str(steps), "--max-seq-length", "512")
mlx_lm("fuse", "--model", student, "--adapter-path", f"{output}/adapter", "--save-path", f"{output}/fused")
os.makedirs(f"{output}/model", exist_ok=True)
subprocess.run(
    [sys.executable, f"{here}/gguf_bridge.py", "pack", f"{student}/model.gguf", f"{output}/fused", f"{output}/model/model.gguf"],
    check=True)
