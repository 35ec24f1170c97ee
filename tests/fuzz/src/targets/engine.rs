//! Whole runs over projects in memory.

use std::collections::BTreeMap;

use auditlint_engine::{
    Config, Date, Engine, Finding, FindingState, FixLevel, Report, RunOptions, Snapshot, apply, propose,
};
use auditlint_report::{RenderOptions, ReportFormat, renderer};
use auditlint_source::{FilePath, Files, LineIndex, MemoryFiles};
use auditlint_syntax::may_hold_code;
use auditlint_tasks::{TaskSource, detect};

use super::hold;
use super::input::Input;

const EVERY_PACK: &str = "packs = ['recommended', 'consistency', 'strict-rust', 'strict-typescript']\n";

fn load(files: &MemoryFiles, config: &str) -> Engine {
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), config);
    Engine::load(files, config, RunOptions::default(), problems)
}

fn check_snapshot(snapshot: &Snapshot<'_>) -> Report {
    let today = Date::parse("2026-01-01");
    snapshot.check(&|| today, &|_| {})
}

fn run(files: &MemoryFiles, config: &str) -> Report {
    check_snapshot(&load(files, config).snapshot(files))
}

/// What holds for every report.
fn check(report: &Report, input: &Input<'_>) {
    hold::problems_of(&report.problems, &input.files);
    assert!(report.findings.is_sorted_by(|a, b| a.order() <= b.order()));
    let lines: BTreeMap<&FilePath, LineIndex> =
        input.files.iter().map(|(path, text)| (path, LineIndex::new(text))).collect();
    for finding in &report.findings {
        let text = input.files[&finding.path];
        hold::within(finding.span, text);
        hold::position(finding.start, finding.span.start, &lines[&finding.path], text);
        hold::position(finding.end, finding.span.end, &lines[&finding.path], text);
        assert_eq!(finding.state == FindingState::Suppressed, finding.reason.is_some());
        for edit in finding.fix.iter().flatten() {
            hold::within(edit.span, text);
        }
        for related in &finding.related {
            let text = input.files[&related.path];
            hold::within(related.span, text);
            hold::position(related.start, related.span.start, &lines[&related.path], text);
        }
    }
}

fn config_of(input: &Input<'_>, otherwise: &str) -> String {
    let own = input.text("auditlint.toml");
    if own.is_empty() { otherwise.to_owned() } else { own }
}

/// A project with all packs, or with its own configuration and rules: twice the same, and every format can show it.
pub(super) fn engine(data: &[u8]) {
    let input = Input::read(data, "src/a.ts");
    let (files, config) = (input.memory(), config_of(&input, EVERY_PACK));
    let engine = load(&files, &config);
    let snapshot = engine.snapshot(&files);
    let report = check_snapshot(&snapshot);
    check(&report, &input);
    let again = run(&files, &config);
    assert_eq!((&report.findings, &report.problems), (&again.findings, &again.problems));
    // A part is held against all of the project; what silences nothing there may silence something elsewhere.
    for path in snapshot.scope.iter().take(1).map(|source| &source.path) {
        let part = check_snapshot(&engine.snapshot_of(&files, vec![path.clone()]));
        let of_it = |report: &Report| -> Vec<Finding> {
            let of_path = report.findings.iter().filter(|finding| finding.path == *path);
            of_path.filter(|finding| finding.rule.id.as_str() != "unused-suppression").cloned().collect()
        };
        assert_eq!(of_it(&part), of_it(&report));
    }
    // Files may have changed before they are quoted.
    let changed = MemoryFiles::new(input.files.iter().map(|(path, text)| (path.as_str(), &text[text.len() / 2..])));
    for (format, files) in ReportFormat::ALL.into_iter().flat_map(|format| [(format, &files), (format, &changed)]) {
        let mut out = Vec::new();
        let options = RenderOptions { verbose: true, show_suppressed: true, statistics: true, ..Default::default() };
        renderer(format, options).render(&report, files, &mut out).expect("memory takes everything");
        let out = String::from_utf8(out).expect("every format is UTF-8");
        // JSON escapes what JSON must.
        let json = matches!(format, ReportFormat::Json | ReportFormat::Jsonl);
        let harmless = |letter: char| matches!(letter, '\n' | '\t') || (json && letter >= '\u{7f}');
        let control = out.chars().find(|letter| letter.is_control() && !harmless(*letter));
        assert_eq!(control, None, "{} sends a control character: {out:?}", format.name());
    }
}

/// Comments that silence: they change nothing but whether a finding counts, and each says where its rule stands.
pub(super) fn suppressions(data: &[u8]) {
    let input = Input::read(data, "src/a.ts");
    let config = config_of(&input, EVERY_PACK);
    let report = run(&input.memory(), &config);
    check(&report, &input);
    let about_comments = |finding: &&Finding| finding.rule.id.as_str().ends_with("-suppression");
    for finding in report.findings.iter().filter(about_comments) {
        let said = finding.span.of(input.files[&finding.path]);
        if finding.message.starts_with("rule `") || finding.message.starts_with("there is no rule `") {
            let said = String::from_utf8_lossy(said);
            assert!(finding.message.contains(&format!("`{said}`")), "{said}: {}", finding.message);
        }
    }
    // The same with comments that say nothing to us.
    let mute = |text: &[u8]| -> Vec<u8> {
        let mut text = text.to_vec();
        for at in 0..text.len() {
            if text[at..].starts_with(b"-ignore") {
                text[at + 1] = b'x';
            }
        }
        text
    };
    let muted = MemoryFiles::new(input.files.iter().map(|(path, text)| (path.as_str(), mute(text))));
    let muted = run(&muted, &config);
    let places = |report: &Report| -> Vec<(FilePath, auditlint_source::Span, String)> {
        let findings = report.findings.iter().filter(|finding| !about_comments(finding));
        findings.map(|one| (one.path.clone(), one.span, one.rule.id.to_string())).collect()
    };
    assert_eq!(places(&report), places(&muted));
}

/// Fixes and written comments: without findings nothing changes, what is written holds every byte of the old text in order, and
/// what is said to be silenced is.
pub(super) fn fixes(data: &[u8]) {
    let input = Input::read(data, "src/a.ts");
    let (mut files, config) = (input.memory(), config_of(&input, EVERY_PACK));
    let report = run(&files, &config);
    let today = || Date::parse("2026-01-01");
    let added = {
        let engine = load(&files, &config);
        let snapshot = engine.snapshot(&files);
        for (path, text) in &input.files {
            let nothing = apply(text, []);
            assert_eq!((nothing.text.as_slice(), nothing.applied), (*text, 0));
            let own: Vec<&Finding> = report.findings.iter().filter(|finding| finding.path == *path).collect();
            let fixable = own.iter().filter(|one| one.state == FindingState::New && one.fix.is_some()).count();
            let fixed = apply(text, own.iter().copied());
            assert_eq!(fixed.applied + fixed.deferred, fixable);
            assert_eq!(fixed.applied > 0, fixable > 0);
            if may_hold_code(path) {
                let _ = snapshot.fix(path, text, own.into_iter().cloned().collect(), FixLevel::Unsafe, &today);
            }
        }
        let texts = input.files.iter().map(|(path, text)| (path.clone(), text.to_vec())).collect();
        snapshot.add_ignores(&report, texts, "a b", &today)
    };
    let silenced: usize = added.files.values().map(|file| file.silenced).sum();
    for (path, file) in added.files {
        assert_eq!(file.old, input.files[&path]);
        let mut rest = file.new.iter();
        assert!(file.old.iter().all(|byte| rest.any(|new| new == byte)), "{:?}", String::from_utf8_lossy(&file.new));
        files.insert(path, file.new);
    }
    let config = match files.read(&FilePath::new("auditlint.toml"), u64::MAX) {
        Ok(own) if !own.is_empty() => String::from_utf8_lossy(&own).into_owned(),
        _ => config,
    };
    let left = run(&files, &config);
    assert!(left.active().count() + silenced <= report.active().count(), "{:?}", left.findings);
}

/// The configuration that is proposed for a project is one that can be read.
pub(super) fn init(data: &[u8]) {
    let input = Input::read(data, "tasks/a.yaml");
    let files = input.memory();
    let mut engine = Engine::load(&files, Config::default(), RunOptions::default(), Vec::new());
    let mut config = Config::default();
    for found in detect(&engine.snapshot(&files).discovered.files, &files) {
        let source = TaskSource::of_files(&[&found.glob]).expect("what is proposed is a glob");
        assert!(input.files.keys().any(|path| source.covers(path.as_str())), "{} matches nothing", found.glob);
        config.settings.tasks.push(TaskSource { format: found.format, ..source });
    }
    engine.reload(&files, config, Vec::new());
    let snapshot = engine.snapshot(&files);
    let proposed = propose(&snapshot, &check_snapshot(&snapshot), &files);
    let (_, problems) = Config::read(&FilePath::new("auditlint.toml"), &proposed);
    assert_eq!(problems, [], "{proposed}");
}

/// What an engine keeps is used only where it still holds: a run behind one on other contents is like a first run.
pub(super) fn incremental(data: &[u8]) {
    let input = Input::read(data, "src/a.ts");
    let (files, config) = (input.memory(), config_of(&input, EVERY_PACK));
    let before = MemoryFiles::new(input.files.iter().enumerate().map(|(index, (path, text))| {
        // Some files stay, some are shorter, one is not there.
        let keep = [text.len(), text.len() / 2, text.len() / 3];
        (if index == 4 { "elsewhere" } else { path.as_str() }, &text[..keep[index % keep.len()]])
    }));
    let mut engine = load(&before, &config).keeping();
    let _ = check_snapshot(&engine.snapshot(&before));
    let (own, problems) = Config::read(&FilePath::new("auditlint.toml"), &config);
    engine.reload(&files, own, problems);
    let (second, fresh) = (check_snapshot(&engine.snapshot(&files)), run(&files, &config));
    assert_eq!((second.findings, second.problems), (fresh.findings, fresh.problems));
}

/// Ignore files and attributes: what is listed is there, once, in order.
pub(super) fn ignore_files(data: &[u8]) {
    let input = Input::read(data, ".gitignore");
    let files = input.memory();
    let (config, problems) = Config::read(&FilePath::new("auditlint.toml"), &config_of(&input, "packs = []\n"));
    let engine = Engine::load(&files, config, RunOptions::default(), problems);
    let project = engine.snapshot(&files);
    hold::problems_of(project.problems(), &input.files);
    assert!(project.discovered.files.is_sorted_by(|a, b| a < b));
    assert!(project.discovered.files.iter().all(|path| input.files.contains_key(path)));
    for path in &project.discovered.files {
        let _ = project.role(path);
    }
}
