#!/bin/sh
# Installs auditlint: a published binary whose checksum is right, else a build from source.
#
#   AUDITLINT_VERSION    which one, such as 0.1.0
#   AUDITLINT_RELEASES   where releases are: an address or a folder that holds VERSION/auditlint-VERSION-TARGET.tar.gz, each with a
#                        .sha256 beside it (package.sh makes them); empty for a build from source
#   AUDITLINT_CHECKSUM   the SHA-256 of the archive, where it is known from elsewhere; the .sha256 beside it is not asked then
#   AUDITLINT_BIN        the folder that the binary is put into [default: .auditlint/bin]
#   AUDITLINT_SOURCE     what is built where nothing is published for this machine [default: the folder above this file]
#
# A binary that is there in this version stays, so the folder can be restored from a cache. Prints where the binary is, and adds its
# folder to $GITHUB_PATH.
set -eu

say() { printf '%s\n' "$*" >&2; }
die() {
    say "auditlint: $*"
    exit 2
}

version=${AUDITLINT_VERSION:-}
version=${version#v}
[ -n "$version" ] || die "AUDITLINT_VERSION says which version to install; it is empty"
releases=${AUDITLINT_RELEASES:-}
releases=${releases%/}
bin=${AUDITLINT_BIN:-.auditlint/bin}
source=${AUDITLINT_SOURCE:-$(dirname "$0")/..}

# The name under which Rust knows this machine.
target() {
    case $(uname -s) in
    Linux) os=unknown-linux-gnu ;;
    Darwin) os=apple-darwin ;;
    MINGW* | MSYS* | CYGWIN*) os=pc-windows-msvc ;;
    *) return 1 ;;
    esac
    case $(uname -m) in
    x86_64 | amd64) echo "x86_64-$os" ;;
    aarch64 | arm64) echo "aarch64-$os" ;;
    *) return 1 ;;
    esac
}

# bring FROM TO: copies a file of a folder, or downloads it. 1 where there is no such file.
bring() {
    case $1 in
    file://*) [ -f "${1#file://}" ] && cp "${1#file://}" "$2" ;;
    https://*)
        # 404 is an answer; anything else that goes wrong is not.
        status=$(curl --proto '=https' --tlsv1.2 --silent --show-error --location --retry 3 --output "$2" \
            --write-out '%{http_code}' "$1") || die "$1 cannot be downloaded"
        case $status in
        200) ;;
        404) return 1 ;;
        *) die "$1 cannot be downloaded: the server answers $status" ;;
        esac
        ;;
    http://*) die "$1 is not downloaded: the connection is not secure; use https" ;;
    *) [ -f "$1" ] && cp "$1" "$2" ;;
    esac
}

sum_of() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

is_installed() {
    [ -x "$bin/$program" ] && [ "$("$bin/$program" --version 2>/dev/null)" = "auditlint $version" ]
}

# The published binary. 1 where there is none for this machine.
install_published() {
    [ -n "$releases" ] || return 1
    machine=$(target) || return 1
    archive="auditlint-$version-$machine.tar.gz"
    bring "$releases/$version/$archive" "$work/$archive" || return 1
    expected=${AUDITLINT_CHECKSUM:-}
    if [ -z "$expected" ]; then
        bring "$releases/$version/$archive.sha256" "$work/$archive.sha256" ||
            die "$releases/$version has no $archive.sha256, so nobody knows whether the archive is the right one"
        expected=$(cut -d ' ' -f 1 "$work/$archive.sha256")
    fi
    found=$(sum_of "$work/$archive")
    # Falling back here would hide that somebody has put another file in its place.
    [ "$found" = "$expected" ] || die "the checksum of $archive is $found, not $expected; nothing was installed"
    tar -xzf "$work/$archive" -C "$work" "$program"
    mkdir -p "$bin"
    mv "$work/$program" "$bin/$program"
    chmod 755 "$bin/$program"
    is_installed || die "$archive holds another version, or a program that does not run on this machine"
}

install_from_source() {
    [ -f "$source/Cargo.toml" ] || die "there is no published binary, and $source holds no source to build"
    command -v cargo >/dev/null || die "there is no published binary for this machine, and no cargo to build one (https://rustup.rs)"
    say "auditlint: building from source, since there is no published binary of $version for this machine"
    cargo install --quiet --locked --path "$source" --root "$work/root" >&2
    mkdir -p "$bin"
    mv "$work/root/bin/$program" "$bin/$program"
    is_installed || die "the source in $source is another version than $version"
}

case $(uname -s) in
MINGW* | MSYS* | CYGWIN*) program=auditlint.exe ;;
*) program=auditlint ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! is_installed; then
    install_published || install_from_source
fi
bin=$(cd "$bin" && pwd)
if [ -n "${GITHUB_PATH:-}" ]; then printf '%s\n' "$bin" >>"$GITHUB_PATH"; fi
printf '%s\n' "$bin/$program"
