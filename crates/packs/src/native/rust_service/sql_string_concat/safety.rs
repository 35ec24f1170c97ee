//! Whether a value that is pasted into SQL can hold anything.

use auditlint_syntax::NodeId;

use super::super::super::view::RuleView;
use super::super::asynchronous::{called, receiver};
use super::parts::{TextPart, parts_of};

/// So deep are values followed through variables and functions.
const DEEPEST: usize = 5;

/// Declarations of one name are looked for among this many items of a file.
const MOST_ITEMS: usize = 4_000;

/// Callers of a private function are looked at up to this many.
const MOST_CALLERS: usize = 32;

/// What a value can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Safety {
    /// A constant, a number, a list of placeholders.
    Safe,
    /// Any text: it comes from outside.
    Open,
    /// Nobody knows.
    Unknown,
}

impl Safety {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Safe, Self::Safe) => Self::Safe,
            _ => Self::Unknown,
        }
    }
}

/// Types that cannot hold a quote.
const PLAIN_TYPES: &[&str] = &[
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "f32",
    "f64",
    "bool",
    "Uuid",
    "NaiveDate",
    "NaiveDateTime",
    "DateTime",
    "OffsetDateTime",
    "Date",
    "Ulid",
    "Decimal",
    "IpAddr",
];

/// The values of a file.
#[derive(Clone, Copy)]
pub(super) struct SafeValues<'a> {
    view: RuleView<'a>,
}

impl<'a> SafeValues<'a> {
    pub(super) fn new(view: RuleView<'a>) -> Self {
        Self { view }
    }

    /// What the code of a value can hold that stands at a place.
    pub(super) fn safety(&self, code: &str, at: NodeId) -> Safety {
        self.of_code(code, at, 0)
    }

    fn of_code(&self, code: &str, at: NodeId, depth: usize) -> Safety {
        let code = code.trim().trim_start_matches(['&', '*']).trim();
        let code = code.strip_suffix(".clone()").or_else(|| code.strip_suffix(".as_str()")).unwrap_or(code);
        if depth > DEEPEST || code.is_empty() {
            return Safety::Unknown;
        }
        if let Some((_, cast)) = code.rsplit_once(" as ") {
            return if PLAIN_TYPES.contains(&cast.trim()) { Safety::Safe } else { Safety::Unknown };
        }
        let is_spelled = code.starts_with(|first: char| first == '"' || first == '\'' || first.is_ascii_digit())
            || matches!(code, "true" | "false");
        if is_spelled && !code.contains(".replace") {
            return Safety::Safe;
        }
        let is_word =
            |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_') && !text.is_empty();
        let last = code.rsplit("::").next().unwrap_or(code);
        if code.split("::").all(is_word)
            && last.chars().any(char::is_alphabetic)
            && !last.chars().any(char::is_lowercase)
        {
            return Safety::Safe;
        }
        if is_word(code) {
            return self.of_name(code, at, depth);
        }
        let numbers = [".len()", ".count()", ".timestamp()", ".as_secs()", ".as_millis()", ".num_days()"];
        if numbers.iter().any(|method| code.ends_with(method)) {
            return Safety::Safe;
        }
        let lower = code.to_ascii_lowercase();
        if ["quote", "escape", "sanitize", "placeholder", "table_name", "to_sql"]
            .iter()
            .any(|word| lower.contains(word))
            || ["\"?", "\"$", "'?'", "\"(?", "\"''\""].iter().any(|mark| code.contains(mark))
        {
            return Safety::Safe;
        }
        // The elements of a list.
        if let Some((list, rest)) = code.split_once(".join(")
            && is_word(list)
            && !rest.trim_end_matches(')').contains('(')
        {
            return self.of_name(list, at, depth);
        }
        if let Some((before, field)) = code.rsplit_once('.')
            && is_word(field)
        {
            let root = before.split('.').next().unwrap_or_default();
            return match self.of_field(field) {
                Safety::Unknown if is_word(root) => self.of_part(root, at, depth),
                safety => safety,
            };
        }
        if let Some(call) = code.strip_suffix("()")
            && let Some(name) = call.rsplit(['.', ':']).next()
        {
            return self.of_method(name);
        }
        Safety::Unknown
    }

    /// What a name holds at a place: a variable, a parameter.
    fn of_name(&self, name: &str, at: NodeId, depth: usize) -> Safety {
        let view = self.view;
        let mut inner = at;
        while let Some(around) = view.parent(inner) {
            match view.kind(around) {
                "block" => {
                    let before = view.named(around).take_while(|statement| *statement < inner);
                    let declared = before.filter(|statement| {
                        view.kind(*statement) == "let_declaration"
                            && view.field(*statement, "pattern").is_some_and(|pattern| view.text(pattern) == name)
                    });
                    if let Some(declaration) = declared.last() {
                        return self.of_let(declaration, depth);
                    }
                    let taken_apart = view.named(around).take_while(|statement| *statement < inner).any(|statement| {
                        view.kind(statement) == "let_declaration"
                            && view.field(statement, "pattern").is_some_and(|pattern| self.binds(pattern, name))
                    });
                    if taken_apart {
                        return Safety::Unknown;
                    }
                }
                "for_expression" if view.field(around, "pattern").is_some_and(|pattern| self.binds(pattern, name)) => {
                    let value = view.field(around, "value");
                    return value.map_or(Safety::Unknown, |value| self.of_elements(value, around, depth));
                }
                "match_arm" if view.field(around, "pattern").is_some_and(|pattern| self.binds(pattern, name)) => {
                    return Safety::Unknown;
                }
                "if_expression" | "while_expression" => {
                    let condition = view.field(around, "condition");
                    let bound = condition.and_then(|condition| {
                        let mut patterns = view.nodes_in(condition, &["let_condition"]);
                        patterns
                            .find(|part| view.field(*part, "pattern").is_some_and(|pattern| self.binds(pattern, name)))
                    });
                    if let Some(value) = bound.and_then(|bound| view.field(bound, "value")) {
                        // `if let Some(name) = name.filter(…)`
                        let first = view.nodes_in(value, &["identifier"]).next();
                        return match first {
                            Some(first) if depth < DEEPEST => match self.of_name(view.text(first), around, depth + 1) {
                                Safety::Open => Safety::Open,
                                _ => Safety::Unknown,
                            },
                            _ => Safety::Unknown,
                        };
                    }
                }
                "closure_expression" if view.field(around, "parameters").is_some_and(|list| self.binds(list, name)) => {
                    return Safety::Unknown;
                }
                "function_item" => return self.of_parameter(around, name, depth),
                _ => {}
            }
            inner = around;
        }
        Safety::Unknown
    }

    fn binds(&self, pattern: NodeId, name: &str) -> bool {
        let view = self.view;
        view.nodes_in(pattern, &["identifier", "shorthand_field_identifier"]).any(|bound| view.text(bound) == name)
    }

    fn of_let(&self, declaration: NodeId, depth: usize) -> Safety {
        let view = self.view;
        if let Some(known) = view.field(declaration, "type").and_then(|of| of_type(view.text(of)))
            && known == Safety::Safe
        {
            return known;
        }
        let Some(value) = view.field(declaration, "value") else { return Safety::Unknown };
        let mut safety = self.of_value(value, depth);
        if let Some(name) = view.field(declaration, "pattern") {
            for piece in self.added_to(name) {
                safety = safety.and(self.of_value(piece, depth));
            }
        }
        safety
    }

    /// What all ends of an expression can hold.
    fn of_value(&self, value: NodeId, depth: usize) -> Safety {
        let view = self.view;
        let origins = view.origins(value);
        let ends = origins
            .iter()
            .filter(|origin| !view.is(**origin, &["if_expression", "match_expression", "block"]) || origins.len() == 1);
        let mut safety = None;
        for end in ends {
            let of_end = self.of_end(*end, depth + 1);
            safety = Some(safety.map_or(of_end, |known: Safety| known.and(of_end)));
        }
        safety.unwrap_or(Safety::Unknown)
    }

    fn of_end(&self, end: NodeId, depth: usize) -> Safety {
        let view = self.view;
        if depth > DEEPEST {
            return Safety::Unknown;
        }
        match view.kind(end) {
            "string_literal" | "raw_string_literal" | "integer_literal" | "float_literal" | "boolean_literal"
            | "char_literal" => Safety::Safe,
            "macro_invocation" if view.text(end).starts_with("vec!") => {
                if view.text(end) == "vec![]" {
                    Safety::Safe
                } else {
                    Safety::Unknown
                }
            }
            "macro_invocation" | "binary_expression" => {
                let parts = parts_of(view, end);
                let values =
                    parts.iter().filter_map(|part| if let TextPart::Value(value) = part { Some(*value) } else { None });
                values.fold(Safety::Safe, |safety, value| safety.and(self.of_code(value, end, depth + 1)))
            }
            "call_expression" => match (called(view, end), receiver(view, end)) {
                (Some("new" | "with_capacity"), None) => Safety::Safe,
                (Some("to_string" | "to_owned" | "into" | "as_str" | "as_ref" | "clone" | "trim"), Some(on)) => {
                    self.of_value(on, depth)
                }
                (Some("from"), None) => {
                    let first = view.field(end, "arguments").and_then(|list| view.named(list).next());
                    first.map_or(Safety::Unknown, |first| self.of_value(first, depth))
                }
                _ => self.of_code(view.text(end), end, depth),
            },
            _ => self.of_code(view.text(end), end, depth),
        }
    }

    fn of_elements(&self, list: NodeId, at: NodeId, depth: usize) -> Safety {
        let view = self.view;
        let list =
            if view.kind(list) == "reference_expression" { view.field(list, "value").unwrap_or(list) } else { list };
        if view.kind(list) == "array_expression" {
            let items = view.named(list);
            return items.fold(Safety::Safe, |safety, item| safety.and(self.of_value(item, depth)));
        }
        let code = view.text(list).trim_end_matches(".iter()");
        match self.of_code(code, at, depth + 1) {
            Safety::Safe => Safety::Safe,
            _ => Safety::Unknown,
        }
    }

    /// What is added to a variable that holds text.
    pub(super) fn added_to(&self, name: NodeId) -> Vec<NodeId> {
        let view = self.view;
        let mut found = Vec::new();
        for used in view.bound_uses(name).unwrap_or_default() {
            let Some(around) = view.parent(used) else { continue };
            match view.kind(around) {
                "field_expression" => {
                    let Some(call) = view.parent(around).filter(|call| view.kind(*call) == "call_expression") else {
                        continue;
                    };
                    if matches!(called(view, call), Some("push_str" | "push" | "extend")) {
                        found.extend(view.field(call, "arguments").and_then(|list| view.named(list).next()));
                    }
                }
                "compound_assignment_expr" | "assignment_expression" if view.field(around, "left") == Some(used) => {
                    found.extend(view.field(around, "right"));
                }
                _ => {}
            }
        }
        // `write!(sql, …)` hands its tokens over.
        let text = view.text(name);
        let block = view.parent(name).and_then(|declaration| view.parent(declaration));
        let writes = block.into_iter().flat_map(|block| view.nodes_in(block, &["macro_invocation"]));
        found.extend(writes.filter(|write| {
            let code = view.text(*write);
            let arguments = code.strip_prefix("write!(").or_else(|| code.strip_prefix("writeln!("));
            arguments.is_some_and(|arguments| {
                arguments
                    .trim_start()
                    .trim_start_matches("&mut ")
                    .strip_prefix(text)
                    .is_some_and(|rest| rest.starts_with(','))
            })
        }));
        found
    }

    fn of_parameter(&self, function: NodeId, name: &str, depth: usize) -> Safety {
        let view = self.view;
        let Some(list) = view.field(function, "parameters") else { return Safety::Unknown };
        let parameters: Vec<NodeId> =
            view.named(list).filter(|parameter| view.kind(*parameter) == "parameter").collect();
        let is_it =
            |parameter: &NodeId| view.field(*parameter, "pattern").is_some_and(|pattern| view.text(pattern) == name);
        let Some(position) = parameters.iter().position(is_it) else { return Safety::Unknown };
        let of = view.field(parameters[position], "type").map(|of| view.text(of)).unwrap_or_default();
        let Some(known) = of_type(of) else {
            return if self.is_bounded_by_text(function, of) { Safety::Open } else { Safety::Unknown };
        };
        let is_private = !view.children(function).any(|child| view.kind(child) == "visibility_modifier");
        if known == Safety::Open && is_private && depth < DEEPEST {
            return self.of_callers(function, position, depth).unwrap_or(known);
        }
        known
    }

    /// What a part of a variable holds: `params.name`. A parameter that is handed in from elsewhere holds what a request does.
    fn of_part(&self, root: &str, at: NodeId, depth: usize) -> Safety {
        let view = self.view;
        let mut around = std::iter::successors(view.parent(at), |inner| view.parent(*inner));
        let Some(function) = around.find(|around| view.kind(*around) == "function_item") else {
            return Safety::Unknown;
        };
        let Some(list) = view.field(function, "parameters") else { return Safety::Unknown };
        let parameters: Vec<NodeId> =
            view.named(list).filter(|parameter| view.kind(*parameter) == "parameter").collect();
        let binds = |parameter: &NodeId| {
            view.field(*parameter, "pattern").is_some_and(|pattern| {
                self.binds(pattern, root) || (view.kind(pattern) == "identifier" && view.text(pattern) == root)
            })
        };
        let Some(position) = parameters.iter().position(binds) else { return Safety::Unknown };
        // Another variable of that name may stand between.
        if self.of_let_between(root, at, function) {
            return Safety::Unknown;
        }
        let of = view.field(parameters[position], "type").map(|of| view.text(of)).unwrap_or_default();
        let extracts = ["Query<", "Path<", "Json<", "Form<", "Multipart"].iter().any(|known| of.contains(known));
        let is_public = view.children(function).any(|child| view.kind(child) == "visibility_modifier");
        if extracts {
            return Safety::Open;
        }
        match self.of_callers(function, position, depth) {
            Some(Safety::Safe) => Safety::Safe,
            Some(_) if !is_public => Safety::Unknown,
            _ if is_public => Safety::Open,
            _ => Safety::Unknown,
        }
    }

    /// Whether a `let` between a place and its function declares a name.
    fn of_let_between(&self, name: &str, at: NodeId, function: NodeId) -> bool {
        let view = self.view;
        view.nodes_in(function, &["let_declaration"])
            .take_while(|declaration| *declaration < at)
            .any(|declaration| view.field(declaration, "pattern").is_some_and(|pattern| self.binds(pattern, name)))
    }

    /// Whether a type parameter stands for text: `T: AsRef<str>`.
    fn is_bounded_by_text(&self, function: NodeId, of: &str) -> bool {
        let view = self.view;
        let bounds = view.field(function, "type_parameters").map(|bounds| view.text(bounds)).unwrap_or_default();
        let own = bounds.split(',').find(|bound| bound.trim_start_matches('<').trim().starts_with(&format!("{of}:")));
        own.is_some_and(|bound| {
            ["AsRef<str>", "Into<String>", "Display", "ToString"].iter().any(|text| bound.contains(text))
        })
    }

    /// What the callers of a private function give it; `None` where the file calls it nowhere.
    fn of_callers(&self, function: NodeId, position: usize, depth: usize) -> Option<Safety> {
        let view = self.view;
        let name = view.text(view.field(function, "name")?);
        let calls = view.all_nodes(&["call_expression"]).filter(|call| called(view, *call) == Some(name));
        let mut safety = None;
        for call in calls.take(MOST_CALLERS) {
            let argument = view.field(call, "arguments").and_then(|list| view.named(list).nth(position));
            let given = argument.map_or(Safety::Unknown, |argument| self.of_value(argument, depth + 1));
            safety = Some(safety.map_or(given, |known: Safety| known.and(given)));
        }
        safety
    }

    /// What the fields of that name hold that the file declares.
    fn of_field(&self, field: &str) -> Safety {
        let view = self.view;
        let declared = view
            .nodes(&["field_declaration"])
            .take(MOST_ITEMS)
            .filter(|declared| view.field(*declared, "name").is_some_and(|name| view.text(name) == field));
        let mut safety = None;
        for declared in declared {
            let of = view.field(declared, "type").map(|of| view.text(of)).unwrap_or_default();
            // Who fills a field of text nobody can tell.
            let of_type = of_type(of).filter(|known| *known == Safety::Safe).unwrap_or(Safety::Unknown);
            safety = Some(safety.map_or(of_type, |known: Safety| known.and(of_type)));
        }
        safety.unwrap_or(Safety::Unknown)
    }

    /// What the functions of that name give that the file declares.
    fn of_method(&self, name: &str) -> Safety {
        let view = self.view;
        let mut functions = view
            .nodes(&["function_item"])
            .take(MOST_ITEMS)
            .filter(|function| view.field(*function, "name").is_some_and(|own| view.text(own) == name));
        let gives_constant = |function: NodeId| {
            let of = view.field(function, "return_type").map(|of| view.text(of)).unwrap_or_default();
            of_type(of) == Some(Safety::Safe)
        };
        match functions.next() {
            Some(first) if gives_constant(first) && functions.all(gives_constant) => Safety::Safe,
            _ => Safety::Unknown,
        }
    }
}

/// What a type can hold; `None` where it says nothing.
fn of_type(of: &str) -> Option<Safety> {
    let bare = of.trim().trim_start_matches('&').trim_start_matches("mut ");
    if bare.starts_with("'static str") || bare.starts_with("'static [&'static str") {
        return Some(Safety::Safe);
    }
    let bare = bare.strip_prefix('\'').map_or(bare, |rest| rest.split_once(' ').map_or(rest, |(_, bare)| bare));
    let mut inner = bare.trim_start_matches('[').trim_start_matches('&');
    for wrapper in ["Option<", "Vec<", "Box<", "Arc<"] {
        inner = inner.strip_prefix(wrapper).unwrap_or(inner);
    }
    let inner = inner.trim_start_matches('&').trim_end_matches(['>', ']']);
    let head = inner.split(['<', '>']).next().unwrap_or_default();
    let last = head.rsplit("::").next().unwrap_or_default().trim();
    if PLAIN_TYPES.contains(&last) {
        return Some(Safety::Safe);
    }
    let is_text = matches!(last, "str" | "String" | "Cow")
        || ["impl AsRef<str", "impl Into<String", "impl Display", "impl ToString", "impl std::fmt::Display"]
            .iter()
            .any(|text| inner.starts_with(text));
    is_text.then_some(Safety::Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types() {
        for (of, expected) in [
            ("i64", Some(Safety::Safe)),
            ("&'static str", Some(Safety::Safe)),
            ("uuid::Uuid", Some(Safety::Safe)),
            ("Option<&str>", Some(Safety::Open)),
            ("&'a str", Some(Safety::Open)),
            ("&[String]", Some(Safety::Open)),
            ("impl AsRef<str>", Some(Safety::Open)),
            ("DateTime<Utc>", Some(Safety::Safe)),
            ("Order", None),
        ] {
            assert_eq!(of_type(of), expected, "{of}");
        }
    }
}
