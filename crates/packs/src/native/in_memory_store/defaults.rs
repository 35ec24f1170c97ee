//! Libraries that keep what belongs to all instances in memory unless they are given a store.

use auditlint_rules::Severity;
use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// Packages of such libraries; a text that names one is parsed.
pub(super) const PACKAGES: &[&str] = &[
    "express-session",
    "express-rate-limit",
    "express-slow-down",
    "rate-limiter-flexible",
    "@nestjs/throttler",
    "@fastify/",
    "hono-rate-limiter",
    "elysia-rate-limit",
    "@nestjs/cache-manager",
    "memorystore",
    "telegraf",
    "grammy",
    "unstorage",
    "apicache",
    "keyv",
    "koa-ratelimit",
];

/// What such a library keeps, and the options that give it a place to keep it.
const CALLED: &[(&str, &[&str], &str, &[&str])] = &[
    ("express-session", &["", "default"], "sessions", &["store"]),
    ("express-rate-limit", &["", "default", "rateLimit"], "its counts", &["store"]),
    ("express-slow-down", &["", "default", "slowDown"], "its counts", &["store"]),
    ("@nestjs/throttler", &["ThrottlerModule.forRoot"], "its counts", &["storage"]),
    ("@nestjs/cache-manager", &["CacheModule.register"], "its entries", &["stores", "store", "useFactory"]),
    ("hono-rate-limiter", &["rateLimiter"], "its counts", &["store"]),
    ("elysia-rate-limit", &["rateLimit"], "its counts", &["context"]),
    ("telegraf", &["session"], "sessions", &["store"]),
    ("grammy", &["session"], "sessions", &["storage", "type"]),
    ("unstorage", &["createStorage"], "its entries", &["driver"]),
    ("apicache", &["options", "default.options"], "its entries", &["redisClient"]),
];

/// Functions whose results are such a store.
const IN_MEMORY: &[(&str, &str)] = &[
    ("unstorage/drivers/memory", "its entries"),
    ("unstorage/drivers/lru-cache", "its entries"),
    ("memorystore", "sessions"),
];

/// The same for plugins that are handed to `register`.
const REGISTERED: &[(&str, &str, &[&str])] =
    &[("@fastify/session", "sessions", &["store"]), ("@fastify/rate-limit", "its counts", &["redis", "store"])];

/// Classes that are such a store.
const MADE: &[(&str, &str, &str)] = &[
    ("express-session", "MemoryStore", "sessions"),
    ("express-rate-limit", "MemoryStore", "counts"),
    ("rate-limiter-flexible", "RateLimiterMemory", "counts"),
    ("keyv", "Keyv", "entries"),
];

/// The option of a limiter for what stands in for it.
const INSURANCE: &str = "insuranceLimiter";

/// Reports them, each with what it says.
pub(super) fn find(view: RuleView<'_>, emit: &mut dyn FnMut(NodeId, String, Option<Severity>)) {
    if !PACKAGES.iter().any(|package| view.source().contains(package)) {
        return;
    }
    for node in view.nodes(&["call_expression", "new_expression"]) {
        let said = if view.kind(node) == "new_expression" { made(view, node) } else { called(view, node) };
        if let Some((said, severity)) = said {
            emit(node, said, severity);
        }
    }
}

fn called(view: RuleView<'_>, call: NodeId) -> Option<Remark> {
    let (callee, arguments) = (view.field(call, "function")?, view.field(call, "arguments")?);
    let mut arguments = view.named(arguments);
    let says = |given: GivenOption, package: &str, what: &str, option: &str| match given {
        GivenOption::Nothing => {
            let said = format!("`{package}` is given no `{option}`, so it keeps {what} in the memory of one process");
            Some((said, None))
        }
        GivenOption::Sometimes => {
            let said = format!(
                "`{package}` is given no `{option}` in one case, in which it keeps {what} in the memory of one process"
            );
            Some((said, Some(Severity::Warning)))
        }
        GivenOption::Something => None,
    };
    if view.field(callee, "property").is_some_and(|method| view.text(method) == "register") {
        let path = view.exported(arguments.next()?)?;
        let (package, what, options) = REGISTERED
            .iter()
            .find(|(package, ..)| path.strip_prefix(package).is_some_and(|name| matches!(name, "" | "#default")))?;
        return says(given(view, arguments.next(), options), package, what, options[0]);
    }
    let path = view.exported(callee)?;
    let (package, name) = path.split_once('#').unwrap_or((&path, ""));
    if package == "koa-ratelimit" && matches!(name, "" | "default") {
        let options = arguments.next().filter(|options| view.kind(*options) == "object")?;
        let mut pairs = view.named(options).filter(|part| view.kind(*part) == "pair");
        let is_memory = pairs.any(|pair| {
            let text = |field: &str| view.field(pair, field).map(|part| view.key_text(part));
            text("key") == Some("driver") && text("value") == Some("memory")
        });
        return is_memory.then(|| (format!("`{package}` keeps its counts in the memory of one process"), None));
    }
    if let Some((package, what)) = IN_MEMORY.iter().find(|(known, _)| *known == package) {
        return Some((format!("`{package}` keeps {what} in the memory of one process"), None));
    }
    let (package, _, what, options) =
        CALLED.iter().find(|(known, names, ..)| *known == package && names.contains(&name))?;
    says(given(view, arguments.next(), options), package, what, options[0])
}

fn made(view: RuleView<'_>, node: NodeId) -> Option<Remark> {
    let path = view.exported(view.field(node, "constructor")?)?;
    let (package, class, what) = MADE.iter().find(|(package, class, _)| {
        path.strip_prefix(package).is_some_and(|name| {
            let is_whole = *package == "keyv" && matches!(name, "" | "#" | "#default");
            is_whole || name.strip_suffix(class).is_some_and(|between| matches!(between, "#" | "." | "#default."))
        })
    })?;
    if package == &"keyv" && view.field(node, "arguments").is_some_and(|it| !keeps_in_memory(view, it)) {
        return None;
    }
    // Where another one is chosen elsewhere or it only stands in for one, it is not known to be what runs.
    let is_choice = view.parent(node).is_some_and(|parent| {
        view.is(parent, &["ternary_expression", "binary_expression"]) || is_insurance(view, parent)
    });
    (!is_choice && !is_kept_as_insurance(view, node))
        .then(|| (format!("`{class}` of `{package}` keeps {what} in the memory of one process"), None))
}

/// Whether a part of an object gives what stands in for another limiter while that cannot be reached.
fn is_insurance(view: RuleView<'_>, pair: NodeId) -> bool {
    view.field(pair, "key").is_some_and(|key| view.key_text(key) == INSURANCE)
}

/// Whether what is made is given a name under which the file hands it to another limiter as that alone.
fn is_kept_as_insurance(view: RuleView<'_>, made: NodeId) -> bool {
    let Some(holder) = view.parent(made) else { return false };
    let is_handed = |used: NodeId| {
        let is_short = view.kind(used) == "shorthand_property_identifier" && view.text(used) == INSURANCE;
        is_short || view.parent(used).is_some_and(|pair| is_insurance(view, pair))
    };
    let is_all = |mut uses: Vec<NodeId>| {
        // Its export says nothing of what others do with it.
        uses.retain(|used| view.parent(*used).is_none_or(|above| view.kind(above) != "export_specifier"));
        !uses.is_empty() && uses.into_iter().all(is_handed)
    };
    match view.kind(holder) {
        "variable_declarator" => {
            let uses = view.field(holder, "name").and_then(|name| view.bound_uses(name));
            uses.is_some_and(is_all)
        }
        "public_field_definition" | "field_definition" => {
            let name = view.field(holder, "name").or_else(|| view.field(holder, "property"));
            let Some(name) = name.map(|name| view.text(name)) else { return false };
            let members = view.nodes(&["member_expression"]);
            let uses = members.filter(|member| view.field(*member, "property").is_some_and(|of| view.text(of) == name));
            is_all(uses.collect())
        }
        // `this.insurance = new RateLimiterMemory(…)`
        "assignment_expression" => {
            let Some(left) = view.field(holder, "left") else { return false };
            let members = view.nodes(&["member_expression"]).filter(|member| *member != left);
            let uses = members.filter(|member| view.text(*member) == view.text(left));
            is_all(uses.collect())
        }
        _ => false,
    }
}

/// Whether the arguments of a store name no other place to keep its entries: nothing but numbers, texts and flags in options.
fn keeps_in_memory(view: RuleView<'_>, arguments: NodeId) -> bool {
    let mut arguments = view.named(arguments);
    match (arguments.next(), arguments.next()) {
        (None, _) => true,
        (Some(options), None) => {
            view.kind(options) == "object"
                && given(view, Some(options), &["store", "uri", "adapter"]) == GivenOption::Nothing
        }
        _ => false,
    }
}

/// What is said of a place, and how serious it is where that differs from the rule.
type Remark = (String, Option<Severity>);

/// Whether options give one of some keys a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GivenOption {
    Nothing,
    /// One branch of a condition gives none.
    Sometimes,
    /// It does, or nobody can tell: what is not spelled out may give any.
    Something,
}

/// How many objects that are spread into the options are followed.
const MOST_SPREAD: usize = 16;

fn given(view: RuleView<'_>, options: Option<NodeId>, keys: &[&str]) -> GivenOption {
    let Some(options) = options else { return GivenOption::Nothing };
    let literal = |it: NodeId| view.origins(it).into_iter().find(|origin| view.is(*origin, &["object", "array"]));
    let Some(options) = literal(options) else { return GivenOption::Something };
    if view.kind(options) == "array" {
        return GivenOption::Nothing;
    }
    let mut all = GivenOption::Nothing;
    let mut parts: Vec<NodeId> = view.named(options).collect();
    let mut spread = 0;
    while let Some(part) = parts.pop() {
        let is_asked = |key: NodeId| keys.contains(&view.key_text(key));
        let of_part = match view.kind(part) {
            "pair" => match (view.field(part, "key"), view.field(part, "value")) {
                (Some(key), _) if view.kind(key) == "computed_property_name" => GivenOption::Something,
                (Some(key), Some(value)) if is_asked(key) => given_value(view, value),
                (Some(_), _) => GivenOption::Nothing,
                (None, _) => GivenOption::Something,
            },
            "shorthand_property_identifier" if !is_asked(part) => GivenOption::Nothing,
            "method_definition" => GivenOption::Nothing,
            // `...(store && { store })`
            "spread_element" if gives_sometimes(view, part, keys) => GivenOption::Sometimes,
            // What the file spells out itself is known.
            "spread_element" if spread < MOST_SPREAD => match view.named(part).next().and_then(literal) {
                Some(object) if view.kind(object) == "object" => {
                    spread += 1;
                    parts.extend(view.named(object));
                    GivenOption::Nothing
                }
                _ => GivenOption::Something,
            },
            _ => GivenOption::Something,
        };
        match of_part {
            GivenOption::Something => return GivenOption::Something,
            GivenOption::Sometimes => all = GivenOption::Sometimes,
            GivenOption::Nothing => {}
        }
    }
    all
}

/// Whether an object is spread in one case alone, and gives one of some keys.
fn gives_sometimes(view: RuleView<'_>, spread: NodeId, keys: &[&str]) -> bool {
    let Some(value) = view.named(spread).next().map(|value| view.unwrapped(value)) else { return false };
    let sides = ["right", "consequence", "alternative"].into_iter().filter_map(|side| view.field(value, side));
    view.is(value, &["binary_expression", "ternary_expression"])
        && sides.map(|side| view.unwrapped(side)).filter(|side| view.kind(*side) == "object").any(|object| {
            view.named(object).any(|part| keys.contains(&view.key_text(view.field(part, "key").unwrap_or(part))))
        })
}

fn given_value(view: RuleView<'_>, value: NodeId) -> GivenOption {
    let value = view.unwrapped(value);
    let is_nothing = |value: NodeId| view.text(value) == "undefined";
    match view.kind(value) {
        _ if is_nothing(value) => GivenOption::Nothing,
        "ternary_expression"
            if ["consequence", "alternative"]
                .into_iter()
                .any(|side| view.field(value, side).is_some_and(is_nothing)) =>
        {
            GivenOption::Sometimes
        }
        _ => GivenOption::Something,
    }
}
