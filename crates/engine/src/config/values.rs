//! Values of the configuration that have rules of their own.

use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

use auditlint_packs::packs;
use auditlint_rules::{FileGlob, OptionValue, Role};
use auditlint_source::document::{
    DocumentError, DocumentKey, DocumentNode, DocumentValue, KeyShape, Setting, Table, TableShape, ValueShape,
    read_text, read_word, unplaced,
};
use auditlint_source::{FilePath, Span};

use crate::date::Date;
use crate::limits::MAX_REASON;

/// The name of a pack that ships.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackName(&'static str);

impl PackName {
    /// The packs that are on where nothing is configured.
    #[must_use]
    pub fn on_by_default() -> Vec<Self> {
        packs().iter().filter(|pack| pack.default).map(|pack| Self(pack.name)).collect()
    }

    /// The name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0
    }

    fn words() -> Vec<(&'static str, Self)> {
        packs().iter().map(|pack| (pack.name, Self(pack.name))).collect()
    }
}

impl Setting for PackName {
    fn shape() -> ValueShape {
        ValueShape::words(&Self::words())
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        read_word("pack", node, &Self::words(), errors)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.0.to_owned())
    }
}

/// Options of a rule as they are written. The rule knows which it has, so the catalogue holds them against it.
#[derive(Clone, Debug, Default)]
pub struct OptionSettings(Vec<(DocumentKey, DocumentNode)>);

impl OptionSettings {
    /// Takes in what a nearer configuration says: an option that both set is as it says.
    pub(crate) fn take_in(&mut self, said: Self) {
        self.0.retain(|(key, _)| said.0.iter().all(|(known, _)| known.name != key.name));
        self.0.extend(said.0);
    }
}

impl Deref for OptionSettings {
    type Target = [(DocumentKey, DocumentNode)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Setting for OptionSettings {
    fn shape() -> ValueShape {
        let texts = ValueShape::OneOrMany { item: Box::new(ValueShape::TEXT), most: usize::MAX };
        let value = ValueShape::AnyOf(vec![ValueShape::Boolean, ValueShape::Count { most: None }, texts]);
        ValueShape::Map { name: "OPTION", value: Box::new(value) }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let Some(entries) = node.as_map() else {
            errors.borrow_mut().push(DocumentError::expected("a table of options", node));
            return None;
        };
        let is_value = |node: &DocumentNode| {
            let is_value = OptionValue::of(node).is_some();
            if !is_value {
                errors.borrow_mut().push(DocumentError::expected(OptionValue::WHAT, node));
            }
            is_value
        };
        Some(Self(entries.iter().filter(|(_, node)| is_value(node)).cloned().collect()))
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Map(self.0.iter().map(|(key, node)| (key.clone(), unplaced(node.value.clone()))).collect())
    }
}

/// The shape of a text that a person says something in: not blank, and short enough to be shown beside other things.
const SENTENCE: ValueShape = ValueShape::Text { what: "text", pattern: Some("\\S"), longest: Some(MAX_REASON) };

/// What is said of such a text where it is not as it should be.
struct SentenceWording {
    name: &'static str,
    if_empty: &'static str,
    if_long: &'static str,
}

fn read_sentence(
    node: &DocumentNode,
    wording: &SentenceWording,
    errors: &RefCell<Vec<DocumentError>>,
) -> Option<Arc<str>> {
    let text = read_text(node, errors)?;
    let name = wording.name;
    let error = if text.trim().is_empty() {
        DocumentError::new(node.span, format!("{name} is empty")).help(wording.if_empty)
    } else if text.len() > MAX_REASON {
        let message = format!("{name} has {} bytes, more than {MAX_REASON}", text.len());
        DocumentError::new(node.span, message).help(wording.if_long)
    } else {
        return Some(text.into());
    };
    errors.borrow_mut().push(error);
    None
}

/// Why something is silenced: not blank, and short enough to stand beside every finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason(Arc<str>);

impl Reason {
    /// Its text, shared.
    #[must_use]
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl Deref for Reason {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Setting for Reason {
    fn shape() -> ValueShape {
        SENTENCE
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let wording = SentenceWording {
            name: "the reason",
            if_empty: "say why the finding may stay for now",
            if_long: "it is shown with every finding that it silences",
        };
        read_sentence(node, &wording, errors).map(Self)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.0.to_string())
    }
}

/// What a person puts their name to: not blank, and short enough to stand in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement(Arc<str>);

impl Statement {
    /// Its text, shared.
    #[must_use]
    pub fn text(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }
}

impl Deref for Statement {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Setting for Statement {
    fn shape() -> ValueShape {
        SENTENCE
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let wording = SentenceWording {
            name: "this text",
            if_empty: "an attestation says who answers for the task, and why",
            if_long: "say it in one sentence; it stands in lists of tasks",
        };
        read_sentence(node, &wording, errors).map(Self)
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.0.to_string())
    }
}

impl Setting for Date {
    fn shape() -> ValueShape {
        ValueShape::Text {
            what: "a date",
            pattern: Some("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
            longest: None,
        }
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let date = node.as_text().and_then(Self::parse);
        if date.is_none() {
            errors.borrow_mut().push(DocumentError::new(node.span, "invalid date").help("write it as YYYY-MM-DD"));
        }
        date
    }

    fn value(&self) -> DocumentValue {
        DocumentValue::Text(self.to_string())
    }
}

/// Roles with the globs that give them, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct RoleGlobs(Vec<(Role, FileGlob)>);

impl RoleGlobs {
    /// These before those of another configuration, over which they take precedence.
    #[must_use]
    pub(crate) fn before(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// Has the globs count from a folder.
    pub(crate) fn count_from(&mut self, folder: &FilePath) {
        self.0.iter_mut().for_each(|(_, glob)| *glob = glob.below(folder));
    }
}

impl Deref for RoleGlobs {
    type Target = [(Role, FileGlob)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Setting for RoleGlobs {
    fn shape() -> ValueShape {
        let key = |(name, role): (&'static str, Role)| {
            let (about, example) = match role {
                Role::Source => (
                    "Code that ships. By default, every file that has no other role.",
                    "source = [\"tools/deploy/**\"]",
                ),
                Role::Test => ("Code that tests other code.", "test = [\"qa/**\"]"),
                Role::Config => ("Configuration written as code.", "config = [\"settings/*.ts\"]"),
                Role::Script => ("Scripts, tools and examples.", "script = [\"bin/**\"]"),
                Role::Generated => {
                    ("Code written by a program. It is skipped and counted.", "generated = [\"src/api/client/**\"]")
                }
            };
            KeyShape {
                name,
                about,
                example,
                shape: Vec::<FileGlob>::shape(),
                required: false,
                default: DocumentValue::List(Vec::new()),
            }
        };
        let keys = Role::WORDS.into_iter().map(key).collect();
        ValueShape::Table(Box::new(TableShape { name: "`[roles]`", keys, one_of: &[], needs: &[], short: None }))
    }

    fn read(node: &DocumentNode, errors: &RefCell<Vec<DocumentError>>) -> Option<Self> {
        let mut table = Table::new(node, errors);
        let mut all = Vec::new();
        for (name, role) in Role::WORDS {
            let globs = table.setting_or::<Vec<FileGlob>>(name, Vec::new);
            all.extend(globs.into_iter().map(|glob| (role, glob)));
        }
        table.finish();
        all.sort_by_key(|(_, glob)| glob.span);
        Some(Self(all))
    }

    fn value(&self) -> DocumentValue {
        let mut entries: Vec<(DocumentKey, DocumentNode)> = Vec::new();
        for (role, glob) in &self.0 {
            let glob = unplaced(glob.value());
            match entries.iter_mut().find(|(key, _)| key.name == role.name()) {
                Some((_, DocumentNode { value: DocumentValue::List(globs), .. })) => globs.push(glob),
                _ => {
                    let key = DocumentKey { span: Span::default(), name: role.name().to_owned() };
                    entries.push((key, unplaced(DocumentValue::List(vec![glob]))));
                }
            }
        }
        DocumentValue::Map(entries)
    }
}
