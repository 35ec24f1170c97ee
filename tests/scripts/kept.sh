#!/usr/bin/env bash
# Holds runs with kept results against runs without, over commits of a real repository with all packs: the same bytes on both streams
# and the same exit code, in each commit, forwards and back.
#
#   tests/scripts/kept.sh [REPOSITORY [COMMITS]]     this repository and 50 commits unless told otherwise
#
# Needs git and target/release/auditlint (or $AUDITLINT).
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
auditlint="${AUDITLINT:-${CARGO_TARGET_DIR:-$here/target}/release/auditlint}"
repository="${1:-$here}"
count="${2:-50}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export AUDITLINT_CACHE_KEY=differential AUDITLINT_CACHE_DIR="$work/kept" NO_COLOR=1

git clone --quiet --shared --no-checkout "$repository" "$work/tree"
# From old to new, evenly spread over the history that is there, and the last one again.
mapfile -t all < <(git -C "$repository" rev-list --reverse --first-parent HEAD)
total=${#all[@]}
((count < total)) || count=$total
packs=$("$auditlint" version --verbose | sed -n 's/^packs: *//p' | sed -E 's/([a-z-]+) \([0-9]+ rules\)/"\1"/g')
printf 'packs = [%s]\n' "$packs" >"$work/auditlint.toml"

# run NAME FLAG…: what a check says, with its exit code.
run() {
    local name=$1 code=0
    shift
    (cd "$work/tree" && "$auditlint" check --config auditlint.kept-test.toml --as-of 2026-01-01 --format json "$@") \
        >"$work/$name.out" 2>"$work/$name.err" || code=$?
    echo "$code" >"$work/$name.code"
}

differ=0
for ((number = 0; number <= count; number++)); do
    commit=${all[$((number == count ? total - 1 : number * total / count))]}
    git -C "$work/tree" checkout --quiet --force "$commit"
    cp "$work/auditlint.toml" "$work/tree/auditlint.kept-test.toml"
    run kept
    run plain --no-cache
    for what in out err code; do
        if ! cmp -s "$work/kept.$what" "$work/plain.$what"; then
            printf 'commit %s: %s differs\n' "$commit" "$what" >&2
            diff "$work/kept.$what" "$work/plain.$what" | head -20 >&2 || true
            differ=$((differ + 1))
        fi
    done
done
(cd "$work/tree" && "$auditlint" check --config auditlint.kept-test.toml --as-of 2026-01-01 --timings --exit-zero 2>&1 >/dev/null | tail -2)
printf '%d of %d commits, %d differences\n' "$count" "$total" "$differ"
((differ == 0))
