#!/usr/bin/env bash
# What enforcement costs the gateway: requests a second and CPU of four callers in turns, paired within each round. Usage:
# bench/enforcement/run.sh [ROUNDS [SECONDS]]. The callers: one of a gateway without any decision; one that no measure touches, of a gateway
# with measures on 10,000 accounts; one that a restriction touches; one whose exchanges are stripped. Needs g++ and the load generator
# that lies beside the project.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=${1:-5} seconds=${2:-4}
peers=$root/../shared/bench/gateway
[ -d "$peers" ] || { echo "skipped: the load generator is not beside this checkout" >&2; exit 0; }
work=$(mktemp -d)
pids=()
stop() { trap - EXIT; kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
trap 'exit 130' INT TERM
for tool in mock gwload; do g++ -O2 -std=c++20 -o "$work/$tool" "$peers/tools/$tool.cpp"; done
ulimit -n "$(ulimit -Hn)"
taskset -c 0 "$work/mock" 9000 7200 >/dev/null 2>&1 & mock=$!; pids+=("$mock")

start() {  # name port
  taskset -c 1 "$root/stillwatch" up --config "$root/bench/gateway/config.yaml" --data "$work/$1" --port "$2" --console-port "$(($2 + 1))" >"$work/$1.log" 2>&1 &
  pids+=("$!")
  printf '%s' "$!" >"$work/$1.pid"
  for _ in {1..200}; do [ -s "$work/$1/console.address" ] && (: </dev/tcp/127.0.0.1/"$2") 2>/dev/null && break; sleep 0.1; done
}
start none 9120
start full 9130
key() { "$root/stillwatch" keys create --account "$2" --data "$work/$1" 2>/dev/null | tail -1; }
none=$(key none plain); untouched=$(key full untouched); restricted=$(key full restricted); stripped=$(key full stripped)
python3 "$here/decide.py" "http://127.0.0.1:9131" "$work/full/console.token"

one() {  # caller gateway port key round
  local g
  g=$(cat "$work/$2.pid")
  g=$g$(for child in $(cat "/proc/$g/task/$g/children"); do echo -n ",$child"; done)
  for body in json burst; do
    local args=(-c 64); [ "$body" = json ] || args=(-S -c 32)
    taskset -c 0 "$work/gwload" -a "127.0.0.1:$3" -H "x-api-key: $4" -b "$peers/bodies/$body.json" "${args[@]}" -d "$seconds" -m "$mock" -g "$g" -l "peer=$1" -l "scenario=$body" -l "round=$5"
  done
}
round() {
  one none none 9120 "$none" "$1"
  one untouched full 9130 "$untouched" "$1"
  one restricted full 9130 "$restricted" "$1"
  one stripped full 9130 "$stripped" "$1"
}
round 0 >/dev/null
for r in $(seq "$rounds"); do round "$r" >>"$work/results.jsonl"; done
python3 "$here/summarise.py" "$work/results.jsonl"
