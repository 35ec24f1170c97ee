//! Ids for items that carry none: their heading and their first words.

use std::collections::BTreeMap;

use crate::written_id::{IdMark, IdShape, WrittenId};

/// The ids that were given in one file, so that each is given once.
#[derive(Default)]
pub(crate) struct Slugs {
    given: BTreeMap<String, usize>,
}

impl Slugs {
    /// The id of an item with this text under this heading.
    pub(crate) fn id<'t>(&mut self, heading: &str, text: &'t str) -> WrittenId<'t> {
        /// So many words tell an item from the others under its heading.
        const WORDS: usize = 6;
        let parts = [slug(heading, WORDS), slug(text, WORDS)];
        let slug = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("/");
        let slug = if slug.is_empty() { "item".to_owned() } else { slug };
        let count = self.given.entry(slug.clone()).or_default();
        *count += 1;
        let id = if *count == 1 { slug } else { format!("{slug}-{count}") };
        let title = crate::prose::without_comments(text).trim().to_owned();
        WrittenId { id, written: text, title, shape: IdShape::Key, mark: IdMark::Hidden }
    }
}

/// The first words in lower case, with `-` between them.
fn slug(text: &str, most: usize) -> String {
    let text = crate::prose::without_comments(text);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(most).map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
