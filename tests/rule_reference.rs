//! The reference of the book is written from what the program says of its rules, relations and keys of the configuration.
//!
//! `SNAPSHOTS=overwrite cargo test --test rule_reference` writes the pages; without it a page that differs is a failure.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use auditlint_engine::{Settings, inline_toml};
use auditlint_packs::packs;
use auditlint_rules::{Example, Role, Rule, RuleBody};
use auditlint_source::document::{DocumentValue, KeyShape, SettingTable, TableShape, ValueShape};
use auditlint_syntax::Language;
use snapbox::data::DataFormat;
use snapbox::{Assert, Data};

/// About the relations that no provider gives.
const TASKS: &str = "What was read from the files that `[[tasks]]` names; see [Tasks](../guide/tasks.md).";
const FOLDER: &str = "docs/src/reference/rules";
const BEGIN: &str = "<!-- begin: rules (written by tests/rule_reference.rs) -->\n";
const END: &str = "<!-- end: rules -->\n";

#[test]
fn pages_are_what_the_rules_say() {
    let mut names = BTreeSet::new();
    let mut same = true;
    for (name, text) in pages() {
        same &= agrees(&folder().join(&name), &text);
        names.insert(name);
    }
    assert!(same, "run `SNAPSHOTS=overwrite cargo test --test rule_reference`");
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(names.contains(&name), "{FOLDER}/{name} is about a rule that no longer ships; delete it");
    }
}

#[test]
fn the_summary_lists_the_pages() {
    let path = root().join("docs/src/SUMMARY.md");
    let summary = fs::read_to_string(&path).unwrap();
    let (before, rest) = summary.split_once(BEGIN).expect("SUMMARY.md has the mark where the rules begin");
    let (_, after) = rest.split_once(END).expect("SUMMARY.md has the mark where the rules end");
    let mut list = String::from("- [All rules](reference/rules/index.md)\n");
    for (pack, rules) in by_pack() {
        let _ = writeln!(list, "- [Pack {pack}](reference/rules/pack-{pack}.md)");
        for rule in rules {
            let _ = writeln!(list, "  - [{0}](reference/rules/{0}.md)", rule.id);
        }
    }
    let expected = format!("{before}{BEGIN}{list}{END}{after}");
    assert!(agrees(&path, &expected), "run `SNAPSHOTS=overwrite cargo test --test rule_reference`");
}

#[test]
fn the_page_of_relations_is_what_the_providers_say() {
    let mut text = String::from(
        "# Relations\n\nWhat [rules over several files](../guide/facts.md) read, and `auditlint facts RELATION` prints.\n",
    );
    let mut section = String::new();
    for relation in auditlint_providers::known_relations().iter() {
        let name = relation.provider();
        if name != section {
            name.clone_into(&mut section);
            let provider = auditlint_providers::providers().iter().find(|provider| provider.name() == name);
            let about = provider.map_or(TASKS, |provider| provider.about());
            let _ = write!(text, "\n## {name}\n\n{about}\n");
        }
        let _ = write!(text, "\n### `{}`\n\n{}\n\n| column | |\n|---|---|\n", relation.name, relation.about);
        for (column, about) in relation.columns() {
            let _ = writeln!(text, "| `{column}` | {about} |");
        }
    }
    assert!(
        agrees(&root().join("docs/src/reference/facts.md"), &text),
        "run `SNAPSHOTS=overwrite cargo test --test rule_reference`"
    );
}

#[test]
fn the_page_of_the_configuration_is_what_its_keys_say() {
    let mut text = String::from(
        "# Configuration keys\n\nEvery key of `auditlint.toml`. The guide to [configuration](../guide/configuration.md) says where the file \
         stands and what globs mean.\nWhere a list is expected, a single value will do.\n",
    );
    let shape = Settings::table();
    for key in &shape.keys {
        let heading = heading(key);
        let _ = write!(text, "\n## {}\n\n{}\n", heading.as_deref().unwrap_or(key.name), key.about);
        let Some(table) = table_below(&key.shape) else {
            text.push_str(&describe(key));
            continue;
        };
        let heading = heading.unwrap_or_default().replace("ID", "process-env");
        let examples: Vec<&str> = table.keys.iter().map(|key| key.example).collect();
        let _ = write!(text, "\n```toml\n{heading}\n{}\n```\n", examples.join("\n"));
        for inner in &table.keys {
            let _ = write!(text, "\n### {} {}\n\n{}\n", key.name, inner.name, inner.about);
            text.push_str(&describe(inner));
            let between = if matches!(inner.shape, ValueShape::Map { .. }) { ".ID." } else { "." };
            for below in table_below(&inner.shape).iter().flat_map(|table| &table.keys) {
                let _ = write!(text, "\n`{}{between}{}`: {}\n", inner.name, below.name, below.about);
                text.push_str(&describe(below));
            }
        }
    }
    assert!(
        agrees(&root().join("docs/src/reference/configuration.md"), &text),
        "run `SNAPSHOTS=overwrite cargo test --test rule_reference`"
    );
}

/// What opens the tables of a key.
fn heading(key: &KeyShape) -> Option<String> {
    match &key.shape {
        ValueShape::Map { name, .. } => Some(format!("[{}.{name}]", key.name)),
        ValueShape::OneOrMany { .. } if key.shape.is_section() => Some(format!("[[{}]]", key.name)),
        shape => shape.is_section().then(|| format!("[{}]", key.name)),
    }
}

/// The table that a value is, or holds.
fn table_below(shape: &ValueShape) -> Option<&TableShape> {
    match shape {
        ValueShape::Table(table) => Some(table),
        ValueShape::Map { value: inner, .. } | ValueShape::OneOrMany { item: inner, .. } => table_below(inner),
        _ => None,
    }
}

/// Type, default and example of a key.
fn describe(key: &KeyShape) -> String {
    let mut text = format!("\n- type: {}\n", key.shape.describe());
    match &key.default {
        _ if key.required => text.push_str("- required\n"),
        DocumentValue::Null | DocumentValue::Map(_) => {}
        value => {
            let _ = writeln!(text, "- default: `{}`", inline_toml(value));
        }
    }
    if table_below(&key.shape).is_none() {
        let _ = write!(text, "\n```toml\n{}\n```\n", key.example);
    }
    text
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join(FOLDER)
}

/// Whether a file holds a text; writes it where that is asked for.
#[expect(clippy::print_stdout, reason = "a failing test shows the difference")]
fn agrees(path: &Path, text: &str) -> bool {
    let actual = Data::text(text.to_owned()).raw();
    let result =
        Assert::new().action_env("SNAPSHOTS").try_eq(None, actual, Data::read_from(path, Some(DataFormat::Text)).raw());
    if let Err(difference) = &result {
        println!("{difference}");
    }
    result.is_ok()
}

/// Packs in their order, each with its rules by id.
fn by_pack() -> Vec<(&'static str, Vec<Rule>)> {
    packs().iter().map(|pack| (pack.name, pack.rules().into_iter().map(|compiled| compiled.rule).collect())).collect()
}

/// Every page: its file name and its text.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    let mut index = String::from(
        "# All rules\n\nThe rules that ship with auditlint, by pack. A pack is turned on with `packs`, a single rule with a table of its\n\
         own; see [Rules and packs](../../guide/rules-and-packs.md).\n",
    );
    for (pack, rules) in by_pack() {
        let table = table(&rules);
        let on = if packs().iter().any(|known| known.name == pack && known.default) {
            "It is on where nothing is configured."
        } else {
            "It is off until the configuration turns it on."
        };
        let also = also(pack);
        pages.push((format!("pack-{pack}.md"), format!("# Pack {pack}\n\n{on}\n\n{table}{also}")));
        let _ = write!(index, "\n## {pack}\n\n{table}");
        pages.extend(rules.iter().map(|rule| (format!("{}.md", rule.id), page(rule))));
    }
    pages.push(("index.md".to_owned(), index));
    pages
}

/// The rules of other packs that a pack turns on.
fn also(pack: &str) -> String {
    let also = packs().iter().find(|known| known.name == pack).map_or(&[][..], |pack| pack.also);
    if also.is_empty() {
        return String::new();
    }
    let all = by_pack().into_iter().flat_map(|(_, rules)| rules);
    let others: Vec<Rule> = all.filter(|rule| also.contains(&rule.id.as_str())).collect();
    format!("\n## Turned on as well\n\nThese belong to other packs.\n\n{}", table(&others))
}

fn table(rules: &[Rule]) -> String {
    let mut text = String::from("| rule | severity | languages | finds |\n|---|---|---|---|\n");
    for rule in rules {
        let message = rule.message.replace('|', "\\|");
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} | {2} | {message} |", rule.id, rule.level, languages(rule));
    }
    text
}

/// The languages, without those that another covers.
fn languages(rule: &Rule) -> String {
    let has_typescript = rule.languages.contains(&Language::TypeScript);
    let names: Vec<&str> = rule
        .languages
        .iter()
        .filter(|language| !(has_typescript && **language == Language::Tsx))
        .map(|language| language.name())
        .collect();
    if names.is_empty() { "any".to_owned() } else { names.join(", ") }
}

/// The options of a rule, with what to write to set one.
fn options(rule: &Rule) -> String {
    let mut text = String::new();
    for option in rule.options.iter() {
        let heading = if text.is_empty() { "\n## Options\n" } else { "" };
        let (default, about) = (inline_toml(&option.default.value()), option.about.trim());
        let _ = write!(text, "{heading}\n### {}\n\n{about}\n\n- type: {}\n", option.name, option.describe());
        let example = option.one_of.iter().find(|word| !option.default.is(word));
        let example = example.map_or_else(|| default.clone(), |word| inline_toml(&DocumentValue::Text(word.clone())));
        let _ = write!(
            text,
            "- default: `{default}`\n\n```toml\n[rules.{}.options]\n{} = {example}\n```\n",
            rule.id, option.name
        );
    }
    text
}

fn page(rule: &Rule) -> String {
    let roles: Vec<&str> = rule.roles.iter().map(Role::name).collect();
    let mut text = format!("# {}\n\n{}\n\n", rule.id, sentence(&rule.message));
    let _ = writeln!(text, "| | |\n|---|---|");
    if let Some(pack) = &rule.pack {
        let _ = writeln!(text, "| pack | [{pack}](pack-{pack}.md) |");
    }
    let _ = writeln!(text, "| severity | `{}` |", rule.level);
    let _ = writeln!(text, "| confidence | `{}` |", rule.confidence);
    if rule.checks().is_empty() {
        let _ = writeln!(text, "| languages | {} |", languages(rule));
    } else {
        let relations = rule.relations().into_iter().map(|name| format!("[`{name}`](../facts.md)"));
        let _ = writeln!(text, "| reads | {} |", relations.collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(text, "| looks in | {} files |", roles.join(", "));
    if let Some(fix) = rule.fix_in_words() {
        let _ = writeln!(text, "| fix | {fix} |");
    }
    if !rule.cwe.is_empty() {
        let link = |number: &u32| format!("[CWE-{number}](https://cwe.mitre.org/data/definitions/{number}.html)");
        let _ = writeln!(text, "| weakness | {} |", rule.cwe.iter().map(link).collect::<Vec<_>>().join(", "));
    }
    if let Some(since) = &rule.since {
        let _ = writeln!(text, "| since | {since} |");
    }
    if matches!(rule.body, RuleBody::Native(_)) {
        let _ = writeln!(text, "| written in | Rust |");
    }
    for (title, part) in [("Why", &rule.why), ("Instead", &rule.instead), ("Note", &rule.note)] {
        if let Some(part) = part {
            let _ = write!(text, "\n## {title}\n\n{}\n", part.trim_end());
        }
    }
    text.push_str(&options(rule));
    for (title, lead, examples) in [
        ("Found", "Between `«` and `»` stands what is reported.", &rule.examples.bad),
        ("Not found", "Nothing is reported here.", &rule.examples.good),
    ] {
        if examples.is_empty() {
            continue;
        }
        let _ = write!(text, "\n## {title}\n\n{lead}\n");
        for example in examples {
            for part in example.parts() {
                text.push_str(&block(rule, part));
            }
        }
    }
    if let Some(url) = &rule.url {
        let _ = write!(text, "\n## Read more\n\n<{url}>\n");
    }
    text
}

/// A message as a sentence.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first = chars.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    let full_stop = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{full_stop}", chars.as_str())
}

/// An example with its marks put back.
fn block(rule: &Rule, example: &Example) -> String {
    let mut marks: Vec<(u32, char)> = Vec::new();
    for span in &example.expected {
        marks.extend([(span.start, '«'), (span.end, '»')]);
    }
    // At one place an end comes before a beginning.
    marks.sort_by_key(|(at, mark)| (*at, *mark == '«'));
    let mut code = example.code.clone();
    for (at, mark) in marks.iter().rev() {
        code.insert(*at as usize, *mark);
    }
    let language = example.language.or(rule.languages.first().copied());
    let extension = example.path.as_ref().and_then(|path| path.extension());
    let fence = match language {
        None => extension.unwrap_or_default(),
        Some(Language::Rust) => "rust,ignore",
        Some(Language::Tsx) => "tsx",
        Some(Language::JavaScript) => "js",
        Some(Language::TypeScript) => "ts",
        Some(Language::Shell) => "sh",
        Some(Language::Python) => "python",
    };
    let path = example.path.as_ref().map(|path| format!("In `{path}`:\n\n")).unwrap_or_default();
    format!("\n{path}```{fence}\n{}\n```\n", code.trim_end())
}
