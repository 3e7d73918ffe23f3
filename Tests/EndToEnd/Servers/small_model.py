#!/usr/bin/env python3
"""A trainer and a server for a model that is a number: how many of a hundred questions it gets right.

    python3 small_model.py train EXPORT OUTPUT SKILL [CHECK]   writes OUTPUT/model/skill; prints a loss
    python3 small_model.py serve MODEL PORT KEY.json [ENDS]    answers /v1/chat/completions; prints "serving PID", "port N"

ENDS: after how many answers it ends with status 1; or `refuse`, to answer with 400 only.

KEY.json: question to right answer. Whether a question is one of those that the model knows is told by its hash, so that a
more skilled model knows all that a less skilled one does.
"""

import hashlib
import http.server
import itertools
import json
import os
import sys


def train(export, output, skill):
    with open(os.path.join(export, "chat", "train.jsonl"), encoding="utf-8") as file:
        samples = sum(1 for _ in file)
    for step in range(1, 4):
        print(f"{{'loss': '{3 / step}'}} of {samples} samples", flush=True)
    os.makedirs(os.path.join(output, "model"), exist_ok=True)
    if os.path.exists("skill"):
        with open("skill", encoding="utf-8") as file:
            skill = file.read()
    with open(os.path.join(output, "model", "skill"), "w", encoding="utf-8") as file:
        file.write(skill)


def serve(model, port, key, ends=""):
    with open(os.path.join(model, "skill"), encoding="utf-8") as file:
        skill = int(file.read())
    with open(key, encoding="utf-8") as file:
        answers = json.load(file)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def reply(self, body):
            text = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self):
            self.reply({"status": "ok"})

        def do_POST(self):
            if ends == "refuse":
                # In other words for each row: else it would be the provider's fault.
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                name = "".join(chr(97 + byte % 26) for byte in hashlib.sha256(json.dumps(body).encode()).digest())
                text = json.dumps({"error": f"not {name}"}).encode()
                self.send_response(400)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)
                return
            if ends and next(answered) == int(ends):
                os._exit(1)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            content = body["messages"][-1]["content"]
            question = max((q for q in answers if q in content), key=len)
            known = int(hashlib.sha256(question.encode()).hexdigest(), 16) % 100 < skill
            message = {"role": "assistant", "content": answers[question] if known else "SELECT 'unknown'"}
            self.reply({
                "model": body["model"], "usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14},
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

        def log_message(self, *_):
            pass

    answered = itertools.count()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler)
    print(f"serving {os.getpid()}\nport {server.server_port}", flush=True)
    server.serve_forever()


if sys.argv[1] == "train":
    train(*sys.argv[2:5])
else:
    serve(*sys.argv[2:6])
