#!/usr/bin/env bash
# What all of detection costs as accounts grow: a month of honest customers through the watch, all links and detectors on, against the same month written as a log
# (the same texts and features, no watch). Usage: ./stillwatch bench detection [SCALE...]; the scale 1 is a million accounts.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$here/../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v /usr/bin/time >/dev/null || apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends time >&2
"$root/stillwatch" range list >/dev/null
scales=("$@")
[ ${#scales[@]} -gt 0 ] || scales=(0.001 0.01 0.1)
for scale in "${scales[@]}"; do
  /usr/bin/time -f '%e %M' -o "$work/watch" "$root/stillwatch" range run ordinary-month --scale "$scale" --out "$work/out" --quiet >"$work/told" 2>/dev/null
  rm -rf "$work/log"
  /usr/bin/time -f '%e' -o "$work/written" "$root/stillwatch" range run ordinary-month --scale "$scale" --mode log --out "$work/log" --quiet >/dev/null 2>&1
  read -r accounts exchanges < <(awk '/^all /{gsub(",", ""); print $2, $3}' "$work/told")
  read -r seconds kilobytes <"$work/watch"
  awk -v s="$scale" -v a="$accounts" -v e="$exchanges" -v t="$seconds" -v k="$kilobytes" -v w="$(cat "$work/written")" \
    'BEGIN { printf "scale %s: %d accounts, %d exchanges: %.1f s, %.0f exchanges a second, %.1f us an exchange, %.0f MB at the peak; %.2f x the time of writing it as a log\n", s, a, e, t, e / t, t * 1e6 / e, k / 1024, t / w }'
done
