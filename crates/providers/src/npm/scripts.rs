//! The scripts of all packages, and what else their names may be.

use auditlint_facts::folder::folder_of;
use auditlint_source::FilePath;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fact::{Facts, NestedScript, NpmFact};
use crate::conventions::{is_run, manages_packages, runs_a_manager, runs_a_tool, says_what_is_done};
use crate::read::script_calls::Certainty;

/// What decides whether the name of a script that is not there may be something else.
pub(super) struct ScriptNames<'r> {
    /// By name: the first package that has it.
    by_name: FxHashMap<&'r str, FilePath>,
    /// The scripts of each package by their letters. What differs from one of them by its signs alone was meant to be it.
    spelled: FxHashSet<(FilePath, String)>,
    /// Names of programs, as far as dependencies and commands show them.
    programs: FxHashSet<&'r str>,
    /// Words of the names of dependencies.
    words: FxHashSet<&'r str>,
    tasks: FxHashSet<&'r str>,
    makes_tasks: bool,
    packages: usize,
    /// Whether some `package.json` could not be read.
    is_cut: bool,
}

/// What the name of a script may be besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScriptDoubt {
    /// A program, though nothing shows that there is one.
    Program,
    /// A program that a dependency or a command shows.
    Shown,
    /// Something that the package manager does by itself.
    Builtin,
}

impl ScriptDoubt {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Shown => "shown",
            Self::Builtin => "builtin",
        }
    }
}

impl<'r> ScriptNames<'r> {
    pub(super) fn of(sources: &[(FilePath, &'r Facts)]) -> Self {
        let mut scripts = Self {
            by_name: FxHashMap::default(),
            spelled: FxHashSet::default(),
            programs: FxHashSet::default(),
            words: FxHashSet::default(),
            tasks: FxHashSet::default(),
            makes_tasks: false,
            packages: sources.iter().filter(|(path, _)| path.name() == "package.json").count(),
            is_cut: sources.iter().any(|(path, source)| path.name() == "package.json" && !source.gaps.is_empty()),
        };
        for (path, source) in sources {
            for said in &source.facts {
                match &said.fact {
                    NpmFact::Script { name, command } => {
                        let folder = folder_of(path);
                        scripts.spelled.insert((folder.clone(), letters(name)));
                        scripts.by_name.entry(name).or_insert(folder);
                        scripts.programs.extend(command.split(['&', ';', '|', '"', '\'']).filter_map(program_of));
                    }
                    NpmFact::Dependency { package, .. } => {
                        scripts.programs.extend(programs_of(package));
                        scripts.words.extend(words_of(package));
                    }
                    NpmFact::Task(name) => {
                        scripts.tasks.insert(name);
                    }
                    NpmFact::MakesTasks => scripts.makes_tasks = true,
                    _ => {}
                }
            }
        }
        scripts
    }

    /// Whether the scripts of all packages are known that a call asks. A package manager that finds no others in sight may mean some
    /// that are made.
    pub(super) fn are_known(&self, certainty: Certainty) -> bool {
        !self.is_cut && (self.packages > 1 || certainty == Certainty::OrTask)
    }

    pub(super) fn package_with(&self, script: &str) -> Option<&FilePath> {
        self.by_name.get(script)
    }

    /// Whether a runner of tasks may know a task of that name besides the scripts.
    pub(super) fn may_be_task(&self, name: &str) -> bool {
        self.makes_tasks || self.tasks.contains(name)
    }

    /// What a call may be of besides a script of the package in a folder.
    pub(super) fn doubt(&self, call: &NestedScript, folder: Option<&FilePath>) -> Option<ScriptDoubt> {
        let script = &*call.script;
        let is_misspelled = || folder.is_some_and(|folder| self.spelled.contains(&(folder.clone(), letters(script))));
        match call.certainty {
            Certainty::Script | Certainty::OrTask => None,
            _ if is_no_program(script) => None,
            Certainty::OrProgram if is_misspelled() || self.is_meant(script) => None,
            Certainty::OrProgram if self.programs.contains(script) => Some(ScriptDoubt::Shown),
            Certainty::OrProgram => Some(ScriptDoubt::Program),
            Certainty::OrBuiltin => Some(ScriptDoubt::Builtin),
        }
    }

    /// Whether a name is meant to be that of a script: another package has one, it says what is done, or it has nothing in common with
    /// any package that is installed; and no program shows by the same name.
    fn is_meant(&self, script: &str) -> bool {
        let mut words = words_of(script).peekable();
        let mut is_foreign =
            || !self.words.is_empty() && words.peek().is_some() && words.all(|word| !self.words.contains(word));
        let is_named = self.by_name.contains_key(script) || says_what_is_done(script) || is_foreign();
        is_named && !self.programs.contains(script) && !is_file(script)
    }
}

/// The words of a name.
fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 1)
}

/// Whether a name is that of a file, which `bun run` takes as well.
fn is_file(name: &str) -> bool {
    name.contains('/') || name.rsplit_once('.').is_some_and(|(_, extension)| is_run(extension))
}

/// The program that a command line runs, behind those that only run another one; nothing where that is a package manager, which may
/// run a script.
fn program_of(command: &str) -> Option<&str> {
    let mut words = command.split_whitespace();
    let mut word = words
        .by_ref()
        .find(|word| !word.contains('=') && !word.starts_with('-') && !runs_a_tool(word) && !runs_a_manager(word))?;
    if manages_packages(word) {
        word = words.next().filter(|word| matches!(*word, "exec" | "dlx" | "x")).and_then(|_| words.next())?;
    }
    Some(word)
}

/// Packages whose programs have names of their own.
const NAMED_OTHERWISE: [(&str, &str); 8] = [
    ("@angular/cli", "ng"),
    ("@capacitor/cli", "cap"),
    ("@nestjs/cli", "nest"),
    ("aws-cdk", "cdk"),
    ("dependency-cruiser", "depcruise"),
    ("serverless", "sls"),
    ("storybook", "sb"),
    ("typescript", "tsc"),
];

/// The names that the programs of a package are likely to have: its own and that of its scope, each also without `-cli`.
fn programs_of(package: &str) -> impl Iterator<Item = &str> {
    let (scope, name) = package.strip_prefix('@').and_then(|scoped| scoped.split_once('/')).unwrap_or(("", package));
    let other = NAMED_OTHERWISE.iter().find(|(named, _)| *named == package).map_or("", |(_, program)| program);
    let likely = [
        scope,
        scope.strip_suffix('s').unwrap_or_default(),
        name,
        name.strip_suffix("-cli").unwrap_or_default(),
        other,
    ];
    likely.into_iter().filter(|name| !name.is_empty())
}

/// Whether no program has such a name, since no file of Windows may: `test:unit`.
fn is_no_program(script: &str) -> bool {
    script.contains(':')
}

/// The letters of a name, by which `type-check` is known for `typecheck`.
fn letters(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_commands() {
        for (command, expected) in [
            ("eslint .", Some("eslint")),
            ("cross-env A=1 jest --ci", Some("jest")),
            ("npx -y tsx a.ts", Some("tsx")),
            ("pnpm exec prisma generate", Some("prisma")),
            ("pnpm build", None),
            ("yarn run build", None),
            ("", None),
        ] {
            assert_eq!(program_of(command), expected, "{command}");
        }
    }
}
