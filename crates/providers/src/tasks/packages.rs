//! Packages that the steps of a task add, and the manifests that its files name.
//!
//! Only words that are certain count: a command that adds packages by name, a sentence that begins with "add" or "install", says
//! that it is about dependencies, and marks their names, or one that brings in what a package does and names it in parentheses.

use auditlint_source::limits::MAX_GLOB;
use globset::Glob;

/// Who adds a package, and where that leaves a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackageManager {
    pub(super) name: &'static str,
    /// The files that name a package once it is added, the one to be named first.
    manifests: &'static [&'static str],
}

const NPM: PackageManager = PackageManager {
    name: "npm",
    manifests: &["package.json", "package-lock.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "yarn.lock", "bun.lock"],
};
const CARGO: PackageManager = PackageManager { name: "cargo", manifests: &["Cargo.toml", "Cargo.lock"] };
const PYTHON: PackageManager = PackageManager {
    name: "python",
    manifests: &["pyproject.toml", "requirements.txt", "setup.py", "setup.cfg", "Pipfile", "poetry.lock", "uv.lock"],
};
pub(super) const MANAGERS: [PackageManager; 3] = [NPM, CARGO, PYTHON];

/// Programs, the words with which they add packages, and whether the words mean that wherever they stand: who writes `npm install
/// before` in a sentence adds nothing.
const PROGRAMS: [(&str, &[&str], &[&str], PackageManager); 11] = [
    ("npm", &["add"], &["install", "i"], NPM),
    ("pnpm", &["add"], &["install", "i"], NPM),
    ("yarn", &["add"], &[], NPM),
    ("bun", &["add"], &["install", "i"], NPM),
    ("cargo", &["add"], &[], CARGO),
    ("poetry", &["add"], &[], PYTHON),
    ("uv", &["add"], &[], PYTHON),
    ("pdm", &["add"], &[], PYTHON),
    ("pipenv", &[], &["install"], PYTHON),
    ("pip", &[], &["install"], PYTHON),
    ("pip3", &[], &["install"], PYTHON),
];

/// Options that take the next word.
const WITH_VALUE: [&str; 26] = [
    "--branch",
    "--dir",
    "--extra",
    "--features",
    "--filter",
    "--git",
    "--group",
    "--index-url",
    "--manifest-path",
    "--package",
    "--path",
    "--prefix",
    "--registry",
    "--rename",
    "--rev",
    "--source",
    "--tag",
    "--target",
    "--workspace",
    "--cwd",
    "-C",
    "-F",
    "-G",
    "-p",
    "-w",
    "workspace",
];
/// Options under which nothing is written to a manifest of the project.
const WITHOUT_TRACE: [&str; 8] = ["-g", "--global", "--no-save", "global", "-r", "--requirement", "-e", "--editable"];

/// Words of a sentence that end the names of packages, and are not names.
const PROSE: [&str; 44] = [
    "a",
    "after",
    "all",
    "and",
    "any",
    "as",
    "at",
    "before",
    "by",
    "command",
    "commands",
    "dependencies",
    "dependency",
    "deps",
    "fails",
    "for",
    "from",
    "if",
    "in",
    "instead",
    "into",
    "is",
    "it",
    "must",
    "of",
    "on",
    "or",
    "package",
    "packages",
    "required",
    "should",
    "so",
    "step",
    "steps",
    "that",
    "the",
    "them",
    "then",
    "to",
    "under",
    "via",
    "when",
    "with",
    "within",
];
/// Words with which a sentence says that nothing is added.
const NEGATIONS: [&str; 9] = ["already", "avoid", "cannot", "don't", "never", "no", "not", "remove", "without"];

/// Verbs with which a sentence brings something in.
const BRINGING: &[&str] = &[
    "add",
    "adopt",
    "apply",
    "build",
    "configure",
    "create",
    "enable",
    "encrypt",
    "expose",
    "generate",
    "hash",
    "implement",
    "install",
    "instrument",
    "integrate",
    "introduce",
    "limit",
    "make",
    "measure",
    "migrate",
    "move",
    "port",
    "provide",
    "queue",
    "replace",
    "schedule",
    "set",
    "sign",
    "switch",
    "test",
    "trace",
    "use",
    "validate",
    "verify",
    "wire",
    "wrap",
    "write",
];
/// What packages are for: a name in parentheses behind one of these says which package does it.
const DOING: &[&str] = &[
    "adapter",
    "backend",
    "backoff",
    "breaker",
    "broker",
    "bundler",
    "caching",
    "client",
    "compression",
    "crate",
    "driver",
    "encryption",
    "engine",
    "exporter",
    "framework",
    "generator",
    "hashing",
    "lib",
    "library",
    "limiter",
    "limiting",
    "linter",
    "logger",
    "logging",
    "mailer",
    "metrics",
    "middleware",
    "module",
    "orm",
    "package",
    "parser",
    "plugin",
    "pool",
    "queue",
    "queues",
    "renderer",
    "retries",
    "router",
    "runner",
    "scheduler",
    "sdk",
    "serializer",
    "store",
    "tracing",
    "transport",
    "validation",
    "validator",
    "worker",
];
/// What stands in parentheses behind them and says of what kind they are, or what they speak.
const ATTRIBUTES: &[&str] = &[
    "aes",
    "csv",
    "grpc",
    "hmac",
    "html",
    "http",
    "http2",
    "https",
    "in-memory",
    "json",
    "jwt",
    "lru",
    "oauth",
    "oauth2",
    "oidc",
    "per-user",
    "postgresql",
    "rest",
    "sha256",
    "smtp",
    "sql",
    "tls",
    "ttl",
    "websocket",
    "websockets",
    "xml",
    "yaml",
    "api",
    "async",
    "backend",
    "browser",
    "cli",
    "client",
    "custom",
    "default",
    "deprecated",
    "disabled",
    "done",
    "draft",
    "enabled",
    "existing",
    "experimental",
    "external",
    "fake",
    "fallback",
    "frontend",
    "internal",
    "later",
    "legacy",
    "local",
    "mock",
    "new",
    "old",
    "optional",
    "own",
    "private",
    "production",
    "public",
    "readonly",
    "remote",
    "server",
    "shared",
    "singleton",
    "stub",
    "sync",
    "test",
    "todo",
    "web",
    "wip",
];

/// A package that a line adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Added<'t> {
    /// The name as it is written, a piece of the line.
    pub(super) package: &'t str,
    pub(super) manager: PackageManager,
}

impl PackageManager {
    pub(super) fn manifest(self) -> &'static str {
        self.manifests[0]
    }

    /// Whether a path or glob of a task's files covers a manifest. A folder covers all that lies in it.
    pub(super) fn is_named_by(self, file: &str) -> bool {
        let last = file.rsplit('/').next().unwrap_or_default();
        let is_folder = !last.contains(['.', '*']) && !matches!(last, "Dockerfile" | "LICENSE" | "Makefile");
        let glob = Some(last)
            .filter(|last| last.len() <= MAX_GLOB && last.contains(['*', '?', '[', '{', '\\']))
            .and_then(|last| Glob::new(last).ok())
            .map(|glob| glob.compile_matcher());
        let covers = |name: &&str| file.contains(*name) || glob.as_ref().is_some_and(|glob| glob.is_match(name));
        is_folder || self.manifests.iter().any(covers) || (self == PYTHON && last.starts_with("requirements"))
    }

    /// The name of a package in a word, without version and extras.
    fn package(self, word: &str) -> Option<&str> {
        let word = word.trim_matches(['"', '\'']);
        let start = usize::from(word.starts_with('@'));
        let end = match self.name {
            "python" => word.find(['[', '=', '<', '>', '!', '~']),
            _ => word[start..].find('@').map(|at| at + start),
        };
        let name = &word[..end.unwrap_or(word.len())];
        let plain = match (self.name, name.strip_prefix('@')) {
            ("npm", Some(scoped)) => {
                let (scope, inner) = scoped.split_once('/')?;
                is_name(scope).then_some(inner)?
            }
            _ => name,
        };
        let is_spelled = self.name != "npm" || !plain.contains(|c: char| c.is_ascii_uppercase());
        let is_placeholder = !plain.contains(|c: char| c.is_ascii_lowercase()) || plain.len() < 2;
        let is_file = MANAGERS.iter().any(|manager| manager.manifests.contains(&plain));
        (is_name(plain) && is_spelled && !is_placeholder && !is_file && !PROSE.contains(&plain)).then_some(name)
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Whether all code that a task touches is that of packages of npm, so that a name in parentheses is one of these.
pub(super) fn is_about_npm(files: &[String]) -> bool {
    let mut endings = files.iter().filter_map(|file| file.rsplit_once('.')).map(|(_, ending)| ending);
    let is_code =
        |ending: &str| matches!(ending, "ts" | "tsx" | "mts" | "cts" | "js" | "jsx" | "mjs" | "cjs" | "vue" | "svelte");
    endings.clone().any(is_code) && !endings.any(|ending| matches!(ending, "rs" | "py" | "go"))
}

/// The packages that a line of a task adds, each once; with `is_about_npm` also those that it names in parentheses.
pub(super) fn added(line: &str, is_about_npm: bool) -> Vec<Added<'_>> {
    let is_negation = |word: &str| NEGATIONS.contains(&word.to_ascii_lowercase().as_str());
    let mut found: Vec<Added<'_>> = Vec::new();
    // Code stands between backticks; an odd one at the end opens none.
    let parts: Vec<&str> = line.split('`').collect();
    let is_code = |index: usize| index % 2 == 1 && index + 1 < parts.len();
    let prose = || parts.iter().enumerate().filter(|(index, _)| !is_code(*index)).map(|(_, part)| *part);
    if prose().flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || c == '\''))).any(is_negation) {
        return found;
    }
    for (index, part) in parts.iter().enumerate() {
        for command in part.split(['&', ';', '|']) {
            commands(command, is_code(index), &mut found);
        }
    }
    if found.is_empty() {
        listed(&parts, &mut found);
    }
    if found.is_empty() && is_about_npm {
        in_parentheses(line, &mut found);
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|added| seen.insert(added.package));
    found
}

/// The packages that a command line adds.
fn commands<'t>(text: &'t str, is_code: bool, found: &mut Vec<Added<'t>>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    for (at, word) in words.iter().enumerate() {
        let program = word.trim_start_matches(['(', '$', '"', '\'']);
        let Some((_, always, alone, manager)) = PROGRAMS.iter().find(|(name, _, _, _)| *name == program) else {
            continue;
        };
        let opens = at == 0 || words[at - 1].ends_with(':') || words[at - 1] == "$" || words[at - 1] == "-";
        let mut rest = words[at + 1..].iter().copied();
        let mut verb = None;
        while let Some(word) = rest.next() {
            if WITHOUT_TRACE.contains(&word) {
                break;
            }
            if WITH_VALUE.contains(&word) {
                rest.next();
            } else if !word.starts_with('-') {
                verb = Some(word);
                break;
            }
        }
        let Some(verb) = verb else { continue };
        if !always.contains(&verb) && !(alone.contains(&verb) && (is_code || opens)) {
            continue;
        }
        let names = names(rest, *manager, program, is_code);
        // In a sentence an `install` counts where nothing but names follows.
        if let Some((names, is_whole)) = names
            && (is_code || is_whole || always.contains(&verb))
        {
            found.extend(names.into_iter().map(|package| Added { package, manager: *manager }));
        }
    }
}

/// The names behind the verb of a command, and whether nothing else stands there; `None` where the command leaves no trace.
fn names<'t>(
    mut words: impl Iterator<Item = &'t str>,
    manager: PackageManager,
    program: &str,
    is_code: bool,
) -> Option<(Vec<&'t str>, bool)> {
    let mut names = Vec::new();
    while let Some(word) = words.next() {
        if WITHOUT_TRACE.contains(&word) {
            return None;
        }
        // The root of the workspace for pnpm, one of its packages for npm.
        let is_alone = word == "-w" && program != "npm";
        if WITH_VALUE.contains(&word) && !is_alone {
            words.next();
            continue;
        }
        if word.starts_with('-') {
            continue;
        }
        let bare = word.trim_end_matches([',', '.', ':', ')', '"', '\'']);
        let Some(name) = manager.package(bare) else {
            // A word that is not a name: a path, a placeholder, the sentence going on.
            return (!is_code || !names.is_empty()).then_some((names, false));
        };
        names.push(name);
        if bare.len() < word.len() {
            return Some((names, words.next().is_none()));
        }
    }
    Some((names, true))
}

/// The packages of a sentence: "Add `x` and `y` to the dependencies in package.json", "Install deps: @a/b, c".
fn listed<'t>(parts: &[&'t str], found: &mut Vec<Added<'t>>) {
    let Some(first) = parts.first() else { return };
    let opening = first.trim_start_matches(['-', '*', ' ', '"', '\'']);
    let verb = opening.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
    if !matches!(verb.as_str(), "add" | "install") {
        return;
    }
    let words = || parts.iter().flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))));
    let says = |wanted: &[&str]| words().any(|word| wanted.contains(&word.to_ascii_lowercase().trim_end_matches('.')));
    let is_about = says(&["crate", "crates", "dependencies", "dependency", "deps", "devdependencies"]);
    if !is_about || says(&["injection", "script", "scripts", "graph", "between"]) {
        return;
    }
    let marked: Vec<&str> = parts.iter().skip(1).step_by(2).copied().filter(|part| !is_manifest(part)).collect();
    let listed: Vec<&str> = match first.split_once(':') {
        Some((_, list)) if parts.len() == 1 => list.split(',').map(|name| name.trim().trim_end_matches('.')).collect(),
        _ => marked,
    };
    let named = MANAGERS.into_iter().find(|manager| says(&[&manager.manifest().to_ascii_lowercase()]));
    let manager = named
        .or_else(|| says(&["crate", "crates"]).then_some(CARGO))
        .or_else(|| (says(&["npm"]) || listed.iter().any(|name| name.starts_with('@'))).then_some(NPM));
    let Some(manager) = manager else { return };
    let packages: Option<Vec<&str>> = listed.into_iter().map(|name| manager.package(name)).collect();
    found.extend(packages.unwrap_or_default().into_iter().map(|package| Added { package, manager }));
}

/// The package that does what a sentence brings in: "Implement the cache backend (ioredis)".
fn in_parentheses<'t>(line: &'t str, found: &mut Vec<Added<'t>>) {
    let opening = line.trim_start_matches(['-', '*', ' ', '"', '\'']);
    let verb = opening.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_ascii_lowercase();
    if !BRINGING.contains(&verb.as_str()) {
        return;
    }
    for (before, rest) in line.match_indices('(').map(|(at, _)| (&line[..at], &line[at + 1..])) {
        let does = before.split_whitespace().next_back().unwrap_or_default().to_ascii_lowercase();
        let Some((inside, _)) = rest.split_once(')').filter(|_| before.ends_with(' ')) else { continue };
        let inside = LEADING.iter().find_map(|word| inside.strip_prefix(word)).unwrap_or(inside);
        // Of alternatives nobody can say which it will be.
        let names = inside.split(',').map(|name| NPM.package(name.trim().trim_matches('`')));
        let Some(names) = names.collect::<Option<Vec<&str>>>() else { continue };
        let is_attribute = |name: &&str| ATTRIBUTES.contains(name) || DOING.contains(name);
        let is_scoped = names.iter().all(|name| name.starts_with('@'));
        if (is_scoped || DOING.contains(&does.as_str())) && !names.iter().any(is_attribute) {
            found.extend(names.into_iter().map(|package| Added { package, manager: NPM }));
        }
    }
}

/// Words before the name of a package in parentheses.
const LEADING: [&str; 4] = ["use ", "using ", "via ", "with "];

/// Whether a path is that of a manifest or lock file.
pub(super) fn is_manifest_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    MANAGERS.iter().any(|manager| manager.manifests.contains(&name))
}

fn is_manifest(text: &str) -> bool {
    is_manifest_file(text) || matches!(text, "dependencies" | "devDependencies")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let found: Vec<String> =
            added(line, true).iter().map(|added| format!("{} {}", added.manager.name, added.package)).collect();
        assert_eq!(found, expected, "{line}");
    }

    #[test]
    fn commands_that_add() {
        check(
            "Add dependencies: pnpm add ioredis lru-cache @types/ioredis in packages/core",
            &["npm ioredis", "npm lru-cache", "npm @types/ioredis"],
        );
        check("pnpm add ioredis in apps/api, pnpm add -D ioredis-mock", &["npm ioredis", "npm ioredis-mock"]);
        check("run `npm install --save-dev vitest@^3 -w api` and commit", &["npm vitest"]);
        check("Install: npm install zod", &["npm zod"]);
        check("`cd apps/api && yarn workspace api add fastify`", &["npm fastify"]);
        check("`cargo add serde --features derive,rc tokio`", &["cargo serde", "cargo tokio"]);
        check(
            "`poetry add --group dev pytest` or `pip install \"httpx[http2]>=0.27\"`",
            &["python pytest", "python httpx"],
        );
        check("`pnpm --filter @x/api add @x/db`", &["npm @x/db"]);
    }

    #[test]
    fn sentences_that_add() {
        check("Add `ioredis` and `lru-cache` to the dependencies in package.json", &["npm ioredis", "npm lru-cache"]);
        check(
            "- Install deps: @tanstack/react-query, openapi-fetch, expo-linking.",
            &["npm @tanstack/react-query", "npm openapi-fetch", "npm expo-linking"],
        );
        check("Add the crate `anyhow`", &["cargo anyhow"]);
        check("Add dependency `serde` to `crates/a/Cargo.toml`", &["cargo serde"]);
    }

    #[test]
    fn what_stands_in_parentheses() {
        check("Implement the RedisCache backend (ioredis)", &["npm ioredis"]);
        check("Move jobs to a queue (bullmq, ioredis)", &["npm bullmq", "npm ioredis"]);
        check("Add request validation (with `zod`)", &["npm zod"]);
        check("Trace requests (@opentelemetry/api)", &["npm @opentelemetry/api"]);
        check("Add structured logging (pino)", &["npm pino"]);
        check("Wrap calls in a retry with backoff (p-retry)", &["npm p-retry"]);
        check("Move jobs to a queue (bullmq or p-queue)", &[]);
        check("Add logging (json)", &[]);
        check("Add rate limiting (per-user)", &[]);
        check("Describe the logger (pino)", &[]);
        check("- Add a queue (`bullmq`) and a rate limiter (@acme/limiter)", &["npm bullmq", "npm @acme/limiter"]);
        assert_eq!(added("Implement the RedisCache backend (ioredis)", false), []);
        for (files, expected) in
            [(&["src/a.ts", "README.md"][..], true), (&["src/a.ts", "src/a.rs"], false), (&[], false)]
        {
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            assert_eq!(is_about_npm(&files), expected, "{files:?}");
        }
    }

    #[test]
    fn what_adds_nothing_for_certain() {
        for line in [
            "Log what is left out with the logger (pino)",
            "Implement the client (optional)",
            "Implement the backend (see the design)",
            "Implement the cache (ioredis)",
            "Use the driver(pg) everywhere",
            "Do not use the client (axios)",
            "run npm install before the tests",
            "Cache pnpm store; run workspace install; execute scripts in correct order.",
            "`npm install`, then `npm ci`",
            "`npm install -g turbo`",
            "`pip install -r requirements.txt`",
            "`pipx install schemathesis`",
            "`cargo install cargo-deny`",
            "`npm install ./local` and `pnpm add <name>` and `yarn add $NAME`",
            "do not `npm install left-pad`",
            "`ajv` is already there: `npm install ajv`",
            "Add `test:ci` to package.json scripts",
            "Add `engines` to package.json",
            "Add \"prisma\": { \"seed\": \"tsx prisma/seed.ts\" } to packages/db/package.json",
            "Add dependency injection for `store`",
            "Add a dependency between `a` and `b`",
            "Add dependencies: see the list",
            "yarn add",
            "`",
        ] {
            check(line, &[]);
        }
    }

    #[test]
    fn files_that_name_a_manifest() {
        for (file, expected) in [
            ("apps/api/package.json", true),
            ("apps/*/package.json", true),
            ("apps/api/", true),
            ("apps/api", true),
            ("apps/api/**", true),
            ("apps/api/*.json", true),
            ("{package.json,tsconfig.json}", true),
            ("apps/api/src/redis.ts", false),
            ("src/**/*.ts", false),
            ("Dockerfile", false),
            ("Cargo.toml", false),
        ] {
            assert_eq!(NPM.is_named_by(file), expected, "{file}");
        }
        assert!(PYTHON.is_named_by("requirements-dev.txt"));
    }
}
