//! "Did you mean …?"

/// The candidate nearest to `word` by edit distance, case and `-`/`_` aside, if it is near enough to be a likely
/// misspelling: at most a third of the longer word's letters may differ. The first of equally near ones wins.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let fold = |text: &str| text.to_lowercase().replace('_', "-");
    let word = fold(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let folded = fold(candidate);
        let allowed = word.chars().count().max(folded.chars().count()).div_ceil(3);
        let distance = strsim::damerau_levenshtein(&word, &folded);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_misspellings_only() {
        let keys = ["pattern", "inside", "has", "stopBy"];
        assert_eq!(nearest("patern", keys), Some("pattern"));
        assert_eq!(nearest("stop_by", keys), Some("stopBy"));
        assert_eq!(nearest("zzzzzz", keys), None);
    }
}
