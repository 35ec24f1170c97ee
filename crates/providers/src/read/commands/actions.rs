//! Workflows and composite actions of GitHub.

use std::rc::Rc;

use auditlint_source::document::{DocumentNode, DocumentValue};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Parser;

use super::runs::ScalarCursor;
use super::{Root, RootKind, RunLink, RunLinkKind, Runs, yaml};
use crate::read::shell::{ANY, Variables, WordContext};

/// What holds around a step.
#[derive(Clone, Default)]
struct StepContext {
    variables: Rc<Variables>,
    /// The folder of its commands, from the root of the project.
    folder: Option<String>,
    shell: Option<String>,
}

impl StepContext {
    /// The same with what a workflow, a job or a step says of its own.
    fn within(&self, node: &DocumentNode) -> Self {
        let variables = Rc::new(yaml::variables(&self.variables, yaml::get(node, "env")));
        let defaults = yaml::get(node, "defaults").and_then(|defaults| yaml::get(defaults, "run"));
        let folder = defaults.and_then(|run| yaml::text(run, "working-directory")).map(yaml::short);
        let shell = defaults.and_then(|run| yaml::text(run, "shell")).map(yaml::short);
        Self { variables, folder: folder.or(self.folder.clone()), shell: shell.or(self.shell.clone()) }
    }
}

/// How many words of a value that is handed to an action may be tasks.
const MOST_NAMES: usize = 16;

struct ActionsReader<'t, 'p> {
    text: &'t str,
    /// The path, where it is an action.
    action: Option<&'t FilePath>,
    parser: &'p mut Parser,
}

pub(super) fn workflow(text: &str, parser: &mut Parser, runs: &mut Runs) {
    let Some(root) = yaml::table(text, runs) else { return };
    let around = StepContext::default().within(&root);
    let mut reader = ActionsReader { text, action: None, parser };
    let is_called_only = match yaml::get(&root, "on").map(|on| &on.value) {
        Some(DocumentValue::Map(entries)) => entries.len() == 1 && entries[0].0.name == "workflow_call",
        Some(DocumentValue::Text(on)) => on == "workflow_call",
        _ => false,
    };
    let Some(jobs) = yaml::get(&root, "jobs") else { return };
    for (name, job) in yaml::entries(jobs) {
        if is_off(job) || !yaml::is_name(&name.name, name.span, runs) {
            continue;
        }
        let owner = format!("#{}", name.name);
        if !is_called_only {
            runs.roots.push(Root { owner: owner.clone(), span: name.span, kind: RootKind::Job });
        }
        runs.links.push(RunLink {
            owner: String::new(),
            span: name.span,
            target: owner.clone(),
            kind: RunLinkKind::Job,
        });
        let around = around.within(job);
        if let Some(called) = yaml::text(job, "uses") {
            reader.uses(&owner, place_of(job, "uses"), &called, runs);
            reader.with(&owner, job, runs);
        }
        reader.steps(&owner, job, &around, runs);
    }
}

pub(super) fn action(path: &FilePath, text: &str, parser: &mut Parser, runs: &mut Runs) {
    let Some(root) = yaml::table(text, runs) else { return };
    let Some(node) = yaml::get(&root, "runs") else { return };
    let mut reader = ActionsReader { text, action: Some(path), parser };
    for key in ["main", "pre", "post"] {
        if let Some(file) = yaml::text(node, key) {
            runs.mentions.push((String::new(), node.span, format!("./{file}")));
        }
    }
    reader.steps("", node, &StepContext::default(), runs);
}

/// Whether a word may be the name of a task.
fn is_name(word: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, ':' | '-' | '_' | '.');
    !word.is_empty() && word.len() < 64 && word.chars().all(is_letter)
}

/// Where a key stands with its value.
fn place_of(node: &DocumentNode, key: &str) -> Span {
    let entry = yaml::entries(node).find(|(name, _)| name.name == key);
    entry.map_or(node.span, |(name, value)| Span::new(name.span.start, value.span.end))
}

/// Whether a job or step never runs.
fn is_off(node: &DocumentNode) -> bool {
    let condition = yaml::text(node, "if").unwrap_or_default();
    let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
    condition == "false"
}

impl ActionsReader<'_, '_> {
    fn steps(&mut self, owner: &str, job: &DocumentNode, around: &StepContext, runs: &mut Runs) {
        for step in yaml::get(job, "steps").and_then(DocumentNode::as_list).unwrap_or_default() {
            if is_off(step) {
                continue;
            }
            if let Some(called) = yaml::text(step, "uses") {
                self.uses(owner, place_of(step, "uses"), &called, runs);
                self.with(owner, step, runs);
                let moves = yaml::get(step, "with")
                    .is_some_and(|with| yaml::get(with, "path").is_some() || yaml::get(with, "repository").is_some());
                if (called.starts_with("actions/checkout@") && moves)
                    || called.starts_with("actions/download-artifact@")
                {
                    runs.opaque.push(owner.to_owned());
                }
            }
            if let Some(run) = yaml::get(step, "run") {
                self.run(owner, step, run, around, runs);
            }
        }
    }

    fn run(&mut self, owner: &str, step: &DocumentNode, run: &DocumentNode, around: &StepContext, runs: &mut Runs) {
        let Some(text) = run.scalar() else { return };
        let variables = yaml::variables(&around.variables, yaml::get(step, "env"));
        let text = yaml::plain(&text, &variables, self.action);
        let shell = yaml::text(step, "shell").or(around.shell.clone());
        if shell.as_deref().is_some_and(|shell| !shell.starts_with("bash") && !shell.starts_with("sh")) {
            return runs.loose(owner, run.span, &text);
        }
        let folder =
            yaml::text(step, "working-directory").map(yaml::short).or(around.folder.clone()).unwrap_or_default();
        let folder = yaml::project(&yaml::plain(&folder, &variables, self.action));
        let before = runs.commands.len();
        let setting = WordContext { variables, file: None };
        runs.text(owner, &text, &folder, &mut ScalarCursor::new(self.text, run.span), &setting, self.parser);
        if folder.contains(ANY) {
            for run in &mut runs.commands[before..] {
                run.command.folder = None;
            }
        }
    }

    fn uses(&self, owner: &str, span: Span, called: &str, runs: &mut Runs) {
        let is_workflow = called.contains("/workflows/")
            && called.split('@').next().is_some_and(|path| path.ends_with(".yml") || path.ends_with(".yaml"));
        if let Some(local) = called.strip_prefix("./") {
            let target = local.trim_end_matches('/').to_owned();
            let kind = if is_workflow { RunLinkKind::Workflow } else { RunLinkKind::Action };
            runs.links.push(RunLink { owner: owner.to_owned(), span, target, kind });
        } else if is_workflow {
            runs.gap(span, "this job is a workflow of another repository");
        }
    }

    /// What is handed to an action may be a command, or a file that it reads.
    fn with(&self, owner: &str, step: &DocumentNode, runs: &mut Runs) {
        for (_, value) in yaml::get(step, "with").into_iter().flat_map(yaml::entries) {
            if let Some(text) = value.as_text() {
                runs.loose(owner, value.span, text);
                // `targets: lint:openapi` for an action that runs tasks.
                let names = text.split([' ', ',']).filter(|name| is_name(name)).take(MOST_NAMES);
                for name in names.filter(|_| !text.contains('\n')) {
                    runs.links.push(RunLink {
                        owner: owner.to_owned(),
                        span: value.span,
                        target: name.to_owned(),
                        kind: RunLinkKind::Task,
                    });
                }
            }
        }
    }
}
