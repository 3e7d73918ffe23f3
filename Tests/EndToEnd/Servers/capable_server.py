"""An OpenAI-compatible server that can as much or as little as a test says, and remembers what it was asked.

    python3 capable_server.py script.json log.jsonl [port]

The script is an object; everything in it is optional.

    flavour      "llama.cpp", "vllm" or "sglang": which of the paths that tell servers apart it has
    models       what /models lists (["m"])
    alias        the model it says answered, whatever was asked; unknown models are answered too
    n            "supported", "ignored" (one choice), "refused" (400)
    usage        "all", "first" (counts one choice of several), "none"
    json_schema  "enforced", "ignored", "refused"
    json_object  "supported", "ignored"
    tokens       "max_tokens" or "max_completion_tokens": the other one is refused
    seed, logprobs, tools, embeddings
                 "supported", "ignored", "refused"
    reasoning    the member of the message in which it tells what it thought, if any
    key          what must stand behind "Bearer"; else 401
    texts        question to the texts it answers with, one after the other; the last one stays
    too_long     inputs of an embedding with more letters than this are refused

A refusal names the parameter as OpenAI does. It prints {"port": N} and ends with its standard input.
"""
import http.server
import json
import sys
import threading

LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def can(self, name, default="supported"):
        return self.server.script.get(name, default)

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def refuse(self, parameter, status=400, code="unsupported_parameter"):
        self.send(status, {"error": {
            "message": f"Unsupported parameter: '{parameter}' is not supported with this model.",
            "type": "invalid_request_error", "param": parameter, "code": code}})

    def note(self, body):
        with LOCK:
            self.server.log.write(json.dumps({
                "path": self.path, "body": body,
                "shaped": self.headers.get("X-FastDistill-Shaped")}) + "\n")
            self.server.log.flush()

    def is_known(self):
        key = self.can("key", None)
        if key is None or self.headers.get("Authorization") == f"Bearer {key}":
            return True
        self.send(401, {"error": {"message": f"Incorrect API key: {self.headers.get('Authorization')}",
                                  "code": "invalid_api_key"}})
        return False

    def do_GET(self):
        self.note(None)
        if not self.is_known():
            return
        flavour = self.can("flavour", None)
        models = self.can("models", ["m"])
        pages = {"/v1/models": {"object": "list", "data": [{"id": name, "object": "model"} for name in models]}}
        if flavour == "llama.cpp":
            pages["/props"] = {"default_generation_settings": {"n_ctx": 64}, "total_slots": 1, "build_info": "b1-x"}
            pages["/health"] = {"status": "ok"}
        if flavour == "vllm":
            pages["/version"] = {"version": "0.9.1"}
        if flavour == "sglang":
            pages["/get_server_info"] = {"version": "0.4.9", "model_path": models[0]}
        if self.path in pages:
            self.send(200, pages[self.path])
        else:
            self.send(404, {"error": {"message": "Not Found", "type": "not_found_error", "code": 404}})

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(text)
        self.note(body)
        if not self.is_known():
            return
        alias = self.can("alias", None)
        if alias is None and body["model"] not in self.can("models", ["m"]):
            return self.send(404, {"error": {"message": "no such model", "code": "model_not_found"}})
        model = alias or body["model"]
        if self.path == "/v1/embeddings":
            return self.embed(body, model)
        limit = self.can("tokens", "max_tokens")
        for name in ["max_tokens", "max_completion_tokens"]:
            if name in body and name != limit:
                return self.refuse(name)
        for name, parameter in [("n", "n"), ("seed", "seed"), ("logprobs", "logprobs"), ("tools", "tools"),
                                ("json_schema", "response_format")]:
            if parameter in body and self.can(name) == "refused":
                return self.refuse(parameter)
        self.answer(body, model)

    def answer(self, body, model):
        question = body["messages"][-1]["content"]
        count = body.get("n", 1) if self.can("n") == "supported" else 1
        choices = []
        for index in range(count):
            message = {"role": "assistant", "content": self.text(question, body)}
            if self.can("reasoning", None):
                message[self.can("reasoning")] = f"thoughts about {question.split()[0]}"
            choice = {"index": index, "message": message, "finish_reason": "stop"}
            limit = body.get("max_tokens") or body.get("max_completion_tokens") or 1000
            if len(message["content"].split()) > limit:
                message["content"] = " ".join(message["content"].split()[:limit])
                choice["finish_reason"] = "length"
            schema = (body.get("response_format") or {}).get("json_schema")
            if schema and self.can("json_schema", "enforced") == "enforced":
                message["content"] = json.dumps(example(schema["schema"]))
                choice["finish_reason"] = "stop"
            if (body.get("response_format") or {}).get("type") == "json_object" and self.can("json_object") == "supported":
                message["content"] = '{"greeting": "hello"}'
            if body.get("tools") and self.can("tools") == "supported":
                message["content"] = None
                message["tool_calls"] = [{
                    "id": f"call-{index}", "type": "function",
                    "function": {"name": body["tools"][0]["function"]["name"], "arguments": "{\"a\": 1}"}}]
                choice["finish_reason"] = "tool_calls"
            if body.get("logprobs") and self.can("logprobs") == "supported":
                tops = body.get("top_logprobs", 0)
                choice["logprobs"] = {"content": [
                    {"token": word, "logprob": -0.5 - place, "bytes": list(word.encode()),
                     "top_logprobs": [{"token": f"{word}{top}", "logprob": -0.5 - top} for top in range(tops)]}
                    for place, word in enumerate((message["content"] or "").split())]}
            choices.append(choice)
        words = [max(1, len((choice["message"]["content"] or "x").split())) for choice in choices]
        answer = {"id": "x", "object": "chat.completion", "model": model, "choices": choices}
        if self.can("usage", "all") != "none":
            used = sum(words) if self.can("usage", "all") == "all" else words[0]
            answer["usage"] = {"prompt_tokens": 11, "completion_tokens": used}
        self.send(200, answer)

    def text(self, question, body):
        with LOCK:
            texts = next((texts for start, texts in self.can("texts", {}).items() if question.startswith(start)), None)
            if texts is not None:
                return texts.pop(0) if len(texts) > 1 else texts[0]
        seed = body.get("seed")
        return f"words about {question.split()[0]} {'' if seed is None else seed} and so on and on".replace("  ", " ")

    def embed(self, body, model):
        if self.can("embeddings") != "supported":
            return self.send(501, {"error": {
                "code": 501, "message": "This server does not support embeddings.", "type": "not_supported_error"}})
        inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
        if any(len(text) > self.can("too_long", 1 << 30) for text in inputs):
            return self.send(400, {"error": {
                "code": 400, "type": "exceed_context_size_error", "message": "input is larger than the context size"}})
        data = [{"object": "embedding", "index": index, "embedding": [len(text) + 0.5, -0.1, ord(text[0]) / 3]}
                for index, text in enumerate(inputs)]
        # In any order: the index says what is whose.
        self.send(200, {"object": "list", "model": model, "data": data[::-1],
                        "usage": {"prompt_tokens": sum(len(text.split()) for text in inputs)}})


def example(schema):
    """A value that fits a small schema."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    if kind == "object":
        return {name: example(part) for name, part in schema.get("properties", {}).items()}
    return {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "array": [], "null": None}[kind]


def main(script, log, port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.script = json.load(open(script, encoding="utf-8"))
    server.log = open(log, "a", encoding="utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_address[1]}), flush=True)
    sys.stdin.read()


main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
