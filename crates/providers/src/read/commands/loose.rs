//! Words of texts in languages that are not read: which of them may be paths, and which lines may be commands.

use crate::conventions::{ends_a_path, runs_scripts};

const SIGNS: &[char] = &['"', '\'', '`', ',', '[', ']', '(', ')', '{', '}', ';', '|', '&', '<', '>', '=', '$', '@'];

/// How many words of a command are taken.
const MOST_WORDS: usize = 10;

/// The words of a text, between white space, quotes and brackets.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || SIGNS.contains(&c)).filter(|word| !word.is_empty())
}

/// Whether a word may be the path of a file or folder.
pub(super) fn is_path(word: &str) -> bool {
    let has_extension = || word.rsplit_once('.').is_some_and(|(_, extension)| ends_a_path(extension));
    word.len() <= 256 && !word.contains("://") && (word.contains('/') || has_extension()) && word.len() > 2
}

/// Whether a path in code may lead to a script: other imports are too many to keep.
pub(super) fn names_script(word: &str) -> bool {
    let extension = word.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "sh" | "bash" | "sql")
        || word.split('/').any(|part| matches!(part, "scripts" | "script" | "ci"))
}

/// Lines of words that begin with a program that runs scripts.
pub(super) fn command_lines(text: &str) -> Vec<Vec<&str>> {
    let mut lines = Vec::new();
    for line in text.lines() {
        // Most lines name no such program, and splitting costs more than looking.
        let words: Vec<&str> = words(line).take(200).collect();
        for (index, word) in words.iter().enumerate() {
            if runs_scripts(word) {
                lines.push(words[index..].iter().copied().take(MOST_WORDS).collect());
            }
        }
    }
    lines
}
