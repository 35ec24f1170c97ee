//! `mutable-default-argument`: a default that all calls share.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::RuleView;

/// a default value is mutable and shared by all calls
///
/// ## Why
///
/// Python evaluates a default once, when the function is defined. What one call adds to the list or dictionary is still there in the
/// next one, for another request and another user.
///
/// ## Instead
///
/// Write `None` as the default, and make the list or dictionary in the body.
///
/// ## Note
///
/// Found: lists, dictionaries, sets, comprehensions of these, and calls of `list`, `dict`, `set`, `bytearray` and of the collections in `collections`.
/// Not found: a parameter whose annotation says that nobody changes it (`Sequence[int]`, `Mapping[str, str] | None`), immutable
/// values, what another call makes of a list, lambdas, files of declarations (`.pyi`).
///
/// ## Bad
///
/// ```python
/// def collect(item, into=«[]»):
///     into.append(item)
///     return into
/// ```
///
/// ```python
/// from collections import defaultdict, OrderedDict as Ordered
/// import collections
///
/// async def count(*, names: dict[str, int] | None = «{}», seen=«set()», more=«collections.deque()»): ...
///
/// class Rows:
///     @staticmethod
///     def of(rows=«[row for row in ROWS]», by: Optional[Dict] = «defaultdict(list)», order=«Ordered()»):
///         pass
/// ```
///
/// ```python
/// def widths(sizes=«([1])», by=«{name: 1 for name in NAMES}», kinds=«{name for name in NAMES}»):
///     pass
/// ```
///
/// ```python
/// def pair(both=«([], 1)», rows=«(row for row in load())»): ...
/// ```
///
/// ## Good
///
/// ```python
/// def collect(item, into=None):
///     into = [] if into is None else into
/// ```
///
/// ```python
/// from collections.abc import Mapping, Sequence
/// from typing import Annotated, Optional, Union
/// import typing as t
///
/// def read(a: Sequence[int] = [], b: Optional[Mapping] = {}, c: "Sequence[int]" = (), d: Union[t.AbstractSet[str], None] = set()):
///     pass
///
/// def more(a: Sequence[int] | None = [], b: Annotated[t.Iterable[str], "names"] = []):
///     pass
/// ```
///
/// ```python
/// from types import MappingProxyType
///
/// def read(a=(1, 2), b=frozenset(), c=tuple(), d=MappingProxyType({}), e=map(str, ["a"]), f=lambda: [], g=list):
///     pass
/// ```
///
/// ```python
/// def set():
///     return ()
///
/// def read(a=set()):
///     pass
/// ```
#[derive(Rule)]
#[rule(
    id = "mutable-default-argument",
    languages(Python),
    severity = "warning",
    roles(source, script, test),
    url = "https://docs.python.org/3/faq/programming.html#why-are-default-values-shared-between-objects",
    since = "0.1.0"
)]
pub(super) struct MutableDefaultArgument;

/// Functions and classes that make something mutable.
const MAKERS: &[&str] = &[
    "list",
    "dict",
    "set",
    "bytearray",
    "collections.Counter",
    "collections.OrderedDict",
    "collections.defaultdict",
    "collections.deque",
    "collections.ChainMap",
];

/// Types of values that nobody changes through them, by their last name; those of `typing`, `collections.abc` and the built-in ones.
const UNCHANGED: &[&str] = &[
    "AbstractSet",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "ByteString",
    "Callable",
    "Collection",
    "Container",
    "Coroutine",
    "FrozenSet",
    "Generator",
    "Hashable",
    "ItemsView",
    "Iterable",
    "Iterator",
    "KeysView",
    "Literal",
    "LiteralString",
    "Mapping",
    "MappingView",
    "Never",
    "NoReturn",
    "Reversible",
    "Sequence",
    "Sized",
    "SupportsAbs",
    "SupportsFloat",
    "SupportsIndex",
    "SupportsInt",
    "Text",
    "Tuple",
    "Type",
    "ValuesView",
    "bool",
    "bytes",
    "complex",
    "float",
    "frozenset",
    "int",
    "object",
    "range",
    "str",
    "tuple",
    "type",
];

impl NativeRule for MutableDefaultArgument {
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], skim: &Skim) -> bool {
        memchr::memchr_iter(b'=', text).any(|at| may_be_default(text, at, skim))
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["default_parameter", "typed_default_parameter"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let Some(value) = view.field(node, "value") else { return };
        if view.parent(node).is_none_or(|list| view.kind(list) != "parameters") || !is_mutable(view, value) {
            return;
        }
        if view.field(node, "type").is_some_and(|annotation| is_unchanged(view, annotation)) {
            return;
        }
        emit(NativeMatch::of(analysis, value));
    }
}

/// Whether an equals sign may stand before a default that is mutable: in the parentheses behind `def`, before a bracket or a call.
fn may_be_default(text: &[u8], at: usize, skim: &Skim) -> bool {
    let value = text[at + 1..].trim_ascii_start();
    let word = value.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')).count();
    let may_be_mutable = match value.get(word) {
        Some(b'[' | b'{') => word == 0,
        Some(b'(') => true,
        _ => false,
    };
    if !may_be_mutable || at as u32 >= skim.known() {
        return may_be_mutable;
    }
    let [Some(parameters), _] = skim.around(at as u32) else { return false };
    let before = text[..parameters.start as usize - 1].trim_ascii_end();
    let name =
        before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80).count();
    // Type parameters stand between the name and the parentheses.
    before.last() == Some(&b']') || before[..before.len() - name].trim_ascii_end().ends_with(b"def")
}

/// Whether a value can change, or holds one that can: a tuple with a list in it.
fn is_mutable(view: RuleView<'_>, value: NodeId) -> bool {
    let mut left = vec![value];
    while let Some(at) = left.pop() {
        match view.kind(at) {
            "parenthesized_expression" | "tuple" => left.extend(view.named(at)),
            "named_expression" => left.extend(view.field(at, "value")),
            "list" | "dictionary" | "set" | "list_comprehension" | "dictionary_comprehension" | "set_comprehension" => {
                return true;
            }
            // It is used up by the first call.
            "generator_expression" => return true,
            "call" => {
                let path = view.field(at, "function").and_then(|function| view.global(function));
                if path.is_some_and(|path| MAKERS.contains(&path.as_str())) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// How deep an annotation is looked into.
const DEEPEST: usize = 8;

/// Whether an annotation is of values that are not changed: all that it may be are such.
fn is_unchanged(view: RuleView<'_>, annotation: NodeId) -> bool {
    let mut left = vec![(annotation, 0)];
    while let Some((at, depth)) = left.pop() {
        if depth > DEEPEST {
            return false;
        }
        let mut push_all = |nodes: Vec<NodeId>| left.extend(nodes.into_iter().map(|node| (node, depth + 1)));
        match view.kind(at) {
            "none" => {}
            "type" | "parenthesized_expression" | "union_type" => push_all(view.named(at).collect()),
            "binary_operator" if view.field(at, "operator").is_some_and(|operator| view.text(operator) == "|") => {
                push_all(view.named(at).collect());
            }
            "identifier" | "attribute" | "member_type" if names_unchanged(view, at) => {}
            "subscript" | "generic_type" => {
                let mut parts = view.named(at);
                let Some(name) = parts.next() else { return false };
                // The arguments of a generic type stand in a node of their own.
                let arguments: Vec<NodeId> = match view.kind(at) {
                    "generic_type" => parts.flat_map(|list| view.named(list)).collect(),
                    _ => parts.collect(),
                };
                let last = view.text(name).rsplit('.').next().unwrap_or_default();
                match last {
                    "Optional" | "Union" | "Final" | "ClassVar" => push_all(arguments),
                    "Annotated" => push_all(arguments.into_iter().take(1).collect()),
                    _ if names_unchanged(view, name) => {}
                    _ => return false,
                }
            }
            _ => return false,
        }
    }
    true
}

/// Whether a name is one of the types in [`UNCHANGED`], where they come from.
fn names_unchanged(view: RuleView<'_>, name: NodeId) -> bool {
    let Some(path) = view.global(name) else { return false };
    let last = match path.strip_prefix("typing.").or_else(|| path.strip_prefix("typing_extensions.")) {
        Some(last) => last,
        None => match path.strip_prefix("collections.abc.") {
            // There it is the abstract class.
            Some("Set") => return true,
            Some(last) => last,
            None => path.as_str(),
        },
    };
    UNCHANGED.contains(&last)
}
