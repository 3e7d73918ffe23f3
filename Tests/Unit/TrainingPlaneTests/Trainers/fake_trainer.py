"""Behaves like a trainer: prints what TRL prints and writes the checkpoints that transformers writes.

    python fake_trainer.py OUTPUT BEHAVIOUR [--resume_from_checkpoint FOLDER]

Behaviours: good, late-nan, nan, nan-checkpoint, rising, hang, fail, no-model, until-interrupted.
"""

import json
import os
import signal
import subprocess
import sys
import time

output, behaviour = sys.argv[1], sys.argv[2]
start = 0
history = []
if "--resume_from_checkpoint" in sys.argv:
    with open(os.path.join(sys.argv[-1], "trainer_state.json"), encoding="utf-8") as file:
        state = json.load(file)
    start, history = state["global_step"], state["log_history"]
print(f"seed {os.environ.get('SEED')} from {start}", flush=True)


def loss_of(step):
    if behaviour == "nan" and step == 3:
        return float("nan")
    if behaviour == "nan-checkpoint" and step == 4:
        return float("nan")
    if behaviour == "rising":
        return 1.0 if step <= 10 else 5.0
    return round(3 / step, 4)


def save(step):
    folder = os.path.join(output, f"checkpoint-{step}")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "trainer_state.json")
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump({"global_step": step, "log_history": history}, file, indent=2)
    os.rename(path + ".part", path)


steps = 40 if behaviour == "rising" else 6
for step in range(start + 1, steps + 1):
    loss = loss_of(step)
    history.append({"step": step, "loss": loss, "num_tokens": 100.0 * step, "note": "NaN \" is no number"})
    if behaviour != "nan-checkpoint":
        print(f"{{'loss': '{loss}', 'grad_norm': '1.5', 'num_tokens': '{100.0 * step}'}}", flush=True)
    if step % 2 == 0:
        save(step)
    if behaviour == "fail" and step == 3:
        sys.exit("out of memory")
if behaviour in ("nan", "nan-checkpoint", "rising", "hang", "until-interrupted"):
    # It never ends by itself, and has started something that does not either.
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    with open(os.path.join(output, "child"), "w", encoding="utf-8") as file:
        file.write(str(child.pid))
    with open(os.path.join(output, "waiting"), "w", encoding="utf-8") as file:
        file.write("1")
    signal.pause()
history.append({"step": steps, "train_runtime": 1.0, "train_loss": 1.0})
save(steps)
if behaviour != "no-model":
    with open(os.path.join(output, "model.bin"), "w", encoding="utf-8") as file:
        file.write("weights")
if behaviour == "late-nan":
    sys.stdout.write("progress 0123456789 0123456789 0123456789\n" * 100_000 + "'loss': 'nan'")
