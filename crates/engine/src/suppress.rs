//! Which findings of one file its suppression comments silence.

use std::collections::{HashMap, HashSet};

use auditlint_rules::RuleId;

use crate::date::Date;
use crate::directives::{Anchor, Directive, Directives};

/// The directives of one file, to be asked about findings.
#[derive(Debug)]
pub(crate) struct Suppressions<'d> {
    pub directives: &'d Directives,
    /// For each directive and each of its rules whether it silenced something.
    pub used: Vec<Vec<bool>>,
    /// The day that `until` is compared with.
    pub today: Option<Date>,
    /// Those that name a rule.
    named: HashMap<&'d RuleId, ByLine>,
    /// Those that are written for ast-grep and name no rule.
    bare: ByLine,
}

/// Directives by the line that they are about, `None` for the whole file.
type ByLine = HashMap<Option<u32>, Group>;

/// Directives that are about one line and name one rule: index, and the place of the rule among those that it names.
#[derive(Debug, Default)]
struct Group {
    own: Vec<(usize, usize)>,
    ast_grep: Vec<(usize, usize)>,
}

impl<'d> Suppressions<'d> {
    /// The directives of a file; `today` is asked only where one of them has a date.
    pub(crate) fn new(directives: &'d Directives, today: &dyn Fn() -> Option<Date>) -> Self {
        let has_date = directives.all.iter().any(|directive| directive.until.is_some());
        let today = if has_date { today() } else { None };
        let mut all = Self { directives, used: Vec::new(), today, named: HashMap::new(), bare: HashMap::new() };
        directives.all.iter().enumerate().for_each(|(index, directive)| all.add(index, directive));
        all
    }

    fn add(&mut self, index: usize, directive: &'d Directive) {
        let mut named = HashSet::new();
        for (slot, (_, rule)) in directive.rules.iter().enumerate() {
            if named.insert(rule) {
                let by_line = self.named.entry(rule).or_default();
                for line in lines(directive) {
                    by_line.entry(line).or_default().of(directive.ast_grep).push((index, slot));
                }
            }
        }
        if directive.rules.is_empty() && directive.ast_grep {
            for line in lines(directive) {
                self.bare.entry(line).or_default().ast_grep.push((index, 0));
            }
        }
        self.used.push(vec![false; directive.rules.len().max(1)]);
    }

    /// The first directive that silences `rule` at `anchor`, if there is one; marks all that do as used.
    /// `foreign` says that the rule comes from an `sgconfig.yml`. A directive whose day has come silences nothing.
    pub(crate) fn silence(&mut self, rule: &RuleId, foreign: bool, anchor: &Anchor) -> Option<&'d Directive> {
        let Self { directives, used, today, named, bare } = self;
        let mut first: Option<usize> = None;
        for by_line in named.get_mut(rule).into_iter().chain(foreign.then_some(bare)) {
            let around = anchor.around.iter().filter(|line| **line != anchor.line).map(|line| Some(*line));
            for line in [None, Some(anchor.line)].into_iter().chain(around) {
                let Some(group) = by_line.get_mut(&line) else { continue };
                for list in std::iter::once(&mut group.own).chain(foreign.then_some(&mut group.ast_grep)) {
                    list.retain(|(index, _)| !directives.all[*index].is_over(*today));
                    list.iter().for_each(|(index, slot)| used[*index][*slot] = true);
                    // Those that are marked need no second look, but for the one whose reason is given.
                    list.truncate(1);
                    first = [first, list.first().map(|(index, _)| *index)].into_iter().flatten().min();
                }
            }
        }
        first.map(|index| &directives.all[index])
    }
}

/// The lines that a directive is about; `None` for the whole file.
fn lines(directive: &Directive) -> impl Iterator<Item = Option<u32>> {
    let item = directive.item_line.filter(|line| directive.line != Some(*line));
    std::iter::once(directive.line).chain(item.map(Some))
}

impl Group {
    fn of(&mut self, ast_grep: bool) -> &mut Vec<(usize, usize)> {
        if ast_grep { &mut self.ast_grep } else { &mut self.own }
    }
}
