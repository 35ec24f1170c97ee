//! The tables that classes map, with what they take from the classes that they extend.

use std::collections::BTreeSet;
use std::sync::Arc;

use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::fact::{Facts, MappedClass, OrmFact, TableMapper, TableNaming};

/// Classes of libraries that give a model of SQLAlchemy no columns.
const PLAIN: [&str; 17] = [
    "object",
    "Base",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "MappedAsDataclass",
    "AsyncAttrs",
    "SQLModel",
    "Model",
    "ABC",
    "Generic",
    "Protocol",
    "UserMixin",
    "SerializerMixin",
    "RoleMixin",
    "SafeDeleteModel",
    "DirtyFieldsMixin",
    "ModelBase",
];

/// Classes of Django and its applications, with the fields that they give.
const OF_DJANGO: [(&str, &[&str]); 8] = [
    ("Model", &[]),
    (
        "AbstractUser",
        &[
            "password",
            "last_login",
            "is_superuser",
            "username",
            "first_name",
            "last_name",
            "email",
            "is_staff",
            "is_active",
            "date_joined",
            "groups",
            "user_permissions",
        ],
    ),
    ("AbstractBaseUser", &["password", "last_login"]),
    ("PermissionsMixin", &["is_superuser", "groups", "user_permissions"]),
    ("TimeStampedModel", &["created", "modified"]),
    ("MPTTModel", &["lft", "rght", "tree_id", "level"]),
    ("PolymorphicModel", &["polymorphic_ctype"]),
    ("Orderable", &["sort_order"]),
];

/// A table that a class or a call maps.
pub(super) struct MappedTable<'r> {
    pub(super) path: &'r FilePath,
    pub(super) span: Span,
    pub(super) mapper: TableMapper,
    pub(super) table: Arc<str>,
    pub(super) model: Option<&'r str>,
    pub(super) label: Option<&'r str>,
    pub(super) columns: BTreeSet<Arc<str>>,
    pub(super) is_whole: bool,
}

struct KnownTables<'r> {
    path: &'r FilePath,
    span: Span,
    class: &'r MappedClass,
}

/// The classes of a project.
struct Classes<'r> {
    all: Vec<KnownTables<'r>>,
    by_name: FxHashMap<&'r str, Vec<usize>>,
}

/// How many classes one may extend, through others.
const MOST_BASES: usize = 64;

/// What a class has from all that it extends.
struct Lineage<'r> {
    attributes: BTreeSet<Arc<str>>,
    /// The table that a class above names.
    above: Option<Arc<str>>,
    /// Whether a rule of the project names the tables.
    is_named_by_rule: bool,
    is_whole: bool,
    /// Classes that no file of the project defines.
    foreign: Vec<&'r str>,
}

/// The tables that the sources map, those that several say something of once for each.
pub(super) fn of<'r>(sources: &[(&'r FilePath, &'r Facts)]) -> Vec<MappedTable<'r>> {
    let mut classes = Classes { all: Vec::new(), by_name: FxHashMap::default() };
    let mut found = Vec::new();
    for (path, facts) in sources {
        for said in &facts.facts {
            match &said.fact {
                OrmFact::Class(class) => {
                    classes.by_name.entry(&class.name).or_default().push(classes.all.len());
                    classes.all.push(KnownTables { path, span: said.span, class });
                }
                OrmFact::Table { name, columns, is_whole } => found.push(MappedTable {
                    path,
                    span: said.span,
                    mapper: TableMapper::SqlAlchemy,
                    table: Arc::clone(name),
                    model: None,
                    label: None,
                    columns: columns.iter().cloned().collect(),
                    is_whole: *is_whole,
                }),
                _ => {}
            }
        }
    }
    let mut added: FxHashMap<Arc<str>, BTreeSet<Arc<str>>> = FxHashMap::default();
    for known in &classes.all {
        let lineage = classes.lineage(known);
        match table_of(known.class, &lineage) {
            Some(table) => found.push(MappedTable {
                path: known.path,
                span: known.span,
                mapper: known.class.mapper,
                table,
                model: Some(&known.class.name),
                label: known.class.label.as_deref(),
                columns: lineage.attributes,
                is_whole: lineage.is_whole,
            }),
            // A class without a table of its own shares that of the one that it extends.
            None => {
                if let Some(above) = lineage.above.filter(|_| !known.class.is_abstract) {
                    added.entry(above).or_default().extend(lineage.attributes);
                }
            }
        }
    }
    for mapped in &mut found {
        if let Some(columns) = added.get(&mapped.table) {
            mapped.columns.extend(columns.iter().cloned());
        }
    }
    found
}

fn table_of(class: &MappedClass, lineage: &Lineage<'_>) -> Option<Arc<str>> {
    let extends = |name: &str| lineage.foreign.contains(&name);
    match (&class.table, class.mapper) {
        _ if class.is_abstract => None,
        (_, TableMapper::Django) => {
            let is_model = OF_DJANGO.iter().any(|(name, _)| extends(name) && *name != "PermissionsMixin");
            is_model.then(|| class.name.to_lowercase().into())
        }
        (TableNaming::As(table), _) => Some(Arc::clone(table)),
        (TableNaming::ByClass, _) => Some(class.name.to_lowercase().into()),
        // Flask-SQLAlchemy
        (TableNaming::Unsaid, _) if lineage.above.is_none() && !lineage.is_named_by_rule && extends("Model") => {
            Some(in_snake_case(&class.name).into())
        }
        (TableNaming::Unsaid | TableNaming::Unknown, _) => None,
    }
}

impl<'r> Classes<'r> {
    fn lineage(&self, of: &KnownTables<'r>) -> Lineage<'r> {
        let mut lineage = Lineage {
            attributes: of.class.attributes.iter().cloned().collect(),
            above: None,
            is_named_by_rule: false,
            is_whole: true,
            foreign: Vec::new(),
        };
        let mut open = vec![of];
        let mut seen: BTreeSet<(&FilePath, Span)> = BTreeSet::new();
        while let Some(known) = open.pop() {
            if !seen.insert((known.path, known.span)) {
                continue;
            }
            if seen.len() > MOST_BASES {
                lineage.is_whole = false;
                break;
            }
            for base in &known.class.bases {
                match self.find(known, base) {
                    Some(above) => {
                        lineage.attributes.extend(above.class.attributes.iter().cloned());
                        match &above.class.table {
                            TableNaming::As(table) if !above.class.is_abstract => {
                                lineage.above.get_or_insert_with(|| Arc::clone(table));
                            }
                            TableNaming::Unknown => lineage.is_named_by_rule = true,
                            _ => {}
                        }
                        open.push(above);
                    }
                    None => lineage.extend(base, of.class.mapper),
                }
            }
        }
        lineage
    }

    /// The class that a name stands for in a file: one of the file, else the only one of the project.
    fn find(&self, from: &KnownTables<'r>, name: &str) -> Option<&KnownTables<'r>> {
        let named = self.by_name.get(name)?;
        let is_other = |at: &&usize| (self.all[**at].path, self.all[**at].span) != (from.path, from.span);
        let beside = named.iter().filter(is_other).find(|at| self.all[**at].path == from.path);
        let only = || match &named[..] {
            [one] => Some(one).filter(is_other),
            _ => None,
        };
        Some(&self.all[*beside.or_else(only)?])
    }
}

impl<'r> Lineage<'r> {
    fn extend(&mut self, base: &'r str, mapper: TableMapper) {
        self.foreign.push(base);
        match (mapper, OF_DJANGO.iter().find(|(name, _)| *name == base)) {
            (TableMapper::Django, Some((_, fields))) => {
                self.attributes.extend(fields.iter().map(|field| Arc::from(*field)));
            }
            _ if PLAIN.contains(&base) => {}
            _ => self.is_whole = false,
        }
    }
}

/// As Flask-SQLAlchemy names tables: `UserAPIKey` is `user_api_key`.
fn in_snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let is_after_small = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let begins_word = before.is_some() && letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && (is_after_small || begins_word) && before != Some('_') {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_tables() {
        for (class, table) in
            [("User", "user"), ("UserAPIKey", "user_api_key"), ("OAuth2Token", "o_auth2_token"), ("A", "a")]
        {
            assert_eq!(in_snake_case(class), table);
        }
    }
}
