#!/usr/bin/env python3
"""Holds `check --staged` against a checkout of the index, on real commits.

Each commit is put into the index of an empty repository that borrows the objects: once with no commit before it, so that all files are
staged, and once on top of its parent. Nothing is checked out there. The same files are checked out into another repository, and checked
there by name, with nothing kept from the commits before. The findings must be the same, byte for byte.

    tests/scripts/staged.py AUDITLINT [REPOSITORY [COMMITS [SECONDS]]]
"""
import json
import os
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FEWEST = 5


def git(folder, *args, **more):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment["GIT_CONFIG_GLOBAL"] = environment["GIT_CONFIG_SYSTEM"] = os.devnull
    return subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, env=environment, **more).stdout


def findings(binary, folder, *args):
    """Every finding and what could not be read, as text."""
    run = subprocess.run([binary, "check", "--format", "json", *args], cwd=folder, capture_output=True)
    if run.returncode not in (0, 1, 2):
        sys.exit(f"FAILED: {args} ended with {run.returncode}: {run.stderr.decode()}")
    report = json.loads(run.stdout)
    return [json.dumps(finding, sort_keys=True) for finding in report["findings"]]


def differences(what, commit, staged, checkout):
    if staged == checkout:
        return 0
    only_staged, only_checkout = set(staged) - set(checkout), set(checkout) - set(staged)
    print(f"{commit} {what}: {len(only_staged)} only staged, {len(only_checkout)} only in the checkout")
    for finding in sorted(only_staged)[:3] + sorted(only_checkout)[:3]:
        print(f"  {finding}")
    return 1


def borrowing(folder, objects):
    """An empty repository that has the objects of another one."""
    os.makedirs(folder)
    git(folder, "init", "--quiet")
    with open(os.path.join(folder, ".git", "objects", "info", "alternates"), "w", encoding="utf-8") as file:
        file.write(os.path.abspath(objects) + "\n")
    return folder


def main():
    binary = os.path.abspath(sys.argv[1])
    source = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else ROOT)
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 50
    until = time.monotonic() + float(sys.argv[4] if len(sys.argv) > 4 else 600)
    commits = git(source, "rev-list", "HEAD").decode().split()
    # From the whole history, not its end alone; the newest is always among them.
    commits = commits[:: max(1, len(commits) // wanted)][:wanted]
    objects = os.path.join(source, git(source, "rev-parse", "--git-common-dir").decode().strip(), "objects")
    compared = wrong = found = 0
    with tempfile.TemporaryDirectory() as work:
        bare = borrowing(os.path.join(work, "staged"), objects)
        checkout = borrowing(os.path.join(work, "checkout"), objects)
        for number, commit in enumerate(commits):
            if time.monotonic() > until:
                break
            git(bare, "read-tree", "--reset", commit)
            git(bare, "symbolic-ref", "HEAD", f"refs/heads/unborn{number}")
            git(checkout, "read-tree", "--reset", "-u", commit)
            staged = findings(binary, bare, "--staged")
            wrong += differences("everything is new", commit, staged, findings(binary, checkout, "--no-cache", "."))
            found += len(staged)
            parents = git(source, "rev-list", "--parents", "-n", "1", commit).decode().split()[1:]
            if parents:
                git(bare, "update-ref", "--no-deref", "HEAD", parents[0])
                names = git(bare, "diff", "--cached", "--name-only", "--diff-filter=d", "-z").decode().split("\0")
                names = [name for name in names if name]
                of_these = lambda all: [one for one in all if json.loads(one)["path"] in set(names)]
                # Paths that are no sources are named in vain.
                by_name = findings(binary, checkout, "--no-cache", "--force-exclude", *names) if names else []
                wrong += differences("on its parent", commit, of_these(findings(binary, bare, "--staged")), of_these(by_name))
            compared += 1
    print(f"staged: {compared} of {len(commits)} commits, {found} findings, {wrong} differences")
    if wrong or compared < min(FEWEST, len(commits)) or found == 0:
        sys.exit("FAILED")


main()
