//! What cannot be read as it is: nobody is accused of what may stand in it, and it is said.

use auditlint_engine::{Config, Engine, Report, RunOptions};
use auditlint_source::{Entry, EntryKind, FilePath, Files, MemoryFiles, ProblemLevel, ReadError};

/// Files of which the system does not show some, or says that they are something else.
struct Partly<'t> {
    files: MemoryFiles,
    denied: &'t [&'t str],
    special: &'t [&'t str],
}

impl Partly<'_> {
    fn refuses(&self, path: &FilePath) -> Result<(), ReadError> {
        if self.denied.contains(&path.as_str()) { Err(ReadError::Denied) } else { Ok(()) }
    }
}

impl Files for Partly<'_> {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        self.refuses(folder)?;
        self.files.list(folder)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.refuses(path)?;
        self.files.read(path, limit)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        if self.special.contains(&path.as_str()) { Some(EntryKind::Other) } else { self.files.kind(path) }
    }
}

fn run(files: &[(&str, &[u8])], denied: &[&str], named: &[&str]) -> Report {
    let files = MemoryFiles::new(files.iter().map(|(path, bytes)| (*path, bytes.to_vec())));
    let files = Partly { files, denied, special: &["pipe"] };
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), "packs = ['consistency']\n");
    let options = RunOptions { paths: named.iter().map(|path| FilePath::new(path)).collect(), ..RunOptions::default() };
    Engine::load(&files, config, options, problems).snapshot(&files).check(&|| None, &|_| {})
}

/// `rule path` of each finding, `path:line: words` of each problem with its help.
fn told(report: &Report) -> (Vec<String>, Vec<String>) {
    let findings = report.findings.iter().map(|found| format!("{} {}", found.rule.id, found.path));
    let problems = report.problems.iter().map(|problem| {
        let path = problem.path.as_ref().map(ToString::to_string).unwrap_or_default();
        let line = problem.position.map(|position| format!(":{}", position.line)).unwrap_or_default();
        format!("{path}{line}: {} ({})", problem.message, problem.help.as_deref().unwrap_or_default())
    });
    (findings.collect(), problems.collect())
}

/// What is found, and a part of what is said, of each problem.
#[track_caller]
fn check(files: &[(&str, &[u8])], denied: &[&str], findings: &[&str], said: &[&str]) {
    let (found, problems) = told(&run(files, denied, &[]));
    assert_eq!(found, findings, "{problems:#?}");
    assert_eq!(problems.len(), said.len(), "{problems:#?}");
    for (problem, words) in problems.iter().zip(said) {
        assert!(problem.contains(words), "{words:?} is not in {problem}");
    }
}

const WORKFLOW: (&str, &[u8]) =
    (".github/workflows/ci.yml", b"on: push\njobs:\n  a:\n    steps:\n      - run: npm test\n      - run: make ci\n");
const MANIFEST: (&str, &[u8]) = ("package.json", br#"{"private": true, "scripts": {"test": "vitest"}}"#);
const SCRIPT: (&str, &[u8]) = ("scripts/check-a.sh", b"true\n");
const ACCUSED: &str = "script-never-run-by-ci scripts/check-a.sh";
const NOT_UTF8: &str = "this is not UTF-8";

#[test]
fn a_script_that_nothing_runs_is_accused() {
    check(&[WORKFLOW, MANIFEST, SCRIPT], &[], &[ACCUSED], &[]);
}

#[test]
fn one_byte_that_is_not_utf8_hides_no_file() {
    // What runs the script is read, wherever the byte stands.
    for (path, bytes) in [
        ("lefthook.yml", &b"# Gr\xf6\xdfe\npre-commit:\n  commands:\n    a: { run: sh scripts/check-a.sh }\n"[..]),
        ("Makefile", b"# \xe9\nci:\n\tsh scripts/check-a.sh\n"),
        (".husky/pre-push", b"# \xe9\nsh scripts/check-a.sh\n"),
        (".circleci/config.yml", b"# \xe9\njobs:\n  a:\n    steps:\n      - run: sh scripts/check-a.sh\n"),
        (".gitlab-ci.yml", b"# \xe9\na:\n  script: sh scripts/check-a.sh\n"),
        ("Jenkinsfile", b"// \xe9\nsh 'scripts/check-a.sh'\n"),
    ] {
        let said = format!("{path}:1: {NOT_UTF8}");
        check(&[WORKFLOW, MANIFEST, SCRIPT, (path, bytes)], &[], &[], &[&said]);
    }
    // And where it is not, it may stand where the byte is.
    for (path, bytes) in [
        ("Makefile", &b"ci:\n\tsh scripts/\xe9.sh\n"[..]),
        ("lefthook.yml", b"a:\n  run: \xe9\n"),
        (".github/workflows/more.yml", b"on: push\njobs:\n  b:\n    steps:\n      - run: \xe9\n"),
    ] {
        let report = run(&[WORKFLOW, MANIFEST, SCRIPT, (path, bytes)], &[], &[]);
        let (findings, problems) = told(&report);
        assert!(findings.is_empty(), "{path}: {findings:?}");
        assert!(
            problems.iter().any(|problem| problem.contains(NOT_UTF8) && problem.contains("not judged")),
            "{problems:?}"
        );
    }
}

#[test]
fn what_is_read_around_such_a_byte_has_its_place() {
    check(
        &[("README.md", b"\xe9\xe9 [a](./gone.md) [b](./\xe9.md)\n"), ("b.md", b"\xef\xbb\xbf[a](./gone.md)\n")],
        &[],
        &["missing-file-ref README.md", "missing-file-ref b.md"],
        &["README.md:1: this is not UTF-8"],
    );
    let report = run(&[("b.md", b"\xef\xbb\xbf[a](./gone.md)\n")], &[], &[]);
    assert_eq!((report.findings[0].span.start, report.findings[0].span.end), (7, 16));
}

#[test]
fn a_byte_order_mark_hides_nothing() {
    const LOCK: (&str, &[u8]) = ("prisma/migrations/migration_lock.toml", b"\xef\xbb\xbfprovider = \"postgresql\"\n");
    check(
        &[
            ("prisma/schema.prisma", b"\xef\xbb\xbfdatasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id\n  b Int\n}\n"),
            ("prisma/migrations/1_a/migration.sql", b"\xef\xbb\xbfCREATE TABLE \"User\" (id int NOT NULL);\n"),
            LOCK,
        ],
        &[],
        &["prisma-field-without-migration prisma/schema.prisma"],
        &[],
    );
    check(&[("src/a.ts", b"f(process.env.A);\n"), (".env.example", b"\xef\xbb\xbfA=1\n")], &[], &[], &[]);
    for path in ["Makefile", "lefthook.yml"] {
        let text = b"\xef\xbb\xbfci:\n\tsh scripts/check-a.sh\n";
        check(&[WORKFLOW, MANIFEST, SCRIPT, (path, text)], &[], &[], &[]);
    }
}

#[test]
fn utf16_is_said_and_held_against_nobody() {
    let wide = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let manifest = wide(r#"{"dependencies": {"a": "1"}}"#);
    check(
        &[("package.json", &manifest), ("src/a.ts", b"import 'a';\n")],
        &[],
        &[],
        &["package.json:1: the file is UTF-16"],
    );
    let used = [
        ("package.json", br#"{"private": true}"#.as_slice()),
        ("src/a.ts", b"export function a() {}\nexport function b() {}\n"),
        ("src/b.ts", b"import { a } from './a';\na();\n"),
    ];
    check(&used, &[], &["exported-function-never-called src/a.ts"], &[]);
    let code = wide("import { b } from './a';\nb();\n");
    let mut files = used.to_vec();
    files.push(("src/c.ts", &code));
    check(&files, &[], &[], &["src/c.ts: the file is UTF-16"]);
    // Shells of Windows write such files.
    files.pop();
    let ignoring = wide("src/b.ts\n");
    files.push((".gitignore", &ignoring));
    check(&files, &[], &["exported-function-never-called src/a.ts"], &[".gitignore: the ignore file cannot be used"]);
    // The same of one that is not shown.
    files.pop();
    files.push(("src/c.ts", b""));
    check(&files, &["src/c.ts"], &[], &["src/c.ts: the file cannot be read: permission denied"]);
}

#[test]
fn what_does_not_parse_is_held_against_nobody() {
    check(
        &[
            (
                "prisma/schema.prisma",
                b"datasource db {\n  provider = \"postgresql\"\n}\nmodel User {\n  id Int @id\n  b Int\n}\n",
            ),
            ("prisma/migrations/1_a/migration.sql", b"CREATE TABLE \"User\" (id int NOT NULL);\n"),
            ("prisma/migrations/migration_lock.toml", b"provider = \n"),
        ],
        &[],
        &[],
        &["prisma/migrations/migration_lock.toml:1: this `migration_lock.toml` is not valid TOML"],
    );
    let page = b"<script type=\"importmap\">{\"imports\": {\"a\": }</script>\n";
    check(
        &[("package.json", b"{}"), ("a.html", page), ("src/a.ts", b"import 'a';\n")],
        &[],
        &[],
        &["a.html:1: this import map is not valid JSON"],
    );
}

#[test]
fn folders_that_cannot_be_listed() {
    let files: &[(&str, &[u8])] = &[("a/b/c.ts", b"f();\n"), ("d.ts", b"f();\n"), ("pipe", b"")];
    let level = |denied: &[&str], named: &[&str]| {
        let report = run(files, denied, named);
        let problem = report.problems.iter().find(|problem| problem.path.is_some());
        problem.map(|problem| (problem.level, problem.path.as_ref().unwrap().to_string()))
    };
    for (denied, named, expected) in [
        ("a/b", &[][..], Some((ProblemLevel::Warning, "a/b"))),
        ("a/b", &["d.ts"], None),
        ("a/b", &["a"], Some((ProblemLevel::Error, "a/b"))),
        ("a/b", &["a/b"], Some((ProblemLevel::Error, "a/b"))),
        ("", &[], Some((ProblemLevel::Error, ""))),
        ("", &["pipe"], Some((ProblemLevel::Error, "pipe"))),
        ("-", &["gone"], Some((ProblemLevel::Error, "gone"))),
    ] {
        let expected = expected.map(|(level, path)| (level, path.to_owned()));
        assert_eq!(level(&[denied], named), expected, "{denied:?} {named:?}");
    }
}
