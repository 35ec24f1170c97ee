//! Whether a written id is the id of a task, by what else stands in its file.

use std::collections::{BTreeMap, BTreeSet};

use crate::standards::is_standard;
use crate::written_id::{IdMark, IdShape, WrittenId};

/// Why an item with a box is not a task.
pub(crate) const NO_ID: &str = "it carries no id";

/// The ids of all entries of one kind in one file.
#[derive(Default)]
pub(crate) struct Crowd<'i> {
    /// How often each stands there, in front or set apart.
    counts: BTreeMap<&'i str, usize>,
    /// How often each stands among the words of an entry.
    mentions: BTreeMap<&'i str, usize>,
    /// The ids of each family.
    families: BTreeMap<(IdShape, &'i str), BTreeSet<&'i str>>,
}

/// So many entries may have one id by mistake; a word that begins more of them is not one.
const MOST_DOUBLED: usize = 2;

impl<'i> Crowd<'i> {
    pub(crate) fn of(ids: impl Iterator<Item = &'i WrittenId<'i>>) -> Self {
        let mut crowd = Self::default();
        for id in ids {
            let counts = if id.mark == IdMark::Mentioned { &mut crowd.mentions } else { &mut crowd.counts };
            *counts.entry(&id.id).or_default() += 1;
            crowd.families.entry((id.shape, stem(&id.id))).or_default().insert(&id.id);
        }
        crowd
    }

    /// Whether another id of its family stands in the file.
    pub(crate) fn has_family(&self, id: &WrittenId<'_>) -> bool {
        self.families.get(&(id.shape, stem(&id.id))).is_some_and(|ids| ids.len() > 1)
    }

    /// Whether it is the name of a standard, and no id of its family shows that it is an id here.
    pub(crate) fn is_name(&self, id: &WrittenId<'_>) -> bool {
        let shows = |ids: &BTreeSet<&str>| ids.iter().any(|id| !is_standard(id));
        is_standard(&id.id) && !self.families.get(&(id.shape, stem(&id.id))).is_some_and(shows)
    }

    /// Why it cannot be the id of one task, where it stands too often.
    pub(crate) fn repeated(&self, id: &WrittenId<'_>) -> Option<String> {
        let mut count = self.counts.get(id.id.as_str()).copied().unwrap_or(0);
        let is_word = !matches!(id.shape, IdShape::Key | IdShape::Common | IdShape::Number)
            || matches!(id.mark, IdMark::Trailing | IdMark::Mentioned);
        if id.mark == IdMark::Mentioned {
            count += self.mentions.get(id.id.as_str()).copied().unwrap_or(0);
        }
        let most = if is_word { 1 } else { MOST_DOUBLED };
        (count > most)
            .then(|| format!("`{}` stands in {count} entries of this file, so it is the id of none", id.written))
    }
}

/// Whether an item of a list carries the id of a task; else why it does not. `counts` says that numbers are ids in this file.
pub(crate) fn item_id(id: &WrittenId<'_>, crowd: &Crowd<'_>, counts: bool) -> Result<(), String> {
    if id.mark == IdMark::Hidden {
        return Ok(());
    }
    if crowd.is_name(id) {
        return Err(NO_ID.to_owned());
    }
    if let Some(reason) = crowd.repeated(id) {
        return Err(reason);
    }
    let written = id.written;
    let has_family = crowd.has_family(id);
    let is_apart = matches!(id.mark, IdMark::Separated | IdMark::Marked | IdMark::Trailing);
    match id.shape {
        _ if id.mark == IdMark::Mentioned && !has_family => Err(format!(
            "`{written}` stands among its words and may be another task: write `**{written}**` if it is its id"
        )),
        IdShape::Key | IdShape::Number => Ok(()),
        IdShape::Common if has_family || is_apart => Ok(()),
        IdShape::Common => Err(format!(
            "`{written}` may be the name of a standard: write `{written}:` or `**{written}**` if it is an id"
        )),
        IdShape::Mixed if has_family && (is_apart || written.contains('_') || ends_with_digit(written)) => Ok(()),
        IdShape::Mixed => Err("its first word may be any word: no other entry has an id like it".to_owned()),
        IdShape::Compact if is_level(written) => Err(format!("`{written}` is a priority, and no id")),
        IdShape::Compact if is_criterion(written) => Err(CRITERION.to_owned()),
        IdShape::Compact if has_family && is_upper(written) && (is_apart || is_padded(written)) => Ok(()),
        IdShape::Compact if !has_family => {
            Err("its first word may be any word: no other entry has an id like it".to_owned())
        }
        IdShape::Compact => {
            Err(format!("`{written}` may be a word: write `{written}:` or `**{written}**` if it is an id"))
        }
        IdShape::Dotted if counts && (is_apart || written.contains('.')) => Ok(()),
        IdShape::Dotted => Err("a number is an id only where most entries of a file begin with one".to_owned()),
        IdShape::Counted if is_apart => Ok(()),
        IdShape::Counted => Err(format!("`{written}` may be a word: write `{written}:` if it is an id")),
        IdShape::Phase => Err(format!("`{written}` is a phase, and no task")),
    }
}

/// Whether numbers are ids among these items: at least half of them begin with one, with a dot, and none twice.
pub(crate) fn numbers_count<'i>(ids: impl Iterator<Item = Option<&'i WrittenId<'i>>>) -> bool {
    let (mut all, mut seen, mut dotted) = (0, BTreeSet::new(), 0);
    for id in ids {
        all += 1;
        let Some(id) = id.filter(|id| id.shape == IdShape::Dotted) else { continue };
        if !seen.insert(id.id.as_str()) {
            return false;
        }
        dotted += usize::from(id.id.contains('.'));
    }
    dotted > 1 && seen.len() * 2 >= all
}

/// What stands below a heading that has an id.
#[derive(Clone, Copy, Default)]
pub(crate) struct HeadingEvidence {
    /// A box or sign stands in front of it.
    pub(crate) has_sign: bool,
    /// A field of tasks follows.
    pub(crate) has_field: bool,
    /// A field that says more than who and what.
    pub(crate) has_telling_field: bool,
    /// It says how far it is, in a word that is known.
    pub(crate) says_status: bool,
    /// How many different fields of those that say more follow.
    pub(crate) telling_fields: u32,
    /// It says when it is done.
    pub(crate) has_acceptance: bool,
    /// Boxes follow under no label.
    pub(crate) has_boxes: bool,
    /// It has the parts of a record of decisions.
    pub(crate) is_decision: bool,
    /// The file's name begins with the id.
    pub(crate) names_file: bool,
    /// A word such as `Issue` stands before the id: reports number what they found in this way.
    pub(crate) after_word: bool,
    /// The file lists versions, so that numbers at the end of a line refer to issues.
    pub(crate) in_changelog: bool,
}

/// Why a heading with an id is the heading of a task; an error says why it is not one.
pub(crate) fn heading_id(
    id: &WrittenId<'_>,
    crowd: &Crowd<'_>,
    evidence: HeadingEvidence,
) -> Result<&'static str, String> {
    if evidence.is_decision {
        return Err("it is a record of a decision: `Decision` stands below it".to_owned());
    }
    let written = id.written;
    let is_told = evidence.has_telling_field || evidence.has_sign;
    // `H-264` in a file with `H-1` may be the one or the other.
    let is_apart = matches!(id.mark, IdMark::Separated | IdMark::Marked | IdMark::Trailing);
    if is_standard(written) && !is_told && (crowd.is_name(id) || !is_apart) {
        return Err(NO_ID.to_owned());
    }
    if let Some(reason) = crowd.repeated(id) {
        return Err(reason);
    }
    let has_family = crowd.has_family(id);
    let lacking = || {
        "no field of a task (`**Status:**`, `**Files:**`, …) follows, and no other heading has an id like it".to_owned()
    };
    let HeadingEvidence { has_sign, has_field, has_telling_field, has_boxes, .. } = evidence;
    let said = if has_telling_field || has_field {
        Some("fields of a task follow")
    } else if has_sign {
        Some("a box or sign stands in front")
    } else if has_boxes {
        Some("a checklist follows")
    } else {
        None
    };
    match id.shape {
        _ if id.mark == IdMark::Hidden => Ok("a comment gives it an id"),
        IdShape::Phase if evidence.has_acceptance => Ok("a phase that says when it is done"),
        IdShape::Phase => Err("it is a phase that does not say when it is done".to_owned()),
        IdShape::Number if id.mark == IdMark::Trailing && evidence.in_changelog => {
            Err("the file lists versions, where such a number refers to an issue".to_owned())
        }
        IdShape::Number if id.mark != IdMark::Trailing && evidence.after_word => {
            said.ok_or_else(|| "no field of a task and no checklist follows".to_owned())
        }
        IdShape::Number if id.mark != IdMark::Trailing => Ok(said.unwrap_or("its id is the number of an issue")),
        _ if id.mark == IdMark::Mentioned && !is_told => Err(format!(
            "`{written}` stands among its words and may be another task: write `**{written}**` if it is its id"
        )),
        IdShape::Key | IdShape::Common | IdShape::Number | IdShape::Mixed => said
            .or_else(|| {
                // `web3-en` and `web3-cn` are words.
                let is_counted = id.shape != IdShape::Mixed || written.contains('_') || ends_with_digit(written);
                (has_family && is_counted).then_some("other headings have ids like it")
            })
            .or_else(|| evidence.names_file.then_some("the file has its id for a name"))
            .ok_or_else(|| match has_family {
                true => "no field of a task follows, and its first word may be any word".to_owned(),
                false => lacking(),
            }),
        // `Issue 1`, `Issue 2` are the parts of many a guide.
        IdShape::Counted => said.ok_or_else(|| "no field of a task and no checklist follows".to_owned()),
        IdShape::Compact if is_level(written) => Err(format!("`{written}` is a priority, and no id")),
        IdShape::Compact if is_criterion(written) => Err(CRITERION.to_owned()),
        IdShape::Compact if has_sign => Ok("a box or sign stands in front"),
        IdShape::Compact if has_telling_field => Ok("fields of a task follow"),
        IdShape::Compact => Err(format!("no field of a task follows, and `{written}` may be a word")),
        IdShape::Dotted => Err(format!("`{written}` is the number of a section")),
    }
}

/// `P0` to `P4`.
fn is_level(written: &str) -> bool {
    matches!(written.as_bytes(), [b'P' | b'p', b'0'..=b'4'])
}

/// `AC1`: acceptance criteria are counted within each story.
fn is_criterion(written: &str) -> bool {
    let number = written.strip_prefix("AC").or_else(|| written.strip_prefix("ac"));
    number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Why such a number is not an id of a task.
const CRITERION: &str = "acceptance criteria are counted within their story, so its number is not an id of a task";

/// Upper-case letters, then digits.
fn is_upper(written: &str) -> bool {
    let digits = written.trim_start_matches(|c: char| c.is_ascii_uppercase());
    digits.len() < written.len() && digits.starts_with(|c: char| c.is_ascii_digit())
}

/// `T001`.
fn is_padded(written: &str) -> bool {
    written.bytes().filter(u8::is_ascii_digit).count() > 2
}

fn ends_with_digit(written: &str) -> bool {
    written.ends_with(|c: char| c.is_ascii_digit())
}

/// What ids of one family share: the letters in front.
fn stem(id: &str) -> &str {
    let end = id.find(|c: char| c.is_ascii_digit()).unwrap_or(id.len());
    &id[..end]
}
