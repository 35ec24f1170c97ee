//! `sgconfig.yml`, the project file of ast-grep.

use std::cell::RefCell;

use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, DocumentValue, Table, parse_yaml};
use auditlint_source::{FilePath, Problem, ProblemLevel, Span};

use crate::rule::problem;

/// Keys that ast-grep has and that mean nothing here, with what is said about them.
const WITHOUT_EFFECT: [(&str, ProblemLevel, &str); 4] = [
    ("testConfigs", ProblemLevel::Note, "auditlint runs the `examples` in a rule, not ast-grep's test files"),
    ("languageGlobs", ProblemLevel::Warning, "auditlint recognizes the language of a file by its extension"),
    ("customLanguages", ProblemLevel::Warning, "auditlint only has built-in grammars"),
    ("languageInjections", ProblemLevel::Warning, "auditlint does not look for one language inside another"),
];

/// What auditlint takes from an `sgconfig.yml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SgConfig {
    /// Folders with rules, relative to the root of the run, each with its place.
    pub rule_dirs: Vec<(Span, FilePath)>,
    /// Folders with shared utils.
    pub util_dirs: Vec<(Span, FilePath)>,
    /// The names of the languages for which the project brings grammars of its own.
    pub custom_languages: Vec<String>,
}

impl SgConfig {
    /// Reads an `sgconfig.yml`. Its folders are relative to the folder that it stands in. A key that has no effect here is
    /// said, and what is wrong is said at its place.
    #[must_use]
    pub fn read(path: &FilePath, text: &str) -> (Self, Vec<Problem>) {
        let documents = match parse_yaml(text) {
            Ok(documents) => documents,
            Err(error) => return (Self::default(), vec![problem(path, text, error)]),
        };
        let Some(node) = documents.first().filter(|node| node.value != DocumentValue::Null) else {
            return (Self::default(), vec![problem(path, text, without_rule_dirs(Span::default()))]);
        };
        let errors = RefCell::new(Vec::new());
        let mut ignored = Vec::new();
        let config = Self::fill(path, node, &errors, &mut ignored);
        let mut problems: Vec<Problem> =
            errors.into_inner().into_iter().map(|error| problem(path, text, error)).collect();
        problems.extend(ignored.into_iter().map(|(level, error)| Problem { level, ..problem(path, text, error) }));
        (config, problems)
    }

    fn fill(
        path: &FilePath,
        node: &DocumentNode,
        errors: &DocumentErrors,
        ignored: &mut Vec<(ProblemLevel, DocumentError)>,
    ) -> Self {
        let folder = path.parent().unwrap_or_else(FilePath::root);
        let mut table = Table::new(node, errors);
        let mut take = |key| -> Vec<(Span, FilePath)> {
            let folders = table.take_texts(key).unwrap_or_default();
            folders.into_iter().map(|(span, name)| (span, folder.join(&name))).collect()
        };
        let (rule_dirs, util_dirs) = (take("ruleDirs"), take("utilDirs"));
        if node.get("ruleDirs").is_none() && matches!(node.value, DocumentValue::Map(_)) {
            table.error(without_rule_dirs(node.span));
        }
        let custom = node.get("customLanguages").and_then(DocumentNode::as_map).unwrap_or_default();
        let custom_languages = custom.iter().map(|(name, _)| name.name.clone()).collect();
        for (key, level, instead) in WITHOUT_EFFECT {
            if let Some((found, _)) = table.take_entry(key) {
                let error = DocumentError::new(found.span, format!("`{key}` has no effect in auditlint"));
                ignored.push((level, error.help(instead)));
            }
        }
        table.finish();
        Self { rule_dirs, util_dirs, custom_languages }
    }
}

fn without_rule_dirs(span: Span) -> DocumentError {
    DocumentError::new(span, "`ruleDirs` is missing").help("ruleDirs: [rules]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (SgConfig, Vec<String>) {
        let (config, problems) = SgConfig::read(&FilePath::new("lint/sgconfig.yml"), text);
        let lines = problems.iter().map(|problem| {
            let line = problem.position.map_or(0, |position| position.line);
            format!("{:?} {line}: {}", problem.level, problem.message)
        });
        (config, lines.collect())
    }

    #[test]
    fn reads_folders_and_says_the_rest() {
        let (config, problems) = read(
            "ruleDirs: [rules, ../more]\nutilDirs:\n  - utils\ntestConfigs:\n  - testDir: tests\nlanguageGlobs: {ts: ['*.x']}\nruleDir: x\n",
        );
        let paths: Vec<&str> = config.rule_dirs.iter().map(|(_, path)| path.as_str()).collect();
        assert_eq!(paths, ["lint/rules", "more"]);
        assert_eq!(config.util_dirs[0].1.as_str(), "lint/utils");
        assert_eq!(
            problems,
            [
                "Error 7: unknown key `ruleDir`",
                "Note 4: `testConfigs` has no effect in auditlint",
                "Warning 6: `languageGlobs` has no effect in auditlint",
            ]
        );
    }

    #[test]
    fn says_what_is_missing() {
        assert_eq!(read("").1, ["Error 1: `ruleDirs` is missing"]);
        assert_eq!(read("utilDirs: [a]\n").1, ["Error 1: `ruleDirs` is missing"]);
        assert_eq!(read("a: b: c\n").1.len(), 1);
    }
}
