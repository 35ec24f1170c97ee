//! Pipelines of other systems (CircleCI, Azure, Travis, Bitbucket, Buildkite, Drone, Woodpecker, AppVeyor): every text under a
//! key that holds commands. Which job they belong to is left open.

use auditlint_source::document::{DocumentNode, DocumentValue};
use auditlint_syntax::Parser;

use super::runs::ScalarCursor;
use super::{Root, RootKind, Runs, yaml};
use crate::read::shell::{ANY, Variables, WordContext};

/// Keys that name the folder of the commands beside them.
const FOLDERS: &[&str] = &["working_directory", "workingDirectory", "dir"];

pub(super) fn read(text: &str, parser: &mut Parser, runs: &mut Runs) {
    let Some(root) = yaml::table(text, runs) else { return };
    runs.roots.push(Root { owner: String::new(), span: auditlint_source::Span::default(), kind: RootKind::Job });
    let mut run = |script: &str, folder: Option<&str>, node: &DocumentNode, runs: &mut Runs| {
        // `<< parameters.x >>` of CircleCI, `$(x)` and `${{ x }}` of Azure.
        let script = yaml::plain(script, &Variables::default(), None);
        let script = script.replace("<<", &ANY.to_string()).replace(">>", "");
        let folder = yaml::project(folder.unwrap_or_default().trim_start_matches("~/project"));
        runs.text("", &script, &folder, &mut ScalarCursor::new(text, node.span), &WordContext::default(), parser);
    };
    // A node, the folder around it, and whether it holds commands.
    let mut open: Vec<(&DocumentNode, Option<String>, bool)> = vec![(&root, None, false)];
    while let Some((node, folder, is_command)) = open.pop() {
        match &node.value {
            DocumentValue::Map(_) => {
                let own = FOLDERS.iter().find_map(|key| yaml::text(node, key)).map(yaml::short).or(folder);
                for (key, value) in yaml::entries(node) {
                    open.push((value, own.clone(), yaml::COMMANDS.contains(&key.name.as_str())));
                }
            }
            // One after the other, in the folder that the one before went to.
            DocumentValue::List(items)
                if is_command && items.iter().all(|item| matches!(item.value, DocumentValue::Text(_))) =>
            {
                let lines: Vec<String> = items.iter().filter_map(DocumentNode::scalar).collect();
                run(&lines.join("\n"), folder.as_deref(), node, runs);
            }
            DocumentValue::List(items) => open.extend(items.iter().map(|item| (item, folder.clone(), is_command))),
            DocumentValue::Text(script) if is_command => run(script, folder.as_deref(), node, runs),
            _ => {}
        }
    }
}
