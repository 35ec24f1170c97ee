//! The function that the requests of a project go through.

use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};

use crate::view::View;

/// At most this many functions around a request are looked at, and so many nodes above the outermost.
const LEVELS: usize = 6;

/// Names of parameters that hold the rest of an address, where only a `/` stands before.
const ADDRESSES: &[&str] = &["url", "uri", "path", "pathname", "endpoint", "route", "href", "input", "resource"];

/// So many expressions are looked at for what a body is made of.
const MOST_PARTS: usize = 24;

/// Keys of what any question or answer is put into.
const ENVELOPE: &[&str] = &["method", "params", "query", "variables", "jsonrpc", "body", "data", "payload"];

/// The functions around a node, while the nodes of a file are gone through in order.
pub(super) struct Wrappers<'a> {
    view: &'a View<'a>,
    open: Vec<NodeId>,
}

impl<'a> Wrappers<'a> {
    pub(super) fn new(view: &'a View<'a>) -> Self {
        Self { view, open: Vec::new() }
    }

    /// Notes a function; `false` where the node is not one.
    pub(super) fn enter(&mut self, node: NodeId) -> bool {
        let view = self.view;
        while self.open.last().is_some_and(|open| !view.tree.is_within(node, *open)) {
            self.open.pop();
        }
        let is_function = FUNCTIONS.contains(&view.kind(node));
        if is_function {
            self.open.push(node);
        }
        is_function
    }

    /// The function that wraps such requests for others, where a request stands in one: the outermost.
    pub(super) fn wrap(&self, request: NodeId) -> Option<NodeId> {
        let view = self.view;
        let mut arguments = arguments_of(view, request);
        let address = arguments.next()?;
        let options = arguments.next();
        let outermost = self.open.first()?;
        let mut known = self.open.iter().rev().take(LEVELS);
        let wrapping = known.find(|function| {
            let makes_request = options
                .is_some_and(|options| self.makes_body(options, **function) && !self.hands_on(options, **function));
            let is_passed = || {
                // A whole request holds its options.
                let is_whole = options.is_none() && matches!(view.words(address), "request" | "req");
                is_whole
                    || options.is_some_and(|options| self.hands_on(options, **function))
                    || self.looks_at_answer(**function)
                    || self.is_named_address(address, **function)
            };
            (!makes_request && self.is_address(address, **function) && is_passed())
                || options.is_some_and(|options| self.asks_graph(options, **function))
        });
        let is_for_others = |function: NodeId| {
            self.is_given_out(*outermost)
                || (self.is_open_address(address, function) && self.is_part_of_others(*outermost))
        };
        wrapping.filter(|function| is_for_others(**function)).map(|_| *outermost)
    }

    /// Whether the body of a request holds the query and its variables that a function is given: what asks a server
    /// of GraphQL has one address.
    fn asks_graph(&self, options: NodeId, function: NodeId) -> bool {
        let view = self.view;
        let holds_given = |value: NodeId| {
            ["query", "variables"].iter().all(|name| {
                view.tree.subtree(value).filter(|node| view.words(*node) == *name).any(|node| {
                    matches!(view.kind(node), "identifier" | "shorthand_property_identifier")
                        && self.is_given(node, function)
                })
            })
        };
        let bodies = view.pairs(options).filter(|(key, _)| view.key(*key) == "body");
        view.kind(options) == "object" && bodies.into_iter().any(|(_, body)| holds_given(body))
    }

    /// Whether the body of a request is put together where it is sent, of parts with fixed names: such a request says what it is for, and
    /// only its address comes from outside.
    fn makes_body(&self, options: NodeId, function: NodeId) -> bool {
        let view = self.view;
        let object = origins(view, options).into_iter().take(LEVELS).find(|origin| view.kind(*origin) == "object");
        let Some(object) = object else { return false };
        let given = view.pairs(object).find(|(key, _)| view.key(*key) == "body").map(|(_, value)| value);
        let short = || view.named(object).find(|part| is_short(view, *part) && view.words(*part) == "body");
        let Some(body) = given.or_else(short) else { return false };
        let mut open = vec![body];
        for _ in 0..MOST_PARTS {
            let Some(part) = open.pop() else { break };
            let part = view.unwrapped(part);
            match view.kind(part) {
                "object" => {
                    let keys = view.pairs(part).map(|(key, _)| view.key(key).to_owned());
                    let short = view.named(part).filter(|it| is_short(view, *it)).map(|it| view.words(it).to_owned());
                    let keys: Vec<String> = keys.chain(short).collect();
                    // `...(verifier && { verifier })` is one more part with a name.
                    let is_spread = view.named(part).filter(|it| view.kind(*it) == "spread_element").any(|spread| {
                        let of = view.named(spread).next().map(|of| view.unwrapped(of));
                        !of.is_some_and(|of| {
                            matches!(view.kind(of), "binary_expression" | "ternary_expression" | "object")
                        })
                    });
                    // What any question is put into says nothing of it.
                    let is_envelope = keys.iter().any(|key| ENVELOPE.contains(&key.as_str()));
                    return !keys.is_empty() && !is_spread && !is_envelope;
                }
                "call_expression" | "new_expression" => {
                    let of = view.field(part, "function").filter(|of| view.kind(*of) == "member_expression");
                    open.extend(of.and_then(|of| view.field(of, "object")));
                    open.extend(view.arguments(part));
                }
                "ternary_expression" => {
                    open.extend(["consequence", "alternative"].iter().filter_map(|branch| view.field(part, branch)));
                }
                "identifier" | "shorthand_property_identifier" if !self.is_given(part, function) => {
                    open.extend(origins(view, part).into_iter().filter(|origin| *origin != part).take(LEVELS));
                }
                _ => {}
            }
        }
        false
    }

    /// Whether an expression is an address that a function is given: all of it, or what follows the host or a base.
    fn is_address(&self, address: NodeId, function: NodeId) -> bool {
        let view = self.view;
        origins(view, address).into_iter().take(LEVELS).any(|origin| match view.kind(origin) {
            "identifier" => self.is_given(origin, function),
            "new_expression" => {
                let class = view.field(origin, "constructor").map(|class| view.words(class));
                let first = view.field(origin, "arguments").and_then(|arguments| view.named(arguments).next());
                matches!(class, Some("URL" | "Request")) && first.is_some_and(|first| self.is_rest(first, function))
            }
            _ => self.is_rest(origin, function),
        })
    }

    /// Whether an address ends with what a function is given, under a name that says it is an address.
    fn is_named_address(&self, address: NodeId, function: NodeId) -> bool {
        let view = self.view;
        let is_named = |node: NodeId| {
            view.kind(node) == "identifier" && ADDRESSES.contains(&view.words(node)) && self.is_given(node, function)
        };
        self.is_open_address(address, function)
            && !self.is_whole(address, function)
            && view.tree.subtree(address).any(is_named)
    }

    /// The functions around the node that was entered last, the outermost first.
    pub(super) fn open(&self) -> &[NodeId] {
        &self.open
    }

    /// Whether all of an address is what a function is given, so that it can reach anything.
    pub(super) fn is_whole(&self, address: NodeId, function: NodeId) -> bool {
        let view = self.view;
        origins(view, address).into_iter().take(LEVELS).any(|origin| match view.kind(origin) {
            "identifier" => self.is_given(origin, function),
            "new_expression" => {
                let first = view.field(origin, "arguments").and_then(|arguments| view.named(arguments).next());
                first.is_some_and(|first| self.is_given(first, function))
            }
            _ => false,
        })
    }

    /// Whether an address is what a function is given, and ends with it: nothing that is fixed stands behind.
    pub(super) fn is_open_address(&self, address: NodeId, function: NodeId) -> bool {
        let view = self.view;
        let ends_open = |part: NodeId| {
            let last = match view.kind(part) {
                "template_string" => {
                    let text = view.words(part).trim_matches('`');
                    return !text.rsplit('}').next().unwrap_or_default().contains(char::is_alphanumeric)
                        && !between(text).any(|fixed| fixed.contains(char::is_alphanumeric) && !is_version(fixed));
                }
                "binary_expression" => view.field(part, "right"),
                "new_expression" => view.field(part, "arguments").and_then(|arguments| view.named(arguments).next()),
                _ => Some(part),
            };
            last.is_some_and(|last| !matches!(view.kind(last), "string"))
        };
        self.is_address(address, function) && origins(view, address).into_iter().take(LEVELS).all(ends_open)
    }

    /// Whether options hold those that a function is given, or the method.
    pub(super) fn hands_on_given(&self, options: NodeId, function: NodeId) -> bool {
        let view = self.view;
        origins(view, options).into_iter().take(LEVELS).any(|origin| match view.kind(origin) {
            "object" => view.named(origin).any(|part| match view.kind(part) {
                "spread_element" => view.named(part).next().is_some_and(|spread| self.is_given(spread, function)),
                "pair" => {
                    let is_method = view.field(part, "key").is_some_and(|key| view.key(key) == "method");
                    is_method && view.field(part, "value").is_some_and(|value| self.is_given(value, function))
                }
                "shorthand_property_identifier" => view.words(part) == "method" && self.is_given(part, function),
                _ => false,
            }),
            _ => self.is_given(origin, function),
        })
    }

    /// Whether a request stands in a function that passes the options on which it is given: a wrapper of another kind.
    pub(super) fn is_in_other(&self, request: NodeId) -> bool {
        let options = arguments_of(self.view, request).nth(1);
        let open = self.open.iter().rev().take(LEVELS);
        options.is_some_and(|options| open.into_iter().any(|function| self.hands_on_given(options, *function)))
    }

    /// Whether an expression is given as it is, or a base with what is given behind it.
    fn is_rest(&self, part: NodeId, function: NodeId) -> bool {
        let view = self.view;
        match view.kind(part) {
            "identifier" => self.is_given(part, function),
            "binary_expression" => {
                let left_is_text = view
                    .field(part, "left")
                    .is_some_and(|left| view.kind(left) == "string" && !is_base(view.key(left)));
                !left_is_text && view.field(part, "right").is_some_and(|right| self.is_given(right, function))
            }
            "template_string" => {
                let text = view.words(part).trim_matches('`');
                let start = view.tree.span(part).start + 1;
                view.named(part).filter(|piece| view.kind(*piece) == "template_substitution").take(2).any(|piece| {
                    let Some(given) = view.named(piece).next().filter(|given| self.is_given(*given, function)) else {
                        return false;
                    };
                    let before = &text[..(view.tree.span(piece).start - start) as usize];
                    // Behind the base that a first substitution gives.
                    let (has_base, before) = match before.rsplit_once('}') {
                        Some((_, behind)) => (true, behind),
                        None => (false, before),
                    };
                    let names_address = || {
                        // `baseUrl` ends in `url`, `curl` does not.
                        let name = view.words(given);
                        let lower = name.to_ascii_lowercase();
                        ADDRESSES.iter().any(|word| {
                            lower.strip_suffix(word).is_some_and(|before| {
                                before.is_empty()
                                    || before.ends_with('_')
                                    || name[before.len()..].starts_with(|c: char| c.is_ascii_uppercase())
                            })
                        })
                    };
                    // A prefix that does not end in a slash is followed by a path of its own: `${base}/api/v1${path}`.
                    let is_prefix = || has_base && before.starts_with('/') && !before.contains(['?', '#']);
                    before.is_empty()
                        || (!has_base && is_base(before))
                        || ((before == "/" || is_prefix()) && names_address())
                })
            }
            _ => false,
        }
    }

    /// Whether a name is a parameter of a function, or a part of one.
    fn is_given(&self, name: NodeId, function: NodeId) -> bool {
        let view = self.view;
        let parameters = view.field(function, "parameters").or_else(|| view.field(function, "parameter"));
        let is_parameter = |name: NodeId| {
            parameters.is_some_and(|parameters| {
                declaration(view, name).is_some_and(|declared| view.tree.is_within(declared, parameters))
            })
        };
        // `const { timeout, ...rest } = options`
        let taken_from = || {
            let declared = declaration(view, name)?;
            let mut above = view.tree.ancestors(declared).take(LEVELS);
            let pattern = above.find(|above| view.kind(*above) == "object_pattern")?;
            let declarator = view.tree.parent(pattern).filter(|above| view.kind(*above) == "variable_declarator")?;
            view.field(declarator, "value")
        };
        // `let current = url`, which follows redirects from there.
        let begun_as = || {
            let declared = declaration(view, name)?;
            let declarator = view.tree.parent(declared).filter(|above| view.kind(*above) == "variable_declarator")?;
            view.field(declarator, "value")
        };
        let is_of_parameter = |from: NodeId| view.kind(from) == "identifier" && is_parameter(from);
        matches!(view.kind(name), "identifier" | "shorthand_property_identifier")
            && (is_parameter(name)
                || taken_from().is_some_and(is_of_parameter)
                || begun_as().is_some_and(is_of_parameter))
    }

    /// Whether options hold what the function is given, or a way to end the request.
    fn hands_on(&self, options: NodeId, function: NodeId) -> bool {
        let view = self.view;
        origins(view, options).into_iter().take(LEVELS).any(|origin| match view.kind(origin) {
            "object" => view.named(origin).any(|part| match view.kind(part) {
                "spread_element" => view.named(part).next().is_some_and(|spread| self.is_given(spread, function)),
                "pair" => view.field(part, "key").is_some_and(|key| view.key(key) == "signal"),
                "shorthand_property_identifier" => {
                    view.words(part) == "signal" || (view.words(part) == "method" && self.is_given(part, function))
                }
                _ => false,
            }),
            _ => self.is_given(origin, function),
        })
    }

    /// Whether a function looks at what became of the request.
    fn looks_at_answer(&self, function: NodeId) -> bool {
        let view = self.view;
        view.tree
            .subtree(function)
            .filter(|node| view.kind(*node) == "member_expression")
            .filter_map(|member| view.field(member, "property"))
            .any(|member| matches!(view.words(member), "ok" | "status"))
    }

    /// Whether a function is called by such a one alone, which hands on what it is given.
    fn is_part_of_others(&self, function: NodeId) -> bool {
        let callers = std::iter::successors(self.only_caller(function), |caller| self.only_caller(*caller));
        callers.take(LEVELS).any(|caller| self.is_given_out(caller))
    }

    /// The function with the one call of another, where that call hands on what it is given itself: the two are one
    /// wrapper.
    fn only_caller(&self, function: NodeId) -> Option<NodeId> {
        let view = self.view;
        // The first parameter has to be the address, not an object that holds one of many things.
        let parameters = view.field(function, "parameters").and_then(|list| view.named(list).next());
        let first = view.field(function, "parameter").or(parameters)?;
        let pattern = view.field(first, "pattern").unwrap_or(first);
        if view.kind(pattern) != "identifier" {
            return None;
        }
        let named = view.field(function, "name").or_else(|| {
            let declarator = view.tree.parent(function).filter(|above| view.kind(*above) == "variable_declarator")?;
            view.field(declarator, "name")
        })?;
        let names = view.analysis.names();
        let mut uses = names.references(names.binding_of(named)?);
        let used = uses.next().filter(|_| uses.next().is_none())?.node;
        let call = view.tree.parent(used).filter(|call| view.field(*call, "function") == Some(used))?;
        let address = view.arguments(call).next()?;
        view.tree
            .ancestors(call)
            .filter(|above| FUNCTIONS.contains(&view.kind(*above)))
            .take(LEVELS)
            .find(|caller| *caller != function && self.is_open_address(address, *caller))
    }

    /// Whether other modules can call a function, or this one does at two places or more.
    fn is_given_out(&self, function: NodeId) -> bool {
        let view = self.view;
        std::iter::once(function).chain(view.tree.ancestors(function).take(LEVELS)).any(|around| {
            match view.kind(around) {
                "export_statement" => true,
                "function_declaration" | "class_declaration" | "abstract_class_declaration" | "variable_declarator" => {
                    view.field(around, "name").is_some_and(|name| is_exported(view, name) || is_shared(view, name))
                }
                "assignment_expression" => view.field(around, "left").is_some_and(|left| {
                    view.words(left).starts_with("module.exports") || view.words(left).starts_with("exports.")
                }),
                _ => false,
            }
        })
    }
}

fn is_short(view: &View<'_>, part: NodeId) -> bool {
    view.kind(part) == "shorthand_property_identifier"
}

/// The arguments of a request: behind the receiver in `fetch.call(this, url)`.
pub(super) fn arguments_of(code: &View<'_>, request: NodeId) -> impl Iterator<Item = NodeId> {
    let function = code.field(request, "function").map(|function| code.unwrapped(function));
    let is_bound = function
        .is_some_and(|function| code.kind(function) == "member_expression" && code.last_name(function) == Some("call"));
    code.arguments(request).skip(usize::from(is_bound))
}

/// The expressions that a value can come from, itself first.
pub(super) fn origins(code: &View<'_>, node: NodeId) -> Vec<NodeId> {
    code.analysis.names().origins(code.tree, code.analysis.text(), node)
}

/// The identifier that introduces the name that stands somewhere.
pub(super) fn declaration(code: &View<'_>, name: NodeId) -> Option<NodeId> {
    let names = code.analysis.names();
    Some(names.binding(names.binding_of(name)?).node)
}

/// Whether a name is that of a parameter, or of a part of one.
pub(super) fn is_parameter(code: &View<'_>, name: NodeId) -> bool {
    let Some(declared) = declaration(code, name) else { return false };
    let mut above = code.tree.ancestors(declared).take_while(|above| !FUNCTIONS.contains(&code.kind(*above)));
    above.any(|above| code.kind(above) == "formal_parameters")
        || code.tree.parent(declared).is_some_and(|above| code.field(above, "parameter") == Some(declared))
}

pub(super) fn is_exported(code: &View<'_>, name: NodeId) -> bool {
    let names = code.analysis.names();
    names.binding_of(name).is_some_and(|id| names.binding(id).exported)
}

/// Whether a name that is not written again is used at two places or more, or in what the module exports: the one instance of a class.
fn is_shared(code: &View<'_>, name: NodeId) -> bool {
    let names = code.analysis.names();
    let Some(id) = names.binding_of(name).filter(|id| !names.is_reassigned(*id)) else { return false };
    let is_made = |used: NodeId| code.tree.parent(used).is_some_and(|above| code.kind(above) == "new_expression");
    let is_given =
        |used: NodeId| is_made(used) && code.tree.ancestors(used).any(|above| code.kind(above) == "export_statement");
    // `export const client = { send }`
    let is_part = |used: NodeId| {
        let mut around = code.tree.ancestors(used);
        let is_between = |kind| matches!(kind, "pair" | "object" | "variable_declarator" | "lexical_declaration");
        around.find(|above| !is_between(code.kind(*above))).is_some_and(|above| code.kind(above) == "export_statement")
    };
    names.references(id).nth(1).is_some() || names.references(id).any(|used| is_given(used.node) || is_part(used.node))
}

/// What stands fixed between the substitutions of a template.
fn between(template: &str) -> impl Iterator<Item = &str> {
    template.split('}').skip(1).map(|part| part.split("${").next().unwrap_or_default())
}

/// Whether what stands between a base and a path says no more than which interface is meant: `/api`, `/v1/`, `/api/v2`.
fn is_version(fixed: &str) -> bool {
    let is_number =
        |part: &str| part.strip_prefix('v').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'));
    let mut parts = fixed.split('/').filter(|part| !part.is_empty());
    fixed.starts_with('/')
        && parts.all(|part| matches!(part, "api" | "rest" | "graphql" | "internal") || is_number(part))
}

/// Whether a text is a host alone.
fn is_base(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.trim_end_matches('/').contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_interfaces_from_places() {
        for (fixed, expected) in [
            ("/api/v1", true),
            ("/api/", true),
            ("/v2.1", true),
            ("/users/", false),
            ("/api/users", false),
            ("?page=", false),
        ] {
            assert_eq!(is_version(fixed), expected, "{fixed}");
        }
    }

    #[test]
    fn tells_hosts_from_addresses() {
        assert!(is_base("https://api.example.com") && is_base("http://localhost:80/"));
        assert!(!is_base("https://api.example.com/users/") && !is_base("/users/"));
    }
}
