#!/usr/bin/env python3
"""A real /v1/chat/completions server whose every answer a test has written down.

    python3 chat_server.py SCRIPT.json LOG.jsonl [PORT]

prints one line, {"port": N}, and serves on the loopback until its standard input ends. Commands come as lines on
standard input, answers go out as lines of JSON on standard output:

    stats     counts so far
    settled   the same, once every connection of a client is closed: a killed client can ask nothing any more

SCRIPT.json:

    question   model to a pattern whose first group, in the last message, is the question (default: all of the message)
    replies    model to question to a list of variants {"contains": text, "replies": [...]}: the first variant whose
               text stands in the messages answers. A reply is a text, or {"text", "finish_reason"}.
    default    model to replies for all other questions; {question} in them is the question, {number} that of the request
    faults     question, or "model: question", to a list of what happens to its first requests: {"status", "body"?, "retry_after"?}, {"drop": true},
               {"cut": true}, {"choices": n} (fewer than asked for), {"hold": true} (no answer until the client goes)
    latency_ms [least, most]: how long an answer takes; spread by a hash of the request, not by chance

A request for n choices gets the last n of the replies, so that asking again for what was missing gives what was missing.
LOG.jsonl gets a line for every request that has come in as a whole, before it is answered.
"""

import asyncio
import hashlib
import json
import re
import sys


class Script:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            script = json.load(file)
        self.patterns = {model: re.compile(text, re.S) for model, text in script.get("question", {}).items()}
        self.replies = script.get("replies", {})
        self.default = script.get("default", {})
        self.faults = script.get("faults", {})
        self.latency = script.get("latency_ms", [0, 0])

    def question(self, body):
        text = body["messages"][-1]["content"]
        pattern = self.patterns.get(body["model"])
        found = pattern.search(text) if pattern else None
        return found.group(1) if found else text

    def answer(self, body, question, number):
        """The replies to a request, or None if the script has none."""
        variants = self.replies.get(body["model"], {}).get(question)
        if variants is None:
            texts = self.default.get(body["model"])
            return texts and [
                text.replace("{question}", question).replace("{number}", str(number)) for text in texts]
        messages = "\n".join(message["content"] for message in body["messages"])
        for variant in variants:
            if variant.get("contains", "") in messages:
                return variant["replies"]
        return None

    def fault(self, model, question):
        faults = self.faults.get(f"{model}: {question}") or self.faults.get(question)
        return faults.pop(0) if faults else None

    def delay_seconds(self, number, body):
        least, most = self.latency
        digest = hashlib.sha256(f"{number} {body}".encode()).digest()
        return (least + (most - least) * int.from_bytes(digest[:4], "big") / 2**32) / 1000


class Counts:
    def __init__(self):
        self.asked = self.answered = self.failed = self.in_flight = self.most_in_flight = self.connections = 0
        self.unknown = 0
        self.idle = asyncio.Condition()

    def json(self):
        return {
            "asked": self.asked, "answered": self.answered, "failed": self.failed, "unknown": self.unknown,
            "most_in_flight": self.most_in_flight, "connections": self.connections,
        }


def completion(model, choices):
    return {
        "id": "x", "object": "chat.completion", "model": model,
        "choices": [
            {
                "index": index, "finish_reason": choice.get("finish_reason", "stop"),
                "message": {"role": "assistant", "content": choice["text"]},
            }
            for index, choice in enumerate(choices)
        ],
        "usage": {"prompt_tokens": 11, "completion_tokens": sum(1 + len(c["text"]) // 4 for c in choices)},
    }


class Server:
    def __init__(self, script, log):
        self.script = script
        self.log = log
        self.counts = Counts()

    async def serve(self, reader, writer):
        self.counts.connections += 1
        try:
            while await self.serve_request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            self.counts.connections -= 1
            async with self.counts.idle:
                self.counts.idle.notify_all()

    async def serve_request(self, reader, writer):
        """One request; False when the connection is to be closed."""
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.I)
        text = await reader.readexactly(int(length.group(1)) if length else 0)
        body = json.loads(text)
        question = self.script.question(body)
        self.counts.asked += 1
        number = self.counts.asked
        self.counts.in_flight += 1
        self.counts.most_in_flight = max(self.counts.most_in_flight, self.counts.in_flight)
        json.dump({
            "model": body["model"], "question": question, "choices": body.get("n", 1),
            "sha256": hashlib.sha256(text).hexdigest(),
        }, self.log)
        self.log.write("\n")
        self.log.flush()
        try:
            await asyncio.sleep(self.script.delay_seconds(number, text))
            return await self.respond(reader, writer, body, question, number)
        finally:
            self.counts.in_flight -= 1

    async def respond(self, reader, writer, body, question, number):
        fault = self.script.fault(body["model"], question)
        wanted = body.get("n", 1)
        if fault:
            self.counts.failed += 1
            if "status" in fault:
                error = fault.get("body", {"error": {"message": "so the script says", "type": "test"}})
                return await self.send(writer, fault["status"], error, fault.get("retry_after"))
            if "hold" in fault:
                await reader.read()
                return False
            if "drop" in fault:
                return False
            if "cut" in fault:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"choices\"")
                await writer.drain()
                return False
            wanted = min(wanted, fault["choices"])
        replies = self.script.answer(body, question, number)
        if not replies:
            self.counts.unknown += 1
            message = f"the script has no reply for {body['model']}: {question}"
            return await self.send(writer, 400, {"error": {"message": message, "type": "invalid_request_error"}})
        choices = [reply if isinstance(reply, dict) else {"text": reply} for reply in replies]
        while len(choices) < wanted:
            choices.append(choices[-1])
        asked = choices[len(choices) - body.get("n", 1):]
        alive = await self.send(writer, 200, completion(body["model"], asked[:wanted]))
        self.counts.answered += 1
        return alive

    async def send(self, writer, status, body, retry_after=None):
        data = json.dumps(body).encode()
        extra = f"Retry-After: {retry_after}\r\n" if retry_after is not None else ""
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{extra}\r\n".encode()
            + data)
        await writer.drain()
        return True


async def main(script, log, port):
    server = Server(Script(script), open(log, "a", encoding="utf-8"))
    listener = await asyncio.start_server(server.serve, "127.0.0.1", port, backlog=256)
    print(json.dumps({"port": listener.sockets[0].getsockname()[1]}), flush=True)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).decode().strip():
        if line == "settled":
            async with server.counts.idle:
                await server.counts.idle.wait_for(lambda: server.counts.connections == 0)
        print(json.dumps(server.counts.json()), flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0))
