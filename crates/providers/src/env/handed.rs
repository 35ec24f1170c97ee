//! The environment as another module hands it on: `export default process.env`, a copy of it, what a function makes of all of it.
//! Whoever takes a member of that reads a variable.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::folder_of;
use auditlint_matcher::Analysis;
use auditlint_source::FilePath;
use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, Language, NodeId};
use rustc_hash::FxHashMap;

use super::fact::{EnvFact, Facts};
use super::note::is_name;
use crate::kinds::Kinds;
use crate::view::View;

/// So many expressions are looked at for whether a value is the whole environment.
const MOST: usize = 24;

/// The name under which a module exports its default.
const DEFAULT: &str = "default";

static EXPORTS: Kinds = Kinds::new(&["export_statement", "assignment_expression"]);
static MEMBERS: Kinds =
    Kinds::new(&["member_expression", "subscript_expression", "shorthand_property_identifier_pattern"]);
static RETURNS: Kinds = Kinds::new(&["return_statement"]);

/// Notes what a module gives of the environment, and the members that it takes from other modules of the project.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    let language = code.tree.language();
    let (exports, members) = (EXPORTS.of(language), MEMBERS.of(language));
    for node in (0..code.tree.len()).map(NodeId) {
        let kind = code.tree.kind(node);
        if exports.contains(kind) {
            gives(&code, node, out);
        } else if members.contains(kind)
            && let Some((module, export, name)) = taken(&code, node)
            && code.changed(node).is_none()
        {
            let taken = EnvFact::Taken { module: module.into(), export: export.into(), name: name.into() };
            out.say(code.tree.span(node), taken);
        }
    }
}

/// The exports of a statement that are the environment.
fn gives(code: &View<'_>, statement: NodeId, out: &mut Facts) {
    let mut say = |name: &str, value: NodeId| {
        if is_whole(code, value) {
            out.say(code.tree.span(value), EnvFact::Gives(name.into()));
        }
    };
    if code.kind(statement) == "assignment_expression" {
        let (Some(left), Some(right)) = (code.field(statement, "left"), code.field(statement, "right")) else { return };
        if code.words(left) == "module.exports" {
            say(DEFAULT, right);
        }
        return;
    }
    if let Some(value) = code.field(statement, "value") {
        return say(DEFAULT, value);
    }
    if code.field(statement, "source").is_some() {
        return;
    }
    let declared = code.field(statement, "declaration").into_iter().flat_map(|declared| code.named(declared));
    for declarator in declared.filter(|part| code.kind(*part) == "variable_declarator") {
        if let (Some(name), Some(value)) = (code.field(declarator, "name"), code.field(declarator, "value")) {
            say(code.words(name), value);
        }
    }
    let clauses = code.named(statement).filter(|part| code.kind(*part) == "export_clause");
    for specifier in clauses.flat_map(|clause| code.named(clause)) {
        if let Some(own) = code.field(specifier, "name") {
            say(code.words(code.field(specifier, "alias").unwrap_or(own)), own);
        }
    }
}

/// Whether a value has every variable of the environment under its name.
fn is_whole(code: &View<'_>, value: NodeId) -> bool {
    let mut open = vec![value];
    for _ in 0..MOST {
        let Some(node) = open.pop() else { return false };
        let node = code.unwrapped(node);
        if code.is_environment(node) {
            return true;
        }
        match code.kind(node) {
            // `{ ...defaults, ...process.env }`
            "object" => {
                let spread = code.named(node).filter(|part| code.kind(*part) == "spread_element");
                open.extend(spread.flat_map(|part| code.named(part)));
            }
            "identifier" => {
                // One of two values is not the environment alone: a browser is given another one.
                let names = code.analysis.names();
                let id = names.binding_of(node).filter(|id| !names.is_reassigned(*id));
                let declarator = id.and_then(|id| code.tree.parent(names.binding(id).node));
                let declarator = declarator.filter(|above| code.kind(*above) == "variable_declarator");
                open.extend(declarator.and_then(|declarator| code.field(declarator, "value")));
            }
            "call_expression" => match code.field(node, "function").and_then(|of| code.path(of)).as_deref() {
                Some("Object.assign" | "Object.freeze" | "Object.seal") => open.extend(code.arguments(node)),
                _ if hands_back(code, node) => open.extend(code.arguments(node).next()),
                _ => {}
            },
            "new_expression" if code.field(node, "constructor").is_some_and(|of| code.words(of) == "Proxy") => {
                open.extend(code.arguments(node).next());
            }
            _ => {}
        }
    }
    false
}

/// Whether a function of the file gives back what it is handed first: itself, a proxy of it, or a copy.
fn hands_back(code: &View<'_>, call: NodeId) -> bool {
    let names = code.analysis.names();
    let called = code.field(call, "function").filter(|called| code.kind(*called) == "identifier");
    let declared = called.and_then(|called| names.binding_of(called)).map(|id| names.binding(id).node);
    let holder = declared.and_then(|declared| code.tree.parent(declared));
    let function = holder.and_then(|holder| match FUNCTIONS.contains(&code.kind(holder)) {
        true => Some(holder),
        false => code.field(holder, "value").filter(|value| FUNCTIONS.contains(&code.kind(*value))),
    });
    let Some((function, body)) = function.and_then(|it| Some((it, code.field(it, "body")?))) else { return false };
    let first = code.field(function, "parameters").and_then(|list| code.named(list).next());
    let Some(first) = first.or_else(|| code.field(function, "parameter")) else { return false };
    let is_first = |node: NodeId| {
        let node = code.unwrapped(node);
        code.kind(node) == "identifier"
            && names.binding_of(node).is_some_and(|id| code.tree.is_within(names.binding(id).node, first))
    };
    let is_back = |value: NodeId| {
        let value = code.unwrapped(value);
        match code.kind(value) {
            "new_expression" => {
                code.field(value, "constructor").is_some_and(|of| code.words(of) == "Proxy")
                    && code.arguments(value).next().is_some_and(is_first)
            }
            "object" => {
                let spread = code.named(value).filter(|part| code.kind(*part) == "spread_element");
                spread.flat_map(|part| code.named(part)).any(is_first)
            }
            _ => is_first(value),
        }
    };
    if code.kind(body) != "statement_block" {
        return is_back(body);
    }
    let kinds = RETURNS.of(code.tree.language());
    let returned = code.tree.subtree(body).filter(|node| kinds.contains(code.tree.kind(*node)));
    let own = returned.filter(|node| {
        code.tree.ancestors(*node).find(|above| FUNCTIONS.contains(&code.kind(*above))) == Some(function)
    });
    own.flat_map(|statement| code.named(statement)).any(is_back)
}

/// The module, the export and the variable of a member that is taken from what another module of the project exports.
fn taken(code: &View<'_>, node: NodeId) -> Option<(String, String, String)> {
    let spelled = match code.kind(node) {
        "member_expression" => code.words(code.field(node, "property")?),
        "shorthand_property_identifier_pattern" => code.words(node),
        _ => code.string(code.field(node, "index")?)?,
    };
    is_name(spelled.as_bytes()).then_some(())?;
    let path = code.path(node)?;
    let (module, rest) = path.split_once('#')?;
    let (export, name) = rest.split_once('.')?;
    (name == spelled && is_of_project(module)).then(|| (module.to_owned(), export.to_owned(), name.to_owned()))
}

/// Whether a specifier can lead to a file of the project: a path, or what begins like the alias of one.
fn is_of_project(module: &str) -> bool {
    module.starts_with(['.', '~', '#', '$', '@']) || module.split('/').count() > 1
}

/// The modules that hand the environment on, by what they export.
pub(super) struct Handed<'r> {
    known: BTreeMap<&'r FilePath, BTreeSet<&'r str>>,
    /// The files of code, by their paths without extension and without the name of an index.
    stems: Vec<(String, &'r FilePath)>,
    /// By a specifier with an alias: where it leads.
    aliased: RefCell<FxHashMap<String, Option<&'r FilePath>>>,
}

impl<'r> Handed<'r> {
    pub(super) fn of(sources: &[(FilePath, &'r Facts)], paths: &'r [FilePath]) -> Self {
        let mut known: BTreeMap<&FilePath, BTreeSet<&str>> = BTreeMap::new();
        for (path, source) in sources {
            for said in &source.facts {
                if let EnvFact::Gives(name) = &said.fact
                    && let Ok(at) = paths.binary_search(path)
                {
                    known.entry(&paths[at]).or_default().insert(name);
                }
            }
        }
        let code = paths.iter().filter(|path| !known.is_empty() && Language::of_path(path).is_some());
        let stems = code.map(|path| (stem_of(path.as_str()), path)).collect();
        Self { known, stems, aliased: RefCell::default() }
    }

    /// Whether an export of a module that a file imports is the environment.
    pub(super) fn is_environment(&self, from: &FilePath, module: &str, export: &str) -> bool {
        if self.known.is_empty() {
            return false;
        }
        let target = match module.starts_with('.') {
            true => {
                let target = stem_of(folder_of(from).join(module).as_str());
                self.known.keys().copied().find(|path| stem_of(path.as_str()) == target)
            }
            false => self.aliased(module),
        };
        target.and_then(|path| self.known.get(path)).is_some_and(|exports| exports.contains(export))
    }

    /// The file that a specifier with an alias leads to: one whose path is that of the specifier, at the root before deeper ones. Where
    /// several lie equally deep nobody knows.
    fn aliased(&self, module: &str) -> Option<&'r FilePath> {
        if let Some(known) = self.aliased.borrow().get(module) {
            return *known;
        }
        let path = stem_of(module.trim_start_matches(['@', '~', '#', '$', '/']));
        let is_it = |stem: &str| stem.strip_suffix(&path).is_some_and(|above| above.is_empty() || above.ends_with('/'));
        let depth = |stem: &str| stem.matches('/').count();
        let mut fitting: Vec<_> = self.stems.iter().filter(|(stem, _)| is_it(stem)).collect();
        fitting.sort_by_key(|(stem, _)| depth(stem));
        let found = match fitting[..] {
            [] => None,
            [(_, only)] => Some(*only),
            [(first, path), (second, _), ..] => (depth(first) < depth(second)).then_some(*path),
        };
        self.aliased.borrow_mut().insert(module.to_owned(), found);
        found
    }
}

/// A path without the extension of code, and without the name of an index.
fn stem_of(path: &str) -> String {
    const ENDINGS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];
    let is_ending = |last: &str| ENDINGS.contains(&last);
    let stem = path.rsplit_once('.').filter(|(_, last)| is_ending(last)).map_or(path, |(stem, _)| stem);
    stem.strip_suffix("/index").unwrap_or(stem).to_owned()
}
