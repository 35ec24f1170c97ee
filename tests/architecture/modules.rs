//! Modules of a crate use each other in one direction: what stands in a circle can only be understood, and changed, as a whole.

use std::collections::{BTreeMap, BTreeSet};

use super::sources;

/// Modules of one crate that may use each other in a circle, and why.
const CIRCLES: [(&str, &[&str], &str); 3] = [
    (
        "source",
        &["document::setting", "document::shape", "document::table"],
        "a setting may be a table, and a table holds settings",
    ),
    ("matcher", &["matching", "rewrite"], "a rewriter matches and fixes as a rule does, for the fix of a rule"),
    ("engine", &["worktree", "worktree::replace"], "the methods of one worktree"),
];

/// A module: the names from the root of its crate.
type Module = Vec<String>;

#[test]
fn modules_go_one_way() {
    let mut allowed = BTreeSet::new();
    let mut wrong = Vec::new();
    for name in super::MAY_IMPORT.iter().map(|(name, _)| *name).chain(["cli"]) {
        for circle in Crate::read(name).circles() {
            let circle: Vec<String> = circle.iter().map(|module| shown(module)).collect();
            let is_allowed = |(of, modules, _): &(&str, &[&str], &str)| {
                *of == name && circle.iter().all(|module| modules.contains(&module.as_str()))
            };
            match CIRCLES.iter().position(is_allowed) {
                Some(at) => drop(allowed.insert(at)),
                None => wrong.push(format!("`{name}`: {} use each other in a circle", circle.join(", "))),
            }
        }
    }
    for (at, (name, modules, reason)) in CIRCLES.iter().enumerate() {
        assert!(!reason.is_empty());
        if !allowed.contains(&at) {
            wrong.push(format!("`{name}`: {} stand in no circle; take them out of the list", modules.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "(root)".to_owned() } else { module.join("::") }
}

/// The modules of a crate with what each uses.
#[derive(Default)]
struct Crate {
    uses: BTreeMap<Module, BTreeSet<Module>>,
}

impl Crate {
    fn read(name: &str) -> Self {
        let folder = format!("crates/{name}/src");
        let mut texts: BTreeMap<Module, String> = BTreeMap::new();
        for (path, text) in sources(&folder) {
            // Tests may use everything.
            if path.ends_with("/tests.rs") || path.ends_with("/testing.rs") {
                continue;
            }
            let inner = path[folder.len() + 1..].strip_suffix(".rs").unwrap();
            let mut module: Module = inner.split('/').map(str::to_owned).collect();
            if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
                module.pop();
            }
            texts.insert(module, plain(&text));
        }
        let mut exported: BTreeMap<Module, Module> = BTreeMap::new();
        for (module, text) in &texts {
            for path in statements(text).filter(|(is_public, _)| *is_public).flat_map(|(_, tree)| paths(&tree)) {
                let (name, target) = (path.name, absolute(module, &path.parts));
                if let Some(target) = target.or_else(|| Some([module.as_slice(), &path.parts].concat())) {
                    exported.insert([module.as_slice(), &[name]].concat(), target);
                }
            }
        }
        let mut found = Self::default();
        for (module, text) in &texts {
            // What is only handed on is used by nobody here.
            let used = statements(text).filter(|(is_public, _)| !is_public);
            let used = used.flat_map(|(_, tree)| paths(&tree)).map(|path| path.parts);
            let imported: BTreeMap<String, Module> = statements(text)
                .flat_map(|(_, tree)| paths(&tree))
                .filter_map(|path| Some((path.name, absolute(module, &path.parts)?)))
                .collect();
            let inline = inline(text, |name| {
                let inside = [module.as_slice(), &[name.to_owned()]].concat();
                if texts.contains_key(&inside) { Some(inside) } else { imported.get(name).cloned() }
            });
            let targets = used.chain(inline).filter_map(|parts| absolute(module, &parts));
            let targets =
                targets.filter_map(|path| defined(&path, &texts, &exported)).filter(|target| target != module);
            found.uses.insert(module.clone(), targets.collect());
        }
        found
    }

    /// The modules that lead to themselves, each with those that it shares a circle with.
    fn circles(&self) -> Vec<BTreeSet<Module>> {
        let reached: BTreeMap<&Module, BTreeSet<&Module>> =
            self.uses.keys().map(|module| (module, self.reached(module))).collect();
        let mut circles: Vec<BTreeSet<Module>> = Vec::new();
        for (module, others) in &reached {
            if circles.iter().any(|circle| circle.contains(*module)) {
                continue;
            }
            let circle: BTreeSet<Module> =
                others.iter().filter(|other| reached[**other].contains(module)).map(|other| (*other).clone()).collect();
            if !circle.is_empty() {
                circles.push(circle);
            }
        }
        circles
    }

    fn reached<'c>(&'c self, module: &'c Module) -> BTreeSet<&'c Module> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&Module> = self.uses[module].iter().collect();
        while let Some(next) = open.pop() {
            if found.insert(next) {
                open.extend(&self.uses[next]);
            }
        }
        found
    }
}

/// The text above the unit tests, without comments, and without what stands in strings and characters.
fn plain(text: &str) -> String {
    let text = &text[..text.find("#[cfg(test)]\nmod ").unwrap_or(text.len())];
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            'r' if rest.starts_with("r\"") => rest[2..].find('"').map_or(rest.len(), |end| end + 3),
            'r' if rest.starts_with("r#\"") => rest.find("\"#").map_or(rest.len(), |end| end + 2),
            '"' => string_end(rest, '"'),
            '\'' if rest[1..].starts_with('\\') || rest[1..].chars().nth(1) == Some('\'') => string_end(rest, '\''),
            _ => {
                plain.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
        };
        plain.push(' ');
        rest = &rest[end..];
    }
    plain
}

/// Where a text in quotes ends, which begins with its quote.
fn string_end(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    text.len()
}

/// The trees of `use` statements, and whether each is for others too.
fn statements(text: &str) -> impl Iterator<Item = (bool, String)> {
    text.match_indices("use ").filter_map(|(at, _)| {
        let before = text[..at].rsplit('\n').next().unwrap_or_default().trim();
        let is_statement = text[..at].ends_with(['\n', ' ']) && (before.is_empty() || before.starts_with("pub"));
        let (tree, _) = text[at + 4..].split_once(';')?;
        is_statement.then(|| (before.starts_with("pub"), tree.to_owned()))
    })
}

/// A path of a `use`, and the name that it has then.
struct Path {
    parts: Module,
    name: String,
}

/// The paths of a tree of a `use`.
fn paths(tree: &str) -> Vec<Path> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), tree.to_owned())];
    while let Some((before, tree)) = open.pop() {
        if let Some((start, inner)) = tree.split_once('{') {
            let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
            let mut depth = 0_usize;
            let parts = inner.split(|letter| {
                match letter {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                letter == ',' && depth == 0
            });
            open.extend(parts.map(|part| (format!("{before}{}", start.trim()), part.to_owned())));
            continue;
        }
        let whole = format!("{before}{}", tree.trim());
        let (path, name) = whole.split_once(" as ").unwrap_or((&whole, whole.rsplit("::").next().unwrap()));
        let parts: Module =
            path.split("::").filter(|part| !part.is_empty() && *part != "*").map(str::to_owned).collect();
        // `use super::#name` is code that a macro writes into another crate.
        if tree.trim().is_empty() || parts.is_empty() || whole.contains('#') {
            continue;
        }
        found.push(Path { parts, name: name.trim().to_owned() });
    }
    found
}

/// Paths in code: those that begin with `crate`, `super` or `self`, and those that begin with a name of which `target` gives the path
/// from the root of the crate.
fn inline(text: &str, target: impl Fn(&str) -> Option<Module>) -> Vec<Module> {
    // A `use` was read before.
    let is_import = |line: &str| line.starts_with("use ") || (line.starts_with("pub") && line.contains(" use "));
    let code = text.split_inclusive(';').flat_map(|part| part.lines().take_while(|line| !is_import(line.trim_start())));
    let text: String = code.flat_map(|line| [line, "\n"]).collect();
    let is_of_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let mut found = Vec::new();
    let words = text.split(|letter| !is_of_path(letter)).filter(|word| word.contains("::") && !word.ends_with(':'));
    for word in words {
        let parts: Module = word.split("::").map(str::to_owned).collect();
        match parts[0].as_str() {
            "crate" | "super" | "self" => found.push(parts),
            first => found.extend(target(first).map(|start| [&["crate".to_owned()], &*start, &parts[1..]].concat())),
        }
    }
    found
}

/// A path from the root of the crate; `None` for those of other crates.
fn absolute(module: &[String], parts: &[String]) -> Option<Module> {
    let (first, mut rest) = parts.split_first()?;
    let mut base = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return None,
    };
    while let Some((_, more)) = rest.split_first().filter(|(part, _)| *part == "super") {
        base.pop();
        rest = more;
    }
    Some([base.as_slice(), rest].concat())
}

/// The module in which a thing is defined, through what other modules hand on.
fn defined(path: &[String], texts: &BTreeMap<Module, String>, exported: &BTreeMap<Module, Module>) -> Option<Module> {
    const MOST_STEPS: usize = 8;
    let mut path = path.to_vec();
    for _ in 0..MOST_STEPS {
        let length = (0..=path.len()).rev().find(|length| texts.contains_key(&path[..*length]))?;
        let handed_on = path.get(..=length).and_then(|start| exported.get(start));
        match handed_on {
            Some(target) => path = [target.as_slice(), &path[length + 1..]].concat(),
            None => return Some(path[..length].to_vec()),
        }
    }
    None
}
