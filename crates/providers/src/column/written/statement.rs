//! Which columns a statement of SQL writes, and with what.

use auditlint_source::Span;

/// At most this many columns of one statement are read.
const MOST: usize = 200;

/// A column that a statement writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct WrittenColumn<'s> {
    pub(in super::super) table: &'s str,
    pub(in super::super) column: &'s str,
    /// Where its name stands in the text.
    pub(in super::super) span: Span,
    pub(in super::super) value: SqlValue<'s>,
}

/// What a statement writes into a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum SqlValue<'s> {
    /// `NULL`, `DEFAULT`, or what was there before.
    Nothing,
    /// A text.
    Text(&'s str),
    /// The result of a function of the database.
    Function(&'s str),
    /// A parameter by its number, from 0 on.
    Numbered(usize),
    /// A parameter by its name.
    Named(&'s str),
    /// A hole of a template, by where it begins.
    Hole(u32),
    Unknown,
}

/// A word, mark or parameter of a statement.
#[derive(Clone, Copy, Debug)]
struct StatementWord<'s> {
    kind: WordKind,
    text: &'s str,
    at: usize,
    /// How many `?` stood before it.
    before: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WordKind {
    Word,
    Text,
    Parameter,
    Hole,
    Mark,
}

/// The columns that the first statement of a text writes.
pub(in super::super) fn written_columns(sql: &str) -> Vec<WrittenColumn<'_>> {
    let tokens = tokens(sql);
    let mut found = Vec::new();
    let is = |at: usize, word: &str| tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case(word));
    let mut table = "";
    let mut at = 0;
    while at < tokens.len() && found.len() < MOST {
        if (is(at, "INTO") || is(at, "UPDATE")) && tokens.get(at + 1).is_some_and(|next| next.kind == WordKind::Word) {
            let is_conflict = is(at, "UPDATE") && is(at + 1, "SET");
            if is_conflict {
                at += 1;
                continue;
            }
            let is_insert = is(at, "INTO");
            at += 1;
            // `schema.table`
            while is(at + 1, ".") {
                at += 2;
            }
            table = tokens.get(at).map(|token| unquoted(token.text)).unwrap_or_default();
            at += 1;
            if is_insert && is(at, "(") {
                at = insert(&tokens, at, table, &mut found);
            }
        } else if is(at, "SET") && !table.is_empty() {
            at = assignments(&tokens, at + 1, table, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// `(a, b) VALUES ($1, $2)`
fn insert<'s>(tokens: &[StatementWord<'s>], open: usize, table: &'s str, found: &mut Vec<WrittenColumn<'s>>) -> usize {
    let (columns, mut at) = list(tokens, open);
    let is_values = tokens.get(at).is_some_and(|token| token.text.eq_ignore_ascii_case("VALUES"));
    let mut rows = Vec::new();
    if is_values {
        at += 1;
        while tokens.get(at).is_some_and(|token| token.text == "(") && rows.len() < MOST {
            let (row, end) = list(tokens, at);
            rows.push(row);
            at = if tokens.get(end).is_some_and(|token| token.text == ",") { end + 1 } else { end };
        }
    }
    let selected = if is_values { None } else { selected(tokens, at, columns.len()) };
    rows.extend(selected);
    for (place, column) in columns.iter().enumerate() {
        let [name] = column else { continue };
        let values: Vec<SqlValue<'s>> =
            rows.iter().map(|row| row.get(place).map_or(SqlValue::Unknown, |value| of(value, name.text))).collect();
        let values = if values.is_empty() { vec![SqlValue::Unknown] } else { values };
        found.extend(values.into_iter().map(|value| column_of(name, table, value)));
    }
    at
}

/// What `SELECT a, t.b AS c FROM …` selects behind the columns of an insertion, where it names as many.
fn selected<'t, 's>(
    tokens: &'t [StatementWord<'s>],
    select: usize,
    columns: usize,
) -> Option<Vec<&'t [StatementWord<'s>]>> {
    let is = |token: &StatementWord<'_>, word: &str| token.text.eq_ignore_ascii_case(word);
    is(tokens.get(select)?, "SELECT").then_some(())?;
    let start = select + 1;
    let mut depth = 0usize;
    let ends = |token: &StatementWord<'_>| {
        match token.text {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (is(token, "FROM") || token.text == ";")
    };
    let end = tokens[start..].iter().position(ends).map_or(tokens.len(), |end| start + end);
    // The list is read as one in parentheses, which begins before it.
    let (parts, _) = list(&tokens[..end], select);
    let without_name = |part: &'t [StatementWord<'s>]| match part {
        [value @ .., by, _] if is(by, "AS") => value,
        _ => part,
    };
    let without_table = |part: &'t [StatementWord<'s>]| match part {
        [table, dot, name @ ..] if table.kind == WordKind::Word && dot.text == "." && name.len() == 1 => name,
        _ => part,
    };
    (parts.len() == columns).then(|| parts.into_iter().map(without_name).map(without_table).collect())
}

/// `a = $1, b = $2`
fn assignments<'s>(
    tokens: &[StatementWord<'s>],
    start: usize,
    table: &'s str,
    found: &mut Vec<WrittenColumn<'s>>,
) -> usize {
    let mut at = start;
    while let (Some(name), Some(equals)) = (tokens.get(at), tokens.get(at + 1)) {
        if name.kind != WordKind::Word || !matches!(equals.text, "=" | ".") {
            break;
        }
        if equals.text == "." {
            at += 2;
            continue;
        }
        let mut end = at + 2;
        let mut depth = 0usize;
        while let Some(token) = tokens.get(end) {
            match token.text {
                "(" => depth += 1,
                ")" if depth > 0 => depth -= 1,
                "," | ";" | ")" if depth == 0 => break,
                word if depth == 0
                    && ["WHERE", "FROM", "RETURNING", "ON"].iter().any(|end| word.eq_ignore_ascii_case(end)) =>
                {
                    break;
                }
                _ => {}
            }
            end += 1;
        }
        found.push(column_of(name, table, of(&tokens[at + 2..end], name.text)));
        at = end;
        if tokens.get(at).is_some_and(|token| token.text == ",") {
            at += 1;
        } else {
            break;
        }
    }
    at.max(start)
}

/// The parts of a list in parentheses, and what stands behind it.
fn list<'t, 's>(tokens: &'t [StatementWord<'s>], open: usize) -> (Vec<&'t [StatementWord<'s>]>, usize) {
    let (mut parts, mut start, mut depth, mut at) = (Vec::new(), open + 1, 0usize, open + 1);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "(" => depth += 1,
            ")" if depth == 0 => break,
            ")" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    parts.push(&tokens[start.min(at)..at]);
    (parts, at + 1)
}

fn column_of<'s>(name: &StatementWord<'s>, table: &'s str, value: SqlValue<'s>) -> WrittenColumn<'s> {
    let column = unquoted(name.text);
    let start = (name.at + name.text.find(column).unwrap_or_default()) as u32;
    WrittenColumn { table, column, span: Span::new(start, start + column.len() as u32), value }
}

/// What an expression is for the column that it is written into.
fn of<'s>(value: &[StatementWord<'s>], column: &str) -> SqlValue<'s> {
    let is_call = |pair: &[StatementWord<'s>]| pair[0].kind == WordKind::Word && pair[1].text == "(";
    let calls = || value.windows(2).filter(|pair| is_call(pair)).map(|pair| pair[0].text);
    let wraps = |name: &str| {
        ["COALESCE", "NULLIF", "CAST", "TRIM", "LOWER", "VALUES", "ENCODE"]
            .iter()
            .any(|of| name.eq_ignore_ascii_case(of))
    };
    if let Some(function) =
        calls().find(|name| super::super::seal::says_sealed(name) || name.eq_ignore_ascii_case("crypt"))
    {
        return SqlValue::Function(function);
    }
    if let Some(function) = calls().find(|name| !wraps(name)) {
        return SqlValue::Function(function);
    }
    let mut given =
        value.iter().filter(|token| matches!(token.kind, WordKind::Parameter | WordKind::Hole | WordKind::Text));
    match (given.next(), given.next()) {
        (Some(token), None) => match token.kind {
            WordKind::Text => SqlValue::Text(token.text.trim_matches('\'')),
            WordKind::Hole => SqlValue::Hole(token.at as u32),
            _ => parameter(token),
        },
        (Some(_), Some(_)) => SqlValue::Unknown,
        // `NULL`, `EXCLUDED.token`
        (None, _) => {
            let is_kept = value.iter().all(|token| {
                ["NULL", "DEFAULT", "EXCLUDED", "VALUES", ".", "(", ")", "COALESCE", ","]
                    .iter()
                    .any(|of| token.text.eq_ignore_ascii_case(of))
                    || unquoted(token.text).eq_ignore_ascii_case(unquoted(column))
            });
            if is_kept { SqlValue::Nothing } else { SqlValue::Unknown }
        }
    }
}

fn parameter<'s>(token: &StatementWord<'s>) -> SqlValue<'s> {
    let name = &token.text[1..];
    match name.parse::<usize>() {
        Ok(number) => SqlValue::Numbered(number.saturating_sub(1)),
        Err(_) if name.is_empty() || token.text == "%s" => SqlValue::Numbered(token.before),
        Err(_) => SqlValue::Named(name),
    }
}

fn unquoted(name: &str) -> &str {
    name.trim_matches(['"', '`', '[', ']', '\\'])
}

fn tokens(sql: &str) -> Vec<StatementWord<'_>> {
    let bytes = sql.as_bytes();
    let mut found: Vec<StatementWord<'_>> = Vec::new();
    let (mut at, mut before) = (0, 0);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (kind, length) = match bytes[at] {
            b'-' if rest.starts_with(b"--") => {
                at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                continue;
            }
            b'/' if rest.starts_with(b"/*") => {
                at += memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2);
                continue;
            }
            b'$' if rest.starts_with(b"${") => (WordKind::Hole, hole(rest)),
            b'$' | b'@' | b':' if rest.get(1).is_some_and(is_name) && !(at > 0 && bytes[at - 1] == b':') => {
                (WordKind::Parameter, 1 + rest[1..].iter().take_while(|byte| is_name(byte)).count())
            }
            b'?' => (WordKind::Parameter, 1 + rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count()),
            b'%' if rest.starts_with(b"%s") => (WordKind::Parameter, 2),
            b'\'' => (WordKind::Text, memchr::memchr(b'\'', &rest[1..]).map_or(rest.len(), |end| end + 2)),
            mark @ (b'"' | b'`') => match rest[1..].iter().position(|byte| *byte == mark) {
                Some(end) if rest[1..=end].iter().all(is_name) && end > 0 => (WordKind::Word, end + 2),
                _ => (WordKind::Mark, 1),
            },
            b'\\' if rest.starts_with(b"\\\"") => match memchr::memmem::find(&rest[2..], b"\\\"") {
                Some(end) => (WordKind::Word, end + 4),
                None => (WordKind::Mark, 1),
            },
            byte if is_name(&byte) => (WordKind::Word, rest.iter().take_while(|byte| is_name(byte)).count()),
            byte if byte.is_ascii_whitespace() || !byte.is_ascii() => {
                at += 1;
                continue;
            }
            _ => (WordKind::Mark, 1),
        };
        if let Some(text) = sql.get(at..at + length) {
            found.push(StatementWord { kind, text, at, before });
            before += usize::from(matches!(text, "?" | "%s"));
        }
        at += length;
    }
    found
}

/// The length of a hole of a template.
fn hole(rest: &[u8]) -> usize {
    let mut depth = 0usize;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &[(&str, &str, SqlValue<'_>)]) {
        let found: Vec<_> = written_columns(sql).into_iter().map(|one| (one.table, one.column, one.value)).collect();
        assert_eq!(found, expected, "{sql}");
        for one in written_columns(sql) {
            assert_eq!(&sql[one.span.start as usize..one.span.end as usize], one.column);
        }
    }

    #[test]
    fn columns_and_what_is_written() {
        use SqlValue::{Function, Hole, Named, Nothing, Numbered, Text, Unknown};
        check("INSERT INTO a (x, y) VALUES ($2, $1)", &[("a", "x", Numbered(1)), ("a", "y", Numbered(0))]);
        check("insert into \"s\".\"a\" (\"x\", y) values (?, 'b')", &[("a", "x", Numbered(0)), ("a", "y", Text("b"))]);
        check("INSERT INTO a (x) VALUES (crypt($1, gen_salt('bf')))", &[("a", "x", Function("crypt"))]);
        check("INSERT INTO a (x) VALUES (gen_random_uuid())", &[("a", "x", Function("gen_random_uuid"))]);
        check("INSERT INTO a (x) SELECT y FROM b", &[("a", "x", Unknown)]);
        // What is copied from the column of that name was there before.
        check(
            "INSERT INTO \"a\"(\"x\", y, z) SELECT \"x\", b.y AS y, lower(q, w) FROM b",
            &[("a", "x", Nothing), ("a", "y", Nothing), ("a", "z", Unknown)],
        );
        check("INSERT INTO a (x, y) SELECT $1, 'b'", &[("a", "x", Numbered(0)), ("a", "y", Text("b"))]);
        check("INSERT INTO a (x, y) SELECT * FROM b", &[("a", "x", Unknown), ("a", "y", Unknown)]);
        check(
            "INSERT INTO a (x) VALUES (:x) ON CONFLICT (id) DO UPDATE SET x = EXCLUDED.x",
            &[("a", "x", Named("x")), ("a", "x", Nothing)],
        );
        check(
            "UPDATE a SET x = ?, y = COALESCE(?, y) WHERE id = ?",
            &[("a", "x", Numbered(0)), ("a", "y", Numbered(1))],
        );
        check("UPDATE a SET x = NULL, y = ${token} WHERE z = 1", &[("a", "x", Nothing), ("a", "y", Hole(27))]);
        check("UPDATE a SET x = $1::text RETURNING x", &[("a", "x", Numbered(0))]);
        check("SELECT x FROM a WHERE y = $1", &[]);
        check("INSERT INTO a VALUES ($1)", &[]);
    }
}
