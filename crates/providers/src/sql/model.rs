//! Models in code whose columns are somebody else's: classes of `@effect/sql`, objects of zod, tables of Drizzle.

use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_syntax::NodeId;

use super::fact::{Facts, ModelField, ModelMapper, SqlFact};
use crate::view::View;

/// At most this many names are followed from one schema to the next.
const DEEPEST: usize = 6;

/// What a schema lets a value be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct AllowedShape {
    optional: Option<bool>,
    is_text: bool,
}

const UNKNOWN: AllowedShape = AllowedShape { optional: None, is_text: false };

/// Texts that hold any text, but for its length.
const TEXTS: &[&str] = &[
    "String",
    "NonEmptyString",
    "NonEmptyTrimmedString",
    "Trim",
    "Trimmed",
    "NonEmptyTrimmed",
    "string",
    "text",
    "varchar",
    "char",
];

/// What leaves a schema of text as open as it is.
const OPEN: &[&str] = &[
    "annotations",
    "describe",
    "meta",
    "min",
    "max",
    "length",
    "minLength",
    "maxLength",
    "nonEmptyString",
    "nonempty",
    "trim",
    "toLowerCase",
    "trimmed",
    "notNull",
    "unique",
    "primaryKey",
    "default",
    "references",
    "$default",
    "$defaultFn",
    "$onUpdate",
    "$onUpdateFn",
    "pipe",
];

/// The facts of a source.
pub(super) fn extract(analysis: &Analysis<'_>, out: &mut Facts) {
    let code = View::of(analysis);
    for node in (0..code.tree.main_end()).map(NodeId).filter(|node| code.kind(*node) == "call_expression") {
        let _ = effect_class(code, node, out)
            .or_else(|| zod_object(code, node, out))
            .or_else(|| drizzle_table(code, node, out));
        link(code, node, out);
    }
}

/// `class User extends Model.Class<User>("User")({ … }) {}`
fn effect_class(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let made = code.unwrapped(code.field(call, "function")?);
    (code.kind(made) == "call_expression").then_some(())?;
    let callee = callee(code, made)?;
    (code.last_name(callee)? == "Class").then_some(())?;
    let of = code.field(callee, "object")?;
    let is_model =
        code.last_name(of) == Some("Model") || code.path(of).is_some_and(|path| path.starts_with("@effect/sql"));
    is_model.then_some(())?;
    let class = code.tree.ancestors(call).take(3).find(|above| code.kind(*above) == "class_declaration")?;
    let name = code.field(class, "name")?;
    let fields = code.arguments(call).next().map(|fields| code.unwrapped(fields))?;
    say_fields(code, code.words(name), fields, ModelMapper::Effect, out)
}

/// What is called, without its types: the grammar puts them around the name or beside it.
fn callee(code: View<'_>, call: NodeId) -> Option<NodeId> {
    let callee = code.unwrapped(code.field(call, "function")?);
    match code.kind(callee) {
        "instantiation_expression" => code.field(callee, "function").or_else(|| code.named(callee).next()),
        _ => Some(callee),
    }
}

/// `const userSchema = z.object({ … })`
fn zod_object(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let callee = callee(code, call)?;
    matches!(code.last_name(callee)?, "object" | "strictObject" | "looseObject").then_some(())?;
    let of = code.field(callee, "object").filter(|of| code.kind(*of) == "identifier")?;
    code.path(of).is_some_and(|path| path.starts_with("zod")).then_some(())?;
    let name = declared(code, call)?;
    let fields = code.arguments(call).next().map(|fields| code.unwrapped(fields))?;
    say_fields(code, name, fields, ModelMapper::Zod, out)
}

/// `const users = pgTable("users", { … })`
fn drizzle_table(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let callee = callee(code, call)?;
    matches!(code.last_name(callee)?, "pgTable" | "mysqlTable" | "sqliteTable").then_some(())?;
    let name = declared(code, call)?;
    let mut arguments = code.arguments(call);
    let table = code.string(arguments.next()?)?;
    let fields = arguments.next().map(|fields| code.unwrapped(fields))?;
    out.say(code.tree.span(call), SqlFact::ModelTable { model: name.into(), table: table.into() });
    say_fields(code, name, fields, ModelMapper::Drizzle, out)
}

/// The constant that a chain of calls is the value of.
fn declared<'a>(code: View<'a>, call: NodeId) -> Option<&'a str> {
    let mut at = call;
    for above in code.tree.ancestors(call) {
        match code.kind(above) {
            "variable_declarator" => return code.field(above, "name").map(|name| code.words(name)),
            "member_expression" if code.field(above, "object") == Some(at) => {}
            "call_expression" if code.field(above, "function") == Some(at) => {}
            "as_expression" | "satisfies_expression" | "parenthesized_expression" => {}
            _ => return None,
        }
        at = above;
    }
    None
}

fn say_fields(code: View<'_>, model: &str, fields: NodeId, mapper: ModelMapper, out: &mut Facts) -> Option<()> {
    (code.kind(fields) == "object").then_some(())?;
    let model: Arc<str> = model.into();
    for (key, value) in code.pairs(fields) {
        let shape = shape(code, value, mapper, 0);
        let column = (mapper == ModelMapper::Drizzle).then(|| base(code, value)).flatten();
        let column = column.and_then(|call| code.arguments(call).next()).and_then(|name| code.string(name));
        let name = column.unwrap_or_else(|| code.key(key)).into();
        let AllowedShape { optional, is_text } = shape;
        out.say(
            code.tree.span(key),
            SqlFact::Field(Box::new(ModelField { model: Arc::clone(&model), name, mapper, optional, is_text })),
        );
    }
    Some(())
}

/// The call that a chain begins with.
fn base(code: View<'_>, node: NodeId) -> Option<NodeId> {
    let mut at = code.unwrapped(node);
    loop {
        (code.kind(at) == "call_expression").then_some(())?;
        let callee = code.field(at, "function")?;
        match code
            .field(callee, "object")
            .filter(|_| code.kind(callee) == "member_expression")
            .map(|object| code.unwrapped(object))
        {
            Some(object) if code.kind(object) == "call_expression" => at = object,
            _ => return Some(at),
        }
    }
}

/// What a schema lets a value be; no more of it than what it says itself.
fn shape(code: View<'_>, node: NodeId, mapper: ModelMapper, depth: usize) -> AllowedShape {
    let node = code.unwrapped(node);
    if depth > DEEPEST {
        return UNKNOWN;
    }
    match code.kind(node) {
        "member_expression" => named(code.last_name(node).unwrap_or_default()),
        "identifier" => match constant(code, node) {
            Some(value) => shape(code, value, mapper, depth + 1),
            None => UNKNOWN,
        },
        "call_expression" => called(code, node, mapper, depth).unwrap_or(UNKNOWN),
        _ => UNKNOWN,
    }
}

/// `Schema.String`, `Model.DateTimeInsert`
fn named(name: &str) -> AllowedShape {
    match name {
        // A schema of these takes null as well.
        "Unknown" | "Any" | "Null" | "Undefined" | "Void" | "Object" => UNKNOWN,
        _ if name.contains("OrNull") || name.contains("FromNull") => UNKNOWN,
        _ => AllowedShape { optional: Some(false), is_text: TEXTS.contains(&name) },
    }
}

fn constant(code: View<'_>, name: NodeId) -> Option<NodeId> {
    let names = code.analysis.names();
    let binding = names.binding_of(name).filter(|binding| !names.is_reassigned(*binding))?;
    let declarator = code.tree.parent(names.binding(binding).node)?;
    code.field(declarator, "value").filter(|_| code.kind(declarator) == "variable_declarator")
}

fn called(code: View<'_>, call: NodeId, mapper: ModelMapper, depth: usize) -> Option<AllowedShape> {
    let callee = callee(code, call)?;
    let name = code.last_name(callee)?;
    let first = code.arguments(call).next();
    let inner = |node: Option<NodeId>| node.map_or(UNKNOWN, |node| shape(code, node, mapper, depth + 1));
    if mapper == ModelMapper::Effect {
        return Some(match name {
            "FieldOption" | "NullOr" | "NullishOr" | "OptionFromNullOr" | "OptionFromNullishOr" | "optional" => {
                AllowedShape { optional: Some(true), ..inner(first) }
            }
            "GeneratedByApp" | "Sensitive" => inner(first),
            // The database makes the value; whether the column says so is another question.
            "Generated" => match inner(first) {
                AllowedShape { optional: Some(false), is_text } => AllowedShape { optional: None, is_text },
                shape => shape,
            },
            // `S.optionalWith(x, { default: … })` writes a value always, `{ nullable: true }` reads null.
            "optionalWith" => {
                let mut options = code.arguments(call).skip(1).flat_map(|options| code.pairs(code.unwrapped(options)));
                let is_nullable = options.any(|(key, _)| matches!(code.key(key), "nullable" | "as"));
                AllowedShape { optional: is_nullable.then_some(true), ..inner(first) }
            }
            "Literal" | "Literals" | "Enums" | "Struct" | "Array" | "NonEmptyArray" | "Record" | "TemplateLiteral"
            | "parseJson" | "JsonFromString" | "Date" | "UUID" | "Class" | "Tuple" => {
                let takes_null = code.arguments(call).any(|argument| code.words(argument) == "null");
                AllowedShape { optional: (!takes_null).then_some(false), is_text: false }
            }
            "pipe" | "annotations" => {
                let object = code.field(callee, "object")?;
                let of = shape(code, object, mapper, depth + 1);
                // A filter, a brand or a transformation says what the text must be.
                let is_open = name == "annotations" || code.arguments(call).all(|step| is_open(code, step));
                let is_optional = code.arguments(call).any(|step| step_is_optional(code, step));
                let optional = match (is_optional, code.arguments(call).all(|step| keeps_null(code, step))) {
                    (true, _) => Some(true),
                    (false, true) => of.optional,
                    (false, false) => None,
                };
                AllowedShape { optional, is_text: of.is_text && is_open }
            }
            _ => UNKNOWN,
        });
    }
    // `z.string().min(1).optional()`, `text("status").notNull()`
    match code.field(callee, "object").filter(|_| code.kind(callee) == "member_expression") {
        Some(object) if code.kind(code.unwrapped(object)) == "call_expression" => {
            let of = called(code, code.unwrapped(object), mapper, depth + 1)?;
            let is_open = OPEN.contains(&name) || matches!(name, "optional" | "nullable" | "nullish");
            Some(AllowedShape { optional: None, is_text: of.is_text && is_open && name != "pipe" })
        }
        _ => {
            // `text("status", { enum: ["a"] })` says what it may be.
            let mut options = code.arguments(call).flat_map(|options| code.pairs(code.unwrapped(options)));
            let is_enum = options.any(|(key, _)| code.key(key) == "enum");
            Some(AllowedShape { optional: None, is_text: TEXTS.contains(&name) && !is_enum })
        }
    }
}

/// Whether a step of `pipe` leaves a text as open as it was.
fn is_open(code: View<'_>, step: NodeId) -> bool {
    let name = match code.kind(step) {
        "call_expression" => callee(code, step).and_then(|callee| code.last_name(callee)),
        _ => code.last_name(step),
    };
    name.is_some_and(|name| OPEN.contains(&name) || name.starts_with("optional") || name == "NullOr")
}

fn step_is_optional(code: View<'_>, step: NodeId) -> bool {
    matches!(code.last_name(step), Some("NullOr" | "NullishOr" | "optional" | "FieldOption"))
}

/// Whether a step says nothing about null.
fn keeps_null(code: View<'_>, step: NodeId) -> bool {
    code.kind(step) == "call_expression"
        && callee(code, step).and_then(|callee| code.last_name(callee)).is_some_and(|name| {
            OPEN.contains(&name)
                || matches!(name, "brand" | "filter" | "pattern" | "int" | "positive" | "nonNegative" | "between")
                || name.starts_with("greaterThan")
                || name.starts_with("lessThan")
        })
}

/// A call that names a model and its table: `Model.makeRepository(User, { tableName: "users" })`, `repository(User, "users", …)`.
fn link(code: View<'_>, call: NodeId, out: &mut Facts) -> Option<()> {
    let mut arguments = code.arguments(call);
    let model = arguments.next().filter(|model| code.kind(*model) == "identifier")?;
    let name = code.words(model);
    name.starts_with(|first: char| first.is_ascii_uppercase()).then_some(())?;
    let second = code.unwrapped(arguments.next()?);
    let table = match code.kind(second) {
        "object" => {
            code.pairs(second).find(|(key, _)| code.key(*key) == "tableName").and_then(|(_, table)| code.string(table))
        }
        _ => code.string(second),
    }?;
    let is_name =
        !table.is_empty() && table.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
    is_name.then(|| out.say(code.tree.span(call), SqlFact::ModelTable { model: name.into(), table: table.into() }))
}
