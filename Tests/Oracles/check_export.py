"""Reads an export as trainers do, and prints what is in it.

    python check_export.py FOLDER

With json, pyarrow and `datasets`; with the last one also by the data set card, as `load_dataset(FOLDER)` does. Each form has
to have the same samples in JSON lines and in Parquet, and the shape that its readers document:

- TRL: `messages`, or `prompt` and `completion`, lists of {role, content} (docs/source/dataset_formats.md)
- LLaMA-Factory: an entry of dataset_info.json whose file, columns and tags fit (data/README.md)
- Axolotl: `type: chat_template` over `messages`
- MLX-LM: a folder with train.jsonl, valid.jsonl, test.jsonl (mlx_lm/LORA.md)
- OpenAI: one {"messages": [...]} a line and nothing else, ending with the assistant
"""

import hashlib
import json
import os
import sys
import tempfile

import pyarrow.parquet


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def check(condition, what):
    if not condition:
        raise SystemExit(f"check_export: {what}")


def check_messages(messages, roles, where):
    check(messages and isinstance(messages, list), f"{where}: no messages")
    for message in messages:
        check(sorted(message) == ["content", "role"], f"{where}: {sorted(message)}")
        check(message["role"] in roles and isinstance(message["content"], str), f"{where}: {message['role']}")


def check_forms(folder, split, samples):
    every = {"system", "user", "assistant", "tool"}
    for sample in samples["chat"]:
        check(list(sample) == ["messages"], f"OpenAI wants only messages, not {list(sample)}")
        check_messages(sample["messages"], every, split)
        check(sample["messages"][-1]["role"] == "assistant", f"{split}: it does not end with the assistant")
    for sample, chat in zip(samples["prompt_completion"], samples["chat"], strict=True):
        check(list(sample) == ["prompt", "completion"], f"{list(sample)}")
        check_messages(sample["prompt"], every, split)
        check_messages(sample["completion"], {"assistant"}, split)
        check(sample["prompt"] + sample["completion"] == chat["messages"], f"{split}: the forms differ")


def check_factory(folder, samples):
    with open(os.path.join(folder, "dataset_info.json"), encoding="utf-8") as file:
        info = json.load(file)
    for entry in info.values():
        path = os.path.join(folder, entry["file_name"])
        check(entry["formatting"] == "sharegpt", "LLaMA-Factory reads messages as sharegpt")
        tags = entry["tags"]
        for sample in lines(path):
            for message in sample[entry["columns"]["messages"]]:
                role = message[tags["role_tag"]]
                check(role in {tags["user_tag"], tags["assistant_tag"], tags["system_tag"]}, role)
                check(isinstance(message[tags["content_tag"]], str), "content")
    return sorted(info)


def load(folder):
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_DATASETS_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as cache:
        os.environ["HF_HOME"] = cache
        import datasets

        datasets.disable_progress_bars()
        counts = {}
        for form in ("chat", "prompt_completion"):
            by_card = datasets.load_dataset(folder, form, cache_dir=cache)
            counts[form] = {split: len(rows) for split, rows in by_card.items()}
            by_lines = datasets.load_dataset(os.path.join(folder, form), cache_dir=cache)
            check(
                {split: rows.to_list() for split, rows in by_card.items()}
                == {split: rows.to_list() for split, rows in by_lines.items()},
                f"{form}: datasets reads something else from JSON lines than from Parquet")
        return counts


folder = sys.argv[1]
with open(os.path.join(folder, "export.json"), encoding="utf-8") as file:
    record = json.load(file)
check(record["complete"] is True, "the record is not complete")
for entry in record["files"]:
    with open(os.path.join(folder, entry["path"]), "rb") as file:
        check(hashlib.sha256(file.read()).hexdigest() == entry["sha256"], f"sha256 of {entry['path']}")
found = {}
for split in ("train", "valid", "test"):
    if not os.path.exists(os.path.join(folder, "chat", f"{split}.jsonl")):
        continue
    samples = {form: lines(os.path.join(folder, form, f"{split}.jsonl")) for form in ("chat", "prompt_completion")}
    for form, rows in samples.items():
        table = pyarrow.parquet.read_table(os.path.join(folder, "parquet", form, f"{split}.parquet"))
        check(table.to_pylist() == rows, f"{form} {split}: Parquet and JSON lines differ")
    check_forms(folder, split, samples)
    found[split] = samples["chat"]
print(json.dumps({
    "rows": {split: len(rows) for split, rows in found.items()}, "factory": check_factory(folder, found),
    "datasets": load(folder), "first": found["train"][0]}))
