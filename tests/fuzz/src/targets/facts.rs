//! Files that relations are read from.

use auditlint_facts::{AnyProvider, SourceText};
use auditlint_providers::{facts_of, known_relations, providers};

use super::hold;
use super::input::Input;

/// Reads the files with the named providers: rows have a value for each column and a place in a file that was given, and
/// the order in which files come changes nothing.
fn check(data: &[u8], first: &str, names: &[&str]) {
    let input = Input::read(data, first);
    let asked: Vec<&dyn AnyProvider> =
        providers().iter().copied().filter(|provider| names.contains(&provider.name())).collect();
    assert_eq!(asked.len(), names.len());
    let mut sources: Vec<SourceText<'_>> = input.files.iter().map(|(path, text)| SourceText { path, text }).collect();
    let facts = facts_of(&sources, &asked);
    sources.reverse();
    let again = facts_of(&sources, &asked);
    for info in known_relations().iter() {
        let Some(relation) = facts.relation(&info.name) else { continue };
        let other = again.relation(&info.name).expect("the same providers were asked");
        assert_eq!(relation.rows, other.rows, "{}", info.name);
        for row in &relation.rows {
            assert_eq!(row.values.len(), info.columns().count(), "{}", info.name);
            // A row about a file as a whole may stand at an empty file.
            let text = input.files.get(&row.path).map_or(0, |text| text.len()).max(1);
            assert!(
                row.span.start <= row.span.end && row.span.end as usize <= text,
                "{}: {row:?} of {text} bytes",
                info.name
            );
        }
        for (path, gap) in &relation.gaps {
            assert!(!gap.message.trim().is_empty());
            hold::within(gap.span, input.files.get(path).copied().unwrap_or_default());
        }
    }
}

/// Migrations and other SQL.
pub(super) fn sql(data: &[u8]) {
    check(data, "m/1_a.sql", &["sql"]);
}

/// SQL inside of code.
pub(super) fn sql_in_code(data: &[u8]) {
    check(data, "a.ts", &["sql"]);
}

/// Declarations of columns and queries in code, schemas and migrations.
pub(super) fn columns(data: &[u8]) {
    check(data, "a.ts", &["column"]);
}

/// Schemas of Prisma.
pub(super) fn prisma(data: &[u8]) {
    check(data, "prisma/schema.prisma", &["prisma", "sql", "seal"]);
}

/// Queries of Prisma's client.
pub(super) fn prisma_client(data: &[u8]) {
    check(data, "a.ts", &["prisma"]);
}

/// Shell scripts.
pub(super) fn shell(data: &[u8]) {
    check(data, "scripts/a.sh", &["ci", "repo"]);
}

/// Example files of the environment, compose files.
pub(super) fn dotenv(data: &[u8]) {
    check(data, ".env.example", &["env"]);
}

/// Makefiles and justfiles.
pub(super) fn makefile(data: &[u8]) {
    check(data, "Makefile", &["ci", "repo"]);
}

/// Workflows and actions of GitHub.
pub(super) fn github_workflow(data: &[u8]) {
    check(data, ".github/workflows/a.yml", &["ci", "env", "repo", "coverage"]);
}

/// Pipelines of GitLab.
pub(super) fn gitlab_ci(data: &[u8]) {
    check(data, ".gitlab-ci.yml", &["ci", "repo"]);
}

/// Pipelines of others, lists of hooks, containers.
pub(super) fn pipelines(data: &[u8]) {
    check(data, ".circleci/config.yml", &["ci", "repo"]);
}

/// `package.json` and what belongs to it.
pub(super) fn package_json(data: &[u8]) {
    check(data, "package.json", &["npm", "import", "ci", "repo", "coverage"]);
}

/// `tsconfig.json` and what it leads to.
pub(super) fn tsconfig(data: &[u8]) {
    check(data, "tsconfig.json", &["import"]);
}

/// Imports, exports and components.
pub(super) fn imports(data: &[u8]) {
    check(data, "a.ts", &["import", "npm", "resilience", "seal"]);
}

/// `Cargo.toml`.
pub(super) fn cargo_toml(data: &[u8]) {
    check(data, "Cargo.toml", &["cargo"]);
}

/// What Rust code uses of crates.
pub(super) fn cargo_code(data: &[u8]) {
    check(data, "src/lib.rs", &["cargo"]);
}

/// What code reads of the environment.
pub(super) fn env_code(data: &[u8]) {
    check(data, "a.ts", &["env", "schema"]);
}

/// Links of documents.
pub(super) fn markdown_links(data: &[u8]) {
    check(data, "README.md", &["repo"]);
}
