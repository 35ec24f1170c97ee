//! Which field of which model a key of a query names.
//!
//! Source: the reference of the Prisma client. Where a key may be something else, nothing is said.

use super::fact::KeyName;
use super::models::Schema;

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
pub(super) struct Named<'s> {
    pub(super) model: &'s str,
    pub(super) field: &'s str,
    pub(super) clause: &'static str,
}

/// What the keys of an object are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
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

/// The field that the last of some keys names, each in the value of the one before it; `None` where it is no place of a field, or nobody can say.
pub(super) fn field_of<'s>(
    schema: &'s Schema<'s>,
    model: &'s str,
    method: &str,
    keys: &[&'s KeyName],
) -> Option<Named<'s>> {
    let (mut model, mut place) = (model, Place::Arguments);
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
            Step::To(_) if is_last => return None,
            Step::To(next) => place = next,
            Step::Field { clause, .. } if is_last => {
                return Some(Named { model, field: name, clause });
            }
            Step::Field { then: Some((target, next)), .. } => (model, place) = (target, next),
            Step::Field { then: None, .. } => return None,
        }
    }
    None
}

enum Step<'s> {
    /// A word of Prisma, and what stands below it.
    To(Place),
    /// A field, and what stands below it where it is a relation.
    Field { clause: &'static str, then: Option<(&'s str, Place)> },
}

/// `None` where everything below is unknown or names no field.
fn step<'s>(schema: &'s Schema<'s>, model: &'s str, place: Place, key: &str, method: Option<&str>) -> Option<Step<'s>> {
    let is_field = schema.fields.contains_key(&(model, key));
    let field = |clause, below: Option<Place>| {
        let then = below.and_then(|below| target(schema, model, key).map(|target| (target, below)));
        Some(Step::Field { clause, then })
    };
    match place {
        Place::Arguments => match key {
            "where" | "having" => Some(Step::To(Place::Where)),
            "cursor" => Some(Step::To(Place::Where)),
            "select" if method == Some("count") => Some(Step::To(Place::Fields)),
            "select" => Some(Step::To(Place::Select)),
            "include" => Some(Step::To(Place::Include)),
            "omit" => Some(Step::To(Place::Omit)),
            "data" | "create" | "update" => Some(Step::To(Place::Data)),
            "orderBy" => Some(Step::To(Place::OrderBy)),
            "distinct" | "by" | "_count" | "_sum" | "_avg" | "_min" | "_max" => Some(Step::To(Place::Fields)),
            _ => None,
        },
        Place::Where => match key {
            "AND" | "OR" | "NOT" => Some(Step::To(Place::Where)),
            _ if schema.uniques.contains_key(&(model, key)) && !is_field => Some(Step::To(Place::Compound)),
            _ => field("where", Some(Place::RelationFilter)),
        },
        Place::RelationFilter => match key {
            "some" | "every" | "none" | "is" | "isNot" if !is_field => Some(Step::To(Place::Where)),
            _ => step(schema, model, Place::Where, key, None),
        },
        Place::Compound => field("where", None),
        Place::Select | Place::Include => match key {
            "_count" => Some(Step::To(Place::CountOptions)),
            _ if place == Place::Select => field("select", Some(Place::Arguments)),
            _ => field("include", Some(Place::Arguments)),
        },
        Place::CountOptions => (key == "select").then_some(Step::To(Place::Counted)),
        Place::Counted => field("select", Some(Place::Arguments)),
        Place::Omit => field("omit", None),
        Place::OrderBy => match key {
            "_count" | "_sum" | "_avg" | "_min" | "_max" if !is_field => Some(Step::To(Place::Fields)),
            "_relevance" => None,
            _ => field("orderBy", Some(Place::OrderBy)),
        },
        Place::Fields => match key {
            "_all" => None,
            // Below a relation `_count` stands alone: `orderBy: { posts: { _count: "desc" } }`.
            _ => field("fields", None),
        },
        Place::Data => field("data", Some(Place::NestedWrites)),
        Place::NestedWrites => match key {
            "create" => Some(Step::To(Place::Data)),
            "connect" | "disconnect" | "set" | "delete" | "deleteMany" => Some(Step::To(Place::Where)),
            "connectOrCreate" | "upsert" | "update" | "updateMany" | "createMany" => Some(Step::To(Place::NestedData)),
            _ => None,
        },
        Place::NestedData => match key {
            _ if is_field => field("data", Some(Place::NestedWrites)),
            "where" => Some(Step::To(Place::Where)),
            "data" | "create" | "update" => Some(Step::To(Place::Data)),
            "skipDuplicates" => None,
            _ => field("data", None),
        },
    }
}

/// The model that a relation leads to; `None` for a scalar, an enum, a composite type, and where schemas differ.
fn target<'s>(schema: &'s Schema<'s>, model: &str, field: &str) -> Option<&'s str> {
    let mut types = schema.fields.get(&(model, field))?.iter();
    let (Some(target), None) = (types.next(), types.next()) else { return None };
    schema.names.get(*target).map(String::as_str)
}
