//! Statements that a suppression comment is about, in a form that needs no tree.

use std::collections::HashSet;

use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{NodeId, Tree};
use serde::{Deserialize, Serialize};

use crate::enclosing::{is_statement, node_at};

/// Code over several lines: what stands in it counts as standing in the line in which it begins, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    span: Span,
    line: u32,
    /// Its number among the others of the one around it, which comes before it.
    around: Option<u32>,
    is_statement: bool,
}

/// A statement around the node that is looked at.
struct OpenStatement {
    /// One past the last node in it.
    end: u32,
    /// The number of the innermost one that is kept, be it this one.
    kept: Option<u32>,
    is_about: bool,
}

/// How many elements around a place are asked, the innermost first.
const MOST_ELEMENTS: usize = 16;

/// The statements and elements of several lines that begin in lines that suppression comments are about, and the statements
/// directly inside them, where they end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretches(Vec<Stretch>);

impl Stretches {
    /// What of a tree matters to comments about these lines.
    pub(crate) fn of_tree(tree: &Tree, text: &[u8], lines: &LineIndex, about: &HashSet<u32>) -> Self {
        let mut all = Self::default();
        if about.is_empty() {
            return all;
        }
        let elements: HashSet<NodeId> = about.iter().filter_map(|line| element_on(tree, *line, text, lines)).collect();
        let mut open: Vec<OpenStatement> = Vec::new();
        for id in (0..tree.main_end()).map(NodeId) {
            while open.last().is_some_and(|open| open.end <= id.0) {
                open.pop();
            }
            let is_statement = is_statement(tree, id);
            if !is_statement && !elements.contains(&id) {
                continue;
            }
            let span = tree.span(id);
            let line = lines.line(span.start);
            let is_about = about.contains(&line) && lines.line(span.end) > line;
            let mut kept = open.last().and_then(|open| open.kept);
            if is_about || open.last().is_some_and(|open| open.is_about) {
                all.0.push(Stretch { span, line, around: kept, is_statement });
                kept = Some(all.0.len() as u32 - 1);
            }
            open.push(OpenStatement { end: tree.subtree_end(id), kept, is_about });
        }
        all
    }

    /// What holds a span, the innermost first.
    fn around(&self, span: Span) -> impl Iterator<Item = &Stretch> {
        let last = self.0.partition_point(|stretch| stretch.span.start <= span.start).checked_sub(1);
        let around =
            std::iter::successors(last.map(|last| &self.0[last]), |stretch| self.0.get(stretch.around? as usize));
        around.filter(move |stretch| stretch.span.contains(span))
    }

    /// The line in which the innermost statement begins that holds a span, as far as a comment is about that line.
    pub(crate) fn statement(&self, span: Span) -> Option<u32> {
        self.around(span).find(|stretch| stretch.is_statement).map(|stretch| stretch.line)
    }

    /// The elements inside of that statement that hold a span, and the lines in which they begin, the innermost first.
    pub(crate) fn elements(&self, span: Span) -> impl Iterator<Item = (Span, u32)> {
        let elements = self.around(span).take_while(|stretch| !stretch.is_statement).take(MOST_ELEMENTS);
        elements.map(|stretch| (stretch.span, stretch.line))
    }

    /// What they take of memory.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&*self.0)
    }
}

/// The first node on a line, where the line does not begin inside of one.
pub(crate) fn first_on_line(tree: &Tree, line: u32, text: &[u8], lines: &LineIndex) -> Option<NodeId> {
    let span = lines.span_of(text, line);
    let content = span.of(text);
    let start = span.start + (content.len() - content.trim_ascii_start().len()) as u32;
    let first = node_at(tree, Span::new(start, start + 1));
    (tree.span(first).start == start).then_some(first)
}

/// What begins on a line and goes on below it without being a statement: an element, a property, an argument.
fn element_on(tree: &Tree, line: u32, text: &[u8], lines: &LineIndex) -> Option<NodeId> {
    let first = first_on_line(tree, line, text, lines)?;
    let start = tree.span(first).start;
    let around = std::iter::once(first).chain(tree.ancestors(first));
    let element = around.take_while(|node| tree.span(*node).start == start && *node != tree.root()).last()?;
    (lines.line(tree.span(element).end) > line && !is_statement(tree, element)).then_some(element)
}

#[cfg(test)]
mod tests {
    use auditlint_source::FilePath;
    use auditlint_syntax::{Code, Language, Parser};
    use proptest::prelude::*;

    use super::*;
    use crate::directives::Directives;
    use crate::enclosing::Enclosing;

    /// Every node's span has the anchor that the tree gives it, as far as a directive may ask.
    #[track_caller]
    fn check(language: Language, code: &str) {
        let text = code.as_bytes();
        let (tree, lines) = (Parser::default().parse(language, text).unwrap(), LineIndex::new(text));
        let path = FilePath::new(&format!("a.{}", language.extensions()[0]));
        let directives = Directives::read(&tree, &Code::of(&path, text).unwrap(), &lines);
        let enclosing = Enclosing::new(&tree);
        let about: HashSet<u32> = directives.all.iter().filter_map(|directive| directive.line).collect();
        for span in (0..tree.main_end()).map(|id| tree.span(NodeId(id))).filter(|span| !span.is_empty()) {
            let (by_tree, without) =
                (directives.anchor_of_match(&enclosing, &lines, None, span), directives.anchor(&lines, span));
            let asked = |around: Vec<u32>| {
                let asked = around.into_iter().filter(|line| *line != by_tree.line && about.contains(line));
                asked.collect::<Vec<_>>()
            };
            let found = (without.line, asked(without.around));
            assert_eq!(found, (by_tree.line, asked(by_tree.around.clone())), "{span:?} of {code}");
        }
    }

    #[test]
    fn spans_without_a_tree_stand_where_the_tree_says() {
        let ignore = "// auditlint-ignore a: b\n";
        check(Language::TypeScript, &format!("{ignore}f({{\n  a: g(),\n  b() {{\n    return 1;\n  }},\n}});\nh();\n"));
        check(Language::TypeScript, &format!("{ignore}if (a) {{\n  {ignore}  f(\n1);\n  if (b) {{ c(\n2) }}\n}}\n"));
        check(
            Language::TypeScript,
            &format!(
                "f(\n{ignore}  g(\n    a,\n{ignore}    {{\n      b: () => {{\n        c();\n      }},\n    }},\n  ),\n);\n"
            ),
        );
        check(
            Language::Tsx,
            &format!(
                "const a = <p>\n  {{/* auditlint-ignore a: b */}}\n  <b\n    c={{d}}\n  >\n    {{e}}\n  </b>\n</p>;\n{ignore}f();\n"
            ),
        );
        check(Language::Tsx, "const a = <p>\n  {/* auditlint-ignore a: b */}\n  {f(\n  1)}\n</p>;\n");
        check(Language::Rust, &format!("{ignore}fn f() {{\n    let a = match b {{\n        C => g(),\n    }};\n}}\n"));
        let python = "# auditlint-ignore a: why\n";
        check(
            Language::Python,
            &format!(
                "{python}@a\ndef f(\n    b,\n):\n    {python}    g(\n        {python}        1,\n    )\n    h()\n"
            ),
        );
        check(
            Language::Python,
            &format!("{python}if a:\n{python}    f(\n1)\nelse:\n    g()\n{python}x = [\n  1,\n]\n"),
        );
        check(Language::Rust, &format!("fn f() {{\n{ignore}    g(\n        // {ignore}        h(),\n    );\n}}\n"));
    }

    proptest! {
        #[test]
        fn in_any_nesting(parts in proptest::collection::vec(0usize..8, 0..24)) {
            const PARTS: [&str; 8] = [
                "// auditlint-ignore a: b\n", "{\n", "}\n", "if (a) {\n", "f(\n", ");\n", "g();\n", "h(() => {\n",
            ];
            check(Language::TypeScript, &parts.into_iter().map(|part| PARTS[part]).collect::<String>());
        }
    }
}
