//! Files that a source names without importing them, and imports in sources that no grammar of ours reads.

use auditlint_source::{FilePath, Span};
use auditlint_syntax::NodeId;

use super::code::Reader;
use super::raw;
use crate::Raw;

/// The longest specifier that is looked for in a text without a tree.
const LONGEST: usize = 300;

/// Whether imports stand in such a file among other things.
pub(super) fn is_component(path: &FilePath) -> bool {
    matches!(path.extension(), Some("vue" | "svelte" | "astro" | "mdx" | "html" | "gts" | "gjs" | "wasp"))
}

/// Whether a file is text that may hold a script with imports, as pages of VitePress do.
pub(super) fn is_page(path: &FilePath) -> bool {
    path.extension() == Some("md")
}

/// `new URL("./worker.ts", import.meta.url)`, `vi.mock("./a")`, `import.meta.glob("./*.ts")`, `` import(`./pages/${page}`) ``
pub(super) fn text(reader: &Reader<'_>, node: NodeId, out: &mut Raw) {
    let (tree, source) = (reader.tree, reader.analysis.text());
    let written = tree.text(node, source);
    if written.get(1) != Some(&b'.') || is_imported(reader, node) {
        return;
    }
    let Ok(inner) = str::from_utf8(&written[1..written.len().max(2) - 1]) else { return };
    if !inner.starts_with("./") && !inner.starts_with("../") {
        return;
    }
    let plain = inner.find(['$', '*', '{', '(', '[']).unwrap_or(inner.len());
    if plain == inner.len() {
        out.push(raw::MENTION, tree.span(node), [inner.into()]);
    } else if let Some(slash) = inner[..plain].rfind('/').filter(|_| loads(reader, node)) {
        out.push(raw::FOLDER, tree.span(node), [inner[..slash].into()]);
    }
}

/// Whether an import names it, so that it was read there.
fn is_imported(reader: &Reader<'_>, node: NodeId) -> bool {
    let tree = reader.tree;
    let Some(parent) = tree.parent(node) else { return false };
    match tree.kind_name(parent) {
        "import_statement" | "export_statement" | "import_require_clause" | "module" => true,
        "arguments" if tree.kind_name(node) == "string" => {
            let function = tree.parent(parent).and_then(|call| reader.field(call, "function"));
            function.is_some_and(|function| matches!(reader.text(function), "import" | "require"))
        }
        _ => false,
    }
}

/// Whether a text is given to what loads modules: `` import(`./${a}`) ``, `import.meta.glob("./*.ts")`, `require.context("./", …)`.
fn loads(reader: &Reader<'_>, node: NodeId) -> bool {
    let tree = reader.tree;
    let call = tree.ancestors(node).find(|above| !matches!(tree.kind_name(*above), "arguments" | "array"));
    let function = call.and_then(|call| reader.field(call, "function").or_else(|| reader.field(call, "constructor")));
    let name = function.map(|function| reader.text(function)).unwrap_or_default();
    matches!(name, "import" | "require" | "URL" | "require.context" | "require.resolve")
        || name.starts_with("import.meta.")
        || [".requireActual", ".importActual", ".mock", ".doMock"].iter().any(|method| name.ends_with(method))
}

/// What stands in quotes behind `from`, `import` and `require`.
pub(super) fn scan(text: &[u8], out: &mut Raw) {
    for word in ["from", "import", "require"] {
        for at in memchr::memmem::find_iter(text, word) {
            let behind = at + word.len();
            let rest = &text[behind..];
            let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'(';
            let Some(open) = rest.iter().take(LONGEST).position(|byte| !is_between(byte)) else { continue };
            let quote = rest[open];
            if !matches!(quote, b'"' | b'\'' | b'`') {
                continue;
            }
            let inside = &rest[open + 1..];
            let Some(end) = inside.iter().take(LONGEST).position(|byte| *byte == quote || *byte == b'\n') else {
                continue;
            };
            if let Ok(specifier) = str::from_utf8(&inside[..end]) {
                let start = (behind + open) as u32;
                out.push(raw::MENTION, Span::new(start, start + end as u32 + 2), [specifier.into()]);
            }
        }
    }
}
