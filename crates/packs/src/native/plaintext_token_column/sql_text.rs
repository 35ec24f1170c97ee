//! Token columns in the text of `sqlx` queries.

use std::collections::HashSet;

use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::token_names::is_plaintext_token;
use super::super::view::{Tests, View};

/// Macros and functions of sqlx whose first text is SQL.
const QUERIES: &[&str] = &[
    "query",
    "query_as",
    "query_scalar",
    "query_unchecked",
    "query_as_unchecked",
    "query_scalar_unchecked",
    "query_with",
    "query_as_with",
];

/// Reports the columns in one file, each once per query.
pub(super) fn find(view: View<'_>, emit: &mut dyn FnMut(NodeId, Span)) {
    if !view.source().contains("sqlx") {
        return;
    }
    let tests = Tests::new(view);
    for call in view.nodes(&["macro_invocation", "call_expression"]) {
        let (callee, arguments) = if view.kind(call) == "macro_invocation" {
            (view.field(call, "macro"), view.named(call).find(|child| view.kind(*child) == "token_tree"))
        } else {
            let function = view.field(call, "function");
            let function = match function {
                Some(generic) if view.kind(generic) == "generic_function" => view.field(generic, "function"),
                other => other,
            };
            (function, view.field(call, "arguments"))
        };
        let (Some(callee), Some(arguments)) = (callee, arguments) else { continue };
        if !is_query(view.text(callee)) || tests.hold(call) {
            continue;
        }
        let text = view.named(arguments).find(|argument| view.is(*argument, &["string_literal", "raw_string_literal"]));
        if let Some(text) = text {
            for span in columns(view.text(text)) {
                let start = view.span(text).start;
                emit(text, Span::new(start + span.start, start + span.end));
            }
        }
    }
}

fn is_query(callee: &str) -> bool {
    let (path, name) = callee.rsplit_once("::").unwrap_or(("sqlx", callee));
    QUERIES.contains(&name) && path.ends_with("sqlx")
}

/// The first place of each token column in a text of SQL. Texts and comments of SQL, aliases, parameters, tables and counts are no
/// columns.
fn columns(sql: &str) -> Vec<Span> {
    let bytes = sql.as_bytes();
    let mut seen: HashSet<&str> = HashSet::new();
    let mut found: Vec<Span> = Vec::new();
    let mut before = "";
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => at = end_of(bytes, at + 1, b"'"),
            b'-' if bytes[at..].starts_with(b"--") => at = end_of(bytes, at, b"\n"),
            b'/' if bytes[at..].starts_with(b"/*") => at = end_of(bytes, at, b"*/"),
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let length =
                    bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let word = &sql[at..at + length];
                if is_plaintext_token(word) && is_column(bytes, at, at + length, before) && seen.insert(word) {
                    found.push(Span::new(at as u32, (at + length) as u32));
                }
                before = word;
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

fn is_column(sql: &[u8], start: usize, end: usize, before: &str) -> bool {
    let parameter = start > 0
        && (matches!(sql[start - 1], b'$' | b'@') || sql[start - 1] == b':' && (start < 2 || sql[start - 2] != b':'));
    let others = ["from", "join", "into", "update", "table", "as", "count", "index"];
    let names_other = others.iter().any(|word| before.eq_ignore_ascii_case(word)) && sql[..start].last() != Some(&b'.');
    let qualifies = matches!(sql.get(end), Some(b'.' | b'('));
    !parameter && !qualifies && !names_other
}

fn end_of(bytes: &[u8], from: usize, mark: &[u8]) -> usize {
    bytes[from..].windows(mark.len()).position(|window| window == mark).map_or(bytes.len(), |at| from + at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sql: &str, expected: &[&str]) {
        let found: Vec<&str> =
            columns(sql).into_iter().map(|span| &sql[span.start as usize..span.end as usize]).collect();
        assert_eq!(found, expected, "{sql}");
    }

    #[test]
    fn columns_of_queries() {
        check("SELECT id, access_token FROM account WHERE api_key = $1", &["access_token", "api_key"]);
        check(
            "INSERT INTO account (access_token) VALUES ($1) ON CONFLICT DO UPDATE SET access_token = $1",
            &["access_token"],
        );
        check("SELECT a.refresh_token FROM account a", &["refresh_token"]);
        check("DELETE FROM account WHERE account.access_token = $1", &["access_token"]);
    }

    #[test]
    fn what_is_no_column() {
        check("SELECT access_token_ciphertext FROM account", &[]);
        check("SELECT open(access_token_ciphertext) AS access_token FROM account", &[]);
        check("SELECT 'access_token' AS kind -- access_token\n/* api_key */ FROM t", &[]);
        check("SELECT count(access_token) FROM account", &[]);
        check("SELECT id FROM api_key JOIN refresh_token ON refresh_token.user_id = id", &[]);
        check("UPDATE account SET sealed = :access_token", &[]);
    }
}
