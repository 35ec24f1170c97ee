//! Indentation: with which character lines begin, and what the configuration of a formatter or editor says of it.

mod fact;
mod lines;
mod settings;

use std::collections::BTreeMap;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{
    ProjectScope, Provider, Relation, RelationInfo, Row, Source, Value, column, detail, gaps_of, relation,
};
use auditlint_source::FilePath;
use auditlint_syntax::{Language, languages_in, may_hold_code};

use self::fact::{Facts, IndentFact};
use crate::read::indentation::{Biome, Character, EditorConfig};

static RELATIONS: [RelationInfo; 1] = [relation(
    "indent.lines",
    "A file of TypeScript or JavaScript with lines that are indented with a character, at the first of them.",
    &[
        column(
            "character",
            "`spaces` where lines begin with a space, `tabs` where there is a tab in the indentation of lines",
        ),
        detail("lines", "how many, with what stands in front of it: `1 line`, `12 lines`"),
        detail("fits", "whether it is what the configuration asks for; tabs, where nothing does"),
        detail("configured", "what was read: ``biome.json` asks for tabs`"),
    ],
)];

/// The provider.
pub(crate) struct Indent;

impl Provider for Indent {
    type Fact = IndentFact;

    fn name(&self) -> &str {
        "indent"
    }

    fn about(&self) -> &str {
        "Lines of TypeScript and JavaScript that begin with white space; what stands inside of a template or goes on in a block comment or a string is not looked at. What they are to be indented with says the nearest `biome.json` or `biome.jsonc` \
         (`indentStyle` of `javascript.formatter`, of `formatter`, and of `overrides` that hold the file), else `.editorconfig` (`indent_style` of the last section that holds the file, up to the one with `root = true`). What `extends` brings is not read."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        settings::is_settings(path) || (may_hold_code(path) && languages_in(path).any(Language::is_ecmascript))
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        settings::is_settings(path) || lines::indents(text).next().is_some()
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if settings::is_settings(source.path) {
            settings::extract(source, &mut out);
        } else if let Some(analysis) = source.analysis() {
            lines::extract(analysis, &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], _: &ProjectScope<'_>) -> Vec<Relation> {
        let mut biomes: BTreeMap<FilePath, (&FilePath, &Biome)> = BTreeMap::new();
        let mut editors: BTreeMap<FilePath, (&FilePath, &EditorConfig)> = BTreeMap::new();
        for (path, said) in sources {
            for said in &said.facts {
                match &said.fact {
                    IndentFact::Biome(biome) => {
                        biomes.insert(folder_of(path), (path, biome));
                    }
                    IndentFact::Editor(editor) => {
                        editors.insert(folder_of(path), (path, editor));
                    }
                    IndentFact::Lines { .. } => {}
                }
            }
        }
        let mut rows = Vec::new();
        for (path, said) in sources {
            let mut wanted = None;
            for said in &said.facts {
                let IndentFact::Lines { character, count } = &said.fact else { continue };
                let wanted = wanted.get_or_insert_with(|| configured(path, &biomes, &editors));
                let (fits, shown) = match wanted {
                    Some((wanted, by)) => (*wanted == *character, format!("`{by}` asks for {}", wanted.name())),
                    None => (*character == Character::Tabs, "nothing that is read says with what".to_owned()),
                };
                let lines = if *count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
                let values: Vec<Value> =
                    vec![character.name().into(), lines.as_str().into(), fits.into(), shown.as_str().into()];
                rows.push(Row { path: path.clone(), span: said.span, values });
            }
        }
        vec![Relation { info: RELATIONS[0].clone(), rows, gaps: gaps_of(sources) }]
    }
}

/// What the configuration asks of a file, and the file that says so.
fn configured<'r>(
    path: &FilePath,
    biomes: &BTreeMap<FilePath, (&'r FilePath, &'r Biome)>,
    editors: &BTreeMap<FilePath, (&'r FilePath, &'r EditorConfig)>,
) -> Option<(Character, &'r FilePath)> {
    let folders = || {
        let mut at = Some(folder_of(path));
        std::iter::from_fn(move || {
            let folder = at.take()?;
            at = (folder != FilePath::root()).then(|| folder_of(&folder));
            Some(folder)
        })
    };
    for folder in folders() {
        if let Some((by, biome)) = biomes.get(&folder)
            && let Some(character) = biome.of(settings::below(path, &folder))
        {
            return Some((character, by));
        }
    }
    for folder in folders() {
        let Some((by, editor)) = editors.get(&folder) else { continue };
        if let Some(character) = editor.of(settings::below(path, &folder)) {
            return Some((character, by));
        }
        if editor.is_root() {
            break;
        }
    }
    None
}

#[cfg(test)]
mod tests;
