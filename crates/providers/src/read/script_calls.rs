//! Which script of which package a command runs: `npm run x`, `pnpm --filter p run x`, `yarn workspace p x`.
//!
//! Source: the command line references of npm, pnpm, yarn and bun.

use serde::{Deserialize, Serialize};

use crate::conventions::runs_a_manager;
use crate::read::shell::{ANY, Command, Word};

/// A script that a command runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ScriptCall {
    /// Its name; a pattern where it is not plain.
    pub(crate) script: String,
    pub(crate) package: ScriptOwner,
    pub(crate) certainty: Certainty,
}

/// What a name may be besides that of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Certainty {
    /// Nothing.
    Script,
    /// A task that something else than `package.json` defines.
    OrTask,
    /// A program: `yarn x` and `pnpm x` run either.
    OrProgram,
    /// A command of the package manager, or a name of which a pattern may match nothing.
    OrBuiltin,
}

impl ScriptCall {
    /// Whether it names one script. `pnpm run "/^build:.*/"` is a pattern, `{{name}}` the place of a name in a template.
    pub(crate) fn is_plain(&self) -> bool {
        !self.script.starts_with('/') && !self.script.contains(['{', '<', '%', '*', ' ', ANY])
    }
}

/// Whose script it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ScriptOwner {
    /// That of the folder in which the command runs.
    Here,
    /// That of the workspace's root.
    Root,
    /// One by its name or its folder.
    Named(String),
    /// That of a folder, seen from where the command runs.
    Folder(String),
    /// That of whichever packages of the project have it; one must.
    Several,
    /// Nobody can say.
    Unknown,
}

/// Commands of pnpm and yarn that are not scripts.
const BUILTIN: &[&str] = &[
    "add",
    "audit",
    "bin",
    "cache",
    "config",
    "create",
    "dedupe",
    "deploy",
    "dlx",
    "exec",
    "explain",
    "fetch",
    "help",
    "import",
    "info",
    "init",
    "install",
    "i",
    "licenses",
    "link",
    "list",
    "ls",
    "node",
    "npm",
    "outdated",
    "pack",
    "patch",
    "plugin",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "rm",
    "root",
    "self-update",
    "set",
    "setup",
    "start",
    "store",
    "unlink",
    "up",
    "update",
    "upgrade",
    "version",
    "why",
    "workspaces",
    "workspace",
];

/// The scripts that a command names, each by its whole name.
pub(crate) fn plain_script_calls(command: &Command) -> Vec<ScriptCall> {
    // A word that is computed may be anything: an option, the script.
    if command.words.iter().any(|word| word.known().is_none()) {
        return Vec::new();
    }
    let mut calls = script_calls(command);
    calls.retain(ScriptCall::is_plain);
    calls
}

/// The scripts that a command runs, with patterns and with [`ANY`] for what nobody can say.
pub(crate) fn script_calls(command: &Command) -> Vec<ScriptCall> {
    let command = &command.with_words(behind_wrappers(&command.words).to_vec());
    let Some(program) = command.program() else { return Vec::new() };
    let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
    let arguments = &words[1..];
    match program {
        "npm" => one(arguments, &NPM).into_iter().collect(),
        "pnpm" => one(arguments, &PNPM).into_iter().collect(),
        "yarn" => one(arguments, &YARN).into_iter().collect(),
        "bun" => one(arguments, &BUN).into_iter().collect(),
        "npm-run-all" | "run-s" | "run-p" => several(arguments),
        _ => Vec::new(),
    }
}

/// The words of a command behind the programs that only set variables or look it up: with each of them assignments, options and
/// files of variables are left out.
pub(super) fn behind_wrappers(words: &[Word]) -> &[Word] {
    let is_wrapper = |word: &Word| word.known().is_some_and(runs_a_manager);
    let is_before = |word: &&Word| word.text.starts_with(['-', '.']) || word.text.contains('=');
    let mut rest = words;
    while let Some((_, behind)) = rest.split_first().filter(|(first, _)| is_wrapper(first)) {
        rest = &behind[behind.iter().take_while(is_before).count()..];
    }
    rest
}

/// The command line of a package manager.
struct ManagerCommand {
    /// Options that name a package, and take a value.
    package: &'static [&'static str],
    /// Options that name a folder, and take a value.
    folder: &'static [&'static str],
    /// Options after which several packages are meant.
    several: &'static [&'static str],
    /// Options after which other packages, or none, may be meant.
    unknown: &'static [&'static str],
    /// Options for the root of the workspace.
    root: &'static [&'static str],
    /// Whether options behind the script are its own, as long as no `--` stands before them.
    reads_behind: bool,
    /// Whether `run x` can be nothing but a script.
    runs_scripts: bool,
    /// Whether `x` alone may be a script.
    bare: bool,
    /// Commands of its own that others do not have.
    builtin: &'static [&'static str],
}

static NPM: ManagerCommand = ManagerCommand {
    package: &["-w", "--workspace"],
    folder: &["--prefix", "-C"],
    several: &["-ws", "--workspaces"],
    unknown: &["--if-present"],
    root: &[],
    reads_behind: true,
    runs_scripts: true,
    bare: false,
    builtin: &[],
};
static PNPM: ManagerCommand = ManagerCommand {
    package: &["-F", "--filter"],
    folder: &["-C", "--dir"],
    several: &["-r", "--recursive", "--parallel", "--filter-prod"],
    unknown: &["--if-present"],
    root: &["-w", "--workspace-root"],
    reads_behind: false,
    runs_scripts: true,
    bare: true,
    builtin: &["approve-builds", "ci", "clean", "doctor", "docs", "env", "search", "server"],
};
static YARN: ManagerCommand = ManagerCommand {
    package: &[],
    folder: &["--cwd"],
    several: &[],
    unknown: &["--top-level"],
    root: &["-T"],
    reads_behind: false,
    runs_scripts: false,
    bare: true,
    builtin: &["check", "constraints", "global", "login", "logout", "owner", "policies", "search", "tag", "team"],
};
static BUN: ManagerCommand = ManagerCommand {
    package: &["-F", "--filter"],
    folder: &["--cwd"],
    several: &[],
    unknown: &["--if-present"],
    root: &[],
    reads_behind: false,
    runs_scripts: false,
    bare: true,
    builtin: &["build", "pm", "repl", "run", "test", "x"],
};

/// Options of all managers that take no value.
const FLAGS: &[&str] = &[
    "-s",
    "--silent",
    "-q",
    "--quiet",
    "-d",
    "--verbose",
    "--color",
    "--no-color",
    "--stream",
    "--aggregate-output",
    "--bun",
    "--no-bail",
    "--reporter-hide-prefix",
    "--sequential",
    "--sort",
    "--no-sort",
    "--include-workspace-root",
    "--report-summary",
    "--continue-on-error",
];

fn one(arguments: &[&str], manager: &ManagerCommand) -> Option<ScriptCall> {
    let mut package = ScriptOwner::Here;
    let mut is_open = false;
    let mut names: Vec<&str> = Vec::new();
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        if word == "--" {
            break;
        }
        let (option, value) = word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        if !option.starts_with('-') {
            names.push(word);
            continue;
        }
        let has_script = names.len() > usize::from(matches!(names.first(), Some(&("run" | "run-script"))));
        if has_script && !manager.reads_behind {
            // What stands behind the script is for the script.
            break;
        }
        if manager.package.contains(&option) {
            let named = value.or_else(|| rest.next())?;
            let is_plain = !named.contains(['*', '{', '[', '!', '^']) && !named.contains("...");
            let again = package != ScriptOwner::Here;
            package = if is_plain && !again { ScriptOwner::Named(named.to_owned()) } else { ScriptOwner::Several };
        } else if manager.folder.contains(&option) {
            package = ScriptOwner::Folder(value.or_else(|| rest.next())?.to_owned());
        } else if manager.root.contains(&option) {
            package = ScriptOwner::Root;
        } else if manager.several.contains(&option) {
            package = ScriptOwner::Several;
        } else if manager.unknown.contains(&option) {
            is_open = true;
        } else if !has_script && value.is_none() && !FLAGS.contains(&option) {
            // The word behind it may be its value.
            return None;
        }
    }
    if let ["workspace", name, ..] = names[..] {
        package = ScriptOwner::Named(name.to_owned());
        names.drain(..2);
    }
    if is_open {
        package = ScriptOwner::Unknown;
    }
    let call = |script: &str, certainty| {
        let is_program = certainty == Certainty::Script && !manager.runs_scripts;
        let certainty = if is_program { Certainty::OrProgram } else { certainty };
        Some(ScriptCall { script: script.to_owned(), package: package.clone(), certainty })
    };
    let is_builtin = |script: &str| manager.builtin.contains(&script);
    match names[..] {
        // These work without an entry.
        ["run" | "run-script", "env", ..] => None,
        ["run" | "run-script", script @ ("restart" | "start"), ..] | [script @ "start", ..] => {
            call(script, Certainty::OrBuiltin)
        }
        ["run" | "run-script", script, ..] => call(script, Certainty::Script),
        ["test" | "t" | "tst", ..] if is_builtin("test") => call("test", Certainty::OrBuiltin),
        ["test" | "t" | "tst", ..] => call("test", Certainty::Script),
        [script, ..] if manager.bare && is_builtin(script) => call(script, Certainty::OrBuiltin),
        [script, ..] if manager.bare && !BUILTIN.contains(&script) => call(script, Certainty::OrProgram),
        _ => None,
    }
}

/// `run-s clean build:*`: patterns may match nothing.
fn several(arguments: &[&str]) -> Vec<ScriptCall> {
    let names = arguments.iter().take_while(|word| **word != "--").filter(|word| !word.starts_with('-'));
    let call = |name: &&str| ScriptCall {
        script: (*name).to_owned(),
        package: ScriptOwner::Here,
        certainty: Certainty::OrBuiltin,
    };
    names.map(call).collect()
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::Parser;

    use super::*;
    use crate::read::shell::commands;

    #[test]
    fn scripts_of_commands() {
        for (text, expected) in [
            ("npm run build", "build Here"),
            ("npm --silent run build -- --watch", "build Here"),
            ("npm run build -w api", "build Named(\"api\")"),
            ("npm --workspace=@x/api run build", "build Named(\"@x/api\")"),
            ("npm run build --workspaces", "build Several"),
            ("npm run build --if-present", "build Unknown"),
            ("npm --prefix web test", "test Folder(\"web\")"),
            ("npm ci", ""),
            ("npm run", ""),
            ("npm run $X", ""),
            ("pnpm run build", "build Here"),
            ("pnpm build", "build Here?"),
            ("pnpm -w build", "build Root?"),
            ("pnpm --filter @x/api run build --port 1", "build Named(\"@x/api\")"),
            ("pnpm -F './packages/*' run build", "build Several"),
            ("pnpm -F a -F b run build", "build Several"),
            ("pnpm -r run build", "build Several"),
            ("pnpm -F api exec prisma generate", ""),
            ("yarn run build", "build Here?"),
            ("yarn workspace api build", "build Named(\"api\")?"),
            ("yarn workspaces run build", ""),
            ("yarn --cwd web build", "build Folder(\"web\")?"),
            ("bun run build", "build Here?"),
            ("bun test:deno", "test:deno Here?"),
            ("cross-env A=1 npm run build", "build Here"),
            ("dotenv -e .env -- npm run build", "build Here"),
            ("npx lerna exec -- npm run build", ""),
            ("npm run build --prefix client", "build Folder(\"client\")"),
            ("npm run --loglevel error build", ""),
            ("npm run --loglevel=error build", "build Here"),
            ("npm run start", "start Here!"),
            ("bun build a.ts", "build Here!"),
            ("bun test", "test Here!"),
            ("yarn check", "check Here!"),
            ("yarn test", "test Here?"),
            ("pnpm -r run build --if-present", "build Several"),
            ("pnpm -r --if-present run build", "build Unknown"),
            ("pnpm run build --filter=web", "build Here"),
            ("pnpm run --parallel build", "build Several"),
            ("run-s clean build:* -- x", "clean Here!"),
            ("pnpm run '/^build:.*/'", ""),
            ("npm run '{{name}}'", ""),
            ("node build.js", ""),
        ] {
            let commands = commands(text, &mut Parser::default()).unwrap();
            let calls: Vec<String> = commands
                .iter()
                .flat_map(plain_script_calls)
                .map(|call| {
                    let doubt = match call.certainty {
                        Certainty::Script => "",
                        Certainty::OrTask => "#",
                        Certainty::OrProgram => "?",
                        Certainty::OrBuiltin => "!",
                    };
                    format!("{} {:?}{doubt}", call.script, call.package)
                })
                .collect();
            assert_eq!(calls.join(", "), expected, "{text}");
        }
    }
}
