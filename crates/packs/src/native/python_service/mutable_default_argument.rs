//! `mutable-default-argument`: a default that all calls share.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

use super::super::view::View;

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
    fn may_match(&self, _options: &RuleOptions, _language: Language, text: &[u8], _skim: &Skim) -> bool {
        memchr::memmem::find(text, b"def").is_some()
            && ["[", "{", "(", "set", "list"].iter().any(|sign| memchr::memmem::find(text, sign.as_bytes()).is_some())
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["default_parameter", "typed_default_parameter"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = View::new(analysis);
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

fn is_mutable(view: View<'_>, value: NodeId) -> bool {
    let mut at = value;
    while let (true, Some(inner)) = (view.kind(at) == "parenthesized_expression", view.named(at).next()) {
        at = inner;
    }
    match view.kind(at) {
        "list" | "dictionary" | "set" | "list_comprehension" | "dictionary_comprehension" | "set_comprehension" => true,
        "call" => view
            .field(at, "function")
            .and_then(|function| view.global(function))
            .is_some_and(|path| MAKERS.contains(&path.as_str())),
        _ => false,
    }
}

/// How deep an annotation is looked into.
const DEEPEST: usize = 8;

/// Whether an annotation is of values that are not changed: all that it may be are such.
fn is_unchanged(view: View<'_>, annotation: NodeId) -> bool {
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
fn names_unchanged(view: View<'_>, name: NodeId) -> bool {
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
