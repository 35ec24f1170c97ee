//! Where results of rules are kept: in memory from one snapshot to the next, and in the project from one run to the next.

use std::sync::Arc;

use auditlint_rules::{Counters, RuleId};

use crate::file_matches::FileMatches;
use crate::kept::{Kept, KeptKey, KeptKind};
use crate::match_store::{MatchStore, SourceKey};
use crate::store::FileStore;

/// Both of them, each where there is one.
#[derive(Clone, Copy)]
pub(crate) struct KeptMatches<'s> {
    memory: Option<&'s MatchStore>,
    project: Option<&'s Kept>,
}

/// A source and the rules that look at it.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) source: SourceKey,
    pub(crate) scope: u128,
}

impl<'s> KeptMatches<'s> {
    /// What a store keeps; `None` where it keeps nothing.
    pub(crate) fn of(store: &'s FileStore) -> Option<Self> {
        let all = Self { memory: store.matches.as_ref(), project: store.kept.as_deref() };
        (all.memory.is_some() || all.project.is_some()).then_some(all)
    }

    /// What was found where the same rules looked at the same source.
    pub(crate) fn of_scope(&self, asked: Question) -> Option<FileMatches> {
        if let Some(found) = self.memory.and_then(|memory| memory.of_scope(asked.source, asked.scope)) {
            return Some(seen_in_this_run(&found));
        }
        let project = self.project?;
        let found: FileMatches = project.value(scope_key(project, asked))?;
        project.count_kept();
        let Some(memory) = self.memory else { return Some(found) };
        let found = Arc::new(found);
        memory.insert_of_scope(asked.source, asked.scope, &found);
        Some(Arc::unwrap_or_clone(found))
    }

    /// What was found where the same rules could match in the same source. `absent` are the `require` rules that cannot.
    pub(crate) fn of_selection(&self, asked: Question, selection: u128, absent: &[RuleId]) -> Option<FileMatches> {
        let in_memory =
            self.memory.and_then(|memory| memory.of_selection(asked.source, asked.scope, selection, absent.to_vec()));
        if let Some(found) = in_memory {
            return Some(seen_in_this_run(&found));
        }
        let project = self.project?;
        let found: FileMatches = project.value(selection_key(project, asked.source, selection))?;
        // Which matches there was no room for depends on the order of all rules.
        if found.left_out > 0 {
            return None;
        }
        let found = FileMatches { absent: absent.to_vec(), ..found };
        project.put_matches(scope_key(project, asked), None, &found);
        project.count_kept();
        Some(found)
    }

    /// Keeps what was found; `selection` are the rules that could match, where they were asked for.
    pub(crate) fn insert(&self, asked: Question, selection: Option<u128>, found: FileMatches) -> FileMatches {
        if let Some(project) = self.project {
            let selection = selection.map(|selection| selection_key(project, asked.source, selection));
            project.put_matches(scope_key(project, asked), selection, &found);
            project.count_analysed(found.bytes as usize);
        }
        let (Some(memory), Some(selection)) = (self.memory, selection) else { return found };
        let found = Arc::new(found);
        memory.insert(asked.source, asked.scope, selection, &found);
        Arc::unwrap_or_clone(found)
    }
}

/// What another snapshot of the same run has counted is not counted again. What an earlier run found is counted as it was found, so
/// that a run says the same whatever was kept.
fn seen_in_this_run(found: &FileMatches) -> FileMatches {
    FileMatches { parsed: false, counters: Counters::default(), ..found.clone() }
}

fn scope_key(project: &Kept, asked: Question) -> KeptKey {
    project.key(KeptKind::Scope, &[&asked.source.bytes(), &asked.scope.to_le_bytes()])
}

fn selection_key(project: &Kept, source: SourceKey, selection: u128) -> KeptKey {
    project.key(KeptKind::Selection, &[&source.bytes(), &selection.to_le_bytes()])
}
