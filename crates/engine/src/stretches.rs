//! Statements that a suppression comment is about, in a form that needs no tree.

use std::collections::HashSet;

use auditlint_source::{LineIndex, Span};
use auditlint_syntax::{NodeId, Tree};
use serde::{Deserialize, Serialize};

use crate::enclosing::is_statement;

/// Code over several lines: what stands in it counts as standing in the line in which it begins, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stretch {
    span: Span,
    line: u32,
    /// Its number among the others of the one around it, which comes before it.
    around: Option<u32>,
}

/// A statement around the node that is looked at.
struct OpenStatement {
    /// One past the last node in it.
    end: u32,
    /// The number of the innermost one that is kept, be it this one.
    kept: Option<u32>,
    is_about: bool,
}

/// The statements that begin in lines that suppression comments are about, and those directly inside them, where they end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretches(Vec<Stretch>);

impl Stretches {
    /// The statements of a tree that matter to comments about these lines.
    pub(crate) fn of_statements(tree: &Tree, lines: &LineIndex, about: &HashSet<u32>) -> Self {
        let mut all = Self::default();
        if about.is_empty() {
            return all;
        }
        let mut open: Vec<OpenStatement> = Vec::new();
        for id in (0..tree.main_end()).map(NodeId) {
            while open.last().is_some_and(|open| open.end <= id.0) {
                open.pop();
            }
            if !is_statement(tree, id) {
                continue;
            }
            let span = tree.span(id);
            let line = lines.line(span.start);
            let is_about = about.contains(&line) && lines.line(span.end) > line;
            let mut kept = open.last().and_then(|open| open.kept);
            if is_about || open.last().is_some_and(|open| open.is_about) {
                all.0.push(Stretch { span, line, around: kept });
                kept = Some(all.0.len() as u32 - 1);
            }
            open.push(OpenStatement { end: tree.subtree_end(id), kept, is_about });
        }
        all
    }

    /// The line in which the innermost statement begins that holds a span, as far as a comment is about that line.
    pub(crate) fn around(&self, span: Span) -> Option<u32> {
        let last = self.0.partition_point(|stretch| stretch.span.start <= span.start).checked_sub(1)?;
        let mut around = std::iter::successors(self.0.get(last), |stretch| self.0.get(stretch.around? as usize));
        around.find(|stretch| stretch.span.contains(span)).map(|stretch| stretch.line)
    }

    /// What they take of memory.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&*self.0)
    }
}

#[cfg(test)]
mod tests {
    use auditlint_syntax::{Language, Parser};
    use proptest::prelude::*;

    use super::*;
    use crate::directives::Directives;
    use crate::enclosing::Enclosing;

    /// Every node's span has the anchor that the tree gives it, as far as a directive may ask.
    #[track_caller]
    fn check(language: Language, code: &str) {
        let text = code.as_bytes();
        let (tree, lines) = (Parser::default().parse(language, text).unwrap(), LineIndex::new(text));
        let directives = Directives::read(&tree, text, &lines);
        let enclosing = Enclosing::new(&tree);
        let about: HashSet<u32> = directives.all.iter().filter_map(|directive| directive.line).collect();
        for span in (0..tree.main_end()).map(|id| tree.span(NodeId(id))).filter(|span| !span.is_empty()) {
            let (by_tree, without) =
                (directives.anchor_of_match(&enclosing, &lines, None, span), directives.anchor(&lines, span));
            let asked = |around: Option<u32>| around.filter(|line| *line != by_tree.line && about.contains(line));
            let found = (without.line, asked(without.around));
            assert_eq!(found, (by_tree.line, asked(by_tree.around)), "{span:?} of {code}");
        }
    }

    #[test]
    fn spans_without_a_tree_stand_where_the_tree_says() {
        let ignore = "// auditlint-ignore a: b\n";
        check(Language::TypeScript, &format!("{ignore}f({{\n  a: g(),\n  b() {{\n    return 1;\n  }},\n}});\nh();\n"));
        check(Language::TypeScript, &format!("{ignore}if (a) {{\n  {ignore}  f(\n1);\n  if (b) {{ c(\n2) }}\n}}\n"));
        check(Language::Tsx, "const a = <p>\n  {/* auditlint-ignore a: b */}\n  {f(\n  1)}\n</p>;\n");
        check(Language::Rust, &format!("{ignore}fn f() {{\n    let a = match b {{\n        C => g(),\n    }};\n}}\n"));
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
