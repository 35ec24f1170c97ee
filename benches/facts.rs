//! What facts cost above the bare parse of the sources that they come from, on one thread: extracting the facts of all of them, deriving the
//! relations, and holding rows against rows. Budgets: extracting and deriving at most 1.5 times the parse, checks at most 0.05 of all.

#[path = "../crates/cli/src/allocator.rs"]
mod allocator;
mod ratios;

use std::fmt::Write;
use std::hint::black_box;

use auditlint_facts::{Check, Configured, DerivedFacts, ProjectScope, SourceText, extract_all};
use auditlint_providers::providers;
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use ratios::Run;

/// How many models the schema has, and how many modules query each.
const MODELS: usize = 40;

fn main() {
    allocator::use_for_trees();
    let files = files();
    let sources: Vec<SourceText<'_>> =
        files.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
    let code: Vec<&SourceText<'_>> = sources.iter().filter(|source| Language::of_path(source.path).is_some()).collect();
    let mut floor = tree_sitter::Parser::new();
    floor.set_language(Language::TypeScript.grammar()).expect("the grammars fit this tree-sitter");
    let raw = extract_all(&sources, Configured::default(), providers());
    let mut paths: Vec<FilePath> = files.iter().map(|(path, _)| path.clone()).collect();
    paths.sort();
    let scope = ProjectScope::new(&paths, &|_| false);
    let facts = DerivedFacts::derive(raw.clone(), &scope);
    let checks: Vec<Check> = auditlint_packs::rules(&["consistency"])
        .into_iter()
        .flat_map(|compiled| compiled.rule.checks().to_vec())
        .collect();
    let mut runs: Vec<(String, Run<'_>)> = vec![
        ("parse".into(), Box::new(|| code.iter().for_each(|source| drop(black_box(floor.parse(source.text, None)))))),
        ("extract".into(), Box::new(|| drop(black_box(extract_all(&sources, Configured::default(), providers()))))),
        (
            "extract and derive".into(),
            Box::new(|| {
                drop(black_box(DerivedFacts::derive(
                    extract_all(&sources, Configured::default(), providers()),
                    &scope,
                )));
            }),
        ),
        ("checks".into(), Box::new(|| checks.iter().for_each(|check| drop(black_box(check.run(&facts)))))),
    ];
    let bytes = sources.iter().map(|source| source.text.len() as u64).sum();
    ratios::measure("facts", bytes, &mut runs);
}

/// A schema with its migrations, modules that query it, import each other and read the environment, packages with scripts, a workflow
/// that runs them, and a document with links.
fn files() -> Vec<(FilePath, String)> {
    let mut schema = "datasource db {\n  provider = \"postgresql\"\n}\n".to_owned();
    let mut migration = String::new();
    let mut workflow = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n".to_owned();
    let mut readme = String::new();
    let mut files = vec![(FilePath::new(".env.example"), "DATABASE_URL=\n".to_owned())];
    for model in 0..MODELS {
        let next = (model + 1) % MODELS;
        let _ = write!(
            schema,
            "model M{model} {{\n  id Int @id\n  name String @map(\"the_name\")\n  nextId Int\n  next M{next} @relation(fields: [nextId])\n\n  @@unique([id, name])\n}}\n"
        );
        let _ = write!(
            migration,
            "CREATE TABLE \"M{model}\" (\n  \"id\" INTEGER NOT NULL,\n  \"the_name\" TEXT NOT NULL,\n  \"nextId\" INTEGER NOT NULL,\n  CONSTRAINT \"M{model}_pkey\" PRIMARY KEY (\"id\")\n);\n"
        );
        let mut module = format!(
            "import {{ db }} from \"@app/db\";\nimport {{ query1 as other }} from \"../../p{next}/src/index\";\nconst url = process.env.DATABASE_URL;\nexport const next = () => other(1, url);\n"
        );
        for query in 0..20 {
            let _ = write!(
                module,
                "export async function query{query}(id: number, name: string) {{\n  const rows = await db.m{model}.findMany({{\n    where: {{ id, next: {{ name: {{ contains: name }} }} }},\n    select: {{ id: true, next: {{ select: {{ name: true }} }} }},\n    orderBy: {{ name: \"asc\" }},\n  }});\n  return rows.filter((row) => row.id > {query}).map((row) => ({{ ...row, name: row.next.name.trim() }}));\n}}\n"
            );
        }
        files.push((FilePath::new(&format!("packages/p{model}/src/index.ts")), module));
        let package = format!(
            "{{\"name\": \"p{model}\", \"scripts\": {{\"build\": \"tsc && npm run test -w p{next}\", \"test\": \"vitest\"}}}}"
        );
        files.push((FilePath::new(&format!("packages/p{model}/package.json")), package));
        let _ = writeln!(workflow, "      - run: cd packages/p{model} && npm test");
        let _ = writeln!(readme, "- [p{model}](packages/p{model}/src/index.ts)");
    }
    files.push((FilePath::new(".github/workflows/ci.yml"), workflow));
    files.push((FilePath::new("README.md"), readme));
    files.push((FilePath::new("migrations/migration_lock.toml"), "provider = \"postgresql\"\n".to_owned()));
    files.push((FilePath::new("migrations/1_all/migration.sql"), migration));
    files.push((FilePath::new("package.json"), "{\"workspaces\": [\"packages/*\"]}".to_owned()));
    files.push((FilePath::new("schema.prisma"), schema));
    files
}
