//! What `biome.json` and `.editorconfig` say of indentation.

use globset::GlobBuilder;
use jsonc_parser::ast::{Object, Value};
use serde::{Deserialize, Serialize};

use super::json::{NoObject, object_of};

/// At most this many sections of one file are read.
const MOST: usize = 200;

/// What lines are indented with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Character {
    Tabs,
    Spaces,
}

impl Character {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tabs => "tabs",
            Self::Spaces => "spaces",
        }
    }

    /// As Biome and `.editorconfig` write it.
    fn of(word: &str) -> Option<Self> {
        match word.trim().to_ascii_lowercase().as_str() {
            "tab" => Some(Self::Tabs),
            "space" => Some(Self::Spaces),
            _ => None,
        }
    }
}

/// Globs of which a file matches one, and what it is indented with then; nothing where it is said that nothing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct EditorSection {
    globs: Vec<String>,
    character: Option<Character>,
}

impl EditorSection {
    fn weight(&self) -> usize {
        size_of::<Self>() + self.globs.iter().map(|glob| size_of::<String>() + glob.len()).sum::<usize>()
    }

    fn holds(&self, path: &str) -> bool {
        let matches = |glob: &str| {
            let glob = GlobBuilder::new(glob).literal_separator(true).build();
            glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
        };
        let (not, plain): (Vec<&String>, Vec<&String>) = self.globs.iter().partition(|glob| glob.starts_with('!'));
        plain.iter().any(|glob| matches(glob)) && !not.iter().any(|glob| matches(glob.trim_start_matches('!')))
    }
}

/// `biome.json`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Biome {
    character: Option<Character>,
    overrides: Vec<EditorSection>,
}

impl Biome {
    pub(crate) fn weight(&self) -> usize {
        self.overrides.iter().map(EditorSection::weight).sum()
    }

    /// What it says of a file below its folder.
    pub(crate) fn of(&self, path: &str) -> Option<Character> {
        let last = self.overrides.iter().rfind(|section| section.holds(path));
        last.and_then(|section| section.character).or(self.character)
    }
}

/// `.editorconfig`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EditorConfig {
    is_root: bool,
    sections: Vec<EditorSection>,
}

impl EditorConfig {
    pub(crate) fn weight(&self) -> usize {
        self.sections.iter().map(EditorSection::weight).sum()
    }

    pub(crate) fn is_root(&self) -> bool {
        self.is_root
    }

    /// What the last section that holds a file below its folder says.
    pub(crate) fn of(&self, path: &str) -> Option<Character> {
        self.sections.iter().rfind(|section| section.holds(path))?.character
    }
}

/// What a text says that is `biome.json`.
pub(crate) fn biome(text: &str) -> Result<Biome, NoObject> {
    object_of(text).map(|object| of_object(&object))
}

fn of_object(object: &Object<'_>) -> Biome {
    let overrides = object.get_array("overrides").map(|list| list.elements.as_slice()).unwrap_or_default();
    let section = |value: &Value<'_>| {
        let object = value.as_object()?;
        let globs = object.get_array("includes").or_else(|| object.get_array("include"))?;
        let globs = globs
            .elements
            .iter()
            .filter_map(|glob| Some(glob.as_string_lit()?.value.trim_start_matches("./").to_owned()));
        // An override without the key leaves it as it is.
        let character = style(object)?;
        Some(EditorSection { globs: globs.collect(), character: Some(character) })
    };
    Biome { character: style(object), overrides: overrides.iter().take(MOST).filter_map(section).collect() }
}

/// `javascript.formatter.indentStyle`, else `formatter.indentStyle`.
fn style(object: &Object<'_>) -> Option<Character> {
    let of = |formatter: Option<&Object<'_>>| {
        let formatter = formatter?;
        let is_on = formatter.get_boolean("enabled").is_none_or(|enabled| enabled.value);
        formatter.get_string("indentStyle").filter(|_| is_on).and_then(|style| Character::of(&style.value))
    };
    let javascript = object.get_object("javascript").and_then(|part| part.get_object("formatter"));
    of(javascript).or_else(|| of(object.get_object("formatter")))
}

/// What a text says that is `.editorconfig`.
pub(crate) fn editor(text: &str) -> EditorConfig {
    let mut config = EditorConfig { is_root: false, sections: Vec::new() };
    let mut globs: Option<Vec<String>> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])) {
        if let Some(pattern) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            globs = Some(globs_of(pattern));
            continue;
        }
        let Some((key, value)) = line.split_once(['=', ':']) else { continue };
        match (key.trim().to_ascii_lowercase().as_str(), &globs) {
            ("root", None) => config.is_root = value.trim().eq_ignore_ascii_case("true"),
            ("indent_style", Some(globs)) if config.sections.len() < MOST => {
                // `unset` says that nothing is said.
                let character = Character::of(value);
                config.sections.push(EditorSection { globs: globs.clone(), character });
            }
            _ => {}
        }
    }
    config
}

/// A pattern without a slash holds files of any folder.
fn globs_of(pattern: &str) -> Vec<String> {
    let has_slash = pattern.contains('/');
    let pattern = pattern.trim_start_matches('/');
    match has_slash {
        true => vec![pattern.to_owned()],
        false => vec![pattern.to_owned(), format!("**/{pattern}")],
    }
}
