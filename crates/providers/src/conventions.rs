//! What providers take for granted of names: folders that builds write or that hold samples, extensions, programs that run another one.
//!
//! A name means one thing to an import and another to a link of a document, so each stands once, with the questions to which it answers
//! yes. Whoever adds a name goes through them all.

use auditlint_source::FilePath;

/// Names, each with the bits of the questions to which it answers yes.
type NameTable = &'static [(&'static str, u8)];

fn says(names: NameTable, name: &str, question: u8) -> bool {
    names.iter().any(|(known, answers)| *known == name && answers & question != 0)
}

/// What lies there is made: an import that leads there may lead to a file.
const IMPORTED: u8 = 1;
/// The same where the folder is not committed. Where it is, it holds sources.
const UNLESS_COMMITTED: u8 = 1 << 1;
/// A package that names files there means the sources from which they are built.
const OUTPUT: u8 = 1 << 2;
/// What lies there is made: a document or command that names it may name a file.
const NAMED: u8 = 1 << 3;

/// Folders into which builds, tests and tools write.
static BUILT: NameTable = &[
    ("$types", IMPORTED),
    ("+types", IMPORTED),
    (".astro", IMPORTED),
    (".build", OUTPUT),
    (".cache", IMPORTED | NAMED),
    (".contentlayer", IMPORTED),
    (".docusaurus", IMPORTED),
    (".git", NAMED),
    (".next", IMPORTED | NAMED),
    (".nuxt", IMPORTED | NAMED),
    (".output", IMPORTED | NAMED),
    (".react-router", IMPORTED),
    (".source", IMPORTED),
    (".svelte-kit", IMPORTED),
    (".turbo", NAMED),
    (".velite", IMPORTED),
    (".vercel", NAMED),
    ("__generated__", IMPORTED | NAMED),
    ("artifacts", IMPORTED | NAMED),
    ("build", UNLESS_COMMITTED | OUTPUT | NAMED),
    ("bundle", OUTPUT),
    ("cjs", OUTPUT | NAMED),
    ("coverage", IMPORTED | NAMED),
    ("dist", IMPORTED | OUTPUT | NAMED),
    ("dist-types", OUTPUT),
    ("es", UNLESS_COMMITTED | OUTPUT),
    ("esm", UNLESS_COMMITTED | OUTPUT | NAMED),
    ("gen", IMPORTED),
    ("generated", IMPORTED | NAMED),
    ("lib", UNLESS_COMMITTED | OUTPUT),
    ("lib-cov", NAMED),
    ("node_modules", IMPORTED | NAMED),
    ("out", UNLESS_COMMITTED | OUTPUT | NAMED),
    ("output", OUTPUT),
    ("paraglide", IMPORTED),
    ("pkg", UNLESS_COMMITTED),
    ("playwright-report", NAMED),
    ("storybook-static", NAMED),
    ("styled-system", IMPORTED),
    ("target", IMPORTED | NAMED),
    ("temp", NAMED),
    ("test-results", NAMED),
    ("tmp", NAMED),
    ("types", OUTPUT),
];

/// Whether an import that leads below a folder of that name may lead to a file that is made.
pub(crate) fn is_made_for_imports(folder: &str) -> bool {
    says(BUILT, folder, IMPORTED) || folder.contains("generated")
}

/// The same of folders that are sources where they are committed.
pub(crate) fn is_made_unless_committed(folder: &str) -> bool {
    says(BUILT, folder, UNLESS_COMMITTED)
}

/// Whether a package names files below a folder of that name that are built from its sources.
pub(crate) fn is_output(folder: &str) -> bool {
    says(BUILT, folder, OUTPUT)
}

/// Whether a document or command that names a file below a folder of that name may mean one that is made.
pub(crate) fn is_made_for_references(folder: &str) -> bool {
    says(BUILT, folder, NAMED)
}

/// Its scripts guard nothing: they are shown to others.
const SHOWN: u8 = 1;
/// Its documents and packages are made for another place, where other files lie.
const ELSEWHERE: u8 = 1 << 1;

/// Folders of what is shown, copied or taken over.
static SAMPLES: NameTable = &[
    ("ISSUE_TEMPLATE", ELSEWHERE),
    ("PULL_REQUEST_TEMPLATE", ELSEWHERE),
    ("__fixtures__", SHOWN | ELSEWHERE),
    ("_templates", SHOWN | ELSEWHERE),
    ("boilerplate", SHOWN | ELSEWHERE),
    ("demo", SHOWN),
    ("demos", SHOWN),
    ("example", SHOWN),
    ("examples", SHOWN),
    ("fixtures", SHOWN | ELSEWHERE),
    ("playground", SHOWN),
    ("playgrounds", SHOWN),
    ("sandbox", SHOWN),
    ("skeleton", ELSEWHERE),
    ("starters", SHOWN),
    ("template", SHOWN | ELSEWHERE),
    ("templates", SHOWN | ELSEWHERE),
    ("testdata", SHOWN | ELSEWHERE),
    ("third_party", SHOWN | ELSEWHERE),
    ("vendor", SHOWN | ELSEWHERE),
];

/// Whether a word of the name of a folder says that what lies there is shown, not kept.
pub(crate) fn is_shown(word: &str) -> bool {
    says(SAMPLES, word, SHOWN)
}

/// Whether what lies in a folder of that name is made for another place.
pub(crate) fn is_for_elsewhere(folder: &str) -> bool {
    says(SAMPLES, folder, ELSEWHERE)
}

/// Code, of which no commands are read, only names of scripts.
const CODE: u8 = 1;
/// A file of it is run by itself.
const RUN: u8 = 1 << 1;
/// A word that ends like that is a path, in a language that is not read.
const WORD: u8 = 1 << 2;
/// A word of a command that ends like that is a file of the project.
const ARGUMENT: u8 = 1 << 3;

/// Extensions of what is run, or configures what is run.
static EXTENSIONS: NameTable = &[
    ("bash", RUN | WORD | ARGUMENT),
    ("cjs", CODE | RUN | WORD | ARGUMENT),
    ("cts", CODE | RUN | WORD | ARGUMENT),
    ("go", CODE),
    ("js", CODE | RUN | WORD | ARGUMENT),
    ("json", ARGUMENT),
    ("jsx", CODE),
    ("mjs", CODE | RUN | WORD | ARGUMENT),
    ("mk", WORD),
    ("mts", CODE | RUN | WORD | ARGUMENT),
    ("php", CODE | RUN | WORD | ARGUMENT),
    ("pl", CODE | RUN | WORD | ARGUMENT),
    ("py", CODE | RUN | WORD | ARGUMENT),
    ("rb", CODE | RUN | WORD | ARGUMENT),
    ("rs", CODE),
    ("sh", RUN | WORD | ARGUMENT),
    ("sql", RUN | WORD | ARGUMENT),
    ("toml", ARGUMENT),
    ("ts", CODE | RUN | WORD | ARGUMENT),
    ("tsx", CODE | ARGUMENT),
    ("yaml", WORD | ARGUMENT),
    ("yml", WORD | ARGUMENT),
    ("zsh", RUN | WORD),
];

/// Whether a path is one of code.
pub(crate) fn has_code(path: &FilePath) -> bool {
    path.extension().is_some_and(|extension| says(EXTENSIONS, extension, CODE))
}

/// Whether a file with that extension is run by itself.
pub(crate) fn is_run(extension: &str) -> bool {
    says(EXTENSIONS, extension, RUN)
}

/// Whether a word that ends in that extension is a path, in a language that is not read.
pub(crate) fn ends_a_path(extension: &str) -> bool {
    says(EXTENSIONS, extension, WORD)
}

/// Whether a word of a command that ends in that extension is a file of the project.
pub(crate) fn ends_an_argument(extension: &str) -> bool {
    says(EXTENSIONS, extension, ARGUMENT)
}

/// What stands behind it is a tool that guards, or runs a script.
const TOOL: u8 = 1;
/// What stands behind it, after assignments and options, is a call of a package manager.
const MANAGER: u8 = 1 << 1;
/// What stands behind it, after assignments and options, is given files of the project.
const GIVEN: u8 = 1 << 2;

/// Programs that run what stands behind them.
static WRAPPERS: NameTable = &[
    ("bunx", TOOL | GIVEN),
    ("c8", TOOL),
    ("command", TOOL),
    ("cross-env", TOOL | MANAGER | GIVEN),
    ("cross-env-shell", TOOL),
    ("doppler", TOOL),
    ("dotenv", TOOL | MANAGER),
    ("dotenvx", TOOL),
    ("env", TOOL | MANAGER | GIVEN),
    ("exec", TOOL | GIVEN),
    ("hatch", TOOL),
    ("infisical", TOOL),
    ("mise", TOOL),
    ("nice", TOOL),
    ("nodemon", TOOL),
    ("nohup", TOOL | GIVEN),
    ("npx", TOOL | MANAGER | GIVEN),
    ("nyc", TOOL),
    ("op", TOOL),
    ("pipenv", TOOL),
    ("pnpx", TOOL | GIVEN),
    ("poetry", TOOL),
    ("retry", TOOL),
    ("rye", TOOL),
    ("start-server-and-test", TOOL),
    ("sudo", TOOL | GIVEN),
    ("time", TOOL | GIVEN),
    ("timeout", TOOL),
    ("uv", TOOL),
    ("varlock", TOOL),
    ("wireit", TOOL),
    ("with-env", TOOL),
    ("xargs", TOOL),
    ("xvfb-run", TOOL),
];

/// A package manager of JavaScript.
const PACKAGES: u8 = 1;
/// It runs scripts of the project: a line that begins with it is a command, even in a text that is not read.
const SCRIPTS: u8 = 1 << 1;
/// It is looked for behind the options of a container.
const CONTAINED: u8 = 1 << 2;

/// Programs that run scripts, or build a project.
static RUNNERS: NameTable = &[
    ("bun", PACKAGES | SCRIPTS | CONTAINED),
    ("bunx", SCRIPTS | CONTAINED),
    ("cargo", CONTAINED),
    ("go", CONTAINED),
    ("just", SCRIPTS | CONTAINED),
    ("lerna", SCRIPTS),
    ("make", SCRIPTS | CONTAINED),
    ("node", CONTAINED),
    ("npm", PACKAGES | SCRIPTS | CONTAINED),
    ("npm-run-all", SCRIPTS),
    ("npx", SCRIPTS | CONTAINED),
    ("nx", SCRIPTS),
    ("pnpm", PACKAGES | SCRIPTS | CONTAINED),
    ("pnpx", SCRIPTS | CONTAINED),
    ("run-p", SCRIPTS),
    ("run-s", SCRIPTS),
    ("turbo", SCRIPTS),
    ("yarn", PACKAGES | SCRIPTS | CONTAINED),
];

/// Whether a program is a package manager of JavaScript.
pub(crate) fn manages_packages(program: &str) -> bool {
    says(RUNNERS, program, PACKAGES)
}

/// Whether a program runs scripts of the project.
pub(crate) fn runs_scripts(program: &str) -> bool {
    says(RUNNERS, program, SCRIPTS)
}

/// Whether a program is looked for behind the options of a container.
pub(crate) fn runs_in_containers(program: &str) -> bool {
    says(RUNNERS, program, CONTAINED)
}

/// Programs that run what their own files say, which are not read: alone, or with the word behind them.
const UNREAD_RUNNERS: &[(&str, &str)] = &[
    ("bazel", ""),
    ("cargo", "make"),
    ("dagger", ""),
    ("deno", "task"),
    ("doit", ""),
    ("earthly", ""),
    ("grunt", ""),
    ("gulp", ""),
    ("hatch", "run"),
    ("inv", ""),
    ("invoke", ""),
    ("mise", "run"),
    ("moon", ""),
    ("nox", ""),
    ("pixi", "run"),
    ("poe", ""),
    ("rake", ""),
    ("task", ""),
    ("tox", ""),
];

/// The program that words begin with, where it runs what its own files say.
pub(crate) fn unread_runner(words: &[&str]) -> Option<&'static str> {
    let [program, rest @ ..] = words else { return None };
    let is_meant = |(name, next): &&(&str, &str)| name == program && (next.is_empty() || rest.first() == Some(next));
    UNREAD_RUNNERS.iter().find(is_meant).map(|(name, _)| *name)
}

/// Whether a program runs the tool that stands behind it.
pub(crate) fn runs_a_tool(program: &str) -> bool {
    says(WRAPPERS, program, TOOL)
}

/// Whether a program runs the package manager that stands behind it.
pub(crate) fn runs_a_manager(program: &str) -> bool {
    says(WRAPPERS, program, MANAGER)
}

/// Whether a program runs the one behind it, which is given files.
pub(crate) fn runs_with_files(program: &str) -> bool {
    says(WRAPPERS, program, GIVEN)
}

/// What a script does, by the names that projects give to scripts.
const WORK: u8 = 1;
/// What such a name says besides: of what, where, how.
const OF_WORK: u8 = 1 << 1;

/// Words of the names of scripts that are not names of programs.
static TASKS: NameTable = &[
    ("all", OF_WORK),
    ("benchmark", WORK),
    ("build", WORK),
    ("check", WORK | OF_WORK),
    ("ci", OF_WORK),
    ("clean", WORK),
    ("codegen", WORK),
    ("compile", WORK),
    ("coverage", WORK | OF_WORK),
    ("db", OF_WORK),
    ("deploy", WORK),
    ("dev", WORK | OF_WORK),
    ("docs", OF_WORK),
    ("e2e", WORK | OF_WORK),
    ("fix", OF_WORK),
    ("format", WORK),
    ("generate", WORK),
    ("integration", OF_WORK),
    ("lint", WORK),
    ("local", OF_WORK),
    ("migrate", WORK),
    ("prepare", WORK),
    ("prod", OF_WORK),
    ("production", OF_WORK),
    ("release", WORK),
    ("seed", WORK),
    ("staging", OF_WORK),
    ("test", WORK),
    ("tests", WORK | OF_WORK),
    ("type", OF_WORK),
    ("typecheck", WORK),
    ("types", OF_WORK),
    ("unit", OF_WORK),
    ("validate", WORK),
    ("verify", WORK),
    ("watch", OF_WORK),
];

/// Whether a name is made of words for what is done alone: `build`, `test-unit`, `type-check`.
pub(crate) fn says_what_is_done(name: &str) -> bool {
    let words = || name.split(['-', '_', '.']);
    words().all(|word| says(TASKS, word, WORK | OF_WORK)) && words().any(|word| says(TASKS, word, WORK))
}

/// Files that make a folder a package.
pub const PACKAGE_MANIFESTS: [&str; 2] = ["package.json", "Cargo.toml"];

/// Folders that scripts of a project lie in.
const SCRIPT_FOLDERS: [&str; 4] = ["scripts", "script", "ci", ".ci"];

/// Whether scripts of a project lie in a folder of that name.
pub(crate) fn holds_scripts(folder: &str) -> bool {
    SCRIPT_FOLDERS.contains(&folder)
}

/// Whether a file lies where scripts of a project lie.
pub(crate) fn is_in_scripts(path: &FilePath) -> bool {
    let folders = path.as_str().rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(holds_scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_stands_once_and_answers_something() {
        for names in [BUILT, SAMPLES, EXTENSIONS, RUNNERS, TASKS, WRAPPERS] {
            assert!(names.is_sorted_by(|(one, _), (other, _)| one < other));
            assert!(names.iter().all(|(_, answers)| *answers != 0));
        }
    }

    #[test]
    fn names_of_scripts() {
        for (name, expected) in [
            ("build", true),
            ("type-check", true),
            ("test_unit", true),
            ("lint.fix", true),
            ("lint-staged", false),
            ("build-storybook", false),
            ("types", false),
            ("prettier", false),
            ("", false),
        ] {
            assert_eq!(says_what_is_done(name), expected, "{name}");
        }
    }

    #[test]
    fn scripts_lie_in_folders() {
        for (path, expected) in
            [("scripts/a.ts", true), ("a/.ci/run", true), ("scripts", false), ("a/scripts.ts", false)]
        {
            assert_eq!(is_in_scripts(&FilePath::new(path)), expected, "{path}");
        }
    }
}
