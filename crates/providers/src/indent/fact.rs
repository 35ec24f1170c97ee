//! What one file says of indentation: its lines, or what it asks of others.

use auditlint_facts::{Fact, SourceFacts};
use serde::{Deserialize, Serialize};

use crate::read::indentation::{Biome, Character, EditorConfig};

pub(super) type Facts = SourceFacts<IndentFact>;

/// What a file says of indentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum IndentFact {
    /// Lines begin with that character.
    Lines {
        character: Character,
        count: u32,
    },
    Biome(Biome),
    Editor(EditorConfig),
}

impl Fact for IndentFact {
    fn lists(&self) -> usize {
        match self {
            Self::Lines { .. } => 0,
            Self::Biome(biome) => biome.weight(),
            Self::Editor(editor) => editor.weight(),
        }
    }
}
