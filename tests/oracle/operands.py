"""Operands: the TypeScript compiler's own parser, on the same sources as its checker (`typescript.py`).

Compared is, for each expression and a few types, where it stands and where its operand does: a tree that is wrong without an error shows in that. Files
of which either does not understand all are left aside."""

import subprocess

from comparison import HERE, ROOT, Place, call, compare
from typescript import COMPILER_FOLDER, SOURCES, bring, sources

EXAMPLE = ["cargo", "run", "--quiet", "--locked", "-p", "auditlint-syntax", "--example", "operands", "--", SOURCES]
COMPILER = ["node", "--max-old-space-size=4096", HERE / "operands.mjs", SOURCES]


def read(command, folder, files):
    """The places of each file, those of operands packed into their name, and the files that are not wholly understood."""
    out = subprocess.run(command, cwd=folder, input="\n".join(files).encode(), stdout=subprocess.PIPE, check=True).stdout
    places, unclear, path = {}, {}, None
    for line in out.decode().splitlines():
        kind, *rest = line.split("\t")
        if kind == "file":
            path = rest[0]
            places[path] = set()
            if rest[1] != "0":
                unclear[path] = int(rest[2])
        else:
            places[path].add(Place(f"{kind}, operand at {rest[2]}..{rest[3]}", path, int(rest[0]), int(rest[1])))
    return places, unclear


def run(show_all):
    bring()
    files = sources()
    ours, unclear = read(EXAMPLE, ROOT, files)
    theirs, broken = read(COMPILER, COMPILER_FOLDER, files)
    compared = [path for path in files if path in ours and path not in unclear and path not in broken]
    everything = lambda places: set().union(*(places[path] for path in compared))
    alike = compare(SOURCES, everything(theirs), everything(ours), show_all, lambda rule: rule.split(",")[0])
    print(f"{len(files)} files, {len(unclear)} of them with regions not understood ({sum(unclear.values())} bytes)")
    return alike
