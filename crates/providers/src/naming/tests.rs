//! Names of files, and which of them are unusual.

use auditlint_facts::{ProjectScope, Provider};
use auditlint_source::FilePath;

use super::Naming;

#[track_caller]
fn check(files: &[&str], unusual: &[&str]) {
    let mut files: Vec<FilePath> = files.iter().map(|path| FilePath::new(path)).collect();
    files.sort();
    let relation = Naming.derive(&[], &ProjectScope::new(&files, &|_| false)).remove(0);
    let found = relation.rows.iter().filter(|row| row.values[3].is_written("true"));
    assert_eq!(found.map(|row| row.path.as_str()).collect::<Vec<_>>(), unusual);
}

#[test]
fn what_differs_from_nearly_all() {
    let many: Vec<String> = (0..14).map(|number| format!("src/user-list{number}.ts")).collect();
    let mut files: Vec<&str> = many.iter().map(String::as_str).collect();
    files.extend([
        "src/userForm.ts",
        "src/index.ts",
        "src/[id].ts",
        "src/_app.ts",
        "src/types.d.ts",
        "src/Card.tsx",
        "src/migrations/addUsers.ts",
        "vite.config.ts",
    ]);
    check(&files, &["src/userForm.ts"]);
    // Another package has names of its own.
    files.extend(["other/package.json", "other/userForm.ts"]);
    check(&files, &["src/userForm.ts"]);
    check(&["src/a-b.ts", "src/cD.ts"], &[]);
}
