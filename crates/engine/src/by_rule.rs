//! What a configuration says about single rules, found by the rule.

use std::collections::HashMap;

use auditlint_rules::{RuleId, Severity};

use crate::config::{Config, RuleSettings};

/// From rules to what a configuration says about them.
#[derive(Debug, Default)]
pub(crate) struct ByRule {
    rules: HashMap<RuleId, Tables>,
}

/// Indices into the lists of a [`Config`].
#[derive(Debug, Default)]
struct Tables {
    settings: Option<usize>,
    /// The overrides that name the rule, the last first, with the severity that each gives.
    overrides: Vec<(usize, Severity)>,
    ignores: Vec<usize>,
}

impl ByRule {
    pub(crate) fn new(config: &Config) -> Self {
        let mut rules: HashMap<RuleId, Tables> = HashMap::new();
        for (index, settings) in config.rules.iter().enumerate() {
            rules.entry(settings.id.clone()).or_default().settings.get_or_insert(index);
        }
        for (index, change) in config.overrides.iter().enumerate().rev() {
            for (_, id, severity) in &change.severities {
                let overrides = &mut rules.entry(id.clone()).or_default().overrides;
                // Of two entries of one table the first holds.
                if overrides.last().is_none_or(|(last, _)| *last != index) {
                    overrides.push((index, *severity));
                }
            }
        }
        for (index, ignore) in config.ignores.iter().enumerate() {
            rules.entry(ignore.rule.clone()).or_default().ignores.push(index);
        }
        Self { rules }
    }

    /// The `[rules.ID]` table of a rule.
    pub(crate) fn settings<'c>(&self, config: &'c Config, rule: &RuleId) -> Option<&'c RuleSettings> {
        self.rules.get(rule)?.settings.map(|index| &config.rules[index])
    }

    /// The overrides that name a rule, the last first, with the severity that each gives.
    pub(crate) fn overrides(&self, rule: &RuleId) -> impl Iterator<Item = (usize, Severity)> + '_ {
        self.rules.get(rule).into_iter().flat_map(|tables| tables.overrides.iter().copied())
    }

    /// The `[[ignore]]` tables that name a rule, in order.
    pub(crate) fn ignores(&self, rule: &RuleId) -> impl Iterator<Item = usize> + '_ {
        self.rules.get(rule).into_iter().flat_map(|tables| tables.ignores.iter().copied())
    }
}
