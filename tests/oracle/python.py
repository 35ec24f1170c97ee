"""Python: its own compiler's symbol tables, on the sources of wheels from PyPI.

Compared is for every name in an expression, a target or a deletion to which other ones of the file it belongs: a name is known by
the first place that `symtable` says is the same variable, or is `free` where no scope of the file binds it. Names of `import`, `def` and `class` have no
place in Python's tree and are what others are the same as. Left out are files that this Python does not parse or in which auditlint did not understand
all, names of a module behind a star import, and what stands in formatted strings, where Python before 3.12 knows no places."""

import ast
import json
import shutil
import subprocess
import sys
import zipfile
from collections import defaultdict

from comparison import LEAST, ROOT, SHOWN, WORK, call

PACKAGES = [
    "alembic==1.20.1",
    "ansible-core==2.19.14",
    "anthropic==2.14.0",
    "attrs==26.1.0",
    "black==26.10.1",
    "boto3==1.44.8",
    "botocore==1.44.8",
    "celery==5.7.0",
    "click==8.5.1",
    "dask==2026.8.0",
    "distributed==2026.8.0",
    "django==5.2.19",
    "djangorestframework==3.18.3",
    "docutils==0.23",
    "faker==40.63.0",
    "fastapi==0.165.0",
    "flask==3.1.3",
    "flask-sqlalchemy==3.1.1",
    "httpx==0.28.1",
    "hypothesis==6.170.17",
    "ipython==9.18.1",
    "jinja2==3.1.6",
    "marshmallow==4.4.0",
    "mypy==2.4.1",
    "networkx==3.6.1",
    "nltk==3.10.4",
    "openai==3.57.0",
    "pip==26.3",
    "poetry==2.5.1",
    "pydantic==2.14.4",
    "pylint==4.1.4",
    "pytest==9.2.0",
    "requests==2.34.2",
    "rich==15.0.0",
    "scrapy==2.19.0",
    "sentry-sdk==2.75.0",
    "setuptools==84.2.1",
    "sphinx==9.0.4",
    "sqlalchemy==2.1.9",
    "starlette==1.10.0",
    "sympy==1.14.0",
    "tornado==6.6.1",
    "twisted==26.10.0",
    "urllib3==2.8.0",
    "werkzeug==3.1.9",
    "xarray==2026.9.0",
]
FOLDER = WORK / "python"
SOURCES = FOLDER / "sources"
WHEELS = FOLDER / "wheels"
READER = ROOT / "tests" / "oracle" / "python_tables.py"


def bring():
    """The wheels as they were published; nothing of them is run."""
    mark = FOLDER / "brought.json"
    wanted = json.dumps(PACKAGES)
    if mark.exists() and mark.read_text() == wanted:
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    WHEELS.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check"]
    call([*pip, "--dest", WHEELS, *PACKAGES], FOLDER)
    for wheel in sorted(WHEELS.iterdir()):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(".py"):
                    archive.extract(name, SOURCES / wheel.name.split("-")[0])
    mark.write_text(wanted)


def theirs(files):
    """By file: first byte of a name → the first byte of those that are the same, or `free`."""
    out = subprocess.run([sys.executable, READER, SOURCES], input="\n".join(files).encode(), stdout=subprocess.PIPE, check=True)
    return {path: dict(places) for path, places in map(json.loads, out.stdout.splitlines())}


def ours(files):
    command = ["cargo", "run", "--release", "--quiet", "--locked", "-p", "auditlint-names", "--example", "occurrences", "--", SOURCES]
    out = subprocess.run(command, cwd=ROOT, input="\n".join(files).encode(), stdout=subprocess.PIPE, check=True)
    found, unclear, at = defaultdict(dict), set(), None
    for line in out.stdout.decode().splitlines():
        first, second, *rest = line.split("\t")
        if first == "file":
            at = second
            found[at] = {}
            if rest[0] != "0":
                unclear.add(at)
        else:
            found[at][int(first)] = second
    return found, unclear


def same_as(places, compared):
    """From the name of a variable at each place to the first compared place with that name."""
    first = {}
    for place in sorted(compared):
        variable = places.get(place)
        if variable not in (None, "free", "hidden"):
            first.setdefault(variable, place)
    return {place: first.get(places.get(place), places.get(place)) for place in compared}


def run(show_all):
    bring()
    # Every second file says the same in half of the time; all of them where every difference is asked for.
    files = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py"))[:: 1 if show_all else 2]
    expected = theirs(files)
    found, unclear = ours([path for path in files if path in expected])
    places = agreed = surplus = hidden = shown = 0
    for path, variables in expected.items():
        if path in unclear:
            continue
        known = found[path]
        want, have = same_as(variables, variables), same_as(known, variables)
        for place, variable in want.items():
            if have[place] == "hidden":
                hidden += 1
                continue
            places += 1
            if have[place] == variable:
                agreed += 1
            else:
                surplus += have[place] is not None
                if show_all or shown < SHOWN:
                    shown += 1
                    text = (SOURCES / path).read_bytes()
                    line = text[:place].count(b"\n") + 1
                    code = text[place : place + 40].split(b"\n")[0].decode(errors="replace")
                    print(f"    {path}:{line} {code}: Python {variable}, auditlint {have[place]}")
    recall, precision = agreed / max(1, places), agreed / max(1, agreed + surplus)
    print(f"{'names':16}{places:7} places, recall {recall:.4f}, precision {precision:.4f}")
    print(f"{len(expected) - len(unclear & set(expected))} of {len(files)} files; {hidden} names that a star import may bring in")
    return min(recall, precision) >= LEAST
