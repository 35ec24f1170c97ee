//! `env-set-not-restored`: a test or fixture that leaves the environment changed.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;

/// a test changes the environment and does not put it back
///
/// ## Why
///
/// The environment belongs to the whole process. A variable that one test sets is there in every test that runs after it, so that the
/// outcome depends on the order, and a test fails alone that passes in the suite.
///
/// ## Instead
///
/// Use `monkeypatch.setenv`, `mock.patch.dict(os.environ, …)`, or put the old value back in a `finally`, behind the `yield` of the
/// fixture or in `tearDown`.
///
/// ## Note
///
/// Found in functions of tests: entries of `os.environ` that are set, deleted, popped or updated, `os.putenv` and `os.unsetenv`. Not
/// found where the same function, or `tearDown` and its like in the same class, writes the environment in a `finally`, behind a `yield` or for
/// cleaning up; under `patch.dict(os.environ)`; with a `monkeypatch` that touches the same variable first; in a function that others call with what to set; and at
/// the top of a module such as `conftest.py`, which sets up the whole run.
///
/// ## Bad
///
/// ```python tests/test_admin.py
/// import os
///
/// def test_admin(client):
///     «os.environ["FEATURE_ADMIN"] = "1"»
///     assert client.get("/admin").status_code == 200
/// ```
///
/// ```python tests/conftest.py
/// import os
/// import pytest
/// from os import environ
///
/// @pytest.fixture(autouse=True)
/// def admin(app):
///     «os.environ["FEATURE_ADMIN"] = "1"»
///     «environ.update(LEVEL="debug")»
///     «del os.environ["TOKEN"]»
///     yield app
/// ```
///
/// ```python tests/test_level.py
/// import os
/// import unittest
///
/// class Level(unittest.TestCase):
///     def setUp(self):
///         «os.environ.setdefault("LEVEL", "1")»
///         «os.environ.pop("TOKEN", None)»
/// ```
///
/// ## Good
///
/// ```python tests/test_admin.py
/// import os
/// from unittest import mock
///
/// def test_patched(monkeypatch):
///     monkeypatch.setenv("FEATURE_ADMIN", "1")
///
/// @mock.patch.dict(os.environ, {})
/// def test_decorated():
///     os.environ["A"] = "1"
///
/// def test_within():
///     with mock.patch.dict(os.environ, clear=True):
///         os.environ["A"] = "1"
///
/// def test_read():
///     assert os.environ["A"] == "1" and os.environ.get("B")
/// ```
///
/// ```python tests/conftest.py
/// import os
/// import pytest
///
/// os.environ["APP_ENV"] = "test"
///
/// @pytest.fixture
/// def admin():
///     old = os.environ.get("A")
///     os.environ["A"] = "1"
///     yield
///     if old is None:
///         os.environ.pop("A", None)
///     else:
///         os.environ["A"] = old
///
/// def test_finally():
///     os.environ["A"] = "1"
///     try:
///         run()
///     finally:
///         del os.environ["A"]
/// ```
///
/// ```python tests/test_level.py
/// import os
/// import unittest
///
/// class Level(unittest.TestCase):
///     def setUp(self):
///         self.old = dict(os.environ)
///         os.environ["LEVEL"] = "1"
///
///     def tearDown(self):
///         os.environ.clear()
///         os.environ.update(self.old)
///
/// class Other(unittest.TestCase):
///     def test_a(self):
///         os.environ["LEVEL"] = "1"
///         self.addCleanup(os.environ.pop, "LEVEL")
/// ```
///
/// ```python tests/test_child.py
/// import os
///
/// def test_child(monkeypatch):
///     env = os.environ.copy()
///     env["A"] = "1"
///     monkeypatch.delenv("B", raising=False)
///     os.environ["B"] = "1"
/// ```
#[derive(Rule)]
#[rule(
    id = "env-set-not-restored",
    languages(Python),
    severity = "warning",
    roles(test),
    url = "https://docs.pytest.org/en/stable/how-to/monkeypatch.html",
    since = "0.1.0"
)]
pub(super) struct EnvSetNotRestored;

/// Methods of `os.environ` that change it.
const CHANGES: &[&str] = &["setdefault", "pop", "update", "clear", "popitem", "__setitem__", "__delitem__"];
/// Functions that change it.
const FUNCTIONS: &[&str] = &["os.putenv", "os.unsetenv"];
/// Methods of a class of tests that run behind each of them.
const CLEANING: &[&str] =
    &["tearDown", "tearDownClass", "teardown_method", "teardown_class", "asyncTearDown", "teardown"];

impl NativeRule for EnvSetNotRestored {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        [&b"environ"[..], b"putenv", b"unsetenv"].iter().any(|word| memchr::memmem::find(text, word).is_some())
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["module"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let changes: Vec<NodeId> = view
            .nodes(&["assignment", "augmented_assignment", "delete_statement", "call"])
            .filter(|node| changes(view, *node))
            .collect();
        let mut by_function: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        for change in changes {
            if let Some(function) = enclosing(view, change, "function_definition") {
                by_function.entry(function).or_default().push(change);
            }
        }
        let cleaned: BTreeSet<NodeId> = by_function
            .keys()
            .filter(|function| is_cleaning(view, **function))
            .filter_map(|function| enclosing(view, *function, "class_definition"))
            .collect();
        for (function, changes) in by_function {
            let in_class = enclosing(view, function, "class_definition");
            if is_cleaning(view, function)
                || in_class.is_some_and(|class| cleaned.contains(&class))
                || restores(view, function, &changes)
            {
                continue;
            }
            let watched = Watched::of(view, function);
            for change in changes {
                if !is_patched(view, change) && !watched.holds(view, change) && !is_told(view, function, change) {
                    emit(NativeMatch::of(analysis, change));
                }
            }
        }
    }
}

fn is_environment(view: RuleView<'_>, node: NodeId) -> bool {
    view.is(node, &["attribute", "identifier"])
        && view.text(node).ends_with(|c: char| c.is_ascii_alphabetic())
        && matches!(view.global(node).as_deref(), Some("os.environ" | "os.environb"))
}

/// Whether a statement or call changes the environment.
fn changes(view: RuleView<'_>, node: NodeId) -> bool {
    let is_entry = |target: NodeId| {
        view.kind(target) == "subscript" && view.field(target, "value").is_some_and(|value| is_environment(view, value))
    };
    match view.kind(node) {
        "assignment" | "augmented_assignment" => {
            let left = view.field(node, "left");
            left.is_some_and(|left| is_entry(left) || (view.kind(left) == "attribute" && is_environment(view, left)))
                || (view.kind(node) == "augmented_assignment" && left.is_some_and(|left| is_environment(view, left)))
        }
        "delete_statement" => view.nodes_in(node, &["subscript"]).any(is_entry),
        _ => {
            let Some(function) = view.field(node, "function") else { return false };
            let member = view.field(function, "attribute").map(|member| view.text(member)).unwrap_or_default();
            match view.field(function, "object") {
                Some(object) if CHANGES.contains(&member) => is_environment(view, object),
                _ => {
                    view.text(function).ends_with("env")
                        && view.global(function).is_some_and(|path| FUNCTIONS.contains(&path.as_str()))
                }
            }
        }
    }
}

/// The nearest node of a kind around a place.
fn enclosing(view: RuleView<'_>, node: NodeId, kind: &str) -> Option<NodeId> {
    std::iter::successors(view.parent(node), |at| view.parent(*at)).find(|at| view.kind(*at) == kind)
}

/// Whether a function runs behind each test of its class.
fn is_cleaning(view: RuleView<'_>, function: NodeId) -> bool {
    view.field(function, "name").is_some_and(|name| CLEANING.contains(&view.text(name)))
}

/// Whether the function puts the environment back behind what it does.
fn restores(view: RuleView<'_>, function: NodeId, changes: &[NodeId]) -> bool {
    let pause = view.nodes_in(function, &["yield"]).next();
    let is_behind = |change: NodeId| {
        pause.is_some_and(|pause| pause < change)
            || enclosing(view, change, "finally_clause").is_some_and(|clause| view.is_within(clause, function))
    };
    let cleans = |call: NodeId| {
        let called = view.field(call, "function").map(|function| view.text(function)).unwrap_or_default();
        matches!(
            called.rsplit('.').next(),
            Some("addCleanup" | "addfinalizer" | "callback" | "addClassCleanup" | "enterContext")
        )
    };
    changes.iter().any(|change| is_behind(*change)) || view.nodes_in(function, &["call"]).any(cleans)
}

/// Whether it stands under `patch.dict(os.environ)`, as a statement or as a decorator.
fn is_patched(view: RuleView<'_>, change: NodeId) -> bool {
    let patches = |text: &str| {
        text.contains("patch.dict") || text.contains("modified_environ") || text.contains("EnvironmentVarGuard")
    };
    std::iter::successors(view.parent(change), |at| view.parent(*at)).any(|around| match view.kind(around) {
        "with_statement" => {
            view.children(around).any(|part| view.kind(part) == "with_clause" && patches(view.text(part)))
        }
        "decorated_definition" => {
            view.children(around).any(|part| view.kind(part) == "decorator" && patches(view.text(part)))
        }
        _ => false,
    })
}

/// The variables that `monkeypatch` touches in a function, so that it puts back what was there, each with the first place.
struct Watched<'a>(BTreeMap<&'a str, NodeId>);

impl<'a> Watched<'a> {
    fn of(view: RuleView<'a>, function: NodeId) -> Self {
        let mut watched = BTreeMap::new();
        for call in view.nodes_in(function, &["call"]) {
            let called = view.field(call, "function").map(|function| view.text(function)).unwrap_or_default();
            if matches!(called.rsplit('.').next(), Some("setenv" | "delenv" | "setitem" | "delitem")) {
                for name in view.nodes_in(call, &["string"]).take(1) {
                    watched.entry(view.key_text(name)).or_insert(call);
                }
            }
        }
        Self(watched)
    }

    fn holds(&self, view: RuleView<'a>, change: NodeId) -> bool {
        let name = view.nodes_in(change, &["string"]).next().map(|name| view.key_text(name));
        name.and_then(|name| self.0.get(name)).is_some_and(|call| *call < change)
    }
}

/// Whether the name of the variable is a parameter of a helper: whoever calls it restores what it sets.
fn is_told(view: RuleView<'_>, function: NodeId, change: NodeId) -> bool {
    let name = view.field(function, "name").map(|name| view.text(name)).unwrap_or_default();
    if name.starts_with("test")
        || view.parent(function).is_some_and(|around| view.kind(around) == "decorated_definition")
    {
        return false;
    }
    let Some(parameters) = view.field(function, "parameters") else { return false };
    let key = view.nodes_in(change, &["subscript"]).next().and_then(|entry| view.field(entry, "subscript"));
    let is_parameter = |key: NodeId| {
        view.nodes_in(parameters, &["identifier"]).any(|parameter| view.text(parameter) == view.text(key))
    };
    key.is_some_and(|key| view.kind(key) == "identifier" && is_parameter(key))
}
