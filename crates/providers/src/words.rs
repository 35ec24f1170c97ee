//! Sets of words that a text may hold, looked for in one pass.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// So many words are looked for at one time with vector instructions, which take a fraction of the time of an automaton.
const PORTION: usize = 64;

/// Words of which a text must hold one to be worth a parse.
pub(crate) struct Words {
    words: &'static [&'static str],
    portions: OnceLock<Vec<AhoCorasick>>,
}

impl Words {
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        Self { words, portions: OnceLock::new() }
    }

    /// Where those end that stand in a text. Where one begins another, the one that is listed first is found.
    pub(crate) fn all_in<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        self.portions().iter().flat_map(move |words| words.find_iter(text)).map(|found| found.end())
    }

    /// The same of those that begin a word.
    pub(crate) fn all_whole_in<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = usize> + 't {
        let is_whole =
            |start: usize| !text[..start].last().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let found = self.portions().iter().flat_map(move |words| words.find_iter(text));
        found.filter(move |found| is_whole(found.start())).map(|found| found.end())
    }

    /// Whether one of them stands in a text.
    pub(crate) fn any_in(&self, text: &[u8]) -> bool {
        self.portions().iter().any(|words| words.is_match(text))
    }

    fn portions(&self) -> &[AhoCorasick] {
        self.portions.get_or_init(|| {
            let build = |words: &[&str]| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words);
            let portions = self.words.chunks(PORTION).map(build);
            portions.map(|portion| portion.expect("a few short words make an automaton")).collect()
        })
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
