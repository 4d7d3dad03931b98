#!/usr/bin/env bash
# Runs the client matrix: a scripted model server, the gateway in front of it, the clients. All on free ports of loopback; nothing is left behind.
#
#   tests/clients/run.sh [path of Stillwatch.App.dll] [WORD…]      WORDs choose cases (matrix.mjs)
#
# Status 0 if all passed, 1 if any failed, 2 if it could not be run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
app=${1:-$here/../../artifacts/app/Stillwatch.App.dll}
[ $# -eq 0 ] || shift

work=$(mktemp -d)
pids=()
stop() {
  local status=$?
  trap - EXIT INT TERM
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do
    # The gateway brings exchanges to their end first, for 30 seconds at most: after these tests there is nothing worth the wait.
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cannot() {
  echo "clients: $1" >&2
  [ ! -s "${2:-/dev/null}" ] || tail -20 "$2" >&2
  exit 2
}

# Waits until a line of a file matches and prints what the expression captured; fails where the process that writes it has died.
captured() {
  local file=$1 expression=$2 pid=$3 found
  for _ in {1..300}; do
    found=$(sed -nE "s#$expression#\1#p" "$file" | head -1)
    [ -z "$found" ] || { echo "$found"; return; }
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

[ -f "$app" ] || cannot "there is no $app: build it first, or give its path"
dotnet=$(command -v dotnet || echo "$HOME/.dotnet/dotnet")

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  { apt-get -o DPkg::Lock::Timeout=300 update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends nodejs npm; } >"$work/apt.log" 2>&1 || cannot "Node was not found and could not be installed" "$work/apt.log"
fi

# npm writes its own lock file last: one that is older than ours was made from another.
if [ ! "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]; then
  (cd "$here" && npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 || cannot "npm ci failed" "$work/npm.log"
fi

node "$here/upstream.mjs" 0 >"$work/upstream.log" 2>&1 &
pids+=($!)
upstream=$(captured "$work/upstream.log" '^(http://[^ ]+).*' $!) || cannot "the model server did not start" "$work/upstream.log"

"$dotnet" "$app" up --upstream "$upstream" --data "$work/data" --port 0 --console-port 0 >"$work/gateway.log" 2>&1 &
gateway_pid=$!
pids+=($gateway_pid)
gateway=$(captured "$work/gateway.log" '^gateway +(http://[^ ]+).*' $gateway_pid) || cannot "the gateway did not start" "$work/gateway.log"
key=$("$dotnet" "$app" keys create --account conformance --data "$work/data" 2>"$work/keys.log" | tail -1)
[ -n "$key" ] || cannot "no key was made" "$work/keys.log"

status=0
# In the background: bash acts on a signal only while it waits, not while a command runs in front.
GATEWAY_URL=$gateway GATEWAY_KEY=$key UPSTREAM_URL=$upstream node "$here/matrix.mjs" "$@" &
pids+=($!)
wait $! || status=$?
kill -0 "$gateway_pid" 2>/dev/null || cannot "the gateway died" "$work/gateway.log"

# What is on record of odd streams, against what the official client makes of the same bytes.
if [ $# -eq 0 ]; then
  GATEWAY_URL=$gateway GATEWAY_KEY=$key node "$here/sse.mjs" send "$work/sent.json" &
  pids+=($!)
  wait $! || status=$?
  "$dotnet" "$app" query "select id, outcome, response from exchanges where model = 'verbatim'" --data "$work/data" >"$work/record.jsonl" 2>"$work/query.log" || cannot "the record could not be asked" "$work/query.log"
  node "$here/sse.mjs" compare "$work/sent.json" "$work/record.jsonl" || status=$?
fi

# The house model's own server, with a model that was trained for a second.
lab=$here/../../artifacts/bin/Stillwatch.Lab/release/Stillwatch.Lab.dll
if [ $# -eq 0 ] && [ -f "$lab" ]; then
  STILLWATCH_LAB=$lab "$dotnet" "$app" range train --preset tiny --out "$work/house" --quiet >"$work/train.log" 2>&1 || cannot "no house model was made" "$work/train.log"
  "$dotnet" "$app" upstream --house "$work/house/tiny" --port 0 >"$work/house.log" 2>&1 &
  pids+=($!)
  house=$(captured "$work/house.log" '.*answers at (http://[^ ]+) .*' $!) || cannot "the house model did not start" "$work/house.log"
  HOUSE_URL=$house node "$here/house.mjs" &
  pids+=($!)
  wait $! || status=$?
fi

exit "$status"
