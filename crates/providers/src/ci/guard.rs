//! Which scripts guard a project, by their names.

use auditlint_source::FilePath;

use crate::conventions;
use crate::read::shell::Word;

/// Words that say that a script looks whether something is right.
const GUARDS: &[&str] = &[
    "test",
    "tests",
    "lint",
    "check",
    "checks",
    "verify",
    "typecheck",
    "audit",
    "validate",
    "validation",
    "explain",
    "smoke",
];

/// Words that say that it looks whether a running program is well, which no job has.
const RUNNING: &[&str] = &["health", "healthcheck", "healthz", "heartbeat", "liveness", "readiness", "uptime", "ping"];

/// Words beside `audit` with which it looks for what is wrong.
const AUDITED: &[&str] = &[
    "audit",
    "deps",
    "dependencies",
    "security",
    "ci",
    "prod",
    "production",
    "npm",
    "all",
    "licenses",
    "license",
    "check",
    "test",
    "a11y",
];

/// Words that say that it is for the hands of a person, or that it makes something.
const HANDS: &[&str] = &[
    "watch",
    "fix",
    "ui",
    "debug",
    "dev",
    "open",
    "update",
    "write",
    "headed",
    "local",
    "serve",
    "server",
    "start",
    "stop",
    "staged",
    "setup",
    "prepare",
    "report",
    "changed",
    "generate",
    "gen",
    "build",
    "clean",
    "install",
    "seed",
    "fixtures",
    "fixture",
    "mock",
    "mocks",
    "manual",
    "snapshot",
    "snapshots",
    "record",
    "codegen",
    "up",
    "down",
    "reset",
    "create",
    "init",
    "helper",
    "helpers",
    "util",
    "utils",
    "lib",
    "common",
    "config",
    "bench",
    "only",
    "preview",
    "interactive",
    "show",
    "browser",
    "ext",
    "pre",
    "post",
    "deploy",
    "publish",
    "release",
    "run",
    "webhook",
    "email",
    "emails",
    "data",
    "db",
    "user",
    "users",
    "script",
    "inspect",
    "profile",
];

/// The words of a name: `check-types`, `checkTypes`, `format:check`.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let starts = letter.is_uppercase() && was_lower;
        was_lower = letter.is_lowercase();
        if starts || !letter.is_alphanumeric() {
            words.push(String::new());
        }
        if letter.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a word of a name says that what has it looks whether something is right.
pub(super) fn names_guard(name: &str) -> bool {
    words_of(name).iter().any(|word| GUARDS.contains(&word.as_str()))
}

fn guards(name: &str) -> bool {
    let words = words_of(name);
    let is = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // `audit-components` may make a list, `audit:deps` looks whether something is wrong.
    let audits = words.iter().any(|word| word == "audit") && !words.iter().all(|word| AUDITED.contains(&word.as_str()));
    is(GUARDS) && !is(HANDS) && !is(RUNNING) && !audits
}

fn is_shown(path: &FilePath) -> bool {
    let words = path.as_str().split('/').flat_map(words_of);
    words.into_iter().any(|word| conventions::is_shown(&word))
}

/// Whether the name of a script of a package says that it guards something.
pub(super) fn script_guards(folder: &FilePath, name: &str) -> bool {
    // What runs before and after a script runs with it.
    let is_tested = folder.as_str().split('/').any(|part| matches!(part, "test" | "tests" | "spec" | "specs"));
    guards(name) && !is_shown(folder) && !is_tested
}

/// Whether a file is a script of the project.
pub(super) fn is_script(path: &FilePath) -> bool {
    let extension = path.extension();
    let is_run = extension.is_none_or(conventions::is_run) && !path.name().ends_with(".d.ts");
    is_run && conventions::is_in_scripts(path)
}

/// By what a file seems to guard the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guarding {
    /// Its own name says so.
    ByName,
    /// Only a folder around it does.
    ByFolder,
    /// Nothing says so.
    Not,
}

/// Programs that say whether something is right.
const LOOKING: &[&str] = &["[", "[[", "assert", "cmp", "curl", "diff", "exit", "false", "grep", "return", "rg", "test"];

/// Whether a command of a shell script, or what it runs, can say that something is wrong.
pub(super) fn may_refuse(words: &[&str]) -> bool {
    let program = words.first().and_then(|program| program.rsplit('/').next()).unwrap_or_default();
    let is_failure = !matches!(program, "exit" | "return") || words.get(1).is_some_and(|code| *code != "0");
    (LOOKING.contains(&program) && is_failure) || guards(program)
}

/// Programs that show what is there, or what was said to them.
const SPEAKING: &[&str] = &[
    "echo",
    "printf",
    "true",
    ":",
    "tail",
    "head",
    "cat",
    "less",
    "more",
    "pino-pretty",
    "bunyan",
    "open",
    "xdg-open",
];

/// Whether a command looks at nothing: it shows a file, prints a text, or ends behind that (`echo "no test" && exit
/// 1`).
pub(super) fn only_speaks(words: &[Word]) -> bool {
    let program = words.first().map_or("", |program| program.text.as_str());
    SPEAKING.contains(&program) || program == "exit"
}

/// Whether a shell script runs the words that it is given, or hands them to what does.
pub(super) fn hands_on(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        !line.starts_with('#') && ["$@", "${@", "$*"].iter().any(|words| line.contains(words))
    })
}

/// Whether code only prints what it finds: it cannot end with an error of its own.
pub(super) fn only_prints(text: &str) -> bool {
    const PRINTS: [&str; 3] = ["console.log(", "console.table(", "print("];
    const REFUSES: [&str; 16] = [
        "exit(", "exitCode", "throw ", "assert(", "assert.", "assert ", "expect(", "raise ", "abort(", "panic",
        "reject(", "fail(", "die(", "spawn", "exec", "import(",
    ];
    PRINTS.iter().any(|word| text.contains(word)) && !REFUSES.iter().any(|word| text.contains(word))
}

/// Whether code gives something to other modules.
pub(super) fn gives(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("export ") || line.starts_with("module.exports"))
}

/// Whether a script that is a file guards something by its name, or by the folder in which it lies below those of scripts.
pub(super) fn file_guards(path: &FilePath) -> Guarding {
    if !is_script(path) || is_shown(path) || is_test(path) || path.extension().is_none() {
        return Guarding::Not;
    }
    // Only a statement is explained by running it.
    let checks = |words: &[String]| {
        words
            .iter()
            .any(|word| GUARDS.contains(&word.as_str()) && (word != "explain" || path.extension() == Some("sql")))
    };
    let whole = path.as_str();
    let parts: Vec<&str> = whole.split('/').collect();
    let from = parts.iter().position(|part| conventions::holds_scripts(part)).unwrap_or_default();
    let (name, folders) = (path.stem(), &parts[from + 1..parts.len() - 1]);
    let starts = checks(words_of(name).get(..1).unwrap_or_default());
    let is_by_hand = words_of(name)
        .iter()
        .chain(&folders.iter().flat_map(|folder| words_of(folder)).collect::<Vec<_>>())
        .any(|word| HANDS.contains(&word.as_str()));
    let in_folder = folders.iter().any(|folder| guards(folder) && checks(&words_of(folder)))
        && !name.starts_with(['_', '.'])
        && name != "index";
    match (starts, in_folder) {
        _ if is_by_hand => Guarding::Not,
        (true, _) => Guarding::ByName,
        (_, true) => Guarding::ByFolder,
        _ => Guarding::Not,
    }
}

/// Whether a runner of tests finds the file by itself.
pub(super) fn is_test(path: &FilePath) -> bool {
    let name = path.name();
    let marked =
        name.contains(".test.") || name.contains(".spec.") || name.starts_with("test_") || name.contains("_test.");
    marked || path.as_str().split('/').any(|part| matches!(part, "__tests__" | "__mocks__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_refuse() {
        let prints = "const rows = await load();\nconsole.table(rows);\n";
        assert!(only_prints(prints) && !only_prints(""));
        assert!(!only_prints(&format!("{prints}if (rows.length) process.exit(1);")));
        assert!(!only_prints(&format!("{prints}if (rows.length) throw new Error();")));
        assert!(gives("export const a = 1;") && !gives("run();\n// export nothing"));
        assert!(hands_on("exec \"$@\"") && !hands_on("# \"$@\"\nexec a \"$1\""));
    }

    #[test]
    fn names_that_guard() {
        for (name, expected) in [
            ("test", true),
            ("test:unit", true),
            ("check-types", true),
            ("checkTypes", true),
            ("format:check", true),
            ("lint:api", true),
            ("test:watch", false),
            ("lint:fix", false),
            ("test:update-fixtures", false),
            ("build", false),
            ("checkout", false),
            ("audit:deps", true),
            ("audit-components", false),
            ("latest", false),
            ("health-check", false),
            ("check:liveness", false),
        ] {
            assert_eq!(script_guards(&FilePath::root(), name), expected, "{name}");
        }
        for shown in ["examples/a", "create/template-react-ts", "src/__fixtures__/x"] {
            assert!(!script_guards(&FilePath::new(shown), "test"));
        }
    }

    #[test]
    fn files_that_guard() {
        for (path, expected) in [
            ("scripts/explain/items.sql", true),
            ("scripts/check-breaking.mjs", true),
            ("packages/a/scripts/verify.sh", true),
            ("scripts/ci/lint.py", true),
            ("scripts/build.ts", false),
            ("scripts/recheck.ts", false),
            ("scripts/check.test.ts", false),
            ("scripts/checks/README.md", false),
            ("scripts/checks/_shared.ts", false),
            ("src/check.ts", false),
            ("src/scripts/verify.d.ts", false),
        ] {
            assert_eq!(file_guards(&FilePath::new(path)) != Guarding::Not, expected, "{path}");
        }
    }
}
