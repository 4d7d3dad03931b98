#!/usr/bin/env bash
# The house model's server: tokens a second of one stream, of 16 and of 64, over HTTP, beside a loop in libtorch that keeps nothing, and beside what reading the weights once a token from
# memory would allow. The machine is shared: the best of three each, and ratios. Usage: ./stillwatch bench house [MODEL_FOLDER]; the ready model is made where there is none (minutes).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
work=$(mktemp -d)
pid=
stop() { [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
models=${1:-$root/stillwatch-data/house}
"$root/stillwatch" range train --preset ready --out "$models" >&2
dotnet=$(command -v dotnet || echo "$HOME/.dotnet/dotnet")
OMP_WAIT_POLICY=passive "$dotnet" "$root/artifacts/lab/Stillwatch.Lab.dll" loop "$models/ready" >"$work/loop"

"$root/stillwatch" upstream --house "$models/ready" --port 0 >"$work/log" 2>&1 & pid=$!
for _ in {1..300}; do grep -q http "$work/log" && break; sleep 0.1; done
url=$(grep -oE 'http://[0-9.:]+' "$work/log" | head -1)

# 300 tokens that may not end before, from so many clients at one time.
tokens=300
body='{"model":"stillwatch-house","temperature":0,"max_tokens":'$tokens',"logit_bias":{"0":-100,"1":-100,"2":-100,"3":-100,"6":-100},"messages":[{"role":"user","content":"What is 47 times 36?"}]}'
ask() { local urls=(); for _ in $(seq "$1"); do urls+=(-o /dev/null "$url/v1/chat/completions"); done; curl -s -Z --parallel-immediate --parallel-max "$1" "${urls[@]}" -H "content-type: application/json" -d "$body" 2>/dev/null; }   # one program, so many connections
rate() {   # CLIENTS: the best of three
  local best=0 began ended now
  for _ in 1 2 3; do
    began=$(date +%s.%N); ask "$1"; ended=$(date +%s.%N)
    now=$(awk -v n="$1" -v t="$tokens" -v a="$began" -v b="$ended" 'BEGIN { printf "%.0f", n * t / (b - a) }')
    [ "$now" -le "$best" ] || best=$now
  done
  echo "$best"
}
ask 16   # warm
one=$(rate 1); sixteen=$(rate 16); many=$(rate 64)
awk -v one="$one" -v sixteen="$sixteen" -v many="$many" '
  /^loop/ { loop = $2 } /^memory/ { memory = $2 } /^weights/ { weights = $2 }
  END {
    printf "libtorch, nothing kept:     %8.0f tokens a second\n", loop
    printf "server, one stream:         %8.0f tokens a second, %.1f x the loop (goal 10); %.2f of what reading the weights from memory once a token allows (%.0f)\n", one, one / loop, one / (memory * 1e9 / weights), memory * 1e9 / weights
    printf "server, 16 streams:         %8.0f tokens a second, %.1f x one stream (goal 3)\n", sixteen, sixteen / one
    printf "server, 64 streams:         %8.0f tokens a second, %.1f x one stream\n", many, many / one
  }' "$work/loop"
