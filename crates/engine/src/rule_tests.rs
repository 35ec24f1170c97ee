//! The tests that rules carry, as evidence that what rests on the rules can be relied on.

use auditlint_facts::AnyProvider;
use auditlint_providers::facts_of;
use auditlint_rules::run_examples;

use crate::catalogue::Catalogue;

/// What came of trying a rule on its own examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleTests {
    /// How many examples there are in which it must find something.
    pub bad: usize,
    /// How many there are in which it must find nothing.
    pub good: usize,
    /// How many do not show what they should.
    pub failed: usize,
}

impl Catalogue {
    /// Tries a rule on its own examples; `None` where there is no such rule.
    #[must_use]
    pub fn test(&self, id: &str) -> Option<RuleTests> {
        let compiled = self.find(id)?;
        let examples = &compiled.rule.examples;
        let providers: Vec<&dyn AnyProvider> = self.providers().collect();
        let failures = run_examples(compiled, &|sources| facts_of(sources, &providers));
        let mut failed: Vec<_> = failures.iter().map(|failure| (failure.bad, failure.index)).collect();
        failed.sort_unstable();
        failed.dedup();
        Some(RuleTests { bad: examples.bad.len(), good: examples.good.len(), failed: failed.len() })
    }
}
