//! Any text gives rows or gaps, and no panic: pieces of every kind of file, in any order, under every kind of name.

use auditlint_facts::{Facts, SourceText, relations};
use auditlint_source::FilePath;
use proptest::prelude::*;

const NAMES: &[&str] = &[
    "schema.prisma",
    "package.json",
    "web/package.json",
    "tsconfig.json",
    "pnpm-workspace.yaml",
    "docker-compose.yml",
    ".github/workflows/ci.yml",
    ".env.example",
    "a.ts",
    "b.tsx",
    "vite.config.js",
    "c.rs",
    "tasks/t.md",
    "tasks/a1.yaml",
    "m/1_a.sql",
    "m/2_b/migration.sql",
    "m/migration_lock.toml",
    "seed.sql",
];

const PIECES: &[&str] = &[
    "model A {\n",
    "}\n",
    "id Int @id\n",
    "@@unique([a, b])\n",
    "@@map(\"",
    "enum E {\n",
    "name String?",
    "[]",
    "\"",
    "'",
    "`",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    "\n",
    " ",
    "- ",
    "// ",
    "/* ",
    "*/",
    "# ",
    "db.a.findMany(",
    "where",
    "select",
    "AND",
    "distinct",
    "{ where: { b: 1 } }",
    "...",
    "process.env.A",
    "env",
    "const x = ",
    "import 'a'",
    "require('b')",
    "declare module 'c'",
    "std::env::var(\"A\")",
    "\"scripts\": {",
    "\"a\": \"npm run b\"",
    "npm run ",
    "cd a && ",
    "|| ",
    "$X",
    "if ",
    "then ",
    "fi; ",
    "\"dependencies\"",
    "\"workspaces\": [\"*\"]",
    "packages:\n",
    "environment:\n",
    "A=1",
    "export ",
    "- [ ] a1",
    "id: a1\n",
    "CREATE TABLE a (",
    "ALTER TABLE a ADD b ",
    "CREATE TYPE e AS ENUM ('x'",
    "INSERT INTO a (b) VALUES (",
    "UPDATE a SET b = ",
    "CHECK (b IN (",
    "DO $$ BEGIN ",
    "EXECUTE 'DROP TABLE a'",
    "CREATE TRIGGER t BEGIN ",
    "END",
    "DELIMITER ",
    "COPY a FROM stdin;",
    "sql`",
    "db.query(\"",
    "${",
    "--",
    "$$",
    ";",
    "status: done\n",
    "é",
    "\0",
    "\\",
    "\u{feff}",
];

proptest! {
    #[test]
    fn any_text_is_read(files in prop::collection::vec((prop::sample::select(NAMES), prop::collection::vec(prop::sample::select(PIECES), 0..40)), 0..5)) {
        let files: Vec<(FilePath, String)> = files.into_iter().map(|(name, pieces)| (FilePath::new(name), pieces.concat())).collect();
        let sources: Vec<SourceText<'_>> = files.iter().map(|(path, text)| SourceText { path, text: text.as_bytes() }).collect();
        let facts = Facts::of(&sources);
        for info in relations() {
            let relation = facts.relation(info.name).expect("every relation is derived");
            for row in &relation.rows {
                prop_assert_eq!(row.values.len(), info.columns.len(), "{}", info.name);
                let text = files.iter().filter(|(path, _)| *path == row.path).map(|(_, text)| text.len()).max();
                prop_assert!(row.span.start <= row.span.end && row.span.end as usize <= text.unwrap_or(0).max(1), "{}: {:?}", info.name, row);
            }
        }
    }
}

#[test]
fn deep_and_long_texts_end() {
    let deep = |open: &str, close: &str| open.repeat(50_000) + &close.repeat(50_000);
    for (name, text) in [
        ("schema.prisma", "model A {\n".repeat(50_000)),
        ("schema.prisma", format!("model A {{\n a Int {}\n}}", deep("@x(", ")"))),
        ("package.json", deep("{\"a\":", "}")),
        ("package.json", format!("{{\"scripts\": {{\"a\": \"{}\"}}}}", "( ".repeat(20_000))),
        ("tsconfig.json", deep("[", "]")),
        ("docker-compose.yml", "[".repeat(50_000)),
        (".env.example", "A=".repeat(100_000)),
        ("m/1_a.sql", format!("CREATE TABLE a (b int CHECK {})", deep("(", ")"))),
        ("m/1_a.sql", "CREATE TABLE b (c int, LIKE a); ALTER TABLE b RENAME TO a; ".repeat(5_000)),
        ("m/1_a.sql", "INSERT INTO a (b) VALUES ".to_owned() + &"('x'), ".repeat(50_000)),
        ("m/1_a.sql", "$a [b DELIMITER COPY STDIN; CREATE TRIGGER BEGIN ".repeat(20_000)),
        ("a.ts", format!("db.a.findMany({})", deep("{where:", "}"))),
        ("b.ts", format!("db.a.findMany({})", deep("[{a:", "}]"))),
    ] {
        let path = FilePath::new(name);
        let _ = Facts::of(&[SourceText { path: &path, text: text.as_bytes() }]);
    }
}
