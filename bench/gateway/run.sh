#!/usr/bin/env bash
# The gateway beside its peers, all in one interleaved run, per core: the bench that lies beside the project, with our line added. Usage:
# ./stillwatch bench gateway [ROUNDS [SCENARIOS [PEER…]]]. Needs nginx, haproxy, node and a C++ compiler; installs what is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
rounds=${1:-3}
scenarios=${2:-"json-max json-4k burst-max big-max paced-300 slow-1000"}
shift $(($# < 2 ? $# : 2))
peers=${*:-"nginx yarp portkey floor floor-journal stillwatch"}
[ -d "$root/../shared/bench/gateway" ] || { echo "skipped: the bench of the peers is not beside this checkout" >&2; exit 0; }

work=${GATEWAY_BENCH_DIR:-$(mktemp -d)}
if [ ! -e "$work/run.sh" ]; then
  cp -r "$root/../shared/bench/gateway/." "$work"
  chmod -R u+w "$work"
fi
if ! command -v nginx >/dev/null || ! command -v haproxy >/dev/null; then
  apt-get -o DPkg::Lock::Timeout=300 update -qq >&2
  apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends nginx-light haproxy g++ >&2
fi
[ -d "$work/peers/floor-aot" ] || (cd "$work" && ./install-peers.sh >"$work/install.log" 2>&1) || { tail -5 "$work/install.log" >&2; exit 1; }

data=$work/stillwatch-data
rm -rf "$data"
# The load generator sends a credential of its own in Authorization; ours goes beside it, and x-api-key counts first.
key=$("$root/stillwatch" keys create --account bench --data "$data" 2>/dev/null)
grep -v '^"stillwatch|' "$work/peers.sh" | grep -v '^)$' >"$work/peers.new"
cat >>"$work/peers.new" <<LINE
"stillwatch|9120||x-api-key: $key|$root/stillwatch up --config $here/config.yaml --data $data --port 9120 --console-port 9121"
)
LINE
mv "$work/peers.new" "$work/peers.sh"
# shellcheck disable=SC2086
(cd "$work" && ./run.sh -n "$rounds" -s "$scenarios" -o "$work/results/ours.jsonl" $peers)
"$root/stillwatch" query "select count(*) as on_record from exchanges" --data "$data"
[ -n "${GATEWAY_BENCH_DIR:-}" ] || rm -rf "$work"
