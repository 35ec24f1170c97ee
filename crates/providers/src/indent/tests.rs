//! Lines, and what asks for another indentation.

use crate::testing::facts;

/// The rows: file, character, lines, whether it fits, what was read.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let rows = &facts.relation("indent.lines").expect("the provider was asked").rows;
    let shown = rows.iter().map(|row| {
        let texts: Vec<String> = row.values.iter().map(ToString::to_string).collect();
        format!("{} {}", row.path, texts.join(", "))
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

const SPACES: &str = "f(\n  1,\n  2,\n);\n";
const TABS: &str = "f(\n\t1,\n);\n";

#[test]
fn lines_without_configuration() {
    check(&[("a.ts", SPACES)], &["a.ts spaces, 2 lines, false, nothing that is read says with what"]);
    check(&[("a.ts", TABS)], &["a.ts tabs, 1 line, true, nothing that is read says with what"]);
    check(&[("a.ts", "/*\n * a\n */\nconst a = `\n  b\n`;\n  \n")], &[]);
    // Spaces behind tabs align.
    check(&[("a.ts", "f(\n\t  1,\n);\n")], &["a.ts tabs, 1 line, true, nothing that is read says with what"]);
}

#[test]
fn biome() {
    let biome = |text| ("biome.json", text);
    let spaces = "{ \"formatter\": { \"indentStyle\": \"space\" } }";
    check(&[("a.ts", SPACES), biome(spaces)], &["a.ts spaces, 2 lines, true, `biome.json` asks for spaces"]);
    check(&[("a.ts", TABS), biome(spaces)], &["a.ts tabs, 1 line, false, `biome.json` asks for spaces"]);
    let of_language = "{ // c\n \"formatter\": { \"indentStyle\": \"space\" }, \"javascript\": { \"formatter\": { \"indentStyle\": \"tab\" } } }";
    check(
        &[("a.ts", SPACES), ("biome.jsonc", of_language)],
        &["a.ts spaces, 2 lines, false, `biome.jsonc` asks for tabs"],
    );
    let off = "{ \"formatter\": { \"enabled\": false, \"indentStyle\": \"space\" } }";
    check(&[("a.ts", SPACES), biome(off)], &["a.ts spaces, 2 lines, false, nothing that is read says with what"]);
    let overridden = "{ \"formatter\": { \"indentStyle\": \"tab\" }, \"overrides\": [{ \"includes\": [\"src/**\", \"!src/b.ts\"], \"formatter\": { \"indentStyle\": \"space\" } }] }";
    check(
        &[("src/a.ts", SPACES), ("src/b.ts", SPACES), biome(overridden)],
        &[
            "src/a.ts spaces, 2 lines, true, `biome.json` asks for spaces",
            "src/b.ts spaces, 2 lines, false, `biome.json` asks for tabs",
        ],
    );
    // The nearest one counts.
    check(
        &[("p/a.ts", SPACES), biome("{ \"formatter\": { \"indentStyle\": \"tab\" } }"), ("p/biome.json", spaces)],
        &["p/a.ts spaces, 2 lines, true, `p/biome.json` asks for spaces"],
    );
}

#[test]
fn editor_config() {
    let editor = |text| (".editorconfig", text);
    check(
        &[("src/a.ts", SPACES), editor("root = true\n[*]\nindent_style = tab\n[*.{js,ts}]\nIndent_Style = Space\n")],
        &["src/a.ts spaces, 2 lines, true, `.editorconfig` asks for spaces"],
    );
    check(
        &[("src/a.ts", SPACES), editor("[*]\nindent_style = space\n[lib/**]\nindent_style = tab\n")],
        &["src/a.ts spaces, 2 lines, true, `.editorconfig` asks for spaces"],
    );
    check(
        &[("src/a.ts", SPACES), editor("[*]\nindent_style = space\n"), ("src/.editorconfig", "root = true\n")],
        &["src/a.ts spaces, 2 lines, false, nothing that is read says with what"],
    );
    check(
        &[("a.ts", SPACES), editor("[*.md]\nindent_style = space\n[*]\nindent_style = unset\n")],
        &["a.ts spaces, 2 lines, false, nothing that is read says with what"],
    );
    // A formatter writes the lines, so it decides.
    check(
        &[
            ("a.ts", TABS),
            editor("[*]\nindent_style = space\n"),
            ("biome.json", "{ \"formatter\": { \"indentStyle\": \"tab\" } }"),
        ],
        &["a.ts tabs, 1 line, true, `biome.json` asks for tabs"],
    );
}
