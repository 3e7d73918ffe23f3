#!/usr/bin/env python3
"""Trains all weights of a student with MLX-LM, and makes of them what serve.py serves.

    python3 train.py STUDENT EXPORT OUTPUT SEED

STUDENT is a folder with the files of transformers and model.gguf, EXPORT one that FastDistill has written. OUTPUT gets
model/model.gguf. One pass over the samples, but at least ten steps. For each it prints the loss and how many tokens of answers
have been trained on.
"""

import glob
import os
import subprocess
import sys
import types

BATCH = 4
PASSES = 1
LEAST_STEPS = 10

# The wheel of MLX links a plain BLAS; Debian's OpenBLAS is 19 times as fast. It has to be there before Python is.
fast = glob.glob("/usr/lib/*/openblas-serial/libopenblas.so.0")
if fast and os.environ.get("LD_PRELOAD") != fast[0]:
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "LD_PRELOAD": fast[0]})

import numpy
from mlx_lm import lora
from mlx_lm.tuner.callbacks import TrainingCallback
from mlx_lm.tuner.datasets import load_dataset
from mlx_lm.utils import load

student, export, output, seed = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
with open(f"{export}/chat/train.jsonl", encoding="utf-8") as file:
    samples = sum(1 for _ in file)
steps = max(LEAST_STEPS, PASSES * samples // BATCH)


class Steps(TrainingCallback):
    def on_train_loss_report(self, info):
        print(f"step {info['iteration']}: loss {info['train_loss']}, {int(info['trained_tokens'])} tokens", flush=True)


settings = types.SimpleNamespace(**{
    **lora.CONFIG_DEFAULTS, "train": True, "fine_tune_type": "full", "num_layers": -1, "mask_prompt": True, "model": student,
    "data": f"{export}/chat", "adapter_path": f"{output}/adapter", "seed": int(seed), "batch_size": BATCH, "iters": steps,
    "learning_rate": 5e-5, "steps_per_report": 1, "val_batches": 1, "steps_per_eval": steps, "max_seq_length": 512})
numpy.random.seed(settings.seed)
model, tokenizer = load(student)
train_set, validation_set, _ = load_dataset(settings, tokenizer)
lora.train_model(settings, model, train_set, validation_set, Steps())

fused = [sys.executable, "-m", "mlx_lm", "fuse", "--model", student, "--adapter-path", f"{output}/adapter"]
subprocess.run([*fused, "--save-path", f"{output}/fused"], check=True)
os.makedirs(f"{output}/model", exist_ok=True)
subprocess.run(
    [sys.executable, f"{here}/gguf_bridge.py", "pack", f"{student}/model.gguf", f"{output}/fused", f"{output}/model/model.gguf"],
    check=True)
