//! What kind of code a module of TypeScript or JavaScript is, as far as it shows it itself.

use auditlint_providers::kind_of_import;
use auditlint_rules::ModuleKind;
use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// Names that a browser gives.
const OF_BROWSER: &[&str] = &["document", "window", "localStorage", "sessionStorage"];

/// The methods that a route handler is named after.
const ROUTES: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Packages whose plugins run while a program is built.
const BUNDLERS: &[&str] = &["vite", "rollup", "webpack", "esbuild", "@rspack/core", "unplugin", "tsup"];

/// Modules of Node.js that plugins use too.
const OF_NODE: &[&str] = &["fs", "fs/promises", "path", "url", "os", "child_process", "crypto", "module", "util"];

/// What a module shows of where it runs.
#[derive(Clone, Copy, Default)]
pub(super) struct ModuleSurroundings {
    server: bool,
    client: bool,
    /// The module says itself that it belongs to the browser.
    declared_client: bool,
    /// It belongs to what builds a program.
    builds: bool,
    /// It imports what answers requests, and not only what Node has.
    answers: bool,
}

impl ModuleSurroundings {
    pub(super) fn of(view: RuleView<'_>) -> Self {
        let mut seen = Self { client: view.source().starts_with("#!"), ..Self::default() };
        for statement in view.named(view.root()) {
            match view.kind(statement) {
                "expression_statement" => match view.text(statement).trim_end_matches(';').trim_matches(['"', '\'']) {
                    "use client" => seen.declared_client = true,
                    "use server" => seen.server = true,
                    _ => {}
                },
                "import_statement" => {
                    if let Some(source) = view.field(statement, "source") {
                        seen.package(view.key_text(source));
                    }
                }
                "export_statement" => {
                    let declared = view.field(statement, "declaration").and_then(|it| view.field(it, "name"));
                    seen.server |= declared.is_some_and(|name| ROUTES.contains(&view.text(name)));
                }
                _ => {}
            }
        }
        for node in view.nodes(&["call_expression", "identifier", "jsx_element", "jsx_self_closing_element"]) {
            match view.kind(node) {
                "call_expression" => seen.call(view, node),
                "identifier" => {
                    // `typeof window` asks where the module runs.
                    seen.client |= OF_BROWSER.contains(&view.text(node))
                        && view.parent(node).is_none_or(|parent| view.kind(parent) != "unary_expression")
                        && view.global(node).is_some();
                }
                _ => seen.client = true,
            }
        }
        seen
    }

    fn call(&mut self, view: RuleView<'_>, call: NodeId) {
        let (Some(callee), Some(arguments)) = (view.field(call, "function"), view.field(call, "arguments")) else {
            return;
        };
        match view.text(callee) {
            "require" => {
                if let Some(source) = view.named(arguments).next().filter(|source| view.kind(*source) == "string") {
                    self.package(view.key_text(source));
                }
            }
            "Bun.serve" | "Deno.serve" => self.server = true,
            _ => {}
        }
    }

    fn package(&mut self, name: &str) {
        self.builds |= BUNDLERS.contains(&name);
        self.answers |= name.chars().next().is_some_and(char::is_alphanumeric)
            && !name.starts_with("node:")
            && !OF_NODE.contains(&name)
            && kind_of_import(name) == Some(ModuleKind::Server);
        match kind_of_import(name) {
            Some(ModuleKind::Server | ModuleKind::Worker) => self.server = true,
            Some(ModuleKind::Browser | ModuleKind::Mobile | ModuleKind::Cli) => self.client = true,
            _ => {}
        }
    }

    /// Whether the module runs for one user alone.
    pub(super) fn is_client(self) -> bool {
        self.declared_client || (self.client && !self.server) || (self.builds && !self.answers)
    }

    /// Whether the module shows that it answers requests.
    pub(super) fn is_server(self) -> bool {
        self.server && !self.declared_client
    }
}
