//! The parts of a module of Rust that read the environment for the rest.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_syntax::{NodeId, Tree};

use super::configuration::{is_named_after_settings, is_of_settings, say};
use super::fact::Facts;
use crate::kinds::Kinds;

static FUNCTIONS: Kinds = Kinds::new(&["function_item", "static_item", "const_item"]);

/// Says which parts are configuration: the function that builds the settings or changes them, the other functions of its `impl`, those
/// that read a variable whose name they are given for it, `from_env`; in a module named after settings each value that it gives.
pub(super) fn extract(source: &Source<'_, '_>, analysis: &Analysis<'_>, out: &mut Facts) {
    let tree = analysis.tree();
    let kinds = FUNCTIONS.of(tree.language());
    let items: Vec<NodeId> = (0..tree.len()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))).collect();
    let reading: Vec<(NodeId, bool)> = items.iter().filter_map(|item| Some((*item, reads(analysis, *item)?))).collect();
    let builds = |item: NodeId| tree.kind_name(item) == "function_item" && builds_settings(analysis, item);
    let builders: Vec<NodeId> = items.iter().copied().filter(|item| builds(*item)).collect();
    let is_named = is_named_after_settings(source.path);
    let declares = || {
        (0..tree.len()).map(NodeId).filter(|node| tree.kind_name(*node) == "struct_item").any(|item| {
            tree.child_by_field_name(item, "name").is_some_and(|name| is_settings_type(analysis.words(name)))
        }) || declares_what_is_filled(analysis)
    };
    let holds_settings = is_named && declares();
    let called = SettingsHelpers::by(analysis, &builders);
    for (item, names_it) in reading {
        let owner = settings_impl(analysis, item);
        let evidence = if builders.contains(&item) {
            "a function builds the settings"
        } else if owner.is_some() && builders.iter().any(|builder| settings_impl(analysis, *builder) == owner) {
            "the settings read it for themselves"
        } else if changes_settings(analysis, item) {
            "it takes the variable over into the settings"
        } else if is_made_from_environment(analysis, item) {
            "it makes a value of its own type from the environment, as its name says"
        } else if holds_settings {
            "its module is named after settings, and declares them"
        } else if !names_it && (is_named || !builders.is_empty() || is_public(analysis, item)) {
            "it reads the variables that it is told to"
        } else if called.holds(analysis, item) {
            "only a function that builds the settings calls it"
        } else if is_named && gives_value(analysis, item) {
            "its module is named after settings, and it gives what it reads"
        } else {
            continue;
        };
        say(source, Some(tree.span(item)), tree.span(item), evidence, out);
    }
}

/// Whether a function is given settings to change, itself or another's, and does: `fn apply_variables(&mut self)`,
/// `fn overrides(config: &mut Config)`. One that only looks at its settings reads the variable beside them.
fn changes_settings(analysis: &Analysis<'_>, item: NodeId) -> bool {
    let tree = analysis.tree();
    let (Some(parameters), Some(body)) =
        (tree.child_by_field_name(item, "parameters"), tree.child_by_field_name(item, "body"))
    else {
        return false;
    };
    let is_mutable = |node: NodeId| tree.children(node).any(|child| tree.kind_name(child) == "mutable_specifier");
    tree.named_children(parameters).any(|parameter| {
        let given = match tree.kind_name(parameter) {
            "self_parameter" => is_mutable(parameter) && settings_impl(analysis, item).is_some(),
            "parameter" => tree.child_by_field_name(parameter, "type").is_some_and(|taken| {
                let inner = tree.child_by_field_name(taken, "type").filter(|_| is_mutable(taken));
                let owned = Some(taken).filter(|_| is_mutable(parameter));
                inner.or(owned).is_some_and(|inner| is_settings_type(analysis.words(inner)))
            }),
            _ => false,
        };
        let name = match tree.kind_name(parameter) {
            "self_parameter" => "self",
            _ => tree.child_by_field_name(parameter, "pattern").map_or("", |name| analysis.words(name)),
        };
        given
            && tree.subtree(body).any(|node| {
                tree.kind_name(node) == "field_expression"
                    && tree.child_by_field_name(node, "value").is_some_and(|value| analysis.words(value) == name)
                    && tree.parent(node).is_some_and(|above| match tree.kind_name(above) {
                        "assignment_expression" | "compound_assignment_expr" => {
                            tree.child_by_field_name(above, "left") == Some(node)
                        }
                        // A method that may change it, of itself or of a field.
                        "call_expression" => tree.child_by_field_name(above, "function") == Some(node),
                        "field_expression" => true,
                        _ => false,
                    })
            })
    })
}

/// Whether an associated function is named `from_env` or alike and gives a value of the type that it belongs to.
fn is_made_from_environment(analysis: &Analysis<'_>, item: NodeId) -> bool {
    let tree = analysis.tree();
    let name = tree.child_by_field_name(item, "name").map_or("", |name| analysis.words(name));
    let is_named = ["from_env", "from_environment", "from_env_var", "from_env_vars"]
        .iter()
        .any(|named| name.strip_prefix("try_").unwrap_or(name) == *named);
    let owner = tree.ancestors(item).find(|above| tree.kind_name(*above) == "impl_item");
    let owner = owner.and_then(|owner| tree.child_by_field_name(owner, "type")).map(|owner| analysis.words(owner));
    let (Some(owner), Some(returned)) = (owner, tree.child_by_field_name(item, "return_type")) else { return false };
    let owner = owner.split('<').next().unwrap_or(owner);
    let words = analysis.words(returned).split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let takes_self = tree
        .child_by_field_name(item, "parameters")
        .is_some_and(|parameters| tree.named_children(parameters).any(|one| tree.kind_name(one) == "self_parameter"));
    is_named && !takes_self && words.into_iter().any(|word| word == "Self" || word == owner)
}

/// Whether a module declares a struct that is filled from a file of settings or from the command line, by what it
/// derives.
fn declares_what_is_filled(analysis: &Analysis<'_>) -> bool {
    const DERIVED: [&str; 4] = ["Deserialize", "Parser", "Args", "Configurable"];
    let tree = analysis.tree();
    // Where the attributes end that stand together, and whether one of them derives such a thing.
    let (mut end, mut derives) = (0, false);
    for node in (0..tree.len()).map(NodeId) {
        match tree.kind_name(node) {
            "attribute_item" => {
                let words = analysis.words(node);
                let is_one = words.contains("derive") && DERIVED.iter().any(|name| words.contains(name));
                derives = (derives && node.0 == end) || is_one;
                end = tree.subtree_end(node);
            }
            "line_comment" | "block_comment" if node.0 == end => end = tree.subtree_end(node),
            "struct_item" if derives && node.0 == end => return true,
            _ => {}
        }
    }
    false
}

/// Whether an item reads a variable, and whether it names it itself.
fn reads(analysis: &Analysis<'_>, item: NodeId) -> Option<bool> {
    let tree = analysis.tree();
    let takes_something = tree
        .child_by_field_name(item, "parameters")
        .is_some_and(|parameters| tree.named_children(parameters).any(|one| tree.kind_name(one) == "parameter"));
    let mut found = None;
    for node in tree.subtree(item).filter(|node| matches!(tree.kind_name(*node), "scoped_identifier" | "identifier")) {
        let name = analysis.words(node);
        if !["var", "var_os", "vars", "vars_os"].iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let path = analysis.target(node).path(analysis.text(), "::").map(|path| path.to_string()).unwrap_or_default();
        let is_read = ["std::env::", "dotenv::", "dotenvy::"].iter().any(|start| path.starts_with(start));
        if !is_read {
            continue;
        }
        let call = tree.parent(node).filter(|call| tree.kind_name(*call) == "call_expression");
        let argument = call
            .and_then(|call| tree.child_by_field_name(call, "arguments"))
            .and_then(|arguments| tree.named_children(arguments).next());
        let given = argument.map(|argument| match tree.kind_name(argument) {
            "reference_expression" => tree.named_children(argument).last().unwrap_or(argument),
            _ => argument,
        });
        // A constant, or what is taken from a list of the function itself, is not a name that it is given.
        let is_given = |given: NodeId| {
            let is_constant = !analysis.words(given).contains(|letter: char| letter.is_lowercase());
            tree.kind_name(given) == "identifier" && !is_constant && takes_something
        };
        let names_it = given.is_none_or(|given| !is_given(given));
        found = Some(found.unwrap_or(false) | names_it);
    }
    found
}

/// The `impl` of a type named after settings around an item.
fn settings_impl(analysis: &Analysis<'_>, item: NodeId) -> Option<NodeId> {
    let tree = analysis.tree();
    let owner = tree.ancestors(item).find(|above| tree.kind_name(*above) == "impl_item")?;
    let name = tree.child_by_field_name(owner, "type").map(|name| analysis.words(name))?;
    is_settings_type(name).then_some(owner)
}

fn is_settings_type(name: &str) -> bool {
    let name = name.split(['<', '>', ' ']).next().unwrap_or(name).rsplit("::").next().unwrap_or(name);
    let ends = ["Options", "Opts", "Params", "Parameters", "Credentials", "Args"];
    is_of_settings(name) || ends.iter().any(|end| name.ends_with(end))
}

/// The private functions that nothing but the builders of settings, and functions of that kind, calls.
struct SettingsHelpers<'a>(BTreeSet<&'a str>);

impl<'a> SettingsHelpers<'a> {
    fn by(analysis: &Analysis<'a>, builders: &[NodeId]) -> Self {
        let tree = analysis.tree();
        if builders.is_empty() {
            return Self(BTreeSet::new());
        }
        // By the name of what is used: in which functions.
        let mut users: BTreeMap<&str, BTreeSet<Option<NodeId>>> = BTreeMap::new();
        let is_of_tests = |node: NodeId| {
            let name = tree.child_by_field_name(node, "name").map(|name| analysis.words(name));
            tree.kind_name(node) == "mod_item" && matches!(name, Some("test" | "tests"))
        };
        // The outermost function around the nodes of the file, and where a module of tests ends. What stands in a macro lies behind all
        // others, and is asked what is around it.
        let (mut around, mut behind_tests): (Option<NodeId>, u32) = (None, 0);
        for node in (0..tree.len()).map(NodeId) {
            if node.0 < behind_tests {
                continue;
            }
            if is_of_tests(node) {
                behind_tests = tree.subtree_end(node);
                continue;
            }
            around = around.filter(|function| tree.is_within(node, *function));
            match tree.kind_name(node) {
                "function_item" => around = around.or(Some(node)),
                "identifier" if !is_name_of(tree, node) => {
                    let user = if node.0 < tree.main_end() {
                        around
                    } else if tree.ancestors(node).any(is_of_tests) {
                        continue;
                    } else {
                        tree.ancestors(node).filter(|above| tree.kind_name(*above) == "function_item").last()
                    };
                    users.entry(analysis.words(node)).or_default().insert(user);
                }
                _ => {}
            }
        }
        let name = |item: NodeId| tree.child_by_field_name(item, "name").map(|name| analysis.words(name));
        let mut found: BTreeSet<&str> = BTreeSet::new();
        // Each round adds those that the functions of the last one call.
        for _ in 0..DEEPEST_CALLS {
            let before = found.len();
            let serves = |user: &Option<NodeId>| {
                user.is_some_and(|user| builders.contains(&user) || name(user).is_some_and(|name| found.contains(name)))
            };
            let more: Vec<&str> =
                users.iter().filter(|(_, users)| users.iter().all(serves)).map(|(name, _)| *name).collect();
            found.extend(more);
            if found.len() == before {
                break;
            }
        }
        Self(found)
    }

    fn holds(&self, analysis: &Analysis<'a>, item: NodeId) -> bool {
        let tree = analysis.tree();
        let name = tree.child_by_field_name(item, "name").map(|name| analysis.words(name));
        tree.kind_name(item) == "function_item"
            && !is_public(analysis, item)
            && name.is_some_and(|name| self.0.contains(name))
    }
}

/// How many functions deep the calls of a function that builds settings are followed.
const DEEPEST_CALLS: usize = 4;

/// Whether an identifier is the name that an item declares.
fn is_name_of(tree: &Tree, node: NodeId) -> bool {
    let Some(item) = tree.parent(node) else { return false };
    tree.kind_name(item) == "function_item" && tree.child_by_field_name(item, "name") == Some(node)
}

/// Whether a function returns settings and makes them.
fn builds_settings(analysis: &Analysis<'_>, function: NodeId) -> bool {
    let tree = analysis.tree();
    let Some(returned) = tree.child_by_field_name(function, "return_type").map(|node| analysis.words(node)) else {
        return false;
    };
    let mut words = returned.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let gives = words.clone().any(is_settings_type)
        || (words.any(|word| word == "Self") && settings_impl(analysis, function).is_some());
    // What the settings are taken from is made of the environment and of files.
    if returned.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "Figment" | "ConfigBuilder")) {
        return true;
    }
    let makes = |body: NodeId| {
        tree.subtree(body).filter(|node| tree.kind_name(*node) == "struct_expression").any(|made| {
            let name = tree.child_by_field_name(made, "name").map(|name| analysis.words(name)).unwrap_or_default();
            name == "Self" || is_settings_type(name)
        }) || starts_from_default(analysis, body)
            || loads_settings(analysis, body)
    };
    gives && tree.child_by_field_name(function, "body").is_some_and(makes)
}

/// Whether a body calls a function that loads settings by its name: `load_node_config_with(&variables)`.
fn loads_settings(analysis: &Analysis<'_>, body: NodeId) -> bool {
    let tree = analysis.tree();
    tree.subtree(body).filter(|node| tree.kind_name(*node) == "call_expression").any(|call| {
        let function = tree.child_by_field_name(call, "function").map(|function| analysis.words(function));
        let name = function.and_then(|function| function.rsplit("::").next()).unwrap_or_default();
        let mut words = name.split('_');
        let is_making = words.next().is_some_and(|first| matches!(first, "load" | "parse" | "read" | "build"));
        is_making && words.any(|word| matches!(word, "config" | "settings" | "configuration"))
    })
}

/// Whether a body makes settings of their defaults: `let mut settings = Self::default();`.
fn starts_from_default(analysis: &Analysis<'_>, body: NodeId) -> bool {
    let tree = analysis.tree();
    tree.subtree(body).filter(|node| tree.kind_name(*node) == "call_expression").any(|call| {
        let function = tree.child_by_field_name(call, "function").map(|function| analysis.words(function));
        let owner = function.and_then(|function| function.strip_suffix("::default"));
        owner.is_some_and(|owner| owner == "Self" || is_settings_type(owner))
    })
}

/// Whether other modules get the value of an item: a static, a constant, a function without parameters.
fn gives_value(analysis: &Analysis<'_>, item: NodeId) -> bool {
    let tree = analysis.tree();
    let takes_nothing = tree
        .child_by_field_name(item, "parameters")
        .is_none_or(|parameters| tree.named_children(parameters).next().is_none());
    let returns = tree.kind_name(item) != "function_item" || tree.child_by_field_name(item, "return_type").is_some();
    is_public(analysis, item) && takes_nothing && returns
}

fn is_public(analysis: &Analysis<'_>, item: NodeId) -> bool {
    let tree = analysis.tree();
    tree.children(item).any(|child| tree.kind_name(child) == "visibility_modifier")
}
