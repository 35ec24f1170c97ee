//! Trying a rule on its own examples.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt;

use auditlint_facts::{Check, DerivedFacts, Offence, SourceText};
use auditlint_source::document::{DocumentErrors, DocumentKey, DocumentNode};
use auditlint_source::{FilePath, LineIndex, Span};
use auditlint_syntax::{Code, Language, Parser};

use crate::example_imports::imports_of_example;
use crate::{
    CompiledRule, Example, KindOfModule, MODULE_KINDS, ModuleKinds, Role, Rule, RuleId, RuleMatch, RuleSet,
    SourceImports, SourceInfo, Worker,
};

/// What gives the facts of the files of an example, which are a whole project. Only a rule over facts asks.
pub type FactsOf<'f> = dyn Fn(&[SourceText<'_>]) -> DerivedFacts + 'f;

/// An example that does not show what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule.
    pub rule: RuleId,
    /// Whether the example is a bad one.
    pub bad: bool,
    /// Which of the bad or good examples, counted from 0.
    pub index: usize,
    /// The file of the rule and the bytes of the example there.
    pub place: (FilePath, Span),
    /// What went wrong, one line, then the lines of code that it is about.
    pub message: String,
}

impl fmt::Display for ExampleFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.bad { "bad" } else { "good" };
        write!(f, "{}: {kind} example {}: {}", self.rule, self.index + 1, self.message)
    }
}

/// Tries a rule on each of its examples: at every marked place of a bad one it must report exactly that place and nothing
/// else, in a bad one without marks something, in a good one nothing. Files, ignores and roles count only for an example
/// with a path.
#[must_use]
pub fn run_examples(compiled: &CompiledRule, facts_of: &FactsOf<'_>) -> Vec<ExampleFailure> {
    let compiled = &compiled.with_default_options();
    let by_default = Trial::of(compiled);
    let rule = &compiled.rule;
    let mut parser = Parser::default();
    let mut failures = Vec::new();
    let bad = rule.examples.bad.iter().enumerate().map(|(index, example)| (true, index, example));
    let good = rule.examples.good.iter().enumerate().map(|(index, example)| (false, index, example));
    for (bad, index, example) in bad.chain(good) {
        let problems = match example.options.as_slice() {
            [] => by_default.run(bad, example, facts_of, &mut parser),
            options => match Trial::with_options(compiled, options) {
                Ok(trial) => trial.run(bad, example, facts_of, &mut parser),
                Err(mistakes) => mistakes,
            },
        };
        let place = (rule.place.0.clone(), example.span);
        failures.extend(problems.into_iter().map(|message| ExampleFailure {
            rule: rule.id.clone(),
            bad,
            index,
            place: place.clone(),
            message,
        }));
    }
    failures
}

/// The file of an example that shows which values an option lists.
const CONFIG: &str = "auditlint.toml";

/// A rule with some options.
struct Trial {
    /// For an example with a path.
    scoped: RuleSet,
    /// For one without.
    anywhere: RuleSet,
}

impl Trial {
    fn of(compiled: &CompiledRule) -> Self {
        let (scoped, _) = RuleSet::new(vec![compiled.clone()]);
        let mut anywhere = compiled.clone();
        anywhere.rule.files.clear();
        anywhere.rule.ignores.clear();
        let (anywhere, _) = RuleSet::new(vec![anywhere]);
        Self { scoped, anywhere }
    }

    fn with_options(compiled: &CompiledRule, options: &[(DocumentKey, DocumentNode)]) -> Result<Self, Vec<String>> {
        let mut compiled = compiled.clone();
        let errors = DocumentErrors::default();
        compiled.set_options(options, &errors);
        let mistakes: Vec<String> = errors.into_inner().into_iter().map(|error| error.message).collect();
        if mistakes.is_empty() { Ok(Self::of(&compiled)) } else { Err(mistakes) }
    }

    /// What an example does not show as it should.
    fn run(&self, bad: bool, example: &Example, facts_of: &FactsOf<'_>, parser: &mut Parser) -> Vec<String> {
        let set = if example.path.is_some() { &self.scoped } else { &self.anywhere };
        // A rule of which nothing is left, because a set has limits, finds nothing.
        let Some(compiled) = set.rules().first() else { return vec!["the rule is too large to be tried".to_owned()] };
        match compiled.rule.checks() {
            [_, ..] => try_project(&compiled.rule.checks_in_force().collect::<Vec<_>>(), facts_of, bad, example),
            [] => {
                let known = OnceCell::new();
                let modules = || known.get_or_init(|| ModuleKinds::of_example(&compiled.rule, example, facts_of));
                let named = named_parts(&compiled.rule, example);
                let imports = imports_of_example(set, &texts_of(&named), facts_of, parser);
                let judged = example.parts().flat_map(|part| {
                    let imports = part.path.as_ref().and_then(|path| imports.get(path));
                    let found = try_example(compiled, set, part, imports, &modules, parser);
                    let problems = match found {
                        Ok(found) if example.files.is_empty() => judge(bad, part, found),
                        // Of several files some may hold nothing.
                        Ok(found) => judge(bad && !part.expected.is_empty(), part, found),
                        Err(message) => vec![message],
                    };
                    let path = part.path.as_ref().filter(|_| !example.files.is_empty());
                    let place = path.map(|path| format!("{path}: ")).unwrap_or_default();
                    problems.into_iter().map(move |problem| format!("{place}{problem}"))
                });
                judged.collect()
            }
        }
    }
}

/// `modules` gives what kinds of code the files are, and is asked only where something depends on it.
fn try_example<'m>(
    compiled: &CompiledRule,
    set: &RuleSet,
    example: &Example,
    imports: Option<&SourceImports>,
    modules: &dyn Fn() -> &'m ModuleKinds,
    parser: &mut Parser,
) -> Result<Vec<Span>, String> {
    let rule = &compiled.rule;
    let language = example.language.or_else(|| rule.languages.first().copied());
    let Some(language) = language else { return Err("neither the rule nor the example has a language".into()) };
    if let Some((_, reason)) = compiled.off_in().iter().find(|(off, _)| *off == language) {
        return Err(format!("the rule is off in {}: {reason}", language.name()));
    }
    if !compiled.looks_at(language) {
        return Err(format!("the rule does not check {}", language.name()));
    }
    let path = example.path.clone().unwrap_or_else(|| default_path(language));
    let role = rule.roles.iter().next().unwrap_or(Role::Source);
    let code = Code::of(&path, example.code.as_bytes());
    let language = code.as_ref().filter(|code| code.is_part()).map_or(language, Code::language);
    let text = code.as_ref().map_or(example.code.as_bytes(), Code::text);
    let source = SourceInfo { path: &path, language, role };
    let mut found = Vec::new();
    let limit = |gave_up| format!("the example {gave_up}");
    let mut worker = Worker::default();
    set.select_importing(source, text, imports, &mut worker.selection);
    set.analyse_selected(source, text, parser, &mut worker, &mut found).map_err(limit)?;
    match set.difference_to_naive_of_importing(source, text, imports, parser, &found) {
        Some(difference) => Err(format!("a bug in auditlint: {difference}")),
        None => {
            let lines = LineIndex::new(text);
            let is_in = |found: &RuleMatch| {
                if rule.modules.is_empty(&rule.options) && found.kinds.is_empty() {
                    return true;
                }
                let module = modules().of_module(&path);
                let line = lines.position(text, found.span.start).line;
                rule.modules.judge(&rule.options, module, line).is_some()
                    && KindOfModule::of_each(module, found.kinds, line).is_some()
            };
            Ok(found.into_iter().filter(is_in).map(|found| found.span).collect())
        }
    }
}

impl ModuleKinds {
    /// What kinds of code the files of an example are.
    fn of_example(rule: &Rule, example: &Example, facts_of: &FactsOf<'_>) -> Self {
        let named = named_parts(rule, example);
        Self::of(facts_of(&texts_of(&named)).relation(MODULE_KINDS))
    }
}

/// The files of an example with their paths.
fn named_parts<'e>(rule: &Rule, example: &'e Example) -> Vec<(FilePath, &'e Example)> {
    let language = |part: &Example| part.language.or_else(|| rule.languages.first().copied());
    let named = |part: &'e Example| Some((part.path.clone().or_else(|| language(part).map(default_path))?, part));
    example.parts().filter_map(named).collect()
}

fn texts_of<'p>(named: &'p [(FilePath, &Example)]) -> Vec<SourceText<'p>> {
    named.iter().map(|(path, part)| SourceText { path, text: part.code.as_bytes() }).collect()
}

/// The files of an example are a whole project; each is judged by itself.
fn try_project(checks: &[&Check], facts_of: &FactsOf<'_>, bad: bool, example: &Example) -> Vec<String> {
    if example.files.is_empty() {
        return vec!["an example of a rule over facts needs a table `files` that maps paths to texts".into()];
    }
    let sources: Vec<SourceText<'_>> = example
        .files
        .iter()
        .filter_map(|file| Some(SourceText { path: file.path.as_ref()?, text: file.code.as_bytes() }))
        .collect();
    let facts = facts_of(&sources);
    let mut offences = Vec::new();
    for judgement in checks.iter().map(|check| check.run(&facts)) {
        if let Some(unjudged) = judgement.unjudged.first() {
            return vec![format!("cannot judge a row because of {}: {}", unjudged.source, unjudged.gap.message)];
        }
        let mut seen = BTreeSet::new();
        let is_first = |offence: &Offence| offence.group.as_ref().is_none_or(|group| seen.insert(group.clone()));
        offences.extend(judgement.offences.into_iter().filter(is_first));
    }
    offences
        .iter_mut()
        .filter(|offence| offence.place.is_none())
        .for_each(|offence| offence.place = listed(offence, example));
    offences.sort_by(|a, b| a.place.cmp(&b.place));
    let is_marked = example.files.iter().any(|file| !file.expected.is_empty());
    if bad && !is_marked {
        return if offences.is_empty() { vec!["reports nothing".into()] } else { Vec::new() };
    }
    // What happens in no file: a relation is empty.
    if !bad && offences.iter().any(|offence| offence.place.is_none()) {
        return vec!["reports what it should not: the relation has no rows".into()];
    }
    let judged = example.files.iter().flat_map(|file| {
        let found = offences.iter().filter_map(|found| found.place.as_ref());
        let found = found.filter(|(path, _)| Some(path) == file.path.as_ref()).map(|(_, span)| *span);
        let problems = judge(bad && !file.expected.is_empty(), file, found.collect());
        let path = file.path.as_ref().map(FilePath::as_str).unwrap_or_default();
        problems.into_iter().map(move |problem| format!("{path}: {problem}"))
    });
    judged.collect()
}

/// Where the configuration of an example lists a value that is nowhere else.
fn listed(offence: &Offence, example: &Example) -> Option<(FilePath, Span)> {
    let quoted = format!("\"{}\"", offence.key.first()?);
    let config = example.files.iter().find(|file| file.path.as_ref().is_some_and(|path| path.as_str() == CONFIG))?;
    let start = config.code.find(&quoted)?;
    Some((config.path.clone()?, Span::new(start as u32, (start + quoted.len()) as u32)))
}

fn default_path(language: Language) -> FilePath {
    FilePath::new(&format!("example.{}", language.extensions()[0]))
}

fn judge(bad: bool, example: &Example, mut found: Vec<Span>) -> Vec<String> {
    found.dedup();
    if !bad {
        return found.iter().map(|span| format!("reports what it should not: {}", place(example, *span))).collect();
    }
    if example.expected.is_empty() {
        let nothing = found.is_empty().then(|| format!("reports nothing in\n{}", indented(&example.code)));
        return nothing.into_iter().collect();
    }
    let mut missed: Vec<Span> = example.expected.iter().copied().filter(|span| !found.contains(span)).collect();
    let mut unexpected: Vec<Span> = found.into_iter().filter(|span| !example.expected.contains(span)).collect();
    let mut messages = Vec::new();
    // A place that overlaps a marked one is the same place with other ends.
    missed.retain(|expected| {
        let Some(near) = unexpected.iter().position(|span| span.overlaps(*expected)) else { return true };
        let other = unexpected.remove(near);
        let (expected, other) = (place(example, *expected), place(example, other));
        messages
            .push(format!("reports a different span than the marked one\n  marked:   {expected}\n  reported: {other}"));
        false
    });
    messages.extend(missed.iter().map(|span| format!("misses {}", place(example, *span))));
    messages.extend(unexpected.iter().map(|span| format!("reports what is not marked: {}", place(example, *span))));
    messages
}

/// "line 2, `fetch(url)`, in `await fetch(url);`"
fn place(example: &Example, span: Span) -> String {
    let text = example.code.as_bytes();
    let lines = LineIndex::new(text);
    let line = lines.line(span.start);
    let whole = String::from_utf8_lossy(lines.span_of(text, line).of(text)).trim().to_owned();
    let part = String::from_utf8_lossy(span.of(text)).into_owned();
    match part.split_once('\n') {
        _ if part.is_empty() => format!("line {line}, the file as a whole"),
        Some((first, _)) => format!("line {line}, `{first} …`, up to line {}, in `{whole}`", lines.line(span.end)),
        None => format!("line {line}, `{part}`, in `{whole}`"),
    }
}

fn indented(code: &str) -> String {
    code.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
