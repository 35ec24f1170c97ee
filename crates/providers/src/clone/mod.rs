//! Code that stands in several places: the same tokens, or the same but for the names.

mod compare;
mod tokens;

use auditlint_facts::limits::MINIFIED_FROM;
use auditlint_facts::{
    Fact, Gap, ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, column, detail, gaps_of,
    is_minified, relation,
};
use auditlint_source::{FilePath, Role, Span};
use auditlint_syntax::{Code, Family, Skim, may_hold_code};
use serde::{Deserialize, Serialize};

use self::compare::{ClonedBlock, Stream};
pub(crate) use self::tokens::Tokens;

static RELATIONS: [RelationInfo; 2] = [
    relation(
        "clone.block",
        "A block of code that stands in several places, at the first of them.",
        &[
            column("block", "a hash of its tokens"),
            column("how", "`identical`, or `renamed` where the places have other names in the same order"),
            detail("tokens", "how many tokens it has"),
            detail("lines", "on how many lines of code it stands"),
            detail("places", "in how many places"),
        ],
    ),
    relation(
        "clone.place",
        "A place in which such a block stands.",
        &[column("block", "its hash"), column("how", "`identical` or `renamed`")],
    ),
];

/// At most this many tokens of a project are compared; a file that does not fit any more is a gap.
const MOST_TOKENS: usize = 20_000_000;

/// The provider.
pub(crate) struct Clones;

/// The tokens of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokensFact(Tokens);

impl Fact for TokensFact {
    fn lists(&self) -> usize {
        self.0.weight()
    }
}

impl Provider for Clones {
    type Fact = TokensFact;

    fn name(&self) -> &str {
        "clone"
    }

    fn about(&self) -> &str {
        "Blocks of 25 tokens and more that stand twice or more in TypeScript, JavaScript and Rust of a project, tests and generated files left out. A token is a word, a number, a string or a sign; comments, imports and what only exports from another module are not, \
         so a licence or a list of imports is no block. A block is as long as it can be; what begins in a file at the first place of a block and is repeated behind it counts, what overlaps itself does not. `renamed` blocks have the same tokens but for words, which \
         stand for each other one to one. Work and memory grow with the number of tokens; twenty million are compared at most."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        may_hold_code(path) && !matches!(Role::by_default(path), Role::Test | Role::Generated)
    }

    fn may_hold(&self, _path: &FilePath, text: &[u8]) -> bool {
        text.len() > compare::LEAST && !is_generated(text) && !is_minified(text, MINIFIED_FROM)
    }

    fn extract(&self, source: &Source<'_, '_>) -> SourceFacts<TokensFact> {
        let mut out = SourceFacts::default();
        let Some(code) = Code::of(source.path, source.text().as_bytes()) else { return out };
        let is_rust = match code.language().family() {
            Family::Ecmascript => false,
            Family::Rust => true,
            Family::Python | Family::Shell => return out,
        };
        let skim = Skim::of(code.language(), code.text());
        let tokens = Tokens::of(code.text(), &skim, is_rust);
        if tokens.len() >= compare::LEAST {
            out.say(Span::new(0, source.text().len() as u32), TokensFact(tokens));
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &SourceFacts<TokensFact>)], _: &ProjectScope<'_>) -> Vec<Relation> {
        let mut gaps = gaps_of(sources);
        let (mut stream, mut left) = (Stream::default(), MOST_TOKENS);
        let mut files = Vec::new();
        for (path, said) in sources {
            for said in &said.facts {
                match left.checked_sub(said.fact.0.len()) {
                    Some(rest) => {
                        left = rest;
                        stream.add(&said.fact.0);
                        files.push((path, said.span.start));
                    }
                    None => gaps.push((
                        path.clone(),
                        Gap::new(
                            Span::default(),
                            format!("only {MOST_TOKENS} tokens of a project are compared, and this file has more"),
                        ),
                    )),
                }
            }
        }
        let (mut blocks, mut places) = (Vec::new(), Vec::new());
        let identical = stream.blocks(false);
        let known: Vec<(usize, usize)> = compare::covered(&identical);
        let renamed = stream.blocks(true).into_iter().filter(|block| !compare::is_covered(block, &known));
        let all =
            identical.iter().cloned().map(|block| (block, "identical")).chain(renamed.map(|block| (block, "renamed")));
        for (ClonedBlock { hash, tokens, places: at }, how) in all {
            let row = |(at, tokens): (usize, usize), values| {
                let (file, span) = stream.span(at, tokens);
                let (path, moved) = files[file];
                Row { path: path.clone(), span: Span::new(span.start + moved, span.end + moved), values }
            };
            let (hash, lines) = (format!("{hash:016x}"), stream.lines(at[0].0, tokens));
            let first = vec![
                hash.as_str().into(),
                how.into(),
                auditlint_facts::Value::Number(tokens as i64),
                auditlint_facts::Value::Number(lines as i64),
                auditlint_facts::Value::Number(at.len() as i64),
            ];
            blocks.push(row(at[0], first));
            places.extend(at.iter().map(|at| row(*at, vec![hash.as_str().into(), how.into()])));
        }
        let tables = [blocks, places].into_iter().zip(&RELATIONS);
        tables.map(|(rows, info)| Relation { info: info.clone(), rows, gaps: gaps.clone() }).collect()
    }
}

/// Whether the beginning of a text says that a program wrote it.
fn is_generated(text: &[u8]) -> bool {
    const HEAD: usize = 512;
    let head = text[..text.len().min(HEAD)].to_ascii_lowercase();
    let is_comment = head.trim_ascii_start().starts_with(b"/");
    let says = |words: &[u8]| memchr::memmem::find(&head, words).is_some();
    is_comment
        && [&b"@generated"[..], b"do not edit", b"autogenerated", b"auto-generated", b"automatically generated"]
            .into_iter()
            .any(says)
}

#[cfg(test)]
mod tests;
