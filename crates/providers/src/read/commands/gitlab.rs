//! Pipelines of GitLab.

use std::rc::Rc;

use auditlint_source::document::{DocumentNode, DocumentValue};
use auditlint_syntax::Parser;

use super::runs::ScalarCursor;
use super::{GitlabJob, Root, RootKind, RunLink, RunLinkKind, Runs, Slot, yaml};
use crate::read::shell::{PROJECT, Variables, WordContext};

/// Keys of a pipeline that are not jobs.
const KEYWORDS: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
    "pages:deploy",
];

pub(super) fn read(text: &str, parser: &mut Parser, runs: &mut Runs) {
    let Some(root) = yaml::table(text, runs) else { return };
    let around = Rc::new(yaml::variables(&Rc::default(), yaml::get(&root, "variables")));
    let default = yaml::get(&root, "default");
    // What stands at the top is the same as what stands in `default`.
    for slot in Slot::ALL {
        let Some(node) = default.and_then(|default| yaml::get(default, slot.name())).or(yaml::get(&root, slot.name()))
        else {
            continue;
        };
        if slot != Slot::Script {
            commands("default", slot, node, text, &around, parser, runs);
            runs.gitlab.push(GitlabJob {
                name: "default".to_owned(),
                span: node.span,
                extends: Vec::new(),
                slots: vec![slot],
            });
        }
    }
    for node in yaml::get(&root, "include").into_iter().flat_map(items) {
        include(node, "", runs);
    }
    for (name, job) in yaml::entries(&root).filter(|(name, job)| is_job(&name.name, job)) {
        if !yaml::is_name(&name.name, name.span, runs) {
            continue;
        }
        let owner = format!("#{}", name.name);
        let variables = yaml::variables(&around, yaml::get(job, "variables"));
        let mut slots = Vec::new();
        for slot in Slot::ALL {
            if let Some(node) = yaml::get(job, slot.name()) {
                slots.push(slot);
                commands(&name.name, slot, node, text, &variables, parser, runs);
            }
        }
        let extends = yaml::get(job, "extends").into_iter().flat_map(items).filter_map(DocumentNode::scalar).collect();
        if !name.name.starts_with('.') {
            runs.roots.push(Root { owner: owner.clone(), span: name.span, kind: RootKind::Job });
        }
        let trigger = yaml::get(job, "trigger").and_then(|trigger| yaml::get(trigger, "include"));
        for node in trigger.into_iter().flat_map(items) {
            include(node, &owner, runs);
        }
        runs.gitlab.push(GitlabJob { name: name.name.clone(), span: name.span, extends, slots });
    }
}

fn is_job(name: &str, job: &DocumentNode) -> bool {
    job.as_map().is_some() && !KEYWORDS.contains(&name)
}

/// The items of a list, or the one thing that stands for a list of one.
fn items(node: &DocumentNode) -> Vec<&DocumentNode> {
    match &node.value {
        DocumentValue::List(items) => items.iter().collect(),
        _ => vec![node],
    }
}

fn commands(
    job: &str,
    slot: Slot,
    node: &DocumentNode,
    text: &str,
    variables: &Variables,
    parser: &mut Parser,
    runs: &mut Runs,
) {
    let owner = format!("#{job}:{}", slot.name());
    let setting = WordContext { variables: variables.clone(), file: None };
    let mut script = String::new();
    let mut open: Vec<&DocumentNode> = items(node);
    open.reverse();
    while let Some(item) = open.pop() {
        match &item.value {
            // `!reference [.setup, script]` comes as the list that stands behind it.
            DocumentValue::List(parts) => {
                match parts.iter().map(DocumentNode::scalar).collect::<Option<Vec<_>>>().as_deref() {
                    Some([job, slot]) if Slot::ALL.iter().any(|known| known.name() == slot) => {
                        let target = format!("#{job}:{slot}");
                        runs.links.push(RunLink {
                            owner: owner.clone(),
                            span: item.span,
                            target,
                            kind: RunLinkKind::Reference,
                        });
                    }
                    _ => open.extend(parts.iter().rev()),
                }
            }
            _ => {
                // Every item runs in the shell of the ones before it, and a folder that one enters holds for the next.
                script.push_str(&item.scalar().unwrap_or_default());
                script.push('\n');
            }
        }
    }
    runs.text(&owner, &script, &PROJECT.to_string(), &mut ScalarCursor::new(text, node.span), &setting, parser);
}

fn include(node: &DocumentNode, owner: &str, runs: &mut Runs) {
    let local = node.scalar().or_else(|| yaml::text(node, "local"));
    match local.filter(|path| !path.contains("://")) {
        Some(path) => {
            let target = path.trim_start_matches("./").trim_start_matches('/').to_owned();
            runs.links.push(RunLink { owner: owner.to_owned(), span: node.span, target, kind: RunLinkKind::Include });
        }
        // Templates of GitLab look at the code by themselves and run no script of the project.
        None if yaml::get(node, "template").is_some() => {}
        None => runs.gap(node.span, "this pipeline includes one that is not in the repository"),
    }
}
