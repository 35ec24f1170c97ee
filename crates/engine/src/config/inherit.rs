//! What a configuration takes over from others, and where the paths and globs of each count from.

use auditlint_rules::{FileGlob, TaskLink};
use auditlint_source::FilePath;
use auditlint_tasks::TaskGlob;

use super::file::ConfigFile;
use super::{FactsSettings, RuleSettings, Settings};
use crate::baseline::BASELINE_NAME;

/// Whose file one is, seen from the project that is configured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The project's own: it alone names its baseline.
    Own,
    /// One that `extends` names.
    Extended,
}

impl Settings {
    /// What a project below the one with these settings takes over from it: everything but what is about that project alone.
    pub(super) fn inherited(&self) -> Self {
        Self { tasks: Vec::new(), attestations: Vec::new(), extends: Vec::new(), root: false, ..self.clone() }
    }

    /// The same with what a file says besides, which takes precedence. `project` is the folder of the project that is configured.
    pub(super) fn with(self, file: &ConfigFile, whose: Whose, project: &FilePath) -> Self {
        let mut said = file.said.clone();
        let folder = file.folder();
        said.count_from(&folder, globs_of(&folder, project));
        let Self {
            extends: _,
            root: _,
            packs,
            mut rule_dirs,
            mut exclude_patterns,
            baseline,
            max_file_size,
            roles,
            facts,
            mut tasks,
            mut rules,
            mut overrides,
            mut ignores,
            mut attestations,
        } = self;
        rule_dirs.extend(said.rule_dirs);
        exclude_patterns.extend(said.exclude_patterns);
        tasks.extend(said.tasks);
        rules.take_in(said.rules, RuleSettings::take_in);
        overrides.extend(said.overrides);
        ignores.extend(said.ignores);
        attestations.extend(said.attestations);
        Self {
            extends: Vec::new(),
            root: whose == Whose::Own && said.root,
            packs: if file.has_packs { said.packs } else { packs },
            rule_dirs,
            exclude_patterns,
            baseline: if whose == Whose::Own { said.baseline } else { baseline },
            max_file_size: if file.has_max_file_size { said.max_file_size } else { max_file_size },
            roles: said.roles.before(roles),
            facts: facts.with(said.facts),
            tasks,
            rules,
            overrides,
            ignores,
            attestations,
        }
    }

    /// The baseline of a project that names none.
    pub(super) fn without_baseline(mut self, project: &FilePath) -> Self {
        self.baseline.0 = auditlint_source::Span::default();
        self.baseline.1 = project.join(BASELINE_NAME);
        self
    }

    /// Has paths count from the folder of the file that they are written in, and globs over the files of a project from `globs`.
    fn count_from(&mut self, folder: &FilePath, globs: &FilePath) {
        if !folder.is_root() {
            self.rule_dirs.iter_mut().for_each(|(_, dir)| *dir = folder.join(dir.as_str()));
            self.baseline.1 = folder.join(self.baseline.1.as_str());
            for glob in self.tasks.iter_mut().flat_map(|source| &mut source.files) {
                *glob = TaskGlob::below(glob, folder);
            }
        }
        if globs.is_root() {
            return;
        }
        self.exclude_patterns.iter_mut().for_each(|(_, pattern)| *pattern = pattern_below(pattern, globs));
        self.roles.count_from(globs);
        FileGlob::count_from(&mut self.facts.env_documents, globs);
        for RuleSettings { files, ignores, tasks, .. } in self.rules.iter_mut().map(|table| &mut table.value) {
            FileGlob::count_from(files.as_deref_mut().unwrap_or_default(), globs);
            FileGlob::count_from(ignores, globs);
            TaskLink::count_from(tasks.as_deref_mut().unwrap_or_default(), globs);
        }
        self.overrides.iter_mut().for_each(|change| FileGlob::count_from(&mut change.files, globs));
        self.ignores.iter_mut().for_each(|ignore| ignore.pattern = ignore.pattern.below(globs));
    }
}

/// Where the globs of a file in `folder` count from. A file that lies elsewhere than above the project has no file of the project
/// below it: its globs are meant for whoever extends it.
pub(super) fn globs_of<'f>(folder: &'f FilePath, project: &'f FilePath) -> &'f FilePath {
    if project.is_under(folder) { folder } else { project }
}

impl FactsSettings {
    fn with(mut self, said: Self) -> Self {
        let Self { ci_commands, token_columns, env_documents } = said;
        self.ci_commands.extend(ci_commands);
        self.token_columns.extend(token_columns);
        self.env_documents.extend(env_documents);
        self
    }
}

impl RuleSettings {
    /// Takes in what a nearer configuration says of the same rule.
    fn take_in(&mut self, said: Self) {
        let Self { severity, files, ignores, roles, tasks, options } = said;
        self.severity = severity.or(self.severity);
        self.files = files.or_else(|| self.files.take());
        self.ignores.extend(ignores);
        self.roles = roles.or(self.roles);
        self.tasks = tasks.or_else(|| self.tasks.take());
        self.options.take_in(options);
    }
}

/// A pattern of an ignore file, counted from a folder.
fn pattern_below(pattern: &str, folder: &FilePath) -> String {
    if pattern.trim_end().is_empty() || pattern.starts_with('#') {
        return pattern.to_owned();
    }
    let (sign, pattern) = match pattern.strip_prefix('!') {
        Some(pattern) => ("!", pattern),
        None => ("", pattern),
    };
    let mut escaped = String::with_capacity(folder.as_str().len());
    for c in folder.as_str().chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    let written = pattern.trim_start_matches("./");
    // A pattern with a slash anywhere but at its end names one place; without one it names that name anywhere below.
    let is_placed = written.trim_end_matches('/').contains('/') || written.len() < pattern.len();
    let anywhere = if is_placed { "" } else { "**/" };
    format!("{sign}/{escaped}/{anywhere}{}", written.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ignore_patterns::PatternsBuilder;

    #[test]
    fn patterns_count_from_the_folder_of_their_file() {
        for (pattern, path, is_folder, excluded) in [
            ("vendor/", "apps/web/vendor", true, Some(true)),
            ("vendor/", "apps/web/a/vendor", true, Some(true)),
            ("vendor/", "vendor", true, None),
            ("/vendor/", "apps/web/vendor", true, Some(true)),
            ("/vendor/", "apps/web/a/vendor", true, None),
            ("./out", "apps/web/out", false, Some(true)),
            ("./out", "apps/web/a/out", false, None),
            ("src/*.js", "apps/web/src/a.js", false, Some(true)),
            ("src/*.js", "src/a.js", false, None),
            ("!keep.js", "apps/web/src/keep.js", false, Some(false)),
            ("# a", "apps/web/# a", false, None),
        ] {
            let mut builder = PatternsBuilder::new("", 0);
            builder.add(&pattern_below(pattern, &FilePath::new("apps/web"))).unwrap();
            assert_eq!(builder.build().0.matched(path, is_folder), excluded, "{pattern} on {path}");
        }
        let mut builder = PatternsBuilder::new("", 0);
        builder.add(&pattern_below("a.ts", &FilePath::new("app/[id]"))).unwrap();
        assert_eq!(builder.build().0.matched("app/[id]/a.ts", false), Some(true));
    }
}
