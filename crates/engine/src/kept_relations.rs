//! Relations that an earlier run derived: where every file, and everything else that they depend on, is what it was, they are
//! neither extracted nor derived again.
//!
//! What providers ask of the project while they derive (does anybody know what lies at this path?) is kept with the answers, and asked
//! again before the relations are used.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use auditlint_facts::{AnyProvider, DerivedFacts, Gap, Relation, RequiredCommand, Row, Value};
use auditlint_source::{ContentId, FilePath, Span};
use serde::{Deserialize, Serialize};

use crate::kept::{Kept, KeptKey, KeptKind};

/// What providers asked while they derived, with the answers.
#[derive(Default)]
pub(crate) struct ProviderAnswers(Mutex<BTreeMap<FilePath, bool>>);

impl ProviderAnswers {
    /// Answers a question, and notes it.
    pub(crate) fn note(&self, path: &FilePath, answer: impl FnOnce() -> bool) -> bool {
        let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = answers.get(path) {
            return *known;
        }
        let answer = answer();
        answers.insert(path.clone(), answer);
        answer
    }

    fn take(self) -> Vec<KeptAnswer> {
        let answers = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        answers.into_iter().map(|(path, is_out_of_sight)| KeptAnswer { path, is_out_of_sight }).collect()
    }
}

/// What relations depend on besides [`ProviderAnswers`].
pub(crate) struct DerivedFrom<'s> {
    pub(crate) wanted: &'s [&'s dyn AnyProvider],
    /// The files that are read.
    pub(crate) sources: Vec<KnownSource<'s>>,
    /// Every file of the project.
    pub(crate) every: &'s [FilePath],
    pub(crate) env_documents: &'s [FilePath],
    pub(crate) token_columns: &'s [String],
    pub(crate) required: &'s [RequiredCommand],
    pub(crate) unread: &'s [(FilePath, String)],
    /// What is read under the path of a link, as it is described.
    pub(crate) linked: String,
}

/// A file as it is read.
pub(crate) struct KnownSource<'s> {
    pub(crate) path: &'s FilePath,
    pub(crate) content: ContentId,
    /// How much of it may be read.
    pub(crate) limit: u64,
}

/// What was answered about a path.
#[derive(Serialize, Deserialize)]
struct KeptAnswer {
    path: FilePath,
    is_out_of_sight: bool,
}

/// What is kept.
#[derive(Serialize, Deserialize)]
struct KeptRelations {
    answers: Vec<KeptAnswer>,
    with_directives: Vec<FilePath>,
    relations: Vec<KeptRelation>,
}

/// A row without its file.
#[derive(Serialize, Deserialize)]
struct KeptRow {
    span: Span,
    values: Vec<Value>,
}

#[derive(Serialize, Deserialize)]
struct KeptRelation {
    name: String,
    /// By file, as rows are in the order of their places.
    rows: Vec<(FilePath, Vec<KeptRow>)>,
    gaps: Vec<(FilePath, Gap)>,
}

impl DerivedFrom<'_> {
    /// By what the relations are found: the same providers of the same project have one entry, which holds their last state.
    fn key(&self, kept: &Kept) -> KeptKey {
        let names = self.wanted.iter().flat_map(|provider| [provider.name().as_bytes(), b"\n"]);
        kept.key(KeptKind::Relations, &names.collect::<Vec<_>>())
    }

    /// A hash of all that they depend on.
    fn digest(&self) -> [u8; 32] {
        let mut hash = blake3::Hasher::new();
        let mut add = |part: &[u8]| {
            hash.update(&(part.len() as u64).to_le_bytes()).update(part);
        };
        for provider in self.wanted {
            add(provider.name().as_bytes());
            add(&provider.version().to_le_bytes());
            provider.relations().iter().for_each(|info| add(format!("{info:?}").as_bytes()));
        }
        add(b"sources");
        for source in &self.sources {
            add(source.path.as_str().as_bytes());
            add(source.content.0.as_bytes());
            add(&source.limit.to_le_bytes());
        }
        for paths in [self.every, self.env_documents] {
            add(b"paths");
            paths.iter().for_each(|path| add(path.as_str().as_bytes()));
        }
        add(b"configured");
        self.token_columns.iter().for_each(|column| add(column.as_bytes()));
        add(format!("{:?} {:?}", self.required, self.unread).as_bytes());
        add(self.linked.as_bytes());
        hash.finalize().into()
    }

    /// The relations as they were derived from the same, and the files of data with suppressions.
    pub(crate) fn kept(
        &self,
        kept: &Kept,
        answer: impl Fn(&FilePath) -> bool,
    ) -> Option<(DerivedFacts, Vec<FilePath>)> {
        let digest = self.digest();
        let found: KeptRelations = kept.get(self.key(kept), |bytes| {
            let entry = bytes.strip_prefix(&digest)?;
            postcard::from_bytes(entry).ok()
        })?;
        if found.answers.iter().any(|kept| answer(&kept.path) != kept.is_out_of_sight) {
            return None;
        }
        let infos = || self.wanted.iter().flat_map(|provider| provider.relations());
        let relations = found.relations.into_iter().map(|relation| {
            let rows = relation.rows.into_iter().flat_map(|(path, rows)| {
                rows.into_iter().map(move |row| Row { path: path.clone(), span: row.span, values: row.values })
            });
            let info = infos().find(|info| info.name == relation.name)?.clone();
            Some(Relation { info, rows: rows.collect(), gaps: relation.gaps })
        });
        let relations: Vec<Relation> = relations.collect::<Option<_>>()?;
        (0..self.sources.len()).for_each(|_| kept.count_kept());
        Some((DerivedFacts::default().with(relations), found.with_directives))
    }

    /// Keeps relations.
    pub(crate) fn keep(
        &self,
        kept: &Kept,
        answers: ProviderAnswers,
        facts: &DerivedFacts,
        with_directives: &[FilePath],
    ) {
        let relations = facts.relations().map(|relation| {
            let files = relation.rows.chunk_by(|a, b| a.path == b.path);
            let kept = |row: &Row| KeptRow { span: row.span, values: row.values.clone() };
            let rows = files.map(|rows| (rows[0].path.clone(), rows.iter().map(kept).collect()));
            KeptRelation { name: relation.info.name.to_string(), rows: rows.collect(), gaps: relation.gaps.clone() }
        });
        let relations = relations.collect();
        let all = KeptRelations { answers: answers.take(), with_directives: with_directives.to_vec(), relations };
        if let Ok(entry) = postcard::to_stdvec(&all) {
            kept.put(self.key(kept), [&self.digest()[..], &entry].concat().into());
        }
    }
}
