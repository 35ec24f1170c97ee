//! A rule with its programs.

use auditlint_matcher::limits::MAX_TEXT;
use auditlint_matcher::{Program, SharedUtils};
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentKey, DocumentNode};
use auditlint_source::{Problem, ProblemLevel};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use crate::{Rule, RuleBody, RuleDialect};

/// A rule with one program for each of its languages. Packs carry rules in this form, so that nothing is compiled when
/// auditlint starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompiledRule {
    /// The rule. Everything but languages and body may still be changed.
    pub rule: Rule,
    programs: Vec<Program>,
    off_in: Vec<(Language, String)>,
    /// What in the message is printed as it is written, because nothing gives it a value.
    #[serde(skip)]
    undefined: Vec<DocumentError>,
}

impl CompiledRule {
    /// Compiles a rule for each of its languages. Where it does not compile for another than the first, it is off there.
    ///
    /// # Errors
    /// What does not compile for the first language, every mistake at its place.
    pub fn new(rule: Rule, shared: &SharedUtils) -> Result<Self, Vec<Problem>> {
        Self::of_dialect(rule, shared, &RuleDialect::Own)
    }

    /// The same for a rule that was written for another program. What that program would run and this one cannot is a warning:
    /// the rule is lost, and the others run.
    ///
    /// # Errors
    /// What does not compile for the first language, every mistake at its place.
    pub fn of_dialect(rule: Rule, shared: &SharedUtils, dialect: &RuleDialect) -> Result<Self, Vec<Problem>> {
        let mut programs = Vec::new();
        let mut off_in = Vec::new();
        let mut undefined = Vec::new();
        if rule.document().is_some() {
            for (index, language) in rule.languages.iter().copied().enumerate() {
                let Some(document) = rule.document_for(language) else { continue };
                let has_own = rule.variants.iter().any(|(of, _)| *of == language);
                match Program::compile(document, language, shared) {
                    Ok(mut program) => {
                        program.set_flow_key(xxh3_64(rule.id.as_str().as_bytes()));
                        if index == 0 || has_own {
                            let (passable, mut errors): (Vec<_>, Vec<_>) =
                                mistakes_of_message(&rule, &program).into_iter().partition(|error| error.passable);
                            errors.extend(program.option_conditions().flat_map(|one| rule.options.check(one)));
                            if !errors.is_empty() {
                                return Err(errors.into_iter().map(|error| rule.problem(error)).collect());
                            }
                            undefined.extend(passable);
                        }
                        programs.push(program);
                    }
                    Err(errors) if index == 0 || has_own => {
                        return Err(refused(&rule, errors, dialect));
                    }
                    Err(errors) => {
                        let reasons: Vec<String> = errors.into_iter().map(|error| error.message).collect();
                        off_in.push((language, reasons.join("; ")));
                    }
                }
            }
        }
        let mut compiled = Self { rule, programs, off_in, undefined };
        compiled.apply_options();
        Ok(compiled)
    }

    /// Sets options of the rule. What it does not have or allow is a mistake, and stays as it was.
    pub fn set_options(&mut self, entries: &[(DocumentKey, DocumentNode)], errors: &DocumentErrors) {
        self.rule.options.set(entries, errors);
        self.apply_options();
    }

    /// The same with the options that it has where nobody sets one: what its examples are about.
    #[must_use]
    pub(crate) fn with_default_options(&self) -> Self {
        let mut compiled = self.clone();
        compiled.rule.options.reset();
        compiled.apply_options();
        compiled
    }

    fn apply_options(&mut self) {
        for program in &mut self.programs {
            program.set_options(|condition| self.rule.options.holds(condition));
        }
        if let RuleBody::Check(checks) = &mut self.rule.body {
            checks.iter_mut().for_each(|check| check.settle(&|name| self.rule.options.texts(name)));
        }
    }

    /// What is doubtful about the rule: a `$NAME` in its message that is not a metavariable is printed as it is written.
    #[must_use]
    pub fn doubts(&self) -> Vec<Problem> {
        let doubt = |error: &DocumentError| {
            let help = error.help.as_deref().map(|help| format!("; {help}")).unwrap_or_default();
            let error = error.clone().help(format!("the message is printed as it is written{help}"));
            let problem = self.rule.problem(error);
            Problem { level: ProblemLevel::Warning, ..problem }
        };
        self.undefined.iter().map(doubt).collect()
    }

    /// The program for a language; `None` where the rule does not look at that language, is over facts or written in Rust.
    #[must_use]
    pub fn program(&self, language: Language) -> Option<&Program> {
        self.programs.iter().find(|program| program.language() == language)
    }

    /// All programs, in the order of the languages.
    pub(crate) fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// What its programs take of memory, roughly.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.programs.iter().map(Program::weight).sum()
    }

    /// The languages that the rule names and is off in, with the reason.
    #[must_use]
    pub fn off_in(&self) -> &[(Language, String)] {
        &self.off_in
    }

    /// Whether the rule looks at a language.
    #[must_use]
    pub fn looks_at(&self, language: Language) -> bool {
        self.rule.languages.contains(&language) && !self.off_in.iter().any(|(off, _)| *off == language)
    }
}

/// What is said about a rule that does not compile.
fn refused(rule: &Rule, errors: Vec<DocumentError>, dialect: &RuleDialect) -> Vec<Problem> {
    if !errors.iter().all(|error| dialect.passes_over(error)) {
        return errors.into_iter().map(|error| rule.problem(error)).collect();
    }
    let warning = |error: DocumentError| {
        let help = error.help.clone().unwrap_or_default();
        let help = format!("the rule `{}` is not run; {help}", rule.id);
        Problem { level: ProblemLevel::Warning, ..rule.problem(error.help(help)) }
    };
    errors.into_iter().map(warning).collect()
}

/// Names after `$` in the message that have no value; only those that no metavariable has may stay.
fn mistakes_of_message(rule: &Rule, program: &Program) -> Vec<DocumentError> {
    // What is only shown may hold a name without a value, unless it is too long to be looked through.
    let passable = rule.message.len() <= MAX_TEXT;
    let unknown = program.check_template(&rule.message, rule.message_span).into_iter();
    let mut errors: Vec<DocumentError> = unknown.map(|error| DocumentError { passable, ..error }).collect();
    if rule.is_about_files() {
        let used = program.defined_names().filter(|name| rule.message.contains(&format!("${name}")));
        errors.extend(used.map(|name| {
            let message = format!("`${name}` has no value in the message of a `require` rule");
            DocumentError::new(rule.message_span, message).help("a file without a match has no metavariables")
        }));
    }
    errors
}
