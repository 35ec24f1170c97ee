//! Sources and rules that a program writes, the same in every run: for benches, and for tests that assert counters.

use std::fmt::Write;

use auditlint_facts::KnownRelations;
use auditlint_matcher::SharedUtils;
use auditlint_rules::{RoleSet, RuleFile, RuleSet};
use auditlint_source::FilePath;
use auditlint_syntax::Language;

/// One source.
pub(crate) struct Source {
    /// Where it would stand.
    pub(crate) path: FilePath,
    /// Its language.
    pub(crate) language: Language,
    /// Its text.
    pub(crate) text: String,
}

/// How many different methods the sources call.
const METHODS: u32 = 600;

/// As many sources of each language, of about 10 KB each.
pub(crate) fn sources(count: u32) -> Vec<Source> {
    let source = |number, name: &str, language, text| Source {
        path: FilePath::new(&format!("src/module_{number}.{name}")),
        language,
        text,
    };
    (0..count)
        .flat_map(|number| {
            [
                source(number, "ts", Language::TypeScript, typescript(number)),
                source(number, "rs", Language::Rust, rust(number)),
            ]
        })
        .collect()
}

/// The number of a method that the `part`th function of a module calls: spread, and every one is called somewhere.
fn method(module: u32, part: u32) -> u32 {
    (module * 37 + part * 7919) % METHODS
}

fn typescript(module: u32) -> String {
    let mut text = String::from("import { Effect, pipe } from \"effect\"\nimport * as Store from \"./store\"\n\n");
    for part in 0..22 {
        let (first, second) = (method(module, part), method(module, part + 100));
        let _ = write!(
            text,
            "/** Part {part} of the work. */\n\
             export const part{part} = async (input: ReadonlyArray<Row{part}>, store: Store.Shape): Promise<Outcome> => {{\n  \
               const chosen = input.filter((row) => row.size > {module} && row.name !== \"none\")\n  \
               const result = await store.step_{first}(chosen, {{ limit: {part}, order: [\"name\", `id-${{store.key}}`] }})\n  \
               if (result.rows.length === 0) {{\n    \
                 return {{ kind: \"empty\", reason: store.step_{second}(result) ?? \"no rows\" }}\n  \
               }}\n  \
               return pipe(result.rows, Effect.forEach((row) => Effect.succeed({{ ...row, part: {part} }})))\n\
             }}\n\n",
        );
    }
    text
}

fn rust(module: u32) -> String {
    let mut text = String::from("use std::collections::BTreeMap;\n\nuse crate::store::{Outcome, Row, Store};\n\n");
    for part in 0..22 {
        let (first, second) = (method(module, part), method(module, part + 100));
        let _ = write!(
            text,
            "/// Part {part} of the work.\n\
             pub(crate) fn part_{part}(input: &[Row], store: &mut Store) -> Result<Outcome, Error> {{\n    \
                 let chosen: Vec<&Row> = input.iter().filter(|row| row.size > {module} && row.name != \"none\").collect();\n    \
                 let result = store.step_{first}(&chosen, {part})?;\n    \
                 if result.rows.is_empty() {{\n        \
                     return Ok(Outcome::Empty {{ reason: format!(\"{{}} rows\", store.step_{second}(&result)) }});\n    \
                 }}\n    \
                 let mut by_name = BTreeMap::new();\n    \
                 for row in &result.rows {{\n        \
                     by_name.entry(row.name.clone()).or_insert_with(Vec::new).push(row.size * 2);\n    \
                 }}\n    \
                 Ok(Outcome::Done(by_name))\n\
             }}\n\n",
        );
    }
    text
}

/// That many rules for both languages. The first holds no text that a file must contain, so every file is parsed; each
/// of the others asks for a method that some of the files call.
pub(crate) fn rules(count: u32) -> RuleSet {
    let mut text = String::new();
    for rule in 0..count {
        let matcher = match rule {
            0 => "{ pattern: '$A($B, $B, $B, $B)' }".to_owned(),
            _ => format!("{{ pattern: '$A.step_{}($B, $B, $B, $B)' }}", (rule - 1) % METHODS),
        };
        let _ = write!(text, "---\nid: rule-{rule}\nlanguage: [TypeScript, Rust]\nmessage: found\nrule: {matcher}\n");
    }
    let file = RuleFile::parse(&FilePath::new("rules.yml"), &text).expect("it is YAML");
    let (rules, problems) = file.rules(&KnownRelations::default(), RoleSet::ALL);
    assert!(problems.is_empty(), "{problems:?}");
    let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
    assert!(problems.is_empty(), "{problems:?}");
    set
}
