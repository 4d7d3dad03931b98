#!/usr/bin/env bash
# The gateway and plain YARP for a minute at a time, in turns, with everything on: a run whose watch is more than a second behind at its end has failed. Usage:
# bench/gateway/sustained.sh [ROUNDS [SECONDS [SCENARIOS [PEERS]]]]; SCENARIOS of "json burst big", PEERS of "nginx yarp stillwatch" (nginx runs a sixth of the time).
# Needs what run.sh has installed: give it the same GATEWAY_BENCH_DIR. PROGRAM names the script of another checkout to measure.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=${1:-3} seconds=${2:-60} scenarios=${3:-"json burst big"} peers=${4:-"nginx yarp stillwatch"}
work=${GATEWAY_BENCH_DIR:?the folder that run.sh was given}
program=${PROGRAM:-$root/stillwatch}
out=$work/results/sustained.jsonl
data=$(mktemp -d)
pids=()
stop() { trap - EXIT; kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$data"; }
trap stop EXIT
trap 'exit 130' INT TERM
for port in 9000 9101 9103 9120 9121; do ! (: </dev/tcp/127.0.0.1/$port) 2>/dev/null || { echo "port $port is somebody's already" >&2; exit 1; }; done
: >"$out"
cd "$work"
taskset -c 0 tools/mock 9000 7200 >/dev/null 2>&1 & mock=$!; pids+=("$mock")
key=$("$program" keys create --account bench --data "$data/d" 2>/dev/null)
taskset -c 1 "$program" up --config "$here/config.yaml" --data "$data/d" --port 9120 --console-port 9121 >"$work/sustained.log" 2>&1 & ours=$!; pids+=("$ours")
taskset -c 1 dotnet peers/yarp/yarp.dll 9103 >/dev/null 2>&1 & yarp=$!; pids+=("$yarp")
HERE=$PWD taskset -c 1 nginx -c "$PWD/conf/nginx.conf" >/dev/null 2>&1 & nginx=$!; pids+=("$nginx")
for port in 9101 9103 9120 9121; do for _ in {1..100}; do (: </dev/tcp/127.0.0.1/$port) 2>/dev/null && break; sleep 0.1; done; done
for _ in {1..100}; do [ -s "$data/d/console.token" ] && break; sleep 0.1; done
token=$(cat "$data/d/console.token")

# What the watch has taken, and how far behind it is.
watched() { curl -s -H "Authorization: Bearer $token" http://127.0.0.1:9121/status | python3 -c 'import json,sys; s=json.load(sys.stdin); print(s["watch"]["exchanges"], s["watch"]["lag_seconds"], s["journal"]["exchanges"])'; }
ticks() { awk '{print $14+$15}' "/proc/$1/stat"; }

one() {  # peer scenario seconds round
  local port pid body=$2 args=(-c 64) g
  case $1 in nginx) port=9101 pid=$nginx;; yarp) port=9103 pid=$yarp;; *) port=9120 pid=$ours;; esac
  case $2 in burst) args=(-S -c 32);; big) args=(-c 32);; esac
  g=$pid$(for child in $(cat /proc/$pid/task/$pid/children); do echo -n ",$child"; done)
  local before after c0 c1 line
  [ "$1" != stillwatch ] || before=$(watched)
  c0=$(ticks "$pid")
  line=$(taskset -c 0 tools/gwload -a 127.0.0.1:$port -H "x-api-key: $key" -b "bodies/$body.json" "${args[@]}" -d "$3" -m "$mock" -g "$g" -l peer="$1" -l scenario="$2" -l round="$4")
  c1=$(ticks "$pid")
  [ "$1" != stillwatch ] || after=$(watched)
  LINE=$line BEFORE=${before:-} AFTER=${after:-} CPU=$(((c1 - c0) * 10)) SECONDS_RUN=$3 python3 - >>"$out" <<'P'
import json, os
r = json.loads(os.environ["LINE"]); b, a = os.environ["BEFORE"].split(), os.environ["AFTER"].split()
r["cpu_ms"] = int(os.environ["CPU"])
if a:
    r["watched_per_s"] = (int(a[0]) - int(b[0])) / float(os.environ["SECONDS_RUN"])
    r["lag_start"], r["lag_end"], r["backlog_end"] = float(b[1]), float(a[1]), int(a[2]) - int(a[0])
    r["failed"] = r["lag_end"] > 1
print(json.dumps(r))
P
}
for scenario in $scenarios; do for peer in $peers; do one "$peer" "$scenario" "${WARM:-15}" 0; done; done
for round in $(seq "$rounds"); do for scenario in $scenarios; do for peer in $peers; do
  one "$peer" "$scenario" $([ "$peer" = nginx ] && echo $((seconds / 6 > 2 ? seconds / 6 : 2)) || echo "$seconds") "$round"
done; done; done
python3 - "$out" <<'P'
import json, statistics as st, sys
rows = [r for r in map(json.loads, open(sys.argv[1])) if r["round"] != "0"]
for s in dict.fromkeys(r["scenario"] for r in rows):
    print(f"\n## {s}\n\n| peer | req/s by rounds | of YARP | CPU us/req, whole process | p50 us | p99 us | watched/s | lag at the end s | left |\n|---|---|---|---|---|---|---|---|---|")
    base = st.median([r["rps"] for r in rows if r["scenario"] == s and r["peer"] == "yarp"] or [float("nan")])
    for p in dict.fromkeys(r["peer"] for r in rows):
        mine = [r for r in rows if r["scenario"] == s and r["peer"] == p]
        m = lambda f: st.median(f(r) for r in mine)
        watch = [f'{m(lambda r: r["watched_per_s"]):.0f}', f'{max(r["lag_end"] for r in mine):.2f}' + (" FAILED" if any(r["failed"] for r in mine) else ""), f'{max(r["backlog_end"] for r in mine)}'] if p == "stillwatch" else ["", "", ""]
        print("| " + " | ".join([p, ", ".join(f'{r["rps"]:.0f}' for r in mine), f'{m(lambda r: r["rps"]) / base:.2f}', f'{m(lambda r: r["cpu_ms"] * 1000 / r["done"]):.1f}', f'{m(lambda r: r["lat"]["p50"]):.0f}', f'{m(lambda r: r["lat"]["p99"]):.0f}', *watch]) + " |")
P
