//! `setup.cfg` and `setup.py` of setuptools.

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::super::fact::Facts;
use super::super::fact::PythonFact;
use super::name::name_of;
use super::say::say;
use crate::read::python::{keywords, string};

/// Says what a `setup.cfg` declares.
pub(super) fn cfg(text: &str, out: &mut Facts) {
    let (mut section, mut key) = ("", "");
    let mut at = 0;
    let mut is_manifest = false;
    for line in text.split_inclusive('\n') {
        let span = Span::new(at as u32, (at + line.trim_end().len()) as u32);
        at += line.len();
        let words = line.trim();
        if words.is_empty() || words.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = words.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, key) = (name.trim(), "");
            continue;
        }
        let value = if line.starts_with([' ', '\t']) {
            words
        } else {
            let (name, value) = words.split_once('=').unwrap_or((words, ""));
            key = name.trim();
            value.trim()
        };
        let declares = match section {
            "options" => matches!(key, "install_requires" | "tests_require"),
            section => section == "options.extras_require",
        };
        is_manifest |= declares || (section == "metadata" && key == "name");
        match (section, key) {
            ("metadata", "name") if !value.is_empty() => {
                let name = Some(value.into());
                say(out, span, PythonFact::Manifest { name, python: None });
            }
            ("options", "python_requires") if !value.is_empty() => {
                say(out, span, PythonFact::Manifest { name: None, python: Some(value.into()) });
            }
            ("options.packages.find", "where") => say(out, span, PythonFact::Root(value.into())),
            ("options", "package_dir") => {
                if let Some((_, folder)) = value.split_once('=') {
                    say(out, span, PythonFact::Root(folder.trim().into()));
                }
            }
            _ if declares => match value.strip_prefix("file:") {
                Some(files) => {
                    for file in files.split(',') {
                        say(out, span, PythonFact::Include(file.trim().into()));
                    }
                }
                None => {
                    if let Some(name) = name_of(value) {
                        say(out, span, PythonFact::Distribution(name.into()));
                    }
                }
            },
            _ => {}
        }
    }
    if is_manifest {
        say(out, Span::default(), PythonFact::Manifest { name: None, python: None });
    }
}

/// Says what a `setup.py` declares: what its call of `setup` is given, as far as it is spelled out there or in a constant.
pub(super) fn py(source: &Source<'_, '_>, out: &mut Facts) {
    let Some(analysis) = source.analysis() else { return };
    let tree = analysis.tree();
    let calls = (0..tree.main_end()).map(NodeId).filter(|node| tree.kind_name(*node) == "call");
    let is_setup = |call: &NodeId| {
        let function = tree.child_by_field_name(*call, "function").map(|function| analysis.words(function));
        function.is_some_and(|function| function == "setup" || function.ends_with(".setup"))
    };
    let Some(call) = calls.into_iter().find(is_setup) else { return };
    let text = |node: NodeId| constants(analysis, node).0.first().map(|(_, text)| (*text).into());
    let (mut name, mut python) = (None, None);
    if ["ext_modules", "rust_extensions", "cffi_modules"].iter().any(|key| source.text().contains(key)) {
        say(out, tree.span(call), PythonFact::Native);
    }
    for (key, value) in keywords(analysis, call) {
        match key {
            "name" => name = text(value),
            "python_requires" => python = text(value),
            "package_dir" => {
                for (span, folder) in constants(analysis, value).0 {
                    say(out, span, PythonFact::Root(folder.into()));
                }
            }
            "install_requires" | "extras_require" | "tests_require" | "setup_requires" => {
                let (found, is_whole) = constants(analysis, value);
                for (span, text) in &found {
                    if let Some(name) = name_of(text) {
                        say(out, *span, PythonFact::Distribution(name.into()));
                    }
                }
                if !is_whole {
                    elsewhere(analysis, value, out);
                }
            }
            _ => {}
        }
    }
    say(out, tree.span(call), PythonFact::Manifest { name, python });
}

/// Says which files a `setup.py` takes its requirements from, or that nobody can say what it requires.
fn elsewhere(analysis: &Analysis<'_>, value: NodeId, out: &mut Facts) {
    let tree = analysis.tree();
    let mut is_any = false;
    for node in (0..tree.main_end()).map(NodeId) {
        let Some(text) = string(analysis, node) else { continue };
        if text.contains("require") && (text.ends_with(".txt") || text.ends_with(".in")) {
            is_any = true;
            say(out, tree.span(node), PythonFact::Include(text.into()));
        }
    }
    if !is_any {
        out.gap(tree.span(value), "what this `setup.py` requires is worked out when it runs");
    }
}

/// The strings that a value is made of, with their places, and whether nothing else is part of it.
fn constants<'s>(analysis: &Analysis<'s>, value: NodeId) -> (Vec<(Span, &'s str)>, bool) {
    let tree = analysis.tree();
    let (mut found, mut is_whole) = (Vec::new(), true);
    let mut read = |top: NodeId, follow: &mut Vec<NodeId>| {
        for node in tree.subtree(top) {
            match tree.kind_name(node) {
                "string" => match string(analysis, node) {
                    Some(text) => found.push((tree.span(node), text)),
                    None => is_whole = false,
                },
                "identifier" => follow.push(node),
                "call" | "list_comprehension" | "attribute" | "subscript" => is_whole = false,
                _ => {}
            }
        }
    };
    let mut follow = Vec::new();
    read(value, &mut follow);
    // Constants of the file, and what those are made of: no more steps than a person would take.
    for _ in 0..3 {
        let mut next = Vec::new();
        for name in std::mem::take(&mut follow) {
            match analysis.names().origins(tree, analysis.text(), name).into_iter().find(|origin| *origin != name) {
                Some(origin) => read(origin, &mut next),
                None => next.push(name),
            }
        }
        follow = next;
    }
    let is_whole = is_whole && follow.is_empty();
    (found, is_whole)
}
