//! Texts and the commands that they run.

use auditlint_source::FilePath;

use super::*;

fn shown(text: &str) -> String {
    text.replace(ANY, "?").replace(PROJECT, "{project}").replace(START, "{start}")
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let setting = WordContext {
        variables: [("DIR".to_owned(), "tools".to_owned())].into_iter().collect(),
        file: Some(FilePath::new("scripts/ci/run.sh")),
    };
    let script = read(text, &setting, &mut Parser::default());
    assert!(script.is_whole, "{text}");
    let show = |command: &Command| {
        let words: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let folder = command.folder.as_deref().unwrap_or("?");
        let may_fail = if command.may_fail { " (may fail)" } else { "" };
        shown(&format!("{folder}: {}{may_fail}", words.join(" ")))
    };
    assert_eq!(script.commands.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn words_and_folders() {
    check("A=1 npm run 'a b' \"c\" d$E | tee x", &[": npm run a b c d?", ": tee x"]);
    check("cd web && npm test; cd ../api; ls", &[": cd web", "web: npm test", "web: cd ../api", "web/../api: ls"]);
    check("(cd a && b); c", &[": cd a", "a: b", ": c"]);
    check(
        "pushd a\nb\npushd c && d\npopd\ne\npopd\nf",
        &[": pushd a", "a: b", "a: pushd c", "a/c: d", "a/c: popd", "a: e", "a: popd", ": f"],
    );
    check("popd; a", &[": popd", "?: a"]);
    check("cd $X && b; cd /y && c", &[": cd ?", "?: b", "?: cd /y", "?: c"]);
    check(
        "a || b && ! c; if d; then e; fi",
        &[": a (may fail)", ": b (may fail)", ": c (may fail)", ": d (may fail)", ": e (may fail)"],
    );
    check("test -f a && bash a && c", &[": test -f a", ": bash a (may fail)", ": c (may fail)"]);
    check("a && [ -d b ] && c", &[": a", ": c (may fail)"]);
    check("command -v a && a; testing && b", &[": command -v a", ": a (may fail)", ": testing", ": b"]);
    check("a > b 2>&1; a <<< c", &[": a", ": a"]);
    check("a \\\n  b", &[": a b"]);
    assert_eq!(commands("a ( b", &mut Parser::default()), None);
}

#[test]
fn variables_and_folders_of_scripts() {
    check("$DIR/a \"${DIR}/b c\"", &[": tools/a tools/b c"]);
    check("$GITHUB_WORKSPACE/a ${CI_PROJECT_DIR}/b", &[": {project}/a {project}/b"]);
    check("R=$(pwd); cd web; $R/a $PWD/b", &[": pwd", ": cd web", "web: {start}/a {start}/web/b"]);
    check("\"$(dirname \"$0\")\"/a.sh", &[": {project}/scripts/ci/a.sh", ": dirname {project}/scripts/ci/run.sh"]);
    check(
        "D=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")/..\" && pwd)\"\nE=\"$D/explain\"\npsql -f \"$E\"/a.sql",
        &[
            ": cd {project}/scripts/ci/..",
            ": dirname {project}/scripts/ci/run.sh",
            "{project}/scripts/ci/..: pwd",
            ": psql -f {project}/scripts/ci/../explain/a.sql",
        ],
    );
    check(
        "cd \"$(git rev-parse --show-toplevel)/a\"\nb",
        &[": cd {project}/a", ": git rev-parse --show-toplevel", "{project}/a: b"],
    );
    check("a ${X:-b/c} ${DIR:-d} ${X#d}", &[": a b/c tools ?"]);
    check("A=1; A=$A$A; b $A", &[": b 11"]);
}

#[test]
fn loops_and_arrays() {
    check("for f in a b/*.sql; do psql -f \"$f\"; done", &[": psql -f a", ": psql -f b/*.sql"]);
    check("L=(a b)\nL+=(c)\nfor f in \"${L[@]}\"; do x $f; done", &[": x a", ": x b", ": x c"]);
    check("if a; then X=b; else X=c; fi; $X d", &[": a (may fail)", ": b d", ": c d"]);
    check("for f in $(ls); do x $f; done", &[": ls", ": x ?"]);
}

#[test]
fn long_and_deep_texts_end() {
    let doubled = format!("A=aaaaaaaaaa\n{}x $A", "A=$A$A\n".repeat(1000));
    assert!(!read(&doubled, &WordContext::default(), &mut Parser::default()).commands.is_empty());
    let entered = read(&"cd a\n".repeat(20_000), &WordContext::default(), &mut Parser::default());
    assert!(entered.commands.last().unwrap().folder.is_none());
    let looped = format!("for f in {}; do\n{}done", "a ".repeat(64), "x $f\n".repeat(20_000));
    assert!(read(&looped, &WordContext::default(), &mut Parser::default()).commands.len() < 40_000);
    let long = format!("bash -c '{}'", "echo a; ".repeat(1_000));
    assert!(read(&long, &WordContext::default(), &mut Parser::default()).commands[0].words[2].text.len() > 7_000);
    let deep = format!("{}a{}", "$(b ".repeat(5_000), ")".repeat(5_000));
    let _ = read(&deep, &WordContext::default(), &mut Parser::default());
    let nested = format!("{}x{}", "if a; then ".repeat(5_000), "; fi".repeat(5_000));
    let _ = read(&nested, &WordContext::default(), &mut Parser::default());
}
