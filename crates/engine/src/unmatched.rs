//! What the configuration and the rules name that is not there: a rule that runs on no file, an ignore that silences nothing.

use std::collections::BTreeSet;

use auditlint_rules::{FileGlob, FileGlobs, Role, Rule, SourceInfo};
use auditlint_source::{Problem, ProblemKind, Span};
use auditlint_syntax::languages_in;

use crate::Snapshot;
use crate::catalogue::RuleOrigin;
use crate::config::{Config, Override, config_problem};
use crate::scope::ScopedSource;

impl Snapshot<'_> {
    /// Says what the repository's own configuration and rules name that is not there.
    pub(crate) fn unmatched(&self, used_ignores: &BTreeSet<Span>, problems: &mut Vec<Problem>) {
        let sources: Vec<SourceInfo<'_>> = self
            .scope
            .iter()
            .flat_map(|ScopedSource { path, .. }| {
                let role = self.roles.of_path(path).role;
                languages_in(path).map(move |language| SourceInfo { path, language, role })
            })
            .collect();
        self.unmatched_globs(problems);
        for (index, compiled) in self.catalogue().set.rules().iter().enumerate() {
            let rule = &compiled.rule;
            let all = self.catalogue().set.all_of(&rule.id);
            // What several projects configure in their own way is one rule.
            let is_here =
                |rule: &u32| self.projects().are_below(self.catalogue().set.rule(*rule), &self.options.within);
            if all.first() != Some(&(index as u32)) || !all.iter().all(is_here) {
                continue;
            }
            let configured = self.projects().iter().find_map(|config| {
                let settings = config.of_rule(&rule.id)?;
                let says_where = settings.value.files.is_some() || settings.value.roles.is_some();
                says_where.then_some((config, settings.span))
            });
            // A rule over facts looks at rows; whether there are any is told where they are.
            if !rule.checks().is_empty()
                || (self.catalogue().origins[index] == RuleOrigin::Shipped && configured.is_none())
            {
                continue;
            }
            let looks = |rule: &u32| {
                let reach = self.catalogue().set.coverage(*rule);
                sources.iter().any(|source| reach.looks_at(*source))
            };
            if all.iter().any(looks) {
                continue;
            }
            let message = format!("rule `{}` applies to no file", rule.id.as_str());
            let problem = Problem::warning(ProblemKind::Unmatched, message)
                .help("check its `files`, `ignores`, `in` and `language`; `auditlint check --show-files` lists the files with their roles");
            problems.push(match configured {
                Some((config, span)) => config_problem(config, span, problem),
                None => problem.in_file(&rule.place.0).at(rule.place.1, rule.text.as_bytes()),
            });
        }
        let mut said: BTreeSet<Span> = BTreeSet::new();
        for (config, ignore) in
            self.projects().iter().flat_map(|config| config.ignores.iter().map(move |one| (config, one)))
        {
            let known = self.catalogue().known.contains_key(&ignore.rule.1);
            // What projects share is said once.
            let is_here = self.projects().is_within(ignore.span, &self.options.within);
            if known && is_here && !used_ignores.contains(&ignore.span) && said.insert(ignore.span) {
                let message = format!(
                    "this ignores nothing: rule `{}` finds nothing in `{}`",
                    ignore.rule.1.as_str(),
                    ignore.pattern.pattern
                );
                let problem = Problem::warning(ProblemKind::Unmatched, message).help("remove the table");
                problems.push(config_problem(config, ignore.span, problem));
            }
        }
        let overrides: Vec<&Override> = self.written(|config| config.overrides.iter(), |change| change.span);
        let covering = self.matching(overrides.iter().map(|change| change.files.clone()).collect());
        for (change, _) in overrides.into_iter().zip(covering).filter(|(_, covers)| !covers) {
            let problem = Problem::warning(ProblemKind::Unmatched, "this override covers no file");
            problems.push(self.projects().problem(change.span, problem));
        }
        let roles: Vec<&(Role, FileGlob)> = self.written(|config| config.roles.iter(), |(_, glob)| glob.span);
        let giving = self.matching(roles.iter().map(|(_, glob)| vec![glob.clone()]).collect());
        for ((role, glob), _) in roles.into_iter().zip(giving).filter(|(_, gives)| !gives) {
            let message = format!("`{}` gives no file the role `{role}`", glob.pattern);
            let problem = Problem::warning(ProblemKind::Unmatched, message);
            problems.push(self.projects().problem(glob.span, problem));
        }
    }

    /// What stands in the configurations of all projects, each once: a project below another has what that one says, too.
    fn written<'c, T: 'c, I: Iterator<Item = &'c T>>(
        &'c self,
        list: impl Fn(&'c Config) -> I,
        span: impl Fn(&T) -> Span,
    ) -> Vec<&'c T> {
        let mut known: BTreeSet<Span> = BTreeSet::new();
        let is_here = |one: &&T| self.projects().is_within(span(one), &self.options.within);
        self.projects().iter().flat_map(list).filter(is_here).filter(|one| known.insert(span(one))).collect()
    }

    /// Says each glob that matches no file. Where none of a list of `files` does, that is said of the list.
    fn unmatched_globs(&self, problems: &mut Vec<Problem>) {
        let mut lists: Vec<(String, &[FileGlob], Option<&Rule>, bool)> = Vec::new();
        for (index, compiled) in self.catalogue().set.rules().iter().enumerate() {
            let rule = &compiled.rule;
            let is_first = self.catalogue().set.index_of(&rule.id) == Some(index as u32);
            let settings = self.projects().configuring(rule).map(|table| &table.value);
            let configured = settings.and_then(|settings| settings.files.as_ref());
            let is_own = self.catalogue().origins[index] != RuleOrigin::Shipped && is_first;
            let ignores = settings.map_or(&[][..], |settings| settings.ignores.as_slice());
            let of_ignores = format!("`ignores` of rule `{}`", rule.id.as_str());
            if is_own {
                // What the configuration adds stands behind what the rule has.
                let own = &rule.ignores[..rule.ignores.len() - ignores.len()];
                lists.push((of_ignores.clone(), own, Some(rule), true));
            }
            lists.push((of_ignores, ignores, None, true));
            let (globs, place) = match configured {
                Some(files) => (files.as_slice(), None),
                None if is_own => (rule.files.as_slice(), Some(rule)),
                None => continue,
            };
            lists.push((format!("rule `{}`", rule.id.as_str()), globs, place, false));
        }
        let overrides = self.written(|config| config.overrides.iter(), |change| change.span).into_iter();
        lists.extend(overrides.map(|change| ("this override".to_owned(), change.files.as_slice(), None, false)));
        lists.push(("`env-documents`".to_owned(), &self.engine.joined.facts.env_documents, None, true));
        lists.retain(|(_, globs, _, each)| globs.len() > usize::from(!each));
        let each = lists.iter().flat_map(|list| list.1.iter().map(move |glob| (list, glob)));
        let is_matched = self.matching(each.clone().map(|(_, glob)| vec![glob.clone()]).collect());
        let matched: BTreeSet<*const FileGlob> = each
            .clone()
            .zip(&is_matched)
            .filter(|(_, is)| **is)
            .map(|((_, glob), _)| std::ptr::from_ref(glob))
            .collect();
        let mut said: BTreeSet<Span> = BTreeSet::new();
        for ((of, globs, place, says_each), glob) in each {
            let is_there = |glob: &FileGlob| matched.contains(&std::ptr::from_ref(glob));
            if is_there(glob) || (!says_each && !globs.iter().any(is_there)) {
                continue;
            }
            // Several projects may have what one configuration says.
            let mut is_here = |span: Span| self.projects().is_within(span, &self.options.within) && said.insert(span);
            let is_said = match place {
                Some(rule) => self.projects().are_below(rule, &self.options.within),
                None => is_here(glob.span),
            };
            if !is_said {
                continue;
            }
            let problem =
                Problem::warning(ProblemKind::Unmatched, format!("`{}` of {of} matches no file", glob.pattern))
                    .help("correct the glob, or remove it");
            problems.push(match place {
                Some(rule) => problem.in_file(&rule.place.0).at(glob.span, rule.text.as_bytes()),
                None => self.projects().problem(glob.span, problem),
            });
        }
    }

    /// For each list of globs whether one of them matches a file that was found. Each file is looked at once.
    fn matching(&self, lists: Vec<Vec<FileGlob>>) -> Vec<bool> {
        let mut matching = vec![false; lists.len()];
        let owners: Vec<usize> =
            lists.iter().enumerate().flat_map(|(index, globs)| std::iter::repeat_n(index, globs.len())).collect();
        if owners.is_empty() {
            return matching;
        }
        let set = FileGlobs::new(lists.iter().flatten());
        let mut found = Vec::new();
        for path in &self.discovered.files {
            set.matches_into(path, &mut found);
            found.iter().for_each(|glob| matching[owners[*glob]] = true);
        }
        matching
    }
}
