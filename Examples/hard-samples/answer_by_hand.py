"""Stands in for two models: answers the questions of tasks.jsonl with what answers.jsonl has for them.

    python3 answer_by_hand.py [PORT]

An OpenAI-compatible /v1/chat/completions on the loopback, for recording replies.jsonl (README.md).
"""

import http.server
import json
import os
import sys


def lines(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


QUESTIONS = {task["id"]: task["question"] for task in lines("tasks.jsonl")}
ANSWERS = {(line["model"], QUESTIONS[line["id"]]): line["replies"] for line in lines("answers.jsonl")}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        replies = ANSWERS[(body["model"], body["messages"][-1]["content"])]
        choices = []
        for index, reply in enumerate(replies[: body.get("n", 1)]):
            reply = {"text": reply} if isinstance(reply, str) else reply
            message = {"role": "assistant", "content": reply["text"]}
            choices.append({"index": index, "message": message, "finish_reason": reply.get("finish_reason", "stop")})
        answer = json.dumps({"object": "chat.completion", "model": body["model"], "choices": choices}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


port = int(sys.argv[1]) if len(sys.argv) > 1 else 8082
print(f"answers on http://127.0.0.1:{port}/v1", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
