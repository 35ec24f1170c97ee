//! Code with marks, and what is marked.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail where a test would")]

use auditlint_names::{BindingId, Names, Target};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId, Parser, Tree};

/// The targets of what is marked with `«»`, in the order of the file: a path, `local`, `opaque` or `nothing`.
pub(crate) fn targets(language: Language, marked: &str) -> Vec<String> {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut open = Vec::new();
    for c in marked.chars() {
        match c {
            '«' => open.push(text.len() as u32),
            '»' => spans.push(Span::new(open.pop().unwrap(), text.len() as u32)),
            c => text.push(c),
        }
    }
    spans.sort();
    let mut parser = Parser::default();
    let mut tree = parser.parse(language, text.as_bytes()).unwrap();
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    let names = Names::of(&tree, text.as_bytes());
    spans.into_iter().map(|span| show(&names, &tree, &text, span)).collect()
}

/// The target of the outermost node with a span that names something.
fn show(names: &Names, tree: &Tree, text: &str, span: Span) -> String {
    let nodes: Vec<NodeId> = (0..tree.len()).map(NodeId).filter(|node| tree.span(*node) == span).collect();
    assert!(!nodes.is_empty(), "no node is {:?}", &text[span.start as usize..span.end as usize]);
    let found: Vec<Target> = nodes.iter().map(|node| names.target(tree, text.as_bytes(), *node)).collect();
    let target = found.iter().find(|target| **target != Target::Nothing).unwrap_or(&Target::Nothing);
    match target {
        Target::Local(_) => "local".to_owned(),
        Target::Opaque => "opaque".to_owned(),
        Target::Nothing => "nothing".to_owned(),
        path => path.path(text.as_bytes(), tree.language().descriptor().separator).unwrap().to_string(),
    }
}

/// The names of bindings that nothing mentions and that are not exported.
pub(crate) fn unused(language: Language, text: &str) -> Vec<String> {
    bindings(language, text, |names, _, id| !names.binding(id).exported && names.references(id).len() == 0)
}

/// The names of bindings whose values can be reached from elsewhere.
pub(crate) fn escaping(language: Language, text: &str) -> Vec<String> {
    bindings(language, text, Names::escapes)
}

fn bindings(language: Language, text: &str, holds: fn(&Names, &Tree, BindingId) -> bool) -> Vec<String> {
    let mut parser = Parser::default();
    let mut tree = parser.parse(language, text.as_bytes()).unwrap();
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    let names = Names::of(&tree, text.as_bytes());
    let found = names.bindings().filter(|(id, _)| holds(&names, &tree, *id));
    found.map(|(_, binding)| String::from_utf8_lossy(tree.text(binding.node, text.as_bytes())).into_owned()).collect()
}
