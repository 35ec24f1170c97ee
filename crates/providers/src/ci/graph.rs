//! Jobs, scripts and files, and which runs which.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{Gap, ProjectScope, Said};
use auditlint_source::limits::MAX_GLOB;
use auditlint_source::{FilePath, Span};
use globset::GlobBuilder;
use rustc_hash::{FxHashMap, FxHashSet};

use super::edge::RunEdge;
use super::fact::{CiFact, Facts, LinkTarget};
use super::names::{Opens, RunFiles};
use super::node::RunNode;
use super::{gitlab, guard, programs};
use crate::conventions::{has_code, is_in_scripts};
use crate::package_folders::is_text_among_sources;
use crate::read::commands::{FileKind, RunLinkKind, task_name};
use crate::read::script_calls::{ScriptCall, ScriptOwner, script_calls};
use crate::read::shell::{ANY, Command, Word};
use crate::read::task_runners;
use crate::read::workspaces::WorkspacePackages;

/// A command as it was read.
pub(super) struct Ran<'r> {
    pub(super) path: &'r FilePath,
    pub(super) span: Span,
    /// Who runs it.
    pub(super) node: RunNode,
    pub(super) folder: Option<&'r str>,
    /// The folders in which it may run.
    pub(super) bases: Vec<FilePath>,
    pub(super) words: Vec<&'r str>,
    /// Where the words begin that a script of the project runs, which the command begins with.
    behind: usize,
    /// The edges that begin with it.
    pub(super) edges: std::ops::Range<usize>,
}

impl<'r> Ran<'r> {
    /// The words of what does the work: `jest` of `./with-database.sh jest`.
    pub(super) fn work(&self) -> &[&'r str] {
        &self.words[self.behind..]
    }
}

/// What runs by itself.
pub(super) struct RunStart {
    pub(super) node: RunNode,
    pub(super) kind: &'static str,
    pub(super) path: FilePath,
    pub(super) span: Span,
}

/// A script that the project has.
pub(super) struct ProjectScript {
    pub(super) node: RunNode,
    pub(super) folder: FilePath,
    pub(super) name: String,
    pub(super) guards: bool,
    pub(super) path: FilePath,
    pub(super) span: Span,
}

#[derive(Default)]
pub(super) struct RunGraph<'r> {
    pub(super) edges: Vec<RunEdge>,
    pub(super) commands: Vec<Ran<'r>>,
    pub(super) starts: Vec<RunStart>,
    pub(super) scripts: Vec<ProjectScript>,
    /// What was not followed, so that more may run.
    pub(super) gaps: Vec<(FilePath, Gap)>,
}

/// How often patterns for names of scripts are held against names at most; one that fits counts as much as several that do not, for
/// it is followed.
const MOST_COMPARED: usize = 1_000_000;
const COST_OF_MATCH: usize = 8;

/// What is known of all files together.
struct ProjectRuns<'r> {
    names: RunFiles<'r>,
    packages: WorkspacePackages<'r>,
    /// By folder: the names of its scripts.
    scripts: BTreeMap<FilePath, BTreeSet<&'r str>>,
    /// By name: the packages that have such a script.
    by_name: BTreeMap<&'r str, Vec<FilePath>>,
    /// Files with recipes, by folder.
    recipes: BTreeMap<FilePath, &'r FilePath>,
    /// The recipes of such files whose names are patterns, and all of them.
    targets: BTreeMap<&'r FilePath, BTreeSet<&'r str>>,
    /// Modules of `just`, by the file that names them and their name there.
    modules: BTreeMap<(&'r FilePath, &'r str), &'r FilePath>,
    /// By name: the tasks that files of task runners describe, and the files of nx that say what such a target runs.
    task_targets: BTreeMap<&'r str, BTreeSet<&'r FilePath>>,
    /// Shell scripts that run the words that they are given.
    wrappers: FxHashSet<&'r FilePath>,
    /// Files that start containers, by folder, where a command names none.
    composed: BTreeMap<FilePath, &'r FilePath>,
    /// Tasks of every package that something asks for.
    tasks: BTreeSet<String>,
    /// How often patterns may still be held against names.
    budget: usize,
    /// Whether there was a pattern behind that.
    is_cut: bool,
}

impl<'r> RunGraph<'r> {
    pub(super) fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'r>) -> Self {
        let mut graph = Self::default();
        let mut project = ProjectRuns::of(sources, scope);
        for (path, source) in sources {
            for said in &source.facts {
                graph.add(path, said, &mut project);
                if project.take_cut() {
                    let message = "more patterns of files and scripts than are followed stand here";
                    graph.gaps.push((path.clone(), Gap::new(said.span, message)));
                }
            }
            let names_any =
                source.facts.iter().any(|said| matches!(said.fact, CiFact::Mention { .. } | CiFact::Command { .. }));
            let is_script = is_in_scripts(path) && !guard::is_test(path);
            if names_any && has_code(path) && !is_script {
                let start =
                    RunStart { node: RunNode::file(path), kind: "code", path: path.clone(), span: Span::default() };
                graph.starts.push(start);
            }
        }
        // A manifest that is filled in for others has nothing that its scripts could check.
        for script in graph.scripts.iter_mut().filter(|script| script.guards) {
            script.guards = !is_text_among_sources(&script.folder, scope.files());
        }
        gitlab::add_jobs(sources, &mut graph.edges, &mut graph.gaps);
        graph.add_tasks(sources, &mut project);
        graph.add_groups(&project);
        graph.leave_tools();
        graph.leave_programs();
        for path in scope.files().iter().filter(|path| guard::is_script(path)) {
            graph.scripts.push(ProjectScript {
                node: RunNode::file(path),
                folder: folder_of(path),
                name: path.name().to_owned(),
                guards: guard::file_guards(path) != guard::Guarding::Not,
                path: path.clone(),
                span: Span::default(),
            });
        }
        graph.leave_starters();
        graph.leave_printers(sources);
        graph
    }

    fn add(&mut self, path: &'r FilePath, said: &'r Said<CiFact>, project: &mut ProjectRuns<'r>) {
        let span = said.span;
        match &said.fact {
            CiFact::Command { part, folder, words } => {
                let words = words.iter().map(|word| &**word).collect();
                self.add_command(path, span, RunNode::of(path, part.as_ref()), (folder.as_deref(), words), project);
            }
            CiFact::Link { part, target, kind } => self.add_link(path, span, part.as_ref(), (target, *kind), project),
            CiFact::Root { part, kind } => {
                let node = RunNode::of(path, part.as_ref());
                self.starts.push(RunStart { node, kind: kind.name(), path: path.clone(), span });
            }
            CiFact::Mention { part, word } => {
                let is_code = has_code(path);
                let bases = RunFiles::bases_of_mention(word, &folder_of(path), is_code);
                let opens = if is_code { Opens::Folders } else { Opens::Files };
                let mut found = project.names.of(word, &bases, opens);
                // In a container the project lies in a folder of its own.
                if FileKind::of(path) == Some(FileKind::Container) && word.starts_with('/') {
                    found.extend(project.names.ending(word));
                }
                for to in found.into_iter().filter(|to| !to.is_file(path)) {
                    let kind = if matches!(to, RunNode::Group(_)) { "files" } else { "names" };
                    self.edges.push(RunEdge {
                        from: RunNode::of(path, part.as_ref()),
                        to,
                        kind,
                        path: path.clone(),
                        span,
                    });
                }
            }
            CiFact::Script { name, is_empty } => {
                let folder = folder_of(path);
                let node = RunNode::script(&folder, name);
                for other in [format!("pre{name}"), format!("post{name}")] {
                    if project.scripts.get(&folder).is_some_and(|names| names.contains(other.as_str())) {
                        let (from, to) = (node.clone(), RunNode::script(&folder, &other));
                        self.edges.push(RunEdge { from, to, kind: "script", path: path.clone(), span });
                    }
                }
                let guards = guard::script_guards(&folder, name) && !is_empty;
                self.scripts.push(ProjectScript {
                    node,
                    folder,
                    name: name.to_string(),
                    guards,
                    path: path.clone(),
                    span,
                });
            }
            CiFact::Job(_)
            | CiFact::Package(_)
            | CiFact::Workspace(_)
            | CiFact::Task { .. }
            | CiFact::HandsOn
            | CiFact::Prints
            | CiFact::Gives
            | CiFact::Unread(_) => {}
        }
    }

    fn add_link(
        &mut self,
        path: &FilePath,
        span: Span,
        part: Option<&Arc<str>>,
        (target, kind): (&LinkTarget, RunLinkKind),
        project: &mut ProjectRuns<'r>,
    ) {
        let mut edge = |to: RunNode, kind| {
            self.edges.push(RunEdge { from: RunNode::of(path, part), to, kind, path: path.clone(), span });
        };
        let target = match target {
            LinkTarget::Part(part) if part.contains("::") => return edge(project.recipe(path, part), kind.name()),
            LinkTarget::Part(part) => return edge(RunNode::of(path, Some(part)), kind.name()),
            LinkTarget::Named(target) => &**target,
        };
        match kind {
            RunLinkKind::Module => {}
            RunLinkKind::Task => {
                let mut tasks = Vec::new();
                project.task(target, &mut tasks);
                tasks.into_iter().for_each(|(to, kind)| edge(to, kind));
            }
            RunLinkKind::Action => {
                let target = FilePath::new(target);
                edge(RunNode::file(&target.join("action.yml")), kind.name());
                edge(RunNode::file(&target.join("action.yaml")), kind.name());
            }
            _ => edge(RunNode::file(&FilePath::new(target)), kind.name()),
        }
    }

    fn add_command(
        &mut self,
        path: &'r FilePath,
        span: Span,
        node: RunNode,
        (folder, words): (Option<&'r str>, Vec<&'r str>),
        project: &mut ProjectRuns<'r>,
    ) {
        let bases = RunFiles::bases(folder, &folder_of(path));
        let from = self.edges.len();
        // In a folder that nobody knows, the script of any package may be meant.
        let is_lost = folder.is_none_or(|folder| folder.contains(ANY));
        let behind = project.behind_wrappers(&words, &bases);
        for (to, kind) in project.targets(&words, behind, &bases, is_lost) {
            if !to.is_file(path) {
                self.edges.push(RunEdge { from: node.clone(), to, kind, path: path.clone(), span });
            }
        }
        let edges = from..self.edges.len();
        self.commands.push(Ran { path, span, node, folder, bases, words, behind, edges });
    }

    fn add_groups(&mut self, project: &ProjectRuns<'r>) {
        for (name, files) in project.names.groups() {
            let group = RunNode::Group(name.into());
            let edge = |to: &&FilePath| RunEdge {
                from: group.clone(),
                to: RunNode::file(to),
                kind: "files",
                path: FilePath::root(),
                span: Span::default(),
            };
            self.edges.extend(files.iter().map(edge));
        }
    }

    /// A script that mends what it finds is a tool for people.
    fn leave_tools(&mut self) {
        let mends = |ran: &&Ran<'_>| ran.words.iter().any(|word| MENDING.contains(word));
        let tools: FxHashSet<&RunNode> = self.commands.iter().filter(mends).map(|ran| &ran.node).collect();
        for script in &mut self.scripts {
            script.guards &= !tools.contains(&script.node);
        }
    }

    /// A script of a package that only starts a source of its program is not a check, whatever its name says:
    /// `consumer:test` with `tsx src/index.ts`.
    fn leave_programs(&mut self) {
        let mut starts: FxHashMap<&RunNode, bool> = FxHashMap::default();
        for ran in self.commands.iter().filter(|ran| ran.path.name() == "package.json") {
            *starts.entry(&ran.node).or_insert(true) &= programs::starts_source(ran.work());
        }
        for script in &mut self.scripts {
            script.guards &= starts.get(&script.node) != Some(&true);
        }
    }

    /// A shell script that lies among checks, and in which nothing can say that something is wrong, starts something for them.
    fn leave_starters(&mut self) {
        let refuses = |ran: &&Ran<'_>| {
            let signature = programs::signature(&ran.words);
            !ran.edges.is_empty()
                || programs::layers(&ran.words).any(guard::may_refuse)
                || signature.is_some_and(|signature| programs::is_check(&signature))
        };
        let refusing: FxHashSet<&RunNode> = self.commands.iter().filter(refuses).map(|ran| &ran.node).collect();
        for script in self.scripts.iter_mut().filter(|script| script.guards) {
            let is_shell = FileKind::of(&script.path) == Some(FileKind::Shell);
            let is_by_folder = guard::file_guards(&script.path) == guard::Guarding::ByFolder;
            script.guards &= !(is_shell && is_by_folder) || refusing.contains(&script.node);
        }
    }

    /// Code that only prints what it finds, and scripts that run nothing but that; code that others take something
    /// from is a part of them.
    fn leave_printers(&mut self, sources: &[(FilePath, &Facts)]) {
        let with = |wanted: &CiFact| -> FxHashSet<&FilePath> {
            let has = |facts: &Facts| facts.facts.iter().any(|said| said.fact == *wanted);
            sources.iter().filter(|(_, facts)| has(facts)).map(|(path, _)| path).collect()
        };
        let (printing, giving) = (with(&CiFact::Prints), with(&CiFact::Gives));
        let taken: FxHashSet<&FilePath> = self
            .edges
            .iter()
            .filter(|edge| edge.kind == "names" && has_code(&edge.path))
            .filter_map(|edge| edge.to.path().filter(|path| giving.contains(path)))
            .collect();
        let mut quiet: FxHashSet<RunNode> = printing.iter().chain(&taken).map(|path| RunNode::file(path)).collect();
        // A script whose commands all lead to such code, and check nothing themselves.
        let mut runs: FxHashMap<&RunNode, (bool, bool)> = FxHashMap::default();
        for ran in self.commands.iter().filter(|ran| ran.path.name() == "package.json") {
            let mut files = self.edges[ran.edges.clone()].iter().filter(|edge| edge.kind == "file").peekable();
            let (some, all) = runs.entry(&ran.node).or_insert((false, true));
            let checks = programs::signature(ran.work()).is_some_and(|signature| programs::is_check(&signature));
            *some |= files.peek().is_some();
            *all &= !checks
                && files.peek().is_some()
                && files.all(|edge| edge.to.path().is_some_and(|to| printing.contains(to)));
        }
        let printers: Vec<RunNode> =
            runs.iter().filter(|(_, (some, all))| *some && *all).map(|(node, _)| (*node).clone()).collect();
        quiet.extend(printers);
        for script in &mut self.scripts {
            script.guards &= !quiet.contains(&script.node);
        }
    }

    fn add_tasks(&mut self, sources: &'r [(FilePath, &'r Facts)], project: &mut ProjectRuns<'r>) {
        let mut before: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for said in sources.iter().flat_map(|(_, source)| &source.facts) {
            if let CiFact::Task { task, before: other } = &said.fact {
                before.entry(task).or_default().push(other);
            }
        }
        let mut open: Vec<String> = project.tasks.iter().cloned().collect();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        while let Some(task) = open.pop() {
            if !seen.insert(task.clone()) {
                continue;
            }
            let exact = project.by_name.get_key_value(task.as_str()).map(|(name, _)| *name);
            let Some(names) = like(&task, exact, project.by_name.keys().copied(), &mut project.budget) else {
                // Nobody can say where the task is asked for, so any file may run more.
                let path = sources.first().map_or_else(FilePath::root, |(path, _)| path.clone());
                self.gaps
                    .push((path, Gap::new(Span::default(), format!("what the task `{task}` means is not followed"))));
                continue;
            };
            let folders = names
                .iter()
                .flat_map(|name| project.by_name.get(name).into_iter().flatten().map(move |folder| (folder, name)));
            let mut to: Vec<RunNode> = folders.map(|(folder, name)| RunNode::script(folder, name)).collect();
            let files = project.task_targets.get(task.as_str()).into_iter().flatten();
            to.extend(files.map(|path| RunNode::part(path, &task)));
            for other in before.get(task.as_str()).into_iter().flatten() {
                to.push(RunNode::Task((*other).into()));
                open.push((*other).to_owned());
            }
            let from = RunNode::Task(task.as_str().into());
            let place = |to: RunNode| RunEdge {
                from: from.clone(),
                to,
                kind: "task",
                path: FilePath::root(),
                span: Span::default(),
            };
            self.edges.extend(to.into_iter().map(place));
        }
    }
}

/// Options with which a checker changes files, or waits for changes.
const MENDING: &[&str] =
    &["--write", "--fix", "--apply", "--watch", "--watchAll", "--fix-dry-run", "-u", "--update", "--ui", "--unsafe"];

impl<'r> ProjectRuns<'r> {
    fn of(sources: &'r [(FilePath, &'r Facts)], scope: &ProjectScope<'r>) -> Self {
        let mut packages = WorkspacePackages::default();
        let mut scripts: BTreeMap<FilePath, BTreeSet<&str>> = BTreeMap::new();
        let mut by_name: BTreeMap<&str, Vec<FilePath>> = BTreeMap::new();
        let mut recipes = BTreeMap::new();
        let mut targets: BTreeMap<&FilePath, BTreeSet<&str>> = BTreeMap::new();
        let mut task_targets: BTreeMap<&str, BTreeSet<&FilePath>> = BTreeMap::new();
        let mut wrappers = FxHashSet::default();
        let mut composed = BTreeMap::new();
        for (path, source) in sources {
            let folder = folder_of(path);
            let has_recipes = matches!(FileKind::of(path), Some(FileKind::Make | FileKind::Just));
            if has_recipes && path.extension() != Some("mk") {
                recipes.insert(folder.clone(), path);
            }
            if matches!(path.name(), "docker-compose.yml" | "docker-compose.yaml" | "compose.yml" | "compose.yaml") {
                composed.insert(folder.clone(), path);
            }
            for said in &source.facts {
                match &said.fact {
                    CiFact::Command { part: Some(part), .. } | CiFact::Link { part: Some(part), .. } if has_recipes => {
                        targets.entry(path).or_default().insert(part);
                    }
                    CiFact::Command { part: Some(part), .. } | CiFact::Mention { part: Some(part), .. }
                        if FileKind::of(path) == Some(FileKind::TaskRunner) =>
                    {
                        task_targets.entry(part).or_default().insert(path);
                    }
                    CiFact::Task { task, .. } => drop(task_targets.entry(task).or_default()),
                    CiFact::HandsOn => drop(wrappers.insert(path)),
                    CiFact::Package(name) => packages.add(folder.clone(), name),
                    CiFact::Workspace(glob) => packages.add_workspace(folder.clone(), glob),
                    CiFact::Script { name, .. } => {
                        scripts.entry(folder.clone()).or_default().insert(name);
                        by_name.entry(name).or_default().push(folder.clone());
                    }
                    _ => {}
                }
            }
        }
        let modules = modules_of(sources);
        let sources = sources.iter().map(|(path, _)| path).filter(|path| path.name() != "package.json");
        let files = scope.files().iter().filter(|path| guard::is_script(path)).chain(sources);
        let names = RunFiles::new(files.collect());
        Self {
            names,
            packages: packages.finish(),
            scripts,
            by_name,
            recipes,
            targets,
            modules,
            task_targets,
            wrappers,
            composed,
            tasks: BTreeSet::new(),
            budget: MOST_COMPARED,
            is_cut: false,
        }
    }

    /// Where the words begin that shell scripts of the project are given to run; at the beginning where there are none.
    fn behind_wrappers(&mut self, words: &[&'r str], bases: &[FilePath]) -> usize {
        let mut behind = 0;
        for _ in 0..MOST_WRAPPERS {
            let mut layers = programs::layers(&words[behind..]);
            let found = layers.find_map(|layer| {
                let is_shell = matches!(layer[0], "sh" | "bash" | "zsh" | "." | "source");
                let at = usize::from(is_shell);
                let script = layer.get(at).filter(|word| word.contains('/') || word.ends_with(".sh"))?;
                let named = self.names.of(script, bases, Opens::Files);
                let wraps = named.iter().any(|node| node.path().is_some_and(|path| self.wrappers.contains(path)));
                (wraps && layer.len() > at + 1).then(|| words.len() - layer.len() + at + 1)
            });
            let Some(found) = found else { break };
            behind = found;
        }
        behind
    }

    /// What a command runs.
    fn targets(
        &mut self,
        words: &[&'r str],
        behind: usize,
        bases: &[FilePath],
        is_lost: bool,
    ) -> Vec<(RunNode, &'static str)> {
        let mut targets = Vec::new();
        let wrapped = programs::layers(&words[behind..]).filter(|_| behind > 0);
        for words in programs::layers(words).chain(wrapped) {
            let command = Command {
                words: words.iter().map(|text| Word { text: (*text).to_owned(), span: Span::default() }).collect(),
                folder: None,
                may_fail: false,
                span: Span::default(),
            };
            for call in script_calls(&command) {
                if is_lost && call.package == ScriptOwner::Here {
                    self.task(&pattern_of(&call.script), &mut targets);
                }
                self.called(&call, bases, &mut targets);
            }
            for task in task_runners::tasks(words) {
                self.task(task_name(task), &mut targets);
            }
            if programs::installs(words) {
                programs::LIFECYCLE.iter().for_each(|name| self.task(name, &mut targets));
            }
            if let Some((names, folder)) = programs::recipes(words) {
                let folders = bases.iter().map(|base| folder.map_or_else(|| base.clone(), |folder| base.join(folder)));
                if let Some(path) = folders.filter_map(|folder| self.recipes.get(&folder)).next() {
                    let patterns = names.iter().flat_map(|name| self.like_recipe(path, name));
                    let all = names.iter().copied().chain(patterns);
                    targets.extend(all.map(|name| (self.recipe(path, name), "recipe")));
                    targets.extend(names.is_empty().then(|| (RunNode::file(path), "recipe")));
                }
            }
        }
        if programs::composes(words) {
            let composed = bases.iter().find_map(|base| self.composed.get(base));
            targets.extend(composed.map(|path| (RunNode::file(path), "file")));
        }
        let opens = Opens::by(words.first().copied().unwrap_or_default());
        for word in words {
            let found = self.names.of(word, bases, opens).into_iter();
            targets.extend(found.map(|node| {
                let kind = if matches!(node, RunNode::Group(_)) { "files" } else { "file" };
                (node, kind)
            }));
        }
        // In the order of the derived rows.
        targets.sort_by_cached_key(|(node, kind)| (node.to_string(), *kind));
        targets.dedup();
        targets
    }

    /// Whether something that was asked for may mean more than was looked for. Says so once.
    fn take_cut(&mut self) -> bool {
        self.names.take_cut() | std::mem::take(&mut self.is_cut)
    }

    /// A recipe of a file, or of a module of it: `web::test`.
    fn recipe(&self, path: &FilePath, name: &str) -> RunNode {
        let (mut path, mut name) = (path, name);
        while let Some((module, rest)) = name.split_once("::") {
            let Some(file) = self.modules.get(&(path, module)) else { break };
            (path, name) = (file, rest);
        }
        RunNode::part(path, name)
    }

    /// The recipes of a file that a name may mean where it, or theirs, is a pattern.
    fn like_recipe(&self, path: &FilePath, name: &str) -> Vec<&'r str> {
        let known = self.targets.get(path).into_iter().flatten().copied();
        known.filter(|known| (name.contains(ANY) || known.contains(ANY)) && may_be_same(name, known)).collect()
    }

    fn task(&mut self, name: &str, targets: &mut Vec<(RunNode, &'static str)>) {
        let is_known =
            self.by_name.contains_key(name) || self.task_targets.contains_key(name) || name.contains(['*', ANY]);
        if is_known || self.tasks.contains(name) {
            self.tasks.insert(name.to_owned());
            targets.push((RunNode::Task(name.into()), "task"));
        }
    }

    fn called(&mut self, call: &ScriptCall, bases: &[FilePath], targets: &mut Vec<(RunNode, &'static str)>) {
        let pattern = pattern_of(&call.script);
        if matches!(call.package, ScriptOwner::Several | ScriptOwner::Unknown) {
            return self.task(&pattern, targets);
        }
        for base in bases {
            // A folder is seen from where the command runs, everything else from its package.
            let at = match call.package {
                ScriptOwner::Folder(_) => Some(base.clone()),
                _ => self.packages.nearest(base.clone()),
            };
            let Some(at) = at else { continue };
            let Some(folder) = self.packages.target(at, &call.package) else { continue };
            let Some(own) = self.scripts.get(&folder) else { continue };
            let found = like(&pattern, own.get(pattern.as_str()).copied(), own.iter().copied(), &mut self.budget);
            self.is_cut |= found.is_none();
            let found = found.unwrap_or_default();
            if !found.is_empty() {
                targets.extend(found.into_iter().map(|name| (RunNode::script(&folder, name), "script")));
                return;
            }
        }
        if matches!(call.package, ScriptOwner::Named(_)) {
            self.task(&pattern, targets);
        }
    }
}

/// The files with the recipes of the modules of `just`.
fn modules_of<'r>(sources: &'r [(FilePath, &'r Facts)]) -> BTreeMap<(&'r FilePath, &'r str), &'r FilePath> {
    let known: BTreeMap<&str, &FilePath> = sources.iter().map(|(path, _)| (path.as_str(), path)).collect();
    let mut modules = BTreeMap::new();
    for (path, said) in sources.iter().flat_map(|(path, source)| source.facts.iter().map(move |said| (path, said))) {
        let CiFact::Link { part: Some(name), target: LinkTarget::Named(target), kind: RunLinkKind::Module } =
            &said.fact
        else {
            continue;
        };
        let named = folder_of(path).join(target);
        let below = ["justfile", "Justfile", ".justfile"].map(|file| named.join(file));
        let file = std::iter::once(&named).chain(&below).find_map(|file| known.get(file.as_str()));
        if let Some(file) = file {
            modules.insert((path, &**name), *file);
        }
    }
    modules
}

/// The names that a name or pattern means: of a name itself, which is `exact` where it is known. Nothing where the budget is used up.
fn like<'r>(
    pattern: &str,
    exact: Option<&'r str>,
    names: impl ExactSizeIterator<Item = &'r str>,
    budget: &mut usize,
) -> Option<Vec<&'r str>> {
    if !pattern.contains(['*', ANY]) {
        return Some(exact.into_iter().collect());
    }
    if pattern.len() > MAX_GLOB {
        return Some(Vec::new());
    }
    *budget = budget.checked_sub(names.len())?;
    let glob = GlobBuilder::new(&pattern.replace(ANY, "*")).literal_separator(false).build();
    let Ok(matcher) = glob.map(|glob| glob.compile_matcher()) else { return Some(Vec::new()) };
    let found: Vec<&str> = names.filter(|name| matcher.is_match(name)).collect();
    *budget = budget.saturating_sub(COST_OF_MATCH * found.len());
    Some(found)
}

/// How many wrappers stand around the words that they run at most.
const MOST_WRAPPERS: usize = 3;

/// Whether two names, in each of which something may be open, can be the same.
fn may_be_same(one: &str, other: &str) -> bool {
    let ends = |name: &'_ str| -> (usize, usize) {
        let start = name.find(ANY).unwrap_or(name.len());
        (start, name.rfind(ANY).map_or(0, |at| at + ANY.len_utf8()))
    };
    let ((one_start, one_end), (other_start, other_end)) = (ends(one), ends(other));
    let (one_start, other_start) = (&one[..one_start], &other[..other_start]);
    let (one_end, other_end) = (&one[one_end..], &other[other_end..]);
    (one_start.starts_with(other_start) || other_start.starts_with(one_start))
        && (one_end.ends_with(other_end) || other_end.ends_with(one_end))
}

/// `/^build:.*/` of pnpm as `build:*`: a pattern that means at least what the expression does.
fn pattern_of(script: &str) -> String {
    let Some(expression) = script.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
        return script.to_owned();
    };
    // Between words one of which is meant, nothing is certain but what stands around them.
    if expression.contains('|') && !expression.contains('(') {
        return "*".to_owned();
    }
    let mut pattern = String::from(if expression.starts_with('^') { "" } else { "*" });
    let mut rest = expression.trim_start_matches('^').chars().peekable();
    while let Some(letter) = rest.next() {
        let closing = match letter {
            '(' => Some(')'),
            '[' => Some(']'),
            '{' => Some('}'),
            _ => None,
        };
        match letter {
            '$' if rest.peek().is_none() => return pattern,
            '.' => pattern.push('*'),
            '*' | '+' | '?' => {
                pattern.pop();
                pattern.push('*');
            }
            '\\' => match rest.next() {
                Some(class) if class.is_ascii_alphanumeric() => pattern.push('*'),
                Some(letter) => pattern.push(letter),
                None => {}
            },
            _ if closing.is_some() => {
                rest.by_ref().find(|letter| Some(*letter) == closing);
                pattern.push('*');
            }
            // Signs that mean more to a glob than to the expression.
            ')' | ']' | '}' | '|' => pattern.push('*'),
            _ => pattern.push(letter),
        }
    }
    pattern.push('*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_names() {
        for (expression, expected) in [
            ("build", "build"),
            ("/^verify:.+$/", "verify:*"),
            ("/^build:.*/", "build:**"),
            ("/lint/", "*lint*"),
            ("/^(lint|test):ci$/", "*:ci"),
            ("/^lint$|^test$/", "*"),
            ("/^tests?$/", "test*"),
            ("/^v\\d+\\.x$/", "v*.x"),
        ] {
            assert_eq!(pattern_of(expression), expected, "{expression}");
        }
    }

    #[test]
    fn names_with_open_parts() {
        let open = |name: &str| name.replace('%', &ANY.to_string());
        for (one, other, expected) in [
            ("test-%", "test-a", true),
            ("test-%", "clean-a", false),
            ("%-a", "test-%", true),
            ("%-a", "test-b", false),
        ] {
            assert_eq!(may_be_same(&open(one), &open(other)), expected, "{one} {other}");
        }
    }
}
