//! The jobs of GitLab: what they take from others, by `extends` and `!reference`.

use std::sync::Arc;

use auditlint_facts::Gap;
use auditlint_source::{FilePath, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edge::RunEdge;
use super::fact::{CiFact, Facts, Job, includes};
use super::node::RunNode;
use crate::read::commands::Slot;

/// A job, and where it stands in its file.
#[derive(Clone, Copy)]
struct ListedJob<'r> {
    span: Span,
    job: &'r Job,
}

/// By name: where a job stands. A name may stand in several files.
type Jobs<'r> = FxHashMap<&'r str, Vec<(&'r FilePath, ListedJob<'r>)>>;

/// Adds the edges from jobs to the lists of commands that they take from others. A job has those of the last one that it extends
/// where it has none of its own.
pub(super) fn add_jobs(sources: &[(FilePath, &Facts)], edges: &mut Vec<RunEdge>, gaps: &mut Vec<(FilePath, Gap)>) {
    let mut jobs: Jobs<'_> = FxHashMap::default();
    let pipelines = pipelines(sources);
    for (path, source) in sources.iter().filter(|(path, _)| pipelines.as_ref().is_none_or(|run| run.contains(path))) {
        for said in &source.facts {
            if let CiFact::Job(job) = &said.fact {
                jobs.entry(&job.name).or_default().push((path, ListedJob { span: said.span, job }));
            }
        }
    }
    let mut names: Vec<&str> = jobs.keys().copied().collect();
    names.sort_unstable();
    let mut groups = FxHashSet::default();
    for slot in Slot::ALL {
        let mut givers = Givers { jobs: &jobs, slot, known: FxHashMap::default(), circle: None };
        for name in names.iter().filter(|name| !name.starts_with('.')) {
            let giver = givers.of(name).or_else(|| givers.of("default"));
            let Some(giver) = giver else { continue };
            let having: Vec<_> = jobs[giver].iter().filter(|(_, row)| has_slot(*row, slot)).collect();
            let part: Arc<str> = format!("{giver}:{}", slot.name()).into();
            // Each of many by one name leads to each of many: they meet in a node between them.
            let is_group = jobs[name].len() > 1 && having.len() > 1;
            let group = RunNode::Lists { part: Arc::clone(&part), is_reference: false };
            for (own, row) in &jobs[name] {
                let from = RunNode::part(own, name);
                let place = |to: RunNode, (path, row): (&FilePath, ListedJob<'_>)| RunEdge {
                    from: from.clone(),
                    to,
                    kind: "extends",
                    path: path.clone(),
                    span: row.span,
                };
                match is_group {
                    true => edges.push(place(group.clone(), (own, *row))),
                    false => {
                        edges.extend(
                            having.iter().map(|(path, row)| place(RunNode::of(path, Some(&part)), (path, *row))),
                        );
                    }
                }
            }
            if is_group && groups.insert(group.clone()) {
                edges.extend(having.iter().map(|(path, row)| RunEdge {
                    from: group.clone(),
                    to: RunNode::of(path, Some(&part)),
                    kind: "extends",
                    path: (*path).clone(),
                    span: row.span,
                }));
            }
        }
        if let Some((path, row)) = givers.circle {
            let message = format!("the job `{}` extends itself through others", row.job.name);
            if !gaps.iter().any(|(known, gap)| known == path && gap.span == row.span) {
                gaps.push((path.clone(), Gap::new(row.span, message)));
            }
        }
    }
    add_references(&jobs, edges);
}

/// `!reference` names a job, wherever it stands.
fn add_references(jobs: &Jobs<'_>, edges: &mut Vec<RunEdge>) {
    let mut elsewhere = Vec::new();
    let mut groups = FxHashSet::default();
    for edge in edges.iter().filter(|edge| edge.kind == "reference") {
        let RunNode::File { part: Some(part), .. } = &edge.to else { continue };
        let job = part.rsplit_once(':').map_or(&**part, |(job, _)| job);
        let Some(known) = jobs.get(job) else { continue };
        let group = RunNode::Lists { part: Arc::clone(part), is_reference: true };
        let is_group = known.len() > 1;
        if is_group {
            elsewhere.push(RunEdge {
                from: edge.from.clone(),
                to: group.clone(),
                kind: "reference",
                path: edge.path.clone(),
                span: edge.span,
            });
        }
        if !is_group || groups.insert(group.clone()) {
            elsewhere.extend(known.iter().map(|(path, row)| RunEdge {
                from: if is_group { group.clone() } else { edge.from.clone() },
                to: RunNode::of(path, Some(part)),
                kind: "reference",
                path: edge.path.clone(),
                span: row.span,
            }));
        }
    }
    edges.extend(elsewhere);
}

/// From whom jobs have one of their lists of commands.
struct Givers<'j, 'r> {
    jobs: &'j Jobs<'r>,
    slot: Slot,
    /// Nothing while it is worked out.
    known: FxHashMap<&'r str, Option<Option<&'r str>>>,
    /// A job that extends itself, which GitLab refuses.
    circle: Option<(&'r FilePath, ListedJob<'r>)>,
}

impl<'r> Givers<'_, 'r> {
    fn of(&mut self, name: &str) -> Option<&'r str> {
        let (name, _) = self.jobs.get_key_value(name)?;
        let mut open: Vec<(&'r str, Vec<&'r str>)> = Vec::new();
        self.enter(name, &mut open);
        while let Some((job, rest)) = open.last_mut() {
            let job = *job;
            let Some(next) = rest.pop() else {
                self.known.insert(job, Some(None));
                open.pop();
                continue;
            };
            match self.known.get(next) {
                Some(Some(None)) => {}
                // It takes nothing from itself.
                Some(None) if next == job => {}
                Some(Some(Some(giver))) => {
                    let giver = *giver;
                    self.known.insert(job, Some(Some(giver)));
                    open.pop();
                }
                Some(None) => self.circle = self.circle.or_else(|| self.jobs.get(job)?.first().copied()),
                None => {
                    // It is looked at again once it is known.
                    rest.push(next);
                    self.enter(next, &mut open);
                }
            }
        }
        self.known.get(name).copied().flatten().flatten()
    }

    /// Begins with a job that is not known yet.
    fn enter(&mut self, name: &'r str, open: &mut Vec<(&'r str, Vec<&'r str>)>) {
        if self.known.contains_key(name) {
            return;
        }
        let rows = self.jobs.get(name).map(Vec::as_slice).unwrap_or_default();
        if rows.iter().any(|(_, row)| has_slot(*row, self.slot)) {
            self.known.insert(name, Some(Some(name)));
            return;
        }
        self.known.insert(name, None);
        open.push((name, rows.iter().flat_map(|(_, row)| &row.job.extends).map(|name| &**name).collect()));
    }
}

fn has_slot(row: ListedJob<'_>, slot: Slot) -> bool {
    row.job.slots.contains(&slot)
}

/// The files of the pipeline of GitLab: that of the root with what it includes. Nothing where there is none at the root.
fn pipelines(sources: &[(FilePath, &Facts)]) -> Option<FxHashSet<FilePath>> {
    let source = |path: &FilePath| {
        let at = sources.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
        Some(sources[at].1)
    };
    let root = FilePath::new(".gitlab-ci.yml");
    source(&root)?;
    let mut found = FxHashSet::default();
    let mut open = vec![root];
    while let Some(path) = open.pop() {
        let included: Vec<FilePath> = source(&path).into_iter().flat_map(includes).map(|(_, target)| target).collect();
        if found.insert(path) {
            open.extend(included);
        }
    }
    Some(found)
}
