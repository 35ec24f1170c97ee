//! What jobs lead to, and which scripts do nothing that a job does not do.

use std::collections::{BTreeMap, BTreeSet};

use auditlint_facts::folder::{above, shown};
use auditlint_facts::{Gap, ProjectScope, Row, Value};
use auditlint_source::{FilePath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edge::RunEdge;
use super::fact::{CiFact, Facts};
use super::graph::{ProjectScript, Ran, RunGraph};
use super::node::RunNode;
use super::programs;
use crate::conventions::{self, has_code};
use crate::read::commands::FileKind;
use crate::read::shell::{ANY, PROJECT, START};

pub(super) struct ReachedRuns<'g> {
    /// Every node that a job leads to, with the first job that does.
    by_job: FxHashMap<&'g RunNode, &'g RunNode>,
    /// Whether a job runs anything of the project.
    has_job: bool,
    /// Scripts that do nothing that does not run anyway: the index of one, and who does the same.
    same: Vec<(usize, &'g RunNode)>,
}

/// How often scripts are looked for that run nothing but others that run.
const ROUNDS: usize = 3;

type Next<'g> = FxHashMap<&'g RunNode, Vec<&'g RunNode>>;

impl<'g> ReachedRuns<'g> {
    pub(super) fn of(graph: &'g RunGraph<'_>) -> Self {
        let mut next: Next<'_> = FxHashMap::default();
        for edge in &graph.edges {
            next.entry(&edge.from).or_default().push(&edge.to);
        }
        let mut by_job: FxHashMap<&RunNode, &RunNode> = FxHashMap::default();
        for start in graph.starts.iter().filter(|start| start.kind == "job") {
            follow(&start.node, &start.node, &next, &mut by_job);
        }
        let mut all = by_job.clone();
        for start in &graph.starts {
            follow(&start.node, &start.node, &next, &mut all);
        }
        let has_job = by_job.keys().any(|node| is_of_project(node))
            || graph.commands.iter().any(|ran| {
                let signature = by_job.get(&ran.node).and_then(|_| programs::signature(ran.work()));
                signature.is_some_and(|signature| programs::is_check(&signature))
            });
        let same = done_by_others(graph, &next, &by_job, &mut all);
        Self { by_job, has_job, same }
    }

    /// The commands of jobs that were not understood.
    pub(super) fn unread(&self, sources: &[(FilePath, &Facts)]) -> Vec<(FilePath, Gap)> {
        let reached: FxHashSet<&FilePath> = self.by_job.keys().filter_map(|node| node.path()).collect();
        let mut gaps = Vec::new();
        // Of a file that no job leads to nothing is missed.
        for (path, source) in sources.iter().filter(|(path, _)| reached.contains(path)) {
            for said in &source.facts {
                if let CiFact::Unread(message) = &said.fact {
                    gaps.push((path.clone(), Gap::new(said.span, &**message)));
                }
            }
        }
        gaps
    }

    /// The commands of jobs that hand over to a program whose own files are not read.
    pub(super) fn handed_over(&self, graph: &RunGraph<'_>) -> Vec<(FilePath, Gap)> {
        let reached = graph.commands.iter().filter(|ran| self.by_job.contains_key(&ran.node) && !has_code(ran.path));
        let found = reached.filter_map(|ran| {
            let runner = programs::layers(ran.work()).find_map(conventions::unread_runner)?;
            Some((ran.path.clone(), Gap::new(ran.span, format!("what `{runner}` runs is not read"))))
        });
        found.collect()
    }

    /// The first job of the file that runs the most commands as jobs: the pipeline to which one more would be added.
    pub(super) fn main_job<'r>(&self, graph: &'r RunGraph<'_>) -> Option<(&'r FilePath, Span)> {
        let mut first: BTreeMap<&FilePath, (Span, u64)> = BTreeMap::new();
        for start in graph.starts.iter().filter(|start| start.kind == "job") {
            let (span, _) = first.entry(&start.path).or_insert((start.span, 0));
            *span = start.span.min(*span);
        }
        for ran in graph.commands.iter().filter(|ran| self.by_job.contains_key(&ran.node)) {
            if let Some((_, count)) = first.get_mut(ran.path) {
                *count += 1;
            }
        }
        let most = first.into_iter().rev().max_by_key(|(_, (_, count))| *count);
        most.map(|(path, (span, _))| (path, span))
    }

    pub(super) fn commands(&self, graph: &RunGraph<'_>, scope: &ProjectScope<'_>) -> Vec<Row> {
        let required: Vec<Vec<&str>> = scope.required().iter().map(|required| named(&required.words())).collect();
        // By their words, so that a command asks only for those that it may begin with.
        let mut by_words: FxHashMap<&[&str], Vec<usize>> = FxHashMap::default();
        for (index, words) in required.iter().enumerate().filter(|(_, words)| !words.is_empty()) {
            by_words.entry(words).or_default().push(index);
        }
        let lengths: BTreeSet<usize> = by_words.keys().map(|words| words.len()).collect();
        let mut rows = Vec::new();
        for ran in &graph.commands {
            let Some(job) = self.by_job.get(&ran.node).filter(|_| !has_code(ran.path)) else { continue };
            let directory = ran.folder.and_then(|folder| {
                let folder = folder.strip_prefix(PROJECT).filter(|rest| !rest.contains(ANY))?;
                Some(shown(&FilePath::new(folder)).to_owned())
            });
            let command: Vec<String> = ran.words.iter().map(|word| plain(word)).collect();
            let mut push = |required: Option<&str>| {
                let values = vec![
                    job.to_string().as_str().into(),
                    directory.as_deref().into(),
                    command.first().map(String::as_str).into(),
                    command.join(" ").as_str().into(),
                    required.into(),
                ];
                rows.push(Row { path: ran.path.clone(), span: ran.span, values });
            };
            let mut met: BTreeSet<usize> = BTreeSet::new();
            let layers = programs::layers(&ran.words).chain(programs::layers(ran.work()));
            for layer in layers.filter(|_| !lengths.is_empty()).map(named) {
                let starts = lengths.range(..=layer.len()).filter_map(|length| by_words.get(&layer[..*length]));
                met.extend(starts.flatten());
            }
            let met: Vec<&str> = met.into_iter().map(|index| scope.required()[index].command.as_str()).collect();
            match met[..] {
                [] => push(None),
                _ => met.into_iter().for_each(|command| push(Some(command))),
            }
        }
        rows
    }

    pub(super) fn roots(&self, graph: &RunGraph<'_>) -> Vec<Row> {
        let starts = graph.starts.iter().filter(|_| self.has_job);
        let row = |start: &super::graph::RunStart| Row {
            path: start.path.clone(),
            span: start.span,
            values: vec![text(&start.node), start.kind.into()],
        };
        starts.map(row).collect()
    }

    pub(super) fn edges(&self, graph: &RunGraph<'_>) -> Vec<Row> {
        let row = |from: &RunNode, to: &RunNode, kind: &str, path: &FilePath, span| Row {
            path: path.clone(),
            span,
            values: vec![text(from), text(to), kind.into()],
        };
        let edges = graph.edges.iter().map(|edge| row(&edge.from, &edge.to, edge.kind, &edge.path, edge.span));
        let same = self.same.iter().map(|(script, by)| {
            let script = &graph.scripts[*script];
            row(by, &script.node, "does-the-same", &script.path, script.span)
        });
        edges.chain(same).collect()
    }

    pub(super) fn scripts(&self, graph: &RunGraph<'_>) -> Vec<Row> {
        let guards: FxHashSet<&RunNode> =
            graph.scripts.iter().filter(|script| script.guards).map(|script| &script.node).collect();
        let mut parts: FxHashSet<&RunNode> = FxHashSet::default();
        for edge in graph.edges.iter().filter(|edge| guards.contains(&edge.from) && edge.from != edge.to) {
            parts.insert(&edge.to);
        }
        // A task stands for the scripts of that name in every package, a folder for its files.
        let tasks =
            graph.edges.iter().filter(|edge| matches!(edge.kind, "task" | "files") && parts.contains(&edge.from));
        let of_tasks: Vec<&RunNode> = tasks.map(|edge| &edge.to).collect();
        parts.extend(of_tasks);
        let row = |script: &ProjectScript| Row {
            path: script.path.clone(),
            span: script.span,
            values: vec![
                text(&script.node),
                shown(&script.folder).into(),
                script.name.as_str().into(),
                script.guards.into(),
                parts.contains(&script.node).into(),
            ],
        };
        graph.scripts.iter().map(row).collect()
    }
}

/// A node as people read it.
fn text(node: &RunNode) -> Value {
    node.to_string().as_str().into()
}

/// Whether a node is a script or file, rather than a part of a pipeline.
fn is_of_project(node: &RunNode) -> bool {
    use FileKind::{Action, Gitlab, Jenkins, Pipeline, Workflow};
    match node {
        RunNode::File { path, .. } => {
            !matches!(FileKind::of(path), Some(Workflow | Action | Gitlab | Pipeline | Jenkins))
        }
        RunNode::Group(_) => true,
        RunNode::Task(_) | RunNode::Lists { .. } => false,
    }
}

fn follow<'g>(
    start: &'g RunNode,
    name: &'g RunNode,
    next: &Next<'g>,
    reached: &mut FxHashMap<&'g RunNode, &'g RunNode>,
) {
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        if reached.contains_key(node) {
            continue;
        }
        reached.insert(node, name);
        open.extend(next.get(node).into_iter().flatten().copied());
    }
}

/// The scripts that guard the project, that nothing leads to, and whose every command does what a job does: it runs the same
/// checker in the same folder or above, or scripts that run anyway.
fn done_by_others<'g>(
    graph: &'g RunGraph<'_>,
    next: &Next<'g>,
    by_job: &FxHashMap<&'g RunNode, &'g RunNode>,
    all: &mut FxHashMap<&'g RunNode, &'g RunNode>,
) -> Vec<(usize, &'g RunNode)> {
    // By what is done, the folders in which it is, with which command of all did so first.
    let mut running: FxHashMap<String, FxHashMap<&FilePath, (usize, &RunNode)>> = FxHashMap::default();
    let mut own: FxHashMap<&RunNode, Vec<&Ran<'_>>> = FxHashMap::default();
    for (order, ran) in graph.commands.iter().enumerate() {
        if by_job.contains_key(&ran.node) {
            let (Some(signature), Some(folder)) = (programs::signature(ran.work()), ran.bases.first()) else {
                continue;
            };
            let also = programs::also_does(&signature).iter().map(|other| (*other).to_owned());
            for signature in also.chain([signature]) {
                running.entry(signature).or_default().entry(folder).or_insert((order, &ran.node));
            }
        } else {
            own.entry(&ran.node).or_default().push(ran);
        }
    }
    // `test` may be nothing but `npm run specs`.
    let guards: FxHashSet<&RunNode> =
        graph.scripts.iter().filter(|script| script.guards).map(|script| &script.node).collect();
    let called: FxHashSet<&RunNode> = graph
        .edges
        .iter()
        .filter(|edge| edge.kind == "script" && guards.contains(&edge.from))
        .map(|edge| &edge.to)
        .collect();
    let mut same = Vec::new();
    for _ in 0..ROUNDS {
        let before = same.len();
        for (index, script) in graph.scripts.iter().enumerate() {
            let is_asked = script.guards || called.contains(&script.node);
            if !is_asked || all.contains_key(&script.node) {
                continue;
            }
            let mut by: Option<&RunNode> = None;
            let is_done = own.get(&script.node).into_iter().flatten().all(|ran| {
                let edges = &graph.edges[ran.edges.clone()];
                // What a container starts is what is named in its file.
                let stands_for_others =
                    |edge: &RunEdge| matches!(edge.kind, "task" | "files") || starts_container(edge);
                let runs = |edge: &&RunEdge| {
                    let nodes = next.get(&edge.to).filter(|_| stands_for_others(edge));
                    // A task stands for scripts in its turn.
                    let is_of_done = |node: &RunNode| {
                        let inner =
                            next.get(node).filter(|_| !matches!(node, RunNode::File { .. } | RunNode::Group(_)));
                        inner.is_some_and(|inner| inner.iter().all(|node| all.contains_key(node)))
                    };
                    let is_node_done = |node: &&RunNode| all.contains_key(node) || is_of_done(node);
                    let is_task_done = || nodes.is_some_and(|nodes| nodes.iter().all(is_node_done));
                    all.contains_key(&edge.to) || edge.to == script.node || is_task_done()
                };
                // Where a command runs scripts, its other words are options.
                let is_script = |edge: &&RunEdge| matches!(edge.kind, "script" | "task" | "recipe");
                let has_script = edges.iter().any(|edge| is_script(&edge));
                // A container that runs nothing of the project, such as a database, is not a check.
                let is_idle = |edge: &RunEdge| starts_container(edge) && !next.contains_key(&edge.to);
                let counting = edges.iter().filter(|edge| !is_idle(edge) && (!has_script || is_script(edge)));
                let mut counting = counting.peekable();
                let first = counting.peek().copied();
                if first.is_some() && counting.all(|edge| runs(&edge)) {
                    let inner = |edge: &RunEdge| next.get(&edge.to)?.iter().find_map(|node| all.get(node));
                    by = by.or(first.and_then(|edge| all.get(&edge.to).or_else(|| inner(edge))).copied());
                    return true;
                }
                let Some(signature) = programs::signature(ran.work()) else { return true };
                let around = running
                    .get(&signature)
                    .into_iter()
                    .flat_map(|folders| above(script.folder.clone()).filter_map(|folder| folders.get(&folder)));
                let found = around.min_by_key(|(order, _)| *order);
                by = by.or(found.map(|(_, node)| *node));
                found.is_some()
            });
            if let (true, Some(by)) = (is_done, by) {
                same.push((index, by));
                follow(&script.node, by, next, all);
            }
        }
        if same.len() == before {
            break;
        }
    }
    same
}

/// Whether what is named is the file of a container.
fn starts_container(edge: &RunEdge) -> bool {
    edge.to.path().and_then(FileKind::of) == Some(FileKind::Container)
}

/// The words of a command as they are held against those that are required: `npm run test` is `npm test`.
fn named<'w>(words: &[&'w str]) -> Vec<&'w str> {
    let is_manager = words.first().is_some_and(|program| conventions::manages_packages(program));
    let is_left = |word: &&&str| !((is_manager && matches!(**word, "run" | "run-script")) || word.starts_with('+'));
    words.iter().filter(is_left).copied().collect()
}

fn plain(word: &str) -> String {
    let project = format!("{PROJECT}/");
    let start = format!("{START}/");
    word.replace(&project, "").replace(&start, "").replace([PROJECT, START], ".").replace(ANY, "…")
}
