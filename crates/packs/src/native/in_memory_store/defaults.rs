//! Libraries that keep what belongs to all instances in memory unless they are given a store.

use auditlint_syntax::NodeId;

use super::super::view::View;

/// Packages of such libraries; a text that names one is parsed.
pub(super) const PACKAGES: &[&str] = &[
    "express-session",
    "express-rate-limit",
    "express-slow-down",
    "rate-limiter-flexible",
    "@nestjs/throttler",
    "@fastify/",
];

/// What such a library keeps, and the options that give it a place to keep it.
const CALLED: &[(&str, &[&str], &str, &[&str])] = &[
    ("express-session", &["", "default"], "sessions", &["store"]),
    ("express-rate-limit", &["", "default", "rateLimit"], "its counts", &["store"]),
    ("express-slow-down", &["", "default", "slowDown"], "its counts", &["store"]),
    ("@nestjs/throttler", &["ThrottlerModule.forRoot"], "its counts", &["storage"]),
];

/// The same for plugins that are handed to `register`.
const REGISTERED: &[(&str, &str, &[&str])] =
    &[("@fastify/session", "sessions", &["store"]), ("@fastify/rate-limit", "its counts", &["redis", "store"])];

/// Classes that are such a store.
const MADE: &[(&str, &str, &str)] = &[
    ("express-session", "MemoryStore", "sessions"),
    ("express-rate-limit", "MemoryStore", "counts"),
    ("rate-limiter-flexible", "RateLimiterMemory", "counts"),
];

/// Reports them, each with what it says.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId, String)) {
    if !PACKAGES.iter().any(|package| view.source().contains(package)) {
        return;
    }
    for node in view.nodes(&["call_expression", "new_expression"]) {
        let said = if view.kind(node) == "new_expression" { made(view, node) } else { called(view, node) };
        if let Some(said) = said {
            emit(node, said);
        }
    }
}

fn called(view: View<'_>, call: NodeId) -> Option<String> {
    let (callee, arguments) = (view.field(call, "function")?, view.field(call, "arguments")?);
    let mut arguments = view.named(arguments);
    let says = |package: &str, what: &str, option: &str| {
        format!("`{package}` is given no `{option}`, so it keeps {what} in the memory of one process")
    };
    if view.field(callee, "property").is_some_and(|method| view.text(method) == "register") {
        let path = view.exported(arguments.next()?)?;
        let (package, what, options) = REGISTERED
            .iter()
            .find(|(package, ..)| path.strip_prefix(package).is_some_and(|name| matches!(name, "" | "#default")))?;
        return lacks(view, arguments.next(), options).then(|| says(package, what, options[0]));
    }
    let path = view.exported(callee)?;
    let (package, name) = path.split_once('#').unwrap_or((&path, ""));
    let (package, _, what, options) =
        CALLED.iter().find(|(known, names, ..)| *known == package && names.contains(&name))?;
    lacks(view, arguments.next(), options).then(|| says(package, what, options[0]))
}

fn made(view: View<'_>, node: NodeId) -> Option<String> {
    let path = view.exported(view.field(node, "constructor")?)?;
    let (package, class, what) = MADE.iter().find(|(package, class, _)| {
        path.strip_prefix(package)
            .and_then(|name| name.strip_suffix(class))
            .is_some_and(|between| matches!(between, "#" | "." | "#default."))
    })?;
    // Where another one is chosen elsewhere or it only stands in for one, it is not known to be what runs.
    let is_choice = view.parent(node).is_some_and(|parent| {
        view.is(parent, &["ternary_expression", "binary_expression"])
            || view.field(parent, "key").is_some_and(|key| view.key_text(key) == "insuranceLimiter")
    });
    (!is_choice).then(|| format!("`{class}` of `{package}` keeps {what} in the memory of one process"))
}

/// Whether options give none of some keys; what is not spelled out may give any.
fn lacks(view: View<'_>, options: Option<NodeId>, keys: &[&str]) -> bool {
    let Some(options) = options else { return true };
    let Some(options) = view.origins(options).into_iter().find(|origin| view.is(*origin, &["object", "array"])) else {
        return false;
    };
    view.kind(options) == "array"
        || view.named(options).all(|part| match view.kind(part) {
            "pair" => view
                .field(part, "key")
                .is_some_and(|key| view.kind(key) != "computed_property_name" && !keys.contains(&view.key_text(key))),
            "shorthand_property_identifier" => !keys.contains(&view.text(part)),
            "method_definition" => true,
            _ => false,
        })
}
