//! What single files run.

use auditlint_source::{Decoded, FilePath};
use auditlint_syntax::Parser;

use super::*;
use crate::read::shell::{ANY, PROJECT, START};

/// Who runs what, and where it stands: `#job @ text: folder: words`.
#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    let (path, mut parser) = (FilePath::new(path), Parser::default());
    let decoded = Decoded::new(text.as_bytes());
    let code = auditlint_syntax::Code::of(&path, decoded.text().as_bytes());
    let source = Source::new(&path, &decoded, code.as_ref(), &mut parser);
    let runs = read(&source, FileKind::of(&path).unwrap());
    let show = |run: &CommandRun| {
        let words: Vec<&str> = run.command.words.iter().map(|word| word.text.as_str()).collect();
        let place = String::from_utf8_lossy(run.span.of(text.as_bytes())).into_owned();
        let line =
            format!("{} @ {place}: {}: {}", run.owner, run.command.folder.as_deref().unwrap_or("?"), words.join(" "));
        line.replace(ANY, "…").replace(PROJECT, "{project}").replace(START, "{start}")
    };
    assert_eq!(runs.commands.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn commands_stand_where_they_are_written() {
    check(
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - run: |\n          cd web\n          npm test && \\\n            npm run lint\n      - run: \"npm test\"\n",
        &[
            "#a @ cd web: {project}: cd web",
            "#a @ npm test: {project}/web: npm test",
            "#a @ npm run lint: {project}/web: npm run lint",
            "#a @ npm test: {project}: npm test",
        ],
    );
}

#[test]
fn lines_that_commands_hand_on() {
    check(
        "web/package.json",
        r#"{"scripts": {"a": "concurrently \"npm:b\" 'bash -c \"c d\"' && git commit -m 'npm test'"}}"#,
        &[
            r#"#a @ "a": {project}/web: concurrently npm:b bash -c "c d""#,
            r#"#a @ "a": {project}/web: git commit -m npm test"#,
            r#"#a @ "a": {project}/web: bash -c c d"#,
            r#"#a @ "a": {project}/web: c d"#,
            r#"#a @ "a": {project}/web: npm run b"#,
        ],
    );
}

#[test]
fn recipes() {
    check(
        "Makefile",
        "X := y\nall: a\n\t@cd $(X) && \\\n\t  ./z $$HOME $(UNKNOWN)\n\n# note\nb c:\n\t-$(MAKE) all\n",
        &[
            "#all @ @cd $(X) && \\: {start}: cd y",
            "#all @ @cd $(X) && \\: {start}/y: ./z … …",
            "#b @ -$(MAKE) all: {start}: make all",
        ],
    );
    check("justfile", "x := 'y'\ncheck a: b\n    @run {{x}} {{a}}\n", &["#check @ @run {{x}} {{a}}: {start}: run y …"]);
    // A recipe that a shell runs as a whole stays in the folder that it went to; any other begins anew on each line.
    check(
        "justfile",
        "a:\n    #!/usr/bin/env bash\n    cd web\n\n    run one\nb:\n    cd web\n    run two\n",
        &[
            "#a @ cd web: {start}: cd web",
            "#a @ run one: {start}/web: run one",
            "#b @ cd web: {start}: cd web",
            "#b @ run two: {start}: run two",
        ],
    );
}
