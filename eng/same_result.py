#!/usr/bin/env python3
"""Whether two scan results say the same: accounts, times, scores, reasons and groups, whatever the campaigns are called.

Usage: eng/same_result.py BEFORE.json AFTER.json
Ids of campaigns are mapped by their accounts. Fields that only one of the builds writes are listed, and count as no difference.
"""
import json
import sys

OWN = {"began", "divided_from", "absorbed"}   # added by later builds


def renamed(text, ids):
    for old, new in ids:
        text = text.replace(f'"{old}"', f'"{new}"').replace(f" {old} ", f" {new} ").replace(f" {old}\"", f" {new}\"")
    return text


def load(path):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    names = {c["campaign"]: "campaign of " + min(a if isinstance(a, str) else a["account"] for a in c["accounts"]) for c in result["campaigns"]}
    text = renamed(json.dumps(result, ensure_ascii=False), sorted(names.items(), key=lambda pair: -len(pair[0])))
    return json.loads(text)


def compare(before, after, path, out):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            if key in OWN:
                continue
            if key not in before or key not in after:
                out.append(f"{path}.{key}: only {'before' if key in before else 'after'}")
            else:
                compare(before[key], after[key], f"{path}.{key}", out)
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            out.append(f"{path}: {len(before)} before, {len(after)} after")
        for i, (one, other) in enumerate(zip(before, after)):
            compare(one, other, f"{path}[{i}]", out)
    elif before != after:
        out.append(f"{path}: {before!r} before, {after!r} after")


def main():
    before, after = (load(path) for path in sys.argv[1:3])
    differences = []
    compare(before, after, "", differences)
    print("\n".join(differences[:50]))
    print(f"{len(before['accounts'])} accounts, {len(before['campaigns'])} campaigns: {len(differences)} differences")
    sys.exit(1 if differences else 0)


main()
