//! References of commands: which of their words are files that must be there.

use std::sync::Arc;

use auditlint_facts::folder::above;
use auditlint_source::{FilePath, Span};
use rustc_hash::FxHashMap;

use super::fact::{CommandKind, Facts, RepoFact};
use crate::conventions;
use crate::read::commands::{CommandRun, FileKind, Product, RunLinkKind, Runs, made};
use crate::read::shell::{PROJECT, START};

/// Programs that run the file that they are given first.
const INTERPRETERS: &[&str] = &[
    "node", "tsx", "ts-node", "bun", "deno", "python", "python3", "bash", "sh", "zsh", "source", ".", "ruby", "perl",
    "php", "esno", "jiti",
];

/// Options of those that take the next word, and those behind which the word is code.
const WITH_VALUE: &[&str] = &[
    "-r",
    "--require",
    "--import",
    "--loader",
    "--experimental-loader",
    "-O",
    "--project",
    "-P",
    "-C",
    "--conditions",
    "--tsconfig",
    "--env-file",
    "--test-reporter",
    "--config",
    "-o",
];
const WITH_CODE: &[&str] =
    &["-e", "-p", "-c", "--eval", "--print", "-m", "-pe", "-s", "-lc", "-ec", "-test", "--test", "-"];

/// Programs whose `--config` and `-c` is a file of the project.
const CONFIGURED: &[&str] =
    &["vitest", "jest", "playwright", "webpack", "rollup", "vite", "eslint", "tsup", "wrangler", "redocly", "cypress"];

/// Whether the commands of such files are looked at.
pub(super) fn refers(kind: FileKind) -> bool {
    use FileKind::{Action, Gitlab, Hook, Package, Shell, Workflow};
    matches!(kind, Package | Workflow | Action | Gitlab | Shell | Hook)
}

pub(super) fn extract(runs: &Runs, kind: FileKind, out: &mut Facts) {
    let kind = match kind {
        FileKind::Package => CommandKind::Script,
        FileKind::Shell | FileKind::Hook => CommandKind::Shell,
        _ => CommandKind::Workflow,
    };
    let start: Arc<str> = START.to_string().into();
    let project: Arc<str> = PROJECT.to_string().into();
    let filled = FilledFolders::of(runs);
    for (index, run) in runs.commands.iter().enumerate() {
        let folder = run.command.folder.as_deref();
        for Product { path, is_filled } in made(run) {
            let folder = folder.map_or_else(|| Arc::clone(&start), Arc::from);
            out.say(run.span, RepoFact::Written { word: path.into(), folder, is_filled });
        }
        let is_open = runs.opaque.contains(&run.owner) || run.command.may_fail || !run.is_read;
        let Some(folder) = folder.filter(|_| !is_open) else { continue };
        for word in files(run).into_iter().filter(|word| !filled.may_hold(&run.owner, folder, word, index)) {
            out.say(run.span, RepoFact::Word { kind, word: word.into(), folder: folder.into() });
        }
    }
    for (_, word) in &runs.written {
        let (word, folder) = (word.as_str().into(), Arc::clone(&project));
        out.say(Span::default(), RepoFact::Written { word, folder, is_filled: false });
    }
    for link in runs.links.iter().filter(|link| !runs.opaque.contains(&link.owner)) {
        if matches!(link.kind, RunLinkKind::Action | RunLinkKind::Workflow | RunLinkKind::Include)
            && !link.target.starts_with('#')
        {
            out.say(link.span, RepoFact::Action { kind, target: link.target.as_str().into() });
        }
    }
}

/// Folders that one part of a file makes, and commands of the same part that may put something into them.
struct FilledFolders<'r> {
    /// By part and folder: the first two such commands.
    by: FxHashMap<(&'r str, FilePath), [Option<usize>; 2]>,
}

/// Programs that put nothing into the folders that they are given.
const IDLE: &[&str] = &["mkdir", "cd", "pushd", "rm", "rimraf", "chmod", "chown", "echo", "ls", "test", "["];

impl<'r> FilledFolders<'r> {
    fn of(runs: &'r Runs) -> Self {
        let program = |run: &CommandRun| run.command.program().map(str::to_owned).unwrap_or_default();
        let mut by: FxHashMap<(&str, FilePath), [Option<usize>; 2]> = FxHashMap::default();
        for run in runs.commands.iter().filter(|run| program(run) == "mkdir") {
            for Product { path, .. } in made(run) {
                by.insert((&run.owner, seen(run.command.folder.as_deref(), &path)), [None; 2]);
            }
        }
        let runs = runs.commands.iter().enumerate().filter(|_| !by.is_empty());
        let others: Vec<_> = runs.filter(|(_, run)| !IDLE.contains(&program(run).as_str())).collect();
        for (index, run) in others {
            for word in run.command.words.iter().skip(1) {
                let word = word.text.split_once('=').map_or(word.text.as_str(), |(_, value)| value);
                for folder in above(seen(run.command.folder.as_deref(), word)) {
                    let Some(fillers) = by.get_mut(&(run.owner.as_str(), folder)) else { continue };
                    if !fillers.contains(&Some(index))
                        && let Some(free) = fillers.iter_mut().find(|filler| filler.is_none())
                    {
                        *free = Some(index);
                    }
                }
            }
        }
        Self { by }
    }

    /// Whether another command than the one that reads a file may have put it into a folder that was made for it.
    fn may_hold(&self, owner: &str, folder: &str, word: &str, reader: usize) -> bool {
        let is_filled = |folder| {
            let fillers = self.by.get(&(owner, folder)).into_iter().flatten().flatten();
            fillers.into_iter().any(|filler| *filler != reader)
        };
        !self.by.is_empty() && above(seen(Some(folder), word)).any(is_filled)
    }
}

/// A word as it is seen from the folder of its command.
fn seen(folder: Option<&str>, word: &str) -> FilePath {
    FilePath::new(&format!("{}/{word}", folder.unwrap_or_default()))
}

/// The words of a command that are files which it reads.
fn files(run: &CommandRun) -> Vec<&str> {
    let mut words: &[_] = &run.command.words;
    while let [first, rest @ ..] = words {
        if !first.known().is_some_and(conventions::runs_with_files) {
            break;
        }
        let before = rest.iter().take_while(|word| word.text.starts_with('-') || word.text.contains('='));
        words = &rest[before.count()..];
    }
    let [first, arguments @ ..] = words else { return Vec::new() };
    let Some(program) = first.known() else { return Vec::new() };
    let mut found = Vec::new();
    if program.contains('/') {
        found.push(program);
    } else if INTERPRETERS.contains(&program) {
        found.extend(given(program, arguments.iter().map(|word| word.text.as_str())));
    }
    let name = program.rsplit('/').next().unwrap_or_default();
    let options: &[&str] = match name {
        "psql" => &["-f", "--file"],
        "tsc" => &["-p", "--project"],
        _ if CONFIGURED.contains(&name) => &["--config", "-c"],
        _ => &[],
    };
    for pair in arguments.windows(2).filter(|pair| options.contains(&pair[0].text.as_str())) {
        found.push(&pair[1].text);
    }
    for word in arguments {
        let value =
            word.text.split_once('=').filter(|(option, _)| option.starts_with("--") && options.contains(option));
        found.extend(value.map(|(_, value)| value));
    }
    found.retain(|word| is_file(word));
    found
}

/// The file that an interpreter is given.
fn given<'w>(program: &str, arguments: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let mut arguments = arguments.peekable();
    if matches!(program, "bun" | "deno" | "tsx") {
        arguments.next_if(|word| matches!(*word, "run" | "watch"));
    }
    while let Some(word) = arguments.next() {
        if WITH_CODE.contains(&word) {
            return None;
        }
        if WITH_VALUE.contains(&word) {
            arguments.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

fn is_file(word: &str) -> bool {
    let extension =
        word.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension);
    let is_seen_from_here =
        !word.starts_with(['/', '~', '-', '.']) || word.starts_with("./") || word.starts_with("../");
    conventions::ends_an_argument(extension)
        && is_seen_from_here
        && !word.contains(['*', '?', '{', '<', '$', '[', '%', crate::read::shell::ANY, ':', '@', '`'])
        && word.len() <= 512
}
