//! `auditlint.toml`.

mod file;
mod inherit;
pub(crate) mod print;
pub(crate) mod reader;
mod schema;
mod settings;
mod values;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use auditlint_rules::{FileGlob, FileGlobs, RuleId, RuleLevel};
use auditlint_source::document::{DocumentError, DocumentValue, NamedTable, Setting, parse_toml, unplaced};
use auditlint_source::{FilePath, Problem, ProblemKind, Span, nearest};

use self::file::ConfigFile;
use crate::ignore_patterns::{IgnorePatterns, PatternsBuilder, Refused};
use crate::limits::MAX_PATTERN;

pub use print::inline as inline_toml;
pub use schema::config_schema;
pub use settings::{Attestation, ConfiguredIgnore, FactsSettings, OverriddenRule, Override, RuleSettings, Settings};
pub use values::{OptionSettings, PackName, Reason, RoleGlobs, Statement};

/// What a project is configured to do: the [`Settings`] that hold in it, and what is worked out from them.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file of the project itself; `None` where nothing is configured.
    pub path: Option<FilePath>,
    /// The folder of the project.
    pub folder: FilePath,
    /// Whether what holds in the project is not known: its file, or one that it builds on, cannot be read.
    pub is_unreadable: bool,
    /// Whether the project inherits nothing from those above it.
    pub is_on_its_own: bool,
    /// What holds, defaults filled in. Paths and globs are relative to the root of the run.
    pub settings: Settings,
    /// Patterns of what is never looked at.
    pub exclude: IgnorePatterns,
    /// The files that it comes from, the project's own last.
    pub(crate) files: Vec<Arc<ConfigFile>>,
    /// The files of each override.
    covered: Vec<FileGlobs>,
    /// By rule, what `overrides` say of it: their numbers and levels.
    overridden: BTreeMap<RuleId, Vec<(usize, RuleLevel)>>,
    /// The number of a rule's table in `rules`.
    by_rule: BTreeMap<RuleId, usize>,
    /// By rule, the globs of its `ignores`, and their numbers.
    ignored: BTreeMap<RuleId, (FileGlobs, Vec<usize>)>,
}

impl Deref for Config {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        &self.settings
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            folder: FilePath::root(),
            is_unreadable: false,
            is_on_its_own: false,
            settings: Settings::default(),
            exclude: IgnorePatterns::default(),
            files: Vec::new(),
            covered: Vec::new(),
            overridden: BTreeMap::new(),
            by_rule: BTreeMap::new(),
            ignored: BTreeMap::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::read(&unplaced(DocumentValue::Map(Vec::new())), &RefCell::default())
            .expect("no key of the configuration must be there")
    }
}

impl Config {
    /// Whether a configuration says that nothing is inherited from those above it.
    #[must_use]
    pub fn ends_search(text: &str) -> bool {
        parse_toml(text).is_ok_and(|node| node.get("root").is_some_and(|root| root.value == DocumentValue::Bool(true)))
    }

    /// The files that it comes from, the project's own last.
    pub fn sources(&self) -> impl Iterator<Item = &FilePath> {
        self.files.iter().map(|file| &file.path)
    }

    /// The file in which a span of the settings lies, and the span there.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<(&FilePath, Span)> {
        self.files.iter().find_map(|file| Some((&file.path, file.own(span)?)))
    }

    /// Whether a span of the settings is written for this project: in its own file, or in one that it extends.
    pub(crate) fn is_own(&self, span: Span, above: Option<&Self>) -> bool {
        let of_above =
            |file: &Arc<ConfigFile>| above.is_some_and(|above| above.files.iter().any(|one| Arc::ptr_eq(one, file)));
        self.files.iter().any(|file| file.own(span).is_some() && !of_above(file))
    }

    /// The folder from which the globs of rules count that a folder named at this place holds.
    pub(crate) fn globs_of(&self, span: Span) -> FilePath {
        let folder = self.files.iter().find(|file| file.own(span).is_some()).map(|file| file.folder());
        inherit::globs_of(&folder.unwrap_or_else(FilePath::root), &self.folder).clone()
    }

    /// Works out what is asked often; gives what cannot be.
    pub(crate) fn compile(&mut self) -> Vec<DocumentError> {
        let mut errors = Vec::new();
        self.compile_exclude(&mut errors);
        self.index();
        errors
    }

    fn mistake(&self, error: DocumentError) -> Problem {
        let problem = Problem::error(ProblemKind::Config, error.message);
        let problem = config_problem(self, error.span, problem);
        match error.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    }

    fn compile_exclude(&mut self, errors: &mut Vec<DocumentError>) {
        let patterns = &self.settings.exclude_patterns;
        let mut builder = PatternsBuilder::new("", 0);
        for (span, pattern) in patterns {
            let message = match builder.add(pattern.trim_start_matches("./")) {
                Ok(()) => continue,
                Err(Refused::Invalid(error)) => format!("invalid pattern: {error}"),
                Err(Refused::Long) => format!("this pattern is longer than {MAX_PATTERN} bytes"),
                Err(Refused::Full) => {
                    errors.push(DocumentError::new(*span, "there are too many patterns before this one"));
                    break;
                }
            };
            errors.push(DocumentError::new(*span, message));
        }
        let (exclude, broken) = builder.build();
        if let (Some(error), Some((span, _))) = (broken, patterns.first()) {
            errors.push(DocumentError::new(*span, format!("these patterns cannot be used: {error}")));
        }
        self.exclude = exclude;
    }

    /// Brings overrides and ignores into the order in which they are asked for.
    fn index(&mut self) {
        let settings = &self.settings;
        self.by_rule = settings.rules.iter().enumerate().map(|(number, rule)| (rule.name.clone(), number)).collect();
        self.covered = settings.overrides.iter().map(|change| FileGlobs::new(&change.files)).collect();
        for (number, change) in settings.overrides.iter().enumerate() {
            for rule in change.rules.iter() {
                self.overridden.entry(rule.name.clone()).or_default().push((number, rule.value.severity));
            }
        }
        let mut globs: BTreeMap<&RuleId, (Vec<&FileGlob>, Vec<usize>)> = BTreeMap::new();
        // One glob that takes out leaves nothing, and the run says that it ignores nothing.
        for (number, ignore) in settings.ignores.iter().enumerate().filter(|(_, one)| !one.pattern.is_negated()) {
            let (patterns, numbers) = globs.entry(&ignore.rule.1).or_default();
            patterns.push(&ignore.pattern);
            numbers.push(number);
        }
        let compile = |(rule, (patterns, numbers)): (&RuleId, (Vec<&FileGlob>, _))| {
            (rule.clone(), (FileGlobs::new(patterns), numbers))
        };
        self.ignored = globs.into_iter().map(compile).collect();
    }

    /// The `[rules.ID]` table of a rule.
    pub(crate) fn of_rule(&self, rule: &RuleId) -> Option<&NamedTable<RuleId, RuleSettings>> {
        self.by_rule.get(rule).map(|number| &self.rules[*number])
    }

    /// The level that the last override gives a rule in a file, if one does.
    pub(crate) fn overridden(&self, rule: &RuleId, path: &FilePath) -> Option<RuleLevel> {
        let said = self.overridden.get(rule)?.iter().rev();
        said.into_iter().find(|(number, _)| self.covered[*number].covers(path)).map(|(_, level)| *level)
    }

    /// Whether an override turns a rule on.
    pub(crate) fn turns_on(&self, rule: &RuleId) -> bool {
        self.overridden.get(rule).is_some_and(|said| said.iter().any(|(_, level)| *level != RuleLevel::Off))
    }

    /// The numbers of the `ignores` that cover findings of a rule in a file, in the order of the configuration.
    pub(crate) fn ignored(&self, rule: &RuleId, path: &FilePath) -> Vec<usize> {
        let Some((globs, numbers)) = self.ignored.get(rule) else { return Vec::new() };
        let mut found = Vec::new();
        globs.matches_into(path, &mut found);
        found.iter().map(|glob| numbers[*glob]).collect()
    }
}

/// A problem at a place in the configuration.
pub(crate) fn config_problem(config: &Config, span: Span, problem: Problem) -> Problem {
    match config.files.iter().find_map(|file| Some((file, file.own(span)?))) {
        Some((file, own)) => file.place(own, problem),
        None => problem,
    }
}

/// What to do about a rule that is not among `valid`.
pub(crate) fn did_you_mean<'v>(word: &str, valid: impl IntoIterator<Item = &'v str>) -> String {
    match nearest(word, valid) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`auditlint rules list --all` shows every rule".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use auditlint_rules::{Role, Severity};
    use auditlint_tasks::TaskId;

    use super::*;
    use crate::Date;

    /// The problems of reading `text`, each as `line: message (help)`.
    fn check(text: &str, expected: &[&str]) -> Config {
        let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), text);
        let problems: Vec<String> = problems
            .iter()
            .map(|problem| {
                assert_eq!(problem.path, config.path, "{problem:?}");
                let line = problem.position.map_or(0, |position| position.line);
                let help = problem.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
                format!("{line}: {}{help}", problem.message)
            })
            .collect();
        assert_eq!(problems, expected, "{text}");
        config
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        check(
            "pakcs = []",
            &[
                "1: unknown key `pakcs` (did you mean `packs`? Valid: extends, root, packs, rule-dirs, exclude, baseline, max-file-size, roles, facts, tasks, rules, overrides, ignore, attest)",
            ],
        );
        check(
            "\n[rules.a]\nseverty = \"off\"",
            &[
                "3: unknown key `severty` (did you mean `severity`? Valid: severity, files, ignores, in, tasks, options)",
            ],
        );
        check(
            "[rules.a]\nseverity = \"eror\"",
            &["2: unknown severity `eror` (did you mean `error`? Valid: error, warning, info, hint, off)"],
        );
        check(
            "[rules.a]\nin = [\"tests\"]",
            &["2: unknown role `tests` (did you mean `test`? Valid: source, test, config, script, generated)"],
        );
        check("[rules.a]\nfiles = [\"a[\"]", &["2: invalid glob: unclosed character class; missing ']'"]);
        check("[rules.a]\ntasks = [{ files = [\"a\"] }]", &["2: a link to a task needs `id`"]);
        check("[rules]\na = \"off\"\nb = 1", &["3: unknown severity `1` (valid: error, warning, info, hint, off)"]);
        check("[rules]\na = []", &["2: expected a table, found a list"]);
        check("rules = 1", &["1: expected a table that holds a table for each rule, found a whole number"]);
        check("packs = [[]]", &["1: expected text, found a list"]);
        check(
            "packs = [\"strict-rest\"]",
            &[
                "1: unknown pack `strict-rest` (did you mean `strict-rust`? Valid: audit, consistency, node-service, plan, production-readiness, python-service, recommended, rust-service, strict-effect, strict-rust, strict-typescript)",
            ],
        );
        check("rule-dirs = [1]", &["1: expected text, found a whole number (put it in quotation marks)"]);
        check("exclude = [\"a\", \"b\\\\\"]", &["1: invalid pattern: error parsing glob 'b\\': dangling '\\'"]);
        check("max-file-size = \"big\"", &["1: expected a whole number, 0 or more, found text"]);
        check(
            "packs = []\nmax-file-size = 67108865",
            &[
                "2: `max-file-size` must be at most 67108864 (analysing a source can take 40 times its size in memory; exclude larger files)",
            ],
        );
        check(
            &format!("[[ignore]]\nrule = 'a'\npath = 'b'\nreason = '{}'", "x".repeat(1_025)),
            &["4: the reason has 1025 bytes, more than 1024 (it is shown with every finding that it silences)"],
        );
        check("max-file-size = -1", &["1: expected a whole number, 0 or more, found a whole number"]);
        check("tasks = 1", &["1: expected a table, found a whole number"]);
        check(
            "[[tasks]]\nfile = \"a\"",
            &[
                "1: a task source needs `files` or `external` (files = [\"tasks/*.yaml\"] or external = 'PROJ-\\d+')",
                "2: unknown key `file` (did you mean `files`? Valid: files, format, fields, ids, prefix, external, url, status)",
            ],
        );
        check(
            "[roles]\ntests = []",
            &["2: unknown key `tests` (did you mean `test`? Valid: source, test, config, script, generated)"],
        );
        check("[facts]\nci = []", &["2: unknown key `ci` (valid: ci-commands, token-columns, env-documents)"]);
        check("[facts]\nci-commands = [[]]", &["2: expected text, found a list"]);
        check("roles = 1", &["1: expected a table, found a whole number"]);
        check(
            "[[overrides]]\nrules.a.severity = \"off\"",
            &["1: an override needs `files` (files = [\"apps/web/**\"])"],
        );
        check(
            "[[overrides]]\nfiles = \"a\"\nrules.a.in = []",
            &[
                "3: an override of a rule needs `severity` (severity = \"off\")",
                "3: unknown key `in` (valid: severity)",
            ],
        );
        check(
            "[[overrides]]\nfiles = \"a\"\nrules.a = {}",
            &["3: an override of a rule needs `severity` (severity = \"off\")"],
        );
        check(
            "[[ignore]]\nrule = \"a\"",
            &[
                "1: an ignored finding needs `path` (path = \"apps/api/src/lib/queue.ts\")",
                "1: an ignored finding needs `reason` (reason = \"goes with the move to Redis\")",
            ],
        );
        check(
            "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \" \"",
            &["4: the reason is empty (say why the finding may stay for now)"],
        );
        let attested = |reason: &str| {
            format!("[[attest]]\ntask = \"A-1\"\nby = \"Ada\"\nuntil = \"2027-01-01\"\nreason = \"{reason}\"")
        };
        check(&attested(" "), &["5: this text is empty (an attestation says who answers for the task, and why)"]);
        check(
            &attested(&"x".repeat(1_025)),
            &["5: this text has 1025 bytes, more than 1024 (say it in one sentence; it stands in lists of tasks)"],
        );
        check(
            "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nuntil = \"2027-13-01\"",
            &["5: invalid date (write it as YYYY-MM-DD)"],
        );
        check("packs = [\n", &["1: unclosed array, expected `]`"]);
    }
    #[test]
    fn every_key_is_read() {
        let config = check(
            "packs = [\"strict-rust\"]\nrule-dirs = [\"./lint/rules\"]\nexclude = [\"./out/\"]\nbaseline = \"lint/known.tsv\"\nmax-file-size = 7\n\
             [[tasks]]\nfiles = \"tasks/*.yaml\"\n\
             [facts]\nci-commands = [\"npm test\"]\ntoken-columns = [\"pin\"]\n\
             [roles]\nscript = \"tools/**\"\nsource = \"tools/app/**\"\n\
             [rules.a]\nseverity = \"off\"\nfiles = \"x/**\"\nignores = \"y/**\"\nin = \"test\"\ntasks = \"T-1\"\n\
             [[overrides]]\nfiles = \"z/**\"\nrules.a.severity = \"hint\"\n\
             [[ignore]]\nrule = \"a\"\npath = \"p/**\"\ntask = \"T-2\"\nreason = \"because\"\nuntil = 2027-01-31\n",
            &[],
        );
        assert_eq!(config.packs[0].name(), "strict-rust");
        assert_eq!(config.rule_dirs[0].1, FilePath::new("lint/rules"));
        assert!(config.exclude.exclude(&FilePath::new("out/a.ts")));
        assert_eq!(config.baseline.1, FilePath::new("lint/known.tsv"));
        assert_eq!(config.max_file_size, 7);
        assert_eq!(config.facts.ci_commands[0].1, "npm test");
        assert_eq!(config.facts.token_columns, ["pin"]);
        assert!(config.tasks[0].covers("tasks/a.yaml"));
        // Roles keep the order of the file: the first pattern that matches wins.
        assert_eq!(config.roles.iter().map(|(role, _)| *role).collect::<Vec<_>>(), [Role::Script, Role::Source]);
        assert_eq!(config.rules[0].name.as_str(), "a");
        let settings = &config.rules[0].value;
        assert_eq!(settings.severity, Some(RuleLevel::Off));
        assert_eq!(settings.files.as_ref().unwrap()[0].pattern, "x/**");
        assert_eq!(settings.ignores[0].pattern, "y/**");
        assert_eq!(settings.roles, Some([Role::Test].into_iter().collect()));
        assert_eq!(settings.tasks.as_ref().unwrap()[0].id, "T-1");
        let level = |path: &str| config.overridden(&RuleId::new("a"), &FilePath::new(path));
        assert_eq!((level("z/a.ts"), level("a.ts")), (Some(Severity::Hint.into()), None));
        let ignore = &config.ignores[0];
        assert_eq!((ignore.rule.1.as_str(), ignore.pattern.pattern.as_str()), ("a", "p/**"));
        assert_eq!((ignore.task.as_ref().map(TaskId::as_str), &*ignore.reason), (Some("T-2"), "because"));
        assert_eq!(ignore.until, Date::parse("2027-01-31"));
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = check("", &[]);
        assert_eq!(config.to_toml(), Config::default().to_toml());
    }

    #[test]
    fn says_what_is_nearest() {
        for (word, expected) in
            [("proces-env", "did you mean `process-env`?"), ("zzz", "`auditlint rules list --all` shows every rule")]
        {
            assert_eq!(did_you_mean(word, ["process-env", "raw-fetch"]), expected);
        }
    }
}
