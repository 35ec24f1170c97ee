//! `pyproject.toml`: the standard tables, and those of Poetry, uv, PDM, Hatch, Rye, Flit, Pixi and setuptools.

use auditlint_source::Span;
use auditlint_source::document::DocumentNode;

use super::super::super::fact::Facts;
use super::super::fact::PythonFact;
use super::say::{at, say, say_keys, say_list, texts};

/// Tools whose builds compile modules.
const NATIVE: [&str; 9] =
    ["maturin", "setuptools-rust", "scikit-build", "meson-python", "cython", "pybind11", "nanobind", "cffi", "Cython"];

/// Says what a `pyproject.toml` declares.
pub(super) fn extract(document: &DocumentNode, out: &mut Facts) {
    let project = document.get("project");
    let poetry = at(document, &["tool", "poetry"]);
    let flit = at(document, &["tool", "flit", "metadata"]);
    let lists = [
        at(document, &["project", "dependencies"]),
        at(document, &["tool", "uv", "dev-dependencies"]),
        at(document, &["tool", "rye", "dev-dependencies"]),
        at(document, &["tool", "flit", "metadata", "requires"]),
    ];
    lists.into_iter().flatten().for_each(|list| say_list(list, out));
    let groups = [
        at(document, &["project", "optional-dependencies"]),
        document.get("dependency-groups"),
        at(document, &["tool", "pdm", "dev-dependencies"]),
        at(document, &["tool", "flit", "metadata", "requires-extra"]),
    ];
    for (_, list) in groups.into_iter().flatten().flat_map(|groups| groups.as_map().unwrap_or_default()) {
        say_list(list, out);
    }
    for (_, environment) in at(document, &["tool", "hatch", "envs"]).and_then(DocumentNode::as_map).unwrap_or_default()
    {
        for list in ["dependencies", "extra-dependencies"] {
            environment.get(list).into_iter().for_each(|list| say_list(list, out));
        }
    }
    if let Some(poetry) = poetry {
        for table in ["dependencies", "dev-dependencies"] {
            poetry.get(table).into_iter().for_each(|table| say_keys(table, out));
        }
        for (_, group) in poetry.get("group").and_then(DocumentNode::as_map).unwrap_or_default() {
            group.get("dependencies").into_iter().for_each(|table| say_keys(table, out));
        }
    }
    let has_pixi = at(document, &["tool", "pixi"]).is_some_and(|pixi| self::pixi(pixi, out));
    roots(document, out);
    let said = lists_are_dynamic(document, out);
    if project.is_some()
        || poetry.is_some()
        || flit.is_some()
        || has_pixi
        || said
        || document.get("dependency-groups").is_some()
    {
        let named = [project, poetry, flit].into_iter().flatten().next();
        let text = |keys: &[&str]| named.and_then(|named| at(named, keys)).and_then(DocumentNode::as_text);
        let name = text(&["name"]).or_else(|| text(&["module"])).map(Into::into);
        let python = text(&["requires-python"]).or_else(|| text(&["dependencies", "python"])).map(Into::into);
        let span = named.map_or(Span::default(), |named| named.span);
        say(out, span, PythonFact::Manifest { name, python });
    }
}

/// Says the dependencies of Pixi; whether there are any.
pub(super) fn pixi(document: &DocumentNode, out: &mut Facts) -> bool {
    let features =
        document.get("feature").and_then(DocumentNode::as_map).unwrap_or_default().iter().map(|(_, table)| table);
    let mut is_any = false;
    for table in std::iter::once(document).chain(features) {
        for key in ["dependencies", "pypi-dependencies"] {
            if let Some(list) = table.get(key) {
                say_keys(list, out);
                is_any = true;
            }
        }
    }
    if is_any && document.get("workspace").or_else(|| document.get("project")).is_some() {
        say(out, document.span, PythonFact::Manifest { name: None, python: None });
    }
    is_any
}

/// Says where the dependencies of a project stand that names them elsewhere; whether it does.
fn lists_are_dynamic(document: &DocumentNode, out: &mut Facts) -> bool {
    let dynamic = at(document, &["project", "dynamic"]);
    let is_dynamic = dynamic.is_some_and(|dynamic| texts(dynamic).contains(&"dependencies"));
    let mut files: Vec<(Span, &str)> = Vec::new();
    let tables = [
        at(document, &["tool", "setuptools", "dynamic", "dependencies"]),
        at(document, &["tool", "hatch", "metadata", "hooks", "requirements_txt"]),
        at(document, &["tool", "pdm", "build"]),
    ];
    let optional = at(document, &["tool", "setuptools", "dynamic", "optional-dependencies"]);
    let optional = optional.and_then(DocumentNode::as_map).unwrap_or_default().iter().map(|(_, table)| table);
    for table in tables.into_iter().flatten().chain(optional) {
        for key in ["file", "files", "requirements-file"] {
            let named = table.get(key).map(|files| (files.span, texts(files)));
            files.extend(named.into_iter().flat_map(|(span, files)| files.into_iter().map(move |file| (span, file))));
        }
    }
    for (span, file) in &files {
        say(out, *span, PythonFact::Include((*file).into()));
    }
    if is_dynamic && files.is_empty() && at(document, &["tool", "poetry"]).is_none() {
        let span = dynamic.map_or(Span::default(), |dynamic| dynamic.span);
        say(out, span, PythonFact::Include("setup.py".into()));
    }
    !files.is_empty()
}

/// Says where a project keeps its modules, and which of them a build writes.
fn roots(document: &DocumentNode, out: &mut Facts) {
    let mut root = |node: &DocumentNode, path: &str| say(out, node.span, PythonFact::Root(path.into()));
    for keys in [
        &["tool", "setuptools", "packages", "find", "where"][..],
        &["tool", "pytest", "ini_options", "pythonpath"],
        &["tool", "pyright", "extraPaths"],
        &["tool", "basedpyright", "extraPaths"],
        &["tool", "mypy", "mypy_path"],
        &["tool", "ruff", "src"],
        &["tool", "maturin", "python-source"],
        &["tool", "pdm", "build", "package-dir"],
        &["tool", "ty", "environment", "root"],
    ] {
        if let Some(node) = at(document, keys) {
            texts(node).into_iter().for_each(|path| root(node, path));
        }
    }
    for (key, node) in
        at(document, &["tool", "setuptools", "package-dir"]).and_then(DocumentNode::as_map).unwrap_or_default()
    {
        if let Some(path) = node.as_text().filter(|_| key.name.is_empty()) {
            root(node, path);
        }
    }
    for package in at(document, &["tool", "poetry", "packages"]).and_then(DocumentNode::as_list).unwrap_or_default() {
        if let Some(path) = package.get("from").and_then(DocumentNode::as_text) {
            root(package, path);
        }
    }
    for keys in [
        &["tool", "setuptools_scm", "write_to"][..],
        &["tool", "setuptools_scm", "version_file"],
        &["tool", "hatch", "build", "hooks", "vcs", "version-file"],
        &["tool", "pdm", "version", "write_to"],
    ] {
        if let Some((node, path)) = at(document, keys).and_then(|node| Some((node, node.as_text()?))) {
            say(out, node.span, PythonFact::Written(path.into()));
        }
    }
    if let Some(requires) = at(document, &["build-system", "requires"])
        && texts(requires).iter().any(|text| NATIVE.iter().any(|tool| text.starts_with(tool)))
    {
        say(out, requires.span, PythonFact::Native);
    }
    for (key, node) in
        at(document, &["tool", "deptry", "package_module_name_map"]).and_then(DocumentNode::as_map).unwrap_or_default()
    {
        for module in texts(node) {
            let fact = PythonFact::Module { distribution: key.name.as_str().into(), module: module.into() };
            say(out, node.span, fact);
        }
    }
}
