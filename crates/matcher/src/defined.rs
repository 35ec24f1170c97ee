//! Which metavariables the patterns of a document can bind.

use std::collections::BTreeSet;

use crate::clause::{Part, StopBy};
use crate::{Clause, MatcherDocument};

impl MatcherDocument {
    /// The names that messages and fixes of this document may use after `$`: those of its patterns, wherever they stand.
    #[must_use]
    pub fn defined_names(&self) -> Vec<String> {
        let named = self.constraints.iter().chain(&self.utils).map(|(_, clause)| clause);
        let mut clauses: Vec<&Clause> = std::iter::once(&self.rule).chain(named).collect();
        let mut names = BTreeSet::new();
        while let Some(clause) = clauses.pop() {
            for part in &clause.parts {
                match part {
                    Part::Pattern(pattern) => names.extend(names_in(&pattern.code.value).map(str::to_owned)),
                    Part::All(parts) | Part::Any(parts) => clauses.extend(parts),
                    Part::Not(clause) => clauses.push(clause),
                    Part::NthChild(place) => clauses.extend(place.of.as_deref()),
                    Part::Relation(relation) => {
                        clauses.push(&relation.clause);
                        if let StopBy::Rule(clause) = &relation.stop_by {
                            clauses.push(clause);
                        }
                    }
                    Part::Kind(_) | Part::Regex(_) | Part::Range(_) | Part::Matches(_) => {}
                }
            }
        }
        names.into_iter().collect()
    }
}

/// The names behind every `$` of a pattern, those that capture.
fn names_in(code: &str) -> impl Iterator<Item = &str> {
    code.match_indices('$').filter_map(|(at, _)| {
        let rest = &code[at + 1..];
        let end = rest.find(|c: char| !matches!(c, 'A'..='Z' | '0'..='9' | '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        name.starts_with(|c: char| c.is_ascii_uppercase()).then_some(name)
    })
}
