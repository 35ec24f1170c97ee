//! Conditions that name every value a column may have: `status IN ('a', 'b')`, `status = ANY (ARRAY['a', 'b'])`, `a = 'x' OR a = 'y'`.

use std::collections::BTreeSet;

use super::lexer::{SqlToken, SqlTokens};
use super::name::Spelled;
use super::reader::{SqlReader, is_keyword, items, name_of, parts};

/// A column and the values that a condition leaves it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AllowedValues {
    pub(super) column: Spelled,
    pub(super) values: BTreeSet<String>,
}

/// Conditions in more parentheses than these are not read.
const DEEPEST: usize = 16;

/// The lists in a condition; parts of it that are something else are left out, because they only forbid more.
pub(super) fn allowed(condition: &SqlTokens<'_>) -> Vec<AllowedValues> {
    let condition = unwrapped(condition);
    // `AND` binds more than `OR`.
    if parts(condition, |token| is_keyword(token, "OR")).nth(1).is_some() {
        return alternatives(condition).into_iter().collect();
    }
    // `BETWEEN 1 AND 2` gives parts that are not lists.
    parts(condition, |token| is_keyword(token, "AND")).filter_map(alternatives).collect()
}

/// `a = 'x' OR a IS NULL OR a IN ('y')`
fn alternatives(condition: &SqlTokens<'_>) -> Option<AllowedValues> {
    let condition = unwrapped(condition);
    if parts(condition, |token| is_keyword(token, "AND")).nth(1).is_some() {
        return None;
    }
    let mut found: Option<AllowedValues> = None;
    for part in parts(condition, |token| is_keyword(token, "OR")) {
        let (column, values) = list(unwrapped(part))?;
        match &mut found {
            None => found = Some(AllowedValues { column, values }),
            Some(known) if known.column == column => known.values.extend(values),
            Some(_) => return None,
        }
    }
    // `a IS NULL` alone is not a list.
    found.filter(|found| !found.values.is_empty())
}

/// The condition without the parentheses around the whole.
fn unwrapped<'a, 't>(mut condition: &'a SqlTokens<'t>) -> &'a SqlTokens<'t> {
    for _ in 0..DEEPEST {
        let mut reader = SqlReader::new(condition);
        match reader.group() {
            Some(inside) if reader.is_done() => condition = inside,
            _ => break,
        }
    }
    condition
}

/// `column IN (…)`, `column = 'x'`, `column = ANY (…)`, `column IS NULL`, with casts.
fn list(condition: &SqlTokens<'_>) -> Option<(Spelled, BTreeSet<String>)> {
    let mut reader = SqlReader::new(condition);
    let column = match reader.group() {
        Some(inside) => {
            let mut inside = SqlReader::new(unwrapped(inside));
            let column = inside.name()?;
            skip_cast(&mut inside);
            inside.is_done().then_some(column)?
        }
        None => reader.name()?,
    };
    skip_cast(&mut reader);
    if reader.eat(&["IS", "NULL"]) {
        return reader.is_done().then(|| (column, BTreeSet::new()));
    }
    let values = if reader.eat(&["IN"]) {
        let values = reader.group()?;
        literals(values)?
    } else if reader.eat_sign(b'=') {
        if reader.eat(&["ANY"]) {
            let mut inside = SqlReader::new(unwrapped(reader.group()?));
            let mut array = SqlReader::new(inside.group().map_or(inside.rest(), unwrapped));
            array.eat(&["ARRAY"]).then_some(())?;
            let rest = array.rest();
            let end = rest.iter().position(|(token, _)| *token == SqlToken::Sign(b']'))?;
            matches!(rest.first(), Some((SqlToken::Sign(b'['), _))).then_some(())?;
            literals(&rest[1..end])?
        } else {
            let value = literal(reader.rest())?;
            return Some((column, BTreeSet::from([value])));
        }
    } else {
        return None;
    };
    skip_cast(&mut reader);
    reader.is_done().then_some((column, values))
}

fn literals(tokens: &SqlTokens<'_>) -> Option<BTreeSet<String>> {
    items(tokens).map(|item| literal(unwrapped(item))).collect()
}

/// The value of a string or a number that stands alone, as `'x'::text` as well.
pub(super) fn literal(tokens: &SqlTokens<'_>) -> Option<String> {
    let tokens = unwrapped(tokens);
    let mut reader = SqlReader::new(tokens);
    // `E'x'`, `N'x'`
    if let (Some(SqlToken::Word(prefix)), Some((SqlToken::Text(_), _))) = (reader.peek(), tokens.get(1)) {
        matches!(prefix, "E" | "e" | "N" | "n").then(|| reader.bump())?;
    }
    let minus = reader.eat_sign(b'-');
    let value = match reader.bump()? {
        SqlToken::Text(text) if !minus => text.replace("''", "'"),
        SqlToken::Number(number) => format!("{}{number}", if minus { "-" } else { "" }),
        _ => return None,
    };
    skip_cast(&mut reader);
    reader.is_done().then_some(value)
}

/// `::text`, `::character varying(20)[]`
fn skip_cast(reader: &mut SqlReader<'_, '_>) {
    while let [(SqlToken::Sign(b':'), _), (SqlToken::Sign(b':'), _), (kind, _), ..] = reader.rest() {
        if name_of(*kind).is_none() {
            return;
        }
        reader.advance(3);
        while reader.eat_sign(b'.') {
            reader.bump();
        }
        reader.eat_any(&["VARYING", "PRECISION"]);
        reader.group();
        while reader.eat_sign(b'[') {
            reader.eat_sign(b']');
        }
    }
}
