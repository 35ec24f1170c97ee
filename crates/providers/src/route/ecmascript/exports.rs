//! What a module gives to others.

use std::sync::Arc;

use auditlint_syntax::NodeId;

use super::super::fact::{RouteFact, RouteValue};
use super::reader::EcmascriptRouteReader;

impl EcmascriptRouteReader<'_> {
    /// The names that a statement exports.
    pub(super) fn exports(&mut self, node: NodeId, out: &mut Vec<RouteFact>) {
        let code = self.code;
        match code.kind(node) {
            "export_statement" => self.statement(node, out),
            "assignment_expression" => {
                let (Some(left), Some(right)) = (code.field(node, "left"), code.field(node, "right")) else { return };
                let name = match code.words(left) {
                    "module.exports" => "=",
                    words => match words.strip_prefix("module.exports.").or_else(|| words.strip_prefix("exports.")) {
                        Some(name) if !name.contains(['.', '[', '(']) => name,
                        _ => return,
                    },
                };
                let value = self.value(right);
                out.push(RouteFact::Export { name: name.into(), value });
            }
            _ => {}
        }
    }

    fn statement(&mut self, node: NodeId, out: &mut Vec<RouteFact>) {
        let code = self.code;
        let source: Option<Arc<str>> =
            code.field(node, "source").and_then(|source| code.string(source)).map(Into::into);
        let mut say = |name: &str, value: RouteValue| out.push(RouteFact::Export { name: name.into(), value });
        if let Some(value) = code.field(node, "value") {
            let name =
                if code.tree.children(node).any(|child| code.kind(child) == "default") { "default" } else { "=" };
            return say(name, self.value(value));
        }
        let is_default = code.tree.children(node).any(|child| code.kind(child) == "default");
        for child in code.named(node) {
            match code.kind(child) {
                "export_clause" => {
                    for part in code.named(child).filter(|part| code.kind(*part) == "export_specifier") {
                        let Some(name) = code.field(part, "name") else { continue };
                        let given = code.field(part, "alias").unwrap_or(name);
                        let value = match &source {
                            Some(module) => {
                                RouteValue::Import { module: Arc::clone(module), name: code.key(name).into() }
                            }
                            None => self.value(name),
                        };
                        say(code.key(given), value);
                    }
                }
                "namespace_export" => {
                    if let (Some(module), Some(name)) = (&source, code.named(child).next()) {
                        say(code.key(name), RouteValue::Import { module: Arc::clone(module), name: "*".into() });
                    }
                }
                "lexical_declaration" | "variable_declaration" => {
                    for declarator in code.named(child) {
                        let Some(name) = code.field(declarator, "name") else { continue };
                        if code.kind(name) == "identifier" {
                            say(code.words(name), self.value(name));
                        } else {
                            for part in code.named(name).filter(|part| {
                                matches!(code.kind(*part), "shorthand_property_identifier_pattern" | "identifier")
                            }) {
                                let binding = code.analysis.names().binding_of(part);
                                let value = binding.map_or(RouteValue::Unknown, |binding| self.bound(binding, 0));
                                say(code.words(part), value);
                            }
                        }
                    }
                }
                "function_declaration"
                | "generator_function_declaration"
                | "class_declaration"
                | "abstract_class_declaration" => {
                    let name = if is_default {
                        "default"
                    } else {
                        code.field(child, "name").map_or("", |name| code.words(name))
                    };
                    say(name, self.value(child));
                }
                _ => {}
            }
        }
        let is_star = code.tree.children(node).any(|child| code.kind(child) == "*");
        if let Some(module) = source.filter(|_| is_star) {
            out.push(RouteFact::Star(module));
        }
    }
}
