#!/usr/bin/env bash
# Figures of the house, for comparing two builds: eng/figures.sh [CHECKOUT]
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"
lines() { git ls-files "$@" | grep '\.cs$' | xargs cat | wc -l; }
echo "lines of App, without what tries the system out: $(git ls-files src/Stillwatch.App | grep '\.cs$' | grep -v "^src/Stillwatch.App/Trials/" | xargs cat | wc -l) (all: $(lines src/Stillwatch.App))"
echo "files over 500 lines: $(git ls-files src | grep '\.cs$' | xargs wc -l | awk '$2 != "total" && $1 > 500' | wc -l)"
echo "source lines over 140 characters: $(git ls-files src tests | grep '\.cs$' | xargs awk 'length($0) > 140' | wc -l)"
echo "lines of pages over 140 characters, tables and blocks left out: $(git ls-files | grep '\.md$' | xargs awk 'FNR == 1 { block = 0 } /^```/ { block = !block } !block && !/^\|/ && length($0) > 140' | wc -l)"
echo "widest method: $(git ls-files src | grep '\.cs$' | xargs cat | tr '\n' ' ' | grep -oE '(public|internal|private|protected)[^;{}=]{0,80} [A-Z][A-Za-z]*\([^()]*\)' | awk -F, '{ print NF }' | sort -n | tail -1) parameters (by commas)"
echo "words in the glossary: $(wc -w <docs/glossary.md)"
named=0 all=0
for file in $(git ls-files src/Stillwatch src/Stillwatch.Gateway src/Stillwatch.Engine src/Stillwatch.Logs | grep '\.cs$' | grep -v '^src/Stillwatch/Campaigns/'); do
  [ "$(wc -l <"$file")" -gt 60 ] || continue
  all=$((all + 1))
  name=$(basename "$file" .cs)
  if git ls-files "tests/*/${name}Tests.cs" | grep -q .; then named=$((named + 1)); fi
done
echo "files over 60 lines of core (without Campaigns), Logs, Gateway and Engine with a test of their name: $named of $all ($((100 * named / all)) %)"
