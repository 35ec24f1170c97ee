//! Migrations written as code: Knex, Kysely, Sequelize, TypeORM, node-pg-migrate and what is written like them.
//!
//! Each call that changes a table gives the change that a statement of SQL would make; what takes a migration back is left out.

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::fact::{ColumnFact, ColumnMapper, Facts};
use super::super::names::TokenColumns;
use super::super::view::ColumnView;
use super::change::TableMethod;
use super::data_types;
use crate::sql::{CodeChange, SqlFact, change, check_of_values, checks, dropped_type, enumeration};
use crate::words::Words;

/// What stands in a source that changes tables by calls.
static WORDS: Words = Words::new(&["Table", "Column", "add_column", "_table", "schema."]);

/// Whose migration it is, by a word that stands in it.
const MAPPERS: &[(&str, ColumnMapper)] = &[
    ("kysely", ColumnMapper::Kysely),
    ("Kysely", ColumnMapper::Kysely),
    ("queryRunner", ColumnMapper::TypeOrm),
    ("queryInterface", ColumnMapper::Sequelize),
    ("knex", ColumnMapper::Knex),
    ("Knex", ColumnMapper::Knex),
];

/// Methods of a table of Knex that make a column whose name comes first.
const KNEX: &[&str] = &[
    "bigInteger",
    "binary",
    "boolean",
    "char",
    "date",
    "datetime",
    "dateTime",
    "decimal",
    "double",
    "enu",
    "enum",
    "float",
    "integer",
    "json",
    "jsonb",
    "mediumtext",
    "smallint",
    "specificType",
    "string",
    "text",
    "time",
    "timestamp",
    "tinyint",
    "uuid",
    "varchar",
];

/// At most this many calls of a chain are followed down to the one that names a table: no table has more columns.
const LONGEST_CHAIN: usize = 1_024;

/// At most this many nodes are looked at in callbacks that describe tables, for each node of the file: callbacks may stand in callbacks.
const MOST_TIMES: usize = 8;

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, out: &mut Facts) {
    let (mapper, found) = read(view);
    // What types allow says nothing about columns.
    let is_of_table = |change: &SqlFact| !matches!(change, SqlFact::Type { .. });
    for (_, span, change) in found.changes.into_iter().filter(|(_, _, change)| is_of_table(change)) {
        out.say(span, ColumnFact::Change { mapper, change: Box::new(change) });
    }
}

/// What the code of a migration changes.
#[derive(Default)]
pub(crate) struct CodeMigration {
    /// In their order, each with the end of the call that makes it: the calls of a chain begin where it begins.
    pub(crate) changes: Vec<(u32, Span, SqlFact)>,
    /// Changes of a table whose name is computed.
    pub(crate) unread: Vec<Span>,
    down: Down,
}

impl CodeMigration {
    /// Whether a place takes the migration back.
    pub(crate) fn takes_back(&self, span: Span) -> bool {
        self.down.holds(span)
    }
}

/// The same of a source, where its mapper describes whole tables: Kysely and Knex.
pub(crate) fn migration_in(analysis: &Analysis<'_>) -> CodeMigration {
    let view = ColumnView::new(analysis, TokenColumns::new(&[]));
    match read(view) {
        (ColumnMapper::Kysely | ColumnMapper::Knex, found) => found,
        _ => CodeMigration { down: Down::of(view), ..CodeMigration::default() },
    }
}

fn read(view: ColumnView<'_>) -> (ColumnMapper, CodeMigration) {
    if !WORDS.any_in(view.source().as_bytes()) {
        return (ColumnMapper::Some, CodeMigration { down: Down::of(view), ..CodeMigration::default() });
    }
    let down = Down::of(view);
    let mapper = MAPPERS.iter().find(|(word, _)| view.has(word)).map_or(ColumnMapper::Some, |(_, mapper)| *mapper);
    let left = MOST_TIMES * view.tree.len() as usize;
    let mut changes = Changes { view, mapper, left, at: 0, out: CodeMigration::default() };
    let mut calls: Vec<NodeId> =
        view.nodes(&["call_expression"]).filter(|call| !down.holds(view.span(*call))).collect();
    // Of a chain the first call stands innermost.
    calls.sort_by_key(|call| view.span(*call).end);
    for call in calls {
        changes.at = view.span(call).end;
        if changes.call(call).is_none() && changes.is_of_schema(call) {
            changes.out.unread.push(view.span(call));
        }
    }
    (mapper, CodeMigration { down, ..changes.out })
}

/// The functions of a source that take a migration back.
#[derive(Default)]
pub(super) struct Down(Vec<Span>);

impl Down {
    pub(super) fn of(view: ColumnView<'_>) -> Self {
        const NAMES: &[&str] = &["down", "rollback", "revert"];
        const NAMED: &[(&str, &str)] = &[
            ("function_declaration", "name"),
            ("function_item", "name"),
            ("method_definition", "name"),
            ("pair", "key"),
            ("variable_declarator", "name"),
            ("assignment_expression", "left"),
            ("public_field_definition", "name"),
            ("field_definition", "property"),
        ];
        let kinds: Vec<&str> = NAMED.iter().map(|(kind, _)| *kind).collect();
        let is_down = |node: &NodeId| {
            let field = NAMED.iter().find(|(kind, _)| *kind == view.kind(*node)).map(|(_, field)| *field);
            let name = field.and_then(|field| view.field(*node, field));
            name.is_some_and(|name| {
                let text = view.key_text(name);
                NAMES.contains(&text.rsplit('.').next().unwrap_or(text))
            })
        };
        let mut spans: Vec<Span> = Vec::new();
        for span in view.nodes(&kinds).filter(is_down).map(|node| view.span(node)) {
            // What stands in another one is held by that.
            if spans.last().is_none_or(|last| span.start >= last.end) {
                spans.push(span);
            }
        }
        Self(spans)
    }

    pub(super) fn holds(&self, span: Span) -> bool {
        let before = self.0.partition_point(|down| down.start <= span.start);
        before.checked_sub(1).is_some_and(|at| span.end <= self.0[at].end)
    }
}

struct Changes<'a> {
    view: ColumnView<'a>,
    mapper: ColumnMapper,
    /// How many nodes of callbacks may still be looked at.
    left: usize,
    /// Where the call ends that is looked at.
    at: u32,
    out: CodeMigration,
}

impl<'a> Changes<'a> {
    fn say(&mut self, at: NodeId, table: &str, what: CodeChange<'_>) {
        self.out.changes.push((self.at, self.view.span(at), change(table, what)));
    }

    fn say_all(&mut self, at: NodeId, found: Vec<SqlFact>) {
        let (end, span) = (self.at, self.view.span(at));
        self.out.changes.extend(found.into_iter().map(|fact| (end, span, fact)));
    }

    /// Whether a call changes a table by the schema of a database: `db.schema.createTable(name)`.
    fn is_of_schema(&self, call: NodeId) -> bool {
        let method = self.view.method(call).filter(|(_, name)| TableMethod::of(name).is_some());
        method.and_then(|(object, _)| self.view.last_name(object)) == Some("schema")
    }

    fn add(&mut self, at: NodeId, table: &str, name: &str, kind: &str, is_nullable: bool) {
        self.say(at, table, CodeChange::AddColumn { name, kind, is_nullable });
    }

    /// Nothing where it changes a table that nobody can name.
    fn call(&mut self, call: NodeId) -> Option<()> {
        let view = self.view;
        if let Some(done) = self.detail(call) {
            return Some(done);
        }
        let method = match view.method(call) {
            Some((_, method)) => method,
            // `addColumn("members", "token", { type: "string" })`
            None => view.last_name(view.field(call, "function")?)?,
        };
        let change = TableMethod::of(method)?;
        let arguments: Vec<NodeId> = view.arguments(call).map(|argument| view.unwrapped(argument)).collect();
        let text = |place: usize| arguments.get(place).and_then(|argument| table_name(view, *argument));
        let second = arguments.get(1).copied();
        match change {
            TableMethod::Create | TableMethod::Alter => {
                // `new Table({ name, columns })` of TypeORM.
                if let Some(options) = arguments.first().and_then(|first| made(view, *first, "Table")) {
                    let table = view.text_property(options, "name")?;
                    self.say(call, table, CodeChange::CreateTable { is_complete: self.mapper != ColumnMapper::Knex });
                    for column in self.list(view.property(options, "columns")?) {
                        self.described(table, column);
                    }
                    return Some(());
                }
                let table = text(0)?;
                let body = second;
                if change == TableMethod::Create {
                    self.say(call, table, CodeChange::CreateTable { is_complete: self.mapper != ColumnMapper::Knex });
                }
                match body {
                    Some(body) if view.is(body, &["arrow_function", "function_expression"]) => self.knex(table, body),
                    Some(body) if view.is(body, &["object"]) => {
                        let columns = view.property(body, "columns").unwrap_or(body);
                        self.columns(table, columns);
                    }
                    _ => {}
                }
            }
            TableMethod::AddColumns | TableMethod::DropColumns => {
                // `.createTable("account").addColumn("id", …)` of Kysely: the table stands further down the chain.
                let chained = self.table_of_chain(call);
                let (table, columns) = match chained {
                    Some(table) => (table, &arguments[..]),
                    None => (text(0)?, arguments.get(1..)?),
                };
                self.change_columns(change, table, columns);
            }
            TableMethod::RenameColumn => {
                let chained = self.table_of_chain(call);
                let (table, rest) = match chained {
                    Some(table) => (table, 0),
                    None => (text(0)?, 1),
                };
                let (from, to) = (text(rest)?, text(rest + 1)?);
                self.say(*arguments.get(rest + 1)?, table, CodeChange::RenameColumn { from, to });
            }
            TableMethod::DropTable => self.say(call, text(0)?, CodeChange::DropTable),
            TableMethod::RenameTable => self.say(call, text(0)?, CodeChange::RenameTable(text(1)?)),
        }
        Some(())
    }

    /// What Kysely says of a table besides its columns, and of types.
    fn detail(&mut self, call: NodeId) -> Option<()> {
        let view = self.view;
        let (object, method) = view.method(call)?;
        let arguments: Vec<NodeId> = view.arguments(call).map(|argument| view.unwrapped(argument)).collect();
        let first = *arguments.first()?;
        match method {
            "asEnum" => {
                let (_, creating) = view.method(object)?;
                let name = view.string(view.arguments(object).next()?).filter(|_| creating == "createType")?;
                let list = self.list(first);
                let values: Vec<&str> = list.iter().filter_map(|value| view.string(*value)).collect();
                (values.len() == list.len()).then_some(())?;
                self.say_all(call, enumeration(name, &values));
            }
            "dropType" => {
                let name = view.string(first)?;
                self.say_all(call, vec![dropped_type(name)]);
            }
            "addCheckConstraint" => {
                let (table, name) = (self.table_of_chain(call)?, view.string(first)?);
                let condition = self.sql(*arguments.get(1)?)?;
                self.say_all(call, checks(table, Some(name), condition));
            }
            "dropConstraint" => {
                self.say(call, self.table_of_chain(call)?, CodeChange::DropConstraint(view.string(first)?));
            }
            "renameTo" => {
                self.say(call, self.table_of_chain(call)?, CodeChange::RenameTable(view.string(first)?));
            }
            "alterColumn" => {
                let (table, column) = (self.table_of_chain(call)?, view.string(first)?);
                let is_nullable = match view.words(*arguments.get(1)?) {
                    text if text.contains("setNotNull") => false,
                    text if text.contains("dropNotNull") => true,
                    _ => return Some(()),
                };
                self.say(first, table, CodeChange::Nullable { column, is_nullable });
            }
            _ => return None,
        }
        Some(())
    }

    /// The text of `` sql`…` `` without holes.
    fn sql(&self, node: NodeId) -> Option<&'a str> {
        let view = self.view;
        let template = view.field(node, "arguments").filter(|_| view.is(node, &["call_expression"]))?;
        let is_tagged = view.field(node, "function").and_then(|tag| view.last_name(tag)) == Some("sql");
        view.string(template).filter(|_| is_tagged)
    }

    /// The conditions of a column that its options list: ``(c) => c.check(sql`status in ('a')`)``.
    fn checks_of(&mut self, table: &str, options: NodeId) {
        let view = self.view;
        for call in view.nodes_in(options, &["call_expression"]) {
            let condition = view.method(call).filter(|(_, name)| *name == "check");
            let condition = condition.and_then(|_| self.sql(view.arguments(call).next()?));
            if let Some(condition) = condition {
                self.say_all(call, checks(table, None, condition));
            }
        }
    }

    fn change_columns(&mut self, change: TableMethod, table: &str, columns: &[NodeId]) -> Option<()> {
        let view = self.view;
        let first = *columns.first()?;
        if change == TableMethod::DropColumns {
            for name in self.list(first) {
                if let Some(name) = view.string(name).or_else(|| view.text_property(name, "name")) {
                    self.say(first, table, CodeChange::DropColumn(name));
                }
            }
            return Some(());
        }
        if let Some(name) = view.string(first) {
            let options = columns.get(1).copied();
            let kind = options.map(|options| self.kind(options)).unwrap_or_default();
            let is_required = |text: &str| text.contains("notNull") || text.contains("primaryKey");
            let is_nullable = !columns.iter().skip(1).any(|option| is_required(view.words(*option)));
            self.add(first, table, name, &kind, is_nullable);
            for option in columns.iter().skip(2) {
                self.checks_of(table, *option);
            }
        } else if view.is(first, &["object"]) {
            // `pgm.addColumns("account", { access_token: "text" })`
            self.columns(table, first);
        } else {
            for column in self.list(first) {
                self.described(table, column);
            }
        }
        Some(())
    }

    /// The elements of a list; a value that is not one is the only one.
    fn list(&self, node: NodeId) -> Vec<NodeId> {
        let view = self.view;
        match view.kind(node) {
            "array" => view.named(node).map(|item| view.unwrapped(item)).collect(),
            _ => vec![node],
        }
    }

    /// `new TableColumn({ name, type })`, `{ name, type }`
    fn described(&mut self, table: &str, column: NodeId) -> Option<()> {
        let view = self.view;
        let options = made(view, column, "TableColumn").unwrap_or(column);
        let name = view.property(options, "name")?;
        let kind = view.property(options, "type").map(|kind| self.kind(kind)).unwrap_or_default();
        let is_nullable = view.property(options, "isNullable").is_some_and(|value| view.words(value) == "true");
        self.add(name, table, view.string(name)?, &kind, is_nullable);
        Some(())
    }

    /// `{ access_token: "text", refresh_token: { type: DataTypes.STRING } }`
    fn columns(&mut self, table: &str, columns: NodeId) {
        let view = self.view;
        for (key, value) in view.pairs(columns) {
            let value = view.unwrapped(value);
            let is_nullable = !view.is(value, &["object"])
                || !["allowNull", "nullable"]
                    .iter()
                    .any(|key| view.property(value, key).is_some_and(|value| view.words(value) == "false"));
            let name = view.text_property(value, "field").unwrap_or_else(|| view.key_text(key));
            let kind = self.kind(value);
            self.add(key, table, name, &kind, is_nullable);
        }
    }

    /// A type as it is written: `"text"`, `DataTypes.STRING`, `` sql`text` ``, `{ type: … }`.
    fn kind(&self, node: NodeId) -> String {
        let view = self.view;
        let node = view.property(node, "type").unwrap_or(node);
        let named = view.string(node).or_else(|| self.sql(node)).or_else(|| data_types::kind(view, node));
        let named = named.or_else(|| view.last_name(node));
        named.unwrap_or_else(|| view.shown(node)).to_owned()
    }

    /// The table that a call below in the chain creates or alters, not more than [`LONGEST_CHAIN`] calls away.
    fn table_of_chain(&self, call: NodeId) -> Option<&'a str> {
        let view = self.view;
        let mut at = call;
        for _ in 0..LONGEST_CHAIN {
            let (object, _) = view.method(at)?;
            at = object;
            let (_, method) = view.method(at)?;
            if matches!(TableMethod::of(method), Some(TableMethod::Create | TableMethod::Alter)) {
                return table_name(view, view.arguments(at).next()?);
            }
        }
        None
    }

    /// `(table) => { table.string("access_token"); }`
    fn knex(&mut self, table: &str, body: NodeId) {
        let view = self.view;
        let parameter = view.field(body, "parameter").or_else(|| {
            let first = view.named(view.field(body, "parameters")?).next()?;
            view.field(first, "pattern").or(Some(first))
        });
        let Some(parameter) = parameter.map(|parameter| view.words(parameter)) else { return };
        let size = view.tree.subtree(body).count();
        let Some(left) = self.left.checked_sub(size) else { return };
        self.left = left;
        for call in view.nodes_in(body, &["call_expression"]) {
            let Some((object, method)) = view.method(call) else { continue };
            if !view.is(object, &["identifier"]) || view.words(object) != parameter {
                continue;
            }
            let arguments: Vec<NodeId> = view.arguments(call).collect();
            let text = |place: usize| arguments.get(place).and_then(|argument| view.string(*argument));
            match method {
                "dropColumn" | "dropColumns" => {
                    let names: Vec<NodeId> = arguments.iter().flat_map(|argument| self.list(*argument)).collect();
                    for name in names.into_iter().filter_map(|name| view.string(name)) {
                        self.say(call, table, CodeChange::DropColumn(name));
                    }
                }
                "renameColumn" => {
                    if let (Some(from), Some(to)) = (text(0), text(1)) {
                        self.say(arguments[1], table, CodeChange::RenameColumn { from, to });
                    }
                }
                _ if KNEX.contains(&method) => {
                    let Some(name) = text(0) else { continue };
                    let kind = if method == "specificType" { text(1).unwrap_or(method) } else { method };
                    let statement =
                        view.ancestors(call).find(|above| view.is(*above, &["expression_statement", "arrow_function"]));
                    let chain = statement.map(|statement| view.words(statement)).unwrap_or_default();
                    if !chain.contains(".alter(") {
                        self.add(arguments[0], table, name, kind, !chain.contains("notNullable("));
                        if matches!(method, "enu" | "enum") {
                            let list = arguments.get(1).map(|list| self.list(*list)).unwrap_or_default();
                            let values: Vec<&str> = list.iter().filter_map(|value| view.string(*value)).collect();
                            if !values.is_empty() && values.len() == list.len() {
                                self.say_all(arguments[0], vec![check_of_values(table, name, &values)]);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The name of a table: a text, or `{ tableName }`.
fn table_name(view: ColumnView<'_>, node: NodeId) -> Option<&str> {
    view.string(node).or_else(|| {
        let object = Some(node).filter(|node| view.is(*node, &["object"]))?;
        ["tableName", "name"].iter().find_map(|key| view.text_property(object, key))
    })
}

/// The options of `new Name({ … })`.
fn made(view: ColumnView<'_>, node: NodeId, name: &str) -> Option<NodeId> {
    let class = view.field(node, "constructor").filter(|_| view.is(node, &["new_expression"]))?;
    (view.last_name(class)? == name).then(|| Some(view.unwrapped(view.arguments(node).next()?)))?
}
