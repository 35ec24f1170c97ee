//! Which texts a file must contain for a program to match in it.
//!
//! Only what is certain counts: the text of a named leaf of a pattern must stand in the code, a kind may imply a
//! keyword, a regular expression may hold a fixed piece. A negation says nothing, and neither does `stopBy`.

use auditlint_names::PathPattern;
use auditlint_syntax::{KindId, Language};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind, Look};

use crate::clause::{Direction, Strictness};
use crate::flow::FlowQuestion;
use crate::literal::{AnyOfTexts, Literal, Literals};
use crate::op::{Constraint, NameContext, Op, OpId};
use crate::pattern::{NodeShape, Pattern};
use crate::program::Program;

/// Shorter literals stand in nearly every file.
const MIN_LENGTH: usize = 2;
/// How many clauses, the most telling ones, are kept.
const MAX_CLAUSES: usize = 6;
/// How many literals a clause may have.
const MAX_CHOICES: usize = 64;

/// Works out the literals of a program.
pub(crate) fn fill(program: &mut Program) {
    let find = |upward: bool| {
        let mut finder = LiteralFinder { program, utils: vec![KnownLiterals::Unasked; program.utils.len()], upward };
        let mut clauses = finder.op(program.root);
        clauses.extend(finder.constraints(program.root, &program.constraints));
        most_telling(clauses)
    };
    let clauses = find(true);
    // What any island declares, writes or mentions may decide what a name is.
    let asks_names = program
        .ops
        .iter()
        .any(|op| matches!(op, Op::ResolvesTo { .. } | Op::From(_) | Op::Reassigned(_) | Op::References(_)));
    let inner = if asks_names { AnyOfTexts::default() } else { find(false).into_iter().next().unwrap_or_default() };
    program.literals = Literals { clauses, inner };
    let mut finder = LiteralFinder { program, utils: vec![KnownLiterals::Unasked; program.utils.len()], upward: true };
    program.flows = flow_questions(program, |op| finder.op(op));
}

/// The questions of a program whose `literals_of` tells what must stand where an instruction holds.
fn flow_questions(program: &Program, mut literals_of: impl FnMut(OpId) -> Vec<AnyOfTexts>) -> Vec<FlowQuestion> {
    let froms = program.ops.iter().enumerate().filter_map(|(index, op)| match *op {
        Op::From(op) => Some((OpId(index as u32), op)),
        _ => None,
    });
    let questions = froms.zip(0..).filter_map(|((from, op), number)| {
        let is_free = program.contexts.get(op.0 as usize) == Some(&NameContext::Free);
        let clauses = if is_free { literals_of(op) } else { Vec::new() };
        (!clauses.is_empty()).then_some(FlowQuestion { from, number, clauses })
    });
    questions.collect()
}

#[derive(Clone)]
enum KnownLiterals {
    Unasked,
    /// Being worked out: it leads to itself through a relation.
    Asked,
    Told(Vec<AnyOfTexts>),
}

struct LiteralFinder<'p> {
    program: &'p Program,
    utils: Vec<KnownLiterals>,
    /// Whether what stands around the node counts.
    upward: bool,
}

impl LiteralFinder<'_> {
    /// What must stand in a file in which an instruction holds somewhere.
    fn op(&mut self, op: OpId) -> Vec<AnyOfTexts> {
        let program = self.program;
        match *program.op(op) {
            Op::Pattern(pattern) => of_pattern(program, &pattern),
            Op::Kind(kind) => {
                keyword(program.language, kind).map(|word| vec![Literal::word(word.as_bytes())]).into_iter().collect()
            }
            Op::Regex(regex) => of_regex(program.regexes[regex as usize].text(), program.language, false),
            Op::NthChild { of: Some(of), .. } => self.op(of),
            Op::All { ops, .. } => {
                let ops = program.list(ops);
                let identifier = ops
                    .iter()
                    .any(|op| matches!(*program.op(*op), Op::Kind(kind) if is_identifier_kind(program, kind)));
                let clauses = ops.iter().flat_map(|op| match *program.op(*op) {
                    Op::Regex(regex) if identifier => {
                        of_regex(program.regexes[regex as usize].text(), program.language, true)
                    }
                    _ => self.op(*op),
                });
                most_telling(clauses.collect())
            }
            Op::Any { ops, .. } => {
                let able = program.list(ops).iter().filter(|op| !program.is_off(**op));
                either(able.map(|op| self.op(*op)))
            }
            Op::Relational { direction: Direction::Inside, .. } if !self.upward => Vec::new(),
            Op::Relational { op, .. } => self.op(op),
            Op::Call(util) => {
                let index = util as usize;
                match &self.utils[index] {
                    KnownLiterals::Told(clauses) => return clauses.clone(),
                    KnownLiterals::Asked => return Vec::new(),
                    KnownLiterals::Unasked => {}
                }
                self.utils[index] = KnownLiterals::Asked;
                let body = program.utils[index].body;
                let mut clauses = self.op(body);
                if let Some(constraints) = &program.utils[index].shared {
                    clauses.extend(self.constraints(body, constraints));
                }
                let clauses = most_telling(clauses);
                self.utils[index] = KnownLiterals::Told(clauses.clone());
                clauses
            }
            Op::ResolvesTo { paths, .. } => either(program.paths[paths as usize].iter().map(of_path)),
            // Where a value comes from stands in the same file.
            Op::From(op) => self.op(op),
            Op::NthChild { of: None, .. }
            | Op::Range(_)
            | Op::Not(_)
            | Op::Reassigned(_)
            | Op::Exported(_)
            | Op::References(_)
            | Op::Option(_) => Vec::new(),
        }
    }

    /// What the constraints add, for metavariables that every match of `root` binds.
    fn constraints(&mut self, root: OpId, constraints: &[Constraint]) -> Vec<AnyOfTexts> {
        let bound = |slot| self.program.always_binds(root, slot);
        let certain: Vec<OpId> =
            constraints.iter().filter(|constraint| bound(constraint.slot)).map(|constraint| constraint.op).collect();
        certain.into_iter().flat_map(|op| self.op(op)).collect()
    }
}

impl Program {
    /// What must stand in a source that exports something through which a path of `resolves-to` can be reached: one of these.
    pub fn heads_of_paths(&self) -> impl Iterator<Item = Literal> {
        self.paths().filter_map(PathPattern::head).map(of_name)
    }

    /// Takes over the options of the rule: `holds` says which conditions hold.
    pub fn set_options(&mut self, holds: impl Fn(&crate::OptionCondition) -> bool) {
        for test in &mut self.options {
            test.holds = test.conditions.iter().all(&holds);
        }
        if !self.options.is_empty() {
            fill(self);
        }
    }

    /// Whether an option keeps an instruction from ever holding. Utils and relations are not looked into.
    fn is_off(&self, op: OpId) -> bool {
        match *self.op(op) {
            Op::Option(test) => !self.options[test as usize].holds,
            Op::All { ops, .. } => self.list(ops).iter().any(|op| self.is_off(*op)),
            Op::Any { ops, .. } => self.list(ops).iter().all(|op| self.is_off(*op)),
            _ => false,
        }
    }

    /// Whether every match of an instruction binds a slot. Utils and relations are not looked into.
    fn always_binds(&self, op: OpId, slot: u16) -> bool {
        match *self.op(op) {
            Op::Pattern(pattern) => {
                let end = self.patterns.nodes[pattern.root as usize].end;
                let nodes = &self.patterns.nodes[pattern.root as usize..end as usize];
                nodes
                    .iter()
                    .any(|node| matches!(node.shape, NodeShape::One { slot: Some(own), named: true } if own == slot))
            }
            Op::All { ops, .. } => self.list(ops).iter().any(|op| self.always_binds(*op, slot)),
            Op::Any { ops, .. } => self.list(ops).iter().all(|op| self.always_binds(*op, slot)),
            _ => false,
        }
    }
}

/// The clauses that follow where one of several alternatives holds: of two alternatives that require `a` and `b`, and `a`
/// and `c`, they are `a`, and `b` or `c`.
fn either(choices: impl Iterator<Item = Vec<AnyOfTexts>>) -> Vec<AnyOfTexts> {
    let together = |first: Vec<AnyOfTexts>, second: Vec<AnyOfTexts>| {
        let mut clauses: Vec<AnyOfTexts> = Vec::with_capacity(first.len() * second.len());
        for (one, other) in first.iter().flat_map(|one| second.iter().map(move |other| (one, other))) {
            let mut clause: AnyOfTexts = one.iter().chain(other).cloned().collect();
            clause.sort();
            clause.dedup();
            clauses.push(clause);
        }
        // A clause says nothing beside one that allows fewer texts.
        clauses.sort_by_key(Vec::len);
        let mut kept: Vec<AnyOfTexts> = Vec::new();
        for clause in clauses {
            if !kept.iter().any(|fewer| fewer.iter().all(|literal| clause.contains(literal))) {
                kept.push(clause);
            }
        }
        most_telling(kept)
    };
    choices.reduce(together).unwrap_or_default()
}

/// Drops what is too short, and sorts by how much a clause says.
fn most_telling(mut clauses: Vec<AnyOfTexts>) -> Vec<AnyOfTexts> {
    clauses
        .retain(|clause| clause.len() <= MAX_CHOICES && clause.iter().all(|literal| literal.text.len() >= MIN_LENGTH));
    clauses.sort_by_cached_key(|clause| (frequency(clause), clause.clone()));
    clauses.dedup();
    clauses.truncate(MAX_CLAUSES);
    clauses
}

/// How often a clause holds, roughly: a text is four times as rare for every letter more, up to a dozen.
fn frequency(clause: &AnyOfTexts) -> u64 {
    const LONGEST: usize = 12;
    clause.iter().map(|literal| 1_u64 << (2 * (LONGEST - literal.text.len().min(LONGEST)))).sum()
}

/// The texts of the named leaves; where there are none, keywords that cannot be passed over.
fn of_pattern(program: &Program, pattern: &Pattern) -> Vec<AnyOfTexts> {
    if pattern.strictness == Strictness::Signature {
        return Vec::new();
    }
    let root = pattern.root as usize;
    let nodes = &program.patterns.nodes[root..program.patterns.nodes[root].end as usize];
    let leaves = |wanted: bool| -> Vec<AnyOfTexts> {
        let texts = nodes.iter().filter_map(|node| match node.shape {
            NodeShape::Leaf { named, start, end } if named == wanted => {
                let text = program.patterns.text(start, end);
                Some(if pattern.strictness == Strictness::Template {
                    Literal::anywhere(text)
                } else if (named && is_identifier_kind(program, node.kind) && is_word(text))
                    || (!named && is_word(text))
                {
                    Literal::word(text)
                } else if program.language.kind_name(node.kind).is_none_or(|kind| kind.contains("comment")) {
                    Literal::anywhere(text)
                } else {
                    Literal::in_code(text)
                })
            }
            _ => None,
        });
        texts.filter(|literal| literal.text.len() >= MIN_LENGTH).map(|literal| vec![literal]).collect()
    };
    let named = leaves(true);
    // A keyword right behind a `$$$` is passed over, and elsewhere the other strictnesses pass over tokens.
    let has_list = nodes.iter().any(|node| matches!(node.shape, NodeShape::Many { .. }));
    let tokens_count = matches!(pattern.strictness, Strictness::Cst | Strictness::Smart) && !has_list;
    if named.is_empty() && tokens_count {
        let word = |clause: &AnyOfTexts| clause[0].text.iter().all(u8::is_ascii_alphabetic);
        return most_telling(leaves(false).into_iter().filter(word).collect());
    }
    most_telling(named)
}

/// Whether a kind is that of identifiers. The lexer takes as many letters as there are, so none stands beside one.
fn is_identifier_kind(program: &Program, kind: KindId) -> bool {
    program.language.kind_name(kind).is_some_and(|name| name.ends_with("identifier"))
}

/// The names of a path, each of which is spelled in the file, as an identifier or in a string.
fn of_path(path: &PathPattern) -> Vec<AnyOfTexts> {
    most_telling(path.words().map(|word| vec![of_name(word)]).collect())
}

fn of_name(name: &str) -> Literal {
    match name.as_bytes() {
        text if is_word(text) => Literal::word(text),
        text => Literal::in_code(text),
    }
}

fn is_word(text: &[u8]) -> bool {
    text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

/// Fixed pieces of every text that a regular expression matches; `identifier` says that the text is one.
fn of_regex(text: &str, language: Language, identifier: bool) -> Vec<AnyOfTexts> {
    let Ok(hir) = regex_syntax::parse(text) else { return Vec::new() };
    let mut clauses = of_hir(&hir);
    clauses.iter_mut().flatten().for_each(|literal| literal.code = identifier);
    let properties = hir.properties();
    let bounded =
        properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End);
    if bounded
        && let Some(texts) = Extractor::new().limit_total(MAX_CHOICES).extract(&hir).literals()
        && texts.iter().all(regex_syntax::hir::literal::Literal::is_exact)
    {
        // The whole text of the node is one of these, and no comment begins with a letter, but for those that a node of Rust may hold.
        let literal = |text: &[u8]| match text {
            _ if identifier && is_word(text) => Literal::word(text),
            _ if identifier || (language.is_ecmascript() && is_word(text)) => Literal::in_code(text),
            _ => Literal::anywhere(text),
        };
        let mut exact: AnyOfTexts = texts.iter().map(|text| literal(text.as_bytes())).collect();
        exact.sort();
        exact.dedup();
        let loosely = |clause: &AnyOfTexts| {
            clause.iter().map(|literal| &literal.text).eq(exact.iter().map(|literal| &literal.text))
        };
        clauses.retain(|clause| !loosely(clause));
        clauses.push(exact);
    }
    most_telling(clauses)
}

fn of_hir(hir: &Hir) -> Vec<AnyOfTexts> {
    // The parser bounds how deep an expression nests.
    match hir.kind() {
        HirKind::Literal(literal) => vec![vec![Literal::anywhere(&literal.0)]],
        HirKind::Capture(capture) => of_hir(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_hir(&repetition.sub),
        HirKind::Concat(parts) => {
            let mut clauses: Vec<AnyOfTexts> = parts.iter().flat_map(of_hir).collect();
            // `(foo|far)` comes as `f(oo|ar)`: whole prefixes say more than the pieces.
            let prefixes = Extractor::new().limit_total(MAX_CHOICES).extract(hir);
            if let Some(prefixes) = prefixes.literals() {
                let mut clause: AnyOfTexts =
                    prefixes.iter().map(|literal| Literal::anywhere(literal.as_bytes())).collect();
                clause.sort();
                clause.dedup();
                clauses.extend((!clause.is_empty()).then_some(clause));
            }
            clauses
        }
        HirKind::Alternation(choices) => either(choices.iter().map(of_hir)),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => Vec::new(),
    }
}

/// The keyword without which there is no node of a kind.
fn keyword(language: Language, kind: KindId) -> Option<&'static str> {
    let name = language.kind_name(kind)?;
    let words = language.descriptor().kinds.keywords;
    words.binary_search_by(|(kind, _)| kind.cmp(&name)).ok().map(|index| words[index].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn regex(text: &str) -> Vec<Vec<String>> {
        let show = |clause: &AnyOfTexts| {
            clause.iter().map(|literal| String::from_utf8_lossy(&literal.text).into_owned()).collect()
        };
        of_regex(text, Language::Rust, false).iter().map(show).collect()
    }

    #[test]
    fn finds_fixed_pieces_of_regexes() {
        assert_eq!(regex("^foo$"), [["foo"]]);
        assert_eq!(regex("^(foo|far)$"), [["far", "foo"]]);
        assert_eq!(regex(".*token.*"), [["token"]]);
        assert_eq!(regex("(access)?_token+"), [vec!["_token", "access_token"], vec!["_toke"]]);
        // Every way to write it, the Kelvin sign for `k` too.
        let folded = regex("(?i)token");
        assert_eq!((folded.len(), folded[0].len()), (1, 48));
        assert!(folded[0].iter().all(|literal| literal.to_lowercase() == "token"), "{folded:?}");
        assert!(regex("a|.*").is_empty());
        assert!(regex("(abc)?").is_empty());
        assert!(regex("[a-z]+").is_empty());
    }

    #[test]
    fn every_keyword_names_a_kind() {
        for language in Language::ALL {
            let count = (0..language.kind_count() as u16).filter(|id| keyword(language, KindId(*id)).is_some()).count();
            assert!(count >= 15, "{language:?}: {count}");
        }
    }
}
