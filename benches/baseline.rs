//! What a baseline of 50,000 findings takes of a run: where all of them are known, where every file was renamed, and where none is
//! known any more. Prints the share of the run.

#[path = "../crates/cli/src/allocator.rs"]
mod allocator;

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use auditlint_engine::{BASELINE_NAME, CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{FilePath, MemoryFiles};

const RULES: usize = 50;
const FILES: usize = 2_500;
const RUNS: usize = 5;

fn main() {
    allocator::use_for_trees();
    let baseline = {
        let files = project("src", "call", None);
        let engine = engine(&files);
        let snapshot = engine.snapshot(&files);
        let report = snapshot.check(&|| None, &|_| {});
        snapshot.first_baseline(0, &report.findings).baseline.to_text()
    };
    for (name, folder, call) in
        [("all known", "src", "call"), ("all renamed", "lib", "call"), ("all new", "src", "await call")]
    {
        let files = project(folder, call, Some(&baseline));
        let engine = engine(&files);
        let mut best: Option<(Duration, Duration)> = None;
        let mut last = Report::default();
        for _ in 0..RUNS {
            last = engine.snapshot(&files).check(&|| None, &|_| {});
            let phases = last.timings.take().map(|timings| timings.phases).unwrap_or_default();
            let all: Duration = phases.iter().map(|(_, time)| *time).sum();
            let held = phases.iter().filter(|(name, _)| *name == "baseline").map(|(_, time)| *time).sum();
            best = Some(best.map_or((all, held), |best| best.min((all, held))));
        }
        let (all, held) = best.unwrap_or_default();
        let share = 100.0 * held.as_secs_f64() / all.as_secs_f64();
        let (findings, known) = (last.findings.len(), last.summary.known);
        // Whoever reads the figures may have gone away; that is no reason to fail.
        let _ = writeln!(
            std::io::stdout(),
            "{name}: {known} of {findings} known, run {all:.1?}, baseline {held:.1?} ({share:.1} % of the run)"
        );
    }
}

fn engine(files: &MemoryFiles) -> Engine {
    let (config, problems) = Config::read(&FilePath::new(CONFIG_NAME), "packs = []\nrule-dirs = [\"rules\"]\n");
    assert!(problems.is_empty(), "{problems:?}");
    let options = RunOptions { timings: true, ..RunOptions::default() };
    Engine::load(files, config, options, problems)
}

fn project(folder: &str, call: &str, baseline: Option<&str>) -> MemoryFiles {
    let rules: String = (0..RULES)
        .map(|rule| format!("id: r{rule}\nlanguage: TypeScript\nmessage: m\nrule: {{ regex: '^(await )?call{rule}\\(', any: [{{kind: call_expression}}, {{kind: await_expression}}] }}\n---\n"))
        .collect();
    let mut files = vec![("rules/r.yml".to_owned(), rules)];
    files.extend(baseline.map(|text| (BASELINE_NAME.to_owned(), text.to_owned())));
    for file in 0..FILES {
        let mut text = String::new();
        for line in 0..20 {
            let rule = (file + line) % RULES;
            let _ = writeln!(
                text,
                "{call}{rule}({line});\nfunction f{line}(a: number, b: string) {{\n  return a + b.length;\n}}"
            );
        }
        files.push((format!("{folder}/m{}/f{file}.ts", file % 100), text));
    }
    MemoryFiles::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}
