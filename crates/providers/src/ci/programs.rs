//! What a command runs behind the programs that only run others.

use super::guard;
use crate::conventions;

/// How many programs stand before the one that does the work at most.
const DEEPEST: usize = 6;

/// Options of package managers that take the next word.
const WITH_VALUE: &[&str] =
    &["-F", "--filter", "-C", "--dir", "--cwd", "-w", "--workspace", "--prefix", "-p", "--package"];

/// A command, and what is left of it behind each program that runs others.
pub(super) fn layers<'w>(words: &'w [&'w str]) -> impl Iterator<Item = &'w [&'w str]> {
    std::iter::successors((!words.is_empty()).then_some(words), |words| behind(words)).take(DEEPEST)
}

/// Options of programs that measure coverage which take the next word.
const COVERAGE_VALUES: &[&str] = &[
    "-r",
    "--reporter",
    "-x",
    "--exclude",
    "-n",
    "--include",
    "-e",
    "--extension",
    "-o",
    "--reports-dir",
    "--report-dir",
    "--temp-directory",
    "--temp-dir",
    "--cwd",
    "--src",
];

/// What runs in a container, or as a module of Python.
fn inside<'w>(words: &'w [&'w str]) -> Option<&'w [&'w str]> {
    let from = match words {
        ["docker" | "podman", "compose", "run" | "exec", ..] => 3,
        ["docker" | "podman" | "docker-compose" | "podman-compose", "run" | "exec", ..] => 2,
        ["python" | "python3", "-m", ..] => return words.get(2..),
        ["coverage", "run", "-m", ..] => return words.get(3..),
        _ => return None,
    };
    let rest = words.get(from..)?;
    let at = rest.iter().position(|word| conventions::runs_in_containers(word) || CHECKERS.contains(word))?;
    rest.get(at..)
}

fn behind<'w>(words: &'w [&'w str]) -> Option<&'w [&'w str]> {
    if let Some(inside) = inside(words).filter(|inside| !inside.is_empty()) {
        return Some(inside);
    }
    let (program, rest) = words.split_first()?;
    let manager = conventions::manages_packages(program);
    if !manager && !conventions::runs_a_tool(program) {
        return None;
    }
    if let Some(at) = rest.iter().position(|word| *word == "--").filter(|_| !manager) {
        return Some(&rest[at + 1..]).filter(|rest| !rest.is_empty());
    }
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        let is_option = word.starts_with('-');
        let is_before = is_option
            || (!manager && (word.contains('=') || word.starts_with(|first: char| first.is_ascii_digit())))
            || (at > 0 && matches!(rest[at - 1], "workspace"))
            || matches!(*word, "exec" | "dlx" | "x" | "workspace" | "--")
            || (*word == "run" && *program != "npm" && *program != "pnpm");
        if !is_before {
            break;
        }
        // `pnpm -w x`, where the option stands alone, loses its program: then a wrapper is seen less, never more.
        let measures = matches!(*program, "nyc" | "c8") && COVERAGE_VALUES.contains(word);
        let of_manager = is_option && manager && WITH_VALUE.contains(word) && !(*program == "pnpm" && *word == "-w");
        at += if measures || of_manager { 2 } else { 1 };
    }
    let has_exec = rest[..at.min(rest.len())].iter().any(|word| matches!(*word, "exec" | "x" | "dlx"));
    let rest = rest.get(at..).filter(|rest| !rest.is_empty())?;
    (*program != "npm" || has_exec).then_some(rest)
}

/// Programs of which one run does what another one does.
const CHECKERS: &[&str] = &[
    "vitest",
    "jest",
    "mocha",
    "jasmine",
    "ava",
    "tap",
    "eslint",
    "oxlint",
    "tsc",
    "vue-tsc",
    "svelte-check",
    "stylelint",
    "knip",
    "cspell",
    "markdownlint",
    "markdownlint-cli2",
    "pytest",
    "ruff",
    "mypy",
    "black",
    "rubocop",
    "phpunit",
    "commitlint",
    "depcheck",
    "publint",
    "attw",
    "syncpack",
    "manypkg",
    "shellcheck",
    "ls-lint",
    "oxfmt",
    "tsgo",
];

/// Programs that do no work of their own.
const TRIVIAL: &[&str] = &[
    "cd",
    "pushd",
    "popd",
    "echo",
    "export",
    "set",
    "rm",
    "rimraf",
    "mkdir",
    "cp",
    "mv",
    "true",
    "exit",
    "sleep",
    "wait-on",
    "concurrently",
    "npm-run-all",
    "run-s",
    "run-p",
    ":",
    "pwd",
    "cat",
    "touch",
];

/// First arguments of commands that make something.
const MAKING: &[&str] = &["typegen", "generate", "codegen", "gen", "install", "sync", "compile", "extract"];

/// What a command does, so that two commands that do the same agree; `None` where it does no work of its own.
pub(super) fn signature(words: &[&str]) -> Option<String> {
    let words = layers(words).last()?;
    let program = words[0].rsplit('/').next().unwrap_or_default();
    // What a package manager runs is followed.
    let is_manager = conventions::manages_packages(program);
    if TRIVIAL.contains(&program) || program.is_empty() || is_manager {
        return None;
    }
    // The program behind the one that is called: `_mocha` is `mocha` in the same process.
    let program = program.strip_prefix('_').unwrap_or(program);
    if CHECKERS.contains(&program) {
        return Some(program.to_owned());
    }
    let argument = match program {
        "prettier" => {
            words.iter().find(|word| matches!(**word, "--check" | "-c" | "-l" | "--list-different")).map(|_| "--check")
        }
        "cargo" => words[1..].iter().find(|word| !word.starts_with(['-', '+'])).copied(),
        _ => words.get(1).copied(),
    };
    // What makes files for the check that follows is not a check.
    if argument.is_some_and(|argument| MAKING.contains(&argument)) {
        return None;
    }
    Some(argument.map_or_else(|| program.to_owned(), |argument| format!("{program} {argument}")))
}

/// What a command does besides: `next build` looks at the types as well.
pub(super) fn also_does(signature: &str) -> &'static [&'static str] {
    match signature {
        "next build" | "tsgo" => &["tsc"],
        "tsc" => &["tsgo"],
        // The compiler with the components of Vue besides.
        "vue-tsc" | "nuxt typecheck" | "nuxi typecheck" => &["tsc", "vue-tsc", "nuxt typecheck", "nuxi typecheck"],
        // A framework calls the same linter.
        "eslint" => &["next lint", "expo lint", "ng lint", "vue-cli-service lint"],
        "jest" => &["react-scripts test", "craco test"],
        "biome check" => &["biome ci", "biome lint", "biome format"],
        "biome ci" => &["biome check", "biome lint", "biome format"],
        // The same tests, with what they cover measured or run side by side.
        "cargo llvm-cov" | "cargo tarpaulin" | "cargo nextest" => &["cargo test"],
        "cargo clippy" => &["cargo check"],
        _ => &[],
    }
}

/// Whether a command is one of those that every project checks itself with, so that the pipeline that runs it is one for checks.
pub(super) fn is_check(signature: &str) -> bool {
    let mut words = signature.split(' ');
    let (program, argument) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    CHECKERS.contains(&program)
        || matches!(program, "cargo" | "go" | "mvn" | "gradle" | "dotnet")
            && matches!(argument, "test" | "clippy" | "check" | "vet" | "build")
}

/// The recipes that `make` or `just` is given, and the folder that it is sent to; `None` for other programs.
pub(super) fn recipes<'w>(words: &[&'w str]) -> Option<(Vec<&'w str>, Option<&'w str>)> {
    let [program, rest @ ..] = words else { return None };
    if !matches!(*program, "make" | "gmake" | "just") {
        return None;
    }
    let (mut names, mut folder) = (Vec::new(), None);
    let mut rest = rest.iter().copied();
    while let Some(word) = rest.next() {
        match word {
            "-C" | "--directory" => folder = rest.next(),
            "-f" | "-j" | "--file" | "--makefile" | "--justfile" => drop(rest.next()),
            _ if word.starts_with('-') || word.contains('=') => {}
            _ => names.push(word),
        }
    }
    Some((names, folder))
}

/// Whether a command starts a source of the program: `tsx src/index.ts`, `npx ts-node packages/a/src/move.ts`.
pub(super) fn starts_source(words: &[&str]) -> bool {
    layers(words).any(|layer| {
        let [program, rest @ ..] = layer else { return false };
        if !matches!(*program, "node" | "tsx" | "ts-node" | "bun" | "deno" | "vite-node" | "nodemon" | "babel-node") {
            return false;
        }
        let is_code = |word: &&&str| {
            let extension = word.rsplit_once('.').map_or("", |(_, extension)| extension);
            !word.starts_with('-') && matches!(extension, "ts" | "tsx" | "mts" | "cts" | "js" | "mjs" | "cjs")
        };
        rest.iter().find(is_code).is_some_and(|file| {
            let mut parts = file.split(['/', '.']);
            parts.clone().any(|part| part == "src") && !parts.any(guard::names_guard)
        })
    })
}

/// Whether a command starts the containers of the file in its folder.
pub(super) fn composes(words: &[&str]) -> bool {
    let rest = match words {
        ["docker" | "podman", "compose", rest @ ..] | ["docker-compose" | "podman-compose", rest @ ..] => rest,
        _ => return false,
    };
    let names_file = rest.iter().any(|word| *word == "-f" || *word == "--file" || word.starts_with("--file="));
    !names_file && rest.iter().any(|word| matches!(*word, "up" | "run" | "exec" | "build" | "start"))
}

/// Whether a command installs packages, so that their scripts for that run.
pub(super) fn installs(words: &[&str]) -> bool {
    let [program, rest @ ..] = words else { return false };
    if !conventions::manages_packages(program) {
        return false;
    }
    let first = rest.iter().find(|word| !word.starts_with('-'));
    first.is_none_or(|word| {
        matches!(*word, "install" | "i" | "ci" | "add" | "publish" | "pack" | "version" | "clean-install")
    })
}

/// The scripts that package managers run by themselves.
pub(super) const LIFECYCLE: &[&str] = &[
    "preinstall",
    "install",
    "postinstall",
    "prepare",
    "prepublish",
    "prepublishOnly",
    "prepack",
    "postpack",
    "preversion",
    "version",
    "postversion",
    "publish",
    "postpublish",
    "dependencies",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_do() {
        for (command, expected) in [
            ("pnpm exec vitest run", "vitest"),
            ("pnpm vitest run", "vitest"),
            ("npx --yes eslint .", "eslint"),
            ("cross-env A=1 jest", "jest"),
            ("yarn workspace web tsc -p .", "tsc"),
            ("dotenv -e .env -- playwright test", "playwright test"),
            ("npm run test", ""),
            ("pnpm --filter a exec prisma validate", "prisma validate"),
            ("cargo +nightly clippy -- -D warnings", "cargo clippy"),
            ("prettier --write .", "prettier"),
            ("prettier . --check", "prettier --check"),
            ("timeout 5m pytest -q", "pytest"),
            ("cd a", ""),
        ] {
            let words: Vec<&str> = command.split(' ').collect();
            assert_eq!(signature(&words).unwrap_or_default(), expected, "{command}");
        }
    }

    #[test]
    fn recipes_and_installs() {
        assert!(also_does("vue-tsc").contains(&"nuxt typecheck") && !also_does("tsc").contains(&"vue-tsc"));
        assert_eq!(recipes(&["make", "-C", "a", "-j", "4", "x", "V=1"]), Some((vec!["x"], Some("a"))));
        assert!(installs(&["npm", "ci"]) && installs(&["yarn"]) && !installs(&["npm", "test"]));
    }
}
