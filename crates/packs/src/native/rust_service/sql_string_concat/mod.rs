//! `sql-string-concat`: a value that is pasted into SQL.

mod parts;
mod safety;

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use self::parts::{SqlPosition, TextPart, parts_of};
use self::safety::{SafeValues, Safety};
use super::super::view::RuleView;
use super::asynchronous::{beginning, called, receiver, value_of};

/// a value is pasted into SQL
///
/// ## Why
///
/// What is pasted into SQL is read as SQL. A name with a quote in it breaks the statement, and a carefully chosen one reads
/// or deletes other rows. The database must also plan each such text anew.
///
/// ## Instead
///
/// Write a placeholder (`$1`, `?`) and bind the value; take names of tables and columns from constants, or from a list of those that
/// are allowed.
///
/// ## Note
///
/// Found: `format!`, `+`, `push_str` and `write!` whose text begins as SQL does and reaches a query of sqlx, diesel, sea-orm, `tokio-postgres`,
/// rusqlite or mysql, directly, through a variable or through a function of the file, where a part of the text is a value that comes from
/// outside of the function: a parameter, a field of one, what a request hands over.
///
/// Not found: constants; literals, also those that an `if` or a `match` chooses between; numbers, UUIDs and dates, which cannot hold a quote;
/// lists of placeholders; what a function quotes or escapes; a parameter of a private function that is given constants alone. Of a
/// value of unknown origin (`self.name`, the result of another function) and where no placeholder can stand, nobody can tell whether the text may be anything: names of tables and columns, whole conditions, statements such as `CREATE` and
/// `ALTER` unless the value stands between quotes and comes from a parameter.
///
/// ## Bad
///
/// ```rust
/// async fn user(db: &PgPool, name: &str) -> sqlx::Result<User> {
///     sqlx::query_as(&«format!("SELECT * FROM users WHERE name = '{}'", name)»).fetch_one(db).await
/// }
/// ```
///
/// ```rust
/// pub fn find(db: &Connection, name: String, table: &str) -> Result<Row> {
///     let sql = «format!("select id from {table} where name = '{name}'")»;
///     db.execute(&sql, [])?;
///     let other = «"DELETE FROM users WHERE name = ".to_string() + &name»;
///     db.query_row(other.as_str(), [], read)
/// }
/// ```
///
/// ```rust
/// pub async fn search(db: &Pool, name: Option<&str>, order: &str) -> Result<Vec<Row>> {
///     let mut sql = String::from("SELECT * FROM rows WHERE true");
///     if let Some(name) = name.filter(|name| !name.is_empty()) {
///         sql.push_str(&«format!(" AND name LIKE '%{}%'", name)»);
///     }
///     sql += &«format!(" ORDER BY {order}")»;
///     sqlx::query(&sql).fetch_all(db).await
/// }
/// ```
///
/// ```rust
/// async fn find(State(db): State<PgPool>, Query(params): Query<Search>) -> Json<Vec<Row>> {
///     let rows = sqlx::query_as(&«format!("SELECT * FROM rows WHERE name = '{}'", params.name)»);
///     Json(rows.fetch_all(&db).await.unwrap_or_default())
/// }
/// ```
///
/// ```rust
/// fn text(id: &str) -> String {
///     «format!("SELECT * FROM rows WHERE id = {id}")»
/// }
///
/// fn load(connection: &mut Connection, id: &str) -> QueryResult<Row> {
///     diesel::sql_query(text(id)).get_result(connection)
/// }
/// ```
///
/// ## Good
///
/// ```rust
/// const TABLE: &str = "users";
///
/// impl Store {
///     const COLUMNS: &'static str = "id, name";
///
///     async fn user(&self, name: &str, limit: i64, newest: bool) -> sqlx::Result<User> {
///         let order = if newest { "DESC" } else { "ASC" };
///         let sql = format!(
///             "SELECT {} FROM {TABLE} WHERE name = $1 ORDER BY id {order} LIMIT {limit}",
///             Self::COLUMNS,
///         );
///         sqlx::query_as(&sql).bind(name).fetch_one(&self.db).await
///     }
/// }
/// ```
///
/// ```rust
/// async fn users(db: &Pool, ids: &[String]) -> sqlx::Result<Vec<User>> {
///     let marks = (1..=ids.len()).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
///     let sql = format!("SELECT * FROM users WHERE id IN ({marks})");
///     sqlx::query_as(&sql).fetch_all(db).await
/// }
/// ```
///
/// ```rust
/// fn count(db: &Connection, table: &str) -> Result<i64> {
///     db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
/// }
///
/// pub fn counts(db: &Connection) -> Result<(i64, i64)> {
///     Ok((count(db, "users")?, count(db, TABLE)?))
/// }
/// ```
///
/// ```rust
/// impl Slot {
///     pub async fn lag(&self) -> Result<Row> {
///         let sql = format!("SELECT * FROM slots WHERE name = '{}'", self.name);
///         self.db.query_one(&sql).await
///     }
/// }
///
/// async fn count(db: &mut Connection, interval: (&str, &str)) -> Result<Row> {
///     sql_query(format!("select * from active('{}')", interval.0)).get_result(db).await
/// }
///
/// pub async fn counts(db: &mut Connection) {
///     for interval in [("1 day", "day"), ("1 week", "week")] {
///         count(db, interval).await;
///     }
/// }
/// ```
///
/// ```rust
/// fn say(name: &str, db: &Db) {
///     let text = format!("select a name for {name}");
///     println!("{text}");
///     db.execute(&format!("user:{name}"));
///     log(&format!("SELECT * FROM users WHERE name = '{name}'"));
/// }
/// ```
///
/// ```rust
/// pub async fn create(db: &PgConnection, name: &str, id: Uuid) -> sqlx::Result<()> {
///     db.execute(&format!("CREATE DATABASE {}", quote_identifier(name)));
///     db.execute(&format!("SELECT * FROM rows WHERE id = '{id}'"));
///     let mut sql = String::from("SELECT * FROM rows WHERE true");
///     sql.push_str(" AND name = $1");
///     sqlx::query(&sql).bind(name).execute(db).await
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "sql-string-concat",
    languages(Rust),
    severity = "error",
    url = "https://cwe.mitre.org/data/definitions/89.html",
    cwe(89),
    since = "0.1.0"
)]
pub(super) struct SqlStringConcat;

/// Functions and methods that are given SQL.
const QUERIES: &[&str] = &[
    "batch_execute",
    "exec",
    "exec_drop",
    "exec_first",
    "execute",
    "execute_batch",
    "execute_raw",
    "execute_unprepared",
    "fetch",
    "fetch_all",
    "fetch_one",
    "fetch_optional",
    "from_sql_and_values",
    "from_string",
    "prepare",
    "prepare_cached",
    "prepare_typed",
    "prep_exec",
    "query",
    "query_all",
    "query_as",
    "query_as_with",
    "query_drop",
    "query_first",
    "query_iter",
    "query_map",
    "query_one",
    "query_opt",
    "query_raw",
    "query_row",
    "query_scalar",
    "query_scalar_with",
    "query_typed",
    "query_with",
    "raw_sql",
    "simple_query",
    "sql",
    "sql_query",
];

/// So many uses of a variable are looked at.
const MOST_USES: usize = 64;

/// So many variables are followed from a query to the text.
const MOST_STEPS: usize = 8;

impl NativeRule for SqlStringConcat {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[QUERIES]
    }

    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        let has = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
        ["format!", "push_str", "write!", " + ", "+= "].iter().any(|word| has(word)) && parts::may_hold_sql(text)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["call_expression"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        if !is_query(view, node) {
            return;
        }
        let Some(arguments) = view.field(node, "arguments") else { return };
        // The text is one of the first two: `Statement::from_string(backend, sql)`.
        let found: Vec<NodeId> =
            view.named(arguments).take(2).flat_map(|argument| pasted(view, node, argument)).collect();
        for place in found {
            if !view.is_in_rust_test(place) {
                emit(NativeMatch::of(analysis, place));
            }
        }
    }
}

fn is_query(view: RuleView<'_>, call: NodeId) -> bool {
    match called(view, call) {
        Some(name) if QUERIES.contains(&name) => true,
        Some("push") => receiver(view, call)
            .and_then(|on| beginning(view, on))
            .is_some_and(|path| path.ends_with("QueryBuilder::new")),
        Some("new") => view.field(call, "function").is_some_and(|function| {
            view.text(function).split("::<").next().is_some_and(|path| path.contains("QueryBuilder"))
        }),
        _ => false,
    }
}

/// The places where what a query is given is put together from values that may hold anything.
fn pasted(view: RuleView<'_>, query: NodeId, argument: NodeId) -> Vec<NodeId> {
    let values = SafeValues::new(view);
    let mut at = bare(view, argument);
    let mut variable = None;
    for _ in 0..MOST_STEPS {
        let next = match view.kind(at) {
            "identifier" => {
                // Of several queries that one text reaches the first reports it.
                if !is_first(view, at, query) {
                    return Vec::new();
                }
                variable = view.declaration(at);
                value_of(view, at)
            }
            "call_expression" if receiver(view, at).is_none() => returned(view, at, query),
            _ => break,
        };
        match next {
            Some(next) => at = bare(view, next),
            None => break,
        }
    }
    let parts = parts_of(view, at);
    let is_fragment = called(view, query) == Some("push");
    if !is_fragment && !parts.iter().any(|part| matches!(part, TextPart::Text(text) if parts::is_sql(text))) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if values.are_pasted(at, &parts) {
        found.push(at);
    }
    if let Some(variable) = variable {
        for piece in values.added_to(variable) {
            let piece = bare(view, piece);
            if values.are_pasted(piece, &parts_of(view, piece)) {
                found.push(piece);
            }
        }
    }
    found
}

/// An expression without what only lends, copies or wraps its text.
fn bare(view: RuleView<'_>, value: NodeId) -> NodeId {
    let mut at = value;
    loop {
        let inner = match view.kind(at) {
            "reference_expression" => view.field(at, "value"),
            "parenthesized_expression" | "try_expression" => view.named(at).next(),
            "call_expression" => match (called(view, at), receiver(view, at)) {
                (Some("as_str" | "to_string" | "to_owned" | "clone" | "into" | "as_ref" | "as_bytes"), Some(on)) => {
                    Some(on)
                }
                (Some("AssertSqlSafe" | "from" | "sql"), None) => {
                    view.field(at, "arguments").and_then(|list| view.named(list).next())
                }
                _ => None,
            },
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
}

/// Whether a query is the first to which a variable is given.
fn is_first(view: RuleView<'_>, name: NodeId, query: NodeId) -> bool {
    let Some(declared) = view.declaration(name) else { return true };
    let uses = view.bound_uses(declared).unwrap_or_default();
    let queries = uses.into_iter().take(MOST_USES).filter_map(|used| query_around(view, used));
    queries.min().is_none_or(|first| first == query)
}

/// The query of which a name is an argument.
fn query_around(view: RuleView<'_>, name: NodeId) -> Option<NodeId> {
    let mut at = name;
    for _ in 0..MOST_STEPS {
        at = view.parent(at)?;
        match view.kind(at) {
            "call_expression" if is_query(view, at) => return Some(at),
            "block" | "expression_statement" | "let_declaration" => return None,
            _ => {}
        }
    }
    None
}

/// What a function of the file returns that a query is given.
fn returned(view: RuleView<'_>, call: NodeId, query: NodeId) -> Option<NodeId> {
    let function = view.field(call, "function").filter(|function| view.kind(*function) == "identifier")?;
    let item = view.parent(view.declaration(function)?).filter(|item| view.kind(*item) == "function_item")?;
    if !is_first(view, function, query) {
        return None;
    }
    let body = view.field(item, "body")?;
    view.named(body).last().filter(|last| view.kind(*last) != "expression_statement")
}

impl SafeValues<'_> {
    /// Whether one of the parts may hold anything.
    fn are_pasted(&self, at: NodeId, parts: &[TextPart<'_>]) -> bool {
        let mut before = String::new();
        for part in parts {
            match part {
                TextPart::Text(text) => before.push_str(text),
                TextPart::Value(value) => {
                    let (place, takes) = (SqlPosition::behind(&before), parts::takes_placeholders(&before));
                    let can_be_bound = place == SqlPosition::Quoted || (place == SqlPosition::Value && takes);
                    if can_be_bound && self.safety(value, at) == Safety::Open {
                        return true;
                    }
                }
            }
        }
        false
    }
}
