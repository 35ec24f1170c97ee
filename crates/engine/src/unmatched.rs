//! What the configuration and the rules name that is not there: a rule that runs on no file, an ignore that silences nothing.

use std::collections::BTreeSet;

use auditlint_rules::{FileGlob, FileGlobs, Rule, SourceInfo};
use auditlint_source::{Problem, ProblemKind};
use auditlint_syntax::languages_in;

use crate::Snapshot;
use crate::catalogue::RuleOrigin;
use crate::config::{Override, config_problem};
use crate::scope::ScopedSource;

impl Snapshot<'_> {
    /// Says what the repository's own configuration and rules name that is not there.
    pub(crate) fn unmatched(&self, used_ignores: &BTreeSet<usize>, problems: &mut Vec<Problem>) {
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
            let settings = self.config().of_rule(&rule.id);
            let configured =
                settings.filter(|settings| settings.value.files.is_some() || settings.value.roles.is_some());
            // A rule over facts looks at rows; whether there are any is told where they are.
            if !rule.checks().is_empty()
                || (self.catalogue().origins[index] == RuleOrigin::Shipped && configured.is_none())
            {
                continue;
            }
            let reach = self.catalogue().set.coverage(index as u32);
            if sources.iter().any(|source| reach.looks_at(*source)) {
                continue;
            }
            let message = format!("rule `{}` applies to no file", rule.id.as_str());
            let problem = Problem::warning(ProblemKind::Unmatched, message)
                .help("check its `files`, `ignores`, `in` and `language`; `auditlint check --show-files` lists the files with their roles");
            problems.push(match configured {
                Some(settings) => config_problem(self.config(), settings.span, problem),
                None => problem.in_file(&rule.place.0).at(rule.place.1, rule.text.as_bytes()),
            });
        }
        for (index, ignore) in self.config().ignores.iter().enumerate() {
            let known = self.catalogue().known.contains_key(&ignore.rule.1);
            if known && !used_ignores.contains(&index) {
                let message = format!(
                    "this ignores nothing: rule `{}` finds nothing in `{}`",
                    ignore.rule.1.as_str(),
                    ignore.pattern.pattern
                );
                let problem = Problem::warning(ProblemKind::Unmatched, message).help("remove the table");
                problems.push(config_problem(self.config(), ignore.span, problem));
            }
        }
        let patterns = |change: &Override| change.files.clone();
        let covering = self.matching(self.config().overrides.iter().map(patterns).collect());
        for (change, _) in self.config().overrides.iter().zip(covering).filter(|(_, covers)| !covers) {
            let problem = Problem::warning(ProblemKind::Unmatched, "this override covers no file");
            problems.push(config_problem(self.config(), change.span, problem));
        }
        let giving = self.matching(self.config().roles.iter().map(|(_, glob)| vec![glob.clone()]).collect());
        for ((role, glob), _) in self.config().roles.iter().zip(giving).filter(|(_, gives)| !gives) {
            let message = format!("`{}` gives no file the role `{role}`", glob.pattern);
            let problem = Problem::warning(ProblemKind::Unmatched, message);
            problems.push(config_problem(self.config(), glob.span, problem));
        }
    }

    /// Says each glob that matches no file. Where none of a list of `files` does, that is said of the list.
    fn unmatched_globs(&self, problems: &mut Vec<Problem>) {
        let mut lists: Vec<(String, &[FileGlob], Option<&Rule>, bool)> = Vec::new();
        for (index, compiled) in self.catalogue().set.rules().iter().enumerate() {
            let rule = &compiled.rule;
            let configured = self.config().of_rule(&rule.id).and_then(|settings| settings.value.files.as_ref());
            let is_own = self.catalogue().origins[index] != RuleOrigin::Shipped;
            let ignores = self.config().of_rule(&rule.id).map(|settings| settings.value.ignores.as_slice());
            let ignores = ignores.unwrap_or_default();
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
        let overrides = self.config().overrides.iter();
        lists.extend(overrides.map(|change| ("this override".to_owned(), change.files.as_slice(), None, false)));
        lists.push(("`env-documents`".to_owned(), &self.config().facts.env_documents, None, true));
        lists.retain(|(_, globs, _, each)| globs.len() > usize::from(!each));
        let each = lists.iter().flat_map(|list| list.1.iter().map(move |glob| (list, glob)));
        let is_matched = self.matching(each.clone().map(|(_, glob)| vec![glob.clone()]).collect());
        let matched: BTreeSet<*const FileGlob> = each
            .clone()
            .zip(&is_matched)
            .filter(|(_, is)| **is)
            .map(|((_, glob), _)| std::ptr::from_ref(glob))
            .collect();
        for ((of, globs, place, says_each), glob) in each {
            let is_there = |glob: &FileGlob| matched.contains(&std::ptr::from_ref(glob));
            if is_there(glob) || (!says_each && !globs.iter().any(is_there)) {
                continue;
            }
            let problem =
                Problem::warning(ProblemKind::Unmatched, format!("`{}` of {of} matches no file", glob.pattern))
                    .help("correct the glob, or remove it");
            problems.push(match place {
                Some(rule) => problem.in_file(&rule.place.0).at(glob.span, rule.text.as_bytes()),
                None => config_problem(self.config(), glob.span, problem),
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
