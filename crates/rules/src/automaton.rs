//! One automaton over the literals of all rules.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};
use auditlint_matcher::Literal;
use auditlint_syntax::Skim;

/// Markers of suppression comments, always looked for.
const SUPPRESSIONS: [&[u8]; 2] = [b"auditlint-ignore", b"ast-grep-ignore"];
/// What an identifier with an escape holds: in ECMAScript `\u0066etch` is `fetch`.
const ESCAPE: &[u8] = b"\\u";

/// The literals of a rule in one language: of every clause one must occur.
pub(crate) type Clauses = Vec<Vec<u32>>;

/// Numbers literals while a set is built.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    numbers: BTreeMap<Literal, u32>,
}

impl Interner {
    pub(crate) fn new() -> Self {
        let mut interner = Self::default();
        for literal in SUPPRESSIONS.into_iter().chain([ESCAPE]) {
            interner.number(Literal::anywhere(literal));
        }
        interner
    }

    pub(crate) fn number(&mut self, literal: Literal) -> u32 {
        let next = self.numbers.len() as u32;
        *self.numbers.entry(literal).or_insert(next)
    }

    pub(crate) fn finish(self) -> Automaton {
        let mut numbered: Vec<(Literal, u32)> = self.numbers.into_iter().collect();
        numbered.sort_by_key(|(_, number)| *number);
        let literals: Vec<Literal> = numbered.into_iter().map(|(literal, _)| literal).collect();
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(literals.iter().map(|literal| &literal.text))
            .expect("literals of rules are far below the limits of the automaton");
        Automaton { automaton, literals }
    }
}

/// A compiled automaton.
#[derive(Debug)]
pub(crate) struct Automaton {
    automaton: AhoCorasick,
    /// By number.
    literals: Vec<Literal>,
}

/// What an automaton found in one text; kept from file to file.
#[derive(Debug, Default)]
pub(crate) struct FoundLiteral {
    literals: Bits,
    /// Literal and first byte, in the order in which they end.
    places: Vec<(u32, u32)>,
}

impl Automaton {
    /// How many literals there are.
    pub(crate) fn len(&self) -> usize {
        self.literals.len()
    }

    /// The literals, by number.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &Literal> {
        self.literals.iter()
    }

    /// Looks for every place of every literal in `text`.
    pub(crate) fn scan(&self, text: &[u8], found: &mut FoundLiteral) {
        found.literals.clear(self.literals.len());
        found.places.clear();
        for hit in self.automaton.find_overlapping_iter(text) {
            if self.literals[hit.pattern().as_usize()].fits(text, hit.start()) {
                found.literals.insert(hit.pattern().as_u32());
                found.places.push((hit.pattern().as_u32(), hit.start() as u32));
            }
        }
    }

    /// Forgets the places in comments of literals that must stand in code.
    pub(crate) fn drop_comments(&self, skim: &Skim, found: &mut FoundLiteral) {
        let FoundLiteral { literals, places } = found;
        literals.clear(self.literals.len());
        places.retain(|(literal, start)| {
            let counts = !self.literals[*literal as usize].code || !skim.in_comment(*start);
            if counts {
                literals.insert(*literal);
            }
            counts
        });
    }

    /// Whether a place of one of these literals in a comment does not count.
    pub(crate) fn any_in_code(&self, clauses: &Clauses) -> bool {
        clauses.iter().flatten().any(|literal| self.literals[*literal as usize].code)
    }
}

impl FoundLiteral {
    /// Whether the text holds the marker of a suppression comment.
    pub(crate) fn suppression(&self) -> bool {
        (0..SUPPRESSIONS.len() as u32).any(|literal| self.literals.contains(literal))
    }

    /// Whether the text may hold an identifier with an escape.
    pub(crate) fn escape(&self) -> bool {
        self.literals.contains(SUPPRESSIONS.len() as u32)
    }

    /// Whether a literal stands in the text.
    pub(crate) fn holds(&self, literal: u32) -> bool {
        self.literals.contains(literal)
    }

    /// Counts literals as found, though the text does not spell them.
    pub(crate) fn give(&mut self, literals: &[u32]) {
        literals.iter().for_each(|literal| {
            self.literals.insert(*literal);
        });
    }

    /// Whether every clause has a literal in the text.
    pub(crate) fn satisfies(&self, clauses: &Clauses) -> bool {
        clauses.iter().all(|clause| clause.iter().any(|literal| self.literals.contains(*literal)))
    }

    pub(crate) fn places(&self) -> &[(u32, u32)] {
        &self.places
    }
}

/// A set of small numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// Empties the set and makes room for numbers below `count`.
    pub(crate) fn clear(&mut self, count: usize) {
        self.0.clear();
        self.0.resize(count.div_ceil(64), 0);
    }

    /// Adds a number; whether it is new.
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        let (word, bit) = (number as usize / 64, 1_u64 << (number % 64));
        let new = self.0[word] & bit == 0;
        self.0[word] |= bit;
        new
    }

    pub(crate) fn remove(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    pub(crate) fn contains(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    /// The numbers, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let without_first = |word: &u64| Some(word & word.wrapping_sub(1));
        let rests = move |word: u64| std::iter::successors(Some(word), without_first).take_while(|rest| *rest != 0);
        let words = self.0.iter().zip(0_u32..);
        words.flat_map(move |(word, index)| rests(*word).map(move |rest| 64 * index + rest.trailing_zeros()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}
