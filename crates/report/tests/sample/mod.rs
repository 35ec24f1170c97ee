//! Reports to render, built by hand from sources in memory.

use std::sync::Arc;

use auditlint_engine::{FileEdit, Finding, FindingState, FindingTask, Fingerprint, Related, Report, RuleInfo};
use auditlint_report::{RenderOptions, ReportFormat, renderer};
use auditlint_rules::{RuleId, Severity};
use auditlint_source::{FilePath, LineIndex, MemoryFiles, Position, Problem, ProblemKind, Span};

pub(crate) const STORE: &str = "apps/api/src/lib/idempotency.ts";
pub(crate) const PROVIDERS: &str = "apps/worker/src/providers/index.ts";
pub(crate) const CONFIG: &str = "auditlint.toml";

/// A report with the texts that it quotes.
pub(crate) struct Sample {
    pub(crate) files: MemoryFiles,
    pub(crate) texts: Vec<(&'static str, String)>,
    pub(crate) report: Report,
}

impl Sample {
    pub(crate) fn new(texts: &[(&'static str, &str)]) -> Self {
        let mut report = Report::default();
        (report.summary.files, report.summary.files_parsed, report.summary.rules) = (146, 61, 12);
        report.summary.bytes = 532_104;
        let texts: Vec<_> = texts.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
        Self { files: MemoryFiles::new(texts.iter().map(|(path, text)| (path, text))), texts, report }
    }

    fn text(&self, path: &str) -> &str {
        &self.texts.iter().find(|(known, _)| *known == path).unwrap().1
    }

    /// The bytes of the first place where `marked` stands in a file.
    pub(crate) fn span(&self, path: &str, marked: &str) -> Span {
        let start = self.text(path).find(marked).unwrap() as u32;
        Span::new(start, start + marked.len() as u32)
    }

    fn ends(&self, path: &str, span: Span) -> (Position, Position) {
        let text = self.text(path).as_bytes();
        let lines = LineIndex::new(text);
        (lines.position(text, span.start), lines.position(text, span.end))
    }

    pub(crate) fn find(&mut self, rule: &Arc<RuleInfo>, severity: Severity, path: &str, span: Span) -> &mut Finding {
        let (start, end) = self.ends(path, span);
        let quoted = String::from_utf8_lossy(span.of(self.text(path).as_bytes())).into_owned();
        let fingerprint = Fingerprint(u64::from(span.start).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        self.report.findings.push(Finding {
            rule: Arc::clone(rule),
            severity,
            message: format!("`{quoted}` is found").into(),
            path: FilePath::new(path),
            span,
            start,
            end,
            tasks: Arc::default(),
            fingerprint,
            state: FindingState::New,
            reason: None,
            fix: None,
            related: Box::default(),
        });
        self.report.findings.last_mut().unwrap()
    }

    pub(crate) fn related(&self, path: &str, marked: &str, message: &str) -> Related {
        let span = self.span(path, marked);
        let (start, end) = self.ends(path, span);
        Related { path: FilePath::new(path), span, start, end, message: message.to_owned() }
    }

    /// Counts what the engine would have counted, and puts findings in order.
    pub(crate) fn settled(mut self) -> Self {
        self.report.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        let of = |severity| self.report.active().filter(|finding| finding.severity == severity).count() as u64;
        let counts = [Severity::Error, Severity::Warning, Severity::Info, Severity::Hint].map(of);
        let active = self.report.active().count() as u64;
        let fixable = self.report.active().filter(|finding| finding.fix.is_some()).count() as u64;
        let summary = &mut self.report.summary;
        [summary.errors, summary.warnings, summary.infos, summary.hints] = counts;
        let known = self.report.findings.iter().filter(|finding| finding.state == FindingState::Known).count() as u64;
        (summary.known, summary.suppressed) = (known, self.report.findings.len() as u64 - active - known);
        summary.fixable = fixable;
        self
    }

    pub(crate) fn render(&self, format: ReportFormat, options: RenderOptions) -> String {
        let mut out = Vec::new();
        renderer(format, options).render(&self.report, &self.files, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

pub(crate) fn rule(id: &str, why: Option<&str>, instead: Option<&str>) -> Arc<RuleInfo> {
    Arc::new(RuleInfo {
        id: RuleId::new(id),
        pack: Some("recommended".into()),
        confidence: auditlint_rules::Confidence::High,
        why: why.map(Into::into),
        instead: instead.map(Into::into),
        note: None,
        url: None,
        unsafe_fix: None,
    })
}

pub(crate) fn task(id: &str, title: &str, status: Option<&'static str>, line: u32) -> FindingTask {
    FindingTask {
        id: id.into(),
        title: Some(title.into()),
        status,
        path: Some(FilePath::new(&format!("codex/TASKS/{id}.yaml"))),
        line: Some(line),
    }
}

pub(crate) fn env_rule() -> Arc<RuleInfo> {
    let mut info = Arc::unwrap_or_clone(rule(
        "process-env",
        Some(
            "Read in many places, a setting has no one place that says that it is missing or malformed: the failure comes late, in the middle of a request.",
        ),
        Some("read it once in the configuration module and pass it on"),
    ));
    info.url = Some("https://example.org/rules/process-env".into());
    info.note = Some("Scripts and configuration files are not looked at.".into());
    Arc::new(info)
}

/// Findings of every severity: with tasks, a fix, related places near and far, and one that is silenced.
pub(crate) fn findings() -> Sample {
    let mut sample = Sample::new(&[
        (
            STORE,
            "import { createHash } from 'node:crypto';\n\nconst store = new Map<string, Entry>();\n\nexport const remember = (key: string, entry: Entry) => {\n  store.set(key, entry);\n};\n",
        ),
        (
            PROVIDERS,
            "const load = async () => {\n  const account = await prisma.account.findFirst({\n    where: { id },\n    select: { access_token: true, refresh_token: true },\n  });\n  const url = process.env.API_URL;\n  // auditlint-ignore process-env: read before the configuration is there\n  const level = process.env.LOG_LEVEL;\n  console.log(url);\n};\n",
        ),
        ("apps/api/prisma/schema.prisma", "model Account {\n  id String @id\n  access_token String\n}\n"),
    ]);
    let store = rule(
        "in-memory-store",
        Some(
            "A store in the memory of one process forgets everything on a restart and is not shared with the next instance: the same request is then handled twice.",
        ),
        Some("keep the keys in the database or in Redis, with an expiry"),
    );
    let token = rule("plaintext-token-column", Some("Whoever reads the database reads the tokens."), None);
    let console = rule("console-log", None, None);

    let written = sample.related(STORE, "store.set(key, entry)", "written here");
    let found = sample.find(&store, Severity::Error, STORE, sample.span(STORE, "store = new Map<string, Entry>()"));
    found.message = "`store` keeps entries in the memory of this process".into();
    found.tasks = vec![task("08x_003", "Idempotency store", Some("todo"), 1)].into();
    found.related = vec![written].into();

    let declared =
        sample.related("apps/api/prisma/schema.prisma", "access_token String", "the column is declared here");
    let found = sample.find(&token, Severity::Error, PROVIDERS, sample.span(PROVIDERS, "access_token: true"));
    found.message = "`access_token` is selected as plain text".into();
    found.tasks = vec![task("08x_000", "Encrypt tokens at rest", Some("in-progress"), 3)].into();
    found.related = vec![declared].into();
    let found = sample.find(&token, Severity::Error, PROVIDERS, sample.span(PROVIDERS, "refresh_token: true"));
    found.message = "`refresh_token` is selected as plain text".into();

    let env = env_rule();
    let edit = FileEdit { span: sample.span(PROVIDERS, "process.env.API_URL"), text: "config.apiUrl".into() };
    let found = sample.find(&env, Severity::Warning, PROVIDERS, edit.span);
    found.message = "`process.env.API_URL` is read outside of the configuration".into();
    found.fix = Some(vec![edit].into());
    found.tasks = vec![
        task("P2-T6", "One configuration module", None, 12),
        FindingTask { id: "P9-T9".into(), title: None, status: None, path: None, line: None },
    ]
    .into();
    let found = sample.find(&env, Severity::Warning, PROVIDERS, sample.span(PROVIDERS, "process.env.LOG_LEVEL"));
    found.state = FindingState::Suppressed;
    found.reason = Some("read before the configuration is there".into());

    sample.find(&console, Severity::Info, PROVIDERS, sample.span(PROVIDERS, "console.log(url)"));
    sample.find(&rule("let-declaration", None, None), Severity::Hint, PROVIDERS, sample.span(PROVIDERS, "const load"));
    sample.settled()
}

/// The same, of which those of one rule are in the baseline.
pub(crate) fn with_known() -> Sample {
    let mut sample = findings();
    sample.report.baseline = Some(FilePath::new("auditlint-baseline.tsv"));
    for finding in &mut sample.report.findings {
        if finding.rule.id.as_str() == "plaintext-token-column" {
            finding.state = FindingState::Known;
        }
    }
    sample.report.summary.stale = 3;
    sample.settled()
}

/// Nothing is wrong; some files were passed over.
pub(crate) fn clean() -> Sample {
    let mut sample = Sample::new(&[]);
    sample.report.summary.skipped = [("generated", 3), ("ignored", 12), ("submodule", 1)].into();
    sample.settled()
}

/// Sources that could not be read or understood.
pub(crate) fn broken_source() -> Sample {
    let mut sample = Sample::new(&[("src/half.ts", "const a = 1;\nconst b = = 2;\nconst c = 3;\n")]);
    let text = sample.texts[0].1.clone();
    let path = FilePath::new("src/half.ts");
    let region = sample.span("src/half.ts", "= = 2");
    let problems = &mut sample.report.problems;
    problems.push(
        Problem::error(ProblemKind::Usage, "nothing is at `src/missing.ts`")
            .help("paths are relative to the working directory"),
    );
    problems.push(
        Problem::warning(ProblemKind::File, "the file is 50000000 bytes long, the limit is 10000000")
            .in_file(&FilePath::new("src/big.ts"))
            .help("raise `limits.size` or exclude the file"),
    );
    problems.push(
        Problem::warning(ProblemKind::Region, "5 bytes were not understood").in_file(&path).at(region, text.as_bytes()),
    );
    let summary = &mut sample.report.summary;
    (summary.regions, summary.regions_files, summary.regions_bytes) = (1, 1, 5);
    sample.settled()
}

/// A configuration with a mistake, and one that names what is not there.
pub(crate) fn broken_config() -> Sample {
    let mut sample = Sample::new(&[(
        CONFIG,
        "packs = [\"recommended\"]\n\n[rules.process-env]\nsevrity = \"error\"\ntasks = [\"08x_033\"]\n",
    )]);
    let text = sample.texts[0].1.clone();
    let path = FilePath::new(CONFIG);
    let (key, id) = (sample.span(CONFIG, "sevrity"), sample.span(CONFIG, "\"08x_033\""));
    let problems = &mut sample.report.problems;
    problems.push(
        Problem::error(ProblemKind::Config, "unknown key `sevrity`")
            .in_file(&path)
            .at(key, text.as_bytes())
            .help("did you mean `severity`? The keys are: files, ignores, in, options, severity, tasks"),
    );
    problems.push(
        Problem::warning(ProblemKind::Link, "no task file has a task `08x_033`")
            .in_file(&path)
            .at(id, text.as_bytes())
            .help("the nearest is `08x_003`"),
    );
    let summary = &mut sample.report.summary;
    (summary.files, summary.files_parsed, summary.bytes, summary.rules) = (0, 0, 0, 0);
    sample.settled()
}

/// One rule with many places beside one with few.
pub(crate) fn many(places: usize) -> Sample {
    let text: String = (0..places).map(|number| format!("const v{number} = process.env.V{number};\n")).collect();
    let mut sample = Sample::new(&[("src/settings.ts", &text), ("src/a.ts", "const cache = new Map();\n")]);
    let env = env_rule();
    for number in 0..places {
        let span = sample.span("src/settings.ts", &format!("process.env.V{number};"));
        sample.find(&env, Severity::Warning, "src/settings.ts", Span::new(span.start, span.end - 1));
    }
    let span = sample.span("src/settings.ts", "const v0");
    sample.find(&rule("in-memory-store", None, None), Severity::Error, "src/settings.ts", span);
    sample.settled()
}
