//! What verdicts, and checks of the plan itself, take of a run: 5,000 tasks, 50 rules, 50,000 findings in 2,500 sources. Prints the share of the
//! run, and the figures of a run without links beside it.

#[path = "../crates/cli/src/allocator.rs"]
mod allocator;

use std::fmt::Write;
use std::time::Duration;

use auditlint_engine::{CONFIG_NAME, Config, Engine, RunOptions};
use auditlint_source::{FilePath, MemoryFiles};

const TASKS: usize = 5_000;
const RULES: usize = 50;
const FILES: usize = 2_500;
const RUNS: usize = 5;

#[expect(clippy::print_stdout, reason = "figures are what a bench is for")]
fn main() {
    allocator::use_for_trees();
    let files = project();
    let path = FilePath::new(CONFIG_NAME);
    for (name, linked, packs) in [
        ("without links", false, "[]"),
        ("5,000 tasks linked", true, "[]"),
        ("5,000 tasks linked, pack `plan`", true, "['plan']"),
    ] {
        let text = config(linked, packs);
        let (config, problems) = Config::read(&path, &text);
        assert!(problems.is_empty(), "{problems:?}");
        let options = RunOptions { timings: true, ..RunOptions::default() };
        let engine = Engine::load(&files, config, options, problems);
        let mut best: Option<(Duration, Duration, Duration)> = None;
        let mut findings = 0;
        for _ in 0..RUNS {
            let report = engine.snapshot(&files).check(&|| None, &|_| {});
            let phases = report.timings.map(|timings| timings.phases).unwrap_or_default();
            let all: Duration = phases.iter().map(|(_, time)| *time).sum();
            let of = |phase: &str| phases.iter().filter(|(name, _)| *name == phase).map(|(_, time)| *time).sum();
            let now = (all, of("verdicts"), of("facts"));
            findings = report.findings.len();
            best = Some(best.map_or(now, |best| best.min(now)));
        }
        let (all, verdicts, plan) = best.unwrap_or_default();
        let share = |part: Duration| 100.0 * part.as_secs_f64() / all.as_secs_f64();
        println!(
            "{name}: {findings} findings, run {all:.1?}, verdicts {verdicts:.1?} ({:.1} %), plan {plan:.1?} ({:.1} %)",
            share(verdicts),
            share(plan)
        );
    }
}

/// Every rule has a hundred tasks: one for all files, the others for one folder each.
fn config(linked: bool, packs: &str) -> String {
    let mut text = format!("packs = {packs}\n") + "rule-dirs = [\"rules\"]\n[[tasks]]\nfiles = \"tasks.md\"\n";
    for rule in (0..RULES).filter(|_| linked) {
        let links = (0..TASKS / RULES).map(|link| match (link, link * RULES + rule) {
            (0, task) => format!("\"T-{task}\""),
            (link, task) => format!("{{ id = \"T-{task}\", files = [\"m{link}/**\"] }}"),
        });
        let _ = writeln!(text, "[rules.r{rule}]\ntasks = [{}]", links.collect::<Vec<_>>().join(", "));
    }
    text
}

fn project() -> MemoryFiles {
    let rules: String = (0..RULES)
        .map(|rule| {
            format!("id: r{rule}\nlanguage: TypeScript\nmessage: m\nrule: {{ pattern: call{rule}($A) }}\n---\n")
        })
        .collect();
    let tasks: String = (0..TASKS)
        .map(|task| {
            let (phase, on, file) = (task / 100, task.saturating_sub(1), task % FILES);
            format!(
                "## T-{task} Title\n- **Status:** todo\n- **Phase:** {phase}\n- **Depends on:** T-{on}\n- **Files:** `m{}/f{file}.ts`\n",
                file % 100
            )
        })
        .collect();
    let mut files = vec![("rules/r.yml".to_owned(), rules), ("tasks.md".to_owned(), tasks)];
    for file in 0..FILES {
        let mut text = String::new();
        for line in 0..20 {
            let _ = writeln!(
                text,
                "call{}({line});\nfunction f{line}(a: number, b: string) {{\n  return a + b.length;\n}}",
                (file + line) % RULES
            );
        }
        files.push((format!("m{}/f{file}.ts", file % 100), text));
    }
    MemoryFiles::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}
