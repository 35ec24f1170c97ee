//! One object of the matcher language as it stands in a rule: `pattern`, `kind`, `has`, `all`, …

use auditlint_names::PathPattern;
use auditlint_source::Span;
use auditlint_source::document::{DocumentError, DocumentErrors, DocumentKey, DocumentNode, DocumentValue, Table};
use serde::{Deserialize, Serialize};

/// A value and where it stands in its document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spanned<T> {
    /// Bytes of the value in the document.
    pub span: Span,
    /// The value.
    pub value: T,
}

/// One object of the matcher language. All its parts must hold for a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// Bytes of the object in the document.
    pub span: Span,
    /// What must hold, in the order in which it is tried: atomic, then composite, then relational.
    pub(crate) parts: Vec<ClausePart>,
}

/// One key of a [`Clause`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum ClausePart {
    Pattern(PatternText),
    Kind(Spanned<String>),
    Regex(Spanned<String>),
    NthChild(NthChild),
    Range(Range),
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    Matches(Spanned<String>),
    /// `matches` with a util that is given matchers.
    Call(Box<UtilCall>),
    Relational(Box<RelationalClause>),
    ResolvesTo(Vec<Spanned<PathPattern>>),
    From(Box<Clause>),
    Reassigned(bool),
    Exported(bool),
    References(ReferenceCount),
    Option(Vec<OptionCondition>),
}

/// A util and the matchers that it is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct UtilCall {
    pub(crate) name: Spanned<String>,
    pub(crate) arguments: Vec<(Spanned<String>, Clause)>,
}

/// `references`: how often a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ReferenceCount {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// The text of a pattern and how it is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PatternText {
    /// The code, with metavariables.
    pub(crate) code: Spanned<String>,
    /// The kind of the node in `code` that is the pattern; the whole code where absent.
    pub(crate) selector: Option<Spanned<String>>,
    pub(crate) strictness: Strictness,
}

/// How exactly a pattern is compared with code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Strictness {
    /// Every node counts.
    Cst,
    /// Tokens that only the code has, and comments, are passed over.
    #[default]
    Smart,
    /// Tokens are passed over on both sides.
    Ast,
    /// As `Ast`, and comments are passed over.
    Relaxed,
    /// As `Relaxed`, and the text of leaves is not compared.
    Signature,
    /// Only texts are compared, kinds are not.
    Template,
}

/// CSS's An+B: true at the 1-based places `step * n + offset` for every n ≥ 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NthFormula {
    pub(crate) step: i32,
    pub(crate) offset: i32,
}

/// `nthChild`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NthChild {
    pub(crate) places: NthFormula,
    /// Count from the last sibling.
    pub(crate) reverse: bool,
    /// Count only siblings that match.
    pub(crate) of: Option<Box<Clause>>,
}

/// A place as `range` counts it, 0-based; the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RangePoint {
    pub(crate) line: u32,
    pub(crate) column: Option<u32>,
}

/// `range`: where a node starts and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: RangePoint,
    pub(crate) end: RangePoint,
}

/// Where a [`RelationalClause`] looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Direction {
    Inside,
    Has,
    Precedes,
    Follows,
}

/// How far a [`RelationalClause`] looks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum StopBy {
    Neighbor,
    End,
    /// Up to the first node that matches, that node included.
    Rule(Clause),
}

/// `inside`, `has`, `precedes`, `follows`, and `within` and `contains`, which are the first two with `stopBy: end`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct RelationalClause {
    pub(crate) direction: Direction,
    pub(crate) clause: Clause,
    pub(crate) stop_by: StopBy,
    pub(crate) field: Option<Spanned<String>>,
}

/// What an option of the rule must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionCondition {
    /// The name of the option.
    pub name: Spanned<String>,
    /// One of these, as written; of a list one of its items.
    pub values: Vec<Spanned<String>>,
}

impl OptionCondition {
    /// Reads `{name: value}` or `{name: [value, value]}`; of several names each must hold. Mistakes go to `errors`.
    #[must_use]
    pub fn read_all(node: &DocumentNode, errors: &DocumentErrors) -> Vec<Self> {
        let Some(entries) = node.as_map().filter(|entries| !entries.is_empty()) else {
            let error = DocumentError::expected("a table of options", node);
            errors.borrow_mut().push(error.help("option: { name-of-the-option: value }"));
            return Vec::new();
        };
        let of_entry = |(key, node): &(_, DocumentNode)| {
            let key: &DocumentKey = key;
            let items = node.as_list().unwrap_or(std::slice::from_ref(node));
            let values: Vec<_> = items.iter().filter_map(|item| read_text(item, errors)).collect();
            if items.is_empty() {
                errors.borrow_mut().push(DocumentError::new(node.span, "no value is listed, so this never holds"));
            }
            let name = Spanned { span: key.span, value: key.name.clone() };
            (!values.is_empty()).then_some(Self { name, values })
        };
        entries.iter().filter_map(of_entry).collect()
    }
}

impl Clause {
    /// Reads one object of the matcher language. Mistakes go to `errors`; `None` where nothing is left to match with.
    #[must_use]
    pub fn read(node: &DocumentNode, errors: &DocumentErrors) -> Option<Self> {
        let before = mistakes(errors);
        let mut table = Table::new(node, errors);
        let parts = read_parts(&mut table);
        table.finish();
        if parts.is_empty() && mistakes(errors) == before {
            errors.borrow_mut().push(no_matcher(node.span));
        }
        (!parts.is_empty()).then_some(Self { span: node.span, parts })
    }
}

/// Reads a table of matchers by name.
pub(crate) fn read_named(node: &DocumentNode, errors: &DocumentErrors) -> Vec<(Spanned<String>, Clause)> {
    let DocumentValue::Map(entries) = &node.value else {
        errors.borrow_mut().push(DocumentError::expected("a table of matchers by name", node));
        return Vec::new();
    };
    let named = entries.iter().filter_map(|(key, value)| {
        let clause = Clause::read(value, errors)?;
        Some((Spanned { span: key.span, value: key.name.clone() }, clause))
    });
    named.collect()
}

/// How many mistakes there are that nobody may pass over.
fn mistakes(errors: &DocumentErrors) -> usize {
    errors.borrow().iter().filter(|error| !error.passable).count()
}

fn no_matcher(span: Span) -> DocumentError {
    DocumentError::new(span, "empty matcher: nothing says which nodes match")
        .help("add `pattern`, `kind`, `regex`, `any` or another key of the matcher language")
}

/// Takes every key of the matcher language, in the order in which it is tried.
fn read_parts(table: &mut Table<'_, '_>) -> Vec<ClausePart> {
    let errors = table.errors();
    let mut parts = Vec::new();
    if let Some(node) = present(table, "option") {
        let conditions = OptionCondition::read_all(node, errors);
        parts.extend((!conditions.is_empty()).then_some(ClausePart::Option(conditions)));
    }
    if let Some(node) = present(table, "pattern") {
        parts.extend(read_pattern(node, errors).map(ClausePart::Pattern));
    }
    if let Some(node) = present(table, "kind") {
        parts.extend(read_text(node, errors).map(ClausePart::Kind));
    }
    if let Some(node) = present(table, "regex") {
        parts.extend(read_text(node, errors).map(ClausePart::Regex));
    }
    if let Some(node) = present(table, "nthChild") {
        parts.extend(read_nth_child(node, errors).map(ClausePart::NthChild));
    }
    if let Some(node) = present(table, "range") {
        parts.extend(read_range(node, errors).map(ClausePart::Range));
    }
    if let Some(node) = present(table, "all") {
        parts.extend(read_clauses(node, errors).map(ClausePart::All));
    }
    if let Some(node) = present(table, "any") {
        parts.extend(read_clauses(node, errors).map(ClausePart::Any));
    }
    if let Some(node) = present(table, "not") {
        parts.extend(Clause::read(node, errors).map(|clause| ClausePart::Not(Box::new(clause))));
    }
    if let Some(node) = present(table, "matches") {
        match &node.value {
            DocumentValue::Map(calls) if calls.is_empty() => {
                table.error(
                    DocumentError::new(node.span, "`matches` names no util").help("matches: { UTIL: { ARG: … } }"),
                );
            }
            DocumentValue::Map(calls) => {
                for (name, arguments) in calls {
                    let name = Spanned { span: name.span, value: name.name.clone() };
                    let arguments = read_named(arguments, errors);
                    parts.push(ClausePart::Call(Box::new(UtilCall { name, arguments })));
                }
            }
            _ => parts.extend(read_text(node, errors).map(ClausePart::Matches)),
        }
    }
    if let Some(node) = present(table, "resolves-to") {
        parts.extend(read_paths(node, errors).map(ClausePart::ResolvesTo));
    }
    parts.extend(table.take_bool("reassigned").map(ClausePart::Reassigned));
    parts.extend(table.take_bool("exported").map(ClausePart::Exported));
    if let Some(node) = present(table, "references") {
        parts.extend(read_count(node, errors).map(ClausePart::References));
    }
    if let Some(node) = present(table, "from") {
        parts.extend(Clause::read(node, errors).map(|clause| ClausePart::From(Box::new(clause))));
    }
    for (key, direction, any_depth) in [
        ("inside", Direction::Inside, false),
        ("has", Direction::Has, false),
        ("precedes", Direction::Precedes, false),
        ("follows", Direction::Follows, false),
        ("within", Direction::Inside, true),
        ("contains", Direction::Has, true),
    ] {
        if let Some(node) = present(table, key) {
            let relation = read_relation(node, errors, direction, any_depth);
            parts.extend(relation.map(|relation| ClausePart::Relational(Box::new(relation))));
        }
    }
    parts
}

/// Takes a key that may be absent but not empty: `pattern:` with nothing behind it would match nothing, silently.
fn present<'n>(table: &mut Table<'n, '_>, key: &'static str) -> Option<&'n DocumentNode> {
    let (name, node) = table.take_entry(key)?;
    if node.value == DocumentValue::Null {
        table.error(DocumentError::new(name.span, format!("`{key}` has no value")));
        return None;
    }
    Some(node)
}

/// Text; `true` and whole numbers are taken as they are written, since `kind: true` is a kind.
pub(crate) fn read_text(node: &DocumentNode, errors: &DocumentErrors) -> Option<Spanned<String>> {
    let text = match node.value {
        DocumentValue::Float(_) => None,
        _ => node.scalar(),
    };
    if text.is_none() {
        errors.borrow_mut().push(DocumentError::expected("text", node));
    }
    text.map(|value| Spanned { span: node.span, value })
}

/// One path or a list of them.
fn read_paths(node: &DocumentNode, errors: &DocumentErrors) -> Option<Vec<Spanned<PathPattern>>> {
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    if items.is_empty() {
        errors.borrow_mut().push(DocumentError::expected("a path such as `process.env`", node));
    }
    let mut paths = Vec::with_capacity(items.len());
    for item in items {
        let text = read_text(item, errors)?;
        match PathPattern::parse(&text.value) {
            Ok(value) => paths.push(Spanned { span: text.span, value }),
            Err(error) => {
                let help = "write a path such as `process.env`, `node:fs#readFile` or `tokio::spawn`; `*` stands for one name, `**` at the end for any number";
                errors.borrow_mut().push(DocumentError::new(text.span, error.to_string()).help(help));
            }
        }
    }
    (!paths.is_empty()).then_some(paths)
}

fn read_count(node: &DocumentNode, errors: &DocumentErrors) -> Option<ReferenceCount> {
    let mut table = Table::new(node, errors);
    let mut bound = |key| table.take_count(key).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let (min, max) = (bound("min"), bound("max"));
    table.finish();
    if min.is_none() && max.is_none() {
        errors.borrow_mut().push(DocumentError::new(node.span, "`references` needs `min`, `max` or both"));
        return None;
    }
    Some(ReferenceCount { min: min.unwrap_or(0), max: max.unwrap_or(u32::MAX) })
}

fn read_clauses(node: &DocumentNode, errors: &DocumentErrors) -> Option<Vec<Clause>> {
    let Some(items) = node.as_list() else {
        errors.borrow_mut().push(DocumentError::expected("a list of matchers", node));
        return None;
    };
    Some(items.iter().filter_map(|item| Clause::read(item, errors)).collect())
}

fn read_pattern(node: &DocumentNode, errors: &DocumentErrors) -> Option<PatternText> {
    if !matches!(node.value, DocumentValue::Map(_)) {
        let code = read_text(node, errors)?;
        return Some(PatternText { code, selector: None, strictness: Strictness::default() });
    }
    let mut table = Table::new(node, errors);
    let code = present(&mut table, "context").and_then(|node| read_text(node, errors));
    let selector = present(&mut table, "selector").and_then(|node| read_text(node, errors));
    let strictness = table.take_word(
        "strictness",
        &[
            ("cst", Strictness::Cst),
            ("smart", Strictness::Smart),
            ("ast", Strictness::Ast),
            ("relaxed", Strictness::Relaxed),
            ("signature", Strictness::Signature),
            ("template", Strictness::Template),
        ],
    );
    if node.get("context").is_none() {
        table.error(DocumentError::new(node.span, "a pattern object needs `context`: the code to match"));
    }
    table.finish();
    Some(PatternText { code: code?, selector, strictness: strictness.unwrap_or_default() })
}

fn read_nth_child(node: &DocumentNode, errors: &DocumentErrors) -> Option<NthChild> {
    if !matches!(node.value, DocumentValue::Map(_)) {
        return Some(NthChild { places: read_places(node, errors)?, reverse: false, of: None });
    }
    let mut table = Table::new(node, errors);
    let places = present(&mut table, "position");
    if places.is_none() {
        table.error(DocumentError::new(node.span, "`nthChild` needs `position`: a number or An+B"));
    }
    let places = places.and_then(|node| read_places(node, errors));
    let reverse = table.take_bool("reverse").unwrap_or_default();
    let of = present(&mut table, "ofRule").and_then(|node| Clause::read(node, errors)).map(Box::new);
    table.finish_passable();
    Some(NthChild { places: places?, reverse, of })
}

fn read_places(node: &DocumentNode, errors: &DocumentErrors) -> Option<NthFormula> {
    let places = match &node.value {
        DocumentValue::Integer(number) => {
            i32::try_from(*number).ok().filter(|number| *number >= 0).map(|offset| NthFormula { step: 0, offset })
        }
        DocumentValue::Text(text) => NthFormula::parse(text),
        _ => None,
    };
    if places.is_none() {
        errors.borrow_mut().push(
            DocumentError::new(node.span, "expected a position")
                .help("a number counted from 1, or An+B such as `2n+1` or `-n+3`"),
        );
    }
    places
}

impl NthFormula {
    /// Parses `3`, `n`, `2n`, `-n+3`, `2n + 1`; blanks do not count.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number = |digits: &str| -> Option<i32> {
            let bare = digits.strip_prefix(['+', '-']).unwrap_or(digits);
            (!bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
        };
        let Some(at) = text.find(['n', 'N']) else {
            return Some(Self { step: 0, offset: number(&text)? });
        };
        let step = match &text[..at] {
            "" | "+" => 1,
            "-" => -1,
            digits => number(digits)?,
        };
        let offset = match &text[at + 1..] {
            "" => 0,
            digits if digits.starts_with(['+', '-']) => number(digits)?,
            _ => return None,
        };
        Some(Self { step, offset })
    }

    /// Whether a 1-based place is among them.
    pub(crate) fn contains(self, place: u32) -> bool {
        let distance = i64::from(place) - i64::from(self.offset);
        match i64::from(self.step) {
            0 => distance == 0,
            step => distance % step == 0 && distance / step >= 0,
        }
    }
}

fn read_range(node: &DocumentNode, errors: &DocumentErrors) -> Option<Range> {
    let mut table = Table::new(node, errors);
    let mut point = |key: &'static str| {
        let node = present(&mut table, key);
        if node.is_none() {
            table.error(DocumentError::new(table.span(), format!("`range` needs `{key}`")));
        }
        read_point(node?, errors)
    };
    let (start, end) = (point("start"), point("end"));
    table.finish_passable();
    let range = Range { start: start?, end: end? };
    let columns = range.start.column.zip(range.end.column);
    let backwards = columns.is_some_and(|(start, end)| range.start.line == range.end.line && start > end);
    if range.start.line > range.end.line || backwards {
        errors.borrow_mut().push(DocumentError::new(node.span, "`range` ends before it starts"));
        return None;
    }
    Some(range)
}

fn read_point(node: &DocumentNode, errors: &DocumentErrors) -> Option<RangePoint> {
    let mut table = Table::new(node, errors);
    let before = mistakes(errors);
    let line = table.take_count("line").and_then(|line| u32::try_from(line).ok());
    let column = table.take_count("column").and_then(|column| u32::try_from(column).ok());
    table.finish_passable();
    if line.is_none() && mistakes(errors) == before {
        errors.borrow_mut().push(DocumentError::new(node.span, "a position in a range needs `line`, counted from 0"));
    }
    Some(RangePoint { line: line?, column })
}

fn read_relation(
    node: &DocumentNode,
    errors: &DocumentErrors,
    direction: Direction,
    any_depth: bool,
) -> Option<RelationalClause> {
    let before = mistakes(errors);
    let mut table = Table::new(node, errors);
    let parts = read_parts(&mut table);
    let stop_by = if any_depth { StopBy::End } else { read_stop_by(&mut table) };
    let mut field = None;
    if matches!(direction, Direction::Inside | Direction::Has) {
        field = present(&mut table, "field").and_then(|node| read_text(node, errors));
    }
    table.finish_passable();
    if parts.is_empty() && mistakes(errors) == before {
        errors.borrow_mut().push(no_matcher(node.span));
    }
    let clause = Clause { span: node.span, parts };
    (!clause.parts.is_empty()).then_some(RelationalClause { direction, clause, stop_by, field })
}

/// `stopBy` of a relation, or of an expansion of a fix; `neighbor` where absent.
pub(crate) fn read_stop_by(table: &mut Table<'_, '_>) -> StopBy {
    let Some(node) = present(table, "stopBy") else {
        return StopBy::Neighbor;
    };
    match &node.value {
        DocumentValue::Text(word) if word == "neighbor" => StopBy::Neighbor,
        DocumentValue::Text(word) if word == "end" => StopBy::End,
        DocumentValue::Map(_) => Clause::read(node, table.errors()).map_or(StopBy::Neighbor, StopBy::Rule),
        DocumentValue::Text(word) => {
            table.error(DocumentError::unknown(node.span, "word for `stopBy`", word, &["neighbor", "end"]));
            StopBy::Neighbor
        }
        _ => {
            table.error(DocumentError::expected("`neighbor`, `end` or a matcher", node));
            StopBy::Neighbor
        }
    }
}

/// Reads `expandStart` or `expandEnd` of a fix: a matcher with `stopBy`, looking at siblings in `direction`.
pub(crate) fn read_expansion(
    node: &DocumentNode,
    errors: &DocumentErrors,
    direction: Direction,
) -> Option<RelationalClause> {
    let mut relation = read_relation(node, errors, direction, false)?;
    relation.direction = direction;
    Some(relation)
}
