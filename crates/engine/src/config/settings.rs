//! What `auditlint.toml` may hold: the one description of the configuration.
//!
//! A field is a key. Reader, `--print-config`, the JSON schema and the reference page of the book come from it, so a new key is
//! one field with its doc comment, and whatever uses it.

use auditlint_macros::Setting;
use auditlint_rules::{FileGlob, RoleSet, RuleId, RuleLevel, TaskLink};
use auditlint_source::document::{NamedTables, ValueShape};
use auditlint_source::{FilePath, Span};
use auditlint_tasks::{TaskId, TaskSource};

use super::values::{OptionSettings, PackName, Reason, RoleGlobs, Statement};
use crate::baseline::BASELINE_NAME;
use crate::date::Date;
use crate::limits::{FILE_SIZE_CEILING, MAX_ATTESTATIONS, MAX_FILE_SIZE, MAX_IGNORES, MAX_OVERRIDES, MAX_PATTERN};

/// The whole file.
#[derive(Clone, Debug, Setting)]
#[setting(name = "the configuration")]
pub struct Settings {
    /// Configurations that this one builds on, relative to this file: files, or folders with an `auditlint.toml`. Later ones take
    /// precedence over earlier ones, and this file over all of them. See [Monorepos](../guide/monorepos.md).
    ///
    /// ```toml
    /// extends = ["../../lint/base.toml"]
    /// ```
    #[setting(default)]
    pub extends: Vec<(Span, FilePath)>,
    /// Whether the search for configurations further up ends here: nothing is inherited from the folders above.
    ///
    /// ```toml
    /// root = true
    /// ```
    #[setting(default)]
    pub root: bool,
    /// The shipped packs that are on; `[]` means none. [Rules and packs](../guide/rules-and-packs.md) lists them.
    ///
    /// ```toml
    /// packs = ["recommended", "strict-typescript"]
    /// ```
    #[setting(default = PackName::on_by_default())]
    pub packs: Vec<PackName>,
    /// Folders with your own rules. Every `.yml` and `.yaml` file below them is read, and all their rules are on.
    ///
    /// ```toml
    /// rule-dirs = ["lint/rules"]
    /// ```
    #[setting(default)]
    pub rule_dirs: Vec<(Span, FilePath)>,
    /// Patterns in the syntax of `.gitignore` for what to exclude: `vendor/` is a folder of that name anywhere, `/vendor/`
    /// only the one at the root, `!` takes a path back in.
    ///
    /// ```toml
    /// exclude = ["vendor/"]
    /// ```
    #[setting(key = "exclude", default, shape = patterns())]
    pub exclude_patterns: Vec<(Span, String)>,
    /// The file with the findings that are known and not yet fixed, relative to the configuration. It is read if it is there, and
    /// holds for this project alone: it is not inherited.
    /// See [Adopt it on a legacy repository](../guide/adopting.md).
    ///
    /// ```toml
    /// baseline = "lint/baseline.tsv"
    /// ```
    #[setting(default = (Span::default(), FilePath::new(BASELINE_NAME)))]
    pub baseline: (Span, FilePath),
    /// The largest source that is analysed, in bytes. A larger one is reported as a problem.
    ///
    /// ```toml
    /// max-file-size = 5000000
    /// ```
    #[setting(
        default = MAX_FILE_SIZE,
        at_most(FILE_SIZE_CEILING, "analysing a source can take 40 times its size in memory; exclude larger files")
    )]
    pub max_file_size: u64,
    /// Which files have which role. These patterns take precedence over the role that a path has by itself; the first match
    /// wins, in the order of the file.
    ///
    /// ```toml
    /// roles.script = ["tools/**"]
    /// ```
    #[setting(default)]
    pub roles: RoleGlobs,
    /// What rules over several files compare the project with.
    ///
    /// ```toml
    /// facts.ci-commands = ["npm test"]
    /// ```
    #[setting(default)]
    pub facts: FactsSettings,
    /// Where tasks are kept. Those of all projects of a run are known in each. See [Tasks](../guide/tasks.md).
    ///
    /// ```toml
    /// tasks = [{ files = "tasks/*.yaml" }]
    /// ```
    #[setting(default)]
    pub tasks: Vec<TaskSource>,
    /// Settings of individual rules. A table for a rule turns it on, even if its pack is off, unless it says
    /// `severity = "off"`. A severity alone stands for a table with it: `process-env = "off"`.
    ///
    /// ```toml
    /// rules.process-env.severity = "error"
    /// ```
    pub rules: NamedTables<RuleId, RuleSettings>,
    /// Settings for parts of the project. Where several overrides cover a file and rule, the last one wins.
    ///
    /// ```toml
    /// overrides = [{ files = "apps/legacy/**", rules.explicit-any.severity = "off" }]
    /// ```
    #[setting(default)]
    pub overrides: Vec<Override>,
    /// Silences rules in files that cannot hold a comment, or that you do not want to touch. A full run reports entries that
    /// silence nothing.
    ///
    /// ```toml
    /// ignore = [{ rule = "process-env", path = "src/config.ts", reason = "the one place that may read it" }]
    /// ```
    #[setting(key = "ignore", default)]
    pub ignores: Vec<ConfiguredIgnore>,
    /// Tasks that a person answers for, because no rule can check them. See [Verdicts](../guide/verdicts.md#attestations).
    ///
    /// ```toml
    /// attest = [{ task = "SEC-9", by = "Ada", until = "2027-06-30", reason = "key rotation, seen in the vault's log" }]
    /// ```
    #[setting(key = "attest", default)]
    pub attestations: Vec<Attestation>,
}

/// The `[facts]` table.
#[derive(Clone, Debug, Default, Setting)]
#[setting(name = "`[facts]`")]
pub struct FactsSettings {
    /// Commands that a CI job must run, given by how they begin. The rule `ci-lacks-command` reports those that no job runs.
    ///
    /// ```toml
    /// ci-commands = ["cargo clippy", "npm test"]
    /// ```
    #[setting(default)]
    pub ci_commands: Vec<(Span, String)>,
    /// Names of columns that hold tokens, besides those that `plaintext-token-column` knows: a column, or a table and a column
    /// with a dot between. `!` takes one out; the last that fits wins.
    ///
    /// ```toml
    /// token-columns = ["pin", "devices.serial", "!links.token"]
    /// ```
    #[setting(default)]
    pub token_columns: Vec<String>,
    /// Documents that count as documentation of environment variables for `env-var-undocumented`, besides example files: a `README`
    /// for the code of its folder, other documents of Markdown (`.md`, `.mdx`) for the whole project. In code any word that can be
    /// the name of a variable counts, in prose those with a `_`.
    ///
    /// ```toml
    /// env-documents = ["**/README.md", "docs/environment.mdx"]
    /// ```
    #[setting(default)]
    pub env_documents: Vec<FileGlob>,
}

/// A `[rules.ID]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "a rule's table", short = "severity")]
pub struct RuleSettings {
    /// The severity of its findings, instead of the rule's own; `off` turns it off.
    ///
    /// ```toml
    /// severity = "error"
    /// ```
    pub severity: Option<RuleLevel>,
    /// The files in which it looks, instead of the rule's own.
    ///
    /// ```toml
    /// files = ["apps/**"]
    /// ```
    pub files: Option<Vec<FileGlob>>,
    /// Files to leave out, in addition to the rule's own.
    ///
    /// ```toml
    /// ignores = ["**/config/**"]
    /// ```
    #[setting(default)]
    pub ignores: Vec<FileGlob>,
    /// The roles of files in which it looks, instead of the rule's own.
    ///
    /// ```toml
    /// in = ["source", "script"]
    /// ```
    #[setting(key = "in")]
    pub roles: Option<RoleSet>,
    /// The tasks that it belongs to, instead of the rule's own: ids, or tables that apply to some files only.
    ///
    /// ```toml
    /// tasks = ["P2-T6", { id = "P3-T1", files = ["**/audit.ts"] }]
    /// ```
    pub tasks: Option<Vec<TaskLink>>,
    /// Options of the rule, by name. Its page lists those that it has, with their defaults.
    ///
    /// ```toml
    /// options = { configuration-modules = "report" }
    /// ```
    #[setting(default)]
    pub options: OptionSettings,
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
    /// Settings of individual rules in these files.
    ///
    /// ```toml
    /// rules.explicit-any.severity = "off"
    /// ```
    pub rules: NamedTables<RuleId, OverriddenRule>,
}

/// A rule of an `[[overrides]]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "an override of a rule", short = "severity")]
pub struct OverriddenRule {
    /// The severity of its findings in these files; `off` turns it off there.
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
    /// Why. It is shown with every finding that is silenced.
    ///
    /// ```toml
    /// reason = "goes with the move to Redis"
    /// ```
    pub reason: Reason,
    /// The task that will fix it.
    ///
    /// ```toml
    /// task = "P2-T6"
    /// ```
    pub task: Option<TaskId>,
    /// The day on which it expires, as YYYY-MM-DD.
    ///
    /// ```toml
    /// until = "2027-06-30"
    /// ```
    pub until: Option<Date>,
}

/// An `[[attest]]` table.
#[derive(Clone, Debug, Setting)]
#[setting(name = "an attestation", most(MAX_ATTESTATIONS, "attestations"))]
pub struct Attestation {
    /// Bytes of the table.
    #[setting(span)]
    pub span: Span,
    /// The task that is done although no rule checks it, or that is accepted as it is.
    ///
    /// ```toml
    /// task = "SEC-9"
    /// ```
    pub task: TaskId,
    /// Who answers for it.
    ///
    /// ```toml
    /// by = "Ada"
    /// ```
    pub by: Statement,
    /// The day on which it expires, as YYYY-MM-DD.
    ///
    /// ```toml
    /// until = "2027-06-30"
    /// ```
    pub until: Date,
    /// What it rests on.
    ///
    /// ```toml
    /// reason = "key rotation, seen in the vault's log"
    /// ```
    pub reason: Statement,
}

/// A list of patterns of ignore files.
fn patterns() -> ValueShape {
    let pattern = ValueShape::Text { what: "a pattern", pattern: None, longest: Some(MAX_PATTERN) };
    ValueShape::OneOrMany { item: Box::new(pattern), most: usize::MAX }
}
