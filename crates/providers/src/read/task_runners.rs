//! Programs that run scripts of many packages: turbo, nx, lerna.

use super::script_calls::{Certainty, ScriptCall, ScriptOwner, behind_wrappers};
use crate::read::shell::Command;

/// The names of tasks that a runner of tasks is given: `turbo run lint test`, `nx run-many -t lint,test`, `lerna run test`.
pub(crate) fn tasks<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let [program, rest @ ..] = words else { return Vec::new() };
    if !matches!(*program, "turbo" | "nx" | "lerna" | "rush" | "wsrun" | "ultra" | "moon" | "lage") {
        return Vec::new();
    }
    let mut names = Vec::new();
    let mut rest = rest.iter().copied().take_while(|word| *word != "--");
    while let Some(word) = rest.next() {
        let (option, value) = word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        let said = match option {
            "-t" | "--target" | "--targets" => value.unwrap_or_default(),
            "-p" | "--projects" | "--exclude" | "--filter" | "-F" | "--scope" | "-c" | "--configuration" | "--base"
            | "--head" => {
                if value.is_none() {
                    rest.next();
                }
                continue;
            }
            _ if option.starts_with('-') => continue,
            _ => word,
        };
        for name in said.split(',').filter(|name| name.chars().any(char::is_alphanumeric) && *name != "run") {
            names.push(name);
            // `nx run project:target`
            names.extend(name.split_once(':').filter(|_| *program == "nx").map(|(_, target)| target));
        }
    }
    names
}

/// Options of these programs that take the next word.
const WITH_VALUE: [&str; 19] = [
    "--api",
    "--cache",
    "--cache-dir",
    "--concurrency",
    "--configuration",
    "--cwd",
    "--env-mode",
    "--exclude",
    "--filter",
    "--ignore",
    "--log-order",
    "--log-prefix",
    "--output-logs",
    "--projects",
    "--scope",
    "--team",
    "--token",
    "-F",
    "-p",
];
/// Options of these programs that take no value.
const FLAGS: [&str; 17] = [
    "--affected",
    "--color",
    "--continue",
    "--daemon",
    "--dry",
    "--dry-run",
    "--force",
    "--include-dependencies",
    "--no-bail",
    "--no-cache",
    "--no-color",
    "--no-daemon",
    "--only",
    "--parallel",
    "--stream",
    "--summarize",
    "--verbose",
];

/// Commands of turbo that run no tasks.
const OF_TURBO: [&str; 22] = [
    "bin",
    "boundaries",
    "clone",
    "completion",
    "config",
    "daemon",
    "devtools",
    "docs",
    "gen",
    "generate",
    "help",
    "info",
    "link",
    "login",
    "logout",
    "ls",
    "prune",
    "query",
    "scan",
    "telemetry",
    "unlink",
    "version",
];

/// The scripts that a runner must find in some package: those that `turbo run`, `lerna run` and `nx run` name.
pub(crate) fn task_calls(command: &Command) -> Vec<ScriptCall> {
    if command.words.iter().any(|word| word.known().is_none()) {
        return Vec::new();
    }
    let words: Vec<&str> = behind_wrappers(&command.words).iter().map(|word| word.text.as_str()).collect();
    let words = match words[..] {
        ["npm" | "pnpm" | "yarn" | "bun", "exec" | "run" | "dlx" | "x", ..] => &words[2..],
        ["npm" | "pnpm" | "yarn" | "bun" | "bunx", ..] => &words[1..],
        _ => &words[..],
    };
    let words = words.strip_prefix(&["--"]).unwrap_or(words);
    match words {
        ["turbo", "run" | "watch", rest @ ..] => named(rest, false).into_iter().flatten().map(of_turbo).collect(),
        ["turbo", first, ..] if !first.starts_with('-') && !OF_TURBO.contains(first) => {
            named(&words[1..], false).into_iter().flatten().map(of_turbo).collect()
        }
        ["lerna", "run", rest @ ..] => {
            let first = named(rest, false).into_iter().flatten().take(1);
            first.map(|name| call(name, ScriptOwner::Several, Certainty::Script)).collect()
        }
        ["nx", "run", target, ..] => match target.split(':').collect::<Vec<_>>()[..] {
            [project, target, ..] => vec![call(target, ScriptOwner::Named(project.to_owned()), Certainty::OrTask)],
            _ => Vec::new(),
        },
        ["nx", "run-many" | "affected", rest @ ..] => {
            let names = named(rest, true).into_iter().flatten();
            names.map(|name| call(name, ScriptOwner::Several, Certainty::OrTask)).collect()
        }
        _ => Vec::new(),
    }
}

fn call(script: &str, package: ScriptOwner, certainty: Certainty) -> ScriptCall {
    ScriptCall { script: script.to_owned(), package, certainty }
}

/// `test`, or `web#test` of one package.
fn of_turbo(name: &str) -> ScriptCall {
    match name.split_once('#') {
        Some(("//", script)) => call(script, ScriptOwner::Root, Certainty::OrTask),
        Some((package, script)) => call(script, ScriptOwner::Named(package.to_owned()), Certainty::OrTask),
        None => call(name, ScriptOwner::Several, Certainty::OrTask),
    }
}

/// The names of tasks; with `by_option` those behind `-t`. `None` where an option is not known, since the word behind it may be its
/// value.
fn named<'w>(words: &[&'w str], by_option: bool) -> Option<Vec<&'w str>> {
    let mut names = Vec::new();
    let mut is_behind = !by_option;
    let mut rest = words.iter().copied().take_while(|word| *word != "--");
    while let Some(word) = rest.next() {
        let (option, value) = word.split_once('=').map_or((word, None), |(option, value)| (option, Some(value)));
        match option {
            "-t" | "--target" | "--targets" if by_option => {
                is_behind = value.is_none();
                names.extend(value.into_iter().flat_map(|value| value.split(',')));
            }
            _ if option.starts_with('-') => {
                is_behind = !by_option;
                if value.is_none() && WITH_VALUE.contains(&option) {
                    rest.next();
                } else if value.is_none() && !FLAGS.contains(&option) {
                    return None;
                }
            }
            _ if is_behind => names.extend(word.split(',')),
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    Some(names)
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::Parser;

    use super::*;
    use crate::read::shell::commands;

    #[test]
    fn names_of_tasks() {
        assert_eq!(tasks(&["turbo", "run", "lint", "web#test", "--filter=a"]), ["lint", "web#test"]);
        assert_eq!(tasks(&["nx", "run-many", "-t", "lint,test"]), ["run-many", "lint", "test"]);
        assert_eq!(tasks(&["nx", "run", "web:build", "--projects=*"]), ["web:build", "build"]);
        assert_eq!(tasks(&["turbo", "test:e2e", "--filter", "web"]), ["test:e2e"]);
    }

    #[test]
    fn scripts_that_some_package_must_have() {
        for (text, expected) in [
            ("turbo run build lint", "build Several, lint Several"),
            ("npx turbo run build --filter=web", "build Several"),
            ("pnpm turbo run build -- --watch", "build Several"),
            ("pnpm exec turbo run --filter web build", "build Several"),
            ("turbo run web#test //#fmt", "test Named(\"web\"), fmt Root"),
            ("turbo run build --new-option x", ""),
            ("turbo build", "build Several"),
            ("turbo prune web", ""),
            ("lerna run build --stream", "build Several"),
            ("nx run web:build:production", "build Named(\"web\")"),
            ("nx run-many -t build lint -p web api", "build Several, lint Several"),
            ("yarn nx affected --target=test --base=main", "test Several"),
            ("yarn nx affected --base main --target=test", ""),
            ("yarn nx affected --target=test --parallel=3", "test Several"),
            ("nx build web", ""),
            ("turbo run $X", ""),
        ] {
            let commands = commands(text, &mut Parser::default()).unwrap();
            let calls = commands.iter().flat_map(task_calls).map(|call| format!("{} {:?}", call.script, call.package));
            assert_eq!(calls.collect::<Vec<_>>().join(", "), expected, "{text}");
        }
    }
}
