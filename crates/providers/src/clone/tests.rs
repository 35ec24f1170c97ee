//! Blocks that stand in several places.

use std::fmt::Write as _;

use crate::testing::facts;

/// The blocks that are found: how, lines, places with their lines.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let blocks = &facts.relation("clone.block").expect("the provider was asked").rows;
    let places = &facts.relation("clone.place").expect("the provider was asked").rows;
    let line = |path: &str, at: u32| {
        let text = files.iter().find(|(known, _)| *known == path).map_or("", |(_, text)| text);
        text[..at as usize].matches('\n').count() + 1
    };
    let shown = blocks.iter().map(|row| {
        let mut text = format!("{} {}", row.values[1].text(), row.values[3]);
        for place in places.iter().filter(|place| place.values[..2] == row.values[..2]) {
            let (start, end) = (line(place.path.as_str(), place.span.start), line(place.path.as_str(), place.span.end));
            let _ = write!(text, " {}:{start}-{end}", place.path);
        }
        text
    });
    assert_eq!(shown.collect::<Vec<_>>(), expected);
}

const BODY: &str = "  const found = list.filter((item) => item.state === 'open');
  for (const item of found) {
    await send(item.id, { at: now, by: user });
  }
  return found.length > 0 ? found[0] : undefined;
";

fn function(name: &str) -> String {
    format!("// {name}\nexport async function {name}(list: Item[]) {{\n{BODY}}}\n")
}

#[test]
fn identical_blocks() {
    let (one, two) = (function("one"), function("two"));
    check(&[("a.ts", &one), ("b.ts", &two)], &["identical 6 a.ts:3-8 b.ts:3-8"]);
    let (both, three) = (format!("{one}\n{two}"), function("three"));
    check(&[("a.ts", &both), ("b.ts", &three)], &["identical 6 a.ts:3-8 a.ts:12-17 b.ts:3-8"]);
    // White space and comments are not tokens.
    let spaced = one.replace("  for", "\n  // each of them\n  for").replace("(item)", "( item )");
    check(&[("a.ts", &one), ("b.ts", &spaced)], &["identical 7 a.ts:2-8 b.ts:2-10"]);
}

#[test]
fn renamed_blocks() {
    let one = function("one");
    let other = one.replace("found", "matching").replace("item", "entry").replace("send", "submit");
    check(&[("a.ts", &one), ("b.ts", &other)], &["renamed 7 a.ts:2-8 b.ts:2-8"]);
    // One name for two is not a renaming.
    let mixed = one.replacen("found", "matching", 1);
    check(&[("a.ts", &one), ("b.ts", &mixed)], &["renamed 2 a.ts:2-3 b.ts:2-3", "identical 5 a.ts:4-8 b.ts:4-8"]);
}

#[test]
fn what_is_no_block() {
    let imports: String = (0..12).map(|at| format!("import {{ a{at}, b{at} }} from './m{at}';\n")).collect();
    check(&[("a.ts", &imports), ("b.ts", &imports)], &[]);
    let exports = "export {\n  a, b, c, d, e, f, g, h, i, j, k, l, m, n, o,\n} from './all';\n";
    check(&[("a.ts", exports), ("b.ts", exports)], &[]);
    let licence = "/*\n * one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen\n * one two three four five six seven eight nine ten\n */\n";
    check(&[("a.ts", licence), ("b.ts", licence)], &[]);
    let uses = "use a::{b, c, d, e, f, g, h};\npub use a::{b, c, d, e, f, g, h, i, j, k, l, m, n};\n";
    check(&[("src/a.rs", uses), ("src/b.rs", uses)], &[]);
    let one = function("one");
    check(&[("a.ts", &one), ("a.test.ts", &one)], &[]);
    check(&[("a.ts", &one), ("b.ts", &format!("// @generated\n{one}"))], &[]);
    check(&[("a.ts", "const a = 1;\n"), ("b.ts", "const a = 1;\n")], &[]);
}

#[test]
fn blocks_of_rust() {
    let one = "fn one<'a>(list: &'a [Item]) -> Option<&'a Item> {\n    let open = list.iter().filter(|item| item.state == 'x');\n    open.max_by_key(|item| item.rank)\n}\n";
    check(&[("src/a.rs", one), ("src/b.rs", &one.replace("one", "two"))], &["identical 3 src/a.rs:2-4 src/b.rs:2-4"]);
}

#[test]
fn tests_inside_of_rust() {
    let body = "    let open = list.iter().filter(|item| item.state == 'x');\n    let most = open.max_by_key(|item| item.rank);\n    assert!(most.is_some(), \"{most:?}\");\n";
    let tests = format!("#[cfg(test)]\nmod tests {{\n    #[test]\n    fn one() {{\n{body}    }}\n}}\n");
    check(&[("src/a.rs", &tests), ("src/b.rs", &tests)], &[]);
    let inner = format!("#![cfg(test)]\nfn one() {{\n{body}}}\n");
    check(&[("src/a.rs", &inner), ("src/b.rs", &inner)], &[]);
    let alone = format!("#[tokio::test]\n#[ignore]\nasync fn one() {{\n{body}}}\n");
    check(&[("src/a.rs", &alone), ("src/b.rs", &alone)], &[]);
    // What stands behind a test, and what tests and others share.
    let behind = format!("#[cfg(test)]\nuse a::b;\n#[cfg(any(test, feature = \"x\"))]\nfn one() {{\n{body}}}\n");
    check(&[("src/a.rs", &behind), ("src/b.rs", &behind)], &["identical 6 src/a.rs:3-8 src/b.rs:3-8"]);
    let field = format!("struct A {{\n    #[cfg(test)]\n    b: B,\n}}\nfn one() {{\n{body}}}\n");
    check(&[("src/a.rs", &field), ("src/b.rs", &field)], &["identical 6 src/a.rs:4-9 src/b.rs:4-9"]);
}

#[test]
fn a_run_of_one_token_takes_linear_work() {
    let many = format!("const a = [{}];\n", "1, ".repeat(20_000));
    let facts = facts(&[("a.ts", &many), ("b.ts", &many)]);
    let blocks = &facts.relation("clone.block").expect("the provider was asked").rows;
    // Each half of a run, and the file as a whole.
    assert!(blocks.len() < 20, "{}", blocks.len());
}

#[test]
fn places_of_a_part_of_a_block() {
    let long = function("one");
    // The end of a file agrees with the beginning of the block alone.
    let part: String = long.lines().take(5).map(|line| format!("{line}\n")).collect();
    check(&[("a.ts", &long), ("b.ts", &long), ("c.ts", &part)], &["identical 7 a.ts:2-8 b.ts:2-8 c.ts:2-5"]);
}
