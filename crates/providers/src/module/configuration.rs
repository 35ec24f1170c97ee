//! The parts of a module that read the environment for the rest.

use std::collections::BTreeSet;

use auditlint_facts::Source;
use auditlint_matcher::Analysis;
use auditlint_source::{FilePath, LineIndex, ModuleKind, Span};
use auditlint_syntax::{ECMASCRIPT_FUNCTIONS as FUNCTIONS, NodeId};
use rustc_hash::FxHashSet;

use super::fact::{Facts, KindFact};
use super::told;
use crate::kinds::Kinds;
use crate::view::View;
use crate::words::Words;

/// What a text with a read of the environment holds.
static READS: Words = Words::new(&["env", "convict", "ConfigModule"]);

/// Whether a text can hold such a part.
pub(super) fn may_hold(text: &[u8]) -> bool {
    READS.any_in(text)
}

/// Says which parts of a module of TypeScript or JavaScript are configuration.
pub(super) fn extract(source: &Source<'_, '_>, analysis: &Analysis<'_>, out: &mut Facts) {
    ecmascript(source, &View::of(analysis), out);
}

/// Says that a part is configuration; all of the module where there is none.
pub(super) fn say(source: &Source<'_, '_>, part: Option<Span>, place: Span, evidence: &str, out: &mut Facts) {
    let lines = part.map(|part| lines_of(source.lines(), part));
    let (kind, evidence) = (ModuleKind::Configuration, evidence.into());
    out.say(place, KindFact::Part { kind, lines, evidence, only_if_shared: false, client: None });
}

/// The first and the last line of a part.
pub(super) fn lines_of(lines: &LineIndex, part: Span) -> (u32, u32) {
    (lines.line(part.start), lines.line(part.end.saturating_sub(1).max(part.start)))
}

/// Whether a name says that something holds the settings of a program.
pub(super) fn is_of_settings(name: &str) -> bool {
    const ENDS: [&str; 10] =
        ["config", "configuration", "configs", "settings", "env", "envs", "environment", "cfg", "secrets", "envvars"];
    let lower = name.to_ascii_lowercase();
    let stem = ["service", "loader", "module", "provider", "schema"].iter().find_map(|end| lower.strip_suffix(end));
    let stem = stem.unwrap_or(&lower).trim_end_matches('_');
    ENDS.iter().any(|end| {
        stem.strip_suffix(end).is_some_and(|rest| {
            // `genv` ends in `env` by chance.
            let at = rest.len();
            rest.is_empty() || rest.ends_with('_') || name[at..].starts_with(|c: char| c.is_ascii_uppercase())
        })
    })
}

/// Whether the name of a function says that it does something with settings or makes something else of them, rather
/// than to give them: `syncEnvVars`, `fromEnv`.
fn acts(name: &str) -> bool {
    const VERBS: [&str; 22] = [
        "apply", "check", "delete", "deploy", "from", "handle", "inject", "log", "migrate", "populate", "print",
        "push", "remove", "run", "save", "send", "set", "sync", "test", "update", "upload", "write",
    ];
    VERBS.iter().any(|verb| {
        name.strip_prefix(verb).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '_'))
    })
}

/// Whether a file takes a database from one version to the next, or fills it: its name says what it does to settings, if it names some.
fn changes_database(path: &FilePath) -> bool {
    const FOLDERS: [&str; 6] = ["migrations", "migration", "migrate", "seeds", "seeders", "seed"];
    path.parent().is_some_and(|folder| folder.as_str().split('/').any(|part| FOLDERS.contains(&part)))
        || path.name().bytes().take_while(u8::is_ascii_digit).count() >= 8
}

/// Whether the name of a file begins with what it does to settings: `move-notification-settings`, `sync-env`.
fn acts_on_settings(stem: &str) -> bool {
    const ACTIONS: [&str; 12] =
        ["add", "apply", "create", "delete", "migrate", "move", "remove", "rename", "save", "sync", "update", "upload"];
    stem.split(['-', '_']).next().is_some_and(|first| first != stem && ACTIONS.contains(&first))
}

/// Whether a file is named after settings, or lies in a folder that is.
pub(super) fn is_named_after_settings(path: &FilePath) -> bool {
    if changes_database(path) || acts_on_settings(path.stem()) {
        return false;
    }
    let is_word = |word: &str| {
        matches!(word, "config" | "configuration" | "env" | "environment" | "settings" | "cfg" | "envs" | "configs")
    };
    let stem = path.name().split('.').filter(|part| !part.is_empty()).rev().skip(1);
    let by_name = stem.flat_map(|part| part.split(['-', '_'])).any(|word| is_word(&word.to_ascii_lowercase()));
    let is_folder = |folder: &FilePath| is_word(folder.name()) || is_of_settings(&folder.name().replace('-', "_"));
    let folder = path.parent().unwrap_or_default();
    // The sources of a package that is named so: `crates/settings/src`.
    let package = folder.parent().filter(|_| matches!(folder.name(), "src" | "lib"));
    let is_of_folder = || matches!(path.stem(), "mod" | "index") && is_folder(&folder);
    by_name
        || is_word(folder.name())
        || is_of_folder()
        || package.is_some_and(|package| {
            // `dev-env` is where something runs.
            let last = package.name().rsplit(['-', '_']).next().unwrap_or_default();
            matches!(last, "config" | "configuration" | "settings")
        })
        || is_of_settings(path.stem())
}

static ENVIRONMENTS: Kinds = Kinds::new(&["member_expression", "subscript_expression", "identifier"]);
static CALLS: Kinds = Kinds::new(&["call_expression"]);

/// How many levels above the use of a value its export is looked for.
const DEEPEST: usize = 64;

fn ecmascript(source: &Source<'_, '_>, code: &View<'_>, out: &mut Facts) {
    let reads = reads(code);
    if let Some((call, evidence)) = parsing_call(code, &reads) {
        return say(source, None, code.tree.span(call), evidence, out);
    }
    if reads.is_empty() {
        return;
    }
    if is_named_after_settings(source.path) && does_nothing_else(code, &reads) {
        let evidence = "its name says so, and it reads variables for others and does nothing else";
        return say(source, None, code.tree.span(reads[0]), evidence, out);
    }
    for reader in told::readers(code, &reads) {
        let span = code.tree.span(reader);
        say(source, Some(span), span, "it reads the variables that it is told to", out);
    }
    let (mut parts, mut seen): (BTreeSet<NodeId>, FxHashSet<(NodeId, ReadContext)>) = Default::default();
    for read in &reads {
        if let Some((part, evidence)) = part_around(code, *read, &reads, &mut seen)
            && parts.insert(part)
        {
            say(source, Some(code.tree.span(part)), code.tree.span(part), evidence, out);
        }
    }
}

/// The places that take the environment.
fn reads(code: &View<'_>) -> Vec<NodeId> {
    let kinds = ENVIRONMENTS.of(code.tree.language());
    let nodes = (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node)));
    nodes
        .filter(|node| match code.kind(*node) {
            "identifier" => matches!(code.words(*node), "env" | "environment") && code.is_environment(*node),
            _ => {
                code.last_name(*node) == Some("env")
                    && (code.is_environment(*node) || code.path(*node).as_deref() == Some("Deno.env"))
            }
        })
        .collect()
}

/// Whether a function may check the environment, by how its name begins.
fn may_check(name: &str) -> bool {
    const STARTS: [&str; 12] = [
        "parse",
        "safeparse",
        "validate",
        "decode",
        "attempt",
        "assert",
        "cast",
        "create",
        "clean",
        "env",
        "define",
        "convict",
    ];
    let begins = |start: &str| name.get(..start.len()).is_some_and(|first| first.eq_ignore_ascii_case(start));
    STARTS.iter().any(|start| begins(start)) || begins("forroot")
}

/// A call that hands the environment to what checks it.
fn parsing_call(code: &View<'_>, reads: &[NodeId]) -> Option<(NodeId, &'static str)> {
    let members: Vec<NodeId> = reads.iter().copied().filter(|read| code.kind(*read) != "identifier").collect();
    let kinds = CALLS.of(code.tree.language());
    let calls = (0..code.tree.len()).map(NodeId).filter(|node| kinds.contains(code.tree.kind(*node)));
    calls.into_iter().find_map(|call| {
        let function = code.unwrapped(code.field(call, "function")?);
        let is_curried = code.kind(function) == "call_expression";
        let named = if is_curried { code.unwrapped(code.field(function, "function")?) } else { function };
        let (name, is_member) = (code.last_name(named)?, code.kind(named) == "member_expression");
        if !may_check(name) {
            return None;
        }
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "convict" | "createenv" => return Some((call, "a schema names what it reads")),
            "forroot" => {
                let module = code.field(named, "object").map(|module| code.words(module));
                return (module == Some("ConfigModule")).then_some((call, "it sets up the module for configuration"));
            }
            _ => {}
        }
        let starts = |words: &[&str]| words.iter().any(|word| lower.starts_with(word));
        let checks = starts(&["parse", "safeparse", "validate", "decode"])
            || (is_member && matches!(lower.as_str(), "attempt" | "assert" | "cast" | "create"))
            || (!is_member && (starts(&["clean", "envsafe"]) || lower == "envalid"));
        let names_environment =
            lower.contains("env") && starts(&["create", "parse", "clean", "validate", "define", "env"]);
        let mut arguments = code.arguments(call).map(|argument| code.unwrapped(argument));
        let is_handed = |argument: NodeId| {
            let spreads = || code.named(argument).filter(|part| code.kind(*part) == "spread_element");
            passes_environment(code, argument)
                || (code.kind(argument) == "object"
                    && spreads().any(|part| code.named(part).next().is_some_and(|spread| code.is_environment(spread))))
        };
        let holds = |argument: NodeId| {
            code.kind(argument) == "object"
                && code.pairs(argument).any(|(_, value)| count_in(code, &members, value) > 0)
        };
        // `JSON.parse(process.env.A)` checks one value and no environment.
        let is_handed = arguments.any(|argument| {
            (checks && is_handed(argument))
                || ((names_environment || (is_member && starts(&["parse", "safeparse"])))
                    && (is_handed(argument) || holds(argument)))
        });
        is_handed.then_some((call, "it hands the environment to what checks it"))
    })
}

/// How many calls may stand around the environment that one hands on: `parse(withoutEmpty(process.env))`.
const MOST_CALLS: usize = 3;

/// Whether an expression is the environment, or what functions make of all of it.
fn passes_environment(code: &View<'_>, value: NodeId) -> bool {
    let mut at = value;
    for _ in 0..MOST_CALLS {
        if code.is_environment(at) {
            return true;
        }
        let inner = if code.kind(at) == "call_expression" { code.arguments(at).next() } else { None };
        let Some(inner) = inner else { return false };
        at = code.unwrapped(inner);
    }
    false
}

/// How many of some places lie in a node. They are in the order of the tree.
fn count_in(code: &View<'_>, reads: &[NodeId], node: NodeId) -> usize {
    let (start, end) = (node.0, code.tree.subtree_end(node));
    reads.partition_point(|read| read.0 < end) - reads.partition_point(|read| read.0 < start)
}

/// What is known of a read on the way up from it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct ReadContext {
    /// It is one of several values of an object.
    settings: bool,
    is_argument: bool,
    runs_later: bool,
}

/// The exported settings, the function that gives them or the class that holds them, around a read. What lies above a node depends on
/// what is known there alone, so each way is gone once, and where another read came along it has given what there is.
fn part_around(
    code: &View<'_>,
    read: NodeId,
    reads: &[NodeId],
    seen: &mut FxHashSet<(NodeId, ReadContext)>,
) -> Option<(NodeId, &'static str)> {
    let mut around = ReadContext::default();
    for node in code.tree.ancestors(read) {
        if !seen.insert((node, around)) {
            return None;
        }
        let ReadContext { settings, is_argument, runs_later } = &mut around;
        let name = || code.field(node, "name").map(|name| code.words(name)).unwrap_or_default();
        match code.kind(node) {
            "object" if !*runs_later && !*settings => {
                let fields = code.pairs(node).filter(|(_, value)| count_in(code, reads, *value) > 0).count();
                (*settings, *is_argument) = (fields >= 2, false);
            }
            "arguments" => {
                let call = code.tree.parent(node).and_then(|call| code.field(call, "function"));
                let path = call.and_then(|function| code.path(function)).unwrap_or_default();
                if path == "@nestjs/config#registerAs" {
                    return settings.then_some((node, "it registers settings"));
                }
                *is_argument |= path != "Object.freeze";
            }
            kind if FUNCTIONS.contains(&kind) => {
                let declared = || {
                    code.tree
                        .parent(node)
                        .filter(|above| code.kind(*above) == "variable_declarator")
                        .map_or_else(name, |above| {
                            code.field(above, "name").map(|name| code.words(name)).unwrap_or_default()
                        })
                };
                let gives = |above: NodeId| code.kind(above) == "export_statement";
                if *settings && !*is_argument && code.tree.parent(node).is_some_and(gives) && name().is_empty() {
                    return Some((node, "its default export gives settings"));
                }
                if is_of_settings(declared())
                    && !acts(declared())
                    && count_in(code, reads, node) >= 2
                    && !starts_something(code, node)
                {
                    return Some((node, "a function named after settings reads them"));
                }
                *runs_later = true;
            }
            "class_declaration" | "class" if is_of_settings(name()) => {
                return Some((node, "a class named after settings reads them"));
            }
            "class_body" => *runs_later = true,
            "export_statement" | "variable_declarator" | "assignment_expression"
                if *settings && !*runs_later && !*is_argument =>
            {
                let is_exported = match code.kind(node) {
                    "export_statement" => true,
                    "variable_declarator" => code.field(node, "name").is_some_and(|name| is_given(code, name)),
                    _ => code.field(node, "left").is_some_and(|left| {
                        let left = code.words(left);
                        left.starts_with("module.exports") || left.starts_with("exports.")
                    }),
                };
                if is_exported {
                    return Some((node, "it exports settings that are read here"));
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a function starts something, itself or by a function of the module that it calls.
fn starts_something(code: &View<'_>, function: NodeId) -> bool {
    let names = code.analysis.names();
    let declared = |call: NodeId| {
        let called = code.field(call, "function").filter(|called| code.kind(*called) == "identifier")?;
        let name = names.binding(names.binding_of(called)?).node;
        let holder = code.tree.parent(name)?;
        let value = || code.field(holder, "value").filter(|value| FUNCTIONS.contains(&code.kind(*value)));
        if FUNCTIONS.contains(&code.kind(holder)) { Some(holder) } else { value() }
    };
    let kinds = CALLS.of(code.tree.language());
    let calls = code.tree.subtree(function).filter(|node| kinds.contains(code.tree.kind(*node)));
    let mut called = calls.filter_map(declared).filter(|inner| *inner != function).take(MOST_CALLED);
    starts_itself(code, function) || called.any(|inner| starts_itself(code, inner))
}

/// So many functions that one calls are looked at.
const MOST_CALLED: usize = 16;

/// Whether a function starts something by a statement of its own that calls what a package gives, or listens to the process:
/// `Sentry.init({ … })`, `process.on("exit", …)`. What logs, checks or loads the environment belongs to reading it.
fn starts_itself(code: &View<'_>, function: NodeId) -> bool {
    const OF_READING: [&str; 14] = [
        "assert",
        "config",
        "configDotenv",
        "debug",
        "error",
        "exit",
        "expand",
        "fatal",
        "info",
        "load",
        "log",
        "parse",
        "trace",
        "warn",
    ];
    let statements = code.tree.subtree(function).filter(|node| code.kind(*node) == "expression_statement");
    statements.into_iter().any(|statement| {
        let call = code.named(statement).next().map(|call| code.unwrapped(call));
        let call = call.map(|call| match code.kind(call) {
            "await_expression" => code.named(call).next().unwrap_or(call),
            _ => call,
        });
        let Some(called) = call
            .filter(|call| code.kind(*call) == "call_expression")
            .and_then(|call| code.field(call, "function"))
            .map(|called| code.unwrapped(called))
        else {
            return false;
        };
        let last = code.last_name(called).unwrap_or_default();
        if OF_READING.contains(&last) || last.to_ascii_lowercase().contains("env") {
            return false;
        }
        let path = code.path(called).unwrap_or_default();
        let is_of_process = path == "process.on" || path == "process.once";
        // A module of the project may be a part of its settings; what a package gives is none.
        let module = path.rsplit_once('#').map(|(module, _)| module);
        let is_of_package = |module: &str| !module.starts_with(['.', '/', '~', '#']) && !module.starts_with("@/");
        is_of_process || module.is_some_and(is_of_package)
    })
}

/// Whether a module exports a value, or another value that holds it.
fn is_given(code: &View<'_>, name: NodeId) -> bool {
    let names = code.analysis.names();
    let Some(id) = names.binding_of(name).filter(|id| !names.is_reassigned(*id)) else { return false };
    let is_held = |used: NodeId| {
        for above in code.tree.ancestors(used).take(DEEPEST) {
            match code.kind(above) {
                "export_statement" => return true,
                "pair"
                | "object"
                | "spread_element"
                | "variable_declarator"
                | "lexical_declaration"
                | "member_expression"
                | "as_expression"
                | "satisfies_expression"
                | "parenthesized_expression" => {}
                _ => return false,
            }
        }
        false
    };
    names.binding(id).exported || names.references(id).any(|used| is_held(used.node))
}

/// Whether a module named after settings does nothing but read them for others: what it declares and gives are values, and most of
/// what it gives is read.
fn does_nothing_else(code: &View<'_>, reads: &[NodeId]) -> bool {
    let (mut values, mut other) = (0_usize, 0_usize);
    // A function that answers from what is read is a part of the settings.
    let uses_read = |function: NodeId| {
        code.tree.subtree(function).filter(|node| code.kind(*node) == "identifier").any(|used| {
            let names = code.analysis.names();
            let declared = names.binding_of(used).map(|id| names.binding(id).node);
            let declarator = declared.and_then(|declared| code.tree.parent(declared));
            let declarator = declarator.filter(|above| code.kind(*above) == "variable_declarator");
            declarator.is_some_and(|declarator| {
                !code.tree.is_within(declarator, function) && count_in(code, reads, declarator) > 0
            })
        })
    };
    let statements: Vec<NodeId> = code.named(code.tree.root()).collect();
    // One that what reads calls for it, such as a parser of durations.
    let serves_read = |item: NodeId| {
        let names = code.analysis.names();
        let id = code.field(item, "name").and_then(|name| names.binding_of(name));
        let is_in_read = |used: NodeId| {
            let at = statements.partition_point(|statement| statement.0 <= used.0);
            let around = at.checked_sub(1).map(|at| statements[at]);
            around
                .is_some_and(|statement| !code.tree.is_within(item, statement) && count_in(code, reads, statement) > 0)
        };
        id.is_some_and(|id| names.references(id).any(|used| is_in_read(used.node)))
    };
    let is_other = |item: NodeId| !uses_read(item) && !serves_read(item);
    for statement in statements.iter().copied() {
        let declared = match code.kind(statement) {
            "export_statement" => {
                code.field(statement, "declaration").or_else(|| code.field(statement, "value")).unwrap_or(statement)
            }
            _ => statement,
        };
        let is_exported = declared != statement || code.kind(statement) == "export_statement";
        let has_read = count_in(code, reads, declared) > 0;
        match code.kind(declared) {
            "lexical_declaration" | "variable_declaration" => {
                for declarator in code.named(declared) {
                    let value = code.field(declarator, "value").map(|value| code.unwrapped(value));
                    let is_function = value.is_some_and(|value| FUNCTIONS.contains(&code.kind(value)));
                    let has_read = count_in(code, reads, declarator) > 0;
                    let starts = is_function && has_read && value.is_some_and(|value| starts_something(code, value));
                    match (is_function && is_exported, has_read) {
                        _ if starts => other += 1,
                        (_, true) => values += 1,
                        (true, false) => other += usize::from(is_other(declarator)),
                        (false, false) => {}
                    }
                }
            }
            "function_declaration" if has_read && starts_something(code, declared) => other += 1,
            "function_declaration" | "class_declaration" => match (has_read, is_exported) {
                (true, _) => values += 1,
                (false, true) => other += usize::from(is_other(declared)),
                (false, false) => {}
            },
            "object" | "arrow_function" | "identifier" | "call_expression" => values += usize::from(has_read),
            // A check of what is missing belongs to it; a call of something else may do anything.
            "expression_statement" => {
                let text = code.words(declared);
                let loads = ["dotenv", "config(", "loadEnv", "module.exports", "exports."]
                    .iter()
                    .any(|word| text.contains(word));
                match (has_read || loads, text.contains("(")) {
                    (true, _) => values += 1,
                    (false, true) => other += 1,
                    (false, false) => {}
                }
            }
            _ => {}
        }
    }
    values > 0 && other <= values / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_settings() {
        for (name, expected) in [
            ("Config", true),
            ("AppConfig", true),
            ("loadConfig", true),
            ("ConfigService", true),
            ("env", true),
            ("getEnv", true),
            ("genv", false),
            ("mail_settings", true),
            ("configure", false),
            ("Mailer", false),
            ("settings", true),
        ] {
            assert_eq!(is_of_settings(name), expected, "{name}");
        }
        for name in ["syncEnvVars", "fromEnv", "set_env", "populateEnv"] {
            assert!(is_of_settings(name) && acts(name), "{name}");
        }
        for name in ["getEnv", "settings", "fromage", "loadConfig"] {
            assert!(!acts(name), "{name}");
        }
        for (path, expected) in [
            ("src/config.ts", true),
            ("src/config/mail.ts", true),
            ("src/env.server.ts", true),
            ("src/app-settings.ts", true),
            ("src/environment.rs", true),
            ("src/node_config/mod.rs", true),
            ("crates/settings/src/origin.rs", true),
            ("packages/app-config/src/index.ts", true),
            ("packages/app-config/src/mail/send.ts", false),
            ("packages/dev-env/src/network.ts", false),
            ("src/reconfig/mod.rs", false),
            ("src/edge-config/is-blocked.ts", false),
            ("src/mail.ts", false),
            ("src/configure.ts", false),
            ("server/migrations/20230314013103-move-notification-settings.js", false),
            ("db/seeds/settings.ts", false),
            ("src/20230314013103_settings.js", false),
            ("src/update-settings.ts", false),
            ("src/update.settings.ts", true),
        ] {
            assert_eq!(is_named_after_settings(&FilePath::new(path)), expected, "{path}");
        }
    }
}
