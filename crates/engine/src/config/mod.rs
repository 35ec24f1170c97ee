//! `auditlint.toml`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use auditlint_rules::{FileGlob, FileGlobs, Role, RoleSet, RuleId, Severity, TaskLink};
use auditlint_source::document::{DocumentError, Key, Node, Table, Value, parse_toml};
use auditlint_source::limits::MAX_MISTAKES;
use auditlint_source::{FilePath, LineIndex, Problem, ProblemKind, Span, nearest};
use auditlint_tasks::TaskSource;

use crate::date::Date;
use crate::limits::{FILE_SIZE_CEILING, MAX_FILE_SIZE, MAX_IGNORES, MAX_OVERRIDES, MAX_PATTERN, MAX_REASON};
use crate::patterns::{Patterns, PatternsBuilder, Refused};

/// What a run is configured to do.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file it was read from; `None` where nothing is configured.
    pub path: Option<FilePath>,
    /// The text of that file.
    pub text: String,
    /// The lines of that text.
    pub lines: LineIndex,
    /// Folders with rules of the repository's own.
    pub rule_dirs: Vec<(Span, FilePath)>,
    /// The packs that are on.
    pub packs: Vec<(Span, String)>,
    /// Patterns of what is never looked at.
    pub exclude: Patterns,
    /// The patterns of `exclude` as they are written.
    pub exclude_patterns: Vec<(Span, String)>,
    /// Where tasks are kept.
    pub tasks: Vec<TaskSource>,
    /// What is changed about single rules, in the order of the file.
    pub rules: Vec<RuleSettings>,
    /// What is changed below single folders, in the order of the file: the last that covers a file holds.
    pub overrides: Vec<Override>,
    /// Findings that are silenced because their file cannot hold a comment.
    pub ignores: Vec<ConfiguredIgnore>,
    /// Roles of files, in the order of the file.
    pub roles: Vec<(Role, FileGlob)>,
    /// The largest source that is analysed, in bytes.
    pub max_file_size: u64,
    /// Commands that continuous integration must run.
    pub ci_commands: Vec<(Span, String)>,
    /// By rule, what `overrides` say of it: their numbers and severities.
    overridden: BTreeMap<RuleId, Vec<(usize, Severity)>>,
    /// The number of a rule's table in `rules`.
    settings: BTreeMap<RuleId, usize>,
    /// By rule, the globs of its `ignores`, and their numbers.
    ignored: BTreeMap<RuleId, (FileGlobs, Vec<usize>)>,
}

/// A `[rules.ID]` table.
#[derive(Clone, Debug)]
pub struct RuleSettings {
    /// Bytes of the id.
    pub span: Span,
    /// The rule.
    pub id: RuleId,
    /// `severity`, which turns it off with [`Severity::Off`].
    pub severity: Option<Severity>,
    /// `files`, in place of what the rule says.
    pub files: Option<Vec<FileGlob>>,
    /// `ignores`, beside what the rule says.
    pub ignores: Vec<FileGlob>,
    /// `in`, in place of what the rule says.
    pub roles: Option<RoleSet>,
    /// `tasks`, in place of what the rule says.
    pub tasks: Option<Vec<TaskLink>>,
}

/// An `[[overrides]]` table.
#[derive(Clone, Debug)]
pub struct Override {
    /// Bytes of the table.
    pub span: Span,
    /// The files it is about, as written.
    pub patterns: Vec<FileGlob>,
    /// The same, compiled.
    pub files: FileGlobs,
    /// Severities by rule.
    pub severities: Vec<(Span, RuleId, Severity)>,
}

impl Override {
    /// Whether it covers a file.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        self.files.is_match(path)
    }
}

/// An `[[ignore]]` table.
#[derive(Clone, Debug)]
pub struct ConfiguredIgnore {
    /// Bytes of the table.
    pub span: Span,
    /// The rule.
    pub rule: RuleId,
    /// Bytes of the rule's id.
    pub rule_span: Span,
    /// The files, as written.
    pub pattern: FileGlob,
    /// The task that will put it right.
    pub task: Option<String>,
    /// Why.
    pub reason: Arc<str>,
    /// The day from which it no longer holds.
    pub until: Option<Date>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            text: String::new(),
            lines: LineIndex::new(b""),
            rule_dirs: Vec::new(),
            packs: vec![(Span::default(), "recommended".to_owned())],
            exclude: Patterns::default(),
            exclude_patterns: Vec::new(),
            tasks: Vec::new(),
            rules: Vec::new(),
            overrides: Vec::new(),
            ignores: Vec::new(),
            roles: Vec::new(),
            max_file_size: MAX_FILE_SIZE,
            ci_commands: Vec::new(),
            overridden: BTreeMap::new(),
            settings: BTreeMap::new(),
            ignored: BTreeMap::new(),
        }
    }
}

impl Config {
    /// Reads `auditlint.toml`. What can be read is returned beside the problems, every one with its place.
    #[must_use]
    pub fn read(path: &FilePath, text: &str) -> (Self, Vec<Problem>) {
        let lines = LineIndex::new(text.as_bytes());
        let mut config = Self { path: Some(path.clone()), text: text.to_owned(), lines, ..Self::default() };
        let errors = RefCell::new(Vec::new());
        match parse_toml(text) {
            Ok(node) => config.fill(&node, &errors),
            Err(found) => errors.borrow_mut().extend(found),
        }
        config.index();
        let errors = errors.into_inner();
        let more = errors.len().saturating_sub(MAX_MISTAKES);
        let mut problems: Vec<Problem> = errors
            .into_iter()
            .take(MAX_MISTAKES)
            .map(|error| {
                let problem = config_problem(&config, error.span, Problem::error(ProblemKind::Config, error.message));
                match error.help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            })
            .collect();
        if more > 0 {
            let message = format!("{more} more mistakes in this file");
            problems.push(Problem::error(ProblemKind::Config, message).in_file(path));
        }
        (config, problems)
    }

    /// Brings overrides and ignores into the order in which they are asked for.
    fn index(&mut self) {
        self.settings = self.rules.iter().enumerate().map(|(number, settings)| (settings.id.clone(), number)).collect();
        for (number, change) in self.overrides.iter().enumerate() {
            for (_, rule, severity) in &change.severities {
                self.overridden.entry(rule.clone()).or_default().push((number, *severity));
            }
        }
        let mut globs: BTreeMap<RuleId, (Vec<&FileGlob>, Vec<usize>)> = BTreeMap::new();
        for (number, ignore) in self.ignores.iter().enumerate() {
            let (patterns, numbers) = globs.entry(ignore.rule.clone()).or_default();
            patterns.push(&ignore.pattern);
            numbers.push(number);
        }
        let compiled = globs.into_iter().map(|(rule, (patterns, numbers))| (rule, (FileGlobs::new(patterns), numbers)));
        self.ignored = compiled.collect();
    }

    /// The `[rules.ID]` table of a rule.
    pub(crate) fn settings(&self, rule: &RuleId) -> Option<&RuleSettings> {
        self.settings.get(rule).map(|number| &self.rules[*number])
    }

    /// The severity that the last override gives a rule in a file, if one does.
    pub(crate) fn overridden(&self, rule: &RuleId, path: &FilePath) -> Option<Severity> {
        let said = self.overridden.get(rule)?.iter().rev();
        said.into_iter().find(|(number, _)| self.overrides[*number].covers(path)).map(|(_, severity)| *severity)
    }

    /// Whether an override turns a rule on.
    pub(crate) fn turns_on(&self, rule: &RuleId) -> bool {
        self.overridden.get(rule).is_some_and(|said| said.iter().any(|(_, severity)| *severity != Severity::Off))
    }

    /// The numbers of the `ignores` that cover findings of a rule in a file, in the order of the configuration.
    pub(crate) fn ignored(&self, rule: &RuleId, path: &FilePath) -> Vec<usize> {
        let Some((globs, numbers)) = self.ignored.get(rule) else { return Vec::new() };
        let mut found = Vec::new();
        globs.matches_into(path, &mut found);
        found.iter().map(|glob| numbers[*glob]).collect()
    }

    fn fill(&mut self, node: &Node, errors: &RefCell<Vec<DocumentError>>) {
        let mut table = Table::new(node, errors);
        if let Some(dirs) = table.take_texts("rule-dirs") {
            self.rule_dirs = dirs.into_iter().map(|(span, dir)| (span, FilePath::new(&dir))).collect();
        }
        if let Some(packs) = table.take_texts("packs") {
            self.packs = packs;
        }
        if let Some(patterns) = table.take_texts("exclude") {
            let mut builder = PatternsBuilder::new("", 0);
            for (span, pattern) in &patterns {
                let message = match builder.add(pattern.trim_start_matches("./")) {
                    Ok(()) => continue,
                    Err(Refused::Invalid(error)) => format!("this is not a pattern: {error}"),
                    Err(Refused::Long) => format!("this pattern is longer than {MAX_PATTERN} bytes"),
                    Err(Refused::Full) => {
                        table.error(DocumentError::new(*span, "there are too many patterns before this one"));
                        break;
                    }
                };
                table.error(DocumentError::new(*span, message));
            }
            let (exclude, broken) = builder.build();
            if let (Some(error), Some((span, _))) = (broken, patterns.first()) {
                table.error(DocumentError::new(*span, format!("these patterns cannot be used: {error}")));
            }
            self.exclude = exclude;
            self.exclude_patterns = patterns;
        }
        for item in table.take_list("tasks").unwrap_or_default() {
            let mut source = Table::new(item, errors);
            self.tasks.extend(TaskSource::read(&mut source));
            source.finish();
        }
        for (key, node) in entries(&mut table, "rules") {
            self.rules.push(rule_settings(key, node, errors));
        }
        for item in limited(&mut table, "overrides", MAX_OVERRIDES) {
            self.overrides.extend(read_override(item, errors));
        }
        for item in limited(&mut table, "ignore", MAX_IGNORES) {
            self.ignores.extend(read_ignore(item, errors));
        }
        if let Some(node) = table.take("roles") {
            self.read_roles(node, errors);
        }
        let size_node = node.get("max-file-size");
        if let (Some(size), Some(node)) = (table.take_count("max-file-size"), size_node) {
            if size > FILE_SIZE_CEILING {
                let message = format!("`max-file-size` is {FILE_SIZE_CEILING} at most");
                let help = "a source may take 40 times its size while it is analysed; exclude what is larger";
                table.error(DocumentError::new(node.span, message).help(help));
            }
            self.max_file_size = size.min(FILE_SIZE_CEILING);
        }
        if let Some(node) = table.take("facts") {
            let mut facts = Table::new(node, errors);
            self.ci_commands = facts.take_texts("ci-commands").unwrap_or_default();
            facts.finish();
        }
        table.finish();
    }

    fn read_roles(&mut self, node: &Node, errors: &RefCell<Vec<DocumentError>>) {
        let mut table = Table::new(node, errors);
        for (name, role) in Role::WORDS {
            let globs = FileGlob::read_list(&table.take_list(name).unwrap_or_default(), errors);
            self.roles.extend(globs.into_iter().map(|glob| (role, glob)));
        }
        self.roles.sort_by_key(|(_, glob)| glob.span);
        table.finish();
    }
}

/// The tables of a list, as many as count.
fn limited<'n>(table: &mut Table<'n, '_>, key: &'static str, most: usize) -> Vec<&'n Node> {
    let mut items = table.take_list(key).unwrap_or_default();
    if let Some(item) = items.get(most) {
        let message = format!("there are {} `{key}` tables, more than {most}", items.len());
        table.error(DocumentError::new(item.span, message).help("one table may have a glob that covers several files"));
        items.truncate(most);
    }
    items
}

/// The entries of the table under `key`; none where it is absent.
fn entries<'n>(table: &mut Table<'n, '_>, key: &'static str) -> Vec<(&'n Key, &'n Node)> {
    let Some(node) = table.take(key) else { return Vec::new() };
    match &node.value {
        Value::Map(entries) => entries.iter().map(|(key, node)| (key, node)).collect(),
        _ => {
            table.error(DocumentError::expected("a table with a table for each rule", node));
            Vec::new()
        }
    }
}

fn rule_settings(key: &Key, node: &Node, errors: &RefCell<Vec<DocumentError>>) -> RuleSettings {
    let mut table = Table::new(node, errors);
    let severity = table.take_word("severity", &Severity::WORDS);
    let files = table.take_list("files").map(|nodes| FileGlob::read_list(&nodes, errors));
    let ignores = table.take_list("ignores").map(|nodes| FileGlob::read_list(&nodes, errors)).unwrap_or_default();
    let roles = table.take_texts("in").map(|words| {
        let mut roles = RoleSet::default();
        for (span, word) in words {
            match Role::WORDS.iter().find(|(name, _)| *name == word) {
                Some((_, role)) => roles.insert(*role),
                None => table.error(DocumentError::unknown(span, "role", &word, &Role::WORDS.map(|(name, _)| name))),
            }
        }
        roles
    });
    let tasks = table.take_list("tasks").map(|nodes| TaskLink::read_list(&nodes, errors));
    table.finish();
    RuleSettings { span: key.span, id: RuleId::new(&key.name), severity, files, ignores, roles, tasks }
}

fn read_override(node: &Node, errors: &RefCell<Vec<DocumentError>>) -> Option<Override> {
    let mut table = Table::new(node, errors);
    let patterns = table.take_list("files").map(|nodes| FileGlob::read_list(&nodes, errors));
    let mut severities = Vec::new();
    for (key, node) in entries(&mut table, "rules") {
        let mut rule = Table::new(node, errors);
        match rule.take_word("severity", &Severity::WORDS) {
            Some(severity) => severities.push((key.span, RuleId::new(&key.name), severity)),
            None if node.get("severity").is_none() => rule.error(
                DocumentError::new(key.span, "an override of a rule needs `severity`").help("severity = \"off\""),
            ),
            None => {}
        }
        rule.finish();
    }
    if patterns.is_none() {
        table.error(DocumentError::new(node.span, "an override needs `files`").help("files = [\"apps/web/**\"]"));
    }
    table.finish();
    let patterns = patterns?;
    Some(Override { span: node.span, files: FileGlobs::new(&patterns), patterns, severities })
}

fn read_ignore(node: &Node, errors: &RefCell<Vec<DocumentError>>) -> Option<ConfiguredIgnore> {
    let mut table = Table::new(node, errors);
    let rule_span = node.get("rule").map_or(node.span, |rule| rule.span);
    let rule = table.take_text("rule");
    let path_node = table.take("path");
    let task = table.take_text("task");
    let reason = table.take_text("reason").filter(|reason| !reason.trim().is_empty());
    let until_node = table.take("until");
    for (missing, key) in [(rule.is_none(), "rule"), (path_node.is_none(), "path"), (reason.is_none(), "reason")] {
        if missing {
            table.error(
                DocumentError::new(node.span, format!("an ignored finding needs `{key}`"))
                    .help("[[ignore]] takes rule, path and reason, and may have task and until"),
            );
        }
    }
    let until = until_node.and_then(|node| {
        let date = node.as_text().and_then(Date::parse);
        if date.is_none() {
            table.error(DocumentError::new(node.span, "this is not a date").help("write it as YYYY-MM-DD"));
        }
        date
    });
    let path = path_node.and_then(|node| FileGlob::read_list(&[node], errors).pop());
    let reason_span = node.get("reason").map_or(node.span, |reason| reason.span);
    if let Some(length) = reason.as_ref().map(String::len).filter(|length| *length > MAX_REASON) {
        let message = format!("the reason has {length} bytes, more than {MAX_REASON}");
        table.error(DocumentError::new(reason_span, message).help("it stands beside every finding that it silences"));
    }
    table.finish();
    let (rule, path) = (RuleId::new(&rule?), path?);
    Some(ConfiguredIgnore {
        span: node.span,
        rule,
        rule_span,
        pattern: path,
        task,
        reason: reason.filter(|reason| reason.len() <= MAX_REASON)?.into(),
        until,
    })
}

/// A problem at a place in the configuration.
pub(crate) fn config_problem(config: &Config, span: Span, mut problem: Problem) -> Problem {
    if let Some(path) = &config.path {
        let position = config.lines.position(config.text.as_bytes(), span.start);
        problem = problem.in_file(path).placed(span, position);
    }
    problem
}

/// "did you mean …" for a name that is not among `valid`.
pub(crate) fn did_you_mean<'v>(word: &str, valid: impl IntoIterator<Item = &'v str> + Clone, list: bool) -> String {
    let near = nearest(word, valid.clone()).map(|near| format!("did you mean `{near}`?"));
    let all = list.then(|| format!("valid: {}", valid.into_iter().collect::<Vec<_>>().join(", ")));
    match (near, all) {
        (Some(near), Some(all)) => format!("{near} ({all})"),
        (Some(near), None) => near,
        (None, Some(all)) => all,
        (None, None) => "`auditlint rules list --all` shows every rule".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "1: unknown key `pakcs` (did you mean `packs`? Valid: rule-dirs, packs, exclude, tasks, rules, overrides, ignore, roles, max-file-size, facts)",
            ],
        );
        check(
            "\n[rules.a]\nseverty = \"off\"",
            &["3: unknown key `severty` (did you mean `severity`? Valid: severity, files, ignores, in, tasks)"],
        );
        check(
            "[rules.a]\nseverity = \"eror\"",
            &["2: unknown severity `eror` (did you mean `error`? Valid: error, warning, info, hint, off)"],
        );
        check(
            "[rules.a]\nin = [\"tests\"]",
            &["2: unknown role `tests` (did you mean `test`? Valid: source, test, config, script, generated)"],
        );
        check("[rules.a]\nfiles = [\"a[\"]", &["2: this is not a glob: unclosed character class; missing ']'"]);
        check("[rules.a]\ntasks = [{ files = [\"a\"] }]", &["2: `id` of the task is missing"]);
        check("[rules]\na = \"off\"", &["2: expected a table, found text"]);
        check("rules = 1", &["1: expected a table with a table for each rule, found a whole number"]);
        check("packs = [[]]", &["1: expected text, found a list"]);
        check("exclude = [\"a\", \"b\\\\\"]", &["1: this is not a pattern: error parsing glob 'b\\': dangling '\\'"]);
        check("max-file-size = \"big\"", &["1: expected a whole number, 0 or more, found text"]);
        check(
            "packs = []\nmax-file-size = 67108865",
            &[
                "2: `max-file-size` is 67108864 at most (a source may take 40 times its size while it is analysed; exclude what is larger)",
            ],
        );
        check(
            &format!("[[ignore]]\nrule = 'a'\npath = 'b'\nreason = '{}'", "x".repeat(1_025)),
            &["4: the reason has 1025 bytes, more than 1024 (it stands beside every finding that it silences)"],
        );
        check("max-file-size = -1", &["1: expected a whole number, 0 or more, found a whole number"]);
        check(
            "tasks = 1",
            &[
                "1: expected a table, found a whole number",
                "1: a task source needs `files` or `external` (files = \"tasks/*.yaml\" for tasks of this repository, external = \"PROJ-\\\\d+\" for a tracker)",
            ],
        );
        check(
            "[[tasks]]\nfile = \"a\"",
            &[
                "1: a task source needs `files` or `external` (files = \"tasks/*.yaml\" for tasks of this repository, external = \"PROJ-\\\\d+\" for a tracker)",
                "2: unknown key `file` (did you mean `files`? Valid: files, format, prefix, external, url, status)",
            ],
        );
        check(
            "[roles]\ntests = []",
            &["2: unknown key `tests` (did you mean `test`? Valid: source, test, config, script, generated)"],
        );
        check("[facts]\nci = []", &["2: unknown key `ci` (valid: ci-commands)"]);
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
                "1: an ignored finding needs `path` ([[ignore]] takes rule, path and reason, and may have task and until)",
                "1: an ignored finding needs `reason` ([[ignore]] takes rule, path and reason, and may have task and until)",
            ],
        );
        check(
            "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \" \"",
            &[
                "1: an ignored finding needs `reason` ([[ignore]] takes rule, path and reason, and may have task and until)",
            ],
        );
        check(
            "[[ignore]]\nrule = \"a\"\npath = \"b\"\nreason = \"c\"\nuntil = \"2027-13-01\"",
            &["5: this is not a date (write it as YYYY-MM-DD)"],
        );
        check("packs = [\n", &["1: unclosed array, expected `]`"]);
    }
    #[test]
    fn every_key_is_read() {
        let config = check(
            "packs = [\"strict\"]\nrule-dirs = [\"./lint/rules\"]\nexclude = [\"./out/\"]\nmax-file-size = 7\n\
             [[tasks]]\nfiles = \"tasks/*.yaml\"\n\
             [facts]\nci-commands = [\"npm test\"]\n\
             [roles]\nscript = \"tools/**\"\nsource = \"tools/app/**\"\n\
             [rules.a]\nseverity = \"off\"\nfiles = \"x/**\"\nignores = \"y/**\"\nin = \"test\"\ntasks = \"T-1\"\n\
             [[overrides]]\nfiles = \"z/**\"\nrules.a.severity = \"hint\"\n\
             [[ignore]]\nrule = \"a\"\npath = \"p/**\"\ntask = \"T-2\"\nreason = \"because\"\nuntil = 2027-01-31\n",
            &[],
        );
        assert_eq!(config.packs[0].1, "strict");
        assert_eq!(config.rule_dirs[0].1, FilePath::new("lint/rules"));
        assert!(crate::discovery::is_excluded(&config.exclude, &FilePath::new("out/a.ts")));
        assert_eq!(config.max_file_size, 7);
        assert_eq!(config.ci_commands[0].1, "npm test");
        assert!(config.tasks[0].covers("tasks/a.yaml"));
        // Roles keep the order of the file: the first pattern that matches wins.
        assert_eq!(config.roles.iter().map(|(role, _)| *role).collect::<Vec<_>>(), [Role::Script, Role::Source]);
        let settings = &config.rules[0];
        assert_eq!((settings.id.as_str(), settings.severity), ("a", Some(Severity::Off)));
        assert_eq!(settings.files.as_ref().unwrap()[0].pattern, "x/**");
        assert_eq!(settings.ignores[0].pattern, "y/**");
        assert_eq!(settings.roles, Some([Role::Test].into_iter().collect()));
        assert_eq!(settings.tasks.as_ref().unwrap()[0].id, "T-1");
        let change = &config.overrides[0];
        assert!(change.covers(&FilePath::new("z/a.ts")) && !change.covers(&FilePath::new("a.ts")));
        assert_eq!(change.severities[0].2, Severity::Hint);
        let ignore = &config.ignores[0];
        assert_eq!((ignore.rule.as_str(), ignore.pattern.pattern.as_str()), ("a", "p/**"));
        assert_eq!((ignore.task.as_deref(), &*ignore.reason), (Some("T-2"), "because"));
        assert_eq!(ignore.until, Date::parse("2027-01-31"));
    }

    #[test]
    fn an_empty_file_is_the_default() {
        let config = check("", &[]);
        assert_eq!(config.to_toml(), Config::default().to_toml());
    }

    #[test]
    fn says_what_is_nearest() {
        for (word, list, expected) in [
            ("reccommended", false, "did you mean `recommended`?"),
            ("reccommended", true, "did you mean `recommended`? (valid: recommended, strict)"),
            ("zzz", true, "valid: recommended, strict"),
            ("zzz", false, "`auditlint rules list --all` shows every rule"),
        ] {
            assert_eq!(did_you_mean(word, ["recommended", "strict"], list), expected);
        }
    }
}
