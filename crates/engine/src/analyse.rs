//! From the text of one source to what rules find in it. Nothing that is configured for findings takes part, and of other files only
//! what the source imports from them.

use auditlint_rules::{Role, Room, RuleCost, RuleMatch, RuleSet, Selection, SourceExports, SourceImports, SourceInfo};
use auditlint_source::{FilePath, LineIndex, NotText, Span};
use auditlint_syntax::{Code, Parser, Tree};

use crate::clock::clock;
use crate::directives::{Directives, has_directive};
use crate::enclosing::Enclosing;
use crate::file_matches::{FileMatch, FileMatches, LabelledSpan, Regions, RuleExceeded, Unread};
use crate::limits::MAX_REGIONS;
use crate::{ContentHash, FileEdit, fingerprint};

/// What one thread keeps between sources.
pub struct AnalysisWorker {
    parser: Parser,
    pub(crate) rules: auditlint_rules::Worker,
    matches: Vec<RuleMatch>,
    /// For each rule of the set its number in the present source.
    numbers: Vec<Option<u32>>,
    pub(crate) timed: bool,
}

impl AnalysisWorker {
    /// A worker; `timed` measures what each rule costs.
    #[must_use]
    pub fn new(timed: bool) -> Self {
        let rules = if timed { auditlint_rules::Worker::timed(clock) } else { auditlint_rules::Worker::default() };
        Self { parser: Parser::default(), rules, matches: Vec::new(), numbers: Vec::new(), timed }
    }

    /// What each rule cost in the last source, by index; empty unless timed.
    pub(crate) fn take_costs(&mut self) -> Vec<RuleCost> {
        std::mem::take(&mut self.rules.costs)
    }
}

/// Finds out what the rules of a set find in a source. Of the path only the globs of rules are asked.
#[must_use]
pub fn analyse(set: &RuleSet, path: &FilePath, role: Role, text: &[u8], worker: &mut AnalysisWorker) -> FileMatches {
    analyse_importing(set, path, role, text, None, worker)
}

/// The same for a source that imports what others of the project export.
pub(crate) fn analyse_importing(
    set: &RuleSet,
    path: &FilePath,
    role: Role,
    text: &[u8],
    imports: Option<&SourceImports>,
    worker: &mut AnalysisWorker,
) -> FileMatches {
    let code = match read_code(path, text) {
        Ok(code) => code,
        Err(unread) => return FileMatches::unread(unread, role, text),
    };
    let source = SourceInfo { path, language: code.language(), role };
    select(set, source, &code, imports, &mut worker.rules.selection);
    analyse_selected(set, source, &code, imports, worker)
}

/// What a source exports that a rule asks for, and nothing else about it. A source of which nobody can say exports nothing.
pub(crate) fn exports_of(
    set: &RuleSet,
    path: &FilePath,
    text: &[u8],
    imports: Option<&SourceImports>,
    worker: &mut AnalysisWorker,
) -> SourceExports {
    let Ok(code) = read_code(path, text) else { return SourceExports::default() };
    let source = SourceInfo { path, language: code.language(), role: Role::Source };
    let found = set.read_exports(source, code.text(), imports, &mut worker.parser, &mut worker.rules);
    found.ok().flatten().unwrap_or_default()
}

/// Selects the rules that may match in code. A suppression may stand in a comment of the page around it.
pub(crate) fn select(
    set: &RuleSet,
    source: SourceInfo<'_>,
    code: &Code<'_>,
    imports: Option<&SourceImports>,
    selection: &mut Selection,
) {
    set.select_importing(source, code.text(), imports, selection);
    if code.markup_comments().iter().any(|comment| has_directive(comment.of(code.file()))) {
        selection.add_suppression();
    }
}

/// The code of a source, or why there is none to analyse.
pub(crate) fn read_code<'t>(path: &FilePath, text: &'t [u8]) -> Result<Code<'t>, Unread> {
    match NotText::of(text) {
        Some(NotText::Utf16) => Err(Unread::Utf16),
        Some(NotText::Binary) => Err(Unread::Binary),
        None => Code::of(path, text).ok_or(Unread::NoCode),
    }
}

/// The same for code of which the worker holds the selected rules.
pub(crate) fn analyse_selected(
    set: &RuleSet,
    source: SourceInfo<'_>,
    code: &Code<'_>,
    imports: Option<&SourceImports>,
    worker: &mut AnalysisWorker,
) -> FileMatches {
    let text = code.file();
    worker.matches.clear();
    let analysed =
        set.analyse_selected(source, code.text(), &mut worker.parser, &mut worker.rules, &mut worker.matches);
    // The worker holds what was selected with them.
    #[cfg(not(debug_assertions))]
    let _ = imports;
    #[cfg(debug_assertions)]
    hold_against_naive(set, source, code.text(), imports, worker);
    let absent = worker.rules.selection.absent();
    let mut found = FileMatches {
        bytes: text.len() as u64,
        role: source.role,
        counters: std::mem::take(&mut worker.rules.counters),
        absent: absent.iter().map(|rule| set.rule(*rule).id.clone()).collect(),
        exceeded: exceeded(set, &worker.rules.room),
        left_out: worker.rules.room.left_out(),
        ..FileMatches::default()
    };
    match analysed {
        Ok(Some(analysis)) => {
            found.parsed = true;
            if worker.rules.selection.may_export() {
                found.counters.files_exporting += 1;
                let exports = set.exports_of(&analysis);
                found.exports = set.tells_exports(&exports).then(|| Box::new(exports));
            }
            let lines = LineIndex::new(text);
            let tree = analysis.tree();
            if worker.rules.selection.has_suppression() {
                let directives = Directives::read(tree, code, &lines);
                found.directives = (!directives.is_empty()).then(|| Box::new(directives));
            }
            // What is read for its exports alone is judged by no rule.
            if !worker.rules.selection.is_empty() || worker.rules.selection.has_suppression() {
                found.regions = regions(tree, code, &lines);
            }
            if found.regions.count > 0 {
                let parts: Vec<Span> = tree.not_understood().iter().chain(code.not_understood()).copied().collect();
                let in_doubt = set.in_doubt(&worker.rules.selection, source.language, text, &parts);
                found.in_doubt = in_doubt.map(|rule| set.rule(rule).id.clone()).collect();
            }
            take_matches(set, &Enclosing::new(tree), text, &lines, worker, &mut found);
        }
        // Nothing can match; what remains are files that lack what a rule requires.
        Ok(None) => {}
        Err(gave_up) => found.unread = Some(Unread::GaveUp(gave_up.to_string())),
    }
    if !(found.matches.is_empty() && found.absent.is_empty() && found.directives.is_none()) {
        found.content = Some(ContentHash::of(text));
    }
    found
}

/// In debug builds every test proves that prefilter and dispatch lose nothing: small sources are matched the plain way
/// too. Large ones may meet the caps on islands in one way and not in the other.
#[cfg(debug_assertions)]
fn hold_against_naive(
    set: &RuleSet,
    source: SourceInfo<'_>,
    text: &[u8],
    imports: Option<&SourceImports>,
    worker: &mut AnalysisWorker,
) {
    const LARGEST: usize = 32 * 1024;
    if text.len() > LARGEST {
        return;
    }
    // What a rule that gave up would have found is not known.
    if worker.rules.room.exceeded().values().any(|exceeded| exceeded.steps) {
        return;
    }
    let (parser, found) = (&mut worker.parser, &worker.matches);
    let difference = set.difference_to_naive_of_importing(source, text, imports, parser, found);
    assert!(difference.is_none(), "{}: {}", source.path, difference.unwrap_or_default());
}

fn exceeded(set: &RuleSet, room: &Room) -> Vec<RuleExceeded> {
    let exceeded = room.exceeded().iter().map(|(rule, exceeded)| RuleExceeded {
        rule: set.rule(*rule).id.clone(),
        steps: exceeded.steps,
        text: exceeded.texts.text,
        fix: exceeded.texts.fix,
    });
    exceeded.collect()
}

fn regions(tree: &Tree, code: &Code<'_>, lines: &LineIndex) -> Regions {
    let all = tree.not_understood().iter().chain(code.not_understood());
    let told = all.clone().take(MAX_REGIONS as usize).map(|span| (*span, lines.position(code.file(), span.start)));
    let (told, bytes) = (told.collect(), all.clone().map(|span| u64::from(span.len())).sum());
    Regions { told, count: all.count() as u64, bytes }
}

/// Brings the matches into the form in which they need no tree.
fn take_matches(
    set: &RuleSet,
    enclosing: &Enclosing<'_>,
    text: &[u8],
    lines: &LineIndex,
    worker: &mut AnalysisWorker,
    into: &mut FileMatches,
) {
    let AnalysisWorker { matches, numbers, rules, .. } = worker;
    let absent = rules.selection.absent();
    let nothing = Directives::default();
    let directives = into.directives.as_deref().unwrap_or(&nothing);
    numbers.clear();
    numbers.resize(set.rules().len(), None);
    into.matches.reserve_exact(matches.len());
    for found in matches.drain(..).filter(|found| found.node.is_some() || !absent.contains(&found.rule)) {
        let id = &set.rule(found.rule).id;
        let number = *numbers[found.rule as usize].get_or_insert_with(|| {
            into.rules.push(id.clone());
            into.rules.len() as u32 - 1
        });
        let position = |offset: u32| lines.position(text, offset);
        let labels = found.labels.into_iter().map(|label| LabelledSpan {
            start: position(label.span.start),
            end: position(label.span.end),
            message: label.message.unwrap_or_default(),
        });
        let edits = found.edits.into_iter().map(|edit| FileEdit { span: edit.span, text: edit.text });
        into.matches.push(FileMatch {
            rule: number,
            start: position(found.span.start),
            end: position(found.span.end),
            anchor: directives.anchor_of_match(enclosing, lines, found.node, found.span),
            fingerprint: match found.node {
                Some(node) => fingerprint::of_node(id, enclosing, text, node),
                None => fingerprint::of_key(id, ""),
            },
            message: found.message,
            fix: (edits.len() > 0).then(|| edits.collect()),
            cannot_fix: found.cannot_fix.map(|cannot| cannot.to_string()),
            labels: labels.collect(),
            severity: found.severity,
            kinds: found.kinds.into(),
            via: found.via,
        });
    }
}

#[cfg(test)]
mod tests {
    use auditlint_facts::KnownRelations;
    use auditlint_matcher::SharedUtils;
    use auditlint_rules::read_rules;

    use super::*;

    const RULES: &str = "id: old\nlanguage: TypeScript\nmessage: no $A\nrule: {pattern: old($A)}\nfix: new_($A)\n\
                         labels: {A: {style: secondary, message: this}}\n---\n\
                         id: header\nlanguage: TypeScript\nmessage: m\nrequire: {pattern: header()}\n";

    #[track_caller]
    fn check(text: &str, matches: usize, absent: usize) {
        let (rules, problems) = read_rules(&FilePath::new("r.yml"), RULES, &KnownRelations::default());
        assert_eq!(problems, []);
        let (set, problems) = RuleSet::compile(rules, &SharedUtils::default());
        assert_eq!(problems, []);
        let path = FilePath::new("a.ts");
        let found = analyse(&set, &path, Role::Source, text.as_bytes(), &mut AnalysisWorker::new(false));
        assert_eq!((found.matches.len(), found.absent.len()), (matches, absent), "{found:?}");
        let bytes = postcard::to_stdvec(&found).unwrap();
        assert_eq!(postcard::from_bytes::<FileMatches>(&bytes).unwrap(), found, "{text}");
    }

    #[test]
    fn what_is_found_survives_being_written_and_read() {
        check("f();", 0, 1);
        check("old(1);\nheader();\n", 1, 0);
        // The text that a rule requires stands there, and not as code that matches.
        check("old(1);\nconst header = 1;\n", 2, 0);
        check("// auditlint-ignore old (T-1) until 2030-01-01: later\nold(\n  g(),\n);\n// auditlint-ignore\n", 1, 1);
        check("old(1; ??\n", 0, 1);
        check("\u{0}", 0, 0);
    }
}
