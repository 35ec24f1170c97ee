//! Rule files of a repository that an earlier run compiled: neither read as YAML nor compiled again.
//!
//! Only a file about which there is nothing to say is kept, so what is said about the others is said in every run.

use std::sync::Arc;

use auditlint_rules::{CompiledRule, MatchedRelation, RuleDialect, RuleFile};
use auditlint_source::{FilePath, Problem};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::kept::{Kept, KeptKey, KeptKind};

/// A file of rules.
pub(crate) enum OwnFile {
    /// Its documents, still to be compiled.
    Read(RuleFile),
    Compiled(CompiledFile),
}

/// A file of rules as an earlier run left it.
pub(crate) struct CompiledFile {
    path: FilePath,
    text: String,
    relations: u128,
    rules: Vec<CompiledRule>,
}

/// What is kept of a file.
#[derive(Serialize, Deserialize)]
struct KeptRules<R> {
    /// What the relations were known by that its checks may name.
    relations: u128,
    rules: R,
}

/// What rule files of a folder mean besides their own text.
#[derive(Clone)]
pub(crate) struct CompiledRules<'k> {
    kept: Option<&'k Kept>,
    pub(crate) dialect: RuleDialect,
    /// The folder that their globs count from.
    base: FilePath,
    /// A hash of dialect, base and utils.
    around: u64,
}

impl<'k> CompiledRules<'k> {
    /// Of files in a dialect that use shared utils, which are known by the texts of their files.
    pub(crate) fn of(kept: Option<&'k Kept>, dialect: &RuleDialect, base: &FilePath, utils: &str) -> Self {
        let around = xxh3_64(format!("{dialect:?}\n{base}\n{utils}").as_bytes());
        Self { kept, dialect: dialect.clone(), base: base.clone(), around }
    }

    /// A file, as it was compiled or as it is written.
    ///
    /// # Errors
    /// Where it is not valid YAML.
    pub(crate) fn file(&self, path: &FilePath, text: String) -> Result<OwnFile, Problem> {
        let kept = self.kept.and_then(|kept| kept.value::<KeptRules<Vec<CompiledRule>>>(self.key(kept, path, &text)));
        match kept {
            Some(KeptRules { relations, rules }) => {
                Ok(OwnFile::Compiled(CompiledFile { path: path.clone(), text, relations, rules }))
            }
            None => self.parse(path, &text).map(OwnFile::Read),
        }
    }

    fn parse(&self, path: &FilePath, text: &str) -> Result<RuleFile, Problem> {
        RuleFile::parse_as(path, text, self.dialect.clone()).map(|file| file.counted_from(&self.base))
    }

    /// Keeps the rules of a file.
    pub(crate) fn keep(&self, file: &RuleFile, relations: u128, rules: &[CompiledRule]) {
        let Some(kept) = self.kept.filter(|_| !file.has_relations() && file.skipped().is_empty()) else { return };
        kept.put_value(self.key(kept, file.path(), file.text()), &KeptRules { relations, rules });
    }

    fn key(&self, kept: &Kept, path: &FilePath, text: &str) -> KeptKey {
        kept.key(KeptKind::Rules, &[path.as_str().as_bytes(), text.as_bytes(), &self.around.to_le_bytes()])
    }
}

impl CompiledFile {
    /// Its rules, if the relations that they may name are what they were; else the file as it is written.
    pub(crate) fn rules(self, relations: u128, of: &CompiledRules<'_>) -> Result<Vec<CompiledRule>, Box<RuleFile>> {
        if self.relations != relations {
            // It was YAML when it was kept.
            let file = of.parse(&self.path, &self.text);
            return file.map_or(Ok(Vec::new()), |file| Err(Box::new(file)));
        }
        let (mut rules, text) = (self.rules, Arc::<str>::from(self.text));
        rules.iter_mut().for_each(|compiled| compiled.rule.text = Arc::clone(&text));
        Ok(rules)
    }
}

/// What relations of rule files are known by.
pub(crate) fn known_by(relations: &[MatchedRelation]) -> u128 {
    let all = relations.iter().map(|relation| format!("{:?}\n", relation.info()));
    xxh3_128(all.collect::<String>().as_bytes())
}
