//! Large inputs of one kind. Each is so large that work which grows with its square would take minutes, or memory that nobody has; what
//! is asserted is what is found, or the gap that says where a bound was met.

use auditlint_facts::{DerivedFacts, SourceText};
use auditlint_providers::{facts_of, providers};
use auditlint_source::FilePath;

type Files = Vec<(String, String)>;

fn facts(files: &Files) -> DerivedFacts {
    let paths: Vec<FilePath> = files.iter().map(|(path, _)| FilePath::new(path)).collect();
    let sources: Vec<SourceText<'_>> =
        paths.iter().zip(files).map(|(path, (_, text))| SourceText { path, text: text.as_bytes() }).collect();
    facts_of(&sources, providers())
}

/// How many rows a relation has in which a column holds a value; an empty column takes all.
#[track_caller]
fn check(files: &Files, relation: &str, (column, value): (&str, &str), expected: usize) -> DerivedFacts {
    let facts = facts(files);
    let found = facts.relation(relation).expect("the relation is derived");
    let at = found.info.column(column);
    let rows = found.rows.iter().filter(|row| at.is_none_or(|at| row.values[at].is_written(value)));
    assert_eq!(rows.count(), expected, "{relation}");
    facts
}

#[track_caller]
fn check_gap(files: &Files, relation: &str, words: &str) {
    let facts = facts(files);
    let gaps = &facts.relation(relation).expect("the relation is derived").gaps;
    assert!(gaps.iter().any(|(_, gap)| gap.message.contains(words)), "{words}: {gaps:?}");
}

fn file(path: impl Into<String>, text: impl Into<String>) -> (String, String) {
    (path.into(), text.into())
}

/// A file for each number.
fn each(count: usize, make: impl Fn(usize) -> (String, String)) -> Files {
    (0..count).map(make).collect()
}

/// A text for each number, one after the other.
fn many(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect()
}

/// The same with commas between them.
fn list(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect::<Vec<_>>().join(",")
}

const ALL: (&str, &str) = ("", "");

#[test]
fn compilers() {
    const MANY: usize = 4_000;
    let source = |i: usize| file(format!("t{i}/a.ts"), "import { x } from \"@/x\";");
    let mut chain = each(MANY, |i| {
        let path = format!("t{i}/tsconfig.json");
        let own = format!(r#""compilerOptions": {{"paths": {{"@{i}/*": ["./s/*"]}}}}"#);
        file(path, format!(r#"{{"extends": "../t{}/tsconfig.json", {own}}}"#, i.saturating_sub(1)))
    });
    chain.extend(each(MANY, source));
    check(&chain, "import.import", ("state", "unknown"), MANY);

    let mut referring = each(MANY, |i| {
        let next = (i + 1) % MANY;
        let own = r#""compilerOptions": {"paths": {"@/*": ["./*"]}}"#;
        file(format!("t{i}/tsconfig.json"), format!(r#"{{"references": [{{"path": "../t{next}"}}], {own}}}"#))
    });
    let all = list(MANY, |i| format!(r#"{{"path": "./t{i}"}}"#));
    referring.push(file("tsconfig.json", format!(r#"{{"references": [{all}]}}"#)));
    referring.extend(each(MANY, source));
    check(&referring, "import.import", ALL, MANY);

    let paths = list(MANY, |i| format!(r#""@p{i}/*": ["./p{i}/*"]"#));
    let mapped = vec![
        file("tsconfig.json", format!(r#"{{"compilerOptions": {{"paths": {{{paths}}}}}}}"#)),
        file("a.ts", many(MANY, |i| format!("import 'z{i}'; import '@p{i}/x';\n"))),
        file("p7/x.ts", ""),
    ];
    check(&mapped, "import.import", ("state", "file"), 1);
}

#[test]
fn folders_that_count_as_one() {
    let roots = list(100, |i| format!(r#""./p{i}""#));
    let files = vec![
        file("tsconfig.json", format!(r#"{{"compilerOptions": {{"rootDirs": [{roots}]}}}}"#)),
        file("p1/a.ts", many(2_000, |i| format!("import './q{i}';\n"))),
    ];
    check_gap(&files, "import.available", "`rootDirs`");
}

#[test]
fn packages() {
    const MANY: usize = 5_000;
    let entries = |sign: &str, star: &str| list(MANY, |i| format!(r#""{sign}e{i}{star}": "./s{i}{star}.ts""#));
    let import = |i: usize| format!("import 'r/e{i}'; import 'r/f{i}/x'; import '#e{i}'; import '#f{i}/x';\n");
    let manifest = format!(
        r##"{{"name": "r", "exports": {{{}, {}}}, "imports": {{{}, {}}}}}"##,
        entries("./", ""),
        entries("./f", "/*"),
        entries("#", ""),
        entries("#f", "/*")
    );
    let files = vec![file("package.json", manifest), file("a.ts", many(MANY, import)), file("s7.ts", "")];
    check(&files, "import.import", ("file", "s7.ts"), 2);

    let mut files = each(2_000, |i| {
        let next = (i + 1) % 2_000;
        let scripts = format!(r#""test": "pnpm --filter p{next} run test", "t{i}": "run-s t{i}*""#);
        file(
            format!("p{i}/package.json"),
            format!(r#"{{"name": "@x/p{i}", "workspaces": ["q/*"], "scripts": {{{scripts}}}}}"#),
        )
    });
    let dependencies = list(2_000, |i| format!(r#""d{i}": "1""#));
    files.push(file("package.json", format!(r#"{{"name": "root", "dependencies": {{{dependencies}}}}}"#)));
    files.extend(each(2_000, |i| file(format!("p{i}/a.ts"), format!("import 'd{i}';"))));
    let facts = check(&files, "import.available", ("package", "d1999"), 27);
    assert_eq!(facts.relation("npm.script_call").map(|calls| calls.rows.len()), Some(2_000));
}

#[test]
fn modules() {
    const MANY: usize = 5_000;
    let mut files = each(MANY, |i| {
        let next = (i + 1) % MANY;
        file(format!("m{i}.ts"), format!("export * from './m{next}';\nexport const a{i} = 1;\n"))
    });
    files.push(file("u.ts", many(20_000, |i| format!("import {{ zz{i} }} from './m0';\n"))));
    files.push(file("package.json", r#"{"private": true}"#));
    check(&files, "import.name", ("file", "m0.ts"), 20_000);

    let mut files =
        each(3_000, |i| file(format!("a.x{i}.ts"), "import { x } from './a'; import './a-q'; import './a.q';"));
    files.extend([file("a.ts", "export const x = 1;"), file("package.json", "{}")]);
    files.extend(each(3_000, |i| file(format!("a-q-{i}.ts"), "")));
    check(&files, "import.import", ("file", "a.ts"), 3_000);

    let declared = many(5_000, |i| format!("declare module 'm{i}/*';\n"));
    let aliases = list(5_000, |i| format!("'@m{i}': './x'"));
    let files = vec![
        file("package.json", "{}"),
        file("d.d.ts", declared),
        file("vite.config.ts", format!("export default {{ resolve: {{ alias: {{{aliases}}} }} }}")),
        file("a.ts", many(5_000, |i| format!("import 'x{i}/y';\n"))),
    ];
    check(&files, "import.import", ("package", ""), 0);
    let page =
        format!("{}<script type='importmap'>{{\"imports\": {{\"a\": \"b\"}}}}</script>", "importmap ".repeat(100_000));
    let files = vec![file("a.html", page), file("package.json", "{}"), file("a.ts", "import 'a'; import 'c';")];
    check(&files, "import.import", ("package", "c"), 1);
}

#[test]
fn pipelines() {
    const MANY: usize = 5_000;
    let jobs = many(MANY, |i| format!("j{i}:\n  extends: [j{}, j{}]\n", (i + 1) % MANY, (i + 2) % MANY));
    check_gap(&vec![file(".gitlab-ci.yml", jobs)], "ci.run", "extends itself");

    let included = many(2_000, |i| format!("  - local: ci/{i}.gitlab-ci.yml\n"));
    let mut files = each(2_000, |i| {
        file(format!("ci/{i}.gitlab-ci.yml"), "j:\n  script:\n    - !reference [j, script]\n    - npm test\n")
    });
    files.push(file(".gitlab-ci.yml", format!("include:\n{included}")));
    check(&files, "ci.command", ("program", "npm"), 2_000);

    // Each doubles the one before it.
    let doubling = many(60, |i| format!("  A{}: ${{{{ env.A{i} }}}}${{{{ env.A{i} }}}}\n", i + 1));
    let workflow =
        format!("on: push\nenv:\n  A0: x\n{doubling}jobs:\n  j:\n    steps:\n      - run: a ${{{{ env.A60 }}}}\n");
    check(&vec![file(".github/workflows/ci.yml", workflow)], "ci.command", ("program", "a"), 1);

    let long = format!("A := {}\nt:\n{}", "x/y.sh ".repeat(20_000), "\techo $(A)\n".repeat(2_000));
    let files = vec![
        file("Makefile", long),
        file(".github/workflows/ci.yml", "on: push\njobs:\n  j:\n    steps:\n      - run: make t\n"),
    ];
    check(&files, "ci.command", ("program", "echo"), 2_000);
}

#[test]
fn patterns_of_scripts() {
    let scripts = list(3_000, |i| format!(r#""s{i}": "run-s *{i}*""#));
    let files = vec![file("package.json", format!(r#"{{"scripts": {{{scripts}}}}}"#))];
    check_gap(&files, "ci.run", "more patterns");
}

#[test]
fn crates() {
    let dependencies = many(2_000, |i| format!("d{i}-foo = '1'\n"));
    let manifest = format!("[package]\nname = 'c'\nedition = '2021'\n[dependencies]\n{dependencies}");
    let uses = many(5_000, |i| format!("use bar_x{i}::y;\n"));
    check(&vec![file("Cargo.toml", manifest), file("src/lib.rs", uses)], "cargo.use", ("certain", "false"), 5_000);

    let left = list(3_000, |i| format!("'d{i}'"));
    let mut files = each(3_000, |i| file(format!("c{i}/Cargo.toml"), format!("[package]\nname = 'c{i}'\n")));
    files.push(file("Cargo.toml", format!("[workspace]\nmembers = ['c*']\nexclude = [{left}]\n")));
    check(&files, "cargo.package", ("workspace", "."), 3_000);
}

#[test]
fn databases() {
    let values = list(2_000, |i| format!("'a{i}'"));
    let renamed = many(2_000, |i| format!("ALTER TYPE e RENAME VALUE 'a{i}' TO 'b{i}';\n"));
    let tables = many(2_000, |i| format!("CREATE TABLE t{i} (c e);\n"));
    let files = vec![file("m/001_a.sql", format!("CREATE TYPE e AS ENUM ({values});\n{renamed}{tables}"))];
    check_gap(&files, "sql.allowed", "allow more values");
    check(&files, "sql.allowed", ("value", "b7"), 100);
}

#[test]
fn long_names() {
    let name = "n".repeat(1 << 20);
    let schema = format!("model {name} {{\n{}}}\n", many(2_000, |i| format!("  f{i} Int\n")));
    check_gap(&vec![file("a.prisma", schema)], "prisma.field", "says more than is kept");
    let script = format!(r#"{{"scripts": {{"{name}": "{}"}}}}"#, "a; ".repeat(2_000));
    check_gap(&vec![file("package.json", script)], "ci.run", "a name of this length");
    let assigned = format!("A={}\n{}", "x".repeat(1_000), "echo $A $A $A $A\n".repeat(10_000));
    let files = vec![
        file("a.sh", assigned),
        file(".github/workflows/ci.yml", "on: push\njobs:\n  j:\n    steps:\n      - run: sh a.sh\n"),
    ];
    check(&files, "ci.command", ("program", "echo"), 10_000);
}

#[test]
fn wrappers_of_commands() {
    for wrapper in ["env A=1 ", "npx ", "cross-env A=1 ", "dotenv -- "] {
        let all = format!("{}npm run build", wrapper.repeat(5_000));
        let manifest = file("package.json", format!("{{\"scripts\": {{\"build\": \"x\", \"all\": \"{all}\"}}}}"));
        check(&vec![manifest], "npm.script_call", ("script", "build"), 1);
    }
}

#[test]
fn long_documents() {
    check_gap(&vec![file("README.md", "*a".repeat(1_200_000))], "repo.reference", "longer than 2 MiB");
}

#[test]
fn places_that_make_what_many_modules_declare() {
    const MANY: usize = 400;
    // Each module declares the same class, and imports them all through one that hands them on.
    let all = many(MANY, |i| format!("export {{ Store as Store{i} }} from './m{i}';\n"));
    let mut files = each(MANY, |i| {
        let class = "export class Store {\n  items = new Map();\n}\n";
        file(format!("m{i}.ts"), format!("import * as all from './all';\n{class}export const store = new Store();\n"))
    });
    files.push(file("all.ts", all));
    check(&files, "module.kind", ("kind", "singleton"), MANY);

    // Nobody makes the class of the modules that so many others import.
    let users = each(MANY, |i| file(format!("u{i}.ts"), "import './lib/m';\nexport const a = 1;\n"));
    let makers = each(MANY, |i| file(format!("v{i}.ts"), "export const s = new Store();\n"));
    let mut files: Files = users.into_iter().chain(makers).collect();
    files.push(file("lib/m.ts", "export class Store {\n  items = new Map();\n}\n"));
    check(&files, "module.kind", ("kind", "singleton"), 0);
    check_gap(&files, "module.kind", "more places make a `Store`");
}

#[test]
fn reads_of_one_object() {
    const MANY: usize = 20_000;
    let fields = many(MANY, |i| format!("  v{i}: process.env.V{i},\n"));
    let files = vec![file("src/a.ts", format!("export const all = {{\n{fields}}};\n\n"))];
    check(&files, "module.kind", ("kind", "configuration"), 1);
    let deep = format!("export const a = {}process.env.A{};", "[{ a: ".repeat(400), " }]".repeat(400));
    check(&vec![file("src/a.ts", deep)], "module.kind", ("kind", "configuration"), 0);
}

#[test]
fn clients_of_one_package() {
    let call = "(url: string, options: RequestInit) {\n  return fetch(url, options);\n}\n";
    let client = |i: usize| file(format!("c{i}.ts"), format!("export async function get{i}{call}"));
    let user = |name: &str| {
        let imports = many(40, |i| format!("import {{ get{i} }} from './c{i}';\n"));
        file(format!("{name}/u.ts"), imports.replace("'./", "'../"))
    };
    let mut files = each(40, client);
    files.extend([file("package.json", "{}"), user("a"), user("b")]);
    check(&files, "module.client", ALL, 40);
    check_gap(&files, "module.request", "more than 32 clients");
}
