#!/usr/bin/env bash
# How fast the range writes a log, beside a plain script that writes as many lines of the same fields from a list of sentences. Both on all cores that they use.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v python3 >/dev/null || apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends python3-minimal >&2
"$root/stillwatch" range list >/dev/null
for round in 1 2 3; do
  rm -rf "$work/ours"
  start=$(date +%s%N)
  "$root/stillwatch" range run ordinary-month --scale "${1:-0.02}" --mode log --out "$work/ours" --quiet 2>/dev/null
  end=$(date +%s%N)
  lines=$(wc -l <"$work/ours/exchanges.jsonl"); bytes=$(stat -c %s "$work/ours/exchanges.jsonl")
  theirs=$(python3 "$here/plain.py" "$lines" $((bytes / lines)) "$work/plain.jsonl")
  ours=$(((end - start) / 1000000))
  echo "round $round: $lines exchanges, $((bytes / lines)) bytes each; range $((lines * 1000 / ours)) a second, plain script $((lines * 1000 / theirs)) a second"
done
