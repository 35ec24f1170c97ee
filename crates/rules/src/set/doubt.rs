//! Which rules may have missed something in parts of a source that were not understood.

use auditlint_source::Span;
use auditlint_syntax::Language;

use super::{RuleSet, Selection};
use crate::RuleBody;

/// How many parts are looked at one by one. Where a source has more, every rule that may match in it is in doubt.
const MOST_PARTS: usize = 1_000;

impl RuleSet {
    /// The rules of a selection that may match in one of these parts of the source: those of which a literal stands there. A
    /// rule that needs no literal may match in any.
    pub fn in_doubt<'s>(
        &'s self,
        selection: &'s Selection,
        language: Language,
        text: &'s [u8],
        parts: &'s [Span],
    ) -> impl Iterator<Item = u32> + 's {
        let rules = selection.rules().filter(|_| !parts.is_empty());
        rules.filter(move |rule| parts.len() > MOST_PARTS || self.may_match_in(*rule, language, text, parts))
    }

    fn may_match_in(&self, rule: u32, language: Language, text: &[u8], parts: &[Span]) -> bool {
        let compiled = &self.rules[rule as usize];
        let any = |stands_in: &dyn Fn(&[u8]) -> bool| parts.iter().any(|part| stands_in(part.of(text)));
        if let RuleBody::Native(native) = &compiled.rule.body {
            let literals: Vec<&str> =
                native.literals(&compiled.rule.options).iter().flat_map(|group| *group).copied().collect();
            return literals.is_empty()
                || any(&|part| {
                    literals.iter().any(|literal| memchr::memmem::find(part, literal.as_bytes()).is_some())
                });
        }
        let Some(program) = compiled.program(language) else { return false };
        // What must stand in the node itself; where names are asked, what leads to a match may stand anywhere.
        let (inner, clauses) = (program.literals().inner(), program.literals().clauses());
        if inner.is_empty() {
            let literals = || clauses.iter().flatten();
            return literals().next().is_none() || any(&|part| literals().any(|literal| literal.stands_in(part)));
        }
        any(&|part| inner.iter().any(|literal| literal.stands_in(part)))
    }
}

#[cfg(test)]
mod tests {
    use auditlint_facts::KnownRelations;
    use auditlint_matcher::SharedUtils;
    use auditlint_source::FilePath;

    use super::*;
    use crate::{Role, SourceInfo, read_rules};

    const RULES: &str = "id: call\nlanguage: TypeScript\nrule: {pattern: old($A)}\n---\n\
                         id: env\nlanguage: TypeScript\nrule: {resolves-to: process.env}\n---\n\
                         id: inside\nlanguage: TypeScript\nrule: {kind: string, within: {pattern: outer($$$)}}\n";

    #[track_caller]
    fn check(text: &str, parts: &[&str], expected: &[&str]) {
        let (rules, problems) = read_rules(&FilePath::new("r.yml"), RULES, &KnownRelations::default());
        assert_eq!(problems, []);
        let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
        assert_eq!(problems, []);
        let mut selection = Selection::default();
        let path = FilePath::new("a.ts");
        let source = SourceInfo { path: &path, language: Language::TypeScript, role: Role::Source };
        set.select(source, text.as_bytes(), &mut selection);
        let span = |part: &&str| {
            let start = text.find(part).unwrap() as u32;
            Span::new(start, start + part.len() as u32)
        };
        let parts: Vec<Span> = parts.iter().map(span).collect();
        let found = set.in_doubt(&selection, Language::TypeScript, text.as_bytes(), &parts);
        let ids: Vec<&str> = found.map(|rule| set.rule(rule).id.as_str()).collect();
        assert_eq!(ids, expected, "{text}");
    }

    #[test]
    fn a_rule_is_in_doubt_where_its_literals_stand() {
        check("old(1); f(2 ??", &["f(2 ??"], &[]);
        check("old(1); old(2 ??", &["old(2 ??"], &["call"]);
        check("old(1); older(2 ??", &["older(2 ??"], &[]);
        check("f(2 ??", &["f(2 ??"], &[]);
        check("const { env } = process; env. ??", &["env. ??"], &["env"]);
        check("const { env } = process; f( ??", &["f( ??"], &[]);
        check("old(1)", &[], &[]);
    }
}
