//! References of commands: which of their words are files that must be there.

use std::sync::Arc;

use auditlint_source::Span;

use super::fact::{CommandKind, Facts, RepoFact};
use crate::conventions;
use crate::read::commands::{FileKind, LinkKind, Run, Runs};
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

/// Programs that make the files that they are given.
const MAKERS: &[&str] =
    &["cp", "mv", "touch", "tee", "mkdir", "ln", "unzip", "tar", "install", "rsync", "wget", "curl", "degit", "gh"];

/// Options behind which a file or folder stands that the program makes.
const OUTPUTS: &[&str] = &[
    "-o",
    "-O",
    "--output",
    "--out",
    "--outfile",
    "--outdir",
    "--outDir",
    "--out-dir",
    "--output-file",
    "--dest",
    "-d",
    "--dir",
];

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
    for run in &runs.commands {
        let folder = run.command.folder.as_deref();
        for word in made(run) {
            let folder = folder.map_or_else(|| Arc::clone(&start), Arc::from);
            out.say(run.span, RepoFact::Written { word: word.into(), folder });
        }
        let is_open = runs.opaque.contains(&run.owner) || run.command.may_fail || !run.is_read;
        let Some(folder) = folder.filter(|_| !is_open) else { continue };
        for word in files(run) {
            out.say(run.span, RepoFact::Word { kind, word: word.into(), folder: folder.into() });
        }
    }
    for (_, word) in &runs.written {
        let (word, folder) = (word.as_str().into(), Arc::clone(&project));
        out.say(Span::default(), RepoFact::Written { word, folder });
    }
    for link in runs.links.iter().filter(|link| !runs.opaque.contains(&link.owner)) {
        if matches!(link.kind, LinkKind::Action | LinkKind::Workflow | LinkKind::Include)
            && !link.target.starts_with('#')
        {
            out.say(link.span, RepoFact::Action { kind, target: link.target.as_str().into() });
        }
    }
}

/// The words of a command that are files which it reads.
fn files(run: &Run) -> Vec<&str> {
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

/// The words of a command that are files which it may make.
fn made(run: &Run) -> Vec<&str> {
    let words: Vec<&str> = run.command.words.iter().filter_map(|word| word.known()).collect();
    let makes = match words[..] {
        ["git", "clone" | "init" | "worktree" | "submodule", ..] => true,
        ["git", ..] => false,
        [program, ..] => MAKERS.contains(&program),
        [] => false,
    };
    let mut made: Vec<&str> = Vec::new();
    for (index, word) in words.iter().enumerate().skip(1) {
        let value = word.split_once('=').filter(|(option, _)| OUTPUTS.contains(option)).map(|(_, value)| value);
        made.extend(value);
        if word.contains("://") {
            made.extend(word.rsplit('/').next().filter(|name| makes && !name.is_empty()));
        }
        let is_plain = !word.starts_with('-') && !word.contains(' ');
        if is_plain && (makes || OUTPUTS.contains(&words[index - 1])) {
            made.push(word);
        }
    }
    made
}
