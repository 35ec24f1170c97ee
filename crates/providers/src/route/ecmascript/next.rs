//! Routes of Next.js, which lie where files lie: `app/api/users/route.ts`, `pages/api/users.ts`, and `middleware.ts` before them.

use auditlint_source::FilePath;
use auditlint_syntax::NodeId;

use super::super::fact::{Declared, Facts, Framework, Global, Kind, Part, RouteFact, RouteValue, method};
use super::reader::EcmascriptRouteReader;

/// How a file counts for its place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextPlace {
    /// It answers requests below `app`.
    App,
    /// It answers requests below `pages/api`.
    Pages,
    /// It runs before others.
    Middleware,
}

/// How a file counts, by its path.
pub(crate) fn place_of(path: &FilePath) -> Option<NextPlace> {
    let stem = path.name().split('.').next().unwrap_or_default();
    let folders: Vec<&str> = folders(path).collect();
    if stem == "route" && folders.contains(&"app") {
        return Some(NextPlace::App);
    }
    if folders.windows(2).any(|pair| pair == ["pages", "api"]) && !path.name().ends_with(".d.ts") {
        return Some(NextPlace::Pages);
    }
    let is_at_top =
        matches!(folders.last(), None | Some(&"" | &"src")) || folders.len() <= 2 || folders.contains(&"apps");
    (matches!(stem, "middleware" | "proxy") && is_at_top).then_some(NextPlace::Middleware)
}

fn folders(path: &FilePath) -> impl Iterator<Item = &str> {
    let text = path.as_str();
    text[..text.rfind('/').unwrap_or(0)].split('/')
}

/// The name of a file without its extension: `[...slug]` of `[...slug].ts`.
fn stem_of(path: &FilePath) -> &str {
    path.name().rsplit_once('.').map_or(path.name(), |(stem, _)| stem)
}

/// The path that requests name: what lies below `app` or `pages`, without groups in parentheses.
fn path_of(path: &FilePath, place: NextPlace) -> String {
    let mut below: Vec<&str> = folders(path).collect();
    let stem = stem_of(path);
    let top = if place == NextPlace::App { "app" } else { "pages" };
    let start = below.iter().position(|folder| *folder == top).map_or(0, |at| at + 1);
    if place == NextPlace::Pages && stem != "index" {
        below.push(stem);
    }
    let mut out = String::new();
    for folder in below[start..].iter().filter(|folder| !folder.starts_with(['(', '@'])) {
        out.push('/');
        match folder.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(name) => {
                out.push(':');
                out.push_str(name.trim_matches(['[', ']']).trim_start_matches("..."));
            }
            None => out.push_str(folder),
        }
    }
    out
}

/// The facts of a file that counts for its place; `exports` is what it exports.
pub(super) fn extract(
    reader: &mut EcmascriptRouteReader<'_>,
    path: &FilePath,
    place: NextPlace,
    exports: &[RouteFact],
    imports_next: bool,
    out: &mut Facts,
) {
    let code = reader.code;
    if place == NextPlace::Middleware {
        return middleware(exports, imports_next, out);
    }
    let written = RouteValue::text(path_of(path, place));
    for (name, node) in names(reader) {
        let verb = match place {
            NextPlace::App if name == name.to_uppercase() => {
                match method(&name.to_lowercase()).filter(|known| *known == name) {
                    Some(verb) => verb,
                    None => continue,
                }
            }
            NextPlace::Pages if name == "default" => "ANY",
            _ => continue,
        };
        let export = exports.iter().find_map(|export| match export {
            RouteFact::Export { name: given, value } if **given == *name => Some(value.clone()),
            _ => None,
        });
        let value = export.unwrap_or_default();
        let (shown, is_call) = match &value {
            RouteValue::Site(_) => ("".into(), true),
            _ if place == NextPlace::App => (name.as_str().into(), false),
            _ => ("".into(), false),
        };
        let span = code.tree.span(node);
        let handler = Part { value, name: shown, is_call, kind: Kind::Route, span };
        let declared = Declared {
            framework: Framework::Next,
            method: verb.into(),
            paths: vec![written.clone()],
            versions: Vec::new(),
            is_neutral: false,
            parts: Vec::new(),
            handler,
        };
        out.say(span, RouteFact::Declared(declared));
    }
}

/// The names that a file exports, each with its place.
fn names(reader: &EcmascriptRouteReader<'_>) -> Vec<(String, NodeId)> {
    let code = reader.code;
    let mut found = Vec::new();
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "export_statement") {
        let is_default = code.tree.children(node).any(|child| code.kind(child) == "default");
        if is_default {
            found.push(("default".to_owned(), node));
            continue;
        }
        for child in code.named(node) {
            let names: Vec<NodeId> = match code.kind(child) {
                "function_declaration" => code.field(child, "name").into_iter().collect(),
                "lexical_declaration" | "variable_declaration" => code
                    .named(child)
                    .filter_map(|declarator| code.field(declarator, "name"))
                    .flat_map(|name| match code.kind(name) {
                        "object_pattern" => {
                            code.named(name).map(|part| code.field(part, "value").unwrap_or(part)).collect()
                        }
                        _ => vec![name],
                    })
                    .collect(),
                "export_clause" => code
                    .named(child)
                    .filter_map(|part| code.field(part, "alias").or_else(|| code.field(part, "name")))
                    .collect(),
                _ => continue,
            };
            found.extend(names.into_iter().map(|name| (code.words(name).to_owned(), name)));
        }
    }
    found
}

/// What runs before the routes that its matcher names, or before all.
fn middleware(exports: &[RouteFact], imports_next: bool, out: &mut Facts) {
    let named = |wanted: &[&str]| {
        exports.iter().find_map(|export| match export {
            RouteFact::Export { name, value } if wanted.contains(&&**name) => Some(value),
            _ => None,
        })
    };
    let Some(runs) = named(&["middleware", "proxy", "default"]).filter(|_| imports_next) else { return };
    let config = named(&["config"]);
    let matcher = config.and_then(|config| config.option("matcher"));
    let patterns = match matcher {
        None => Vec::new(),
        Some(RouteValue::List(parts)) => {
            let source = |part: &Part| match &part.value {
                RouteValue::Object(_) => part.value.option("source").cloned().unwrap_or_default(),
                value => value.clone(),
            };
            parts.iter().map(source).collect()
        }
        Some(value) => vec![value.clone()],
    };
    let part = Part {
        value: runs.clone(),
        name: "middleware".into(),
        is_call: matches!(runs, RouteValue::Site(_)),
        kind: Kind::Matcher,
        ..Part::default()
    };
    let said = Global::Matches { patterns, except: Vec::new(), parts: vec![part] };
    out.say(auditlint_source::Span::default(), RouteFact::Global(said));
}
