//! Sets of words that a text may hold, looked for in one pass.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Up to this many words are looked for at one time with vector instructions, which take a fraction of the time of an automaton.
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

    /// Where each of them begins in a text. Of two that begin at one place the one that is listed first is found.
    pub(crate) fn places(&self, text: &[u8]) -> WordPlaces {
        let (mut found, mut ends) = (Vec::new(), vec![0; self.words.len()]);
        for (portion, words) in self.portions().iter().enumerate() {
            for place in words.find_iter(text) {
                let word = portion * PORTION + place.pattern().as_usize();
                ends[word] += 1;
                found.push((word, place.start() as u32));
            }
        }
        let mut sum = 0;
        for end in &mut ends {
            let count = std::mem::replace(end, sum);
            sum += count;
        }
        let mut places = vec![0; found.len()];
        // What was the start of each becomes its end.
        for (word, at) in found {
            places[ends[word]] = at;
            ends[word] += 1;
        }
        WordPlaces { words: self.words, ends, places }
    }

    fn portions(&self) -> &[AhoCorasick] {
        self.portions.get_or_init(|| {
            let build = |words: &[&str]| AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(words);
            let portions = self.words.chunks(PORTION).map(build);
            portions.map(|portion| portion.expect("a few short words make an automaton")).collect()
        })
    }
}

/// Where some words stand in a text.
pub(crate) struct WordPlaces {
    words: &'static [&'static str],
    /// By word: where its places end.
    ends: Vec<usize>,
    places: Vec<u32>,
}

impl WordPlaces {
    /// Where one of the words begins, in the order of the text.
    pub(crate) fn of(&self, word: &str) -> impl Iterator<Item = usize> + use<'_> {
        let number = self.words.iter().position(|known| *known == word);
        debug_assert!(number.is_some(), "`{word}` is one of the words");
        let places = number.map_or(&[][..], |number| {
            let start = if number == 0 { 0 } else { self.ends[number - 1] };
            &self.places[start..self.ends[number]]
        });
        places.iter().map(|at| *at as usize)
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
    fn places_of_each() {
        static WORDS: Words = Words::new(&["new ", "create", "import"]);
        let places = WORDS.places(b"import a; create(new A(), new B()); create();");
        for (word, expected) in [("import", &[0][..]), ("create", &[10, 36]), ("new ", &[17, 26])] {
            assert_eq!(places.of(word).collect::<Vec<_>>(), expected, "{word}");
        }
        assert_eq!(WORDS.places(b"").of("new ").count(), 0);
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
