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

    /// Where those end that stand in a text.
    pub(crate) fn all_in<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        self.automaton().find_iter(text).map(|found| found.end())
    }

    /// The same of those that begin a word.
    pub(crate) fn all_whole_in<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        let is_whole =
            |start: usize| !text[..start].last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        self.automaton().find_iter(text).filter(move |found| is_whole(found.start())).map(|found| found.end())
    }

    /// Whether one of them stands in a text.
    pub(crate) fn any_in(&self, text: &[u8]) -> bool {
        self.automaton().is_match(text)
    }

    fn automaton(&self) -> &AhoCorasick {
        self.automaton.get_or_init(|| AhoCorasick::new(self.words).expect("a few short words make an automaton"))
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

    #[test]
    fn words_of_their_own() {
        static WORDS: Words = Words::new(&["db.", "tx."]);
        for (text, expected) in [("this.db.user", true), ("ctx.user", false), ("tx.user", true), ("my_db.user", false)]
        {
            assert_eq!(WORDS.all_whole_in(text.as_bytes()).next().is_some(), expected, "{text}");
        }
    }
}
