//! What a run reports on, and how.

use auditlint_rules::Severity;
use auditlint_source::FilePath;

/// What a run reports on, and how.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Files and folders to report on; empty means the whole project.
    pub paths: Vec<FilePath>,
    /// The folder of the project that the run is about, with those below it; the root where it is about all of them. A run that names
    /// this folder alone is about the whole of that project.
    pub within: FilePath,
    /// Whether named paths obey ignore rules and excludes.
    pub force_exclude: bool,
    /// The only rules to run; empty means all that are on.
    pub rules: Vec<String>,
    /// The only tasks whose findings are reported; empty means all.
    pub tasks: Vec<String>,
    /// The lowest severity that is reported.
    pub severity: Option<Severity>,
    /// Where the root of the run lies below the root of the repository; the root where both are the same.
    pub below_repository: FilePath,
    /// Whether `sgconfig.yml` and the baseline are left unread.
    pub isolated: bool,
    /// Whether the configuration of the root holds for all files: those of folders below it are left unread.
    pub one_project: bool,
    /// Whether the baseline is left unread, so that what it knows counts.
    pub ignore_baseline: bool,
    /// Whether the run is made for its verdicts: that there is no source, they say themselves.
    pub for_verdicts: bool,
    /// Whether to measure times.
    pub timings: bool,
}

impl RunOptions {
    /// Whether less than the whole project is reported on.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !(self.is_about_a_project() && self.rules.is_empty() && self.tasks.is_empty() && self.severity.is_none())
    }

    /// Whether every file of a project is reported on, be it that of the root or one below.
    fn is_about_a_project(&self) -> bool {
        self.paths.is_empty() || (!self.within.is_root() && self.paths == [self.within.clone()])
    }

    /// What the run is limited to, as a person says it; empty where it is about the whole project.
    pub(crate) fn limits(&self) -> Vec<String> {
        /// How many of one kind are named.
        const NAMED: usize = 3;
        let mut limits = Vec::new();
        let mut list = |one: &str, many: &str, names: Vec<&str>| match names.len() {
            0 => {}
            count if count > NAMED => limits.push(format!("{count} {many}")),
            _ => limits
                .extend(names.iter().map(|name| if name.is_empty() { ".".into() } else { format!("{one}{name}") })),
        };
        if !self.is_about_a_project() {
            list("", "paths", self.paths.iter().map(FilePath::as_str).collect());
        }
        list("rule ", "rules", self.rules.iter().map(String::as_str).collect());
        list("task ", "tasks", self.tasks.iter().map(String::as_str).collect());
        limits.extend(self.severity.map(|severity| format!("findings of severity {} or higher", severity.name())));
        limits
    }
}
