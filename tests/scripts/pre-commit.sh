#!/usr/bin/env bash
# The hooks of .pre-commit-hooks.yaml in the real pre-commit framework: a commit with a finding is refused, one without
# passes, a file that the configuration excludes stays excluded although the framework names it, and a task that is ticked off too
# early is refused by a hook that always runs. Those of the flavour `system` take the binary that was built here.
# The framework clones this repository, so only what is committed is tried.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target="${CARGO_TARGET_DIR:-$root/target}"
venv="$target/pre-commit-venv"
version=4.7.0

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '%s\n' "$2" >&2
    exit 1
}

if ! "$venv/bin/pre-commit" --version 2>/dev/null | grep -qF " $version"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "pre-commit==$version"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PRE_COMMIT_HOME="$work/hooks" PRE_COMMIT_COLOR=never NO_COLOR=1
# The framework builds in its own clone; the dependencies that the release build has compiled are taken from here.
export CARGO_TARGET_DIR="$target"
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_SYSTEM=/dev/null
git config --global user.name tester
git config --global user.email tester@example.com
git config --global init.defaultBranch main
git config --global --add safe.directory '*'

mkdir -p "$work/repo/src" "$work/repo/vendor"
cd "$work/repo"
git init --quiet
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $root
    rev: $(git -C "$root" rev-parse HEAD)
    hooks:
      - id: auditlint
YAML
cat >auditlint.toml <<'TOML'
packs = ["recommended"]
exclude = ["vendor/"]
TOML
"$venv/bin/pre-commit" install --install-hooks

# Sets `out` and `code` to what a commit of everything prints and returns.
commit() {
    git add --all
    code=0
    out=$(git commit --message "$1" 2>&1) || code=$?
}

bad='const sessions = new Map<string, string>();
export function remember(id: string, user: string) {
  sessions.set(id, user);
}'

printf '%s\n' "$bad" >src/session.mts
commit "A finding"
[ "$code" -ne 0 ] || fail "a commit with a finding went through" "$out"
[[ $out == *in-memory-store* && $out == *src/session.mts* ]] || fail "the finding is not printed" "$out"

mv src/session.mts vendor/session.mts
commit "The same in an excluded folder"
[ "$code" -eq 0 ] || fail "an excluded file was checked because the framework named it" "$out"
[[ $out == *auditlint*Passed* ]] || fail "the hook did not run on the excluded file" "$out"

echo 'export const limit = 10;' >src/limit.ts
commit "No finding"
[ "$code" -eq 0 ] || fail "a commit without a finding was refused" "$out"
[[ $out == *auditlint*Passed* ]] || fail "the hook did not run" "$out"

echo 'words' >notes.txt
commit "Nothing to check"
[ "$code" -eq 0 ] || fail "a commit without sources was refused" "$out"
[[ $out == *Skipped* ]] || fail "the hook ran on a text file" "$out"

export PATH="$target/release:$PATH"
"$target/release/auditlint" --version >/dev/null || fail "there is no release build"
cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $root
    rev: $(git -C "$root" rev-parse HEAD)
    hooks:
      - id: auditlint-system
      - id: auditlint-tasks-system
YAML
cat >auditlint.toml <<'TOML'
packs = ["recommended"]
exclude = ["vendor/"]

[[tasks]]
files = "tasks/*.yaml"

[rules.raw-fetch]
tasks = ["T-1"]
TOML
mkdir tasks
printf 'id: T-1\ntitle: One client\nstatus: todo\n' >tasks/T-1.yaml
echo 'export const load = () => fetch("https://example.com");' >src/load.ts
commit "A warning of an open task"
[ "$code" -ne 0 ] || fail "a new finding of an open task went through" "$out"
[[ $out == *"T-1 is not done"* || $out == *open* ]] || fail "the task is not named" "$out"
git commit --quiet --no-verify --message "As it is"
printf 'id: T-1\ntitle: One client\nstatus: done\n' >tasks/T-1.yaml
commit "Ticked off too early"
[ "$code" -ne 0 ] || fail "a task that is not done was ticked off" "$out"
[[ $out == *regressed* ]] || fail "the task is not said to be regressed" "$out"
echo 'export const load = 1;' >src/load.ts
commit "Done"
[ "$code" -eq 0 ] || fail "a task that is done was refused" "$out"

echo "pre-commit: ok"
