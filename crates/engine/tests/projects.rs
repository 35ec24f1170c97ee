//! Several projects in one run: the nearest configuration holds for a file, and what it inherits, extends and says itself.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_engine::{CONFIG_NAME, Config, Engine, Report, RunOptions};
use auditlint_source::{FilePath, Files as _, MemoryFiles};

const RULE: &str = "id: call\nlanguage: TypeScript\nmessage: no $F\nseverity: error\nrule: {pattern: $F()}\n";

/// A run at the root, with more options.
fn run_with(files: &[(&str, &str)], change: impl FnOnce(&mut RunOptions)) -> Report {
    let files = MemoryFiles::new(files.iter().copied());
    let path = FilePath::new(CONFIG_NAME);
    let text = files.read(&path, u64::MAX).ok().map(|bytes| String::from_utf8(bytes).unwrap());
    let (config, problems) = match text {
        Some(text) => Config::of_file(&files, &path, &text),
        None => (Config::default(), Vec::new()),
    };
    let mut options = RunOptions::default();
    change(&mut options);
    Engine::load(&files, config, options, problems).snapshot(&files).check(&|| None, &|_| {})
}

/// What a report says: `path:line severity rule`, then `path:line: message` of each problem.
fn said(report: &Report) -> Vec<String> {
    let finding = |one: &auditlint_engine::Finding| {
        let known = if one.state == auditlint_engine::FindingState::New { "" } else { " (silent)" };
        format!("{}:{} {} {}{known}", one.path, one.start.line, one.severity.name(), one.rule.id)
    };
    let problem = |one: &auditlint_source::Problem| {
        let (path, line) = (one.path.clone().unwrap_or_default(), one.position.map_or(0, |at| at.line));
        format!("{path}:{line}: {}", one.message)
    };
    report.findings.iter().map(finding).chain(report.problems.iter().map(problem)).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(said(&run_with(files, |_| {})), expected);
}

const ROOT: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"lint\"]\n");
const LINT: (&str, &str) = ("lint/call.yml", RULE);

#[test]
fn the_nearest_configuration_holds() {
    let code = [("a.ts", "f();\n"), ("web/a.ts", "f();\n"), ("web/sub/a.ts", "f();\n"), ("api/a.ts", "f();\n")];
    let with = |more: &[(&'static str, &'static str)]| [&[ROOT, LINT], &code[..], more].concat();
    check(
        &with(&[("web/auditlint.toml", "rules.call = \"warning\"\n")]),
        &["a.ts:1 error call", "api/a.ts:1 error call", "web/a.ts:1 warning call", "web/sub/a.ts:1 warning call"],
    );
    check(
        &with(&[("web/auditlint.toml", "rules.call = \"off\"\n"), ("web/sub/auditlint.toml", "")]),
        &["a.ts:1 error call", "api/a.ts:1 error call"],
    );
    check(
        &with(&[
            ("web/auditlint.toml", "rules.call = \"off\"\n"),
            ("web/sub/auditlint.toml", "rules.call = \"hint\"\n"),
        ]),
        &["a.ts:1 error call", "api/a.ts:1 error call", "web/sub/a.ts:1 hint call"],
    );
    // The search ends: neither the rules of the root hold, nor which packs it has on.
    check(
        &with(&[("web/auditlint.toml", "root = true\npacks = []\n")]),
        &["a.ts:1 error call", "api/a.ts:1 error call"],
    );
}

#[test]
fn paths_count_from_the_file_that_they_are_written_in() {
    let code = [("src/a.ts", "f();\n"), ("web/src/a.ts", "f();\n"), ("web/lib/a.ts", "f();\n")];
    let with = |root: &'static str, web: &'static str| {
        [&[("auditlint.toml", root), ("web/auditlint.toml", web), LINT], &code[..]].concat()
    };
    let root = "packs = []\nrule-dirs = [\"lint\"]\n";
    let src = "src/a.ts:1 error call";
    let (web_lib, web_src) = ("web/lib/a.ts:1 error call", "web/src/a.ts:1 error call");
    check(&with(root, ""), &[src, web_lib, web_src]);
    check(&with(root, "exclude = [\"/src/\"]\n"), &[src, web_lib]);
    check(&with(root, "exclude = [\"lib\"]\n"), &[src, web_src]);
    check(&with(root, "rules.call.files = [\"src/**\"]\n"), &[src, web_src]);
    check(&with(root, "rules.call.ignores = [\"src/**\"]\n"), &[src, web_lib]);
    check(&with(root, "overrides = [{ files = \"lib/**\", rules.call = \"off\" }]\n"), &[src, web_src]);
    check(&with(root, "[roles]\ngenerated = \"lib/**\"\n"), &[src, web_src]);
    check(
        &with(root, "[[ignore]]\nrule = \"call\"\npath = \"src/**\"\nreason = \"r\"\n"),
        &[src, web_lib, "web/src/a.ts:1 error call (silent)"],
    );
    // What the root says of files below a nested project holds there, too.
    let root = "packs = []\nrule-dirs = [\"lint\"]\nexclude = [\"/web/lib/\"]\nrules.call.ignores = [\"src/**\"]\n";
    check(&with(root, ""), &[web_src]);
    check(&with(root, "exclude = [\"!lib\"]\nrules.call.ignores = [\"src/**\"]\n"), &[web_lib]);
}

#[test]
fn rules_of_a_project_hold_below_it() {
    let rule =
        "id: call\nlanguage: TypeScript\nmessage: m\nseverity: error\nfiles: [\"src/**\"]\nrule: {pattern: g()}\n";
    let code = ("src/a.ts", "g();\nf();\n");
    // Two projects may each have a rule of one id.
    check(
        &[
            ("auditlint.toml", "packs = []\n"),
            code,
            ("web/auditlint.toml", "rule-dirs = [\"lint\"]\n"),
            ("web/lint/r.yml", rule),
            ("web/src/a.ts", code.1),
            ("web/lib/a.ts", code.1),
            ("api/auditlint.toml", "rule-dirs = [\"rules\"]\nrules.call = \"warning\"\n"),
            ("api/rules/r.yml", RULE),
            ("api/src/a.ts", code.1),
        ],
        &["api/src/a.ts:1 warning call", "api/src/a.ts:2 warning call", "web/src/a.ts:1 error call"],
    );
    // In one project there is only one, wherever it comes from.
    check(
        &[ROOT, LINT, ("web/auditlint.toml", "rule-dirs = [\"lint\"]\n"), ("web/lint/r.yml", rule), ("a.ts", "f();\n")],
        &["a.ts:1 error call", "web/lint/r.yml:1: duplicate rule id `call`: here and in lint/call.yml:1"],
    );
    // A project cannot name a rule that another one has.
    check(
        &[
            ("auditlint.toml", "packs = []\n"),
            ("web/auditlint.toml", "rule-dirs = [\"lint\"]\n"),
            ("web/lint/r.yml", RULE),
            ("web/a.ts", ""),
            ("api/auditlint.toml", "[rules.call]\nseverity = \"off\"\n"),
        ],
        &["api/auditlint.toml:1: there is no rule `call`"],
    );
}

#[test]
fn a_configuration_extends_others() {
    let code = [("a.ts", "f();\n"), ("web/a.ts", "f();\n"), ("web/gen/a.ts", "f();\n")];
    let with = |more: &[(&'static str, &'static str)]| [&code[..], &[LINT], more].concat();
    // A file elsewhere: its folders of rules count from there, its globs from the project.
    check(
        &with(&[
            ("auditlint.toml", "packs = []\n"),
            (
                "lint/base.toml",
                "packs = []\nrule-dirs = [\".\"]\nrules.call = { severity = \"hint\", ignores = [\"gen/**\"] }\n",
            ),
            ("web/auditlint.toml", "extends = \"../lint/base.toml\"\n"),
        ]),
        &["web/a.ts:1 hint call"],
    );
    // The last one wins, and the file itself over all; one that is inherited already counts once.
    check(
        &with(&[
            ("auditlint.toml", "packs = []\nrule-dirs = [\"lint\"]\n"),
            ("lint/warning.toml", "rules.call = \"warning\"\n"),
            ("lint/info.toml", "rules.call = \"info\"\n"),
            ("web/auditlint.toml", "extends = [\"..\", \"../lint/warning.toml\", \"../lint/info.toml\"]\n"),
        ]),
        &["a.ts:1 error call", "web/a.ts:1 info call", "web/gen/a.ts:1 info call"],
    );
    // Without inheriting a project may still extend what lies above it.
    check(
        &with(&[
            ("auditlint.toml", "packs = []\nrule-dirs = [\"lint\"]\n"),
            ("web/auditlint.toml", "root = true\nextends = \"../auditlint.toml\"\n"),
        ]),
        &["a.ts:1 error call", "web/a.ts:1 error call", "web/gen/a.ts:1 error call"],
    );
}

#[test]
fn what_cannot_be_read_is_an_error_of_its_project() {
    let code = [("a.ts", "f();\n"), ("web/a.ts", "f();\n"), ("web/sub/a.ts", "f();\n")];
    let with = |more: &[(&'static str, &'static str)]| [&code[..], &[ROOT, LINT], more].concat();
    let not_judged = |path: &str, count: &str| {
        format!("{path}:0: {count} not judged, because the configuration of the project cannot be read")
    };
    check(
        &with(&[("web/auditlint.toml", "packs = [\n")]),
        &[
            "a.ts:1 error call",
            &not_judged("web/auditlint.toml", "2 sources are"),
            "web/auditlint.toml:1: unclosed array, expected `]`",
        ],
    );
    // A project below it inherits nobody knows what, unless it does not inherit.
    check(
        &with(&[("web/auditlint.toml", "packs = [\n"), ("web/sub/auditlint.toml", "")]),
        &[
            "a.ts:1 error call",
            &not_judged("web/auditlint.toml", "1 source is"),
            "web/auditlint.toml:1: unclosed array, expected `]`",
            &not_judged("web/sub/auditlint.toml", "1 source is"),
            "web/sub/auditlint.toml:0: `web/auditlint.toml`, from which this configuration inherits, cannot be read",
        ],
    );
    check(
        &with(&[
            ("web/auditlint.toml", "packs = [\n"),
            ("web/sub/auditlint.toml", "root = true\npacks = []\nrule-dirs = [\"../../lint\"]\n"),
        ]),
        &[
            "a.ts:1 error call",
            "web/sub/a.ts:1 error call",
            &not_judged("web/auditlint.toml", "1 source is"),
            "web/auditlint.toml:1: unclosed array, expected `]`",
        ],
    );
    // A circle, and what is not there.
    check(
        &with(&[
            ("web/auditlint.toml", "extends = \"../lint/b.toml\"\n"),
            ("lint/b.toml", "\nextends = \"c.toml\"\n"),
            ("lint/c.toml", "extends = \"b.toml\"\n"),
        ]),
        &[
            "a.ts:1 error call",
            "lint/c.toml:1: `extends` leads in a circle: web/auditlint.toml → lint/b.toml → lint/c.toml → lint/b.toml",
            &not_judged("web/auditlint.toml", "2 sources are"),
        ],
    );
    check(
        &with(&[("web/auditlint.toml", "extends = \"../lint/b.toml\"\n")]),
        &[
            "a.ts:1 error call",
            &not_judged("web/auditlint.toml", "2 sources are"),
            "web/auditlint.toml:1: `lint/b.toml` cannot be read: there is no such file",
        ],
    );
}

#[test]
fn what_matches_nothing_is_said_once_where_it_is_written() {
    let root = "packs = []\nrule-dirs = [\"lint\"]\n[[ignore]]\nrule = \"call\"\npath = \"web/x.ts\"\nreason = \"r\"\n\
                [[ignore]]\nrule = \"call\"\npath = \"y.ts\"\nreason = \"r\"\n[[overrides]]\nfiles = \"none/**\"\nrules.call = \"off\"\n";
    check(
        &[
            ("auditlint.toml", root),
            LINT,
            ("web/x.ts", "f();\n"),
            ("web/auditlint.toml", "[roles]\nscript = \"tools/**\"\n[rules.call]\nignores = [\"old/**\"]\n"),
            ("api/auditlint.toml", ""),
            ("api/a.ts", "f();\n"),
        ],
        &[
            "api/a.ts:1 error call",
            "web/x.ts:1 error call (silent)",
            "auditlint.toml:7: this ignores nothing: rule `call` finds nothing in `y.ts`",
            "auditlint.toml:11: this override covers no file",
            "web/auditlint.toml:2: `web/tools/**` gives no file the role `script`",
            "web/auditlint.toml:4: `web/old/**` of `ignores` of rule `call` matches no file",
        ],
    );
}

#[test]
fn each_project_has_its_baseline() {
    let code = [("a.ts", "f();\n"), ("web/a.ts", "f();\n")];
    let first = |files: &[(&str, &str)], project: usize| {
        let files = MemoryFiles::new(files.iter().copied());
        let (config, _) = Config::of_file(&files, &FilePath::new(CONFIG_NAME), ROOT.1);
        let engine = Engine::load(&files, config, RunOptions::default(), Vec::new());
        let snapshot = engine.snapshot(&files);
        let report = snapshot.check(&|| None, &|_| {});
        let findings = engine.projects.findings_of(project, &report.findings);
        snapshot.first_baseline(project, &findings).baseline.to_text()
    };
    let project = [&[ROOT, LINT, ("web/auditlint.toml", "")], &code[..]].concat();
    let (of_root, of_web) = (first(&project, 0), first(&project, 1));
    // In its file a path counts from the project.
    assert!(of_web.contains("call\ta.ts\t") && !of_web.contains("web/"), "{of_web}");
    let with = |name: &'static str, text: &str| {
        let more = [(name, text.to_owned())];
        let all = project.iter().map(|(path, text)| (*path, (*text).to_owned())).chain(more);
        all.collect::<Vec<(&str, String)>>()
    };
    for (name, text, expected) in [
        ("auditlint-baseline.tsv", &of_root, ["a.ts:1 error call (silent)", "web/a.ts:1 error call"]),
        ("web/auditlint-baseline.tsv", &of_web, ["a.ts:1 error call", "web/a.ts:1 error call (silent)"]),
    ] {
        let files = with(name, text);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        check(&files, &expected);
    }
    let stale = of_web.replace("# end", "call\tgone.ts\t0000000000000001\t1\n# end");
    let files = with("web/auditlint-baseline.tsv", &stale);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let report = run_with(&files, |_| {});
    assert_eq!((report.summary.stale, report.summary.errors), (1, 1));
    assert!(said(&report).iter().any(|line| line.contains("`web/gone.ts` is gone")), "{:?}", said(&report));
}

#[test]
fn tasks_of_all_projects_are_known_and_count_below_their_own() {
    let task = |id: &str| format!("id: {id}\ntitle: t\nstatus: done\nverify: [call]\n");
    let (of_root, of_web, of_api) = (task("R-1"), task("W-1"), task("A-1"));
    let files = [
        ("auditlint.toml", "packs = []\nrule-dirs = [\"lint\"]\n[[tasks]]\nfiles = \"tasks/*.yaml\"\n"),
        LINT,
        ("tasks/r.yaml", of_root.as_str()),
        ("web/auditlint.toml", "[[tasks]]\nfiles = \"tasks/*.yaml\"\n"),
        ("web/tasks/w.yaml", of_web.as_str()),
        ("web/a.ts", "f();\nf();\n"),
        ("api/auditlint.toml", "[[tasks]]\nfiles = \"tasks/*.yaml\"\n"),
        ("api/tasks/a.yaml", of_api.as_str()),
        ("api/a.ts", "const a = 1;\n"),
    ];
    let verdicts = |report: &Report| {
        let all = report.verdicts.clone().unwrap_or_default().into_iter();
        all.map(|one| format!("{} {} {}", one.id, one.verdict, one.counts.new)).collect::<Vec<_>>()
    };
    let report = run_with(&files, |_| {});
    assert_eq!(verdicts(&report), ["A-1 verified 0", "R-1 regressed 2", "W-1 regressed 2"].map(str::to_owned));
    // A run on one project gives the verdicts on its tasks, and the same findings.
    let within = |folder: &str| {
        let folder = FilePath::new(folder);
        run_with(&files, |options| {
            options.paths = vec![folder.clone()];
            options.within = folder;
        })
    };
    assert_eq!(verdicts(&within("web")), ["W-1 regressed 2".to_owned()]);
    assert_eq!(verdicts(&within("api")), ["A-1 verified 0".to_owned()]);
    let of_web: Vec<String> = said(&report).into_iter().filter(|line| line.starts_with("web/")).collect();
    assert_eq!(said(&within("web")), of_web);
}

#[test]
fn a_rule_stands_once_for_each_way_in_which_it_is_configured() {
    let files = MemoryFiles::new([
        ("auditlint.toml", ROOT.1),
        LINT,
        ("a/auditlint.toml", ""),
        ("b/auditlint.toml", "rules.call = \"hint\"\n"),
        ("c/auditlint.toml", "rules.call = \"hint\"\n"),
        ("d/auditlint.toml", "rules.call = \"off\"\n"),
    ]);
    let (config, _) = Config::of_file(&files, &FilePath::new(CONFIG_NAME), ROOT.1);
    let engine = Engine::load(&files, config, RunOptions::default(), Vec::new());
    let folders: Vec<Option<Vec<FilePath>>> =
        engine.catalogue.set.rules().iter().map(|compiled| compiled.rule.territory.folders()).collect();
    let of = |folders: &[&str]| Some(folders.iter().copied().map(FilePath::new).collect::<Vec<_>>());
    assert_eq!(folders, [of(&["", "a"]), of(&["b", "c"])]);
}

#[test]
fn what_a_project_is_configured_to_do_parses_nothing_again() {
    let state = |web: &str, code: &str| {
        MemoryFiles::new([
            ("auditlint.toml", ROOT.1),
            (LINT.0, RULE),
            ("web/auditlint.toml", web),
            ("web/a.ts", code),
            ("api/a.ts", "f(); // api\n"),
            ("a.ts", "f(); // root\n"),
        ])
    };
    let config = |files: &MemoryFiles| Config::of_file(files, &FilePath::new(CONFIG_NAME), ROOT.1).0;
    let first = state("", "f();\n");
    let mut engine = Engine::load(&first, config(&first), RunOptions::default(), Vec::new()).keeping();
    let parsed = |engine: &Engine, files: &MemoryFiles| {
        let report = engine.snapshot(files).check(&|| None, &|_| {});
        (report.summary.files_parsed, said(&report))
    };
    assert_eq!(parsed(&engine, &first).0, 3);
    assert_eq!(parsed(&engine, &first).0, 0);
    // One source changed.
    let second = state("", "f();\nf();\n");
    let (count, all) = parsed(&engine, &second);
    assert_eq!((count, all.len()), (1, 4));
    // The configuration of a project below: what was found is joined anew, and nothing is parsed.
    for (web, expected) in [("rules.call = \"hint\"\n", "web/a.ts:1 hint call"), ("", "web/a.ts:1 error call")] {
        let third = state(web, "f();\nf();\n");
        engine.reload(&third, config(&third), Vec::new());
        let (count, all) = parsed(&engine, &third);
        assert_eq!((count, all[2].as_str()), (0, expected), "{all:?}");
    }
}
