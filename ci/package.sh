#!/bin/sh
# Packs a binary as a release, in the form in which install.sh looks for it.
#
#   package.sh BINARY TARGET FOLDER   writes FOLDER/VERSION/auditlint-VERSION-TARGET.tar.gz and its .sha256
set -eu
[ $# -eq 3 ] || {
    echo "usage: package.sh BINARY TARGET FOLDER" >&2
    exit 2
}
binary=$1
version=$("$binary" --version)
version=${version#auditlint }
name="auditlint-$version-$2"
folder="$3/$version"
case $2 in
*windows*) program=auditlint.exe ;;
*) program=auditlint ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"
cp "$binary" "$work/$program"
tar -czf "$folder/$name.tar.gz" -C "$work" "$program"
cd "$folder"
if command -v sha256sum >/dev/null; then sha256sum "$name.tar.gz"; else shasum -a 256 "$name.tar.gz"; fi >"$name.tar.gz.sha256"
