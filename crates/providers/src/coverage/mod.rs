//! How much of the code tests must cover: what vitest, jest, c8 and nyc are told.

mod commands;
mod fact;
mod settings;

use std::collections::BTreeSet;

use auditlint_facts::folder::{above, folder_of};
use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, gaps_of, relation};
use auditlint_source::FilePath;
use auditlint_syntax::Skim;

use self::fact::{CoverageFact, Facts, Tool};
static RELATIONS: [RelationInfo; 1] = [relation(
    "coverage.setting",
    "What a test runner is told about how much of the code tests must cover.",
    &[
        column("tool", "`vitest`, `jest`, `c8` or `nyc`"),
        column("name", "the number, as of `lines`, or the key or flag, as it is written"),
        column("percent", "the number, without what stands behind its point; absent where there is none"),
        column(
            "state",
            "`set`; `misspelt` where the tool knows no such key or flag; `unenforced` where it does not look at the number; `missing` where coverage is measured and no number is set",
        ),
        column("says", "the same as a sentence"),
    ],
)];

/// The provider.
pub(crate) struct Coverage;

impl Provider for Coverage {
    type Fact = CoverageFact;

    fn name(&self) -> &str {
        "coverage"
    }

    fn about(&self) -> &str {
        "Numbers that are spelled: `coverage.thresholds` of vitest in `vitest.config.*`, `vite.config.*` and `vitest.workspace.*`, `coverageThreshold` of jest in `jest.config.*` and `package.json`, those of `.c8rc`, `.nycrc` and the keys `c8` and `nyc`; the flags of the \
         four in scripts of packages, workflows and shell scripts, also where they are handed to a package script (`npm test -- --coverage.enabled`) and only one of the tools has them. Negative numbers of jest, which count lines, and numbers for single files are left out. Keys and flags that are nearly those of the tool count as misspelt."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        settings::tool_of(path).is_some() || commands::holds_commands(path)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        if settings::tool_of(path).is_some_and(Tool::must_be_asked) {
            return true;
        }
        ["overage", "c8", "nyc", "hresholds", "branches"]
            .iter()
            .any(|word| memchr::memmem::find(text, word.as_bytes()).is_some())
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        let text = source.text();
        if let Some(tool) = settings::tool_of(source.path) {
            let skim =
                auditlint_syntax::Language::of_path(source.path).map(|language| Skim::of(language, text.as_bytes()));
            settings::extract(text, tool, skim.as_ref(), &mut out);
        }
        if source.path.name() == "package.json" {
            settings::of_package(text, &mut out);
        }
        if commands::holds_commands(source.path) {
            commands::extract(text, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _: &ProjectScope<'_>) -> Vec<Relation> {
        let mut rows = Vec::new();
        let said = || sources.iter().flat_map(|(path, said)| said.facts.iter().map(move |said| (path, said)));
        let folders = |counts: &dyn Fn(&CoverageFact) -> Option<Tool>| -> BTreeSet<(Tool, FilePath)> {
            said().filter_map(|(path, said)| Some((counts(&said.fact)?, folder_of(path)))).collect()
        };
        let numbers = folders(&|fact| match fact {
            CoverageFact::Number { tool, .. } | CoverageFact::Misspelt { tool, .. } => Some(*tool),
            CoverageFact::Measured { .. } | CoverageFact::Checked { .. } => None,
        });
        let checked = folders(&|fact| if let CoverageFact::Checked { tool } = fact { Some(*tool) } else { None });
        // What stands in a pipeline is about the whole project; nobody can tell which package a command below runs.
        let holds = |known: &BTreeSet<(Tool, FilePath)>, tool: Tool, path: &FilePath| {
            let is_of_package = path.name() == "package.json" || settings::tool_of(path).is_some();
            let own = if is_of_package { folder_of(path) } else { FilePath::root() };
            let below = known.range((tool, own.clone())..).next();
            below.is_some_and(|(of, folder)| *of == tool && folder.is_under(&own))
                || above(own).any(|folder| known.contains(&(tool, folder)))
        };
        let mut missing: Vec<Tool> = Vec::new();
        for (path, said) in said() {
            let (tool, name, percent, state, says) = match &said.fact {
                CoverageFact::Number { tool, name, percent } => {
                    let asked = !tool.must_be_asked() || holds(&checked, *tool, path);
                    let (state, says) = if asked {
                        ("set", format!("{} asks for {percent} % of {name}", tool.name()))
                    } else {
                        let says = format!("{} does not look at {name} without `check-coverage`", tool.name());
                        ("unenforced", says)
                    };
                    (*tool, Value::from(name), Value::Number(percent.whole.into()), state, says)
                }
                CoverageFact::Misspelt { tool, name, meant } => {
                    let says = format!("{} knows no `{name}`; `{meant}` is meant", tool.name());
                    (*tool, Value::from(name), Value::Absent, "misspelt", says)
                }
                CoverageFact::Measured { tool } => {
                    let is_set = holds(&numbers, *tool, path);
                    if is_set || missing.contains(tool) {
                        continue;
                    }
                    missing.push(*tool);
                    let says = format!("{} measures coverage and asks for no number", tool.name());
                    (*tool, Value::Absent, Value::Absent, "missing", says)
                }
                CoverageFact::Checked { .. } => continue,
            };
            let values = vec![tool.name().into(), name, percent, state.into(), says.as_str().into()];
            rows.push(Row { path: path.clone(), span: said.span, values });
        }
        vec![Relation { info: RELATIONS[0].clone(), rows, gaps: gaps_of(sources) }]
    }
}

#[cfg(test)]
mod tests;
