//! Imports of Python: where they lead, and what manifests declare.

use auditlint_facts::DerivedFacts;

use crate::testing::facts;

fn rows(facts: &DerivedFacts, relation: &str, columns: &[&str]) -> Vec<String> {
    let relation = facts.relation(relation).unwrap();
    let at: Vec<usize> = columns.iter().map(|name| relation.info.column(name).unwrap()).collect();
    let shown = |at: &[usize], row: &auditlint_facts::Row| {
        at.iter().map(|at| row.value(*at).to_string()).collect::<Vec<_>>().join(" | ")
    };
    relation.rows.iter().map(|row| shown(&at, row)).collect()
}

/// Holds what imports are and where they lead against what is expected.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let found = rows(&facts(files), "import.import", &["specifier", "package", "how", "optional", "state"]);
    assert_eq!(found, expected, "{files:?}");
}

/// Holds the packages that are imported from `main.py` and that nothing declares against what is expected.
#[track_caller]
fn undeclared(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let imported = rows(&facts, "import.import", &["directory", "package"]);
    let available = rows(&facts, "import.available", &["directory", "package"]);
    let mut found: Vec<&str> = imported
        .iter()
        .filter(|row| !row.starts_with(" |") && !row.ends_with("| ") && !available.contains(row))
        .map(|row| row.rsplit(" | ").next().unwrap())
        .collect();
    found.dedup();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn every_form_of_import() {
    let code = "import a.b as c, d\nfrom e . f import (g, h as i)\nimport os.path\nfrom __future__ import annotations\n\
                import importlib\nimportlib.import_module('x.y')\n__import__(\"z\")\nimportlib.import_module(name)\n\
                if TYPE_CHECKING:\n    from t import T\nelse:\n    from u import T\n\
                try:\n    import v\nexcept ImportError:\n    import w\n\
                try:\n    import k\nexcept ValueError:\n    pass\n\
                with contextlib.suppress(ImportError):\n    import l\n\
                if sys.version_info >= (3, 11):\n    import m\n";
    check(
        &[("main.py", code)],
        &[
            "a.b | a | import | false | package",
            "d | d | import | false | package",
            "e.f | e | import | false | package",
            "os.path |  | import | false | package",
            "importlib |  | import | false | package",
            "x.y | x | dynamic | false | package",
            "z | z | dynamic | false | package",
            "t | t | type | false | package",
            "u | u | import | false | package",
            "v | v | import | true | package",
            "w | w | import | true | package",
            "k | k | import | false | package",
            "l | l | import | true | package",
            "m | m | import | true | package",
        ],
    );
}

#[test]
fn where_imports_lead() {
    let code = "import app.core.a\nfrom app import core\nfrom .core import a, gone\nfrom ..x import y\nfrom . import b\n\
                import app.gone\nimport names.part\nimport names.gone\nimport fast.speed\nfrom app import _version\n\
                import app.made_pb2\nimport app.stub\n";
    check(
        &[
            ("src/app/__init__.py", ""),
            ("src/app/main.py", code),
            ("src/app/b.py", ""),
            ("src/app/stub.pyi", ""),
            ("src/app/core/__init__.py", ""),
            ("src/app/core/a.py", ""),
            ("src/names/part.py", ""),
            ("src/fast/__init__.py", ""),
            ("src/fast/speed.pyx", ""),
        ],
        &[
            "app.core.a |  | import | false | file",
            "app |  | import | false | file",
            "app |  | import | false | file",
            ".core |  | import | false | file",
            ".core |  | import | false | file",
            "..x |  | import | false | missing",
            ". |  | import | false | file",
            ". |  | import | false | file",
            "app.gone |  | import | false | missing",
            "names.part |  | import | false | file",
            "names.gone |  | import | false | unknown",
            "fast.speed |  | import | false | unknown",
            "app |  | import | false | file",
            "app.made_pb2 |  | import | false | unknown",
            "app.stub |  | import | false | file",
        ],
    );
}

/// A module of a package is not a top-level module beside it, and a script's neighbour is.
#[test]
fn what_lies_beside_a_file() {
    check(
        &[
            ("app/__init__.py", ""),
            ("app/cache/__init__.py", ""),
            ("app/cache/main.py", "import redis\n"),
            ("app/cache/redis.py", "import redis\n"),
            ("tools/run.py", "import helper\nimport elsewhere\n"),
            ("tools/helper.py", ""),
            ("other/elsewhere.py", ""),
        ],
        &[
            "redis |  | import | false | file",
            "redis |  | import | false | file",
            "helper |  | import | false | file",
            "elsewhere |  | import | false | unknown",
        ],
    );
}

#[test]
fn what_manifests_declare() {
    let code = "import yaml, flask, requests, cv2, google.cloud.storage, orjson, attr\n";
    for (files, expected) in [
        (
            &[
                (
                    "requirements.txt",
                    "PyYAML\nFlask[async]>=2 ; python_version > '3'\n# requests\n-c constraints.txt\n",
                ),
                ("constraints.txt", "orjson"),
            ][..],
            &["requests", "cv2", "google", "orjson", "attr"][..],
        ),
        (
            &[
                ("requirements/base.txt", "requests\n"),
                ("requirements.txt", "-r requirements/base.txt\nopencv-python\n"),
            ],
            &["yaml", "flask", "google", "orjson", "attr"],
        ),
        (
            &[(
                "pyproject.toml",
                "[project]\nname='x'\ndependencies=['attrs']\n[project.optional-dependencies]\na=['orjson']\n[dependency-groups]\nb=['flask', {include-group='c'}]\n[tool.uv]\ndev-dependencies=['requests']\n",
            )],
            &["yaml", "cv2", "google"],
        ),
        (
            &[(
                "pyproject.toml",
                "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\npython='^3.9'\npyyaml='*'\n[tool.poetry.group.dev.dependencies]\nrequests={version='*'}\n",
            )],
            &["flask", "cv2", "google", "orjson", "attr"],
        ),
        (
            &[(
                "setup.cfg",
                "[metadata]\nname = x\n[options]\ninstall_requires =\n    requests\n    pyyaml>=5\n[options.extras_require]\nweb = flask\n",
            )],
            &["cv2", "google", "orjson", "attr"],
        ),
        (
            &[(
                "setup.py",
                "from setuptools import setup\nBASE = ['requests']\nsetup(name='x', install_requires=BASE + ['pyyaml'], extras_require={'web': ['flask']})\n",
            )],
            &["cv2", "google", "orjson", "attr"],
        ),
        (
            &[("Pipfile", "[packages]\nrequests='*'\n[dev-packages]\nflask='*'\n[requires]\npython_version='3.9'\n")],
            &["yaml", "cv2", "google", "orjson", "attr"],
        ),
        (
            &[(
                "environment.yml",
                "name: x\ndependencies:\n  - python=3.9\n  - conda-forge::pyyaml\n  - pip:\n    - google-cloud-storage==2\n",
            )],
            &["flask", "requests", "cv2", "orjson", "attr"],
        ),
        (
            &[("pixi.toml", "[workspace]\nname='x'\n[dependencies]\npyyaml='*'\n[pypi-dependencies]\nflask='*'\n")],
            &["requests", "cv2", "google", "orjson", "attr"],
        ),
        // Of what a tool worked out, only what the project itself wants.
        (
            &[(
                "requirements.txt",
                "# This file is autogenerated by pip-compile\nflask==2\n    # via -r requirements.in\norjson==1\n    # via flask\nrequests==2\n    # via\n    #   -r requirements.in\n    #   flask\n",
            )],
            &["yaml", "cv2", "google", "orjson", "attr"],
        ),
        // What an installer left names the modules.
        (
            &[("requirements.txt", "odd-name\n"), ("venv/odd_name-1.0.dist-info/top_level.txt", "yaml\nflask\n")],
            &["requests", "cv2", "google", "orjson", "attr"],
        ),
        (
            &[
                ("requirements.txt", "odd-name\n"),
                ("pyproject.toml", "[tool.deptry.package_module_name_map]\nodd-name = ['cv2', 'attr']\n"),
            ],
            &["yaml", "flask", "requests", "google", "orjson"],
        ),
        (&[("notes.txt", "requests\n")], &[]),
    ] {
        let files: Vec<_> = files.iter().copied().chain([("app/main.py", code)]).collect();
        undeclared(&files, expected);
    }
}

#[test]
fn what_a_script_says_that_it_needs() {
    let code = "# /// script\n# dependencies = [\"requests\", \"rich\"]\n# ///\nimport requests\nimport click\n";
    undeclared(&[("requirements.txt", "flask\n"), ("run.py", code), ("other.py", "import rich\n")], &["rich", "click"]);
}

/// What cannot be read hides what it may declare, of the projects below it and of no other.
#[test]
fn what_is_not_read() {
    for (files, hides) in [
        (&[("pyproject.toml", "[project\n"), ("a/requirements.txt", "flask\n")][..], &["a"][..]),
        (&[("setup.py", "from setuptools import setup\nsetup(install_requires=load())\n")], &["."]),
        (
            &[
                ("setup.py", "from setuptools import setup\nsetup(install_requires=open('requirements.txt').read())\n"),
                ("requirements.txt", "flask\n"),
            ],
            &[],
        ),
        (&[("requirements.txt", "-r other.list\n"), ("other.list", "flask\n")], &["."]),
        (&[("requirements.txt", "-r not-there.txt\n")], &[]),
    ] {
        let files: Vec<_> = files.iter().copied().chain([("a/main.py", "import x\n")]).collect();
        let facts = facts(&files);
        let gaps = &facts.relation("import.available").unwrap().gaps;
        let hidden: Vec<&str> = gaps
            .iter()
            .map(|(_, gap)| match &gap.hides {
                auditlint_facts::Hides::Rows { column, value } if column == "directory" => value.text(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(hidden, hides, "{files:?}");
    }
}

#[test]
fn names_that_modules_give() {
    let store = "import os\nfrom .deep import *\nA, (b, *c) = 1, (2, 3)\nfor d in []: pass\nwith x() as e: pass\n\
                 if os.name:\n    def f(): ...\ndef g():\n    global h\n    h = 1\n    local = 2\nclass K:\n    member = 1\n";
    let code = "from app.store import A, b, c, d, e, f, g, h, os, K, deep_name, _hidden, local, member, gone\n\
                from app import store, deep, parts, sub, none\nfrom app.dynamic import anything\nfrom app.parts import lost\n\
                try:\n    from app.store import maybe\nexcept ImportError: ...\n";
    let files = [
        ("app/__init__.py", ""),
        ("app/main.py", code),
        ("app/store.py", store),
        ("app/deep.py", "deep_name = 1\n_hidden = 2\n"),
        ("app/dynamic.py", "def __getattr__(name): ...\n"),
        ("app/parts/__init__.py", "from requests import *\n"),
        ("app/sub/mod.py", ""),
    ];
    let found = rows(&facts(&files), "import.name", &["name", "exists"]);
    let missing: Vec<&str> = found.iter().filter_map(|row| row.strip_suffix(" | false")).collect();
    assert_eq!(missing, ["local", "member", "gone", "none"]);
    let unknown: Vec<&str> = found.iter().filter_map(|row| row.strip_suffix(" | ")).collect();
    assert_eq!(unknown, ["anything", "lost", "maybe", "*", "*"]);
}

/// What a package takes from itself is a module of it, or a name that it binds otherwise.
#[test]
fn what_a_package_takes_from_itself() {
    let package = "from . import part, gone, made\nfrom app import also_gone\nmade = 1\n";
    let files = [("app/__init__.py", package), ("app/part.py", "")];
    let found = rows(&facts(&files), "import.name", &["name", "exists"]);
    assert_eq!(found, ["part | true", "gone | false", "made | true", "also_gone | false"]);
}

/// A package of npm is not a distribution of Python.
#[test]
fn languages_do_not_share_their_packages() {
    let files = [
        ("package.json", r#"{"dependencies": {"redis": "1"}}"#),
        ("requirements.txt", "flask\n"),
        ("a.py", "import redis, flask\n"),
        ("a.ts", "import 'redis';"),
    ];
    let facts = facts(&files);
    let available = rows(&facts, "import.available", &["package", "language"]);
    assert!(available.contains(&"redis | ecmascript".to_owned()) && !available.contains(&"redis | python".to_owned()));
    assert_eq!(
        rows(&facts, "import.import", &["package", "manifest"]),
        ["redis | requirements.txt", "flask | requirements.txt", "redis | package.json"]
    );
}

/// What is only there for those who check types may be missing where the project is ready for that.
#[test]
fn imports_for_types_of_what_may_be_missing() {
    let types = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import a\n    import b\n";
    check(
        &[("types.py", types), ("use.py", "try:\n    import a\nexcept ImportError:\n    a = None\n")],
        &[
            "typing |  | import | false | package",
            "a | a | type | true | package",
            "b | b | type | false | package",
            "a | a | import | true | package",
        ],
    );
}
