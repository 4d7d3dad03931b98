#!/usr/bin/env python3
"""Composes a labelled stream of honest customers of every kind from the corpora beside the project, and on request campaigns.

Usage: bench/detection/compose.py CORPORA OUT --seed N [--people 900] [--leave-out SOURCE,…] [--silent SHARE]
       [--campaign SOURCE --accounts N --each N --tied N]… [--system TEXT]

CORPORA is the folder of `*.jsonl.gz` files (../shared/data/open). OUT gets exchanges.jsonl, accounts.jsonl and labels.json. Text is the
corpora's; accounts, addresses, cards and times are composed from the seed. A campaign's accounts share nothing: each has an address, a card
and a client of its own, and asks tasks that no other of them asks. With --tied N, N of them share a card, and N an address, half of them
with the accounts of the next card.
"""
import argparse
import gzip
import json
import math
import os
import random

START = 1772409600  # 2026-03-02T00:00:00Z
DAY = 86400
ORGANIC = ["hh_rlhf_harmless_test", "oasst1_zh", "o_ko_chatbot_songys", "prompts_chat", "arena_hard_prompts"]
APPS = ["b_clinc150_assistant_backend", "b_nsmc_ko_review_sentiment", "b_text_to_sql_jobs", "litm_rag_nq"]
EVALUATIONS = ["mmlu_5shot_requests", "bbh_codex_eval_runs", "bfcl_v4_eval", "e_agieval_en_zh", "e_mbxp_humaneval_multilingual"]
AGENTS = ["g_reflexion_code_runs", "g_sweagent_demos"]
AGENTS_OF = ["OpenAI/Python 1.57.0", "OpenAI/JS 4.73.0", "python-requests/2.32.3", "axios/1.7.9", "langchain/0.3.7", "curl/8.5.0", "Go-http-client/2.0"]


class Composer:
    def __init__(self, corpora, seed, left_out, silent=0.0):
        self.random = random.Random(seed)
        self.corpora, self.left_out, self.silent = corpora, left_out, silent
        self.parts, self.rows, self.exchanges, self.accounts, self.labels = {}, {}, [], [], {}

    def read(self, source):
        if source not in self.rows:
            with gzip.open(os.path.join(self.corpora, source + ".jsonl.gz"), "rt", encoding="utf-8") as file:
                self.rows[source] = [json.loads(line) for line in file]
        return self.rows[source]

    def part(self, rows, size):
        """The next rows of a shuffled corpus: no two customers have the same ones, until all are used."""
        order, at = self.parts.setdefault(id(rows), (self.random.sample(range(len(rows)), len(rows)), [0]))
        found = [rows[order[(at[0] + i) % len(rows)]] for i in range(size)]
        at[0] += size
        return found

    def of(self, sources):
        return [source for source in sources if source not in self.left_out]

    def account(self, role, card=None, address=None, born=None):
        number = len(self.accounts)
        name = f"acct_{self.random.getrandbits(40):010x}"
        born = born if born is not None else START - self.random.randint(0, 300 * DAY)
        country = self.random.choice(["US", "DE", "FR", "IN", "BR", "CN", "KR", "JP", "GB", "PL", "TR", "NG"])
        domain = self.random.choice(["gmail.com", "outlook.com", "qq.com", "proton.me"] + [f"firm{number}.example"] * 4)
        self.accounts.append({"account": name, "created": stamp(born), "email_domain": domain, "country": country,
                              "payment": card or f"pm_{self.random.getrandbits(40):010x}", "verified": False})
        self.labels[name] = role
        client = {"ip": address or f"{self.random.choice([11, 23, 45, 62, 77, 91])}.{self.random.randint(0, 255)}.{self.random.randint(0, 255)}.{self.random.randint(1, 254)}",
                  "user_agent": self.random.choice(AGENTS_OF), "country": country}
        return name, client

    def send(self, name, client, at, messages, temperature=None, system=None, user=None):
        tokens = max(1, int(self.random.lognormvariate(5, 0.9)))
        request = {"model": "frontier-1", "messages": ([{"role": "system", "content": system}] if system else []) + messages}
        if temperature is not None:
            request["temperature"] = temperature
        if user is not None:
            request["user"] = user
        words = sum(len(message["content"] or "") for message in messages) // 4
        self.exchanges.append((at, {"account": name, "endpoint": "/v1/chat/completions", "model": "frontier-1", "client": client, "request": request, "status": 200,
                                    "response": {"object": "chat.completion", "model": "frontier-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}],
                                                 "usage": {"prompt_tokens": words, "completion_tokens": tokens}}}))

    def times(self, count, days=14, zone=None, always=False):
        zone = self.random.randint(0, 23) if zone is None else zone
        found = []
        while len(found) < count:
            at = START + self.random.random() * days * DAY
            hour = (at / 3600 + zone) % 24
            if always or self.random.random() < math.exp(-((hour - 14) / 4.5) ** 2):
                found.append(at)
        return sorted(found)

    def person(self, rows, count, role="individual", card=None, address=None, each_once=False, **more):
        name, client = self.account(role, card, address)
        said = rows[::-1] if each_once else [self.random.choice(rows) for _ in range(count)]
        goes_on = 0.45 if not self.silent or self.random.random() >= self.silent else 0
        for at in self.times(count):
            row = said.pop()
            messages = [message for message in row["messages"] if message["role"] in ("user", "assistant") and message["content"]]
            if not messages:
                continue
            self.send(name, client, at, messages[:1], self.random.choice([None, 0.7, 1.0]), **more)
            history = messages[:1]
            while self.random.random() < goes_on and len(history) < 9:   # people go on, and ask the same again
                follow = self.random.choice(["and why is that?", "can you make it shorter", "thanks, one more thing: " + messages[0]["content"][:80], "please try again", "more"])
                history = history + [{"role": "assistant", "content": "…"}, {"role": "user", "content": follow}]
                at += self.random.expovariate(1 / 90)
                self.send(name, client, at, history, None, **more)

    def people(self, count):
        organic = self.of(ORGANIC)
        if "o_irc_help_by_user" not in self.left_out:
            by_user = {}
            for row in self.read("o_irc_help_by_user"):
                by_user.setdefault(str(row["meta"].get("user") or row["meta"].get("author") or row["id"]), []).append(row)
            real = [rows for rows in by_user.values() if len(rows) >= 4]
            for rows in self.random.sample(real, min(len(real), count // (2 if self.silent else 6))):
                self.person(rows, len(rows), each_once=True)
        for _ in range(count):
            rows = self.read(self.random.choice(organic))
            near = self.random.random() < 0.5                       # narrow: a part of a corpus; broad: all of it
            at = self.random.randrange(len(rows))
            self.person(rows[at:at + 40] if near else rows, max(2, int(self.random.lognormvariate(2.4, 0.9))))
        for _ in range(count // 60):                                # heavy users
            self.person(self.read(self.random.choice(organic)), self.random.randint(300, 1200), "heavy")
        for _ in range(count // 70):                                # offices: one card, one address
            card, address, rows = f"pm_{self.random.getrandbits(40):010x}", f"198.51.{self.random.randint(0, 255)}.{self.random.randint(1, 254)}", self.read(self.random.choice(organic))
            for _ in range(self.random.randint(4, 14)):
                self.person(rows, self.random.randint(5, 40), "office", card, address)
        for _ in range(max(1, count // 300)):                       # a class: the same questions, one address
            rows, address = self.random.sample(self.read(self.random.choice(organic)), 20), f"198.51.{self.random.randint(0, 255)}.{self.random.randint(1, 254)}"
            for _ in range(25):
                self.person(rows, self.random.randint(5, 20), "class", None, address)

    def programs(self, count):
        for _ in range(count):
            rows = self.read(self.random.choice(self.of(APPS)))
            name, client = self.account("app")
            system = f"You are the assistant of firm {self.random.randint(1, 9999)}. Answer briefly."
            own = self.part(rows, self.random.randint(40, 600))
            always = self.random.random() < 0.6
            for at in self.times(int(min(2500, self.random.lognormvariate(5, 1.1))), always=always):
                row = self.random.choice(own)
                self.send(name, client, at, [m for m in row["messages"] if m["role"] != "system"][:1], 0.2, system)
        public = sum((self.read(source) for source in self.of(ORGANIC)), [])
        for _ in range(max(2, count // 12)):                        # aggregators: many people behind one account
            name, client = self.account("aggregator")
            rows = self.part(public, 700)
            named = self.random.random() < 0.5
            for at in self.times(self.random.randint(500, 2500), always=True):
                self.send(name, client, at, [m for m in self.random.choice(rows)["messages"] if m["role"] == "user"][:1], self.random.choice([None, 0.7, 1.0]),
                          user=f"u{self.random.randint(1, 400)}" if named else None)
        for _ in range(max(3, count // 10)):                        # evaluations: a benchmark, over within days
            rows = self.read(self.random.choice(self.of(EVALUATIONS)))
            name, client = self.account("evaluation")
            begin, items = START + self.random.random() * 11 * DAY, rows[:self.random.randint(300, 1500)]
            for run in range(self.random.randint(1, 2)):
                for i, row in enumerate(items):
                    self.send(name, client, begin + run * DAY + i * 20 * self.random.random(), [m for m in row["messages"] if m["content"]][:5], 0)
        templates = {}
        for row in self.read("t0_template_pipelines"):
            templates.setdefault(row["id"].rsplit("-", 1)[0], []).append(row)
        for _ in range(max(3, count // 8)):                         # pipelines: one template over records
            rows = self.random.choice(list(templates.values()))
            name, client = self.account("pipeline")
            begin = START + self.random.random() * 10 * DAY
            for i in range(self.random.randint(100, 1000)):
                self.send(name, client, begin + i * 60 * self.random.random(), rows[i % len(rows)]["messages"][:1], 0)
        for _ in range(max(2, count // 15)):                        # agents
            name, client = self.account("agent")
            for at in self.times(self.random.randint(40, 400), always=True):
                row = self.random.choice(self.read(self.random.choice(self.of(AGENTS))))
                self.send(name, client, at, [{"role": m["role"], "content": (m["content"] or "")[:3000]} for m in row["messages"][:7] if m["role"] != "system"], 0)

    def campaign(self, source, accounts, each, system=None, tied=1):
        rows = [row for row in self.read(source) if row["messages"]]
        self.random.shuffle(rows)
        cards = [f"pm_{self.random.getrandbits(40):010x}" for _ in range(accounts // tied + 1)] if tied > 1 else []
        addresses = []
        for _ in range(accounts // tied + 2 if tied > 1 else 0):
            addresses.append(f"203.0.{self.random.randint(0, 255)}.{self.random.randint(1, 254)}")
        for i in range(accounts):
            card, address = (cards[i // tied], addresses[(i + tied // 2) // tied]) if cards else (None, None)
            name, client = self.account("campaign:" + source, card, address, START - self.random.randint(0, 60 * DAY))
            for k, at in enumerate(self.times(each, always=True)):
                row = rows[(i * each + k) % len(rows)]
                asked = [m for m in row["messages"] if m["role"] == "user"][:1]
                self.send(name, client, at, asked, self.random.choice([None, 0.7, 1.0]), system)

    def write(self, out):
        os.makedirs(out, exist_ok=True)
        self.exchanges.sort(key=lambda one: one[0])
        with open(os.path.join(out, "exchanges.jsonl"), "w", encoding="utf-8") as file:
            for i, (at, line) in enumerate(self.exchanges):
                file.write(json.dumps({"id": f"e{i:07}", "time": stamp(at), **line}, ensure_ascii=False) + "\n")
        with open(os.path.join(out, "accounts.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(account) + "\n" for account in self.accounts)
        with open(os.path.join(out, "labels.json"), "w", encoding="utf-8") as file:
            campaigns = {}
            for role in self.labels.values():
                if role.startswith("campaign:"):
                    campaigns.setdefault(role[9:], {"accounts": 0, "exchanges": 0, "kind": "composed"})["accounts"] += 1
            labels = {name: {"role": "distiller", "campaign": role[9:]} if role.startswith("campaign:") else {"role": role, "campaign": None}
                      for name, role in self.labels.items()}
            json.dump({"accounts": labels, "campaigns": campaigns}, file)


def stamp(at):
    import datetime
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("corpora")
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--people", type=int, default=900)
    parser.add_argument("--leave-out", default="")
    parser.add_argument("--silent", type=float, default=0.0,
                        help="share of people who never go on with what they asked; then a third of all are real ones")
    parser.add_argument("--campaign", action="append", default=[], help="may be given again, with --accounts and --each of its own")
    parser.add_argument("--accounts", type=int, action="append", default=[])
    parser.add_argument("--each", type=int, action="append", default=[])
    parser.add_argument("--tied", type=int, action="append", default=[])
    parser.add_argument("--system", help="a system prompt that stands before all that campaigns ask")
    given = parser.parse_args()
    composer = Composer(given.corpora, given.seed, set(given.leave_out.split(",")), given.silent)
    composer.people(given.people)
    composer.programs(given.people // 9)
    for i, source in enumerate(given.campaign):
        composer.campaign(source, (given.accounts[i:] or [300])[0], (given.each[i:] or [8])[0], given.system, (given.tied[i:] or [1])[0])
    composer.write(given.out)
    print(f"{len(composer.exchanges):,} exchanges of {len(composer.accounts):,} accounts")
