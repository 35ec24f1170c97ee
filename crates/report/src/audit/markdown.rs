//! The Markdown format. Text of the project opens no emphasis, link, tag, cell or fence.

use auditlint_engine::{FindingState, PLAN_PACK};
use auditlint_tasks::Verdict;

use super::burn_down::TaskState;
use super::groups::RuleGroup;
use super::model::{AuditFinding, AuditPlace, AuditReport, AuditTask, CodeLine, GroupFigures};
use super::place_url::is_web_address;
use super::prose;
use crate::plain::{count, one_line, shown_name};
use crate::table::markdown;

/// How many places are named where a task is only mentioned.
const MOST_NAMED: usize = 3;

/// The whole document.
pub(super) fn document(report: &AuditReport) -> String {
    let mut document = MarkdownDocument { report, text: String::new() };
    document.head();
    document.regressed();
    document.tasks();
    document.without_task();
    document.remaining();
    document.burn_down();
    document.matrix();
    document.orphans();
    document.plan();
    document.metrics();
    document.problems();
    document.text
}

/// Prose, with its code as code.
fn prose_of(text: &str) -> String {
    let text = one_line(text);
    prose::spans(&text).into_iter().map(|(is_code, part)| if is_code { code(part) } else { markdown(part) }).collect()
}

/// Prose in a cell of a table, where a bar would end the cell even in code.
pub(crate) fn cell_of(text: &str) -> String {
    let text = one_line(text);
    let parts = prose::spans(&text).into_iter();
    parts.map(|(is_code, part)| if is_code { code_cell(part) } else { markdown(part) }).collect()
}

/// A name in a code span.
fn code(text: &str) -> String {
    let text = shown_name(text);
    let ticks = "`".repeat(longest_run(&text) + 1);
    // A span that begins or ends with the sign needs a space, which is not shown.
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{space}{text}{space}{ticks}")
}

/// A code span in a cell of a table, where a bar would end the cell even inside it.
pub(crate) fn code_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// How many of the sign that opens code stand together at most.
fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn place(place: &AuditPlace) -> String {
    let text = format!("{}:{}", place.path.replace('\0', "\\x"), place.line);
    linked(&code(&text), place.url.as_deref())
}

/// Text that leads to an address, where it is one of a page.
fn linked(text: &str, url: Option<&str>) -> String {
    match url.filter(|url| is_web_address(url)) {
        Some(url) => format!("[{text}](<{}>)", url.replace('<', "%3C").replace('>', "%3E").replace('|', "%7C")),
        None => text.to_owned(),
    }
}

struct MarkdownDocument<'r> {
    report: &'r AuditReport,
    text: String,
}

impl MarkdownDocument<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, level: usize, text: &str) {
        let blank = if self.text.ends_with("\n\n") { "" } else { "\n" };
        self.text.push_str(&format!("{blank}{} {text}\n\n", "#".repeat(level)));
    }

    fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }

    /// The heads of a table; those that begin with `#` are of numbers.
    fn heads(&mut self, heads: &[&str]) {
        self.row(&heads.iter().map(|head| head.trim_start_matches('#').to_owned()).collect::<Vec<_>>());
        self.row(
            &heads.iter().map(|head| if head.starts_with('#') { "--:" } else { "---" }.to_owned()).collect::<Vec<_>>(),
        );
    }

    fn head(&mut self) {
        let report = self.report;
        self.line(&format!("# {}", prose_of(&report.title)));
        let commit = report.commit.as_ref().map(|commit| format!("Commit {}", code(commit)));
        let said: Vec<String> = commit.into_iter().chain(report.day.clone()).collect();
        if !said.is_empty() {
            self.text.push_str(&format!("\n{}\n", said.join(", ")));
        }
        self.heading(2, "Summary");
        for sentence in prose::summary(report) {
            self.line(&format!("- {sentence}"));
        }
        if report.tasks.is_empty() {
            return;
        }
        self.line("");
        self.heads(&["verdict", "#tasks"]);
        for verdict in Verdict::ALL {
            if let Some(number) = report.summary.verdicts.get(verdict.name()) {
                self.row(&[verdict.name().to_owned(), number.to_string()]);
            }
        }
    }

    fn regressed(&mut self) {
        let report = self.report;
        self.heading(2, "What regressed");
        let mut is_any = false;
        for task in report.tasks.iter().filter(|task| task.verdict == Verdict::Regressed) {
            is_any = true;
            let places = task.findings.iter().filter_map(|number| report.findings.get(*number));
            let left = places.filter(|finding| finding.state != FindingState::Suppressed).take(MOST_NAMED);
            let places: Vec<String> = left.map(|finding| place(&finding.place)).collect();
            self.line(&format!("- **{}**: {}, at {}", self.name(task), prose::counts(task.counts), places.join(", ")));
        }
        if !is_any {
            self.line("No task that is declared done has findings left.");
        }
    }

    /// Id and title of a task.
    fn name(&self, task: &AuditTask) -> String {
        format!("{} {}", prose_of(&task.id), prose_of(&task.title)).trim_end().to_owned()
    }

    fn id(&self, number: usize) -> String {
        self.report.tasks.get(number).map(|task| prose_of(&task.id)).unwrap_or_default()
    }

    fn ids(&self, numbers: &[usize]) -> String {
        numbers.iter().map(|number| self.id(*number)).collect::<Vec<_>>().join(", ")
    }

    fn tasks(&mut self) {
        let report = self.report;
        self.heading(2, "Findings by task");
        let phases = report.phases();
        let has_phases = phases.iter().any(|(name, _)| name.is_some());
        if phases.is_empty() {
            self.line("There are no tasks.");
        }
        for (name, tasks) in phases {
            if has_phases {
                self.heading(3, &name.map_or("Without a phase".to_owned(), prose_of));
            }
            for (number, task) in tasks {
                self.task(number, task, if has_phases { 4 } else { 3 });
            }
        }
    }

    fn task(&mut self, number: usize, task: &AuditTask, level: usize) {
        let name = self.name(task);
        self.heading(level, &name);
        let mut facts = vec![format!("**{}**", task.verdict)];
        facts.extend(prose::facts(task).iter().map(|fact| prose_of(fact)));
        facts.extend(task.place.as_ref().map(place));
        facts.extend(task.url.as_ref().map(|url| linked(&prose_of(url), Some(url))));
        self.line(&facts.join(" · "));
        let mut said: Vec<String> = task.reasons.iter().map(|reason| prose_of(reason)).collect();
        said.extend(prose::attested(task).map(|attested| prose_of(&attested)));
        if !said.is_empty() {
            self.line("");
            said.iter().for_each(|reason| self.line(&format!("- {reason}")));
        }
        if !task.criteria.is_empty() {
            self.text.push_str(&format!(
                "\nAcceptance criteria ({} of {} with a rule):\n\n",
                task.criteria_with_rule,
                task.criteria.len()
            ));
            for criterion in &task.criteria {
                let rules: Vec<String> = criterion.rules.iter().map(|rule| code(rule)).collect();
                let checked = match rules.is_empty() {
                    true => "no rule of its own".to_owned(),
                    false => format!("{}: {}", rules.join(", "), prose::counts(criterion.counts)),
                };
                // Behind a word no sign opens a heading or a list.
                self.line(&format!("- Must hold: {} ({checked})", prose_of(&criterion.text)));
            }
        }
        for group in self.report.by_rule_of(number) {
            self.group(&group);
        }
    }

    fn group(&mut self, group: &RuleGroup<'_>) {
        let blank = if self.text.ends_with("\n\n") { "" } else { "\n" };
        self.text.push_str(&format!("{blank}{}: {} left", code(group.rule), group.left()));
        if let Some(instead) = group.info.and_then(|rule| rule.instead.as_ref()) {
            self.text.push_str(&format!(". {}", prose_of(instead)));
        }
        self.text.push_str("\n\n");
        for (finding, with_code) in group.listed() {
            self.finding(finding, with_code);
        }
        if let Some(more) = prose::more(group.unlisted()) {
            self.line(&format!("- {more}"));
        }
    }

    fn finding(&mut self, finding: &AuditFinding, with_code: bool) {
        let state = match &finding.reason {
            Some(reason) => format!("{}: {}", finding.state.name(), prose_of(reason)),
            None => finding.state.name().to_owned(),
        };
        let (place, severity) = (place(&finding.place), finding.severity.name());
        self.line(&format!("- {place} {severity}, {state}: {}", prose_of(&finding.message)));
        for evidence in &finding.evidence {
            self.line(&format!("  - see {}: {}", self::place(&evidence.place), prose_of(&evidence.message)));
        }
        if with_code && !finding.code.is_empty() {
            self.excerpt(&finding.code);
        }
    }

    fn excerpt(&mut self, lines: &[CodeLine]) {
        // No line of the excerpt begins with the sign of the fence: each begins with its number.
        self.text.push_str("\n  ~~~text\n");
        let width = lines.last().map_or(1, |line| line.line.to_string().len());
        for line in lines {
            let mark = if line.marked { '>' } else { ' ' };
            let text = format!("  {mark} {:width$} {}", line.line, line.text);
            self.line(text.trim_end());
        }
        self.text.push_str("  ~~~\n\n");
    }

    fn without_task(&mut self) {
        let report = self.report;
        self.heading(2, "Findings without a task");
        let groups = report.by_rule(report.without_task());
        if groups.is_empty() {
            self.line("Every finding belongs to a task.");
        }
        groups.iter().for_each(|group| self.group(group));
    }

    fn remaining(&mut self) {
        let report = self.report;
        self.heading(2, "What remains, in order");
        if report.next.is_empty() {
            self.line("Nothing is left to do.");
            return;
        }
        self.heads(&["#next", "task", "title", "verdict", "priority", "owner", "#left", "after"]);
        for (number, step) in report.next.iter().enumerate() {
            let Some(task) = report.tasks.get(step.task) else { continue };
            self.row(&[
                (number + 1).to_string(),
                cell_of(&task.id),
                cell_of(&task.title),
                task.verdict.to_string(),
                cell_of(task.priority.as_deref().unwrap_or_default()),
                cell_of(task.owner.as_deref().unwrap_or_default()),
                step.left.map(|left| left.to_string()).unwrap_or_default(),
                cell_of(&step.after.join(", ")),
            ]);
        }
    }

    fn burn_down(&mut self) {
        let report = self.report;
        let Some(burn_down) = &report.burn_down else { return };
        self.heading(2, "Burn-down");
        self.line(&burn_down.sentence());
        let (before, days) = burn_down.listed();
        if !days.is_empty() {
            self.line("");
            self.heads(&["day", "commit", "#findings left", "#suppressed", "#tasks left", "#verified", "#regressed"]);
        }
        for day in days {
            let commit = day.short_commit().map(code_cell).unwrap_or_default();
            let figures = day.figures().map(|figure| figure.to_string());
            self.row(&[&[day.date.clone(), commit], &figures[..]].concat());
        }
        if before > 0 {
            self.line(&format!("\n{before} earlier states are in the JSON format."));
        }
        if let Some(said) = burn_down.later_sentence() {
            self.line(&format!("\n{said}"));
        }
        if !burn_down.changes.is_empty() {
            self.line("\nWhat changed since the state before:\n");
            self.heads(&["task", "before", "now"]);
        }
        for change in &burn_down.changes {
            self.row(&[cell_of(&change.task), TaskState::shown(change.before), TaskState::shown(change.now)]);
        }
    }

    fn matrix(&mut self) {
        let report = self.report;
        self.heading(2, "Traceability matrix");
        if report.matrix.is_empty() {
            self.line("There are no tasks.");
            return;
        }
        let heads = ["audit findings", "task", "verdict", "criterion", "rule", "places", "the rule's tests", "owner"];
        self.heads(&heads);
        for row in &report.matrix {
            let Some(task) = report.tasks.get(row.task) else { continue };
            let criterion = row.criterion.and_then(|number| task.criteria.get(number));
            let tests = row.rule.as_ref().map(|rule| prose::tests(report.rule(rule).and_then(|rule| rule.tests)));
            let first = row.places.first().and_then(|number| report.findings.get(*number));
            let first = first.map(|finding| format!(", first {}", place(&finding.place).replace('|', "\\|")));
            let places = format!("{}{}", prose::counts(row.counts), first.unwrap_or_default());
            self.row(&[
                cell_of(&task.audit_findings.join(", ")),
                cell_of(&task.id),
                task.verdict.to_string(),
                criterion.map_or("the whole task".to_owned(), |criterion| cell_of(&criterion.text)),
                row.rule.as_deref().map_or("none".to_owned(), code_cell),
                if row.rule.is_some() { places } else { String::new() },
                tests.unwrap_or_default(),
                cell_of(task.owner.as_deref().unwrap_or_default()),
            ]);
        }
        if !report.audit_findings.is_empty() {
            self.heading(3, "Findings of the audit");
            self.heads(&["audit finding", "tasks", "verdicts"]);
            for item in &report.audit_findings {
                let verdicts: Vec<&str> = item.tasks.iter().map(|task| report.tasks[*task].verdict.name()).collect();
                let tasks = self.ids(&item.tasks);
                self.row(&[cell_of(&item.id), tasks, verdicts.join(", ")]);
            }
        }
    }

    fn orphans(&mut self) {
        let orphans = &self.report.orphans;
        self.heading(2, "Without a counterpart");
        let rules: Vec<String> = orphans.rules_without_task.iter().map(|rule| code(rule)).collect();
        let links: Vec<String> =
            orphans.unknown_links.iter().map(|link| format!("{} names {}", code(&link.rule), code(&link.id))).collect();
        let uncovered =
            orphans.audit_findings_without_task.iter().filter_map(|number| self.report.findings.get(*number));
        let uncovered: Vec<String> =
            uncovered.map(|finding| format!("{} {}", place(&finding.place), prose_of(&finding.message))).collect();
        let tasks = self.ids(&orphans.tasks_without_rule);
        let said = |list: &str| if list.is_empty() { "none".to_owned() } else { list.to_owned() };
        self.line(&format!("- Tasks without a rule: {}", said(&tasks)));
        self.line(&format!("- Rules without a task: {}", said(&rules.join(", "))));
        self.line(&format!("- Rules linked to what nobody knows: {}", said(&links.join(", "))));
        self.line(&format!("- Findings of the audit without a task: {}", said(&uncovered.join("; "))));
    }

    fn plan(&mut self) {
        let report = self.report;
        self.heading(2, "The plan itself");
        let is_on = report.rules.iter().any(|rule| rule.on && rule.pack.as_deref() == Some(PLAN_PACK));
        if !is_on {
            self.line(&format!("The task files were not checked: no rule of the pack `{PLAN_PACK}` is on."));
        } else if report.plan.is_empty() {
            self.line("Nothing is wrong with the task files.");
        }
        for group in report.by_rule(report.plan.iter().copied()) {
            self.group(&group);
        }
    }

    fn metrics(&mut self) {
        let metrics = &self.report.metrics;
        self.heading(2, "Metrics");
        self.heads(&["rule", "#tasks", "#new", "#known", "#suppressed", "its tests"]);
        for rule in self.report.rules.iter().filter(|rule| !rule.tasks.is_empty() || rule.counts != Default::default())
        {
            self.row(&[
                code_cell(&rule.id),
                rule.tasks.len().to_string(),
                rule.counts.new.to_string(),
                rule.counts.known.to_string(),
                rule.counts.suppressed.to_string(),
                prose::tests(rule.tests),
            ]);
        }
        for (what, groups) in
            [("phase", &metrics.phases), ("owner", &metrics.owners), ("priority", &metrics.priorities)]
        {
            self.figures(what, groups);
        }
    }

    fn figures(&mut self, what: &str, groups: &[GroupFigures]) {
        if groups.is_empty() {
            return;
        }
        self.line("");
        self.heads(&[what, "#tasks", "#declared done", "#verified", "#regressed", "#left"]);
        for group in groups {
            let mut cells = vec![group.name.as_deref().map_or("none".to_owned(), cell_of)];
            cells.extend(prose::figures(group).map(|number| number.to_string()));
            self.row(&cells);
        }
    }

    fn problems(&mut self) {
        let report = self.report;
        self.heading(2, "What was not judged");
        if report.problems.is_empty() {
            self.line("Everything was read and understood.");
        } else {
            self.line(&format!("{}:\n", count(report.problems.len() as u64, "problem")));
        }
        for problem in &report.problems {
            let place = problem.place.as_ref().map(|at| format!(" {}", place(at))).unwrap_or_default();
            let help = problem.help.as_ref().map(|help| format!(" ({})", prose_of(help))).unwrap_or_default();
            self.line(&format!("- {}:{place} {}{help}", problem.level, prose_of(&problem.message)));
        }
        if !report.summary.skipped.is_empty() {
            let skipped: Vec<String> =
                report.summary.skipped.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
            self.text.push_str(&format!("\nSkipped: {}.\n", skipped.join(", ")));
        }
    }
}
