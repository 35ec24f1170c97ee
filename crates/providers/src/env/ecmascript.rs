//! Reads in TypeScript and JavaScript, however the environment is reached, and what the code sets.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use auditlint_matcher::Analysis;
use auditlint_names::Target;
use auditlint_syntax::NodeId;

use super::fact::{EnvFact, Facts, Setter};
use super::note::{is_name, read, set};
use super::platform::{self, CHOSEN};
use crate::kinds::Kinds;
use crate::view::View;

/// Kinds of nodes that may read or set a variable.
static KINDS: Kinds = Kinds::new(&[
    "member_expression",
    "subscript_expression",
    "shorthand_property_identifier_pattern",
    "pair_pattern",
    "import_specifier",
    "call_expression",
    "assignment_expression",
]);
/// What the paths of variables begin with.
const ENVIRONMENTS: [&str; 5] =
    ["process.env", "Bun.env", "bun#env", "$env/dynamic/private#env", "$env/dynamic/public#env"];
/// Modules whose import says that a file is one of tests.
const TEST_MODULES: [&str; 4] = ["vitest", "@jest/globals", "node:test", "bun:test"];

/// An object that holds the variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Environment {
    Process,
    /// `import.meta.env`, in which a bundler has names of its own.
    Bundler,
}

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    let kinds = KINDS.of(code.tree.language());
    let services = OnceCell::new();
    let by = OnceCell::new();
    let by = || *by.get_or_init(|| if code.is_of_tests() { Setter::Test } else { Setter::Code });
    for node in (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node))) {
        let span = code.tree.span(node);
        match code.kind(node) {
            "call_expression" => {
                code.call(node, &by, out);
                if let Some(name) = code.asked_service(node, services.get_or_init(|| code.services())) {
                    read(&name, span, out);
                }
            }
            "assignment_expression" => {
                if let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right"))
                    && code.is_environment(left)
                {
                    for (key, name) in code.keys(right) {
                        set(&name, code.tree.span(key), by(), out);
                    }
                }
            }
            _ => {
                let Some((name, environment)) = code.variable(node) else { continue };
                if let Some(is_set) = code.changed(node) {
                    if is_set {
                        set(&name, span, by(), out);
                    }
                } else if is_name(name.as_bytes()) {
                    let is_given = platform::is_of_platform(&name)
                        || (environment == Environment::Bundler && !CHOSEN.iter().any(|start| name.starts_with(start)));
                    out.say(span, EnvFact::Read { name: name.into(), is_given });
                }
            }
        }
    }
}

impl<'a> View<'a> {
    /// The keys of an object with their names: those of literals that it can come from, and that `Object.assign` puts into it.
    fn keys(self, object: NodeId) -> Vec<(NodeId, String)> {
        let object = self.unwrapped(object);
        let assigned = (self.kind(object) == "call_expression")
            .then(|| self.field(object, "function"))
            .flatten()
            .filter(|function| self.last_name(*function) == Some("assign"));
        let parts: Vec<NodeId> = if assigned.is_some() { self.arguments(object).collect() } else { vec![object] };
        let origins = parts.into_iter().flat_map(|part| match self.kind(part) {
            "identifier" => self.analysis.names().origins(self.tree, self.text, part),
            _ => vec![part],
        });
        origins
            .flat_map(|origin| self.pairs(self.unwrapped(origin)))
            .map(|(key, _)| (key, self.key(key).to_owned()))
            .collect()
    }

    /// Whether an expression is the environment as a whole.
    pub(crate) fn is_environment(self, node: NodeId) -> bool {
        self.environment(node).is_some()
    }

    fn environment(self, node: NodeId) -> Option<Environment> {
        let node = self.unwrapped(node);
        if !matches!(self.kind(node), "member_expression" | "subscript_expression" | "identifier") {
            return None;
        }
        if self.is_of_bundler(node) {
            return Some(Environment::Bundler);
        }
        match self.analysis.target(node) {
            target @ (Target::Global(_) | Target::Export(_)) => {
                let path = target.path(self.text, ".")?.to_string();
                ENVIRONMENTS.contains(&path.as_str()).then_some(Environment::Process)
            }
            _ if self.kind(node) == "identifier" => {
                let names = self.analysis.names();
                let is_constant = names.binding_of(node).is_some_and(|binding| !names.is_reassigned(binding));
                let origins = names.origins(self.tree, self.text, node);
                let is_taken = || {
                    let binding = names.binding_of(node).map(|binding| names.binding(binding).node);
                    binding.is_some_and(|name| {
                        let above = self.tree.parent(name).filter(|above| self.kind(*above) == "pair_pattern");
                        self.is_of_bundler(above.unwrap_or(name))
                    })
                };
                let is_held = || origins.iter().skip(1).any(|origin| self.is_of_bundler(self.unwrapped(*origin)));
                (is_constant && (is_held() || is_taken())).then_some(Environment::Bundler)
            }
            _ => None,
        }
    }

    /// `import.meta.env`, and what a constant takes out of `import.meta`.
    fn is_of_bundler(self, node: NodeId) -> bool {
        match self.kind(node) {
            "member_expression" | "subscript_expression" => {
                let object = self.field(node, "object");
                self.last_name(node) == Some("env") && object.is_some_and(|object| self.is_meta(object, true))
            }
            "shorthand_property_identifier_pattern" | "pair_pattern" => {
                let name = if self.kind(node) == "pair_pattern" { self.field(node, "key") } else { Some(node) };
                name.is_some_and(|name| self.key(name) == "env")
                    && self.destructured(node).is_some_and(|holder| self.is_meta(holder, true))
            }
            _ => false,
        }
    }

    /// `import.meta`, or a constant that holds it.
    fn is_meta(self, node: NodeId, may_be_constant: bool) -> bool {
        let node = self.unwrapped(node);
        if may_be_constant && self.kind(node) == "identifier" {
            let names = self.analysis.names();
            let is_constant = names.binding_of(node).is_some_and(|binding| !names.is_reassigned(binding));
            let origins = names.origins(self.tree, self.text, node);
            return is_constant && origins.iter().skip(1).any(|origin| self.is_meta(*origin, false));
        }
        let text = self.words(node);
        text.starts_with("import") && text.split_whitespace().collect::<String>() == "import.meta"
    }

    /// The variable that a place names.
    pub(super) fn variable(self, node: NodeId) -> Option<(String, Environment)> {
        let kind = self.kind(node);
        // What is spelled with a name is looked up only where that may be one of a variable.
        let spelled = match kind {
            "member_expression" => self.field(node, "property").map(|name| self.words(name)),
            "shorthand_property_identifier_pattern" => Some(self.words(node)),
            "pair_pattern" => self.field(node, "key").map(|key| self.key(key)),
            "import_specifier" => self.field(node, "name").map(|name| self.words(name)),
            "subscript_expression" => self.field(node, "index").and_then(|index| self.string(index)),
            _ => return None,
        };
        if spelled.is_some_and(|spelled| !is_name(spelled.as_bytes())) {
            return None;
        }
        if kind == "import_specifier" {
            let import = self.tree.ancestors(node).find(|above| self.kind(*above) == "import_statement")?;
            let module = self.string(self.field(import, "source")?)?;
            return module.starts_with("$env/static/").then(|| Some((spelled?.to_owned(), Environment::Process)))?;
        }
        let holder = match kind {
            "member_expression" | "subscript_expression" => self.field(node, "object"),
            _ => self.destructured(node),
        };
        if let (Some(name), Some(holder)) = (spelled, holder)
            && self.environment(holder) == Some(Environment::Bundler)
        {
            return Some((name.to_owned(), Environment::Bundler));
        }
        let path = self.path(node)?;
        let name = ENVIRONMENTS.iter().find_map(|environment| path.strip_prefix(environment)?.strip_prefix('.'))?;
        Some((name.to_owned(), Environment::Process))
    }

    /// The value that a pattern takes a name out of.
    fn destructured(self, node: NodeId) -> Option<NodeId> {
        let above = self.tree.parent(node)?;
        let pattern = if self.kind(above) == "object_assignment_pattern" { self.tree.parent(above)? } else { above };
        let declarator = self.tree.parent(pattern)?;
        (self.kind(declarator) == "variable_declarator").then(|| self.field(declarator, "value"))?
    }

    /// Whether a place that is changed gets a value; nothing where it is read.
    pub(super) fn changed(self, node: NodeId) -> Option<bool> {
        let mut at = node;
        let mut parent = self.tree.parent(node);
        while let Some(wrapper) = parent.filter(|above| {
            matches!(self.kind(*above), "non_null_expression" | "parenthesized_expression" | "as_expression")
        }) {
            at = wrapper;
            parent = self.tree.parent(wrapper);
        }
        let parent = parent?;
        let (is_changed, is_set) = match self.kind(parent) {
            "assignment_expression" | "augmented_assignment_expression" => {
                (self.field(parent, "left") == Some(at), true)
            }
            "unary_expression" => (self.tree.children(parent).any(|child| self.kind(child) == "delete"), false),
            _ => return None,
        };
        is_changed.then_some(is_set)
    }

    /// What functions of runtimes and libraries read and set.
    fn call(self, call: NodeId, by: &dyn Fn() -> Setter, out: &mut Facts) -> Option<()> {
        let function = self.unwrapped(self.field(call, "function")?);
        let last = self.last_name(function)?;
        let (is_get, is_text) = (
            last == "get",
            self.arguments(call)
                .next()
                .is_some_and(|first| self.string(first).is_some_and(|name| is_name(name.as_bytes()))),
        );
        let changes = matches!(last, "assign" | "set" | "defineProperty" | "defineProperties");
        if !(is_text || changes) {
            return None;
        }
        let path = self.path(function)?;
        let mut arguments = self.arguments(call);
        let first = arguments.next()?;
        let span = self.tree.span(call);
        match path.as_str() {
            "Object.assign" | "Object.defineProperties" if self.is_environment(first) => {
                for (key, name) in arguments.flat_map(|object| self.keys(object)) {
                    set(&name, self.tree.span(key), by(), out);
                }
            }
            "Reflect.set" | "Object.defineProperty" if self.is_environment(first) => {
                set(self.string(arguments.next()?)?, span, by(), out);
            }
            "Deno.env.set" => set(self.string(first)?, span, by(), out),
            "Deno.env.get" => read(self.string(first)?, span, out),
            _ if is_get && path.starts_with("env-var#") => read(self.string(first)?, span, out),
            _ if (path.starts_with("effect#Config.") || path.starts_with("effect/Config#"))
                && !matches!(last, "succeed" | "fail") =>
            {
                read(self.string(first)?, span, out);
            }
            _ => {}
        }
        Some(())
    }

    /// The names under which the file holds a `ConfigService` of Nest.
    fn services(self) -> BTreeSet<&'a str> {
        let has = |word: &[u8]| memchr::memmem::find(self.text, word).is_some();
        if !(has(b"ConfigService") && has(b"@nestjs/config")) {
            return BTreeSet::new();
        }
        let all = (0..self.tree.len()).map(NodeId);
        all.filter_map(|node| {
            let name = match self.kind(node) {
                "required_parameter" | "optional_parameter" => self.field(node, "pattern")?,
                "public_field_definition" | "variable_declarator" => self.field(node, "name")?,
                _ => return None,
            };
            let is_typed = self.field(node, "type").is_some_and(|kind| {
                let kind = self.words(kind).trim_start_matches(':').trim_start();
                kind.strip_prefix("ConfigService").is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
            });
            let is_injected = || {
                let value = self.field(node, "value").map(|value| self.unwrapped(value));
                value.is_some_and(|value| self.gives_service(value))
            };
            (is_typed || is_injected()).then(|| self.words(name))
        })
        .collect()
    }

    /// `app.get(ConfigService)`, `inject(ConfigService)`, `new ConfigService()`
    fn gives_service(self, value: NodeId) -> bool {
        match self.kind(value) {
            "call_expression" => self.arguments(value).any(|argument| self.words(argument) == "ConfigService"),
            "new_expression" => {
                self.field(value, "constructor").is_some_and(|class| self.words(class) == "ConfigService")
            }
            _ => false,
        }
    }

    /// The variable that a `ConfigService` is asked for.
    fn asked_service(self, call: NodeId, services: &BTreeSet<&str>) -> Option<String> {
        if services.is_empty() {
            return None;
        }
        let function = self.unwrapped(self.field(call, "function")?);
        matches!(self.last_name(function)?, "get" | "getOrThrow").then_some(())?;
        let receiver = self.unwrapped(self.field(function, "object")?);
        let is_service =
            self.last_name(receiver).is_some_and(|name| services.contains(name)) || self.gives_service(receiver);
        let name = self.string(self.arguments(call).next()?)?;
        is_service.then(|| name.to_owned())
    }

    /// Whether the file imports what tests are written with.
    fn is_of_tests(self) -> bool {
        TEST_MODULES.iter().any(|module| {
            ['"', '\''].iter().any(|quote| {
                memchr::memmem::find(self.text, format!("from {quote}{module}{quote}").as_bytes()).is_some()
            })
        })
    }
}
