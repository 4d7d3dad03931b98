"""Names people, lifts the policy's shadow, and decides measures: on 10,000 accounts that nobody is, and on two that somebody is."""
import hashlib
import json
import sys
import urllib.request

address, token = sys.argv[1], open(sys.argv[2]).read().strip()


def decide(by, reason, *decisions):
    body = json.dumps({"reason": reason, "decisions": decisions}).encode()
    request = urllib.request.Request(address + "/api/decisions", body, {"Authorization": "Bearer " + by, "Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))


def get(path):
    return json.load(urllib.request.urlopen(urllib.request.Request(address + path, headers={"Authorization": "Bearer " + token})))


tokens = {}
for name in ("ben", "cleo"):
    tokens[name] = "swp_" + name * 16
    decide(token, "", {"kind": "person_put", "name": name, "roles": "approver"})
    decide(token, "", {"kind": "token_issued", "name": name, "sha256": hashlib.sha256(tokens[name].encode()).hexdigest()})
policy = get("/api/policy") | {"version": 2, "shadow": False}
decide(tokens["ben"], "bench", {"kind": "policy_proposed", "policy": policy})
decide(tokens["cleo"], "", {"kind": "policy_approved", "version": 2})


def measure(rung, subjects, terms):
    decide(tokens["ben"], "bench", {"kind": "measure_proposed", "measure": {"rung": rung, "subjects": subjects, "terms": terms}})


measure("refuse", [f"account:nobody-{i}" for i in range(10_000)], {})
measure("restrict", ["account:restricted"], {"requests_per_minute": 100_000_000, "models": ["*"]})
measure("strip", ["account:stripped"], {"strip": "log_probabilities, reasoning, reasoning_summary"})
