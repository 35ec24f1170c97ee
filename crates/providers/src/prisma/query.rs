//! Which field of which model a key of a query names.
//!
//! Source: the reference of the Prisma client. Where a key may be something else, nothing is said.

use super::fact::KeyName;
use super::models::PrismaSchema;

/// The keys of an argument.
pub(super) const ARGUMENTS: &[&str] = &[
    "_avg",
    "_count",
    "_max",
    "_min",
    "_sum",
    "by",
    "create",
    "cursor",
    "data",
    "distinct",
    "having",
    "include",
    "limit",
    "omit",
    "orderBy",
    "relationLoadStrategy",
    "select",
    "skip",
    "skipDuplicates",
    "take",
    "update",
    "where",
];

/// A field that a key names, or would name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedField<'s> {
    pub(super) model: &'s str,
    pub(super) field: &'s str,
    pub(super) clause: &'static str,
}

/// What the keys of an object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KeyMeaning {
    /// `{ where, select, … }` of a call or of a nested read.
    Arguments,
    Where,
    Select,
    Include,
    Omit,
    Data,
    OrderBy,
    /// Names of scalar fields alone: `_count`, `_sum`, the strings of `distinct`.
    Fields,
    /// The lists whose elements `_count` counts.
    Counted,
    /// `{ select: { … } }` of `_count`.
    CountOptions,
    /// `{ connect, create, … }` of a relation in `data`.
    NestedWrites,
    /// `{ where, data }`, `{ where, create, update }`, `{ data, skipDuplicates }`, or fields right away.
    NestedData,
    /// `{ some, every, none, is, isNot }`, or fields right away.
    RelationFilter,
    /// The fields of a compound key.
    Compound,
}

/// The field that the last of some keys names, each in the value of the one before it; `None` where it is not a place of a field, or nobody can say.
pub(super) fn field_of<'s>(
    schema: &'s PrismaSchema<'s>,
    model: &'s str,
    method: &str,
    keys: &[&'s KeyName],
) -> Option<NamedField<'s>> {
    let (mut model, mut place) = (model, KeyMeaning::Arguments);
    let mut is_top = true;
    let mut keys = keys.iter().peekable();
    while let Some(key) = keys.next() {
        let is_last = keys.peek().is_none();
        // A text is never one of the words of Prisma.
        let (word, name) = match key {
            KeyName::Key(name) => (&**name, name),
            KeyName::Text(name) => ("", name),
            KeyName::Unread => return None,
        };
        let step = step(schema, model, place, word, is_top.then_some(method))?;
        is_top = false;
        match step {
            QueryStep::To(_) if is_last => return None,
            QueryStep::To(next) => place = next,
            QueryStep::Field { clause, .. } if is_last => {
                return Some(NamedField { model, field: name, clause });
            }
            QueryStep::Field { then: Some((target, next)), .. } => (model, place) = (target, next),
            QueryStep::Field { then: None, .. } => return None,
        }
    }
    None
}

enum QueryStep<'s> {
    /// A word of Prisma, and what stands below it.
    To(KeyMeaning),
    /// A field, and what stands below it where it is a relation.
    Field { clause: &'static str, then: Option<(&'s str, KeyMeaning)> },
}

/// `None` where everything below is unknown or names no field.
fn step<'s>(
    schema: &'s PrismaSchema<'s>,
    model: &'s str,
    place: KeyMeaning,
    key: &str,
    method: Option<&str>,
) -> Option<QueryStep<'s>> {
    let is_field = schema.fields.contains_key(&(model, key));
    let field = |clause, below: Option<KeyMeaning>| {
        let then = below.and_then(|below| target(schema, model, key).map(|target| (target, below)));
        Some(QueryStep::Field { clause, then })
    };
    match place {
        KeyMeaning::Arguments => match key {
            "where" | "having" => Some(QueryStep::To(KeyMeaning::Where)),
            "cursor" => Some(QueryStep::To(KeyMeaning::Where)),
            "select" if method == Some("count") => Some(QueryStep::To(KeyMeaning::Fields)),
            "select" => Some(QueryStep::To(KeyMeaning::Select)),
            "include" => Some(QueryStep::To(KeyMeaning::Include)),
            "omit" => Some(QueryStep::To(KeyMeaning::Omit)),
            "data" | "create" | "update" => Some(QueryStep::To(KeyMeaning::Data)),
            "orderBy" => Some(QueryStep::To(KeyMeaning::OrderBy)),
            "distinct" | "by" | "_count" | "_sum" | "_avg" | "_min" | "_max" => Some(QueryStep::To(KeyMeaning::Fields)),
            _ => None,
        },
        KeyMeaning::Where => match key {
            "AND" | "OR" | "NOT" => Some(QueryStep::To(KeyMeaning::Where)),
            _ if schema.uniques.contains_key(&(model, key)) && !is_field => Some(QueryStep::To(KeyMeaning::Compound)),
            _ => field("where", Some(KeyMeaning::RelationFilter)),
        },
        KeyMeaning::RelationFilter => match key {
            "some" | "every" | "none" | "is" | "isNot" if !is_field => Some(QueryStep::To(KeyMeaning::Where)),
            _ => step(schema, model, KeyMeaning::Where, key, None),
        },
        KeyMeaning::Compound => field("where", None),
        KeyMeaning::Select | KeyMeaning::Include => match key {
            "_count" => Some(QueryStep::To(KeyMeaning::CountOptions)),
            _ if place == KeyMeaning::Select => field("select", Some(KeyMeaning::Arguments)),
            _ => field("include", Some(KeyMeaning::Arguments)),
        },
        KeyMeaning::CountOptions => (key == "select").then_some(QueryStep::To(KeyMeaning::Counted)),
        KeyMeaning::Counted => field("select", Some(KeyMeaning::Arguments)),
        KeyMeaning::Omit => field("omit", None),
        KeyMeaning::OrderBy => match key {
            "_count" | "_sum" | "_avg" | "_min" | "_max" if !is_field => Some(QueryStep::To(KeyMeaning::Fields)),
            "_relevance" => None,
            _ => field("orderBy", Some(KeyMeaning::OrderBy)),
        },
        KeyMeaning::Fields => match key {
            "_all" => None,
            // Below a relation `_count` stands alone: `orderBy: { posts: { _count: "desc" } }`.
            _ => field("fields", None),
        },
        KeyMeaning::Data => field("data", Some(KeyMeaning::NestedWrites)),
        KeyMeaning::NestedWrites => match key {
            "create" => Some(QueryStep::To(KeyMeaning::Data)),
            "connect" | "disconnect" | "set" | "delete" | "deleteMany" => Some(QueryStep::To(KeyMeaning::Where)),
            "connectOrCreate" | "upsert" | "update" | "updateMany" | "createMany" => {
                Some(QueryStep::To(KeyMeaning::NestedData))
            }
            _ => None,
        },
        KeyMeaning::NestedData => match key {
            _ if is_field => field("data", Some(KeyMeaning::NestedWrites)),
            "where" => Some(QueryStep::To(KeyMeaning::Where)),
            "data" | "create" | "update" => Some(QueryStep::To(KeyMeaning::Data)),
            "skipDuplicates" => None,
            _ => field("data", None),
        },
    }
}

/// The model that a relation leads to; `None` for a scalar, an enum, a composite type, and where schemas differ.
fn target<'s>(schema: &'s PrismaSchema<'s>, model: &str, field: &str) -> Option<&'s str> {
    let mut types = schema.fields.get(&(model, field))?.iter();
    let (Some(target), None) = (types.next(), types.next()) else { return None };
    schema.names.get(*target).map(String::as_str)
}
