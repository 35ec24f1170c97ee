#!/usr/bin/env python3
"""Runs auditlint on a folder of cases, each a small project, and compares what it finds with what the case expects.

    tests/scripts/cases.py AUDITLINT FOLDER [--except NAME]... [PART]...

Only cases whose name holds a PART are run, all where none is given; those of `--except` are left out and named. Beside the files of
its project a case holds:

- `expect.json`: a list of `{"rule", "path", "line"}`, the findings that are not suppressed, each as often as it stands there;
- `expect.fatal`: a text that some problem of the run must hold; without it no problem may be an error;
- `expect.args`: further arguments of `check`, one a line;
- `expect.after/`: files after a change, each with `.after` behind its name, and `expect.fixargs`: the arguments of that change
  (`--fix` where it is missing)."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

# A run takes a fraction of a second; one that takes as long as this hangs.
SECONDS = 30
NOT_OF_THE_PROJECT = ("expect.*", "SOURCE.txt")


def lines(path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def check(binary, folder, arguments):
    command = [binary, "check", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)


def differences(case, report):
    """What a report says otherwise than the case expects."""
    expected = json.loads((case / "expect.json").read_text(encoding="utf-8"))
    wanted = Counter((one["rule"], one["path"], one["line"]) for one in expected)
    found = Counter(
        (one["rule"], one["path"], one["start"]["line"]) for one in report["findings"] if one["state"] != "suppressed"
    )
    said = [f"{kind} {rule} {path}:{line}" for kind, some in [("missing", wanted - found), ("extra", found - wanted)]
            for rule, path, line in some.elements()]
    fatal = "\n".join(lines(case / "expect.fatal")).strip()
    messages = [problem["message"] for problem in report["problems"]]
    if fatal and not any(fatal in message for message in messages):
        said.append(f"no problem says `{fatal}`")
    if not fatal:
        said += [f"error: {one['message']}" for one in report["problems"] if one["level"] == "error"]
    return said


def changed_otherwise(case, binary, folder):
    """The files that a change leaves otherwise than the case expects."""
    after = case / "expect.after"
    if not after.exists():
        return []
    check(binary, folder, lines(case / "expect.fixargs") or ["--fix"])
    said = []
    for expected in sorted(after.rglob("*.after")):
        file = folder / str(expected.relative_to(after)).removesuffix(".after")
        if not file.exists() or file.read_bytes() != expected.read_bytes():
            said.append(f"changed otherwise: {file.relative_to(folder)}")
    return said


def judge(case, binary):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        shutil.copytree(case, folder, ignore=shutil.ignore_patterns(*NOT_OF_THE_PROJECT), copy_function=shutil.copyfile)
        try:
            done = check(binary, folder, ["--format", "json", *lines(case / "expect.args")])
            return differences(case, json.loads(done.stdout)) + changed_otherwise(case, binary, folder)
        except subprocess.TimeoutExpired:
            return [f"takes longer than {SECONDS} s"]
        except ValueError:
            return [f"ends with {done.returncode} and no report: {done.stderr.decode(errors='replace')[:200]}"]


def main(arguments):
    left_out, words = set(), []
    while arguments:
        word = arguments.pop(0)
        if word == "--except" and arguments:
            left_out.add(arguments.pop(0))
        else:
            words.append(word)
    if len(words) < 2:
        sys.exit(__doc__)
    binary, folder, parts = Path(words[0]).resolve(), Path(words[1]), words[2:]
    cases = [path.parent for path in sorted(folder.glob("*/expect.json"))]
    cases = [case for case in cases if not parts or any(part in case.name for part in parts)]
    skipped = [case.name for case in cases if case.name in left_out]
    cases = [case for case in cases if case.name not in left_out]
    if not cases:
        sys.exit(f"{folder} holds no case")
    failed = 0
    for case in cases:
        said = judge(case, str(binary))
        failed += bool(said)
        if said:
            print(f"{case.name}: {'; '.join(said)}", flush=True)
    print(f"{len(cases) - failed} of {len(cases)} cases as expected" + (f", left out: {', '.join(skipped)}" if skipped else ""))
    sys.exit(1 if failed else 0)


main(sys.argv[1:])
