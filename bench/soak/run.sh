#!/usr/bin/env bash
# Minutes of steady traffic through one gateway: JSON and bursts of events, recorded, sealed and watched. Usage:
# ./stillwatch bench soak [SECONDS [JSON_PER_SECOND [BURSTS_PER_SECOND]]]. Fails where an answer failed, an exchange is not on record, or memory grows:
# resident memory in the last third of the run is more than a tenth (and 16 MB) above that of the second.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${1:-600} json=${2:-600} bursts=${3:-60}
source=$root/../shared/bench/gateway
[ -d "$source" ] || { echo "skipped: the load generator of the peers' bench is not beside this checkout" >&2; exit 0; }
command -v g++ >/dev/null || { apt-get -o DPkg::Lock::Timeout=300 update -qq >&2; apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends g++ >&2; }

work=$(mktemp -d)
pids=()
stop() { trap - EXIT; kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
trap 'exit 130' INT TERM
for tool in mock gwload; do g++ -O2 -std=c++20 -o "$work/$tool" "$source/tools/$tool.cpp"; done

key=$("$root/stillwatch" keys create --account soak --data "$work/data" 2>/dev/null)
"$work/mock" 9000 $((seconds + 120)) & pids+=($!)
"$root/stillwatch" up --config "$here/config.yaml" --data "$work/data" --port 9120 --console-port 9121 >"$work/log" 2>&1 & gateway=$!; pids+=("$gateway")
for _ in $(seq 300); do (: </dev/tcp/127.0.0.1/9120) 2>/dev/null && break; sleep 0.1; done
(: </dev/tcp/127.0.0.1/9120) 2>/dev/null || { cat "$work/log" >&2; exit 1; }

until=$((SECONDS + seconds))
load() {   # NAME OPTION…: the generator stops by itself after a minute
  local name=$1 left
  shift
  while left=$((until - SECONDS)) && [ "$left" -gt 3 ]; do
    "$work/gwload" -a 127.0.0.1:9120 -H "x-api-key: $key" "$@" -w 1 -d $((left > 50 ? 50 : left - 2)) >>"$work/$name.out"
  done
}
load json -b "$source/bodies/json.json" -c 64 -r "$json" & pids+=($!); loads=($!)
load bursts -b "$source/bodies/burst.json" -S -c 64 -r "$bursts" & pids+=($!); loads+=($!)

metric() { curl -s -H "Authorization: Bearer $(cat "$work/data/console.token")" http://127.0.0.1:9121/metrics | awk -v name="$1" -v label="${2:-}" 'index($1, name "{") == 1 && index($1, label) { sum += $2 } END { print sum + 0 }'; }
printf '%8s %12s %12s %8s %12s %10s\n' seconds resident_mb anonymous_mb files watched lag_s
step=$((seconds / 30 > 5 ? seconds / 30 : 5))
for ((at = step; at <= seconds - step; at += step)); do
  sleep "$step"
  kill -0 "$gateway" 2>/dev/null || { echo "the gateway is gone" >&2; tail -5 "$work/log" >&2; exit 1; }
  resident=$(awk '/^VmRSS/ { print $2 / 1024 }' "/proc/$gateway/status")
  printf '%8s %12.1f %12.1f %8s %12s %10.2f\n' "$at" "$resident" "$(awk '/^RssAnon/ { print $2 / 1024 }' "/proc/$gateway/status")" \
    "$(find "/proc/$gateway/fd" -mindepth 1 | wc -l)" "$(metric stillwatch_watch_exchanges_total)" "$(metric stillwatch_detection_lag_seconds)"
  echo "$resident" >>"$work/resident"
done
wait "${loads[@]}"
sleep 3

recorded=$(metric stillwatch_journal_exchanges_total) lost=$(metric stillwatch_journal_lost_total) watched=$(metric stillwatch_watch_exchanges_total)
answered=$(metric stillwatch_exchanges_total 'outcome="complete"')
errors=$(cat "$work"/*.out | grep -o '"errors":[0-9]*' | awk -F: '{ sum += $2 } END { print sum + 0 }')
growth=$(awk '{ v[NR] = $1 } END { t = int(NR / 3); for (i = t + 1; i <= 2 * t; i++) a += v[i]; for (i = NR - t + 1; i <= NR; i++) b += v[i]; printf "%.2f %.1f", b / a, (b - a) / t }' "$work/resident")
echo "$answered answered in full, $recorded on record, $lost lost, $watched watched, $errors errors; resident memory of the last third to the second: ${growth% *}"
[ "$errors" = 0 ] && [ "$lost" = 0 ] && [ "$recorded" -ge "$answered" ] && awk "BEGIN { exit !(${growth% *} < 1.1 || ${growth#* } < 16) }"
