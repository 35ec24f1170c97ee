//! Columns in the text of SQL that code holds: handed to a function, or kept in a constant.

use auditlint_source::Span;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashSet;

use super::super::fact::{ColumnFact, ColumnMapper, ColumnValue, Facts, Read, Sealed, Used};
use super::super::names::TokenColumns;
use super::super::view::ColumnView;
use super::super::written::{StatementInput, literals, written_columns};
use super::used::is_of_request;

/// Longer texts are not read: one may stand in another.
const LONGEST: usize = 16 << 10;

/// Words with which a query begins, and one that stands behind.
const QUERIES: &[(&str, &str)] = &[
    ("SELECT", "FROM"),
    ("INSERT", "INTO"),
    ("UPDATE", "SET"),
    ("DELETE", "FROM"),
    ("WITH", "SELECT"),
    ("REPLACE", "INTO"),
];

/// The facts of a source.
pub(super) fn extract(view: ColumnView<'_>, follow: &dyn Fn(NodeId) -> Option<ColumnValue>, out: &mut Facts) {
    for literal in literals(view) {
        let text = view.words(literal);
        if text.len() > LONGEST || !is_query(text) {
            continue;
        }
        let start = view.span(literal).start;
        let written = written_columns(view, literal);
        let mut given = None;
        for found in columns(text, view.names) {
            let span = Span::new(start + found.span.start, start + found.span.end);
            if written.iter().any(|(place, _)| *place == span) {
                continue;
            }
            let column = &text[found.span.start as usize..found.span.end as usize];
            let given = parameter(text, found.span.end as usize).and_then(|number| {
                given.get_or_insert_with(|| StatementInput::of(view, literal)).numbered(view, number)
            });
            // What is compared with a digest is one.
            if given.and_then(follow).is_some_and(|value| value.own == Some(Sealed::Yes)) {
                continue;
            }
            if let Some(brought) = given.filter(|given| is_of_request(view.shown(*given))) {
                let how = format!("`{}` is compared with it in a query", view.shown(brought));
                let used = Used { table: found.table.map(Into::into), column: column.into(), how: how.into() };
                out.say(span, ColumnFact::Used(Box::new(used)));
            }
            let read = Read { mapper: ColumnMapper::Sql, table: found.table.map(Into::into), column: column.into() };
            out.say(span, ColumnFact::Read(Box::new(read)));
        }
    }
}

fn is_query(text: &str) -> bool {
    let inside = text.trim_start_matches(|c: char| !c.is_ascii_alphabetic() || c == 'r' || c == 'b');
    let begins = |word: &str| inside.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    QUERIES.iter().any(|(first, second)| {
        begins(first) && inside.split_whitespace().skip(1).any(|word| word.eq_ignore_ascii_case(second))
    })
}

/// A column that a text names.
struct NamedColumn<'t> {
    span: Span,
    table: Option<&'t str>,
}

/// The first place of each token column in a text of SQL. Texts and comments of SQL, aliases, parameters, tables and counts are no
/// columns.
fn columns<'t>(sql: &'t str, names: TokenColumns<'_>) -> Vec<NamedColumn<'t>> {
    let bytes = sql.as_bytes();
    let table = table(sql);
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut found = Vec::new();
    let mut before = "";
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' if at > 1 => at = end_of(bytes, at + 1, b"'"),
            b'-' if bytes[at..].starts_with(b"--") => at = end_of(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => at = end_of(bytes, at, b"*/"),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let length =
                    bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let word = &sql[at..at + length];
                let is_column = || is_column(bytes, at, at + length, before) && !is_member_of_enum(sql, at);
                if names.is_token(table, word) && is_column() && seen.insert(word) {
                    found.push(NamedColumn { span: Span::new(at as u32, (at + length) as u32), table });
                }
                // `FROM iam.token`: what qualifies a table does not come between.
                if bytes.get(at + length) != Some(&b'.') {
                    before = word;
                }
                at += length;
            }
            b',' | b';' => {
                before = "";
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// Which parameter a column is compared with whose name ends at a place: `token = $1`, `token = ?`.
fn parameter(sql: &str, end: usize) -> Option<usize> {
    let behind = sql[end..].trim_start_matches(['"', '`', ']', '\\']).trim_start().strip_prefix('=')?.trim_start();
    if let Some(number) = behind.strip_prefix('?') {
        let number = number.split(|letter: char| !letter.is_ascii_digit()).next()?;
        let before = sql[..sql.len() - behind.len()].matches('?').count();
        return Some(number.parse::<usize>().map_or(before, |number| number.saturating_sub(1)));
    }
    behind
        .strip_prefix('$')?
        .split(|letter: char| !letter.is_ascii_digit())
        .next()?
        .parse::<usize>()
        .ok()?
        .checked_sub(1)
}

/// The table of a query; nothing where it has several.
fn table(sql: &str) -> Option<&str> {
    let mut words = sql.split_whitespace();
    let mut found = None;
    while let Some(word) = words.next() {
        if ["FROM", "INTO", "UPDATE", "JOIN"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
            let name = words.clone().next()?.split(['(', ',', ';', ')']).next()?;
            let name = name.rsplit('.').next()?.trim_matches(['"', '`', '[', ']', '\\', '\'']);
            match found {
                None => found = Some(name),
                Some(known) if known == name => {}
                Some(_) => return None,
            }
        }
    }
    found.filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// `${Kind.MembershipToken}`: what the code puts into the text by a name of the program is not a column.
fn is_member_of_enum(sql: &str, at: usize) -> bool {
    let is_type = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    let owner = sql[..at].strip_suffix('.').and_then(|before| before.rsplit_once("${")).map(|(_, owner)| owner);
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    owner.is_some_and(|owner| is_type(owner) && is_name(owner)) && is_type(&sql[at..])
}

fn is_column(sql: &[u8], start: usize, end: usize, before: &str) -> bool {
    let parameter = start > 0
        && (matches!(sql[start - 1], b'$' | b'@' | b'{')
            || sql[start - 1] == b':' && (start < 2 || sql[start - 2] != b':'));
    let others = ["from", "join", "into", "update", "table", "as", "count", "index"];
    let is_qualified = sql[..start].last() == Some(&b'.');
    let names_table = ["from", "join", "into", "update", "table"];
    let names_other = if is_qualified { &names_table[..] } else { &others };
    let names_other = names_other.iter().any(|word| before.eq_ignore_ascii_case(word));
    let qualifies = matches!(sql.get(end), Some(b'.' | b'('));
    !parameter && !qualifies && !names_other
}

fn end_of(bytes: &[u8], from: usize, mark: &[u8]) -> usize {
    memchr::memmem::find(&bytes[from..], mark).map_or(bytes.len(), |at| from + at + mark.len())
}
