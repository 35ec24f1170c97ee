//! Source text: lines, skims, trees, islands, names.

use auditlint_names::Names;
use auditlint_source::{FilePath, LineIndex};
use auditlint_syntax::{Code, Language, NodeId, Page, Parser, Skim, Tree, comment_body};

use super::{consistency, hold};

/// Every byte has a line, and lines tile the text.
pub(super) fn line_index(data: &[u8]) {
    let lines = LineIndex::new(data);
    let mut end = LineIndex::start_of_text(data) as u32;
    for line in 1..=lines.lines() {
        let span = lines.span_of(data, line);
        hold::within(span, data);
        assert!(span.start >= end && data[end as usize..span.start as usize].iter().all(|byte| b"\r\n".contains(byte)));
        assert!(!span.of(data).iter().any(|byte| b"\r\n".contains(byte)));
        assert_eq!((lines.start_of(line), lines.line(span.start)), (span.start, line));
        end = span.end;
    }
    assert_eq!(end as usize, data.len());
    let mut before = lines.position(data, 0);
    for byte in 1..=data.len().min(512) as u32 + 1 {
        let here = lines.position(data, byte);
        assert!((here.line, here.column) >= (before.line, before.column) && here.line <= lines.lines());
        assert!(here.utf16_column <= here.column, "{here:?}");
        before = here;
    }
}

/// The language that the first byte picks, and the text behind it.
fn ecmascript(data: &[u8]) -> (Language, &[u8]) {
    let language = match data.first() {
        Some(b'\x01') => Language::JavaScript,
        Some(b'\x02') => Language::Tsx,
        _ => return (Language::TypeScript, data),
    };
    (language, &data[1..])
}

fn tree(language: Language, text: &[u8]) -> Option<Tree> {
    Parser::default().parse(language, text).ok()
}

/// A skim never takes for a comment what the parser, sure of the whole text, takes for code.
fn skim(language: Language, text: &[u8]) {
    let skim = Skim::of(language, text);
    assert!(skim.known() as usize <= text.len());
    for byte in 0..=text.len() as u32 {
        let known = byte < skim.known();
        assert!(known || (!skim.in_comment(byte)), "a comment where nothing is known");
    }
    let again = Skim::of(language, text);
    assert_eq!((skim.known(), skim.may_hold_escape(text)), (again.known(), again.may_hold_escape(text)));
    let Some(tree) = tree(language, text).filter(|tree| tree.not_understood().is_empty()) else { return };
    for comment in tree.comments() {
        let start = tree.span(*comment).start;
        assert!(start >= skim.known() || skim.in_comment(start), "a comment at {start} is missed");
    }
    for id in tree.subtree(tree.root()).filter(|id| tree.first_child(*id).is_none()) {
        let before = tree.comments().partition_point(|comment| *comment <= id);
        let comment = before > 0 && tree.is_within(id, tree.comments()[before - 1]);
        if tree.span(id).is_empty() || comment || matches!(tree.kind_name(id), "hash_bang_line" | "shebang") {
            continue;
        }
        assert!(!skim.in_comment(tree.span(id).start), "{} at {:?}", tree.kind_name(id), tree.span(id));
    }
}

/// The skim of TypeScript, TSX and JavaScript.
pub(super) fn skim_ecmascript(data: &[u8]) {
    let (language, text) = ecmascript(data);
    skim(language, text);
}

/// The skim of Rust.
pub(super) fn skim_rust(data: &[u8]) {
    skim(Language::Rust, data);
}

/// The flat tree of TypeScript, TSX and JavaScript.
pub(super) fn tree_ecmascript(data: &[u8]) {
    let (language, text) = ecmascript(data);
    let Some(tree) = tree(language, text) else { return };
    consistency::check(&tree, text);
    for comment in tree.comments() {
        let _ = comment_body(tree.span(*comment), text);
    }
}

/// The scripts of pages: of what is not a script nothing is left but the ends of lines, and nothing moves.
pub(super) fn pages(data: &[u8]) {
    let (kind, text) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
    let page = Page::ALL[usize::from(kind) % Page::ALL.len()];
    let path = FilePath::new(&format!("a.{}", page.extensions()[0]));
    let Some(code) = Code::of(&path, text) else { return };
    assert_eq!((code.text().len(), code.file()), (text.len(), text));
    for (byte, written) in code.text().iter().zip(text) {
        assert!(byte == written || (matches!(byte, b' ' | b';') && !matches!(written, b'\n' | b'\r')));
    }
    for region in code.not_understood() {
        hold::within(*region, text);
    }
    if let Some(tree) = tree(code.language(), code.text()) {
        consistency::check(&tree, code.text());
    }
}

/// The arguments of macros: every island stands in its host, and asking again changes nothing.
pub(super) fn islands(data: &[u8]) {
    let Some(mut tree) = tree(Language::Rust, data) else { return };
    let mut parser = Parser::default();
    parser.parse_islands(&mut tree, data, &mut |_| true);
    consistency::check(&tree, data);
    let before = (tree.len(), tree.islands().len());
    parser.parse_islands(&mut tree, data, &mut |_| true);
    assert_eq!((tree.len(), tree.islands().len()), before);
}

/// Names are bound in a number of steps that grows with the nodes, and what they refer to lies in the tree.
fn names(language: Language, text: &[u8]) {
    let Some(mut tree) = tree(language, text) else { return };
    Parser::default().parse_islands(&mut tree, text, &mut |_| true);
    let names = Names::of(&tree, text);
    for (id, binding) in names.bindings() {
        assert!(binding.node.0 < tree.len());
        names.references(id).for_each(|reference| assert!(reference.node.0 < tree.len()));
    }
    for node in (0..tree.len()).map(NodeId) {
        let first = names.target(&tree, text, node);
        assert_eq!(names.target(&tree, text, node), first);
        assert!(names.reference_at(node).is_none_or(|reference| reference.node.0 < tree.len()));
        names.origins(&tree, text, node).iter().for_each(|origin| assert!(origin.0 < tree.len()));
    }
    let most = 10_000 + 200 * u64::from(tree.len());
    assert!(names.steps() <= most, "{} steps for {} nodes", names.steps(), tree.len());
}

/// Names of TypeScript, TSX and JavaScript.
pub(super) fn names_ecmascript(data: &[u8]) {
    let (language, text) = ecmascript(data);
    names(language, text);
}

/// Names of Rust.
pub(super) fn names_rust(data: &[u8]) {
    names(Language::Rust, data);
}
