//! One engine and many snapshots: what is parsed again, and that nobody can tell from the findings.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use auditlint_engine::{CONFIG_NAME, Config, Date, Engine, Report, RunOptions};
use auditlint_source::{ContentId, Entry, EntryKind, FilePath, Files, MemoryFiles, Problem, ReadError};

const CONFIG: &str = "packs = []\nrule-dirs = ['lint']\n[[tasks]]\nfiles = 'tasks/*.yaml'\n";
const TASK: &str = "id: T-1\ntitle: first\n";

/// A rule that finds calls of a function.
fn rule(name: &str, more: &str) -> String {
    format!(
        "id: no-{name}\nlanguage: TypeScript\nmessage: no {name}\nrule: {{ pattern: {name}($A) }}\ntasks: [T-1]\n{more}"
    )
}

/// The files of a project by path.
type Project = BTreeMap<String, String>;

fn memory(project: &Project) -> MemoryFiles {
    MemoryFiles::new(project.iter())
}

fn config(project: &Project) -> (Config, Vec<Problem>) {
    Config::read(&FilePath::new(CONFIG_NAME), project.get(CONFIG_NAME).map_or("", String::as_str))
}

fn load(project: &Project) -> Engine {
    let (config, problems) = config(project);
    Engine::load(&memory(project), config, RunOptions::default(), problems)
}

fn reload(engine: &mut Engine, project: &Project) {
    let (config, problems) = config(project);
    engine.reload(&memory(project), config, problems);
}

fn check(engine: &Engine, files: &dyn Files, day: &str) -> Report {
    engine.snapshot(files).check(&|| Date::parse(day), &|_| {})
}

const DAY: &str = "2026-01-01";

/// 2,000 sources, of which 50 hold what one rule looks for and 30 what another does.
fn large() -> Project {
    let sources = (0..2_000).map(|index| {
        let call = match index {
            0..50 => "old(1);\n",
            50..80 => "alert(1);\n",
            _ => "here(1);\n",
        };
        (format!("src/f{index}.ts"), format!("const a{index} = {index};\n{call}"))
    });
    let others = [
        (CONFIG_NAME, CONFIG.to_owned()),
        ("tasks/a.yaml", TASK.to_owned()),
        ("lint/old.yml", rule("old", "")),
        ("lint/alert.yml", rule("alert", "")),
    ];
    sources.chain(others.map(|(path, text)| (path.to_owned(), text))).collect()
}

#[test]
fn only_what_can_come_out_differently_is_parsed_again() {
    let mut project = large();
    let mut engine = load(&project).keeping();
    let run = |engine: &Engine, project: &Project| {
        let report = check(engine, &memory(project), DAY);
        let fresh = check(&load(project), &memory(project), DAY);
        assert_eq!((&report.findings, &report.problems), (&fresh.findings, &fresh.problems));
        assert_eq!(fresh.summary.files, 2_000);
        (report.findings.len(), report.summary.files_parsed)
    };
    assert_eq!(run(&engine, &project), (80, 80));
    assert_eq!(run(&engine, &project), (80, 0));
    // One source.
    project.insert("src/f7.ts".to_owned(), "old(2);\nold(3);\n".to_owned());
    assert_eq!(run(&engine, &project), (81, 1));
    // One task file.
    project.insert("tasks/a.yaml".to_owned(), TASK.replace("first", "second"));
    assert_eq!(run(&engine, &project), (81, 0));
    // One rule file: all sources that the rule can match in.
    project.insert("lint/alert.yml".to_owned(), rule("alert", "").replace("no alert", "not that"));
    reload(&mut engine, &project);
    assert_eq!(run(&engine, &project), (81, 30));
    // A rule that is new, one that can match nowhere, and one that is gone.
    project.insert("lint/here.yml".to_owned(), rule("here", "files: ['src/f1999.ts']\n"));
    reload(&mut engine, &project);
    assert_eq!(run(&engine, &project), (82, 1));
    project.insert("lint/nowhere.yml".to_owned(), rule("nowhere", ""));
    reload(&mut engine, &project);
    assert_eq!(run(&engine, &project), (82, 0));
    project.remove("lint/nowhere.yml");
    project.remove("lint/old.yml");
    reload(&mut engine, &project);
    assert_eq!(run(&engine, &project), (31, 0));
    // What another state of the project has found is there when it comes back.
    project.insert("lint/old.yml".to_owned(), rule("old", ""));
    reload(&mut engine, &project);
    assert_eq!(run(&engine, &project), (82, 0));
}

#[test]
fn a_report_on_a_part_uses_what_is_kept() {
    let project = large();
    let (engine, files) = (load(&project).keeping(), memory(&project));
    let all = check(&engine, &files, DAY);
    let part = engine.snapshot_of(&files, vec![FilePath::new("src/f7.ts")]).check(&|| None, &|_| {});
    assert!(part.partial);
    assert_eq!((part.summary.files, part.summary.files_parsed), (1, 0));
    assert_eq!(
        part.findings,
        all.findings.into_iter().filter(|found| found.path.as_str() == "src/f7.ts").collect::<Vec<_>>()
    );
}

#[test]
fn a_single_run_keeps_nothing() {
    let project = large();
    let engine = load(&project);
    let parsed = || check(&engine, &memory(&project), DAY).summary.files_parsed;
    assert_eq!((parsed(), parsed()), (80, 80));
}

/// Everything that a finding may come from: suppressions, a fix, labels, what a file lacks, facts, roles, a broken source.
fn small() -> Project {
    let files = [
        (CONFIG_NAME, format!("{CONFIG}[roles]\nscript = 'bin/**'\n")),
        ("tasks/a.yaml", TASK.to_owned()),
        ("lint/old.yml", rule("old", "fix: new_($A)\nlabels: { A: { style: secondary, message: this } }\n")),
        ("lint/alert.yml", rule("alert", "in: [source, script]\n")),
        ("lint/header.yml", rule("header", "").replace("rule:", "require:")),
        ("lint/column.yml", COLUMN.to_owned()),
        ("db/schema.prisma", "model A {\n  id Int @id\n  a Int @map(\"x\")\n  b Int @map(\"x\")\n}\n".to_owned()),
        (
            "src/a.ts",
            "header(1);\n// auditlint-ignore no-old until 2026-06-01: later\nold(\n  alert(1),\n);\n".to_owned(),
        ),
        ("src/b.ts", "old(1);\n// auditlint-ignore no-alert: because\nf();\n// auditlint-ignore\n".to_owned()),
        ("src/c.ts", "const header = 1;\nalert(1);\nold(2; ??\n".to_owned()),
        ("src/c.test.ts", "old(3);\nheader(1);\n".to_owned()),
        ("bin/d.ts", "alert(1);\n".to_owned()),
        ("src/e.ts", "\u{0}".to_owned()),
    ];
    files.map(|(path, text)| (path.to_owned(), text)).into()
}

const COLUMN: &str = "id: column-twice\nmessage: the column `$COLUMN` is there twice\ncheck:\n  each: prisma.field\n  unique: [model, column]\n";

/// What is put into a file, or `None` where it is gone.
type Change<'c> = (&'c str, Option<&'c str>);

#[test]
fn kept_results_are_those_of_a_fresh_run() {
    let config = |more: &str| format!("{CONFIG}[roles]\nscript = 'bin/**'\n{more}");
    let ignored = config("[[ignore]]\nrule = 'no-old'\npath = 'src/b.ts'\nreason = 'r'\nuntil = 2026-06-01\n");
    let overridden = config("[[overrides]]\nfiles = 'src/**'\nrules.no-alert.severity = 'off'\n");
    let tested = config("[rules.no-old]\nin = ['test']\nseverity = 'hint'\n");
    let globbed = config("[rules.no-old]\nfiles = ['src/b.ts']\n");
    let generated = format!("{CONFIG}[roles]\ngenerated = 'src/b.ts'\n");
    let small_files = config("").replace("packs", "max-file-size = 20\npacks");
    let strict = rule("header", "").replace("rule:", "require:").replace("no header", "a header");
    let marked = "// @generated\nold(1);\n";
    let steps: &[&[Change<'_>]] = &[
        &[],
        &[("src/b.ts", Some("old(1);\n"))],
        &[("src/f.ts", Some("old(1);\n"))],
        &[("src/b.ts", None), ("src/g.ts", Some("old(1);\n// auditlint-ignore no-alert: because\nf();\n"))],
        &[("src/b.ts", Some("// auditlint-ignore no-old: why\nold(1);\n"))],
        &[(CONFIG_NAME, Some(&ignored))],
        &[(CONFIG_NAME, Some(&overridden))],
        &[(CONFIG_NAME, Some(&tested))],
        &[(CONFIG_NAME, Some(&globbed))],
        &[(CONFIG_NAME, Some(&generated))],
        &[(CONFIG_NAME, Some(&small_files))],
        &[(CONFIG_NAME, Some(CONFIG))],
        &[("lint/header.yml", Some(&strict))],
        &[("lint/header.yml", None)],
        &[("lint/old.yml", None)],
        &[("lint/0.yml", Some("id: no-h\nlanguage: TypeScript\nrule: { pattern: alert($A) }\n"))],
        &[("src/f.ts", Some(marked))],
        &[("src/f.tsx", Some("old(1);\n")), ("src/f.ts", None)],
        &[("src/f.test.ts", Some(marked))],
        &[("db/schema.prisma", Some("model A {\n  id Int @id\n}\n"))],
        &[("tasks/a.yaml", None)],
    ];
    let mut project = small();
    let mut engine = load(&project).keeping();
    let mut kept = 0;
    for changes in steps {
        for (path, text) in *changes {
            match text {
                Some(text) => project.insert((*path).to_owned(), (*text).to_owned()),
                None => project.remove(*path),
            };
        }
        reload(&mut engine, &project);
        for day in [DAY, "2026-07-01"] {
            let files = memory(&project);
            let (report, fresh) = (check(&engine, &files, day), check(&load(&project), &files, day));
            assert_eq!((&report.findings, &report.problems), (&fresh.findings, &fresh.problems), "{changes:?} {day}");
            assert_eq!(report.contents, fresh.contents, "{changes:?} {day}");
            assert_eq!(
                (report.summary.files, report.summary.regions, report.summary.bytes, report.summary.skipped),
                (fresh.summary.files, fresh.summary.regions, fresh.summary.bytes, fresh.summary.skipped)
            );
            assert!(report.summary.files_parsed <= fresh.summary.files_parsed);
            kept += fresh.summary.files_parsed - report.summary.files_parsed;
        }
    }
    assert!(kept > 100, "{kept}");
}

/// Files whose contents have names, as those of git have.
struct Named {
    files: MemoryFiles,
    read: AtomicU64,
}

impl Files for Named {
    fn list(&self, folder: &FilePath) -> Result<Vec<Entry>, ReadError> {
        self.files.list(folder)
    }

    fn read(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, ReadError> {
        self.read.fetch_add(u64::from(path.extension() == Some("ts")), Ordering::Relaxed);
        self.files.read(path, limit)
    }

    fn kind(&self, path: &FilePath) -> Option<EntryKind> {
        self.files.kind(path)
    }

    fn content_id(&self, path: &FilePath) -> Option<ContentId> {
        let text = self.files.read(path, u64::MAX).ok()?;
        Some(ContentId(String::from_utf8_lossy(&text).into_owned()))
    }
}

#[test]
fn a_content_with_a_name_is_not_even_read_again() {
    let project = large();
    let engine = load(&project).keeping();
    let files = Named { files: memory(&project), read: AtomicU64::new(0) };
    let first = check(&engine, &files, DAY);
    assert_eq!(files.read.load(Ordering::Relaxed), 2_000);
    let second = check(&engine, &files, DAY);
    assert_eq!(files.read.load(Ordering::Relaxed), 2_000);
    assert_eq!((second.findings, second.contents), (first.findings, first.contents));
}

#[test]
fn facts_of_a_content_with_a_name_are_not_read_again() {
    let query = "db.user.findMany({ where: { name: 1 } });\n";
    let marked = "// auditlint-ignore prisma-unknown-field: a view adds it\n";
    let mut project: Project = (0..50).map(|index| (format!("src/f{index}.ts"), query.to_owned())).collect();
    project.insert("src/plain.ts".to_owned(), "const a = 1;\n".to_owned());
    project.insert("db/schema.prisma".to_owned(), format!("{marked}model User {{\n  id Int @id\n}}\n"));
    project.insert(CONFIG_NAME.to_owned(), "packs = ['consistency']\n".to_owned());
    let mut engine = load(&project);
    let files = |project: &Project| Named { files: memory(project), read: AtomicU64::new(0) };
    // Sources are read for facts and for rules; a single run keeps facts alone.
    let read = |engine: &Engine, project: &Project| {
        let files = files(project);
        let mut problems = Vec::new();
        let names = ["prisma.field", "import.import"].into_iter();
        let facts = engine.snapshot(&files).facts(names, &mut problems);
        assert_eq!(problems, []);
        let fields: Vec<_> = facts.relation("prisma.field").into_iter().flat_map(|relation| &relation.rows).collect();
        (files.read.load(Ordering::Relaxed), fields.len())
    };
    let first = read(&engine, &project);
    assert_eq!(first.0, 51);
    assert_eq!(read(&engine, &project), (0, first.1));
    project.insert("src/f7.ts".to_owned(), "const b = 1;\n".to_owned());
    assert_eq!(read(&engine, &project), (1, first.1));
    let suppressions = |engine: &Engine| {
        let report = check(engine, &files(&project), DAY);
        (report.findings, report.problems)
    };
    assert_eq!(suppressions(&engine), suppressions(&load(&project)));
    // A file that is too long by now is said to be, although its facts are kept.
    project.insert(CONFIG_NAME.to_owned(), "packs = ['consistency']\nmax-file-size = 10\n".to_owned());
    reload(&mut engine, &project);
    assert_eq!(check(&engine, &files(&project), DAY).problems, check(&load(&project), &files(&project), DAY).problems);
}
