#!/usr/bin/env bash
# The recipes of the guide with the real husky, lint-staged and lefthook, and `auditlint hook install` with git alone: what is staged is
# what counts, whatever the files hold, and what is committed is what was checked. The binary is the debug build.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target="${CARGO_TARGET_DIR:-$root/target}"
tools="$target/hook-tools"
husky=9.1.7 lint_staged=17.6.1 lefthook=2.2.2

fail() {
    printf 'FAILED: %s: %s\n' "$runner" "$1" >&2
    [ $# -lt 2 ] || printf '%s\n' "$2" >&2
    exit 1
}

runner=setup
[ -x "$target/debug/auditlint" ] || fail "there is no debug build"
wanted="$husky $lint_staged $lefthook"
if [ "$(cat "$tools/versions" 2>/dev/null)" != "$wanted" ]; then
    mkdir -p "$tools"
    # lefthook brings its binary as an optional package, and would install its hooks here.
    npm install --silent --no-audit --ignore-scripts --prefix "$tools" \
        "husky@$husky" "lint-staged@$lint_staged" "lefthook@$lefthook"
    printf '%s' "$wanted" >"$tools/versions"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_CONFIG_SYSTEM=/dev/null NO_COLOR=1 HOME="$work"
unset CI GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE
export PATH="$target/debug:$tools/node_modules/.bin:$PATH"
git config --global user.name tester
git config --global user.email tester@example.com
git config --global init.defaultBranch main

# Sets `out` and `code` to what git prints and returns.
commit() {
    code=0
    out=$(git commit "$@" 2>&1) || code=$?
}

# A repository in which the hook of the runner is installed by the function of its name.
try() {
    runner=$1
    mkdir -p "$work/$runner/src" "$work/$runner/rules"
    cd "$work/$runner"
    git init --quiet
    printf 'packs = []\nrule-dirs = ["rules"]\n' >auditlint.toml
    printf 'id: forbidden\nlanguage: TypeScript\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$ARGS)\n' \
        >rules/forbidden.yml
    printf '{ "name": "tried", "private": true, "type": "module" }\n' >package.json
    printf 'fine();\n' >src/a.ts
    git add --all
    git commit --quiet --message "Begin"
    "install_$runner"
    git add --all
    git commit --quiet --no-verify --allow-empty --message "Install the hook"

    # Staged with a finding, put right in the folder only.
    printf 'forbidden();\n' >src/a.ts
    git add src/a.ts
    printf 'fine();\n' >src/a.ts
    commit --message "A finding is staged"
    [ "$code" -ne 0 ] || fail "a staged finding went through" "$out"
    [[ $out == *"src/a.ts"*forbidden* || $out == *forbidden*"src/a.ts"* ]] || fail "the finding is not printed" "$out"
    git reset --quiet --hard

    # Fine as it is staged, with a finding in the folder only.
    printf 'better();\n' >src/a.ts
    git add src/a.ts
    printf 'better();\nforbidden();\n' >src/a.ts
    commit --message "What is staged is fine"
    [ "$code" -eq 0 ] || fail "what is not staged was checked" "$out"
    [ "$(git show HEAD:src/a.ts)" = 'better();' ] || fail "something else was committed"
    [ "$(cat src/a.ts)" = "$(printf 'better();\nforbidden();')" ] || fail "the file in the folder was changed" "$(cat src/a.ts)"

    # The rule is staged in part too: that of the commit counts.
    git reset --quiet --hard
    sed -i.old 's/forbidden(/better(/' rules/forbidden.yml && rm rules/forbidden.yml.old
    printf 'better(1);\n' >src/a.ts
    git add src/a.ts
    commit --message "By the rule that is staged"
    [ "$code" -eq 0 ] || fail "the rule in the folder was used" "$out"
    printf 'better(2);\n' >src/a.ts
    git add --all
    commit --message "By the new rule"
    [ "$code" -ne 0 ] || fail "the staged rule was not used" "$out"
    echo "$runner: ok"
}

install_git() {
    auditlint hook install >/dev/null
    auditlint hook status >/dev/null || fail "the hook is not said to be current"
}

install_husky() {
    husky >/dev/null
    printf 'auditlint check --staged\n' >.husky/pre-commit
    # Into its folder nothing is written.
    if auditlint hook install >/dev/null 2>&1; then fail "a hook was written into the folder of husky"; fi
}

install_lint_staged() {
    printf 'export default { "*": () => "auditlint check --staged" };\n' >lint-staged.config.mjs
    printf '#!/bin/sh\nexec lint-staged --verbose\n' >.git/hooks/pre-commit
    chmod +x .git/hooks/pre-commit
}

install_lefthook() {
    printf 'pre-commit: { commands: { auditlint: { run: auditlint check --staged } } }\n' >lefthook.yml
    lefthook install >/dev/null
    if auditlint hook install >/dev/null 2>&1; then fail "a hook was written over that of lefthook"; fi
}

for each in git husky lint_staged lefthook; do try "$each"; done
echo "hooks: ok"
