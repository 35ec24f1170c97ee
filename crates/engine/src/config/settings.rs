//! What `auditlint.toml` may hold: the one description of the configuration.
//!
//! A field is a key. Reader, `--print-config`, the JSON schema and the reference page of the book come from it, so a new key is
//! one field with its doc comment, and whatever uses it.

use auditlint_macros::Setting;
use auditlint_rules::{FileGlob, RoleSet, RuleId, RuleLevel, TaskLink};
use auditlint_source::document::{NamedTables, ValueShape};
use auditlint_source::{FilePath, Span};
use auditlint_tasks::{TaskId, TaskSource};

use super::values::{PackName, Reason, RoleGlobs};
use crate::date::Date;
use crate::limits::{FILE_SIZE_CEILING, MAX_FILE_SIZE, MAX_IGNORES, MAX_OVERRIDES, MAX_PATTERN};

/// The whole file.
#[derive(Clone, Debug, Setting)]
#[setting(name = "the configuration")]
pub struct Settings {
    /// The shipped packs that are on; `[]` means none. [Rules and packs](../guide/rules-and-packs.md) lists them.
    ///
    /// ```toml
    /// packs = ["recommended", "strict-typescript"]
    /// ```
    #[setting(default = PackName::on_by_default())]
    pub packs: Vec<PackName>,
    /// Folders with rules of your own. Every `.yml` and `.yaml` file below them is read, and all these rules are on.
    ///
    /// ```toml
    /// rule-dirs = ["lint/rules"]
    /// ```
    #[setting(default)]
    pub rule_dirs: Vec<(Span, FilePath)>,
    /// Patterns in the syntax of `.gitignore` for what is never looked at: `vendor/` is a folder of that name anywhere, `/vendor/`
    /// only the one at the root, `!` takes back.
    ///
    /// ```toml
    /// exclude = ["vendor/"]
    /// ```
    #[setting(key = "exclude", default, shape = patterns())]
    pub exclude_patterns: Vec<(Span, String)>,
    /// The largest source that is analysed, in bytes. A larger one is a problem that names it.
    ///
    /// ```toml
    /// max-file-size = 5000000
    /// ```
    #[setting(
        default = MAX_FILE_SIZE,
        at_most(FILE_SIZE_CEILING, "a source may take 40 times its size while it is analysed; exclude what is larger")
    )]
    pub max_file_size: u64,
    /// Which files have which role. The patterns come before the roles that a path gives by itself; the first that matches
    /// counts, in the order of the file.
    ///
    /// ```toml
    /// roles.script = ["tools/**"]
    /// ```
    #[setting(default)]
    pub roles: RoleGlobs,
    /// What rules over several files hold the project against.
    ///
    /// ```toml
    /// facts.ci-commands = ["npm test"]
    /// ```
    #[setting(default)]
    pub facts: FactsSettings,
    /// Where tasks are kept. See [Tasks](../guide/tasks.md).
    ///
    /// ```toml
    /// tasks = [{ files = "tasks/*.yaml" }]
    /// ```
    #[setting(default)]
    pub tasks: Vec<TaskSource>,
    /// What to change about single rules. A table for a rule turns it on, also where its pack is off, unless it says
    /// `severity = "off"`.
    ///
    /// ```toml
    /// rules.process-env.severity = "error"
    /// ```
    pub rules: NamedTables<RuleId, RuleSettings>,
    /// What to change below single folders. Where several overrides cover a file and rule, the last one holds.
    ///
    /// ```toml
    /// overrides = [{ files = "apps/legacy/**", rules.explicit-any.severity = "off" }]
    /// ```
    #[setting(default)]
    pub overrides: Vec<Override>,
    /// Silences rules in files that cannot hold a comment, or that you do not want to touch. An entry that silences nothing is
    /// reported on a full run.
    ///
    /// ```toml
    /// ignore = [{ rule = "process-env", path = "src/config.ts", reason = "the one place that may read it" }]
    /// ```
    #[setting(key = "ignore", default)]
    pub ignores: Vec<ConfiguredIgnore>,
}

/// The `[facts]` table.
#[derive(Clone, Debug, Default, Setting)]
#[setting(name = "`[facts]`")]
pub struct FactsSettings {
    /// Commands that a job of continuous integration must run, as they begin. The rule `ci-lacks-command` reports those that none
    /// does.
    ///
    /// ```toml
    /// ci-commands = ["cargo clippy", "npm test"]
    /// ```
    #[setting(default)]
    pub ci_commands: Vec<(Span, String)>,
}

/// A `[rules.ID]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "a rule's table")]
pub struct RuleSettings {
    /// How serious its findings are, in place of what the rule says; `off` turns it off.
    ///
    /// ```toml
    /// severity = "error"
    /// ```
    pub severity: Option<RuleLevel>,
    /// The files in which it looks, in place of what the rule says.
    ///
    /// ```toml
    /// files = ["apps/**"]
    /// ```
    pub files: Option<Vec<FileGlob>>,
    /// Files that it leaves out, beside those that the rule leaves out itself.
    ///
    /// ```toml
    /// ignores = ["**/config/**"]
    /// ```
    #[setting(default)]
    pub ignores: Vec<FileGlob>,
    /// The roles of files in which it looks, in place of what the rule says.
    ///
    /// ```toml
    /// in = ["source", "script"]
    /// ```
    #[setting(key = "in")]
    pub roles: Option<RoleSet>,
    /// The tasks that it belongs to, in place of what the rule says: ids, or tables that hold for some files only.
    ///
    /// ```toml
    /// tasks = ["P2-T6", { id = "P3-T1", files = ["**/audit.ts"] }]
    /// ```
    pub tasks: Option<Vec<TaskLink>>,
}

/// An `[[overrides]]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "an override", most(MAX_OVERRIDES, "overrides"))]
pub struct Override {
    /// Bytes of the table.
    #[setting(span)]
    pub span: Span,
    /// The files that it covers.
    ///
    /// ```toml
    /// files = ["apps/web/**"]
    /// ```
    pub files: Vec<FileGlob>,
    /// What holds for single rules in these files.
    ///
    /// ```toml
    /// rules.explicit-any.severity = "off"
    /// ```
    pub rules: NamedTables<RuleId, OverriddenRule>,
}

/// A rule of an `[[overrides]]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "an override of a rule")]
pub struct OverriddenRule {
    /// How serious its findings are in these files; `off` turns it off there.
    ///
    /// ```toml
    /// severity = "off"
    /// ```
    pub severity: RuleLevel,
}

/// An `[[ignore]]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "an ignored finding", most(MAX_IGNORES, "ignored findings"))]
pub struct ConfiguredIgnore {
    /// Bytes of the table.
    #[setting(span)]
    pub span: Span,
    /// The rule that is silenced.
    ///
    /// ```toml
    /// rule = "in-memory-store"
    /// ```
    pub rule: (Span, RuleId),
    /// The files in which it is silenced.
    ///
    /// ```toml
    /// path = "apps/api/src/lib/queue.ts"
    /// ```
    #[setting(key = "path")]
    pub pattern: FileGlob,
    /// Why. It stands beside every finding that is silenced.
    ///
    /// ```toml
    /// reason = "goes with the move to Redis"
    /// ```
    pub reason: Reason,
    /// The task that will put it right.
    ///
    /// ```toml
    /// task = "P2-T6"
    /// ```
    pub task: Option<TaskId>,
    /// The day from which it no longer holds, as YYYY-MM-DD.
    ///
    /// ```toml
    /// until = "2027-06-30"
    /// ```
    pub until: Option<Date>,
}

/// A list of patterns of ignore files.
fn patterns() -> ValueShape {
    let pattern = ValueShape::Text { what: "a pattern", pattern: None, longest: Some(MAX_PATTERN) };
    ValueShape::OneOrMany { item: Box::new(pattern), most: usize::MAX }
}
