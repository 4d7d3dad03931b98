#!/usr/bin/env bash
# Builds and runs the tests. Usage: eng/test.sh DOTNET [--all] [more options for the test runner]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dotnet=$1
shift
cd "$here"

filter=(-trait- Suite=slow)
if [ "${1:-}" = --all ]; then
  filter=()
  shift
fi

# What tests need of the system and a machine may not have. Without it they are skipped, and say so.
need() {
  command -v "$1" >/dev/null || [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null && return
  { apt-get -o DPkg::Lock::Timeout=300 update && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$2"; } >/dev/null 2>&1 || printf 'stillwatch: %s could not be installed: the tests that need %s are skipped\n' "$2" "$1" >&2
}
need promtool prometheus
need go golang-go
need node nodejs
need python3 python3
need psql postgresql

"$dotnet" build Stillwatch.slnx -c Release -nologo -clp:ErrorsOnly

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
"$dotnet" artifacts/bin/Stillwatch.Tests/release/Stillwatch.Tests.dll -noColor -noLogo ${filter[@]+"${filter[@]}"} "$@" 2>&1 | tee "$log" || status=$?

# The trainer's tests: an assembly of their own, as libtorch is in no other.
if [ $# -eq 0 ] && [ "$(uname -m)" = x86_64 ]; then
  OMP_WAIT_POLICY=passive "$dotnet" artifacts/bin/Stillwatch.Lab.Tests/release/Stillwatch.Lab.Tests.dll -noColor -noLogo ${filter[@]+"${filter[@]}"} 2>&1 | tee -a "$log" || status=$?
fi

# The closing line in the plain form that any reader of a log knows: a summary for each assembly.
summary=$(grep -E 'Total: [0-9]+, Errors: ' "$log" || true)
count() { printf '%s\n' "$summary" | sed -nE "s/.*$1: ([0-9]+).*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'; }
total=$(count Total); errors=$(count Errors); bad=$(count Failed); failed=$((${errors:-0} + ${bad:-0})); skipped=$(count Skipped); left=$(count 'Not Run')
passed=$((${total:-0} - failed - ${skipped:-0} - ${left:-0}))
[ "$passed" -gt 0 ] || status=1

# The official JavaScript clients, where nobody asked for a part of the tests only.
if [ $# -eq 0 ]; then
  "$here/stillwatch" up --help >/dev/null
  whole=0
  "$here/tests/clients/run.sh" >"$log" 2>&1 || { whole=1; status=1; }
  grep -v '^ok ' "$log" || true
  clients=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" || true)   # one line for each suite
  if [ -n "$clients" ]; then
    passed=$((passed + $(printf '%s\n' "$clients" | awk '{ sum += $1 } END { print sum }')))
    bad=$(printf '%s\n' "$clients" | awk '{ sum += $3 } END { print sum }')
    failed=$((failed + (bad > 0 ? bad : whole)))   # it may break off after a suite that passed
  else
    failed=$((failed + 1))   # it did not even run
  fi
fi

[ "${skipped:-0}" = 0 ] || printf '%s skipped (the log says which, and why)\n' "$skipped"
printf '%s passed, %s failed\n' "$passed" "$failed"
exit "$status"
