//! Files that a source names without importing them, and imports in sources that no grammar of ours reads.

use auditlint_source::{FilePath, Span};
use auditlint_syntax::NodeId;

use super::fact::{Facts, ImportKind, ModuleFact};
use super::handlers;
use super::reader::ImportReader;

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
pub(super) fn text(reader: &ImportReader<'_>, node: NodeId, out: &mut Facts) {
    let (tree, source) = (reader.tree, reader.analysis.text());
    let written = tree.text(node, source);
    if !matches!(written.get(1), Some(b'.' | b'/' | b'a'..=b'z'))
        || !written.iter().any(|byte| matches!(byte, b'.' | b'/'))
    {
        return;
    }
    let Ok(inner) = str::from_utf8(&written[1..written.len().max(2) - 1]) else { return };
    let is_path = inner.starts_with("./") || inner.starts_with("../") || matches!(inner, "." | "..");
    let mut say = |fact| out.say(tree.span(node), fact);
    if is_path && is_imported(reader, node) {
        return;
    }
    let plain = inner.find(['$', '*', '{', '(', '[']).unwrap_or(inner.len());
    let sum = tree.parent(node).filter(|parent| tree.kind_name(*parent) == "binary_expression");
    let behind = sum.map(|sum| reader.tree.child_by_field_name(sum, "right").filter(|right| *right != node));
    if let (true, Some(Some(rest))) = (is_path, behind.map(|behind| reader.string(behind?))) {
        say(ModuleFact::Mention(format!("{inner}{rest}").into()));
    } else if plain < inner.len() || (is_path && behind.is_some()) {
        // `/a/*.ts` begins at the root of the package.
        let is_rooted = inner.starts_with('/') && inner.contains('*');
        let slash = inner[..plain].rfind('/').filter(|_| (is_path || is_rooted) && !loaded_by(reader, node).is_empty());
        if let Some(slash) = slash {
            say(ModuleFact::Folder(inner[..slash].into()));
        }
    } else if is_path && loaded_by(reader, node) == "require.context" {
        say(ModuleFact::Folder(inner.into()));
    } else if is_path {
        if inner.contains('/') {
            say(ModuleFact::Mention(inner.into()));
        }
    } else if let Some(name) = handlers::named_by(inner) {
        say(ModuleFact::Loose(name.into()));
    }
}

/// Whether an import names it, so that it was read there.
fn is_imported(reader: &ImportReader<'_>, node: NodeId) -> bool {
    let tree = reader.tree;
    let Some(parent) = tree.parent(node) else { return false };
    match tree.kind_name(parent) {
        "import_statement" | "export_statement" | "import_require_clause" | "module" => true,
        "arguments" if tree.kind_name(node) == "string" => {
            let function = tree.parent(parent).and_then(|call| reader.tree.child_by_field_name(call, "function"));
            // `require = createRequire(…)` gives what nobody follows.
            let is_own = |function| reader.analysis.names().binding_of(function).is_some();
            function.is_some_and(|function| match reader.analysis.words(function) {
                "import" => true,
                "require" => !is_own(function),
                _ => false,
            })
        }
        _ => false,
    }
}

/// What loads modules and is given a text, or nothing: `` import(`./${a}`) ``, `import.meta.glob("./*.ts")`, `require.context("./", …)`.
fn loaded_by<'a>(reader: &ImportReader<'a>, node: NodeId) -> &'a str {
    let tree = reader.tree;
    let is_inside = |above: &NodeId| matches!(tree.kind_name(*above), "arguments" | "array" | "binary_expression");
    let call = tree.ancestors(node).find(|above| !is_inside(above));
    let function = call.and_then(|call| {
        reader
            .tree
            .child_by_field_name(call, "function")
            .or_else(|| reader.tree.child_by_field_name(call, "constructor"))
    });
    let name = function.map(|function| reader.analysis.words(function)).unwrap_or_default();
    let loads = matches!(name, "import" | "require" | "URL" | "require.context" | "require.resolve")
        || name.starts_with("import.meta.")
        || [".requireActual", ".importActual", ".mock", ".doMock"].iter().any(|method| name.ends_with(method));
    if loads { name } else { "" }
}

/// `import("./a").T` in a comment that declares types.
pub(super) fn comment(reader: &ImportReader<'_>, node: NodeId, out: &mut Facts) {
    for rest in reader.analysis.words(node).split("import(").skip(1) {
        let Some(quote @ ('"' | '\'')) = rest.chars().next() else { continue };
        let Some((specifier, behind)) = rest[1..].split_once(quote) else { continue };
        let name = behind.strip_prefix(").").unwrap_or_default();
        let end = name.find(|part: char| !part.is_alphanumeric() && !matches!(part, '_' | '$')).unwrap_or(name.len());
        let span = reader.tree.span(node);
        if end == 0 {
            out.say(span, ModuleFact::Mention(specifier.into()));
        } else {
            // What is said in a comment accuses nobody.
            let (specifier, name) = (specifier.into(), name[..end].into());
            out.say(span, ModuleFact::Name { specifier, name, how: ImportKind::Require });
        }
    }
}

/// What stands in quotes behind `from`, `import` and `require`.
pub(super) fn scan(text: &[u8], out: &mut Facts) {
    each_specifier(text, |span, specifier| out.say(span, ModuleFact::Mention(specifier.into())));
}

/// The same for whoever wants it in another form: the place with its quotes, what stands in them.
pub(super) fn each_specifier(text: &[u8], mut say: impl FnMut(Span, &str)) {
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
                say(Span::new(start, start + end as u32 + 2), specifier);
            }
        }
    }
}
/// Says which modules a text declares: `declare module "a"`.
pub(super) fn ambient(text: &str, out: &mut Facts) {
    for (at, found) in text.match_indices("declare module") {
        let rest = text[at + found.len()..].trim_start();
        let Some(mark) = rest.chars().next().filter(|mark| matches!(mark, '"' | '\'')) else { continue };
        if let Some(end) = rest[1..].find(mark) {
            out.say(Span::new(at as u32, (at + found.len()) as u32), ModuleFact::Ambient(rest[1..=end].into()));
        }
    }
}
