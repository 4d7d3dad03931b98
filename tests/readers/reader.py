"""A model server that answers with what it read: in Python, as its servers read (json.loads of bytes: any UTF, a byte order mark, NaN; of two names the last, and in a
second reading the first; values as lax validation takes them: "true", "1", 1.0). python3 reader.py prints its address."""
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TRUE = {True, 1, "1", "true", "t", "yes", "y", "on"}


def truth(value):
    return (value.lower() if isinstance(value, str) else value) in TRUE if isinstance(value, (bool, int, float, str)) else False


def whole(value):
    try:
        number = int(value) if not isinstance(value, float) or value.is_integer() else None
    except (TypeError, ValueError, OverflowError):
        return -1
    return -1 if number is None else 2**53 if number < 0 else min(number, 2**53)


def texts(content, found):
    if isinstance(content, str):
        return [content]
    if not isinstance(content, list):
        return []
    said = []
    for part in content:
        if isinstance(part, dict):
            if part.get("type") == "image_url" or part.get("image_url"):
                found.append(True)
            if isinstance(part.get("text"), str):
                said.append(part["text"])
        else:
            said += texts(part, found)
    return said


def first(pairs):
    result = {}
    for name, value in pairs:
        result.setdefault(name, value)
    return result


def read(path, body, hook):
    try:
        r = json.loads(body, object_pairs_hook=hook)
    except (ValueError, RecursionError):
        return None
    if not isinstance(r, dict):
        return None
    found = []
    completions = path == "/v1/completions"
    said = [text for message in r.get("messages") or [] if isinstance(message, dict) for text in texts(message.get("content"), found)] if isinstance(r.get("messages"), list) else []
    prompt = r.get("prompt")
    prompts = max(1, len(prompt)) if completions and isinstance(prompt, list) and not (prompt and isinstance(prompt[0], int)) else 1
    logprobs = r.get("logprobs")
    form = r.get("response_format")
    return {
        "model": r.get("model") if isinstance(r.get("model"), str) else None, "texts": said + (texts(prompt, found) if completions else []), "stream": truth(r.get("stream")),
        "logprobs": (whole(logprobs) >= 0 if completions else truth(logprobs)) or whole(r.get("prompt_logprobs")) >= 0 or whole(r.get("top_logprobs")) > 0,
        "answers": max(1, whole(r.get("n")), whole(r.get("best_of"))) * prompts, "most": max(whole(r.get("max_tokens")), whole(r.get("max_completion_tokens"))),
        "tools": isinstance(r.get("tools"), list) and len(r["tools"]) > 0, "structured": isinstance(form, dict) and form.get("type", "text") != "text", "media": bool(found),
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, body):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b'{"data":[{"id":"m1"},{"id":"dear"}]}')

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        readings = [r for r in (read(self.path.split("?")[0], body, hook) for hook in (None, first)) if r]
        self.answer(json.dumps({"id": json.dumps(readings), "usage": {"prompt_tokens": 1, "completion_tokens": 1}}).encode())


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
