//! Rules against code.

use auditlint_matcher::{Analysis, Program, Scratch, SharedUtils};
use auditlint_providers::known_relations;
use auditlint_rules::{Role, RuleSet, SourceInfo, Worker, read_rules};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, NodeId, Parser};

use super::hold;
use super::input::Input;

/// A rule file and code in one text: the optimised engine finds what the naive one finds, and what is found, edited and
/// labelled lies in the code.
pub(super) fn matcher(data: &[u8]) {
    let input = Input::read(data, "rule.yml");
    let (mut rules, _) = read_rules(&FilePath::new("rule.yml"), &input.text("rule.yml"), &known_relations());
    rules.truncate(4);
    let (set, _) = RuleSet::compile(rules, &SharedUtils::default());
    if set.rules().is_empty() {
        return;
    }
    let mut parser = Parser::default();
    let mut worker = Worker::default();
    for (path, text) in &input.files {
        let Some(language) = Language::of_path(path) else { continue };
        let source = SourceInfo { path, language, role: Role::Source };
        let mut found = Vec::new();
        if set.analyse(source, text, &mut parser, &mut worker, &mut found).is_err() {
            continue;
        }
        for one in &found {
            hold::within(one.span, text);
            one.edits.iter().for_each(|edit| hold::within(edit.span, text));
            one.labels.iter().for_each(|label| hold::within(label.span, text));
        }
        if let Ok(mut tree) = parser.parse(language, text) {
            parser.parse_islands(&mut tree, text, &mut |_| true);
            let analysis = Analysis::new(tree, text);
            let programs = set.rules().iter().filter_map(|rule| rule.program(language));
            programs.for_each(|program| explains(program, &analysis));
        }
        assert_eq!(set.difference_to_naive(source, text, &mut parser, &found), None);
    }
}

/// What is explained is what happens.
fn explains(program: &Program, analysis: &Analysis<'_>) {
    let mut scratch = Scratch::default();
    for node in (0..analysis.tree().len().min(200)).map(NodeId) {
        let matches = program.match_at(analysis, node, &mut scratch).is_some();
        assert_eq!(program.explain_at(analysis, node).0, matches);
    }
}

/// `transform`, `fix`, messages and labels of a rule for calls, on code with calls.
pub(super) fn templates(data: &[u8]) {
    const CODE: &str = "first(αβγ, 'it is', camelCase);\n  if (a) {\n    second(\n      x => {\n        y;\n      },\n    );\n  }\n\tthird(😀,\u{feff});";
    let text = String::from_utf8_lossy(data);
    let rule = format!("id: a\nlanguage: TypeScript\nrule: {{ pattern: $F($A, $$$B) }}\n{text}");
    let (mut rules, problems) = read_rules(&FilePath::new("a.yml"), &rule, &known_relations());
    problems.iter().for_each(|problem| hold::problem_of(problem, rule.as_bytes()));
    rules.truncate(1);
    let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
    problems.iter().for_each(|problem| hold::problem_of(problem, rule.as_bytes()));
    let Some(program) = set.rules().first().and_then(|rule| rule.program(Language::TypeScript)) else { return };
    let Ok(tree) = Parser::default().parse(Language::TypeScript, CODE.as_bytes()) else { return };
    let analysis = Analysis::new(tree, CODE.as_bytes());
    let mut scratch = Scratch::default();
    for node in (0..analysis.tree().len()).map(NodeId) {
        let Some(found) = program.match_at(&analysis, node, &mut scratch) else { continue };
        for (_, edit) in found.fixes(&analysis) {
            hold::cuts_no_character(edit.span, CODE);
        }
        for label in found.labels(&analysis) {
            hold::cuts_no_character(label.span, CODE);
        }
        let message = found.interpolate(&text, &analysis);
        assert_eq!(message, found.interpolate(&text, &analysis));
    }
}
