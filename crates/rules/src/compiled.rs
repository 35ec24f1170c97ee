//! A rule with its programs.

use auditlint_matcher::{Program, SharedUtils};
use auditlint_source::Problem;
use auditlint_source::document::{DocumentError, DocumentErrors, Key, Node};
use auditlint_syntax::Language;
use serde::{Deserialize, Serialize};

use crate::Rule;

/// A rule with one program for each of its languages. Packs carry rules in this form, so that nothing is compiled when
/// auditlint starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompiledRule {
    /// The rule. Everything but languages and body may still be changed.
    pub rule: Rule,
    programs: Vec<Program>,
    off_in: Vec<(Language, String)>,
}

impl CompiledRule {
    /// Compiles a rule for each of its languages. Where it does not compile for another than the first, it is off there.
    ///
    /// # Errors
    /// What does not compile for the first language, every mistake at its place.
    pub fn new(rule: Rule, shared: &SharedUtils) -> Result<Self, Vec<Problem>> {
        let mut programs = Vec::new();
        let mut off_in = Vec::new();
        if let Some(document) = rule.document() {
            for (index, language) in rule.languages.iter().copied().enumerate() {
                match Program::compile(document, language, shared) {
                    Ok(program) => {
                        let mut undefined = if index == 0 { undefined_names(&rule, &program) } else { Vec::new() };
                        undefined.extend(program.option_conditions().flat_map(|one| rule.options.check(one)));
                        if !undefined.is_empty() {
                            return Err(undefined.into_iter().map(|error| rule.problem(error)).collect());
                        }
                        programs.push(program);
                    }
                    Err(errors) if index == 0 => {
                        return Err(errors.into_iter().map(|error| rule.problem(error)).collect());
                    }
                    Err(errors) => {
                        let reasons: Vec<String> = errors.into_iter().map(|error| error.message).collect();
                        off_in.push((language, reasons.join("; ")));
                    }
                }
            }
        }
        let mut compiled = Self { rule, programs, off_in };
        compiled.apply_options();
        Ok(compiled)
    }

    /// Sets options of the rule. What it does not have or allow is a mistake, and stays as it was.
    pub fn set_options(&mut self, entries: &[(Key, Node)], errors: &DocumentErrors) {
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

/// Names after `$` in the message that have no value.
fn undefined_names(rule: &Rule, program: &Program) -> Vec<DocumentError> {
    let mut errors = program.check_template(&rule.message, rule.message_span);
    if rule.is_about_files() {
        let used = program.defined_names().filter(|name| rule.message.contains(&format!("${name}")));
        errors.extend(used.map(|name| {
            let message = format!("`${name}` has no value in the message of a `require` rule");
            DocumentError::new(rule.message_span, message).help("a file without a match has no metavariables")
        }));
    }
    errors
}
