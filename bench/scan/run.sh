#!/usr/bin/env bash
# Time of a whole scan (start of the program, reading, watching, writing the result) against a bare parse of the same file with simdjson,
# one core, in turn. Usage: ./stillwatch bench scan [LOG [ACCOUNTS]]; without a log, the stream 'medium' beside the project if it is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
rounds=${ROUNDS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

log=${1:-}
accounts=${2:-}
if [ -z "$log" ]; then
  stream=$root/../shared/data/streams/medium
  [ -d "$stream" ] || { echo "stillwatch: no log; name one: ./stillwatch bench scan LOG [ACCOUNTS]" >&2; exit 2; }
  zcat "$stream/exchanges.jsonl.gz" >"$work/log.jsonl"
  log=$work/log.jsonl
  accounts=$stream/accounts.jsonl
fi

if ! command -v g++ >/dev/null || ! [ -e /usr/include/simdjson.h ]; then
  apt-get -o DPkg::Lock::Timeout=300 update -qq >&2
  apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends g++ libsimdjson-dev >&2
fi
g++ -O3 -march=native -std=c++17 "$here/parse.cpp" -lsimdjson -o "$work/parse"

now() { date +%s%N; }
scan() { "$root/stillwatch" scan "$log" ${accounts:+--accounts "$accounts"} --out "$work/r.json" --quiet; }
scan                       # warm: the file is in memory, the program is built
"$work/parse" "$log" >/dev/null
: >"$work/rows"
for _ in $(seq "$rounds"); do
  a=$(now); scan; b=$(now); "$work/parse" "$log" >/dev/null; c=$(now)
  echo "$(((b - a) / 1000)) $(((c - b) / 1000))" >>"$work/rows"
done
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
size=$(stat -c %s "$log")
scan_us=$(cut -d' ' -f1 "$work/rows" | median)
parse_us=$(cut -d' ' -f2 "$work/rows" | median)
ratios=$(awk '{printf "%.2f\n", $1 / $2}' "$work/rows" | sort -n)
row() { awk -v name="$1" -v us="$2" -v size="$size" 'BEGIN {printf "%-36s%6.2f s  %7.1f MB/s\n", name, us / 1e6, size / us}'; }
echo "$((size / 1000000)) MB, $rounds rounds in turn, medians"
row "scan, whole program, all cores" "$scan_us"
row "bare parse with simdjson, one core" "$parse_us"
printf '%-36s%6s    (least %s, most %s)\n' "ratio of times, pair by pair" "$(median <<<"$ratios")" "$(head -1 <<<"$ratios")" "$(tail -1 <<<"$ratios")"
if [ -x /usr/bin/time ]; then
  /usr/bin/time -f 'peak memory of the scan             %M KB' "$root/stillwatch" scan "$log" ${accounts:+--accounts "$accounts"} --out "$work/r.json" --quiet
fi
