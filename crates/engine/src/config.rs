//! `auditlint.toml`.

use std::cell::RefCell;

use auditlint_rules::{FileGlob, Role, RoleSet, RuleId, Severity, TaskLink};
use auditlint_source::document::{DocumentError, Key, Node, Table, Value, parse_toml};
use auditlint_source::{FilePath, Problem, ProblemKind, Span, nearest};
use auditlint_tasks::TaskSource;
use globset::GlobSet;
use ignore::gitignore::Gitignore;

use crate::date::Date;
use crate::discovery::exclude_patterns;

/// The largest source that is analysed unless the configuration says otherwise, in bytes.
pub const MAX_FILE_SIZE: u64 = 10 << 20;

/// What a run is configured to do.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from; `None` where nothing is configured.
    pub path: Option<FilePath>,
    /// The text of that file.
    pub text: String,
    /// Folders with rules of the repository's own.
    pub rule_dirs: Vec<(Span, FilePath)>,
    /// The packs that are on.
    pub packs: Vec<(Span, String)>,
    /// Patterns of what is never looked at.
    pub exclude: Gitignore,
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
    pub files: GlobSet,
    /// Severities by rule.
    pub severities: Vec<(Span, RuleId, Severity)>,
}

impl Override {
    /// Whether it covers a file.
    #[must_use]
    pub fn covers(&self, path: &FilePath) -> bool {
        self.files.is_match(path.as_str())
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
    pub pattern: String,
    /// The same, compiled.
    pub path: GlobSet,
    /// The task that will put it right.
    pub task: Option<String>,
    /// Why.
    pub reason: String,
    /// The day from which it no longer holds.
    pub until: Option<Date>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: None,
            text: String::new(),
            rule_dirs: Vec::new(),
            packs: vec![(Span::default(), "recommended".to_owned())],
            exclude: Gitignore::empty(),
            exclude_patterns: Vec::new(),
            tasks: Vec::new(),
            rules: Vec::new(),
            overrides: Vec::new(),
            ignores: Vec::new(),
            roles: Vec::new(),
            max_file_size: MAX_FILE_SIZE,
        }
    }
}

impl Config {
    /// Reads `auditlint.toml`. What can be read is returned beside the problems, every one with its place.
    #[must_use]
    pub fn read(path: &FilePath, text: &str) -> (Self, Vec<Problem>) {
        let mut config = Self { path: Some(path.clone()), text: text.to_owned(), ..Self::default() };
        let errors = RefCell::new(Vec::new());
        match parse_toml(text) {
            Ok(node) => config.fill(&node, &errors),
            Err(found) => errors.borrow_mut().extend(found),
        }
        let problems = errors
            .into_inner()
            .into_iter()
            .map(|error| {
                let problem = Problem::error(ProblemKind::Config, error.message).in_file(path);
                let problem = problem.at(error.span, text.as_bytes());
                match error.help {
                    Some(help) => problem.help(help),
                    None => problem,
                }
            })
            .collect();
        (config, problems)
    }

    /// The configuration in force as TOML, defaults filled in.
    #[must_use]
    pub fn to_toml(&self) -> String {
        use std::fmt::Write as _;
        fn list<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
            let items: Vec<String> = items.into_iter().map(|item| format!("{:?}", item.as_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        let globs = |globs: &[FileGlob]| list(globs.iter().map(|glob| glob.pattern.as_str()));
        let mut out = String::new();
        let _ = writeln!(out, "packs = {}", list(self.packs.iter().map(|(_, pack)| pack)));
        let _ = writeln!(out, "rule-dirs = {}", list(self.rule_dirs.iter().map(|(_, dir)| dir.as_str())));
        let _ = writeln!(out, "exclude = {}", list(self.exclude_patterns.iter().map(|(_, pattern)| pattern)));
        let _ = writeln!(out, "max-file-size = {}", self.max_file_size);
        if !self.roles.is_empty() {
            let _ = writeln!(out, "\n[roles]");
            for (name, role) in Role::WORDS {
                let of_role: Vec<&str> =
                    self.roles.iter().filter(|(of, _)| *of == role).map(|(_, glob)| glob.pattern.as_str()).collect();
                if !of_role.is_empty() {
                    let _ = writeln!(out, "{name} = {}", list(of_role));
                }
            }
        }
        for source in &self.tasks {
            let _ = writeln!(out, "\n[[tasks]]\nfiles = {}", list(source.files.iter().map(|glob| &glob.pattern)));
            for (key, value) in [("prefix", &source.prefix), ("url", &source.url), ("status", &source.status)] {
                if let Some(value) = value {
                    let _ = writeln!(out, "{key} = {value:?}");
                }
            }
        }
        for rule in &self.rules {
            let _ = writeln!(out, "\n[rules.{}]", rule.id.as_str());
            if let Some(severity) = rule.severity {
                let _ = writeln!(out, "severity = \"{severity}\"");
            }
            if let Some(files) = &rule.files {
                let _ = writeln!(out, "files = {}", globs(files));
            }
            if !rule.ignores.is_empty() {
                let _ = writeln!(out, "ignores = {}", globs(&rule.ignores));
            }
            if let Some(roles) = rule.roles {
                let _ = writeln!(out, "in = {}", list(roles.iter().map(Role::name)));
            }
            if let Some(tasks) = &rule.tasks {
                let links: Vec<String> = tasks
                    .iter()
                    .map(|link| match link.files.as_slice() {
                        [] => format!("{:?}", link.id),
                        files => format!("{{ id = {:?}, files = {} }}", link.id, globs(files)),
                    })
                    .collect();
                let _ = writeln!(out, "tasks = [{}]", links.join(", "));
            }
        }
        for change in &self.overrides {
            let _ = writeln!(out, "\n[[overrides]]\nfiles = {}", globs(&change.patterns));
            for (_, rule, severity) in &change.severities {
                let _ = writeln!(out, "rules.{}.severity = \"{severity}\"", rule.as_str());
            }
        }
        for ignore in &self.ignores {
            let _ = writeln!(
                out,
                "\n[[ignore]]\nrule = {:?}\npath = {:?}\nreason = {:?}",
                ignore.rule.as_str(),
                ignore.pattern,
                ignore.reason
            );
            if let Some(task) = &ignore.task {
                let _ = writeln!(out, "task = {task:?}");
            }
            if let Some(until) = ignore.until {
                let _ = writeln!(out, "until = \"{until}\"");
            }
        }
        out
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
            for (span, pattern) in &patterns {
                if let Err(error) = exclude_patterns([pattern.as_str()]) {
                    table.error(DocumentError::new(*span, format!("this is not a pattern: {error}")));
                }
            }
            self.exclude = exclude_patterns(patterns.iter().map(|(_, pattern)| pattern.as_str()))
                .unwrap_or_else(|_| Gitignore::empty());
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
        for item in table.take_list("overrides").unwrap_or_default() {
            self.overrides.extend(read_override(item, errors));
        }
        for item in table.take_list("ignore").unwrap_or_default() {
            self.ignores.extend(read_ignore(item, errors));
        }
        if let Some(node) = table.take("roles") {
            self.read_roles(node, errors);
        }
        if let Some(size) = table.take_count("max-file-size") {
            self.max_file_size = size;
        }
        table.finish();
    }

    fn read_roles(&mut self, node: &Node, errors: &RefCell<Vec<DocumentError>>) {
        let mut table = Table::new(node, errors);
        for (name, role) in Role::WORDS {
            let globs = FileGlob::read_list(&table.take_list(name).unwrap_or_default(), errors);
            self.roles.extend(globs.into_iter().map(|glob| (role, glob)));
        }
        table.finish();
    }
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
    Some(Override { span: node.span, files: FileGlob::set(&patterns), patterns, severities })
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
    table.finish();
    let (rule, path) = (RuleId::new(&rule?), path?);
    let compiled = FileGlob::set([&path]);
    Some(ConfiguredIgnore {
        span: node.span,
        rule,
        rule_span,
        pattern: path.pattern,
        path: compiled,
        task,
        reason: reason?,
        until,
    })
}

/// A problem at a place in the configuration.
pub(crate) fn config_problem(config: &Config, span: Span, mut problem: Problem) -> Problem {
    if let Some(path) = &config.path {
        problem = problem.in_file(path).at(span, config.text.as_bytes());
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
