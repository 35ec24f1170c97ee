//! Checks as they are written in rule files.

use std::cell::RefCell;

use auditlint_matcher::{OptionCondition, Spanned};
use auditlint_source::Span;
use auditlint_source::document::{DocumentError, DocumentNode, DocumentValue, Table};

use super::{Check, Condition, Listed, Must, Order, Other, Reachability, See, TextPattern, variables};
use crate::{KnownRelations, RelationInfo, Severity};

/// At most this many rows of one relation are shown beside a finding.
const MOST_SHOWN: usize = 20;

type Errors = RefCell<Vec<DocumentError>>;

/// The keys of which a check has one, with what each asks for.
const MUST: [(&str, &str); 7] = [
    ("in", "asks for a row of another relation that agrees"),
    ("not-in", "that there is none"),
    ("unique", "that no two rows agree"),
    ("reachable", "that edges of another relation lead to the row"),
    ("non-empty", "that there is a row at all"),
    ("none", "that there is no row"),
    ("every", "that each value which an option lists is in a row"),
];

impl Check {
    /// Reads the value of `check`. Mistakes go to the errors of the table that it stands in.
    #[must_use]
    pub fn read(node: &DocumentNode, known: &KnownRelations, errors: &Errors) -> Option<Self> {
        let mut table = Table::new(node, errors);
        let is_table = matches!(node.value, DocumentValue::Map(_));
        let each = take_relation(&mut table, "each", known);
        if node.get("each").is_none() && is_table {
            let error = DocumentError::new(node.span, "a check needs `each`");
            table.error(
                error.help("`each` names the relation whose rows are looked at; `auditlint facts` lists the relations"),
            );
        }
        let options = table.take("option").map(|node| OptionCondition::read_all(node, errors)).unwrap_or_default();
        let filter = take_filter(&mut table, "where", each);
        let given = take_others(&mut table, "if-in", each, known);
        let spared = take_others(&mut table, "unless-in", each, known);
        let asked: Vec<&str> = MUST.iter().map(|(key, _)| *key).filter(|key| node.get(key).is_some()).collect();
        if asked.len() != 1 && is_table {
            let keys: Vec<String> = MUST.iter().map(|(key, _)| format!("`{key}`")).collect();
            let meanings: Vec<String> = MUST.iter().map(|(key, meaning)| format!("`{key}` {meaning}")).collect();
            let error = DocumentError::new(node.span, format!("a check needs one of {}", keys.join(", ")));
            table.error(error.help(meanings.join(", ")));
        }
        let must = match asked.first() {
            Some(&"in") => take_other(&mut table, "in", each, known).map(Must::In),
            Some(&"not-in") => take_other(&mut table, "not-in", each, known).map(Must::NotIn),
            Some(&"unique") => take_list(&mut table, "unique", each).map(Must::Unique),
            Some(&"reachable") => {
                table.take("reachable").and_then(|node| read_reachable(node, each, known, errors)).map(Must::Reachable)
            }
            Some(&"every") => {
                let span = node.get("every").map_or(node.span, |every| every.span);
                take_filter(&mut table, "every", each).and_then(|filter| listed(filter, span, &table)).map(Must::Every)
            }
            Some(&key @ ("non-empty" | "none")) => take_true(&mut table, key).map(|()| match key {
                "none" => Must::Nothing,
                _ => Must::NonEmpty,
            }),
            _ => None,
        };
        // Every key is named, so that a misspelt one is suggested.
        for (key, _) in MUST {
            table.take_entry(key);
        }
        for key in ["on", "that", BEHIND, BEFORE] {
            let entry = table.take_entry(key);
            if let (Some((found, _)), false) = (entry, asked.iter().any(|key| matches!(*key, "in" | "not-in"))) {
                table.error(DocumentError::new(found.span, format!("`{key}` belongs to `in` and `not-in`")));
            }
        }
        let once = match table.take("once") {
            Some(node) if asked.iter().any(|key| matches!(*key, "non-empty" | "every")) => {
                let error =
                    DocumentError::new(node.span, "`once` is about rows, and this check reports that there is none");
                table.error(error.help("remove `once`"));
                None
            }
            Some(_) => take_list(&mut table, "once", each),
            None => Some(Vec::new()),
        };
        let see = table.take_list("see").unwrap_or_default();
        let see: Vec<_> = see.into_iter().map(|node| read_see(node, each, known, errors)).collect();
        let severity = table.take("severity").map(|node| read_severity(node, &table));
        table.finish();
        Some(Self {
            each: each?.name.to_string(),
            options,
            filter: filter?,
            given: given?,
            spared: spared?,
            must: must?,
            once: once?,
            see: see.into_iter().collect::<Option<_>>()?,
            severity: severity.map_or(Some(None), |severity| severity.map(Some))?,
        })
    }

    /// Reports `$NAME`s of a message that are not columns of the rows that are looked at.
    pub fn judge_message(&self, message: &str, span: Span, known: &KnownRelations) -> Vec<DocumentError> {
        judge(message, span, known.find(&self.each))
    }

    /// The names of the relations that it reads.
    pub fn relations(&self) -> impl Iterator<Item = &str> {
        let [first, second] = match &self.must {
            Must::In(other) | Must::NotIn(other) => [Some(&other.relation), None],
            Must::Reachable(reachability) => [Some(&reachability.roots), Some(&reachability.edges)],
            Must::Unique(_) | Must::NonEmpty | Must::Nothing | Must::Every(_) => [None, None],
        };
        let others = self.given.iter().chain(&self.spared).chain(self.see.iter().map(|see| &see.other));
        let others = others.flat_map(|other| std::iter::once(other).chain(&other.given)).map(|other| &other.relation);
        std::iter::once(&self.each).chain(first).chain(second).chain(others).map(String::as_str)
    }
}

fn judge(message: &str, span: Span, info: Option<&RelationInfo>) -> Vec<DocumentError> {
    let Some(info) = info else { return Vec::new() };
    let names: Vec<String> = info.names().map(str::to_ascii_uppercase).collect();
    let valid: Vec<&str> = names.iter().map(String::as_str).collect();
    let unknown = variables(message).filter(|name| !valid.contains(name));
    unknown.map(|name| DocumentError::unknown(span, "column", name, &valid)).collect()
}

fn take_relation<'k>(
    table: &mut Table<'_, '_>,
    key: &'static str,
    known: &'k KnownRelations,
) -> Option<&'k RelationInfo> {
    let node = table.take(key)?;
    let Some(name) = node.scalar() else {
        table.error(DocumentError::expected("the name of a relation", node));
        return None;
    };
    let found = known.find(&name);
    if found.is_none() {
        let valid: Vec<&str> = known.iter().map(|info| &*info.name).collect();
        table.error(DocumentError::unknown(node.span, "relation", &name, &valid));
    }
    found
}

fn column(info: &RelationInfo, name: &str, span: Span, table: &Table<'_, '_>) -> Option<usize> {
    let found = info.column(name);
    if found.is_none() {
        let valid: Vec<&str> = info.names().collect();
        table.error(DocumentError::unknown(span, &format!("column of `{}`", info.name), name, &valid));
    }
    found
}

/// `on: [model, field]`, or `{left: right}` where the columns have other names.
fn take_columns(
    table: &mut Table<'_, '_>,
    left: Option<&RelationInfo>,
    right: Option<&RelationInfo>,
) -> Option<Vec<(usize, usize)>> {
    let Some(node) = table.take("on") else {
        table.error(
            DocumentError::new(table.span(), "`on` is missing")
                .help("`on` lists the columns in which the two rows agree"),
        );
        return None;
    };
    let (left, right) = (left?, right?);
    let mut pairs = Vec::new();
    match &node.value {
        DocumentValue::Map(entries) => {
            for (key, value) in entries {
                let name = value.scalar().unwrap_or_default();
                pairs.push((column(left, &key.name, key.span, table)?, column(right, &name, value.span, table)?));
            }
        }
        DocumentValue::List(items) => {
            for item in items {
                let name = item.scalar().unwrap_or_default();
                pairs.push((column(left, &name, item.span, table)?, column(right, &name, item.span, table)?));
            }
        }
        _ => {
            let name = node.scalar().unwrap_or_default();
            pairs.push((column(left, &name, node.span, table)?, column(right, &name, node.span, table)?));
        }
    }
    Some(pairs)
}

/// The relation that `key` names, with `on` and `that` beside it.
fn take_other(
    table: &mut Table<'_, '_>,
    key: &'static str,
    each: Option<&RelationInfo>,
    known: &KnownRelations,
) -> Option<Other> {
    let relation = take_relation(table, key, known);
    let on = take_columns(table, each, relation);
    let filter = take_filter(table, "that", relation);
    let order = take_order(table, each, relation);
    Some(Other { relation: relation?.name.to_string(), on: on?, filter: filter?, given: Vec::new(), order: order? })
}

/// The keys that say on which side the other row stands.
const BEHIND: &str = "behind";
const BEFORE: &str = "before";

/// `behind: position`, `before: position`: a column of numbers that both relations have, or `{left: right}` where it has another name.
fn take_order(
    table: &mut Table<'_, '_>,
    left: Option<&RelationInfo>,
    right: Option<&RelationInfo>,
) -> Option<Option<Order>> {
    let (behind, before) = (table.take(BEHIND), table.take(BEFORE));
    if let (Some(_), Some(before)) = (behind, before) {
        let error = DocumentError::new(before.span, format!("`{BEFORE}` stands beside `{BEHIND}`"));
        table.error(error.help("a row stands on one side of another; keep one of them"));
        return None;
    }
    let Some(node) = behind.or(before) else { return Some(None) };
    let (left, right) = (left?, right?);
    let columns = match &node.value {
        DocumentValue::Map(entries) => {
            let [(key, value)] = &entries[..] else {
                table.error(DocumentError::expected("one column, or `{column: column of the other}`", node));
                return None;
            };
            let name = value.scalar().unwrap_or_default();
            (column(left, &key.name, key.span, table)?, column(right, &name, value.span, table)?)
        }
        _ => {
            let name = node.scalar().unwrap_or_default();
            (column(left, &name, node.span, table)?, column(right, &name, node.span, table)?)
        }
    };
    Some(Some(Order { columns, is_behind: behind.is_some() }))
}

/// `{relation, on, that}`, or a list of such tables; none where the key is absent.
fn take_others(
    table: &mut Table<'_, '_>,
    key: &'static str,
    each: Option<&RelationInfo>,
    known: &KnownRelations,
) -> Option<Vec<Other>> {
    let nodes = table.take_list(key).unwrap_or_default();
    let others = nodes.into_iter().map(|node| {
        let errors = table.errors();
        let mut table = Table::new(node, errors);
        let other = take_other(&mut table, "relation", each, known);
        // What rows of the other relation are held against lies one step away; there is no step behind that.
        let own = other.as_ref().and_then(|other| known.find(&other.relation));
        let given = table.take_list("if-in").unwrap_or_default().into_iter().map(|node| {
            let mut table = Table::new(node, errors);
            let given = take_other(&mut table, "relation", own, known);
            table.finish();
            given
        });
        let given = given.collect::<Option<Vec<_>>>();
        table.finish();
        Some(Other { given: given?, ..other? })
    });
    others.collect()
}

/// `true`; anything else asks for nothing.
fn take_true(table: &mut Table<'_, '_>, key: &'static str) -> Option<()> {
    let node = table.take(key)?;
    if node.value != DocumentValue::Bool(true) {
        table.error(DocumentError::expected("true", node));
        return None;
    }
    Some(())
}

/// `{from: {relation, column, where}, over: {relation, from, to, where}, at: column}`
fn read_reachable(
    node: &DocumentNode,
    each: Option<&RelationInfo>,
    known: &KnownRelations,
    errors: &Errors,
) -> Option<Reachability> {
    let mut table = Table::new(node, errors);
    let at = take_column(&mut table, "at", each);
    let roots = take_part(&mut table, "from").and_then(|node| {
        let mut table = Table::new(node, errors);
        let relation = take_relation(&mut table, "relation", known);
        let column = take_column(&mut table, "column", relation);
        let filter = take_filter(&mut table, "where", relation);
        table.finish();
        Some((relation?.name.to_string(), column?, filter?))
    });
    let edges = take_part(&mut table, "over").and_then(|node| {
        let mut table = Table::new(node, errors);
        let relation = take_relation(&mut table, "relation", known);
        let ends = (take_column(&mut table, "from", relation), take_column(&mut table, "to", relation));
        let filter = take_filter(&mut table, "where", relation);
        table.finish();
        Some((relation?.name.to_string(), (ends.0?, ends.1?), filter?))
    });
    table.finish();
    let ((roots, root, roots_filter), (edges, ends, edges_filter)) = (roots?, edges?);
    Some(Reachability { at: at?, roots, root, roots_filter, edges, ends, edges_filter })
}

/// `{column: {option: name}}`; of several columns one must hold the value.
fn listed(filter: Vec<Condition>, span: Span, table: &Table<'_, '_>) -> Option<Listed> {
    let option = filter.first().and_then(|condition| condition.option.clone());
    let is_plain = |condition: &Condition| {
        let same = condition.option.as_ref().map(|option| &option.value) == option.as_ref().map(|option| &option.value);
        same && !condition.negated && !condition.below && condition.pattern.is_none()
    };
    let listed = option.clone().filter(|_| filter.iter().all(is_plain)).map(|option| {
        let columns = filter.iter().map(|condition| condition.column).collect();
        Listed { columns, option, values: Vec::new() }
    });
    if listed.is_none() {
        let error = DocumentError::new(span, "`every` takes its values from one option of the rule");
        table.error(error.help("write `every: {column: {option: name}}`; of several columns one must hold each value"));
    }
    listed
}

fn take_part<'n>(table: &mut Table<'n, '_>, key: &'static str) -> Option<&'n DocumentNode> {
    let node = table.take(key);
    if node.is_none() {
        let error = DocumentError::new(table.span(), format!("`{key}` is missing"));
        table.error(error.help("`from` names the roots, `over` the edges, `at` the column that must be reached"));
    }
    node
}

fn take_column(table: &mut Table<'_, '_>, key: &'static str, info: Option<&RelationInfo>) -> Option<usize> {
    let node = take_part(table, key)?;
    column(info?, &node.scalar().unwrap_or_default(), node.span, table)
}

fn take_list(table: &mut Table<'_, '_>, key: &'static str, info: Option<&RelationInfo>) -> Option<Vec<usize>> {
    let names = table.take_texts(key)?;
    let info = info?;
    names.iter().map(|(span, name)| column(info, name, *span, table)).collect()
}

/// `{column: value}`, `{column: [one, other]}`, `{column: {not: value}}`, `{column: {below: value}}`, `{column: {at-least: value}}`, each value a scalar or
/// `{option: name}`; `{column: {matches: regex}}`, also below `not`.
fn take_filter(table: &mut Table<'_, '_>, key: &'static str, info: Option<&RelationInfo>) -> Option<Vec<Condition>> {
    let Some(node) = table.take(key) else { return Some(Vec::new()) };
    let info = info?;
    let DocumentValue::Map(entries) = &node.value else {
        table.error(DocumentError::expected("a table of columns", node));
        return None;
    };
    let mut conditions = Vec::new();
    for (name, value) in entries {
        let column = column(info, &name.name, name.span, table)?;
        let negation = value.get("not");
        let below = value.get("below");
        // A number that is not below the value.
        let at_least = value.get("at-least");
        let written = negation.or(below).or(at_least).unwrap_or(value);
        if let Some(node) = written.get("matches") {
            match TextPattern::new(node.scalar().unwrap_or_default()) {
                Ok(pattern) => conditions.push(Condition {
                    column,
                    values: Vec::new(),
                    negated: negation.is_some(),
                    option: None,
                    below: false,
                    pattern: Some(pattern),
                }),
                Err(error) => {
                    table.error(DocumentError::new(
                        node.span,
                        format!("this is not a valid regular expression: {error}"),
                    ));
                    return None;
                }
            }
            continue;
        }
        if let Some(option) = written.get("option") {
            let name = option.scalar().unwrap_or_default();
            let option = Some(Spanned { span: option.span, value: name });
            conditions.push(Condition {
                column,
                values: Vec::new(),
                negated: negation.or(at_least).is_some(),
                option,
                below: below.or(at_least).is_some(),
                pattern: None,
            });
            continue;
        }
        let items = match &written.value {
            DocumentValue::List(items) => items.iter().collect(),
            _ => vec![written],
        };
        let mut values = Vec::new();
        for item in items {
            match item.scalar() {
                Some(text) => values.push(text),
                None if item.value == DocumentValue::Null => values.push(String::new()),
                None => {
                    table.error(DocumentError::expected(
                        "a value, a list of values, `{not: …}`, `{below: …}`, `{at-least: …}`, `{matches: …}` or `{option: …}`",
                        item,
                    ));
                    return None;
                }
            }
        }
        let (negated, below) = (negation.or(at_least).is_some(), below.or(at_least).is_some());
        conditions.push(Condition { column, values, negated, option: None, below, pattern: None });
    }
    Some(conditions)
}

fn read_see(node: &DocumentNode, each: Option<&RelationInfo>, known: &KnownRelations, errors: &Errors) -> Option<See> {
    let mut table = Table::new(node, errors);
    let other = take_other(&mut table, "relation", each, known);
    let span = node.get("message").map_or(node.span, |node| node.span);
    let message = table.take_text("message").unwrap_or_default();
    judge(&message, span, each).into_iter().for_each(|error| table.error(error));
    let most = table.take("most").map_or(Some(1), |node| {
        let most = node.scalar().and_then(|text| text.parse().ok()).filter(|most| (1..=MOST_SHOWN).contains(most));
        if most.is_none() {
            table.error(DocumentError::expected(&format!("a number from 1 to {MOST_SHOWN}"), node));
        }
        most
    });
    table.finish();
    Some(See { other: other?, message, most: most? })
}

fn read_severity(node: &DocumentNode, table: &Table<'_, '_>) -> Option<Severity> {
    let word = node.scalar().unwrap_or_default();
    let found = Severity::WORDS.into_iter().find(|(name, _)| *name == word).map(|(_, severity)| severity);
    if found.is_none() {
        let valid: Vec<&str> = Severity::WORDS.iter().map(|(name, _)| *name).collect();
        table.error(DocumentError::unknown(node.span, "severity", &word, &valid));
    }
    found
}
