//! Sets of words that a text may hold, looked for in one pass.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

/// Words of which a text must hold one to be worth a parse.
pub(crate) struct Words {
    words: &'static [&'static str],
    automaton: OnceLock<AhoCorasick>,
}

impl Words {
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        Self { words, automaton: OnceLock::new() }
    }

    /// Whether one of them stands in a text.
    pub(crate) fn any_in(&self, text: &[u8]) -> bool {
        let make = || AhoCorasick::new(self.words).expect("a few short words make an automaton");
        self.automaton.get_or_init(make).is_match(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several() {
        static WORDS: Words = Words::new(&[".create", "INSERT INTO"]);
        for (text, expected) in
            [("db.user.create({})", true), ("INSERT  INTO a", false), ("`INSERT INTO a`", true), ("", false)]
        {
            assert_eq!(WORDS.any_in(text.as_bytes()), expected, "{text}");
        }
    }
}
