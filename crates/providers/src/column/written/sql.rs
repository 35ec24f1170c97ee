//! Columns that the text of SQL in code writes: its parameters are matched to what the call around it is given.

use auditlint_source::Span;
use auditlint_syntax::NodeId;
use rustc_hash::FxHashSet;

use super::super::fact::{ColumnFact, ColumnMapper, ColumnValue, Facts, Sealed, WrittenValue};
use super::super::seal::says_sealed;
use super::super::view::ColumnView;
use super::statement::{SqlValue, WrittenColumn, written_columns};

/// Literals that may hold SQL.
const LITERALS: &[&str] = &["string", "template_string", "string_literal", "raw_string_literal"];

/// Keys under which an object holds a statement, and those under which it holds what that is given.
const TEXT_KEYS: &[&str] = &["text", "sql", "query"];
const LIST_KEYS: &[&str] = &["replacements", "bind", "values", "args", "params"];

/// So many calls of one chain are gone through.
const LONGEST: usize = 64;

/// The literals of a source that may hold SQL, each once: those in the arguments of a macro as they were understood.
pub(in super::super) fn literals<'a>(view: ColumnView<'a>) -> impl Iterator<Item = NodeId> + use<'a> {
    let islands = view.tree.islands();
    let hosts: FxHashSet<NodeId> = islands.iter().filter_map(|island| view.parent(*island)).collect();
    view.nodes(LITERALS).filter(move |literal| {
        let mut below = *literal;
        for above in view.ancestors(*literal) {
            if hosts.contains(&above) {
                return islands.binary_search(&below).is_ok();
            }
            below = above;
        }
        true
    })
}

/// The token columns that a literal writes, and where they stand in the source.
pub(in super::super) fn columns<'a>(view: ColumnView<'a>, literal: NodeId) -> Vec<(Span, WrittenColumn<'a>)> {
    let text = view.words(literal);
    let has = |word: &[u8]| text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    if !view.names.may_stand_in(text.as_bytes()) || !(has(b"insert") || has(b"update")) {
        return Vec::new();
    }
    // The mark that opens a literal of JavaScript would open a text of SQL.
    let inside = text.strip_prefix('\'').map_or(text, |inside| inside.strip_suffix('\'').unwrap_or(inside));
    let start = view.span(literal).start + u32::from(text.starts_with('\''));
    let columns = written_columns(inside).into_iter();
    let tokens = columns.filter(|one| view.names.is_token(Some(one.table), one.column));
    tokens.map(|one| (Span::new(start + one.span.start, start + one.span.end), one)).collect()
}

/// The facts of a source; `follow` says whether an expression is sealed.
pub(super) fn extract<'a>(view: ColumnView<'a>, follow: &dyn Fn(NodeId) -> Option<ColumnValue>, out: &mut Facts) {
    for literal in literals(view) {
        let columns = columns(view, literal);
        if columns.is_empty() {
            continue;
        }
        let given = StatementInput::of(view, literal);
        for (span, column) in columns {
            let value = match column.value {
                SqlValue::Nothing => None,
                SqlValue::Text(text) if says_sealed(text) => Some(ColumnValue::of(Sealed::Unknown, text)),
                SqlValue::Text(text) => {
                    text.chars().any(char::is_alphanumeric).then(|| ColumnValue::of(Sealed::No, text))
                }
                SqlValue::Function(name) => Some(function(name)),
                SqlValue::Unknown => Some(ColumnValue::of(Sealed::Unknown, column.column).named()),
                SqlValue::Numbered(number) => given
                    .numbered(view, number)
                    .map_or_else(|| Some(ColumnValue::of(Sealed::Unknown, column.column).named()), follow),
                SqlValue::Named(name) => {
                    given.named(view, name).map_or_else(|| Some(ColumnValue::of(Sealed::Unknown, name).named()), follow)
                }
                // Only a template has holes, and its mark opens nothing.
                SqlValue::Hole(at) => hole(view, literal, view.span(literal).start + at).and_then(follow),
            };
            if let Some(value) = value {
                let (table, column) = (Some(column.table.into()), column.column.into());
                let written = WrittenValue { mapper: ColumnMapper::Sql, table, column, value, is_sure: true };
                out.say(span, ColumnFact::Written(Box::new(written)));
            }
        }
    }
}

/// Where a variable is first handed on behind a statement that it is given: a later one may stand in its place then.
fn first_use(view: ColumnView<'_>, name: NodeId, literal: NodeId) -> Option<NodeId> {
    let names = view.analysis.names();
    let id = names.binding_of(name)?;
    let places = names.references(id).map(|used| used.node);
    let is_handed_on = |used: &NodeId| {
        let around = view.parent(*used);
        !around.is_some_and(|around| {
            view.kind(around) == "assignment_expression" && view.field(around, "left") == Some(*used)
        })
    };
    let is_behind = |used: &NodeId| !names.is_reassigned(id) || view.span(*used).start > view.span(literal).start;
    places.filter(is_handed_on).find(is_behind)
}

/// What a function of the database makes.
fn function(name: &str) -> ColumnValue {
    let plain = ["gen_random_uuid", "uuid_generate_v4", "uuid", "gen_random_bytes", "random", "randomblob", "newid"];
    let sealed = match () {
        () if says_sealed(name) || name.eq_ignore_ascii_case("crypt") => Sealed::Yes,
        () if plain.iter().any(|of| name.eq_ignore_ascii_case(of)) => Sealed::No,
        () => Sealed::Unknown,
    };
    ColumnValue::of(sealed, name)
}

/// The expression in a hole of a template that begins at a place.
fn hole(view: ColumnView<'_>, template: NodeId, at: u32) -> Option<NodeId> {
    let mut holes = view.named(template).filter(|part| view.kind(*part) == "template_substitution");
    view.named(holes.find(|part| view.span(*part).start == at)?).next()
}

/// What a statement is given besides its text.
pub(in super::super) struct StatementInput {
    values: Vec<NodeId>,
    /// An object whose keys are the names of parameters, or the tokens of such.
    object: Option<NodeId>,
}

impl StatementInput {
    pub(in super::super) fn of(view: ColumnView<'_>, literal: NodeId) -> Self {
        let mut given = Self { values: Vec::new(), object: None };
        // A statement in a constant is given what its first use is.
        let mut at = literal;
        for _ in 0..LONGEST {
            let Some(above) = view.parent(at) else { return given };
            match view.kind(above) {
                "arguments" => break,
                "token_tree" => {
                    given.values = tokens_behind(view, above, at);
                    return given;
                }
                "variable_declarator" | "const_item" | "static_item" | "let_declaration" | "assignment_expression" => {
                    let name = ["name", "pattern", "left"].iter().find_map(|field| view.field(above, field));
                    match name.and_then(|name| first_use(view, name, literal)) {
                        Some(used) => at = used,
                        None => return given,
                    }
                }
                // `client.query({ text: "…", values: [a, b] })`
                "pair" if view.field(above, "key").is_some_and(|key| TEXT_KEYS.contains(&view.key_text(key))) => {
                    let Some(object) = view.parent(above) else { return given };
                    if let Some(list) = LIST_KEYS.iter().find_map(|key| view.property(object, key)) {
                        given.take(view, vec![list]);
                        return given;
                    }
                    at = object;
                }
                "statement_block" | "block" | "program" | "source_file" => return given,
                _ => at = above,
            }
        }
        let Some(call) = view.parent(at).and_then(|arguments| view.parent(arguments)) else { return given };
        let behind = view.arguments(call).skip_while(|argument| view.span(*argument).start <= view.span(at).start);
        given.take(view, behind.collect());
        if given.values.is_empty() && given.object.is_none() {
            given.chained(view, call);
        }
        given
    }

    /// `db.prepare("…").run(a, b)`, `sqlx::query("…").bind(a).bind(b)`
    fn chained(&mut self, view: ColumnView<'_>, call: NodeId) {
        let mut at = call;
        for _ in 0..LONGEST {
            let Some(member) = view.parent(at) else { return };
            if view
                .is(member, &["await_expression", "try_expression", "parenthesized_expression", "non_null_expression"])
            {
                at = member;
                continue;
            }
            if view.kind(member) == "variable_declarator" || view.kind(member) == "let_declaration" {
                // `const insert = db.prepare("…"); insert.run(a, b)`
                let name = view.field(member, "name").or_else(|| view.field(member, "pattern"));
                match name.and_then(|name| view.uses(name).into_iter().next()) {
                    Some(used) => at = used,
                    None => return,
                }
                continue;
            }
            let name = view.field(member, "property").or_else(|| view.field(member, "field"));
            let Some(outer) = view.parent(member).filter(|outer| view.kind(*outer) == "call_expression") else {
                return;
            };
            match name.map(|name| view.words(name)) {
                Some("bind") => self.values.extend(view.arguments(outer)),
                _ if !self.values.is_empty() => {}
                Some(
                    "run" | "get" | "all" | "execute" | "query" | "raw" | "insert" | "values" | "query_row"
                    | "query_map" | "bindall",
                ) => {
                    return self.take(view, view.arguments(outer).collect());
                }
                _ => {}
            }
            at = outer;
        }
    }

    /// Parameters one by one, in a list, or by name.
    fn take(&mut self, view: ColumnView<'_>, arguments: Vec<NodeId>) {
        let Some(mut first) = arguments.first().map(|first| inner(view, *first)) else { return };
        // `const values = [a, b]; db.query("…", values)`
        if view.kind(first) == "identifier" && arguments.len() <= 2 {
            let lists = view.origins(first).into_iter().map(|origin| inner(view, origin));
            let mut lists = lists.filter(|origin| view.is(*origin, &["array", "object"]));
            first = lists.next().unwrap_or(first);
        }
        match view.kind(first) {
            "array" | "array_expression" | "tuple_expression" => self.values = view.named(first).collect(),
            "object" => {
                self.object = Some(first);
                if let Some(list) = LIST_KEYS.iter().find_map(|key| view.property(first, key)) {
                    match view.kind(list) {
                        "array" => self.values = view.named(list).collect(),
                        _ => self.object = Some(list),
                    }
                }
            }
            // `params![a, b]`
            "macro_invocation" => match view.named(first).find(|part| view.kind(*part) == "token_tree") {
                Some(tokens) if view.words(first).starts_with("named_params") => self.object = Some(tokens),
                Some(tokens) => self.values = tokens_behind(view, tokens, tokens),
                None => {}
            },
            _ => self.values = arguments,
        }
    }

    pub(in super::super) fn numbered(&self, view: ColumnView<'_>, number: usize) -> Option<NodeId> {
        let values: Vec<NodeId> =
            self.values.iter().copied().filter(|value| !view.is(*value, &["line_comment"])).collect();
        values.get(number).copied()
    }

    fn named(&self, view: ColumnView<'_>, name: &str) -> Option<NodeId> {
        let object = self.object?;
        if view.kind(object) == "object" {
            return view.property(object, name);
        }
        // `named_params! { ":token": token }`
        let mut keys = view.named(object).skip_while(|key| view.words(*key).trim_matches(['"', ':']) != name);
        keys.next()?;
        keys.next()
    }
}

/// What a reference, a macro or a cast holds.
fn inner(view: ColumnView<'_>, node: NodeId) -> NodeId {
    let mut at = view.unwrapped(node);
    while view.kind(at) == "reference_expression" {
        match view.field(at, "value") {
            Some(value) => at = value,
            None => break,
        }
    }
    at
}

/// The arguments of a macro behind one of them, each as its last name, or as what says that it is sealed.
fn tokens_behind(view: ColumnView<'_>, tree: NodeId, after: NodeId) -> Vec<NodeId> {
    let mut found = Vec::new();
    let mut part: Vec<NodeId> = Vec::new();
    let start = if tree == after { view.span(tree).start } else { view.span(after).end };
    let mut finish = |part: &mut Vec<NodeId>| {
        // In the arguments that were understood each is an expression.
        if let [only] = part.as_slice() {
            found.push(*only);
            return part.clear();
        }
        let names = part.iter().copied().filter(|token| view.is(*token, &["identifier", "string_literal"]));
        let names: Vec<NodeId> = names.collect();
        let sealing = names.iter().copied().find(|name| says_sealed(view.words(*name)));
        found.extend(sealing.or(names.last().copied()));
        part.clear();
    };
    let mut is_first = tree != after;
    for token in view.tree.children(tree).filter(|token| view.span(*token).start >= start) {
        match view.words(token) {
            "," if is_first => is_first = false,
            "," | ")" | "]" | "}" => finish(&mut part),
            "(" | "[" | "{" => {}
            _ => part.push(token),
        }
    }
    finish(&mut part);
    found
}
