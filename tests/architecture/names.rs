//! One word for one thing: a type does not share its name with another one, in whatever crate or module, private ones included.

use std::collections::BTreeMap;

use super::sources;

/// Names that several modules may give, and why.
const MAY_REPEAT: [(&str, &str); 1] =
    [("Facts", "what one provider reads in one source: each provider has such facts, in a type of its own")];

/// Modules that write the format of another tool in the words of that format, which may be words of ours too.
const FOREIGN: [&str; 3] = ["crates/report/src/gitlab.rs", "crates/report/src/rdjson.rs", "crates/report/src/sarif/"];

/// The names of the types and traits that a text declares, but for those of its unit tests.
fn declared(text: &str) -> impl Iterator<Item = &str> {
    let text = &text[..text.find("#[cfg(test)]\nmod ").unwrap_or(text.len())];
    text.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        let (keyword, name) = match words[..] {
            [visible, keyword, name] if visible.starts_with("pub") => (keyword, name),
            [keyword, name, ..] => (keyword, name),
            _ => return None,
        };
        // What an implementation names `type` belongs to its trait.
        let is_declared = match keyword {
            "struct" | "enum" | "trait" | "union" => true,
            "type" => !line.starts_with(' '),
            _ => false,
        };
        let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
        (is_declared && name.starts_with(char::is_uppercase)).then_some(&name[..end])
    })
}

#[test]
fn two_types_do_not_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let texts = sources("crates").into_iter().filter(|(path, _)| {
        let is_test = path.contains("/tests.rs") || path.contains("/tests_") || path.contains("/tests/");
        path.contains("/src/") && !is_test && !FOREIGN.iter().any(|foreign| path.starts_with(foreign))
    });
    for (path, text) in texts {
        for name in declared(&text) {
            places.entry(name.to_owned()).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 1_000, "types are not found any more");
    let mut wrong = Vec::new();
    for (name, places) in &places {
        let may_repeat = MAY_REPEAT.iter().any(|(known, _)| known == name);
        if places.len() > 1 && !may_repeat {
            wrong.push(format!("`{name}` stands for several things: {}", places.join(", ")));
        }
    }
    for (name, reason) in MAY_REPEAT {
        assert!(!reason.is_empty());
        if places.get(name).is_none_or(|places| places.len() < 2) {
            wrong.push(format!("`{name}` stands for one thing; take it out of the list"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_declaration_is_told_from_what_only_looks_like_one() {
    let text = "pub(crate) struct A<'a>(&'a str);\nenum B {\n    type C = u8;\n}\ntype D = u8;\n// struct E\nlet struct_ = F;\npub trait G: H {}\n";
    assert_eq!(declared(text).collect::<Vec<_>>(), ["A", "B", "D", "G"]);
}
