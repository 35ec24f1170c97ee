//! Runs with what was kept of the project before, however damaged, against runs that keep nothing.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use auditlint_engine::{CacheFolder, CacheKey, Config, Engine, Kept, RunOptions, Worktree};
use auditlint_source::FilePath;
use proptest::prelude::*;

const SOURCES: [(&str, &str); 5] = [
    ("src/a.ts", "import left from 'left';\nexport const a = process.env.A; // auditlint-ignore process-env: x\n"),
    ("src/b.ts", "fetch('b');\nconst of = new Map<string, number>();\n"),
    ("src/lib.rs", "fn f() { std::env::var(\"A\").unwrap(); }\n"),
    ("schema.prisma", "model Account {\n  id Int @id\n  access_token String\n}\n"),
    ("rules/own.yml", "id: own\nlanguage: TypeScript\nmessage: m\nseverity: error\nrule: {pattern: fetch($A)}\n"),
];

fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in SOURCES {
        fs::create_dir_all(folder.path().join(path).parent().unwrap()).unwrap();
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

/// What a run says, and how many sources it analysed.
fn check(root: &Path, cache: Option<&Path>) -> (String, u64) {
    let files = Worktree::open(root, None).unwrap();
    let packs =
        "packs = [\"recommended\", \"strict-typescript\", \"strict-rust\", \"consistency\"]\nrule-dirs = [\"rules\"]\n";
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), packs);
    let key = CacheKey::of_words("tests");
    let kept = cache.map(|cache| Arc::new(Kept::open(CacheFolder::at(cache, Path::new("/root")), &key)));
    let options = RunOptions { kept: kept.clone(), ..RunOptions::default() };
    let engine = Engine::load(&files, config, options, problems);
    let report = engine.snapshot(&files).check(&|| None, &|_| {});
    (format!("{report:?}"), kept.map_or(0, |kept| kept.counts().analysed))
}

#[test]
fn damage_changes_no_result() {
    let (project, cache) = (project(), tempfile::tempdir().unwrap());
    let expected = check(project.path(), None).0;
    assert_eq!(check(project.path(), Some(cache.path())).0, expected);
    let path = fs::read_dir(cache.path()).unwrap().map(|entry| entry.unwrap().path());
    let path = path.into_iter().find(|path| path.to_str().unwrap().ends_with("-results")).unwrap();
    let whole = fs::read(&path).unwrap();
    assert_eq!(check(project.path(), Some(cache.path())), (expected.clone(), 0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 60, ..ProptestConfig::default() });
    let damage = (0..whole.len(), 1..=u8::MAX, 0..whole.len());
    let result = runner.run(&damage, |(at, bits, length)| {
        let mut bytes = whole.clone();
        bytes[at] ^= bits;
        if bits % 4 == 0 {
            bytes.truncate(length);
        }
        fs::write(&path, bytes).unwrap();
        let (damaged, _) = check(project.path(), Some(cache.path()));
        prop_assert_eq!(&damaged, &expected);
        // And what that run has written is whole again.
        let (again, _) = check(project.path(), Some(cache.path()));
        prop_assert_eq!(&again, &expected);
        Ok(())
    });
    assert_eq!(result, Ok(()));
}
