"""TypeScript: the compiler's own checker, on the sources of npm packages that ship them.

Compared are the places that are the globals `process.env`, `fetch`, `console`, `JSON` and `Object.freeze`, whatever their spelling, and the declarations
that nothing in their file mentions."""

import json
import shutil
import subprocess

from comparison import HERE, WORK, Place, call, compare, run_auditlint, write_rules

COMPILER = "typescript@5.9.3"
PACKAGES = [
    "viem@2.57.20",
    "cloudflare@7.3.0",
    "openai@6.49.0",
    "@anthropic-ai/sdk@1.11.0",
    "rxjs@7.8.2",
    "zod@4.6.7",
    "msw@2.15.0",
    "ox@1.8.3",
    "ethers@6.17.0",
    "@tanstack/router-core@1.171.39",
    "groq-sdk@1.6.0",
    "wagmi@3.7.7",
    "@wagmi/core@3.6.5",
    "effect@4.1.0",
    "@effect/platform@0.97.2",
]
PATHS = ["process.env", "fetch", "console", "JSON", "Object.freeze"]
NAME_KINDS = ["identifier", "member_expression", "subscript_expression", "shorthand_property_identifier"]
DECLARED = ["identifier", "type_identifier", "shorthand_property_identifier_pattern"]
FOLDER = WORK / "typescript"
SOURCES = FOLDER / "sources"
COMPILER_FOLDER = FOLDER / "compiler"


def bring():
    """The packages as they were published; nothing of them is run but the compiler."""
    mark = FOLDER / "brought.json"
    wanted = json.dumps([COMPILER, PACKAGES])
    if mark.exists() and mark.read_text() == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    COMPILER_FOLDER.mkdir(parents=True)
    (COMPILER_FOLDER / "package.json").write_text('{"private": true}')
    call(["npm", "install", "--ignore-scripts", "--no-audit", "--loglevel=error", COMPILER], COMPILER_FOLDER)
    for package in PACKAGES:
        packed = call(["npm", "pack", package, "--silent"], FOLDER, stdout=subprocess.PIPE)
        archive = FOLDER / packed.stdout.decode().split()[-1]
        folder = SOURCES / package.rsplit("@", 1)[0].replace("/", "-").lstrip("@")
        folder.mkdir(parents=True)
        call(["tar", "xzf", archive, "-C", folder, "--strip-components=1"], FOLDER)
        archive.unlink()
    # Only sources, as they are written: no declarations, no configuration, no ignore files.
    for path in sorted(SOURCES.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.suffix not in (".ts", ".tsx") or path.name.endswith((".d.ts", ".d.tsx")):
            path.unlink()
    mark.write_text(wanted)


def rules():
    def any_of(kinds):
        return [{"kind": kind} for kind in kinds]

    for path in PATHS:
        yield {"id": path, "language": "TypeScript", "rule": {"resolves-to": path, "any": any_of(NAME_KINDS)}}
    unused = {"any": any_of(DECLARED), "references": {"max": 0}, "exported": False}
    yield {"id": "unused", "language": "TypeScript", "rule": unused}


def ask_compiler(files):
    command = ["node", "--max-old-space-size=4096", HERE / "typescript.mjs", SOURCES]
    out = subprocess.run(command, cwd=COMPILER_FOLDER, input="\n".join(files).encode(), stdout=subprocess.PIPE, check=True)
    return {Place(*json.loads(line)) for line in out.stdout.splitlines()}


def sources():
    return sorted(str(path.relative_to(SOURCES)) for kind in ("*.ts", "*.tsx") for path in SOURCES.rglob(kind) if path.is_file())


def run(show_all):
    bring()
    write_rules(SOURCES, list(rules()))
    files = sources()
    expected = ask_compiler(files)
    findings, unclear = run_auditlint(SOURCES)
    found = {Place(finding["rule"], finding["path"], finding["start"]["byte"], finding["end"]["byte"]) for finding in findings}

    def is_comparable(place):
        # A mention that the parser did not understand is none: what is never mentioned can be compared in the other files only.
        return place.rule != "unused" or place.path not in unclear

    alike = compare(SOURCES, set(filter(is_comparable, expected)), set(filter(is_comparable, found)), show_all)
    print(f"{len(files)} files; `unused` in the {len(files) - len(unclear)} of them in which all was understood")
    return alike
