//! What happens to routers in a file: the calls that fill them, in the order in which they are written.

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{Framework, Kind, Made, Part, RouteValue, RouterStage, Step, method};
use super::reader::EcmascriptRouteReader;

/// The hooks of Fastify that run before a handler, in the order in which they run.
pub(in crate::route) const HOOKS: &[&str] = &["onRequest", "preParsing", "preValidation", "preHandler"];

/// Packages that take handlers where nothing of routers is meant.
const CLIENTS: &[&str] =
    &["axios", "got", "ky", "supertest", "node:fs", "fs", "lodash", "react", "vue", "jquery", "msw"];

impl EcmascriptRouteReader<'_> {
    /// Notes what a call does to routers.
    pub(super) fn step(&mut self, call: NodeId) {
        let code = self.code;
        let is_new = code.kind(call) == "new_expression";
        let Some(callee) = code.field(call, if is_new { "constructor" } else { "function" }) else { return };
        let callee = code.unwrapped(callee);
        // Calls of a chain happen in the order of their names.
        let at = code.tree.span(callee).end;
        let span = code.tree.span(call);
        if !is_new && code.kind(callee) == "member_expression" && self.of_router(call, callee, at).is_some() {
            return;
        }
        let calls = matches!(code.kind(callee), "identifier" | "member_expression" | "call_expression")
            || matches!(code.kind(callee), "arrow_function" | "function_expression");
        if !calls {
            return;
        }
        let value = self.value(call);
        let RouteValue::Site(site) = value else { return };
        let Made::Call { callee, arguments, .. } = &self.sites[site as usize].made else { return };
        let may_fill = match callee {
            RouteValue::Body(_) | RouteValue::Class(_) => true,
            RouteValue::Unknown => arguments.iter().any(|part| matches!(part.value, RouteValue::Body(_))),
            RouteValue::Import { module, .. } if CLIENTS.contains(&&**module) => false,
            _ => {
                arguments.iter().any(|part| {
                    matches!(
                        part.value,
                        RouteValue::Site(_)
                            | RouteValue::Parameter { .. }
                            | RouteValue::List(_)
                            | RouteValue::Body(_)
                            | RouteValue::Object(_)
                            | RouteValue::Import { .. }
                    )
                }) || matches!(callee, RouteValue::Member(of, _) if matches!(**of, RouteValue::Site(_)))
            }
        };
        if may_fill {
            self.say(call, at, span, Step::Call(site));
        }
    }

    /// Notes a loop over a list.
    pub(super) fn each(&mut self, node: NodeId) {
        let code = self.code;
        let Some(list) = code.field(node, "right") else { return };
        let list = self.value(list);
        let body = self.body(node);
        self.say(node, code.tree.span(node).start, code.tree.span(node), Step::Each { list, body });
    }

    fn say(&mut self, node: NodeId, at: u32, span: Span, step: Step) {
        let body = self.body_around(node);
        self.steps.push((at, body, span, step));
    }

    /// What a method of a router does.
    fn of_router(&mut self, call: NodeId, callee: NodeId, at: u32) -> Option<()> {
        let code = self.code;
        let name = code.last_name(callee)?;
        let object = code.unwrapped(code.field(callee, "object")?);
        let arguments: Vec<NodeId> = code.arguments(call).take(64).collect();
        let first = *arguments.first()?;
        let span = code.tree.span(first);
        let step = match name {
            "forEach" | "map" | "reduce"
                if matches!(code.kind(code.unwrapped(first)), "arrow_function" | "function_expression") =>
            {
                let list = self.value(object);
                (!list.is_unknown()).then_some(())?;
                let RouteValue::Body(body) = self.value(first) else { return None };
                self.say(call, at, code.tree.span(call), Step::Each { list, body });
                return Some(());
            }
            "use" | "addHook" | "onError" | "setErrorHandler" | "notFound" | "setNotFoundHandler" | "addMiddleware"
            | "guard" | "onRequest" | "onBeforeHandle" | "pre" => {
                let on = self.receiver(object)?;
                let mut parts: Vec<Part> = arguments.iter().map(|part| self.part(*part, 0)).collect();
                let stage = match name {
                    "onError" | "setErrorHandler" => RouterStage::Error,
                    "notFound" | "setNotFoundHandler" => RouterStage::NotFound,
                    "addHook" => {
                        let hook = code.string(code.unwrapped(first))?;
                        let stage = HOOKS.iter().position(|known| *known == hook)?;
                        self.is_instance(&on);
                        parts.remove(0);
                        RouterStage::Scope(stage as u8)
                    }
                    "guard" => return None,
                    _ => RouterStage::Ordered,
                };
                let kind = if name == "addHook" { Kind::Hook } else { Kind::Use };
                parts.iter_mut().for_each(|part| part.kind = kind);
                Step::Use { on, parts, stage }
            }
            "register" | "group" | "route" | "mount"
                if name != "route" || arguments.len() > 1 || matches!(self.value(first), RouteValue::Object(_)) =>
            {
                let on = self.receiver(object)?;
                let mut parts: Vec<Part> = arguments.iter().map(|part| self.part(*part, 0)).collect();
                match (name, &parts[0].value) {
                    // Fastify: everything in one object.
                    ("route", RouteValue::Object(_)) => Step::Route { on, method: RouteValue::Unknown, parts },
                    ("register", RouteValue::Text(_)) => {
                        // The router of Koa: path, methods, what runs.
                        let method = if parts.len() > 2 { parts.remove(1).value } else { return None };
                        Step::Route { on, method, parts }
                    }
                    ("register", _) => {
                        let at = parts.get(1).and_then(|part| part.value.option("prefix")).cloned();
                        let child = parts.remove(0);
                        if matches!(&child.value, RouteValue::Import { module, .. } if is_of_fastify(module)) {
                            self.is_instance(&on);
                        }
                        Step::Mount { on, at: at.unwrap_or_default(), child, parts }
                    }
                    _ => {
                        let (at, child) = (parts.remove(0).value, parts.pop()?);
                        parts.retain(|part| !matches!(part.value, RouteValue::Object(_)));
                        Step::Mount { on, at, child, parts }
                    }
                }
            }
            "param" if arguments.len() > 1 => {
                let on = self.receiver(object)?;
                let mut parts: Vec<Part> = arguments.iter().map(|part| self.part(*part, 0)).collect();
                let name = parts.remove(0).value;
                matches!(name, RouteValue::Text(_)).then_some(())?;
                parts.iter_mut().for_each(|part| part.kind = Kind::Param);
                Step::Param { on, name, parts }
            }
            "prefix" => Step::Prefix { on: self.receiver(object)?, at: self.value(first) },
            "on" | "openapi" if arguments.len() > 1 => {
                let on = self.receiver(object)?;
                let mut parts: Vec<Part> = arguments.iter().map(|part| self.part(*part, 0)).collect();
                let method = match (name, &parts[0].value) {
                    ("on", RouteValue::Text(_) | RouteValue::List(_)) => parts.remove(0).value,
                    ("on", _) => return None,
                    _ => RouteValue::Unknown,
                };
                Step::Route { on, method, parts }
            }
            _ => {
                let verb = method(name)?;
                let on = self.receiver(object)?;
                let value = self.value(first);
                let is_part = matches!(&on, RouteValue::Site(site) if matches!(self.sites[*site as usize].made, Made::Part { is_route: true, .. }));
                if is_part && verb == "ANY" && is_followed(self, call) {
                    let mut parts: Vec<Part> = arguments.iter().map(|part| self.part(*part, 0)).collect();
                    parts.iter_mut().for_each(|part| part.kind = Kind::Route);
                    self.say(call, at, span, Step::Use { on, parts, stage: RouterStage::Ordered });
                    return Some(());
                }
                let may_be_path = match &value {
                    RouteValue::Text(path) => {
                        arguments.len() > 1
                            && (path.is_empty()
                                || path.starts_with(['/', '*', ':', '(', '^'])
                                || arguments.len() > 2
                                || matches!(on, RouteValue::Site(_)))
                    }
                    RouteValue::Object(_) => false,
                    _ => arguments.len() > 1,
                };
                (may_be_path || is_part).then_some(())?;
                let parts = arguments.iter().map(|part| self.part(*part, 0)).collect();
                Step::Route { on, method: RouteValue::text(verb), parts }
            }
        };
        self.say(call, at, span, step);
        Some(())
    }

    /// Notes that a parameter is an instance of Fastify, as what is done with it says.
    fn is_instance(&mut self, on: &RouteValue) {
        let RouteValue::Parameter { body, at: 0 } = on else { return };
        let typed = &mut self.bodies[*body as usize].1.typed;
        if typed.is_empty() {
            typed.push((0, Framework::Fastify));
        }
    }

    /// What a method is called on, where that may be a router.
    fn receiver(&mut self, object: NodeId) -> Option<RouteValue> {
        let value = self.value(object);
        match &value {
            RouteValue::Site(_) | RouteValue::Parameter { .. } => Some(value),
            RouteValue::Import { module, .. } if CLIENTS.contains(&&**module) => None,
            RouteValue::Import { .. } => Some(value),
            RouteValue::Member(of, _) => {
                let mut at = of;
                while let RouteValue::Member(of, _) = &**at {
                    at = of;
                }
                let is_open = match &**at {
                    RouteValue::Import { module, .. } => !CLIENTS.contains(&&**module),
                    RouteValue::Site(_) | RouteValue::Parameter { .. } => true,
                    _ => false,
                };
                is_open.then_some(value)
            }
            _ => None,
        }
    }
}

/// Whether a package is a plugin of Fastify, by its name.
fn is_of_fastify(module: &str) -> bool {
    module.starts_with("@fastify/") || module.starts_with("fastify-")
}

/// Whether another method is called on what a call gives.
fn is_followed(reader: &EcmascriptRouteReader<'_>, call: NodeId) -> bool {
    let code = reader.code;
    code.tree.parent(call).is_some_and(|above| {
        code.kind(above) == "member_expression"
            && code.tree.parent(above).is_some_and(|above| code.kind(above) == "call_expression")
    })
}
