//! Models of Python: SQLAlchemy, SQLModel, Django.

use auditlint_syntax::NodeId;

use super::super::fact::{ColumnMapper, Facts, Holds, Sealed};
use super::super::seal::says_sealed;
use super::super::value::says_generated;
use super::super::view::ColumnView;
use super::{Column, made_by_default};

/// Types, of columns and of annotations, that hold neither text nor what may be sealed.
const OTHER_TYPES: &[&str] = &[
    "BigInteger",
    "Boolean",
    "BooleanField",
    "Date",
    "DateField",
    "DateTime",
    "DateTimeField",
    "DurationField",
    "Enum",
    "Float",
    "ForeignKey",
    "Integer",
    "IntegerField",
    "Interval",
    "ManyToManyField",
    "Numeric",
    "OneToOneField",
    "PositiveIntegerField",
    "SmallInteger",
    "bool",
    "date",
    "datetime",
    "float",
    "int",
    "relationship",
    "timedelta",
];

/// Types that hold bytes.
const BYTES: &[&str] = &["BYTEA", "BLOB", "BinaryField", "LargeBinary", "bytes"];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    let is_of_django = view.has("django");
    if !is_of_django && !view.has("sqlalchemy") && !view.has("sqlmodel") && !view.has("db.Model") {
        return;
    }
    for class in view.nodes(&["class_definition"]) {
        model(view, class, if is_of_django { ColumnMapper::Django } else { ColumnMapper::SqlAlchemy }, out);
    }
}

/// Whether a class of a source of Django is a model, by what it extends or by where its fields come from.
fn is_model_of_django(view: ColumnView<'_>, class: NodeId) -> bool {
    const OTHERS: [&str; 7] = ["Serializer", "Form", "Filter", "Admin", "Schema", "Factory", "View"];
    let heads = view.field(class, "superclasses").map(|heads| view.words(heads)).unwrap_or_default();
    let has_field = || view.field(class, "body").is_some_and(|body| view.words(body).contains("models."));
    !OTHERS.iter().any(|other| heads.contains(other)) && (heads.contains("Model") || has_field())
}

/// The function of a class that seals what is assigned to an attribute: `@validates("password")`, a setter.
fn validator(view: ColumnView<'_>, body: NodeId, property: &str) -> Option<NodeId> {
    let plain = property.trim_start_matches('_');
    view.named(body).filter(|statement| view.is(*statement, &["decorated_definition"])).find(|decorated| {
        let mut decorators = view.named(*decorated).filter(|part| view.is(*part, &["decorator"]));
        let names_it = decorators.any(|decorator| {
            let words = view.words(decorator);
            let is_validator = words.contains("validates(") && words.split(['"', '\'']).any(|word| word == plain);
            is_validator || words == format!("@{plain}.setter")
        });
        names_it
            && view.nodes_in(*decorated, &["call"]).any(|call| {
                let function = view.field(call, "function").map(|function| view.words(function)).unwrap_or_default();
                says_sealed(function.rsplit('.').next().unwrap_or_default())
            })
    })
}

fn model(view: ColumnView<'_>, class: NodeId, mapper: ColumnMapper, out: &mut Facts) -> Option<()> {
    let name = view.words(view.field(class, "name")?);
    let body = view.field(class, "body")?;
    let assignments = || {
        let inner = view.named(body).filter_map(move |statement| view.named(statement).next());
        inner.filter(move |assignment| view.is(*assignment, &["assignment"]))
    };
    let table = assignments().find_map(|assignment| {
        let left = view.field(assignment, "left")?;
        let right = view.field(assignment, "right")?;
        (view.words(left) == "__tablename__").then(|| view.words(right).trim_matches(['"', '\'']))
    });
    // Forms and serializers have fields of the same names, and no table.
    if mapper == ColumnMapper::Django && !is_model_of_django(view, class) {
        return None;
    }
    let heads = view.field(class, "superclasses").map(|heads| view.words(heads)).unwrap_or_default();
    let is_table_of_sqlmodel = heads.contains("table=True");
    for assignment in assignments() {
        let Some(left) = view.field(assignment, "left").filter(|left| view.is(*left, &["identifier"])) else {
            continue;
        };
        let property = view.words(left);
        let kind = view.field(assignment, "type").map(|kind| view.words(kind)).unwrap_or_default();
        let call = view.field(assignment, "right").filter(|value| view.is(*value, &["call"]));
        let function = call.and_then(|call| view.field(call, "function")).map(|function| view.words(function));
        let last = function.and_then(|function| function.rsplit('.').next()).unwrap_or_default();
        let is_column = match mapper {
            ColumnMapper::Django => last.ends_with("Field") || last == "ForeignKey",
            _ => {
                matches!(last, "Column" | "mapped_column")
                    || kind.starts_with("Mapped[")
                    || (is_table_of_sqlmodel && !kind.is_empty())
            }
        };
        if !is_column || last == "relationship" {
            continue;
        }
        let arguments = || call.into_iter().flat_map(|call| view.arguments(call));
        let keyed = |key: &str| {
            arguments().find_map(|argument| {
                let is_it = view.is(argument, &["keyword_argument"])
                    && view.field(argument, "name").is_some_and(|name| view.words(name) == key);
                is_it.then(|| view.field(argument, "value"))?
            })
        };
        let text = |node: NodeId| view.is(node, &["string"]).then(|| view.words(node).trim_matches(['"', '\'']));
        let named = match mapper {
            ColumnMapper::Django => keyed("db_column"),
            _ => arguments().next().filter(|first| view.is(*first, &["string"])).or_else(|| keyed("name")),
        };
        let described = match mapper {
            ColumnMapper::Django => last,
            _ => call.map(|call| view.words(call)).unwrap_or_default(),
        };
        let parts = || {
            described
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .chain(kind.split(|c: char| !c.is_alphanumeric() && c != '_'))
        };
        let holds = if parts().any(|part| BYTES.contains(&part)) {
            Holds::Bytes
        } else if parts().any(|part| OTHER_TYPES.contains(&part)) {
            Holds::Other
        } else {
            Holds::Text
        };
        // `EncryptedType(…)`, `EncryptedCharField(…)`
        let by_validator = validator(view, body, property);
        let seal = parts()
            .find(|part| part.starts_with(char::is_uppercase) && says_sealed(part))
            .map(|part| (Sealed::Yes, part, left));
        let seal = seal.or(by_validator.map(|function| (Sealed::Yes, "a validator", function)));
        let nullable = keyed("nullable").or_else(|| keyed("null")).map(|value| view.words(value) == "True");
        let column = named.and_then(text);
        Column {
            mapper,
            table: table.or((mapper == ColumnMapper::Django || is_table_of_sqlmodel).then_some(name)),
            model: Some(name),
            column,
            property,
            kind: if last.is_empty() { kind } else { last },
            holds,
            nullable,
            seal,
        }
        .say(view, left, out);
        let default = keyed("default").or_else(|| keyed("default_factory"));
        if let Some(default) = default.filter(|_| seal.is_none()) {
            // The function itself is handed over, without a call.
            if says_generated(&format!("{}(", view.words(default))) || says_generated(view.words(default)) {
                made_by_default(
                    view,
                    (mapper, table.unwrap_or(name)),
                    column.unwrap_or(property),
                    (left, default),
                    out,
                );
            }
        }
    }
    Some(())
}
