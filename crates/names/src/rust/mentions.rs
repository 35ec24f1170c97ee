//! Names in texts that are not read as code: the tokens of macros that nobody knows, of templates and attributes, and format
//! strings. What they mean is unknown, but whoever has such a name is used.

use auditlint_syntax::NodeId;

use super::bind::RustBinder;
use super::kinds::RustMeaning;
use super::prelude::macro_of;

/// Macros whose tokens are code for somewhere else.
const TEMPLATES: [&[u8]; 4] = [b"quote", b"quote_spanned", b"parse_quote", b"parse_quote_spanned"];

/// Macros of well-known crates that treat their tokens as the code that they are, besides those of `std`; sorted.
const KNOWN: [&[u8]; 28] = [
    b"anyhow",
    b"assert_matches",
    b"bail",
    b"cfg_if",
    b"debug",
    b"debug_span",
    b"ensure",
    b"error",
    b"error_span",
    b"info",
    b"info_span",
    b"join",
    b"json",
    b"log",
    b"pin",
    b"proptest",
    b"query",
    b"query_as",
    b"query_scalar",
    b"select",
    b"smallvec",
    b"span",
    b"trace",
    b"trace_span",
    b"try_join",
    b"try_stream",
    b"warn",
    b"warn_span",
];

impl RustBinder<'_> {
    /// Whether a token tree is a template: what it names is found where the code is put, not here.
    pub(crate) fn is_template(&self, tokens: NodeId) -> bool {
        TEMPLATES.contains(&self.macro_name(tokens))
    }

    /// Whether a macro is known to treat its tokens as the code that they are.
    pub(crate) fn is_known_macro(&self, tokens: NodeId) -> bool {
        let name = self.macro_name(tokens);
        macro_of(name).is_some() || KNOWN.binary_search(&name).is_ok()
    }

    /// The last name of the macro that some tokens are given to.
    fn macro_name(&self, tokens: NodeId) -> &[u8] {
        let tree = self.builder.tree;
        let call = tree.parent(tokens).filter(|call| self.meaning(*call) == RustMeaning::MacroInvocation);
        let path = call.and_then(|call| self.child(call, self.kinds.macro_name));
        let last = path.filter(|path| self.meaning(*path) == RustMeaning::Path);
        let name = last.and_then(|path| self.child(path, self.kinds.name)).or(path);
        name.map_or(b"".as_slice(), |name| tree.text(name, self.builder.text))
    }

    /// Whether an attribute is a `cfg`.
    pub(crate) fn is_cfg(&self, attribute: NodeId) -> bool {
        let tree = self.builder.tree;
        let name = tree.subtree(attribute).find(|node| self.meaning(*node) == RustMeaning::Identifier);
        name.is_some_and(|name| tree.text(name, self.builder.text) == b"cfg")
    }

    /// Every identifier of some tokens is mentioned, and every name in a format string.
    pub(crate) fn mention_tokens(&mut self, tokens: NodeId) {
        let tree = self.builder.tree;
        for node in tree.subtree(tokens) {
            self.builder.step();
            match self.meaning(node) {
                RustMeaning::Identifier | RustMeaning::TypeIdentifier => self.mention(node),
                RustMeaning::Text => self.mention_in_format(node),
                _ => {}
            }
        }
    }

    /// The same for an attribute, whose strings may name functions and modules: `#[serde(with = "codec")]`.
    pub(crate) fn mention_in_attribute(&mut self, attribute: NodeId) {
        let (tree, text) = (self.builder.tree, self.builder.text);
        // A condition on the configuration names none of the file's things.
        if self.is_cfg(attribute) {
            return;
        }
        for node in tree.subtree(attribute) {
            self.builder.step();
            match self.meaning(node) {
                RustMeaning::Identifier | RustMeaning::TypeIdentifier => self.mention(node),
                RustMeaning::Text => {
                    for name in words(tree.text(node, text)) {
                        self.builder.mention(node, name);
                    }
                }
                _ => {}
            }
        }
    }

    /// The names in the braces of a format string.
    pub(crate) fn mention_in_format(&mut self, string: NodeId) {
        let text = self.builder.tree.text(string, self.builder.text);
        for name in format_names(text) {
            self.builder.mention(string, name);
        }
    }

    fn mention(&mut self, node: NodeId) {
        let name = self.builder.tree.text(node, self.builder.text);
        self.builder.mention(node, name);
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| !is_word(*byte)).filter(|word| word.first().is_some_and(|first| !first.is_ascii_digit()))
}

/// The identifiers that a format string takes from around it: `{name}`, `{name:?}`, `{:width$}`.
fn format_names(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let open = memchr::memchr(b'{', rest)?;
            rest = &rest[open + 1..];
            match rest.first()? {
                b'{' => rest = &rest[1..],
                _ => {
                    let end = memchr::memchr(b'}', rest)?;
                    let inside = &rest[..end];
                    rest = &rest[end..];
                    return Some(inside);
                }
            }
        }
    })
    .flat_map(|inside| {
        let (name, spec) = match memchr::memchr(b':', inside) {
            Some(colon) => (&inside[..colon], &inside[colon..]),
            None => (inside, &inside[..0]),
        };
        let is_name = name.iter().all(|byte| is_word(*byte)) && !name.first().is_some_and(u8::is_ascii_digit);
        let name = Some(name).filter(|name| is_name && !name.is_empty());
        // `width$` and `.precision$`: what stands before a `$`, and is not a number.
        let parts = spec.split_inclusive(|byte| *byte == b'$').filter_map(|part| part.strip_suffix(b"$"));
        name.into_iter().chain(parts.filter_map(|part| words(part).last()))
    })
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, format_names};

    #[test]
    fn the_table_is_sorted() {
        assert!(KNOWN.is_sorted());
    }

    #[test]
    fn names_in_format_strings() {
        for (text, expected) in [
            ("a {b} {c:?} {{d}} {} {0} {e:>5}", ["b", "c", "e"].as_slice()),
            ("{:width$} {:>1$} {x:.p$} {x:>w$.p$}", &["width", "x", "p", "x", "w", "p"]),
            ("{unclosed", &[]),
            ("{a b} {größe}", &["größe"]),
        ] {
            let found: Vec<_> = format_names(text.as_bytes()).map(|name| str::from_utf8(name).unwrap()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
