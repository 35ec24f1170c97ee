//! Silencing findings with comments that are tried before they are written.
//!
//! For each finding there are a few places where a comment may stand. A comment is put into the first, the changed texts are
//! analysed, and where the finding is not silenced, or the comment makes another finding or breaks the syntax, it is taken back
//! and put into the next. What is left when no place is is told, and the file holds nothing of the attempts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_rules::RuleId;
use auditlint_source::document::{parse_toml, parse_yaml};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Code, Parser, may_hold_code};

use crate::builtin::Builtin;
use crate::comment_sites::{CommentSite, CommentSites};
use crate::data_language::DataLanguage;
use crate::directives::{FILE_MARKER, LINE_MARKER};
use crate::engine::Engine;
use crate::snapshot::Snapshot;
use crate::{Config, Date, Finding, FindingState, Overlay, Report};

/// How often the texts are analysed before a file in which something is still wrong is left as it is.
const ROUNDS: usize = 8;

/// A run over no more files than these looks at them alone.
const FEW: usize = 64;

/// What became of the findings.
#[derive(Clone, Debug, Default)]
pub struct AddedIgnores {
    /// The files that change.
    pub files: BTreeMap<FilePath, Silenced>,
    /// Findings for which no comment can stand.
    pub left: Vec<Finding>,
}

/// A file with comments.
#[derive(Clone, Debug, Default)]
pub struct Silenced {
    /// What was analysed.
    pub old: Vec<u8>,
    /// The same with the comments.
    pub new: Vec<u8>,
    /// How many findings they silence.
    pub silenced: usize,
}

impl Snapshot<'_> {
    /// Finds comments that silence the findings of a report which count, in files of which `texts` holds what was analysed.
    /// Each names its rule, the tasks and the reason, which is one line. Findings about suppressions themselves are left alone.
    #[must_use]
    pub fn add_ignores(
        &self,
        report: &Report,
        texts: BTreeMap<FilePath, Vec<u8>>,
        reason: &str,
        today: &(dyn Fn() -> Option<Date> + Sync),
    ) -> AddedIgnores {
        let mut drafts: Vec<IgnoreDraft<'_>> = Vec::new();
        for finding in report.active().filter(|finding| !Builtin::is_builtin(finding.rule.id.as_str())) {
            match drafts.last_mut().filter(|draft| *draft.path == finding.path) {
                Some(draft) => draft.findings.push(finding),
                None => {
                    let text = texts.get(&finding.path);
                    drafts.extend(text.map(|text| IgnoreDraft::new(&finding.path, text, finding)));
                }
            }
        }
        drafts.iter_mut().for_each(IgnoreDraft::find_places);
        let mut open: Vec<usize> = (0..drafts.len()).collect();
        for _ in 0..ROUNDS {
            open.retain(|index| drafts[*index].draw_sound(reason));
            if open.is_empty() {
                break;
            }
            let contents = drafts.iter().map(|draft| (draft.path.clone(), draft.new.clone())).collect();
            let found = self.try_out(contents, &open, &drafts, today);
            let mut by_file: BTreeMap<&FilePath, Vec<&Finding>> = BTreeMap::new();
            for finding in &found {
                by_file.entry(&finding.path).or_default().push(finding);
            }
            open.retain(|index| {
                let draft = &mut drafts[*index];
                !draft.judge(by_file.get(draft.path).map_or(&[][..], Vec::as_slice))
            });
        }
        for index in open {
            drafts[index].give_up();
        }
        let mut added = AddedIgnores::default();
        for draft in drafts {
            added.left.extend(draft.left().cloned());
            let silenced = draft.asked.iter().filter(|asked| asked.place().is_some()).count();
            if silenced > 0 {
                let file = Silenced { old: draft.old.to_vec(), new: draft.new, silenced };
                added.files.insert(draft.path.clone(), file);
            }
        }
        added
    }

    /// What is found in the changed files.
    fn try_out(
        &self,
        contents: BTreeMap<FilePath, Vec<u8>>,
        open: &[usize],
        drafts: &[IgnoreDraft<'_>],
        today: &(dyn Fn() -> Option<Date> + Sync),
    ) -> Vec<Finding> {
        // Places in the configuration move as those in any other file.
        let changed = self.config().path.as_ref().and_then(|path| Some((path.clone(), contents.get(path)?.clone())));
        let overlay = Overlay::new(self.files, contents);
        let config = match changed {
            Some((path, text)) => Config::of_file(&overlay, &path, &String::from_utf8_lossy(&text)).0,
            None => self.config().clone(),
        };
        let mut options = self.options.clone();
        options.timings = false;
        if open.len() <= FEW {
            options.paths = open.iter().map(|index| drafts[*index].path.clone()).collect();
        }
        let engine = Engine::load_with(Arc::clone(&self.engine.store), &overlay, config, options, Vec::new());
        engine.snapshot(&overlay).check(today, &|_| {}).findings
    }
}

/// One file with the comments that are being tried.
struct IgnoreDraft<'r> {
    path: &'r FilePath,
    old: &'r [u8],
    new: Vec<u8>,
    findings: Vec<&'r Finding>,
    asked: Vec<AskedFinding>,
    comments: Vec<AddedComment>,
}

/// A finding with the places where its comment may stand.
struct AskedFinding {
    places: Vec<CommentSite>,
    /// The place that is being tried; none is left where there is none.
    at: usize,
}

impl AskedFinding {
    fn place(&self) -> Option<CommentSite> {
        self.places.get(self.at).copied()
    }
}

/// A comment in the new text.
struct AddedComment {
    /// Where it was put into the old text.
    offset: u32,
    /// Its length with its line break.
    length: u32,
    /// Where it begins in the new text.
    start: u32,
    /// The findings that it is for.
    of: Vec<usize>,
}

impl<'r> IgnoreDraft<'r> {
    fn new(path: &'r FilePath, old: &'r [u8], first: &'r Finding) -> Self {
        Self { path, old, new: old.to_vec(), findings: vec![first], asked: Vec::new(), comments: Vec::new() }
    }

    fn find_places(&mut self) {
        let places = CommentSites::read(self.path, self.old);
        let enclosing = places.enclosing();
        let asked = |finding: &&Finding| AskedFinding { places: places.of(enclosing.as_ref(), finding.span), at: 0 };
        self.asked = self.findings.iter().map(asked).collect();
    }

    /// Puts the comments into the text, none of which breaks it: what is not understood would say nothing about other files
    /// either. `false` where there is nothing to be tried.
    fn draw_sound(&mut self, reason: &str) -> bool {
        for _ in 0..ROUNDS {
            if !self.draw(reason) {
                return false;
            }
            let breaking: BTreeSet<usize> = self.breaking().into_iter().collect();
            if breaking.is_empty() {
                return true;
            }
            breaking.iter().for_each(|index| self.asked[*index].at += 1);
        }
        self.give_up();
        false
    }

    /// Puts the comments into the text. `false` where there is nothing to be tried.
    fn draw(&mut self, reason: &str) -> bool {
        let mut by_place: BTreeMap<CommentSite, BTreeMap<&RuleId, Vec<usize>>> = BTreeMap::new();
        for (index, (asked, finding)) in self.asked.iter().zip(&self.findings).enumerate() {
            if let Some(place) = asked.place() {
                by_place.entry(place).or_default().entry(&finding.rule.id).or_default().push(index);
            }
        }
        let newline: &[u8] = if memchr::memmem::find(self.old, b"\r\n").is_some() { b"\r\n" } else { b"\n" };
        self.comments.clear();
        self.new.clear();
        let mut at = 0;
        for (place, rules) in by_place {
            let offset = place.offset as usize;
            self.new.extend_from_slice(&self.old[at..offset]);
            at = offset;
            let indent = place.indent(self.old);
            for (rules, of) in in_comments(place, rules) {
                let mut tasks: Vec<&str> =
                    of.iter().flat_map(|index| &*self.findings[*index].tasks).map(|task| task.id.as_str()).collect();
                tasks.sort_unstable();
                tasks.dedup();
                let task = if tasks.is_empty() { String::new() } else { format!(" ({})", tasks.join(", ")) };
                let marker = if place.is_for_file { FILE_MARKER } else { LINE_MARKER };
                let comment = place.style.comment(&format!("{marker} {rules}{task}: {reason}"));
                let start = self.new.len();
                if place.is_behind {
                    self.new.push(b' ');
                    self.new.extend_from_slice(comment.as_bytes());
                } else if offset == self.old.len() && !self.old.ends_with(b"\n") && offset > 0 {
                    self.new.extend_from_slice(newline);
                    self.new.extend_from_slice(comment.as_bytes());
                } else {
                    self.new.extend_from_slice(indent);
                    self.new.extend_from_slice(comment.as_bytes());
                    self.new.extend_from_slice(newline);
                }
                let length = (self.new.len() - start) as u32;
                self.comments.push(AddedComment { offset: place.offset, length, start: start as u32, of });
            }
        }
        self.new.extend_from_slice(&self.old[at..]);
        !self.comments.is_empty()
    }

    /// Where a span of the old text stands in the new one.
    fn moved(&self, span: Span) -> Span {
        let by = |count: usize| {
            self.comments.get(count.wrapping_sub(1)).map_or(0, |last| last.start + last.length - last.offset)
        };
        let start = self.comments.partition_point(|comment| comment.offset <= span.start);
        let end = self.comments.partition_point(|comment| comment.offset < span.end).max(start);
        Span::new(span.start + by(start), span.end + by(end))
    }

    /// Holds what is found in the new text against what was asked for, and takes comments back. `true` where all is well.
    fn judge(&mut self, found: &[&Finding]) -> bool {
        let states: BTreeMap<(&RuleId, Span), FindingState> =
            found.iter().map(|finding| ((&finding.rule.id, finding.span), finding.state)).collect();
        let mut failed: BTreeSet<usize> = BTreeSet::new();
        let mut known: BTreeSet<(&RuleId, Span)> = BTreeSet::new();
        for (index, (asked, finding)) in self.asked.iter().zip(&self.findings).enumerate() {
            let key = (&finding.rule.id, self.moved(finding.span));
            known.insert(key);
            if asked.place().is_some() && states.get(&key) != Some(&FindingState::Suppressed) {
                failed.insert(index);
            }
        }
        // A finding about the comments, or one that only the comments make.
        let news = found.iter().filter(|finding| finding.state == FindingState::New);
        for stranger in news.filter(|finding| !known.contains(&(&finding.rule.id, finding.span))) {
            let is_about_suppressions = Builtin::is_builtin(stranger.rule.id.as_str());
            let comment = self.nearest_above(stranger.span);
            let is_of_comment = |comment: &&AddedComment| stranger.span.start < comment.start + comment.length;
            failed.extend(
                comment
                    .filter(|comment| !is_about_suppressions || is_of_comment(comment))
                    .map_or(&[][..], |comment| &comment.of),
            );
        }
        for index in &failed {
            self.asked[*index].at += 1;
        }
        failed.is_empty()
    }

    /// The last comment that begins before a span of the new text ends.
    fn nearest_above(&self, span: Span) -> Option<&AddedComment> {
        let index = self.comments.partition_point(|comment| comment.start <= span.end);
        self.comments.get(index.checked_sub(1)?)
    }

    /// The findings whose comments make the text less understood.
    fn breaking(&self) -> Vec<usize> {
        if !may_hold_code(self.path) {
            return self.breaking_data();
        }
        let mut parser = Parser::default();
        let mut regions = |text: &[u8]| {
            let code = Code::of(self.path, text)?;
            let tree = parser.parse(code.language(), code.text()).ok()?;
            Some([tree.not_understood(), code.not_understood()].concat())
        };
        let (Some(old), Some(new)) = (regions(self.old), regions(&self.new)) else { return Vec::new() };
        if new.len() <= old.len() {
            return Vec::new();
        }
        let old: BTreeSet<u32> = old.into_iter().map(|span| self.moved(span).start).collect();
        let fresh = new.into_iter().filter(|span| !old.contains(&span.start));
        fresh.filter_map(|span| self.nearest_above(span)).flat_map(|comment| comment.of.iter().copied()).collect()
    }

    /// The findings whose comments make a file of data one that cannot be read: a text over several lines may begin without any
    /// sign.
    fn breaking_data(&self) -> Vec<usize> {
        let mistake = |text: &[u8]| {
            let text = str::from_utf8(text).ok()?;
            match DataLanguage::of(self.path, text.as_bytes())? {
                DataLanguage::Yaml => parse_yaml(text).err(),
                DataLanguage::Toml => parse_toml(text).err()?.into_iter().next(),
                _ => None,
            }
        };
        let error = mistake(&self.new).filter(|_| mistake(self.old).is_none());
        let comment = error.and_then(|error| self.nearest_above(error.span).or(self.comments.first()));
        comment.map(|comment| comment.of.clone()).unwrap_or_default()
    }

    /// Takes every comment back.
    fn give_up(&mut self) {
        self.asked.iter_mut().for_each(|asked| asked.at = asked.places.len());
        self.new = self.old.to_vec();
        self.comments.clear();
    }

    fn left(&self) -> impl Iterator<Item = &'r Finding> {
        self.asked.iter().zip(&self.findings).filter(|(asked, _)| asked.place().is_none()).map(|(_, finding)| *finding)
    }
}

/// The comments of one place: one for each rule, but only one behind a line, where the second would be part of the first.
fn in_comments(place: CommentSite, rules: BTreeMap<&RuleId, Vec<usize>>) -> Vec<(String, Vec<usize>)> {
    if !place.is_behind {
        return rules.into_iter().map(|(rule, of)| (rule.to_string(), of)).collect();
    }
    let names: Vec<&str> = rules.keys().map(|rule| rule.as_str()).collect();
    vec![(names.join(", "), rules.values().flatten().copied().collect())]
}

/// The `[[ignore]]` table that silences the rule of a finding in its file, for the configuration.
#[must_use]
pub fn proposed_ignore(finding: &Finding, reason: &str) -> String {
    let mut glob = String::with_capacity(finding.path.as_str().len());
    for letter in finding.path.as_str().chars() {
        // In a glob these are signs; in brackets they are themselves.
        match letter {
            '*' | '?' | '[' | ']' | '{' | '}' => glob.extend(['[', letter, ']']),
            '\\' => glob.push_str("\\\\"),
            _ => glob.push(letter),
        }
    }
    let mut table = format!("[[ignore]]\nrule = {}\npath = {}\n", toml(finding.rule.id.as_str()), toml(&glob));
    if let [task] = &*finding.tasks {
        table.push_str(&format!("task = {}\n", toml(&task.id)));
    }
    table.push_str(&format!("reason = {}\n", toml(reason)));
    table
}

/// A text as TOML writes it.
fn toml(text: &str) -> String {
    let mut written = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => written.extend(['\\', letter]),
            letter if letter.is_control() => written.push_str(&format!("\\u{:04X}", u32::from(letter))),
            letter => written.push(letter),
        }
    }
    written.push('"');
    written
}
