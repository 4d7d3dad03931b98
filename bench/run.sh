#!/usr/bin/env bash
# Benchmarks. Usage: ./stillwatch bench [NAME] [ARGUMENTS]; each is a folder here with a run.sh. Without a name all of them run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
names=("${1:-}")
[ -n "${1:-}" ] && shift || mapfile -t names < <(find "$here" -mindepth 2 -name run.sh -printf '%h\n' | xargs -n1 basename | sort)
for name in "${names[@]}"; do
  [ -x "$here/$name/run.sh" ] || { echo "stillwatch: no benchmark '$name'; there are: $(cd "$here" && ls -d */ | tr -d / | xargs)" >&2; exit 2; }
  "$here/$name/run.sh" "$@"
done
