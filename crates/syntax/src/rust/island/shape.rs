//! The shapes that the arguments of a macro may have, and how each is made whole Rust.

use auditlint_source::Span;

use super::input::MacroInput;
use super::kinds::IslandKinds;
use crate::{NodeId, Tree};

/// A way to read the tokens of a macro.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IslandShape {
    /// Expressions between commas, some of them named: `"{x}", x = a.b()`, `target: "t", %error, user.id = id`.
    Arguments,
    /// Statements and items.
    Statements,
    /// `value; count`.
    Repeat,
    /// An expression, then a pattern that may have a guard: `matches!`.
    Matches,
    /// Match arms.
    Arms,
    /// `pattern = future => body`, with `, if condition` and `else => body`: `select!`.
    Select,
    /// `key => value` between commas.
    Pairs,
    /// Objects of JSON with expressions for values.
    Object,
    /// Blocks behind attributes: `cfg_if!`.
    Blocks,
}

/// The shapes to try for a macro, the likeliest first.
pub(super) fn candidates(
    tree: &Tree,
    text: &[u8],
    invocation: NodeId,
    host: NodeId,
) -> impl Iterator<Item = IslandShape> + use<> {
    let seen = SeenTokens::of(tree, text, host);
    if tree.kind(invocation) == IslandKinds::get().macro_rule {
        return [IslandShape::Statements].iter().copied();
    }
    let shapes: &[IslandShape] = match macro_name(tree, text, invocation) {
        b"matches" | b"assert_matches" | b"debug_assert_matches" => &[IslandShape::Matches, IslandShape::Arguments],
        b"cfg_if" => &[IslandShape::Blocks],
        _ if seen.select => &[IslandShape::Select, IslandShape::Arms, IslandShape::Statements],
        _ if seen.arrow => &[IslandShape::Arms, IslandShape::Pairs, IslandShape::Statements],
        _ if seen.repeat => &[IslandShape::Repeat, IslandShape::Statements],
        _ if seen.object => &[IslandShape::Object, IslandShape::Arguments, IslandShape::Statements],
        _ if seen.semicolon || seen.item => &[IslandShape::Statements, IslandShape::Arguments],
        _ if seen.braced && !seen.comma => &[IslandShape::Statements, IslandShape::Arguments],
        _ => &[IslandShape::Arguments, IslandShape::Statements],
    };
    shapes.iter().copied()
}

/// The last segment of the macro's path.
fn macro_name<'s>(tree: &Tree, text: &'s [u8], invocation: NodeId) -> &'s [u8] {
    let Some(path) = tree.child_by_field(invocation, IslandKinds::get().name) else { return b"" };
    let path = tree.text(path, text);
    path.rsplit(|byte| *byte == b':').next().unwrap_or_default().trim_ascii()
}

/// What the tokens directly below a token tree hold.
#[derive(Default)]
struct SeenTokens {
    braced: bool,
    comma: bool,
    semicolon: bool,
    /// `=>`
    arrow: bool,
    /// `pattern = future =>`
    select: bool,
    /// One `;` between two expressions in brackets.
    repeat: bool,
    /// Starts with a keyword or an attribute that only a statement or an item starts with.
    item: bool,
    /// An object of JSON.
    object: bool,
}

impl SeenTokens {
    fn of(tree: &Tree, text: &[u8], host: NodeId) -> Self {
        let mut seen = Self::default();
        let mut equals = false;
        let mut semicolons = 0;
        let mut last: &[u8] = b"";
        for (position, token) in tokens(tree, host).enumerate() {
            let token_text = tree.text(token, text);
            match token_text {
                b"=" => equals = true,
                b"=>" => {
                    seen.arrow = true;
                    seen.select |= equals;
                    equals = false;
                }
                b"," => seen.comma = true,
                b";" => semicolons += 1,
                b"let" | b"fn" | b"pub" | b"struct" | b"enum" | b"impl" | b"mod" | b"use" | b"static" | b"const"
                | b"type" | b"trait" | b"extern" | b"#" => seen.item |= position == 0,
                _ => {}
            }
            last = token_text;
        }
        seen.semicolon = semicolons > 0;
        let open = tree.text(host, text).first();
        seen.braced = open == Some(&b'{');
        seen.repeat = semicolons == 1 && !seen.item && open == Some(&b'[') && last != b";";
        Objects::new(tree, text, host).for_each(|_| seen.object = true);
        seen
    }
}

/// The tokens and token trees directly below a token tree, without its delimiters and without comments.
fn tokens(tree: &Tree, host: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    let end = tree.span(host).end;
    tree.children(host).skip(1).filter(move |token| tree.span(*token).end < end && !tree.node(*token).is_extra())
}

impl IslandShape {
    /// Writes what the parser is to read for the token tree `host`.
    pub(super) fn write(self, tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
        let Span { start, end } = tree.span(host);
        let (prefix, suffix) = match self {
            Self::Arguments | Self::Object | Self::Pairs => ("fn f(){f(", ");}"),
            Self::Statements | Self::Blocks => ("fn f(){", "}"),
            Self::Repeat => ("fn f(){[", "];}"),
            Self::Matches => ("fn f(){match(", "=>()}}"),
            Self::Arms | Self::Select => ("fn f(){match(){", "}}"),
        };
        input.open(prefix, start + 1);
        match self {
            Self::Arguments => arguments(tree, text, host, input),
            Self::Matches => matches(tree, text, host, input),
            Self::Select => select(tree, text, host, input),
            Self::Pairs => pairs(tree, text, host, input),
            Self::Object => Objects::new(tree, text, host).for_each(|(span, text)| input.replace(span, text)),
            Self::Blocks => blocks(tree, text, host, input),
            Self::Statements | Self::Repeat | Self::Arms => {}
        }
        input.close(end - 1, suffix);
    }
}

/// Leaves out the names of arguments and the signs `%` and `?` before them, which are not expressions. A dotted name
/// before `=` stays: it may as well be the place of an assignment.
fn arguments(tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
    let mut name: Option<Span> = None;
    let mut dotted = false;
    let mut at_start = true;
    let mut in_parameters = false;
    for token in tokens(tree, host) {
        let span = tree.span(token);
        match tree.text(token, text) {
            b"|" if in_parameters || at_start => in_parameters = !in_parameters,
            b"move" if at_start => continue,
            _ if in_parameters => continue,
            b"," => {
                at_start = true;
                name = None;
                continue;
            }
            b"=" | b":" => {
                if let Some(name) = name.take() {
                    if dotted {
                        input.replace(span, ",");
                    } else {
                        input.replace(name.union(span), "");
                    }
                    at_start = true;
                    continue;
                }
            }
            b"%" | b"?" if at_start => {
                input.replace(span, "");
                continue;
            }
            b"." => dotted = true,
            _ if tree.kind(token) == IslandKinds::get().identifier && at_start => {
                name = Some(span);
                dotted = false;
            }
            _ if tree.kind(token) == IslandKinds::get().identifier && dotted => {}
            _ => name = None,
        }
        at_start = false;
    }
}

/// `e, pattern if guard` becomes the one arm of a match over `e`.
fn matches(tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
    let mut commas = tokens(tree, host).filter(|token| tree.text(*token, text) == b",");
    if let Some(comma) = commas.next() {
        input.replace(tree.span(comma), "){");
    }
    // A message may follow, as in `assert_matches!`, or nothing, as in `matches!(a, b,)`.
    if let Some(comma) = commas.next() {
        input.replace(Span { start: tree.span(comma).start, end: tree.span(host).end - 1 }, "");
    }
}

/// `pattern = future, if condition => body` becomes an arm whose guard is the tuple of future and condition.
fn select(tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
    let mut in_guard = false;
    let mut in_head = true;
    let mut before: Option<(Span, &[u8])> = None;
    for token in tokens(tree, host) {
        let span = tree.span(token);
        match tree.text(token, text) {
            b"=" if in_head && !in_guard => {
                input.replace(span, " if (");
                in_guard = true;
            }
            b"if" if in_guard => {
                if let Some((comma, b",")) = before {
                    input.replace(comma.union(span), ",");
                }
            }
            b"=>" => {
                if in_guard {
                    input.replace(Span { end: span.start, ..span }, ")");
                }
                in_guard = false;
                in_head = false;
            }
            b"else" if in_head => input.replace(span, "_"),
            // `biased;` stands before the first arm.
            b";" if in_head => input.replace(Span { start: tree.span(host).start + 1, end: span.end }, ""),
            b"," => in_head |= !in_guard,
            // After a block the next arm may start without a comma.
            text if text.starts_with(b"{") && before.is_some_and(|before| before.1 == b"=>") => in_head = true,
            _ => {}
        }
        before = Some((span, tree.text(token, text)));
    }
}

/// `key => value` becomes two arguments.
fn pairs(tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
    for token in tokens(tree, host).filter(|token| tree.text(*token, text) == b"=>") {
        input.replace(tree.span(token), ",");
    }
}

/// Only what stands in braces is code; the conditions between them are attributes.
fn blocks(tree: &Tree, text: &[u8], host: NodeId, input: &mut MacroInput) {
    let braces = tokens(tree, host).filter(|token| tree.text(*token, text).starts_with(b"{"));
    let mut left_out = tree.span(host).start + 1;
    for block in braces {
        let span = tree.span(block);
        input.replace(Span::new(left_out, span.start), " ");
        left_out = span.end;
    }
    input.replace(Span::new(left_out, tree.span(host).end - 1), "");
}

/// The replacements that turn the JSON objects of a macro into tuples: braces, and the colons between key and value.
/// Objects are looked for where a value can stand, so that blocks and struct literals stay what they are.
struct Objects<'t, 's> {
    tree: &'t Tree,
    text: &'s [u8],
    host: NodeId,
    next: u32,
}

impl<'t, 's> Objects<'t, 's> {
    fn new(tree: &'t Tree, text: &'s [u8], host: NodeId) -> Self {
        Self { tree, text, host, next: host.0 + 1 }
    }

    fn is_object(&self, node: NodeId) -> bool {
        let Self { tree, text, .. } = *self;
        if node == self.host || !tree.text(node, text).starts_with(b"{") {
            return false;
        }
        let mut tokens = tokens(tree, node);
        let (Some(key), Some(colon)) = (tokens.next(), tokens.next()) else { return false };
        let kinds = IslandKinds::get();
        let is_key = [kinds.string_literal, kinds.identifier, kinds.token_tree].contains(&tree.kind(key));
        is_key && tree.text(colon, text) == b":"
    }

    /// Whether a value can stand at `node`.
    fn is_value(&self, node: NodeId) -> bool {
        let siblings = std::iter::successors(Some(node), |sibling| self.tree.prev_sibling(*sibling));
        let before = siblings.skip(1).find(|sibling| !self.tree.node(*sibling).is_extra());
        before.is_some_and(|before| matches!(self.tree.text(before, self.text), b"," | b":" | b"(" | b"[" | b"{"))
    }
}

impl Iterator for Objects<'_, '_> {
    type Item = (Span, &'static str);

    fn next(&mut self) -> Option<Self::Item> {
        let Self { tree, text, host, .. } = *self;
        while self.next < tree.subtree_end(host) {
            let node = NodeId(self.next);
            self.next += 1;
            if tree.kind(node) == IslandKinds::get().token_tree {
                let open = tree.text(node, text).first();
                let entered = self.is_value(node) && (open == Some(&b'[') || self.is_object(node));
                if !entered {
                    self.next = tree.subtree_end(node);
                }
                continue;
            }
            let span = tree.span(node);
            let parent = tree.parent(node)?;
            let replacement = match tree.text(node, text) {
                b"{" => "(",
                b"}" => ")",
                b":" => ",",
                _ => {
                    self.next = tree.subtree_end(node);
                    continue;
                }
            };
            if self.is_object(parent) {
                return Some((span, replacement));
            }
        }
        None
    }
}
