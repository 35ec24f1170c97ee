//! `in-module` and `not-in-module`: in what kind of module a rule over one file looks.
//!
//! Kinds are known by all files together, so they are asked after a file was analysed, and only where something was found in it.

use std::collections::BTreeMap;

use auditlint_facts::{Relation, Row, Value};
use auditlint_matcher::OptionCondition;
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentNode, Setting, Table};
use auditlint_source::{FilePath, ModuleKind, Span};
use serde::{Deserialize, Serialize};

use crate::RuleOptions;

/// The relation that says what kind of code a module is.
pub const MODULE_KINDS: &str = "module.kind";

/// In what kinds of modules a rule looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleConditions {
    /// In one of these; in any where there is none.
    pub within: Vec<ModuleTest>,
    /// In none of these.
    pub without: Vec<ModuleTest>,
}

/// One kind, and what options of the rule must be for it to count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleTest {
    /// The kind.
    pub kind: ModuleKind,
    /// What options of the rule must be.
    pub options: Vec<OptionCondition>,
}

/// What kinds of code the modules of a project are.
#[derive(Debug, Default)]
pub struct ModuleKinds(BTreeMap<FilePath, Vec<KindOfModule>>);

/// What is known of a module, or of a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindOfModule {
    /// What it is.
    pub kind: ModuleKind,
    /// The first and the last line of the part; all of it where there are none.
    pub lines: Option<(u32, u32)>,
    /// What says so.
    pub evidence: String,
    /// The file that says so.
    pub by: FilePath,
    /// The bytes there, where they are known.
    pub span: Span,
}

impl ModuleTest {
    /// Reads a list of kinds: words, or `{kind, option}`.
    pub(crate) fn read_list(node: &DocumentNode, errors: &DocumentErrors) -> Vec<Self> {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        if items.is_empty() {
            errors.borrow_mut().push(DocumentError::new(node.span, "no kind of module is listed"));
        }
        let read = |node: &DocumentNode| {
            if node.as_map().is_none() {
                return ModuleKind::read(node, errors).map(Self::of);
            }
            let mut table = Table::new(node, errors);
            let kind =
                table.setting::<ModuleKind>("a kind of module", "kind", "{ kind: configuration, option: { … } }");
            let options = table.take("option").map(|node| OptionCondition::read_all(node, errors)).unwrap_or_default();
            table.finish();
            Some(Self { kind: kind?, options })
        };
        items.iter().filter_map(read).collect()
    }

    /// A kind that counts whatever the options are.
    #[must_use]
    pub fn of(kind: ModuleKind) -> Self {
        Self { kind, options: Vec::new() }
    }

    fn counts(&self, options: &RuleOptions) -> bool {
        self.options.iter().all(|condition| options.holds(condition))
    }
}

impl ModuleConditions {
    /// Whether the rule looks in every module, with these options.
    #[must_use]
    pub fn is_empty(&self, options: &RuleOptions) -> bool {
        self.within.is_empty() && !self.without.iter().any(|test| test.counts(options))
    }

    /// The kinds of modules that the rule asks for, with these options.
    pub fn asked<'a>(&'a self, options: &'a RuleOptions) -> impl Iterator<Item = ModuleKind> + 'a {
        self.within.iter().chain(&self.without).filter(|test| test.counts(options)).map(|test| test.kind)
    }

    /// What speaks for a line of a module: the kind that the rule looks in, with its evidence. `None` where the rule does not look
    /// there.
    #[must_use]
    pub fn judge<'k>(
        &self,
        options: &RuleOptions,
        module: &'k [KindOfModule],
        line: u32,
    ) -> Option<Option<&'k KindOfModule>> {
        let here = || module.iter().filter(|one| one.holds(line));
        let finds = |tests: &[ModuleTest]| {
            let counting: Vec<ModuleKind> =
                tests.iter().filter(|test| test.counts(options)).map(|test| test.kind).collect();
            here().find(|one| counting.contains(&one.kind))
        };
        if finds(&self.without).is_some() {
            return None;
        }
        match finds(&self.within) {
            None if !self.within.is_empty() => None,
            found => Some(found),
        }
    }
}

impl KindOfModule {
    fn holds(&self, line: u32) -> bool {
        self.lines.is_none_or(|(first, last)| (first..=last).contains(&line))
    }

    /// What makes a line of a module code of each of some kinds; `None` where it is not of one of them.
    #[must_use]
    pub fn of_each<'k>(module: &'k [Self], kinds: &[ModuleKind], line: u32) -> Option<Vec<&'k Self>> {
        kinds.iter().map(|kind| module.iter().find(|one| one.kind == *kind && one.holds(line))).collect()
    }
}

impl ModuleKinds {
    /// Reads the rows of relations with the columns of `module.kind`, of which each may know some kinds.
    #[must_use]
    pub fn of<'r>(relations: impl IntoIterator<Item = &'r Relation>) -> Self {
        let mut all: BTreeMap<FilePath, Vec<(&Row, KindOfModule)>> = BTreeMap::new();
        for relation in relations {
            let columns =
                ["path", "kind", "evidence", "by", "first_line", "last_line"].map(|name| relation.info.column(name));
            let [Some(path), Some(kind), Some(evidence), Some(by), Some(first), Some(last)] = columns else { continue };
            for row in &relation.rows {
                let word = row.values[kind].text();
                let Some((_, kind)) = ModuleKind::WORDS.iter().find(|(known, _)| *known == word) else { continue };
                let line = |column: usize| match row.values[column] {
                    Value::Number(line) => u32::try_from(line).ok(),
                    _ => None,
                };
                let known = KindOfModule {
                    kind: *kind,
                    lines: line(first).zip(line(last)),
                    evidence: row.values[evidence].text().to_owned(),
                    by: FilePath::new(row.values[by].text()),
                    span: row.span,
                };
                all.entry(FilePath::new(row.values[path].text())).or_default().push((row, known));
            }
        }
        let in_order = |mut kinds: Vec<(&Row, KindOfModule)>| {
            kinds.sort_by(|(a, _), (b, _)| (a.span, &a.values).cmp(&(b.span, &b.values)));
            kinds.into_iter().map(|(_, kind)| kind).collect()
        };
        Self(all.into_iter().map(|(path, kinds)| (path, in_order(kinds))).collect())
    }

    /// What is known of a module.
    #[must_use]
    pub fn of_module(&self, path: &FilePath) -> &[KindOfModule] {
        self.0.get(path).map_or(&[], Vec::as_slice)
    }
}
