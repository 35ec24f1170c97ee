//! In which ways the projects of a run configure a rule.

use std::sync::Arc;

use auditlint_packs::Pack;
use auditlint_rules::{CompiledRule, FileGlob, RoleSet, Rule, RuleId, RuleLevel, TaskLink, Territory};
use auditlint_source::document::{DocumentErrors, DocumentKey, DocumentNode, DocumentValue, unplaced};
use auditlint_source::{Problem, ProblemKind, Span};

use crate::config::{Config, RuleSettings, config_problem};
use crate::projects::Projects;

/// What decides how rules are configured.
pub(crate) struct Ways<'p> {
    projects: &'p Projects,
    /// The packs that are on, by number of the project.
    packs: Vec<Vec<&'static Pack>>,
    /// The rules that were asked for; all where none is.
    only: &'p [String],
}

/// A rule as some projects configure it.
pub(crate) struct Way {
    pub(crate) rule: CompiledRule,
    /// Whether it is on in them.
    pub(crate) runs: bool,
}

/// What a project says of a rule.
#[derive(PartialEq)]
struct RuleMention<'p> {
    level: RuleLevel,
    runs: bool,
    files: Option<&'p [FileGlob]>,
    ignores: &'p [FileGlob],
    roles: Option<RoleSet>,
    tasks: Option<&'p [TaskLink]>,
    /// Those of packs, which no file sets, then those of the configuration.
    options: Vec<(&'p str, &'p DocumentValue)>,
    of_packs: Vec<(&'static str, &'static str)>,
    /// The project whose tasks may name it: a task counts below the project that keeps it.
    keeper: usize,
}

impl<'p> Ways<'p> {
    pub(crate) fn of(projects: &'p Projects, only: &'p [String]) -> Self {
        let on = |config: &Config| {
            let is_on = |pack: &&Pack| config.packs.iter().any(|on| on.name() == pack.name);
            auditlint_packs::packs().iter().filter(is_on).collect()
        };
        Self { projects, packs: projects.iter().map(on).collect(), only }
    }

    /// Whether the command line asks for a rule.
    pub(crate) fn is_asked(&self, rule: &RuleId) -> bool {
        self.only.iter().any(|only| only == rule.as_str())
    }

    /// A rule in each way in which it is configured, those in which it is on first.
    pub(crate) fn of_rule(&self, compiled: CompiledRule, problems: &mut Vec<Problem>) -> Vec<Way> {
        let mut groups: Vec<(RuleMention<'p>, Vec<u32>)> = Vec::new();
        let asked = (0..).zip(self.projects.iter()).filter(|(_, config)| self.projects.is_asked(config));
        let here = asked.filter(|(number, _)| compiled.rule.territory.holds(*number));
        for (number, config) in here {
            let said = self.said(&compiled.rule, number as usize, config);
            match groups.iter_mut().find(|(known, _)| *known == said || (!known.runs && !said.runs)) {
                Some((_, numbers)) => numbers.push(number),
                None => groups.push((said, vec![number])),
            }
        }
        let is_on_somewhere = groups.iter().any(|(said, _)| said.runs);
        // What is off in some projects is known by those in which it is on.
        groups.retain(|(said, _)| said.runs || !is_on_somewhere);
        let mut ways = Vec::with_capacity(groups.len());
        let (mut compiled, mut left) = (Some(compiled), groups.len());
        for (said, numbers) in groups {
            left -= 1;
            let Some(mut rule) = (if left == 0 { compiled.take() } else { compiled.clone() }) else { break };
            self.configure(&mut rule, &said, numbers[0], problems);
            if numbers.len() < self.projects.iter().len() {
                let folders = Arc::clone(self.projects.folders());
                rule.rule.territory = Territory::Projects { folders, numbers };
            }
            ways.push(Way { rule, runs: said.runs });
        }
        ways
    }

    fn said(&self, rule: &Rule, number: usize, config: &'p Config) -> RuleMention<'p> {
        let id = rule.id.as_str();
        let packs = &self.packs[number];
        let by_pack =
            rule.pack.as_deref().is_none_or(|of| packs.iter().any(|pack| pack.name == of || pack.turns_on(id)));
        let settings: Option<&RuleSettings> = config.of_rule(&rule.id).map(|table| &table.value);
        let mut level = settings.and_then(|settings| settings.severity).unwrap_or(rule.level);
        if !by_pack && settings.is_none() && !self.is_asked(&rule.id) {
            // At most an override turns it on, for its files.
            level = RuleLevel::Off;
        }
        let runs = level != RuleLevel::Off || config.turns_on(&rule.id);
        let of_packs = packs.iter().flat_map(|pack| pack.options_of(id)).collect();
        let options = settings.map_or(&[][..], |settings| &*settings.options).iter();
        RuleMention {
            level,
            runs,
            files: settings.and_then(|settings| settings.files.as_deref()),
            ignores: settings.map_or(&[], |settings| settings.ignores.as_slice()),
            roles: settings.and_then(|settings| settings.roles),
            tasks: settings.and_then(|settings| settings.tasks.as_deref()),
            options: options.map(|(key, node)| (key.name.as_str(), &node.value)).collect(),
            of_packs,
            keeper: self.projects.keeper_of_tasks(number),
        }
    }

    /// Makes a rule what a project says of it.
    fn configure(&self, compiled: &mut CompiledRule, said: &RuleMention<'_>, number: u32, problems: &mut Vec<Problem>) {
        let config = self.projects.iter().nth(number as usize);
        let errors = DocumentErrors::default();
        if !said.of_packs.is_empty() {
            let options: Vec<(DocumentKey, DocumentNode)> =
                said.of_packs.iter().map(|(name, value)| option(name, value)).collect();
            compiled.set_options(&options, &errors);
        }
        let settings = config.and_then(|config| config.of_rule(&compiled.rule.id)).map(|table| &table.value);
        if let Some(settings) = settings.filter(|settings| !settings.options.is_empty()) {
            compiled.set_options(&settings.options, &errors);
        }
        let id = &compiled.rule.id;
        problems.extend(errors.into_inner().into_iter().map(|error| {
            let problem = Problem::error(ProblemKind::Config, format!("rule `{id}`: {}", error.message));
            let problem = match config {
                Some(config) => config_problem(config, error.span, problem),
                None => problem,
            };
            match error.help {
                Some(help) => problem.help(help),
                None => problem,
            }
        }));
        let rule = &mut compiled.rule;
        rule.level = said.level;
        if let Some(files) = said.files {
            rule.files = files.to_vec();
        }
        rule.ignores.extend_from_slice(said.ignores);
        rule.roles = said.roles.unwrap_or(rule.roles);
        if let Some(tasks) = said.tasks {
            rule.tasks = tasks.to_vec();
        }
    }
}

/// An option that no file sets.
fn option(name: &str, value: &str) -> (DocumentKey, DocumentNode) {
    (DocumentKey { span: Span::default(), name: name.to_owned() }, unplaced(DocumentValue::Text(value.to_owned())))
}
