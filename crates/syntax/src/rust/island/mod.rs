//! Islands: the arguments of Rust macros, which a plain tree shows as tokens only, understood as the expressions,
//! statements, match arms or items that they mostly are.
//!
//! A token tree that is asked for is read a second time between made-up bytes ([`input`]) that make it whole Rust;
//! which bytes, the macro's name and its tokens suggest ([`shape`]). What the made-up bytes gave rise to is left out
//! of the run ([`graft`]), so that the root of an island is a `token_tree` over the same bytes as its host, with
//! the understood nodes directly below it, at their true spans.
//!
//! So are the bodies of the rules of `macro_rules!`, where they are Rust once their metavariables are read as identifiers
//! ([`transcriber`]).
//!
//! Macros inside an island are found when the scan over the node array reaches them, so that nesting needs no
//! recursion. Each level reads its bytes again; depth and bytes are limited.

mod graft;
mod input;
mod kinds;
mod shape;
mod transcriber;

use auditlint_source::Span;

use self::input::MacroInput;
use self::kinds::IslandKinds;
use self::shape::IslandShape;
use crate::grammar_parser::GrammarParser;
use crate::limits::READ_AGAIN;
use crate::rust::readable::Readable;
use crate::{Language, NodeId, Tree};

/// How many bytes are read for any island, however small.
const READ_FREELY: u64 = 1 << 20;

/// What is kept between islands so that none of them allocates.
#[derive(Debug, Default)]
pub(crate) struct Islands {
    input: MacroInput,
    open: Vec<graft::OpenNode>,
}

/// Whether the bodies of `macro_rules!` are read like arguments of macros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MacroBodies {
    Read,
    Left,
}

/// See [`Parser::parse_islands`](crate::Parser::parse_islands).
pub(crate) fn parse_islands(
    parser: &mut GrammarParser,
    islands: &mut Islands,
    tree: &mut Tree,
    text: &[u8],
    bodies: MacroBodies,
    wanted: &mut dyn FnMut(Span) -> bool,
) {
    if !tree.language().descriptor().has_islands {
        return;
    }
    let kinds = IslandKinds::get();
    let limits = parser.limits();
    let budget = limits.island_bytes.max(4 * text.len() as u64);
    let readable = Readable::new(Language::Rust, text);
    islands.input.rewordings.clear();
    let mut at = NodeId(0);
    // The array grows behind the scan, which so reaches the macros inside islands.
    while at.0 < tree.len() {
        let invocation = at;
        at.0 += 1;
        let is_body = tree.kind(invocation) == kinds.macro_rule && bodies == MacroBodies::Read;
        if tree.kind(invocation) != kinds.macro_invocation && !is_body {
            continue;
        }
        let Some(host) = tree.children(invocation).find(|child| tree.kind(*child) == kinds.token_tree) else {
            continue;
        };
        let span = tree.span(host);
        // Two delimiters and nothing between them hold no code.
        let is_empty = tree.subtree_end(host) - host.0 <= 3;
        // A rule of a macro that another macro defines has metavariables of both.
        let is_readable_body = is_body && tree.island_of(invocation).is_none();
        if is_body && tree.is_asked(host) {
            // What stands in it may be asked for this time.
            if is_readable_body {
                islands.input.rewordings.note(tree, text, invocation, host);
            }
            continue;
        }
        if is_empty || !is_delimited(span.of(text)) || !wanted(span) || !tree.ask_island(host) {
            continue;
        }
        let over = tree.island_bytes >= budget || depth(tree, host) >= limits.island_depth;
        if is_body {
            if !over && is_readable_body {
                islands.input.rewordings.note(tree, text, invocation, host);
                // A body may be a type, a pattern or a part of anything: where it is not code, it stays what it is.
                let _ = grow(parser, islands, tree, &readable, invocation, host);
            }
            continue;
        }
        if over || !grow(parser, islands, tree, &readable, invocation, host) {
            tree.push_not_understood(span);
        }
    }
    tree.merge_not_understood();
}

/// Whether a token tree has both its delimiters; the parser may have made one up.
fn is_delimited(text: &[u8]) -> bool {
    matches!(text, [b'(', .., b')'] | [b'[', .., b']'] | [b'{', .., b'}'])
}

/// How many islands a node stands in.
fn depth(tree: &Tree, node: NodeId) -> u32 {
    std::iter::successors(tree.island_of(node), |root| tree.island_of(tree.host(*root)?)).count() as u32
}

/// Appends the island of `host` in the shape that leaves the fewest bytes not understood; `false`, and nothing
/// appended, where every shape leaves too many.
fn grow(
    parser: &mut GrammarParser,
    islands: &mut Islands,
    tree: &mut Tree,
    source: &Readable<'_>,
    invocation: NodeId,
    host: NodeId,
) -> bool {
    let Islands { input, open } = islands;
    let text = source.text();
    let mut best: Option<(u32, IslandShape, tree_sitter::Tree)> = None;
    let mut last = None;
    for shape in shape::candidates(tree, text, invocation, host) {
        shape.write(tree, text, host, input);
        last = Some(shape);
        tree.island_bytes += u64::from(input.len());
        let length = input.len() as usize;
        let most_bytes = READ_FREELY.max(READ_AGAIN * u64::from(input.len()));
        let measurement = parser.measure(length);
        let read = |offset| input.read(offset, source);
        let Ok(parsed) = parser.read(Language::Rust, (length, most_bytes), &measurement, read) else {
            continue;
        };
        // The best attempt so far is kept meanwhile.
        if parser.check_nodes(&parsed, (length, 0), &measurement).is_err() {
            continue;
        }
        drop(measurement);
        let missed = graft::not_understood_bytes(&parsed, input);
        if best.as_ref().is_none_or(|(fewest, ..)| missed < *fewest) {
            best = Some((missed, shape, parsed));
        }
        if missed == 0 {
            break;
        }
    }
    let Some((missed, shape, parsed)) = best else { return false };
    // The islands of a source take no more memory than the rest of it may.
    let nodes = u64::from(tree.len()) + parsed.root_node().descendant_count() as u64;
    if nodes * size_of::<crate::Node>() as u64 > parser.limits().memory_for(text.len() as u64) {
        return false;
    }
    // A language of its own recovers into nodes that mean nothing, so most of the bytes must be Rust.
    let is_body = tree.kind(invocation) == IslandKinds::get().macro_rule;
    if missed > if is_body { 0 } else { tree.span(host).len() / 4 } {
        return false;
    }
    if last != Some(shape) {
        shape.write(tree, text, host, input);
    }
    graft::graft(tree, &parsed, input, host, open);
    true
}
