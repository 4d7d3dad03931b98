"""Ratios to the caller of a gateway without decisions, pair by pair in each round: the gateway's CPU for a request; median, least and most."""
import collections
import json
import statistics
import sys

rows = [json.loads(line) for line in open(sys.argv[1])]
by = collections.defaultdict(dict)
for row in rows:
    by[row["scenario"], row["round"]][row["peer"]] = row["gw_us_per_req"]
print("| caller | body | CPU of a request beside none: median | least | most |\n| --- | --- | --- | --- | --- |")
for peer in ("untouched", "restricted", "stripped"):
    for scenario in ("json", "burst"):
        ratios = [pair[peer] / pair["none"] for (of, _), pair in by.items() if of == scenario]
        print(f"| {peer} | {scenario} | {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} |")
