"""Writes lines of an exchange log from a short list of sentences, as a quick script would. Usage: plain.py LINES BYTES FILE; prints milliseconds."""
import json, random, sys, time

lines, size, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
random.seed(1)
sentences = [" ".join(random.choice(["the", "a", "why", "how", "bread", "oven", "river", "tax", "chess", "sail", "often", "quiet"]) for _ in range(12)) + "." for _ in range(500)]
began = time.perf_counter()
with open(path, "w", encoding="utf-8") as log:
    for i in range(lines):
        text = ""
        while len(text) < size - 650:
            text += random.choice(sentences) + " "
        half = len(text) // 3
        log.write(json.dumps({
            "id": f"x{i:016x}", "time": f"2026-03-02T{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02}.000Z", "account": f"acct-{random.getrandbits(10):x}", "endpoint": "/v1/chat/completions", "model": "frontier-2",
            "client": {"ip": f"10.0.{random.randrange(256)}.{random.randrange(256)}", "asn": 4200000000, "country": "US", "user_agent": "OpenAI/Python 1.109.1"},
            "request": {"model": "frontier-2", "messages": [{"role": "user", "content": text[:half]}]}, "status": 200,
            "response": {"id": f"chatcmpl-{i}", "object": "chat.completion", "choices": [{"index": 0, "message": {"role": "assistant", "content": text[half:]}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}},
        }) + "\n")
print(int((time.perf_counter() - began) * 1000))
