#!/usr/bin/env bash
# The editor recipes of the book in a real Vim: `:make` fills the quickfix list from the concise format, and the buffer that
# is not yet saved goes through standard input and comes back as JSON.
# The settings are taken out of the page, so that what is read there is what is run here.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
target="${CARGO_TARGET_DIR:-$root/target}"
page="$root/docs/src/guide/editors.md"

fail() {
    printf 'FAILED: %s\n' "$1" >&2
    [ ! -f "${work:-}/log" ] || cat "$work/log" >&2
    exit 1
}

if [ ! -x "$target/release/auditlint" ]; then
    (cd "$root" && cargo build --release --locked)
fi
export PATH="$target/release:$PATH"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# block N: the Nth ```vim block of the page.
block() {
    awk -v want="$1" '/^```vim$/ { n++; on = (n == want); next } /^```/ { on = 0 } on' "$page"
}
block 1 >"$work/make.vim"
block 2 >"$work/buffer.vim"
[ -s "$work/make.vim" ] && [ -s "$work/buffer.vim" ] || fail "$page no longer holds the two vim blocks"

mkdir -p "$work/project/src"
cd "$work/project"
printf 'packs = ["recommended"]\n' >auditlint.toml
cat >src/session.ts <<'TS'
// größer 😀
const sessions = new Map<string, string>();

export function remember(id: string, user: string) {
  sessions.set(id, user);
  return fetch("https://example.com/" + id);
}
TS

vim_run() {
    vim -N -u NONE -i NONE -es -S "$1" </dev/null >"$work/log" 2>&1 || true
}

cat >"$work/drive-make.vim" <<VIM
source $work/make.vim
silent make!
let rows = map(getqflist(), 'join([v:val.valid, bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.type, v:val.text], "|")')
call writefile(rows, "$work/quickfix")
qall!
VIM
vim_run "$work/drive-make.vim"
[ -f "$work/quickfix" ] || fail "Vim wrote no quickfix list"
grep -E '^1\|src/session.ts\|2\|7\|[eE]\|.*in-memory-store' "$work/quickfix" >/dev/null ||
    fail "the quickfix list does not hold the Map at 2:7: $(cat "$work/quickfix")"
grep -E '^1\|src/session.ts\|6\|10\|[wW]\|.*raw-fetch' "$work/quickfix" >/dev/null ||
    fail "the quickfix list does not hold the fetch at 6:10: $(cat "$work/quickfix")"
[ "$(grep -c '^1|' "$work/quickfix")" -eq 2 ] || fail "the quickfix list holds more than the two findings: $(cat "$work/quickfix")"

# Two lines are put in front of the buffer and not saved: the places must follow the buffer, not the file.
cat >"$work/drive-buffer.vim" <<VIM
source $work/buffer.vim
edit src/session.ts
call append(0, ["// one", "// two"])
AuditlintBuffer
let rows = map(getloclist(0), 'join([v:val.lnum, v:val.col, v:val.end_lnum, v:val.end_col, v:val.type, v:val.text], "|")')
call writefile(rows, "$work/locations")
qall!
VIM
vim_run "$work/drive-buffer.vim"
[ -f "$work/locations" ] || fail "Vim wrote no location list"
grep -E '^4\|7\|4\|[0-9]+\|[eE]\|.*in-memory-store' "$work/locations" >/dev/null ||
    fail "the location list does not hold the Map at 4:7: $(cat "$work/locations")"
grep -E '^8\|10\|8\|[0-9]+\|[wW]\|.*raw-fetch' "$work/locations" >/dev/null ||
    fail "the location list does not hold the fetch at 8:10: $(cat "$work/locations")"

echo "editor: ok"
