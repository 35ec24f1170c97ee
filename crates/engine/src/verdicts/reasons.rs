//! What a verdict rests on, in sentences.

use auditlint_tasks::{Status, StatusForm, Task, Verdict};

use crate::limits::MAX_REASON;
use crate::shown_texts::ShownTexts;
use crate::snapshot::Snapshot;
use crate::verdict::TaskVerdict;

/// How many places that disagree with the status are named.
const MOST_DECLARED: usize = 3;

/// The sentences of a verdict.
pub(super) fn of(verdict: &TaskVerdict, task: Option<&Task>, doubts: Vec<String>) -> Vec<String> {
    let mut reasons = Vec::new();
    let counts = verdict.counts;
    match verdict.verdict {
        Verdict::Regressed => {
            reasons.push(format!(
                "it is declared done, and {} of its rules {} left",
                findings(counts.left()),
                are(counts.left())
            ));
        }
        Verdict::Open => {
            let new = match counts.new {
                0 => ", known from the baseline".to_owned(),
                _ if counts.known == 0 => String::new(),
                new => format!(", {new} of them new"),
            };
            reasons.push(format!("{} of its rules {} left{new}", findings(counts.left()), are(counts.left())));
        }
        Verdict::ReadyToClose => reasons.push("its rules find nothing any more".to_owned()),
        Verdict::Verified => reasons.push("its rules hold".to_owned()),
        Verdict::Unverified | Verdict::Untracked => {
            reasons.push("no rule is linked to it, so nothing checks it".to_owned());
        }
        Verdict::Vacuous | Verdict::Attested | Verdict::Accepted => {}
    }
    reasons.extend(doubts);
    if counts.suppressed > 0 {
        reasons.push(format!("{} {} suppressed", findings(counts.suppressed), are(counts.suppressed)));
    }
    if let Some(attestation) = &verdict.attestation {
        let said = format!("{} answers for it until {}: {}", attestation.by, attestation.until, attestation.reason);
        match verdict.verdict {
            Verdict::Attested | Verdict::Accepted => reasons.push(said),
            _ if verdict.rules.is_empty() => reasons.push(format!("{said}; that counts once it is declared done")),
            _ => reasons.push(format!("{said}; its rules decide")),
        }
    }
    if verdict.verdict == Verdict::Accepted {
        match &verdict.because {
            Some(because) => reasons.push(format!("the reason given is: {because}")),
            None if verdict.attestation.is_none() => reasons.push("no reason is given".to_owned()),
            None => {}
        }
    }
    if !verdict.criteria.is_empty() && !verdict.rules.is_empty() {
        let (with, all) = (verdict.criteria_with_rule, verdict.criteria.len());
        reasons.push(format!("{with} of {all} acceptance criteria {} a rule", if with == 1 { "has" } else { "have" }));
    }
    if verdict.status == Some(Status::Done) {
        let unticked = verdict
            .criteria
            .iter()
            .filter(|criterion| criterion.status.is_some_and(|status| status != Status::Done))
            .count();
        if unticked > 0 {
            reasons.push(format!("{unticked} of its acceptance criteria {} not ticked", are(unticked as u64)));
        }
    }
    let declared = task.map_or(&[][..], |task| &task.declarations);
    let other = declared.iter().filter(|declaration| Some(declaration.status) != verdict.status).take(MOST_DECLARED);
    reasons.extend(other.map(|declaration| {
        let place = &declaration.place;
        format!("`{}:{}` says {} instead", place.path, place.line, declaration.status)
    }));
    reasons
}

fn findings(count: u64) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}

fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// The rules that a task names and that are not there: checks that its author believes in and that do not run.
pub(super) fn unknown_rules(number: usize, snapshot: &Snapshot<'_>) -> impl Iterator<Item = String> {
    let unknown = snapshot.unknown_rules().of_task(number).iter().filter(|unknown| unknown.is_believed);
    unknown.map(|unknown| match &unknown.near {
        Some(near) => format!("it names `{}`, which is not a rule; `{near}` is one", unknown.rule.id),
        None => format!("it names `{}`, which is not a rule", unknown.rule.id),
    })
}

/// Words with which a line gives a reason.
const LABELS: [&str; 5] = ["reason", "rationale", "because", "justification", "decision"];

/// Why a task is accepted or will not be done: what stands behind the word for its status, a line of its own that gives a reason.
pub(super) fn because(task: &Task, texts: &mut ShownTexts<'_>) -> Option<String> {
    let labelled = task.text.lines().find_map(|line| {
        let (label, rest) = line.trim().trim_start_matches(['-', '*', ' ']).split_once(':')?;
        let label = label.trim().trim_matches('*').to_ascii_lowercase();
        LABELS.contains(&label.as_str()).then(|| rest.trim().trim_start_matches('*').trim().to_owned())
    });
    let behind = || {
        let declaration = task.declarations.first()?;
        if !matches!(declaration.form, StatusForm::Word | StatusForm::Yaml | StatusForm::Toml) {
            return None;
        }
        let text = texts.text(&declaration.place.path);
        let rest = text.get(declaration.place.span.end as usize..)?;
        let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
        let line = String::from_utf8_lossy(line.get(..MAX_REASON).unwrap_or(line)).into_owned();
        reason_in(&line).map(str::to_owned)
    };
    labelled.filter(|said| says_something(said)).or_else(behind).filter(|said| says_something(said))
}

/// The reason in what stands behind a status on its line; nothing where another field begins there: `wont-do, owner: Bob}`,
/// `won't fix | **Owner:** Bob`.
fn reason_in(rest: &str) -> Option<&str> {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '*' | '_' | '`');
    if rest.trim_start_matches(is_mark).starts_with([',', '|', '}', ']']) {
        return None;
    }
    let said = rest.trim_matches(|c: char| !(c.is_alphanumeric() || c == '.'));
    let Some((label, value)) = said.split_once(':') else { return Some(said) };
    let is_field = label.chars().all(|c| c.is_alphabetic() || matches!(c, '_' | '-'))
        && value.starts_with(|c: char| c.is_whitespace() || c == '*');
    match is_field {
        true if LABELS.contains(&label.to_ascii_lowercase().as_str()) => Some(value.trim_matches(is_mark)),
        true => None,
        false => Some(said),
    }
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use auditlint_source::{FilePath, Files, MemoryFiles};
    use auditlint_tasks::{TaskSource, load};

    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: Option<&str>) {
        let files = MemoryFiles::new([(path, text)]);
        let source = TaskSource::of_files(&[path]).unwrap();
        let (tasks, _) = load(&[source], &[FilePath::new(path)], &files as &dyn Files);
        let [task] = tasks.tasks() else { panic!("{:?}", tasks.tasks()) };
        assert!(matches!(task.status, Some(Status::WontDo | Status::Accepted)), "{text}: {:?}", task.status);
        let found = because(task, &mut ShownTexts::new(&files, 1 << 20));
        assert_eq!(found.as_deref(), expected, "{text}: {:?}", task.text);
    }

    #[test]
    fn reasons_stand_behind_the_word_or_on_a_line_of_their_own() {
        check(
            "a.yaml",
            "id: A-1\nstatus: wont-do # the service goes away in May\n",
            Some("the service goes away in May"),
        );
        check("a.yaml", "id: A-1\nstatus: wont-do\n", None);
        check(
            "a.yaml",
            "id: A-1\nstatus: accepted\nnotes: |\n  Reason: the network is closed\n",
            Some("the network is closed"),
        );
        check("a.md", "## A-1 Title\n- **Status:** won't fix (legacy)\n", Some("legacy"));
        check("a.md", "## A-1 Title\n- **Status:** won't fix\n", None);
        check("a.md", "## A-1 Title\n- **Status:** accepted: signed by the board.\n", Some("signed by the board."));
        check(
            "a.md",
            "## A-1 Title\n- **Status:** accepted (ADR-12: the net is closed)\n",
            Some("ADR-12: the net is closed"),
        );
        check("a.md", "## A-1 Title\n- **Status:** accepted, **because:** it is signed\n", None);
        check("a.md", "## A-1 Title\n- **Status:** accepted; because: it is signed\n", Some("it is signed"));
        check("a.md", "## A-1 Title\n- **Status:** accepted (https://example.com/1)\n", Some("https://example.com/1"));
        // What stands there is another field.
        check("a.yaml", "- {id: A-1, status: wont-do, owner: Bob}\n", None);
        check("a.yaml", "- {id: A-1, status: wont-do}\n", None);
        check("a.yaml", "- {id: A-1, status: \"wont-do\" , owner: Bob}\n", None);
        check("a.md", "## A-1 Title\n**Status:** won't fix | **Owner:** Bob\n", None);
        check("a.md", "## A-1 Title\n**Status:** **won't fix** - Owner: Bob\n", None);
        check("a.md", "## A-1 Title\n- **Status:** accepted\n- **Reason:** signed\n", Some("signed"));
    }
}
