//! Ids for items that carry none: their heading and their first words.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::fold;
use crate::written_id::{IdMark, IdShape, WrittenId};

/// The ids that are taken, so that each is given once.
#[derive(Default)]
pub(crate) struct Slugs {
    taken: BTreeSet<String>,
    /// How often each id was asked for: where it is asked for again, the numbers before are not tried again.
    asked: BTreeMap<String, usize>,
}

impl Slugs {
    /// Takes an id that is written already.
    pub(crate) fn learn(&mut self, id: &str) {
        self.taken.insert(fold(id));
    }

    /// The id, with a number behind it where it is taken. It is taken then.
    pub(crate) fn free(&mut self, id: &str) -> String {
        let count = self.asked.entry(fold(id)).or_default();
        loop {
            *count += 1;
            let numbered = if *count == 1 { id.to_owned() } else { format!("{id}-{count}") };
            if self.taken.insert(fold(&numbered)) {
                return numbered;
            }
        }
    }

    /// The id of an item with this text under this heading.
    pub(crate) fn id<'t>(&mut self, heading: &str, text: &'t str) -> WrittenId<'t> {
        /// At most this many words tell an item from the others under its heading.
        const WORDS: usize = 6;
        let parts = [slug(heading, WORDS), slug(text, WORDS)];
        let slug = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("/");
        let slug = if slug.is_empty() { "item".to_owned() } else { slug };
        let id = self.free(&slug);
        let title = crate::prose::without_comments(text).trim().to_owned();
        WrittenId {
            id,
            written: text,
            title,
            shape: IdShape::Key,
            mark: IdMark::Hidden,
            priority: None,
            also: Vec::new(),
        }
    }
}

/// The first words in lower case, with `-` between them.
fn slug(text: &str, most: usize) -> String {
    let text = crate::prose::without_comments(text);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(most).map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
