//! Functions that encrypt, and columns for what they give.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_facts::{
    Fact, ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, Value, column, gaps_of, relation,
};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::{Code, Skim, may_hold_code};
use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::identifier::words;

static RELATIONS: [RelationInfo; 2] = [
    relation(
        "seal.function",
        "A function of TypeScript or JavaScript that is exported and whose name says that it encrypts.",
        &[
            column("function", "its name"),
            column("used", "whether code names it besides, tests and what only passes it on left out"),
            column("tested", "whether a test names it"),
            column("column", "a column of the project for what such a function gives; absent where there is none"),
        ],
    ),
    relation(
        "seal.column",
        "A column whose name says that it holds what was encrypted.",
        &[column("column", "its name")],
    ),
];

/// What one file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SealFact {
    /// It declares such a function and exports it.
    Function(Arc<str>),
    /// It names one, elsewhere than where it is declared or passed on.
    Names(Arc<str>),
    /// It declares such a column.
    Column(Arc<str>),
}

impl Fact for SealFact {}

type Facts = SourceFacts<SealFact>;

/// What the names of functions that encrypt begin with.
const VERBS: &[&str] = &["encrypt", "seal", "encipher"];

/// The provider.
pub(crate) struct Seal;

impl Provider for Seal {
    type Fact = SealFact;

    fn name(&self) -> &str {
        "seal"
    }

    fn about(&self) -> &str {
        "Functions that TypeScript and JavaScript export and whose names begin with `encrypt`, `seal` or `encipher`, and every place that names one. Columns whose names say that they hold what was encrypted (`ciphertext`, `encrypted`), in \
         Prisma schemas, SQL, and tables of Drizzle and the like. Both are read without a parse; a name counts wherever it stands in the code."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) || matches!(path.extension(), Some("prisma" | "sql"))
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        ["ncrypt", "seal", "ncipher", "ciphertext", "cipher_text"]
            .iter()
            .any(|word| memmem::find(text, word.as_bytes()).is_some())
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if matches!(source.path.extension(), Some("prisma" | "sql")) {
            columns_of_schema(source.text(), &mut out);
            return out;
        }
        let Some(code) = Code::of(source.path, source.text().as_bytes()) else { return out };
        if code.language().is_ecmascript() {
            let skim = Skim::of(code.language(), code.text());
            functions(code.text(), &skim, &mut out);
            columns_of_code(code.text(), &skim, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _scope: &ProjectScope<'_>) -> Vec<Relation> {
        let (mut named, mut tested): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
        let mut columns: BTreeMap<&str, Row> = BTreeMap::new();
        for (path, said) in sources {
            for said in &said.facts {
                match &said.fact {
                    SealFact::Names(name) if Role::by_default(path) == Role::Test => {
                        tested.insert(name);
                    }
                    SealFact::Names(name) => {
                        named.insert(name);
                    }
                    SealFact::Column(name) => {
                        let row = || Row { path: path.clone(), span: said.span, values: vec![name.into()] };
                        columns.entry(name).or_insert_with(row);
                    }
                    SealFact::Function(_) => {}
                }
            }
        }
        let first = columns.keys().next().copied();
        let mut functions = Vec::new();
        for (path, said) in sources.iter().filter(|(path, _)| Role::by_default(path) == Role::Source) {
            for said in &said.facts {
                let SealFact::Function(name) = &said.fact else { continue };
                let (used, tested) = (named.contains(&**name), tested.contains(&**name));
                let values = vec![name.into(), used.into(), tested.into(), Value::from(first)];
                functions.push(Row { path: path.clone(), span: said.span, values });
            }
        }
        let tables = [functions, columns.into_values().collect()].into_iter().zip(&RELATIONS);
        let gaps = gaps_of(sources);
        tables.map(|(rows, info)| Relation { info: info.clone(), rows, gaps: gaps.clone() }).collect()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// The functions that a text declares and exports, and those that it names.
fn functions(text: &[u8], skim: &Skim, out: &mut Facts) {
    let mut declared: BTreeMap<&str, Span> = BTreeMap::new();
    let mut exported: BTreeSet<&str> = BTreeSet::new();
    let mut named: Vec<(&str, Span)> = Vec::new();
    for verb in VERBS {
        for at in memmem::find_iter(text, *verb) {
            if text[..at].last().is_some_and(|byte| is_word(*byte)) || skim.in_comment(at as u32) {
                continue;
            }
            let length = text[at..].iter().position(|byte| !is_word(*byte)).unwrap_or(text.len() - at);
            let Ok(name) = str::from_utf8(&text[at..at + length]) else { continue };
            // `sealed` and `encryption` are not verbs.
            if words(name).first().is_none_or(|first| first != verb) {
                continue;
            }
            let span = Span::new(at as u32, (at + length) as u32);
            let line = &text[text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)..at];
            let before = str::from_utf8(line).unwrap_or_default().trim();
            let words: Vec<&str> = before.split_whitespace().collect();
            let is_exported = words.first() == Some(&"export");
            match words.last() {
                Some(&"function" | &"function*") => {
                    declared.insert(name, span);
                }
                Some(&"const") if holds_function(&text[at + length..]) => {
                    declared.insert(name, span);
                }
                _ if is_in_list(text, at) => {
                    exported.insert(name);
                    continue;
                }
                _ => {
                    // A key, a member or a text names no function: `{ encrypt: true }`, `key.encrypt`.
                    let last = text[..at].last();
                    let next = text[at + length..].trim_ascii_start().first();
                    if last != Some(&b'.') && next != Some(&b':') && !matches!(last, Some(b'"' | b'\'')) {
                        named.push((name, span));
                    } else if last == Some(&b'.') {
                        // A member of what is imported as a whole may be it.
                        named.push((name, span));
                    }
                    continue;
                }
            }
            if is_exported {
                exported.insert(name);
            }
        }
    }
    for (name, span) in &declared {
        if exported.contains(name) {
            out.say(*span, SealFact::Function((*name).into()));
        }
    }
    let mut said = BTreeSet::new();
    for (name, span) in named {
        if !is_imported(text, span) && said.insert(name) {
            out.say(span, SealFact::Names(name.into()));
        }
    }
}

/// Whether a function stands behind the name of a constant.
fn holds_function(behind: &[u8]) -> bool {
    let head = &behind[..behind.len().min(400)];
    let head = head.split(|byte| *byte == b';').next().unwrap_or_default();
    memmem::find(head, b"=>").is_some() || memmem::find(head, b"function").is_some()
}

/// Whether a name stands in `export { … }`.
fn is_in_list(text: &[u8], at: usize) -> bool {
    list_around(text, at).is_some_and(|before| before.ends_with(b"export") || before.ends_with(b"export type"))
}

/// Whether a name is one that an `import` brings.
fn is_imported(text: &[u8], span: Span) -> bool {
    list_around(text, span.start as usize).is_some_and(|before| {
        let line = &before[before.iter().rposition(|byte| matches!(byte, b'\n' | b';')).map_or(0, |end| end + 1)..];
        line.trim_ascii_start().starts_with(b"import")
    })
}

/// The text before the brace that is open at a place.
fn list_around(text: &[u8], at: usize) -> Option<&[u8]> {
    let from = at.saturating_sub(2_000);
    let open = text[from..at].iter().rposition(|byte| matches!(byte, b'{' | b'}' | b';'))?;
    (text[from + open] == b'{').then(|| text[..from + open].trim_ascii_end())
}

/// Whether a name says that it holds what was encrypted.
fn is_column(name: &str) -> bool {
    let words = words(name);
    words.len() > 1
        && words.iter().any(|word| matches!(word.as_str(), "ciphertext" | "encrypted" | "cipher"))
        && !words.first().is_some_and(|first| matches!(first.as_str(), "is" | "has" | "was"))
        && !words.last().is_some_and(|last| matches!(last.as_str(), "at" | "by" | "on"))
}

/// Types of columns that hold text or bytes.
const TYPES: &[&str] = &[
    "string",
    "bytes",
    "text",
    "bytea",
    "varchar",
    "blob",
    "character",
    "mediumtext",
    "longtext",
    "jsonb",
    "json",
    "binary",
    "varbinary",
];

/// `name Type` at the beginning of a line, as Prisma and SQL write columns, and `ADD COLUMN name type`.
fn columns_of_schema(text: &str, out: &mut Facts) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let parts = line.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '`' | ',' | '('));
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        for pair in parts.windows(2) {
            let of = pair[1].trim_end_matches(['?', ';', ')']).to_ascii_lowercase();
            if is_column(pair[0]) && TYPES.contains(&of.split('(').next().unwrap_or_default()) {
                let at = start + line.find(pair[0]).unwrap_or(0);
                out.say(Span::new(at as u32, (at + pair[0].len()) as u32), SealFact::Column(pair[0].into()));
            }
        }
        start += line.len();
    }
}

/// `text("access_token_ciphertext")`, as tables in code write columns.
fn columns_of_code(text: &[u8], skim: &Skim, out: &mut Facts) {
    for call in ["text(", "varchar(", "bytea(", "blob(", "customType(", "string("] {
        for at in memmem::find_iter(text, call) {
            let inner = &text[at + call.len()..];
            let Some(quote) = inner.first().filter(|byte| matches!(byte, b'"' | b'\'')) else { continue };
            let Some(end) = inner[1..].iter().position(|byte| byte == quote) else { continue };
            let Ok(name) = str::from_utf8(&inner[1..=end]) else { continue };
            if is_column(name) && !skim.in_comment(at as u32) {
                let from = at + call.len() + 1;
                out.say(Span::new(from as u32, (from + end) as u32), SealFact::Column(name.into()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
