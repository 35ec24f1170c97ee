//! "Did you mean …?"

/// The message for an unknown word: the nearest valid one, where one is near, and all of them.
pub(crate) fn unknown(what: &str, word: &str, valid: &[&str]) -> String {
    let distance = |candidate: &&&str| strsim::damerau_levenshtein(&word.to_lowercase(), &candidate.to_lowercase());
    let near = valid
        .iter()
        .min_by_key(distance)
        .filter(|candidate| distance(candidate) <= word.chars().count().max(candidate.chars().count()).div_ceil(3));
    let list = valid.join(", ");
    match near {
        Some(near) => format!("unknown {what} `{word}`, did you mean `{near}`? Valid: {list}"),
        None => format!("unknown {what} `{word}`; valid: {list}"),
    }
}
