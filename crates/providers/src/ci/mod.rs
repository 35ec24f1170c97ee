//! What continuous integration runs: jobs, the scripts that their commands lead to, and the scripts that a project has.

mod gitlab;
mod graph;
mod guard;
mod names;
mod programs;
mod reach;

use auditlint_facts::{
    Gap, ProjectScope, Provider, Raw, RawFact, Relation, RelationInfo, Row, Source, Value, column, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};

use self::graph::Graph;
use crate::conventions::{has_code, is_in_scripts};
use crate::read::commands::{self, FileKind};
use crate::words::Words;

/// The raw relations. What is said of a part of a file begins with that part: nothing for the whole, `#job`, `#script`.
mod raw {
    /// part, folder, words…
    pub(super) const COMMAND: u8 = 0;
    /// part, target, kind
    pub(super) const LINK: u8 = 1;
    /// part, kind
    pub(super) const ROOT: u8 = 2;
    /// part, word
    pub(super) const MENTION: u8 = 3;
    /// job, how many it extends, those, lists of commands
    pub(super) const GITLAB: u8 = 4;
    /// name, whether it does nothing
    pub(super) const SCRIPT: u8 = 5;
    /// name
    pub(super) const PACKAGE: u8 = 6;
    /// glob
    pub(super) const WORKSPACE: u8 = 7;
    /// task, the one before it
    pub(super) const TASK: u8 = 8;
    /// what of the commands was not understood
    pub(super) const UNREAD: u8 = 9;
}

static RELATIONS: [RelationInfo; 5] = [
    relation(
        "ci.command",
        "A command that a job runs, itself or through scripts.",
        &[
            column("job", "the job, `.github/workflows/ci.yml#test`; the first where several run it"),
            column("directory", "the folder in which it runs, `.` for the root; nothing where nobody can say"),
            column("program", "the first word"),
            column("command", "all words; `…` stands for what nobody can say"),
            column("required", "the command of `ci-commands` that it begins with"),
        ],
    ),
    relation(
        "ci.root",
        "What runs by itself: a job, a hook of git, code of the project that names scripts. None where no job runs anything of the project.",
        &[column("node", "the file, and behind `#` the part of it"), column("kind", "`job`, `hook` or `code`")],
    ),
    relation(
        "ci.run",
        "A job, script or file that runs another one, or that names it.",
        &[
            column("from", "the file, and behind `#` the part of it"),
            column("to", "the file, and behind `#` the part of it"),
            column(
                "kind",
                "`script`, `task` (a script of every package, `#lint`), `recipe`, `file`, `files` (a folder or pattern, and from it to its files), `names`, `does-the-same`, and how parts of a pipeline belong together",
            ),
        ],
    ),
    relation(
        "ci.script",
        "A script that the project has: of a package, or a file in a folder for scripts.",
        &[
            column("node", "the file, and behind `#` the name of a script of a package"),
            column("directory", "its folder, `.` for the root"),
            column("name", "its name"),
            column("guard", "whether its name says that it looks whether something is right"),
            column("part", "whether another script that guards the project runs it"),
        ],
    ),
    relation(
        "ci.required",
        "A command that `ci-commands` of the configuration asks for.",
        &[column("command", "the command")],
    ),
];

/// What code holds that names a script.
static NAMED: Words = Words::new(&["scripts/", "script/", "ci/", ".sql", ".sh"]);

/// The provider.
pub(crate) struct Ci;

impl Provider for Ci {
    type Fact = RawFact;

    fn name(&self) -> &str {
        "ci"
    }

    fn about(&self) -> &str {
        "Workflows and composite actions of GitHub (Forgejo, Gitea), pipelines of GitLab with `extends`, `!reference` and local includes, and of CircleCI, Azure, Travis, Bitbucket, Buildkite, Drone, \
         Woodpecker and AppVeyor every text under a key for commands. Commands are read with the tree-sitter grammar of bash, in their working directory, with variables that are assigned in the same text or \
         in `env`, and followed into scripts of packages (also those of task runners such as turbo and nx, and those before and after another), shell scripts, recipes of `make` and `just`, and files \
         that a word names. Jenkinsfiles, containers, hooks of git, other shells than those of Unix and code are read by words only. Expressions are left open, and such a word may mean every file or script that fits. \
         Following errs towards too much: a script that seems to run may not."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        FileKind::of(path).is_some()
    }

    fn says_what_bytes_hide(&self, path: &FilePath) -> bool {
        has_code(path)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        if FileKind::of(path) == Some(FileKind::Shell) && path.extension().is_none() {
            return text.starts_with(b"#!") && text.get(..80).unwrap_or(text).windows(2).any(|pair| pair == b"sh");
        }
        !has_code(path) || is_in_scripts(path) || NAMED.any_in(text)
    }

    fn extract(&self, source: &Source<'_, '_>) -> Raw {
        let mut out = Raw::default();
        let Some(runs) = commands::runs_of(source) else { return out };
        for run in &runs.commands {
            let mut values = vec![run.owner.as_str().into(), run.command.folder.as_deref().into()];
            values.extend(run.command.words.iter().map(|word| Value::from(word.text.as_str())));
            out.push(raw::COMMAND, run.span, values);
        }
        for link in &runs.links {
            out.push(raw::LINK, link.span, [link.owner.as_str().into(), link.target.as_str().into(), link.kind.into()]);
        }
        for root in &runs.roots {
            out.push(raw::ROOT, root.span, [root.owner.as_str().into(), root.kind.into()]);
        }
        for (owner, span, word) in &runs.mentions {
            out.push(raw::MENTION, *span, [owner.as_str().into(), word.as_str().into()]);
        }
        for job in &runs.gitlab {
            let mut values = vec![job.name.as_str().into(), Value::Number(job.extends.len() as i64)];
            values.extend(job.extends.iter().map(|name| Value::from(name.as_str())));
            values.extend(job.slots.iter().copied().map(Value::from));
            out.push(raw::GITLAB, job.span, values);
        }
        for (span, name, command) in &runs.scripts {
            // What `npm init` writes looks at nothing.
            let is_empty = command.trim().is_empty() || command.contains("no test specified");
            out.push(raw::SCRIPT, *span, [name.as_str().into(), is_empty.into()]);
        }
        if let Some(name) = &runs.package {
            out.push(raw::PACKAGE, Span::default(), [name.as_str().into()]);
        }
        for glob in &runs.workspaces {
            out.push(raw::WORKSPACE, Span::default(), [glob.as_str().into()]);
        }
        for (task, before) in &runs.tasks {
            out.push(raw::TASK, Span::default(), [task.as_str().into(), before.as_str().into()]);
        }
        for Gap { span, message, .. } in &runs.unread {
            out.push(raw::UNREAD, *span, [message.as_str().into()]);
        }
        out.gaps.clone_from(&runs.gaps);
        out
    }

    fn derive(&self, raw: &[(FilePath, &Raw)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let graph = Graph::of(raw, scope);
        let reached = reach::Reached::of(&graph);
        let mut gaps = gaps_of(raw);
        gaps.extend(unread_includes(raw));
        gaps.extend(graph.gaps.iter().cloned());
        gaps.extend(reached.handed_over(&graph));
        let mut all = gaps.clone();
        all.extend(reached.unread(raw));
        let required = scope.required().iter().map(|required| Row {
            path: required.path.clone(),
            span: required.span,
            values: vec![required.command.as_str().into()],
        });
        let tables = [
            (reached.commands(&graph, scope), all),
            (reached.roots(&graph), gaps.clone()),
            (reached.edges(&graph), gaps.clone()),
            (reached.scripts(&graph), gaps),
            (required.collect(), Vec::new()),
        ];
        RELATIONS.iter().zip(tables).map(|(info, (rows, gaps))| Relation { info: info.clone(), rows, gaps }).collect()
    }
}

/// Includes of pipelines that are not among those that are read: they have another name, or are a pattern.
fn unread_includes(raw: &[(FilePath, &Raw)]) -> Vec<(FilePath, Gap)> {
    let mut gaps = Vec::new();
    for (path, source) in raw {
        let links = source.facts.iter().filter(|row| row.relation == raw::LINK && row.values[2].text() == "include");
        for row in links {
            let target = FilePath::new(row.values[1].text());
            if raw.binary_search_by(|(path, _)| path.cmp(&target)).is_err() {
                let message = "this pipeline includes a file that is not read".to_owned();
                gaps.push((path.clone(), Gap::new(row.span, message)));
            }
        }
    }
    gaps
}

#[cfg(test)]
mod tests;
