//! Every format on every kind of report, as people and programs see it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

mod sample;

use auditlint_engine::{NameCounts, Report, TaskVerdict};
use auditlint_report::{
    JunitBy, RenderOptions, ReportFormat, SarifProfile, job_summary, left_out, summary_text, write_problems,
    write_timings,
};
use auditlint_rules::Severity;
use auditlint_source::{FilePath, MemoryFiles, Problem, ProblemKind, ProblemLevel};
use auditlint_tasks::Verdict;
use sample::Sample;

fn kinds() -> [(&'static str, Sample); 4] {
    [
        ("findings", sample::findings()),
        ("clean", sample::clean()),
        ("broken_source", sample::broken_source()),
        ("broken_config", sample::broken_config()),
    ]
}

#[test]
fn every_format_on_every_kind() {
    for (kind, sample) in kinds() {
        for format in ReportFormat::ALL {
            let name = format!("{}_{kind}", format.name());
            insta::assert_snapshot!(name, sample.render(format, RenderOptions::default()));
        }
    }
}

#[test]
fn what_a_format_does_not_carry() {
    for (kind, sample) in kinds() {
        let options = RenderOptions::default();
        let mut out = Vec::new();
        write_problems(&sample.report, &sample.files, &options, &mut out).unwrap();
        let text = format!("{}{}", String::from_utf8(out).unwrap(), summary_text(&sample.report, &options));
        insta::assert_snapshot!(format!("beside_{kind}"), text);
    }
}

fn text(sample: &Sample, options: RenderOptions) -> String {
    sample.render(ReportFormat::Text, options)
}

#[test]
fn text_quotes_some_places_of_a_rule_with_many() {
    let plain = RenderOptions::default();
    insta::assert_snapshot!("text_grouped", text(&sample::many(12), plain.clone()));
    let capped = text(&sample::many(60), plain.clone());
    assert!(capped.contains("    … and 37 more, see --statistics or --format concise\n"), "{capped}");
    let verbose = text(&sample::many(60), RenderOptions { verbose: true, ..plain.clone() });
    assert!(verbose.contains("src/settings.ts:60:13\n") && !verbose.contains(" more, "), "{verbose}");
    // A list that would end with "1 more" shows that one.
    let one_more = text(&sample::many(24), plain.clone());
    assert!(one_more.contains("src/settings.ts:24:13\n") && !one_more.contains(" more, "), "{one_more}");
    let few = text(&sample::many(5), plain);
    assert_eq!(few.matches("╭─[").count(), 6, "{few}");
}

#[test]
fn text_quotes_no_more_than_it_is_told() {
    let quoted =
        |max_findings: usize| text(&sample::many(5), RenderOptions { max_findings, ..RenderOptions::default() });
    for (most, frames) in [(0, 0), (1, 1), (4, 4), (6, 6), (200, 6)] {
        assert_eq!(quoted(most).matches("╭─[").count(), frames, "{most}: {}", quoted(most));
    }
    // The most severe come first, and what is not quoted is listed.
    assert!(quoted(1).contains("process-env in 5 places:\n    src/settings.ts:1:12\n"), "{}", quoted(1));
}

#[test]
fn statistics_stand_alone() {
    for (format, carries_summary) in [(ReportFormat::Text, true), (ReportFormat::Concise, false)] {
        let options = RenderOptions { statistics: true, ..RenderOptions::default() };
        let out = sample::many(60).render(format, options);
        assert!(out.starts_with("rule "), "{out}");
        assert!(!out.contains("src/settings.ts"), "{out}");
        assert_eq!(out.lines().count(), if carries_summary { 5 } else { 3 }, "{out}");
    }
}

#[test]
fn text_tells_problems_that_are_alike_together() {
    let problems = |count: u32| -> String {
        let problems = (1..=count)
            .map(|number| {
                let path = FilePath::new(&format!("tasks/{number}.yaml"));
                let message = format!("this is not valid YAML: mistake {number}");
                Problem::warning(ProblemKind::Task, message).in_file(&path).help("quote it")
            })
            .collect();
        let report = Report { problems, ..Report::default() };
        let mut out = Vec::new();
        let files = MemoryFiles::default();
        write_problems(&report, &files, &RenderOptions::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(problems(3).matches("help: quote it").count(), 3);
    let many = problems(4);
    assert_eq!(many.matches("help: quote it").count(), 1, "{many}");
    assert!(
        many.contains("the same in 3 more places:\n    tasks/2.yaml\n    tasks/3.yaml\n    tasks/4.yaml\n"),
        "{many}"
    );
}

#[test]
fn text_options() {
    let sample = sample::findings();
    let options = RenderOptions::default;
    insta::assert_snapshot!(
        "text_suppressed",
        text(&sample, RenderOptions { show_suppressed: true, max_findings: 1, ..options() })
    );
    insta::assert_snapshot!("text_color", text(&sample, RenderOptions { color: true, max_findings: 2, ..options() }));
    insta::assert_snapshot!("text_narrow", text(&sample, RenderOptions { width: 60, max_findings: 2, ..options() }));
    insta::assert_snapshot!(
        "text_strict_and_verbose",
        text(&sample::broken_source(), RenderOptions { strict: true, verbose: true, ..options() })
    );
}

#[test]
fn what_is_known_is_shown_where_it_is_asked_for() {
    let sample = sample::with_known();
    let shown = RenderOptions { show_known: true, max_findings: 0, ..RenderOptions::default() };
    insta::assert_snapshot!("text_known", text(&sample, shown.clone()));
    insta::assert_snapshot!("concise_known", sample.render(ReportFormat::Concise, shown));
    for format in [ReportFormat::Text, ReportFormat::Concise, ReportFormat::Github] {
        let out = sample.render(format, RenderOptions::default());
        assert!(!out.contains("refresh_token` is selected"), "{}: {out}", format.name());
    }
    let json: serde_json::Value =
        serde_json::from_str(&sample.render(ReportFormat::Json, RenderOptions::default())).unwrap();
    let states = json["findings"].as_array().unwrap().iter().map(|finding| finding["state"].as_str().unwrap());
    assert_eq!(states.collect::<Vec<_>>().join(" "), "new new known known new suppressed new");
    let summary = &json["summary"];
    assert_eq!([&summary["known"], &summary["stale"], &summary["suppressed"]], [2, 3, 1]);
    assert_eq!(summary["baseline"], "auditlint-baseline.tsv");
}

#[test]
fn concise_options() {
    let options = RenderOptions { show_suppressed: true, strict: true, verbose: true, ..RenderOptions::default() };
    insta::assert_snapshot!("concise_suppressed", sample::findings().render(ReportFormat::Concise, options.clone()));
    insta::assert_snapshot!("concise_strict", sample::broken_source().render(ReportFormat::Concise, options));
}

#[test]
fn why_is_said_once_per_rule() {
    let out = text(&sample::many(5), RenderOptions::default());
    assert_eq!(out.matches("why: Read in many places").count(), 1, "{out}");
    assert_eq!(out.matches("╭─[").count(), 6, "{out}");
}

#[test]
fn a_source_that_is_gone_or_changed_is_not_quoted() {
    let mut sample = sample::findings();
    sample.files = MemoryFiles::new([(sample::STORE, "// something else\n"), (sample::CONFIG, "")]);
    insta::assert_snapshot!(
        "text_source_gone",
        text(&sample, RenderOptions { max_findings: 2, ..RenderOptions::default() })
    );
    let json = sample.render(ReportFormat::Json, RenderOptions::default());
    assert!(!json.contains("config.apiUrl"), "an edit that cannot be placed is not offered: {json}");
}

#[test]
fn nothing_checked_is_said() {
    let mut sample = sample::clean();
    sample.report.summary.files = 0;
    sample.report.summary.skipped.clear();
    assert_eq!(text(&sample, RenderOptions::default()), "No findings, because no file was checked.\n");
    (sample.report.summary.files, sample.report.summary.rules) = (3, 0);
    assert_eq!(text(&sample, RenderOptions::default()), "No findings, because no rule is on.\n");
}

#[test]
fn summaries() {
    let mut sample = sample::many(5);
    let line = |sample: &Sample| summary_text(&sample.report, &RenderOptions::default());
    assert_eq!(line(&sample), "1 error, 5 warnings in 1 file (146 checked, 61 parsed, 12 rules)\n");
    let summary = &mut sample.report.summary;
    (summary.suppressed, summary.fixable) = (1, 2);
    sample.report.problems = vec![
        Problem::error(ProblemKind::Config, "a"),
        Problem::warning(ProblemKind::Task, "b"),
        Problem::new(ProblemKind::Link, ProblemLevel::Note, "c"),
    ];
    assert_eq!(
        line(&sample),
        "1 error, 5 warnings in 1 file (146 checked, 61 parsed, 12 rules) · 1 suppressed · 2 can be fixed with --fix · 2 problems (1 fatal)\n"
    );
}

#[test]
fn github_keeps_to_the_limits() {
    insta::assert_snapshot!("github_limits", sample::many(14).render(ReportFormat::Github, RenderOptions::default()));
    let options = RenderOptions { repository_prefix: "services/worker".into(), ..RenderOptions::default() };
    let prefixed = sample::many(1).render(ReportFormat::Github, options);
    assert!(prefixed.contains("file=services/worker/src/settings.ts,line=1"), "{prefixed}");
}

#[test]
fn sarif_has_all_in_its_full_profile() {
    let full = RenderOptions { sarif_profile: SarifProfile::Full, ..RenderOptions::default() };
    insta::assert_snapshot!("sarif_full", sample::with_known().render(ReportFormat::Sarif, full));
    // An alert would be opened for each.
    let github = sample::with_known().render(ReportFormat::Sarif, RenderOptions::default());
    let log: serde_json::Value = serde_json::from_str(&github).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), sample::with_known().report.active().count());
    assert!(results.iter().all(|result| result.get("suppressions").is_none()), "{github}");
}

#[test]
fn sarif_knows_what_is_a_weakness() {
    let mut sample = sample::many(1);
    let rule = std::sync::Arc::make_mut(&mut sample.report.findings[0].rule);
    rule.url = Some("https://cwe.mitre.org/data/definitions/312.html".to_owned());
    let log: serde_json::Value =
        serde_json::from_str(&sample.render(ReportFormat::Sarif, RenderOptions::default())).unwrap();
    let properties = &log["runs"][0]["tool"]["driver"]["rules"][0]["properties"];
    assert_eq!(properties["security-severity"], "8.0");
    assert_eq!(properties["tags"], serde_json::json!(["pack/recommended", "security", "external/cwe/cwe-312"]));
    // What the rule says itself counts before its page, and lists of everything relate to it.
    let rule = std::sync::Arc::make_mut(&mut sample.report.findings[0].rule);
    rule.cwe = vec![532, 89];
    let full = RenderOptions { sarif_profile: SarifProfile::Full, ..RenderOptions::default() };
    let log: serde_json::Value = serde_json::from_str(&sample.render(ReportFormat::Sarif, full)).unwrap();
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    let tags = driver["rules"][0]["properties"]["tags"].as_array().unwrap();
    let tags: Vec<_> = tags.iter().filter_map(|tag| tag.as_str()?.strip_prefix("external/cwe/")).collect();
    assert_eq!(tags, ["cwe-532", "cwe-089"]);
    let lists: Vec<_> =
        run["taxonomies"].as_array().unwrap().iter().map(|list| list["name"].as_str().unwrap()).collect();
    let at = lists.iter().position(|name| *name == "CWE").unwrap();
    assert_eq!(run["taxonomies"][at]["taxa"], serde_json::json!([{ "id": "89" }, { "id": "532" }]));
    assert_eq!(driver["supportedTaxonomies"][at], serde_json::json!({ "name": "CWE", "index": at }));
    let target = |id: &str, index: u32| {
        let target = serde_json::json!({ "id": id, "index": index, "toolComponent": { "name": "CWE", "index": at } });
        serde_json::json!({ "target": target, "kinds": ["superset"] })
    };
    assert_eq!(driver["rules"][0]["relationships"], serde_json::json!([target("532", 1), target("89", 0)]));
}

#[test]
fn sarif_keeps_to_what_github_shows() {
    let mut sample = sample::many(1);
    let warning = sample.report.findings.iter().find(|finding| finding.severity == Severity::Warning).unwrap().clone();
    sample.report.findings.splice(0..0, std::iter::repeat_n(warning, 29_999));
    let options = RenderOptions::default();
    let log: serde_json::Value = serde_json::from_str(&sample.render(ReportFormat::Sarif, options.clone())).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 1, "the only error is kept");
    let said = left_out(ReportFormat::Sarif, &sample.report, &options).unwrap();
    assert!(said.starts_with("25001 findings left out: "), "{said}");
    assert_eq!(run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"], said);
    assert_eq!(left_out(ReportFormat::Sarif, &sample::many(3).report, &options), None);
    let full = RenderOptions { sarif_profile: SarifProfile::Full, ..options };
    assert_eq!(left_out(ReportFormat::Sarif, &sample.report, &full), None);
}

#[test]
fn gitlab_sees_a_fingerprint_of_its_own_for_each() {
    let mut sample = sample::many(3);
    let copy = sample.report.findings[1].clone();
    sample.report.findings.push(copy);
    let out = sample.render(ReportFormat::Gitlab, RenderOptions::default());
    let entries: serde_json::Value = serde_json::from_str(&out).unwrap();
    let fingerprints: std::collections::BTreeSet<&str> =
        entries.as_array().unwrap().iter().map(|entry| entry["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(fingerprints.len(), 5, "{out}");
}

#[test]
fn junit_has_a_case_for_each_task() {
    let mut sample = sample::findings();
    let verdict = |id: &str, verdict, phase: Option<&str>| TaskVerdict {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        verdict,
        phase: phase.map(str::to_owned),
        ..TaskVerdict::default()
    };
    let mut regressed = verdict("T-2", Verdict::Regressed, Some("P1"));
    (regressed.counts.new, regressed.findings) = (2, vec![0, 1]);
    regressed.reasons = vec!["declared done in tasks/T-2.yaml:4".to_owned()];
    sample.report.verdicts = Some(vec![
        verdict("T-1", Verdict::Verified, Some("P1")),
        regressed,
        verdict("T-3", Verdict::Unverified, None),
        verdict("T-4", Verdict::Open, None),
    ]);
    let options = RenderOptions { junit_by: JunitBy::Task, ..RenderOptions::default() };
    insta::assert_snapshot!("junit_by_task", sample.render(ReportFormat::Junit, options.clone()));
    insta::assert_snapshot!("job_summary", job_summary(&sample.report, &options));
    sample.report.verdicts = None;
    let partial = sample.render(ReportFormat::Junit, options);
    assert!(partial.contains("<skipped ") && partial.contains("no verdicts"), "{partial}");
}

/// Text from a repository that would act on a terminal, in a CI log or in JSON, in every place that holds text.
fn hostile() -> Sample {
    let evil = "\u{1b}[2J\u{0}\u{7f}\u{9b}\u{202e}\u{feff}\u{e0041}\u{fffd}\r\n::set-output name=a::b\n##[error]##vso[x]\n##teamcity[x]%0A\"\\";
    let mut sample = Sample::new(&[("src/a.ts", &format!("a();\n// {}\nb();\n", evil.replace('\n', " ")))]);
    let mut info = std::sync::Arc::unwrap_or_clone(sample::rule(evil, Some(evil), Some(evil)));
    (info.note, info.url) = (Some(evil.into()), Some(evil.into()));
    let span = sample.span("src/a.ts", "a()");
    let related = sample.related("src/a.ts", "b()", evil);
    let found = sample.find(&std::sync::Arc::new(info), Severity::Error, "src/a.ts", span);
    found.message = evil.into();
    found.related = vec![related.clone(), auditlint_engine::Related { path: FilePath::new(evil), ..related }].into();
    found.tasks = vec![auditlint_engine::FindingTask {
        id: evil.into(),
        title: Some(evil.into()),
        path: Some(FilePath::new(evil)),
        ..sample::task("", "", None, 1)
    }]
    .into();
    found.reason = Some(evil.into());
    let mut silenced = found.clone();
    silenced.state = auditlint_engine::FindingState::Suppressed;
    silenced.path = FilePath::new(evil);
    sample.report.findings.push(silenced);
    sample.report.problems.push(Problem::error(ProblemKind::File, evil).in_file(&FilePath::new(evil)).help(evil));
    sample.settled()
}

#[test]
fn no_text_acts() {
    let options = RenderOptions { show_suppressed: true, verbose: true, ..RenderOptions::default() };
    for format in ReportFormat::ALL {
        for statistics in [false, true] {
            let out = hostile().render(format, RenderOptions { statistics, ..options.clone() });
            let acts = |c: char| {
                (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
            };
            assert_eq!(out.chars().find(|c| acts(*c)), None, "{}: {out:?}", format.name());
            for command in ["##[", "##vso[", "##teamcity["] {
                assert!(!out.contains(command), "{}: {command} in {out}", format.name());
            }
            if format == ReportFormat::Github {
                assert!(out.lines().all(|line| line.starts_with("::error ") || line.starts_with("::notice ")), "{out}");
                assert_eq!(out.lines().count(), 2, "one finding and one problem: {out}");
            } else {
                assert!(!out.lines().any(|line| line.trim_start().starts_with("::")), "{}: {out}", format.name());
            }
        }
    }
}

#[test]
fn timings() {
    let mut sample = sample::clean();
    let ms = std::time::Duration::from_micros;
    sample.report.timings = Some(auditlint_engine::Timings {
        phases: vec![("discover", ms(12_340)), ("analyse", ms(456_789))],
        rules: vec![("process-env".into(), ms(2_500), 12_345), ("raw-fetch".into(), ms(900), 88)],
        files: vec![(FilePath::new("src/a.ts"), ms(3_100))],
        names: NameCounts { files_bound: 2, lookups: 31, opaque: 4, exporting: 1 },
        kept: None,
    });
    let mut out = Vec::new();
    write_timings(&sample.report, &RenderOptions::default(), &mut out).unwrap();
    insta::assert_snapshot!("timings", String::from_utf8(out).unwrap());
}
