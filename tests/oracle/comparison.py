"""What both comparisons share: where things lie, how auditlint is run, how what it finds is held against what another program knows."""

import json
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
WORK = ROOT / "target" / "oracle"
LEAST = 0.99
SHOWN = 12

# A place that a rule is about, in bytes. `end` is 0 where the two programs mean different ends of one place.
Place = namedtuple("Place", "rule path start end")


def call(command, folder, **more):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}")
    return done


def write_rules(folder, rules):
    """Lays the rules beside the sources, all of which they read."""
    for rule in rules:
        rule |= {"message": "m", "in": ["source", "test", "config", "script", "generated"]}
    (folder / "rules").mkdir(exist_ok=True)
    (folder / "rules" / "names.yml").write_text("\n---\n".join(json.dumps(rule) for rule in rules))
    (folder / "auditlint.toml").write_text('root = true\npacks = []\nrule-dirs = ["rules"]\n[roles]\nsource = ["**"]\n')


def run_auditlint(folder):
    """Its findings, and the files of which it did not understand all."""
    call(["cargo", "build", "--release", "--quiet", "--locked"], ROOT)
    command = [TARGET / "release" / "auditlint", "check", "--format", "json", "--exit-zero"]
    out = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    report = json.loads(out.stdout)
    return report["findings"], {problem["path"] for problem in report["problems"]}


def compare(folder, theirs, ours, show_all, group=lambda rule: rule):
    """Prints recall and precision of every group of rules and the places in which the two differ. Gives whether they are alike enough."""
    alike = True
    for name in sorted({group(place.rule) for place in theirs | ours}):
        expected = {place for place in theirs if group(place.rule) == name}
        found = {place for place in ours if group(place.rule) == name}
        both = len(expected & found)
        recall, precision = both / max(1, len(expected)), both / max(1, len(found))
        alike &= recall >= LEAST and precision >= LEAST
        print(f"{name:16}{len(expected):7} places, recall {recall:.4f}, precision {precision:.4f}")
        for what, places in [("missing", expected - found), ("surplus", found - expected)]:
            for place in sorted(places)[: None if show_all else SHOWN]:
                text = (folder / place.path).read_bytes()
                line = text[: place.start].count(b"\n") + 1
                shown = text[place.start : place.start + 60].split(b"\n")[0].decode(errors="replace")
                print(f"    {what}: {place.path}:{line} {shown}" + (f" ({place.rule})" if place.rule != name else ""))
    return alike
