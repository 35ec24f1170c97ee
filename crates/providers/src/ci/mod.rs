//! What continuous integration runs: jobs, the scripts that their commands lead to, and the scripts that a project has.

mod edge;
mod fact;
mod gitlab;
mod graph;
mod guard;
mod names;
mod node;
mod programs;
mod reach;

use std::sync::Arc;

use auditlint_facts::{
    Gap, ProjectScope, Provider, Relation, RelationInfo, Row, Source, column, detail, gaps_of, relation,
};
use auditlint_source::{FilePath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use self::fact::{CiFact, Facts, Job, LinkTarget, includes};
use self::graph::RunGraph;
use crate::conventions::{has_code, is_in_scripts};
use crate::read::commands::{self, FileKind};
use crate::words::Words;

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
            detail("guard", "whether its name says that it looks whether something is right"),
            detail("part", "whether another script that guards the project runs it"),
        ],
    ),
    relation(
        "ci.required",
        "A command that `ci-commands` of the configuration asks for; at the first job of the pipeline that runs most commands, where there is one.",
        &[column("command", "the command"), column("configuration", "the file that asks for it")],
    ),
];

/// What code holds that names a script.
static NAMED: Words = Words::new(&["scripts/", "script/", "ci/", ".sql", ".sh"]);

/// The provider.
pub(crate) struct Ci;

impl Provider for Ci {
    type Fact = CiFact;

    fn name(&self) -> &str {
        "ci"
    }

    fn about(&self) -> &str {
        "Workflows and composite actions of GitHub (Forgejo, Gitea), pipelines of GitLab with `extends`, `!reference` and local includes, and of CircleCI, Azure, Travis, Bitbucket, Buildkite, Drone, \
         Woodpecker and AppVeyor every text under a key for commands. Commands are read with the tree-sitter grammar of bash, in their working directory, with variables that are assigned in the same text or \
         in `env`, and followed into scripts of packages (also those of task runners such as turbo and nx, and those before and after another), targets of nx with what they depend on, shell scripts, recipes of `make` and `just` with its modules, and files \
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

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        let Some(runs) = commands::runs_of(source) else { return out };
        let mut parts = PartNames::default();
        for run in &runs.commands {
            let folder = run.command.folder.as_deref().filter(|folder| !folder.is_empty()).map(Arc::from);
            let words = run.command.words.iter().map(|word| word.text.as_str().into()).collect();
            out.say(run.span, CiFact::Command { part: parts.of(&run.owner), folder, words });
        }
        for link in &runs.links {
            let target = match link.target.strip_prefix('#') {
                Some(part) => LinkTarget::Part(part.into()),
                None => LinkTarget::Named(link.target.as_str().into()),
            };
            out.say(link.span, CiFact::Link { part: parts.of(&link.owner), target, kind: link.kind });
        }
        for root in &runs.roots {
            out.say(root.span, CiFact::Root { part: parts.of(&root.owner), kind: root.kind });
        }
        for (owner, span, word) in &runs.mentions {
            out.say(*span, CiFact::Mention { part: parts.of(owner), word: word.as_str().into() });
        }
        for job in &runs.gitlab {
            let extends = job.extends.iter().map(|name| name.as_str().into()).collect();
            let listed = Job { name: job.name.as_str().into(), extends, slots: job.slots.clone() };
            out.say(job.span, CiFact::Job(Box::new(listed)));
        }
        let mut speaking: FxHashMap<&str, bool> = FxHashMap::default();
        for run in runs.commands.iter().filter(|_| !runs.scripts.is_empty()) {
            *speaking.entry(run.owner.trim_start_matches('#')).or_insert(true) &=
                guard::only_speaks(&run.command.words);
        }
        for (span, name, command) in &runs.scripts {
            let is_empty = command.trim().is_empty() || speaking.get(name.as_str()) == Some(&true);
            out.say(*span, CiFact::Script { name: name.as_str().into(), is_empty });
        }
        match FileKind::of(source.path) {
            Some(FileKind::Shell) if guard::hands_on(source.text()) => out.say(Span::default(), CiFact::HandsOn),
            Some(FileKind::Code) if is_in_scripts(source.path) => {
                let said =
                    [(guard::only_prints(source.text()), CiFact::Prints), (guard::gives(source.text()), CiFact::Gives)];
                said.into_iter().filter(|(holds, _)| *holds).for_each(|(_, fact)| out.say(Span::default(), fact));
            }
            _ => {}
        }
        if let Some(name) = &runs.package {
            out.say(Span::default(), CiFact::Package(name.as_str().into()));
        }
        for glob in &runs.workspaces {
            out.say(Span::default(), CiFact::Workspace(glob.as_str().into()));
        }
        for (task, before) in &runs.tasks {
            out.say(Span::default(), CiFact::Task { task: task.as_str().into(), before: before.as_str().into() });
        }
        for Gap { span, message, .. } in &runs.unread {
            out.say(*span, CiFact::Unread(message.as_str().into()));
        }
        out.gaps.clone_from(&runs.gaps);
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let graph = RunGraph::of(sources, scope);
        let reached = reach::ReachedRuns::of(&graph);
        let mut gaps = gaps_of(sources);
        gaps.extend(unread_includes(sources));
        gaps.extend(graph.gaps.iter().cloned());
        gaps.extend(reached.handed_over(&graph));
        let mut all = gaps.clone();
        all.extend(reached.unread(sources));
        // Where it can be mended; without a job, where it is asked for.
        let workflow = reached.main_job(&graph);
        let required = scope.required().iter().map(|required| {
            let (path, span) = workflow.unwrap_or((&required.path, required.span));
            Row {
                path: path.clone(),
                span,
                values: vec![required.command.as_str().into(), required.path.as_str().into()],
            }
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
fn unread_includes(sources: &[(FilePath, &Facts)]) -> Vec<(FilePath, Gap)> {
    let mut gaps = Vec::new();
    for (path, source) in sources {
        for (span, target) in includes(source) {
            if sources.binary_search_by(|(path, _)| path.cmp(&target)).is_err() {
                let message = "this pipeline includes a file that is not read".to_owned();
                gaps.push((path.clone(), Gap::new(span, message)));
            }
        }
    }
    gaps
}

/// The names of the parts of a file, each made once.
#[derive(Default)]
struct PartNames(FxHashSet<Arc<str>>);

impl PartNames {
    /// The part that an owner is: `#job`, or nothing for the file.
    fn of(&mut self, owner: &str) -> Option<Arc<str>> {
        let name = owner.strip_prefix('#').unwrap_or(owner);
        if name.is_empty() {
            return None;
        }
        if let Some(known) = self.0.get(name) {
            return Some(Arc::clone(known));
        }
        let part: Arc<str> = name.into();
        self.0.insert(Arc::clone(&part));
        Some(part)
    }
}

#[cfg(test)]
mod tests;
