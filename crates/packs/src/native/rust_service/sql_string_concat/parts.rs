//! What a text is put together from, and where its values stand.

use auditlint_syntax::NodeId;

use super::super::super::view::RuleView;
use super::super::asynchronous::{called, receiver};

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TextPart<'a> {
    /// What the code spells.
    Text(&'a str),
    /// The code of a value.
    Value(&'a str),
}

/// Where a value stands in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlPosition {
    /// Between the quotes of a text.
    Quoted,
    /// Where a value stands, or what rows are sorted by.
    Value,
    /// Where no placeholder can stand: a name, a part of the statement.
    Name,
}

/// Words behind which a value stands, or what rows are sorted by.
const VALUES_FOLLOW: &[&str] = &["like", "ilike", "limit", "offset", "between", "then", "else", "by", "interval"];

/// Words before a bracket in which values stand.
const OPEN_VALUES: &[&str] = &["in", "values", "any", "all"];

impl SqlPosition {
    /// The place behind the text of a statement, of which the values before are left out.
    pub(super) fn behind(text: &str) -> Self {
        if text.bytes().filter(|byte| *byte == b'\'').count() % 2 == 1 {
            // A pragma is given names.
            return if first_word(text) == "pragma" { Self::Name } else { Self::Quoted };
        }
        let text = text.trim_end().to_ascii_lowercase();
        let text = text.trim_end_matches(['\n', '\\']).trim_end();
        if text.ends_with(['=', '>', '<']) || text.ends_with("||") {
            return Self::Value;
        }
        let last = |text: &str| {
            let start = text.trim_end_matches(|letter: char| letter.is_alphanumeric() || letter == '_').len();
            text[start..].to_owned()
        };
        if VALUES_FOLLOW.contains(&last(text).as_str()) {
            return Self::Value;
        }
        // The bracket that is open: `VALUES (…, `
        let mut closed = 0;
        if text.ends_with(['(', ',']) {
            for (at, letter) in text.char_indices().rev() {
                match letter {
                    ')' => closed += 1,
                    '(' if closed == 0 => {
                        let before = last(text[..at].trim_end());
                        return if OPEN_VALUES.contains(&before.as_str()) { Self::Value } else { Self::Name };
                    }
                    '(' => closed -= 1,
                    _ => {}
                }
            }
        }
        Self::Name
    }
}

/// Whether a statement is one that placeholders may stand in.
pub(super) fn takes_placeholders(text: &str) -> bool {
    let word = first_word(text);
    !STATEMENTS.iter().any(|(first, _)| *first == word)
        || ["select", "insert", "update", "delete", "replace", "merge", "with"].contains(&word.as_str())
}

/// The word with which a statement begins.
fn first_word(text: &str) -> String {
    let text = text
        .trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\' || letter == '(' || letter == ';');
    text.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_lowercase()
}

/// Words with which statements begin, and words of which one stands behind.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("select", &["from", "(", "set_config", "nextval"]),
    ("insert", &["into"]),
    ("update", &["set"]),
    ("delete", &["from"]),
    ("replace", &["into"]),
    ("merge", &["into"]),
    ("with", &["as"]),
    (
        "create",
        &[
            "table",
            "index",
            "view",
            "database",
            "schema",
            "user",
            "role",
            "trigger",
            "function",
            "extension",
            "type",
            "sequence",
            "policy",
            "publication",
            "subscription",
        ],
    ),
    ("alter", &["table", "index", "view", "database", "schema", "user", "role", "system", "type", "sequence"]),
    (
        "drop",
        &[
            "table",
            "index",
            "view",
            "database",
            "schema",
            "user",
            "role",
            "trigger",
            "function",
            "type",
            "sequence",
            "publication",
        ],
    ),
    ("truncate", &[""]),
    ("grant", &["to"]),
    ("revoke", &["from"]),
    ("copy", &["from", "to"]),
    ("explain", &["select", "update", "delete", "insert", "analyze"]),
    ("set", &["=", "to", "local", "session", "role"]),
    ("listen", &[""]),
    ("notify", &[""]),
    ("pragma", &[""]),
    ("attach", &["as", "database"]),
    ("vacuum", &[""]),
    ("lock", &["table"]),
    ("call", &["("]),
    ("declare", &["cursor"]),
];

/// Whether a text begins as a statement does.
pub(super) fn is_sql(text: &str) -> bool {
    let text = text
        .trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\\' || letter == '(' || letter == ';');
    let word = text.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    let rest = text[word.len()..].to_ascii_lowercase();
    let word = word.to_ascii_lowercase();
    let known = STATEMENTS.iter().find(|(first, _)| *first == word);
    let has = |more: &&str| {
        let is_word = !more.is_empty() && more.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let mut words = rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        if is_word { words.any(|word| word == *more) } else { rest.contains(*more) }
    };
    // What follows may be a value: `SELECT {columns} FROM`.
    known.is_some_and(|(_, more)| {
        rest.starts_with(char::is_whitespace) && (rest.trim().is_empty() || more.iter().any(has))
    })
}

/// Whether a file can hold SQL at all.
pub(super) fn may_hold_sql(text: &[u8]) -> bool {
    let words: [&[u8]; 12] = [
        b"SELECT", b"select", b"INSERT", b"insert", b"UPDATE", b"update", b"DELETE", b"delete", b"CREATE", b"create",
        b"DROP", b"WHERE",
    ];
    words.iter().any(|word| memchr::memmem::find(text, word).is_some())
        || [&b"ALTER"[..], b"SET ", b"WITH", b"PRAGMA", b"TRUNCATE", b"LISTEN", b"NOTIFY", b"where", b"alter"]
            .iter()
            .any(|word| memchr::memmem::find(text, word).is_some())
}

/// The parts of what `format!` or `+` gives; one text for a literal, one value for anything else.
pub(super) fn parts_of(view: RuleView<'_>, value: NodeId) -> Vec<TextPart<'_>> {
    match view.kind(value) {
        "macro_invocation" => formatted(view, value).unwrap_or_else(|| vec![TextPart::Value(view.text(value))]),
        "binary_expression" if view.children(value).any(|child| view.kind(child) == "+") => {
            let mut parts = Vec::new();
            let mut operands = vec![value];
            // The left operand of a chain is another `+`.
            while let Some(at) = operands.pop() {
                let is_sum =
                    view.kind(at) == "binary_expression" && view.children(at).any(|child| view.kind(child) == "+");
                match (view.field(at, "left"), view.field(at, "right")) {
                    (Some(left), Some(right)) if is_sum => operands.extend([right, left]),
                    _ => parts.extend(part(view, at)),
                }
            }
            parts
        }
        _ => part(view, value),
    }
}

/// An operand, without what makes a `String` of it.
fn part(view: RuleView<'_>, value: NodeId) -> Vec<TextPart<'_>> {
    let mut at = value;
    loop {
        let inner = match view.kind(at) {
            "reference_expression" => view.field(at, "value"),
            "parenthesized_expression" => view.named(at).next(),
            "call_expression" => match (called(view, at), receiver(view, at)) {
                (Some("to_string" | "to_owned" | "into" | "as_str" | "as_ref"), Some(on)) => Some(on),
                (Some("from"), None) => view.field(at, "arguments").and_then(|list| view.named(list).next()),
                _ => None,
            },
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => break,
        }
    }
    match view.kind(at) {
        "string_literal" | "raw_string_literal" => vec![TextPart::Text(unquoted(view.text(at)))],
        "macro_invocation" => formatted(view, at).unwrap_or_else(|| vec![TextPart::Value(view.text(at))]),
        _ => vec![TextPart::Value(view.text(at))],
    }
}

/// The content of a literal.
fn unquoted(literal: &str) -> &str {
    literal.trim_start_matches(['b', 'r', '#']).trim_end_matches('#').trim_matches('"')
}

/// The parts of `format!`, or of what `write!` writes.
fn formatted(view: RuleView<'_>, invocation: NodeId) -> Option<Vec<TextPart<'_>>> {
    let name = view.text(view.field(invocation, "macro")?);
    let tokens = view.named(invocation).find(|child| view.kind(*child) == "token_tree")?;
    let skipped = match name.rsplit("::").next()? {
        "format" | "formatcp" | "concat" => 0,
        "write" | "writeln" => 1,
        _ => return None,
    };
    let mut arguments = arguments(view, tokens).into_iter().skip(skipped);
    let literal = arguments.next()?;
    if !literal.starts_with(['"', 'r']) || !literal.ends_with(['"', '#']) {
        return None;
    }
    let arguments: Vec<&str> = arguments.collect();
    Some(split(unquoted(literal), &arguments))
}

/// The code of each argument of a macro.
fn arguments(view: RuleView<'_>, tokens: NodeId) -> Vec<&str> {
    let source = view.source();
    let outer = view.span(tokens);
    let (mut found, mut start) = (Vec::new(), outer.start as usize + 1);
    let mut children = view.children(tokens).peekable();
    while let Some(child) = children.next() {
        let span = view.span(child);
        let is_end = children.peek().is_none();
        if view.text(child) == "," || is_end {
            let end = span.start as usize;
            let argument = source.get(start..end).unwrap_or_default().trim();
            if !argument.is_empty() {
                found.push(argument);
            }
            start = span.end as usize;
        }
    }
    found
}

/// A format string in parts, with the code of what stands for each pair of braces.
fn split<'a>(text: &'a str, arguments: &[&'a str]) -> Vec<TextPart<'a>> {
    let mut parts = Vec::new();
    let (mut from, mut next) = (0, 0);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'{' || bytes.get(at + 1) == Some(&b'{') {
            // `{{` stands for a brace.
            at += 1 + usize::from(bytes[at] == b'{');
            continue;
        }
        let Some(length) = text[at..].find('}') else { break };
        parts.push(TextPart::Text(&text[from..at]));
        let name = text[at + 1..at + length].split(':').next().unwrap_or_default().trim();
        let named = |argument: &&&'a str| {
            argument.split_once('=').is_some_and(|(left, right)| left.trim() == name && !right.starts_with('='))
        };
        let value = if name.is_empty() {
            next += 1;
            arguments.get(next - 1).copied()
        } else if let Ok(position) = name.parse::<usize>() {
            arguments.get(position).copied()
        } else {
            let given = arguments.iter().find(named).and_then(|argument| argument.split_once('='));
            Some(given.map_or(name, |(_, value)| value.trim()))
        };
        parts.push(TextPart::Value(value.unwrap_or_default()));
        at += length + 1;
        from = at;
    }
    parts.push(TextPart::Text(&text[from..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements() {
        for (text, expected) in [
            ("SELECT * FROM a", true),
            ("  insert into a", true),
            ("select a name for {name}", false),
            ("update your settings", false),
            ("UPDATE a SET b = 1", true),
            ("WITH a AS (", true),
            ("with love", false),
            ("user:", false),
            ("CREATE DATABASE ", true),
            ("SELECT ", true),
        ] {
            assert_eq!(is_sql(text), expected, "{text}");
        }
    }

    #[test]
    fn format_strings() {
        let (text, value) = (TextPart::Text, TextPart::Value);
        for (format, arguments, expected) in [
            ("a {} b {c:?}", &["d"][..], vec![text("a "), value("d"), text(" b "), value("c"), text("")]),
            ("{{}} {1}{0}", &["x", "y"], vec![text("{{}} "), value("y"), text(""), value("x"), text("")]),
            ("{a}", &["a = f(b)"], vec![text(""), value("f(b)"), text("")]),
        ] {
            assert_eq!(split(format, arguments), expected, "{format}");
        }
    }

    #[test]
    fn places_of_values() {
        for (before, expected) in [
            ("select a = '", SqlPosition::Quoted),
            ("a = '%", SqlPosition::Quoted),
            ("a = 'b' and c = ", SqlPosition::Value),
            ("insert into a (b, ", SqlPosition::Name),
            ("insert into a (b) values (1, f(2), ", SqlPosition::Value),
            ("where a in (", SqlPosition::Value),
            ("select * from ", SqlPosition::Name),
            ("select * from a ORDER BY ", SqlPosition::Value),
            ("é—", SqlPosition::Name),
            ("", SqlPosition::Name),
        ] {
            assert_eq!(SqlPosition::behind(before), expected, "{before}");
        }
    }
}
