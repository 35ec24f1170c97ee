//! Prints which occurrences of a name in Python are the same, to be compared with another program that knows (`tests/oracle`).
//!
//!     occurrences FOLDER < files
//!
//! `files` are paths below `FOLDER`, one a line. Prints one line a file (`file`, path, how many bytes were not understood), and below it
//! one for each identifier that is looked up or bound: its first byte, and the number of its binding, or `free` or `hidden`.

use std::io::{BufRead, BufWriter, Write};
use std::path::PathBuf;

use auditlint_names::Names;
use auditlint_syntax::{Language, NodeId, Parser};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_default());
    let mut parser = Parser::default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let text = std::fs::read(folder.join(&path))?;
        let Ok(tree) = parser.parse(Language::Python, &text) else {
            writeln!(out, "file\t{path}\t{}", text.len())?;
            continue;
        };
        let unclear: u32 = tree.not_understood().iter().map(|span| (span.end - span.start).max(1)).sum();
        writeln!(out, "file\t{path}\t{unclear}")?;
        let names = Names::of(&tree, &text);
        for node in (0..tree.len()).map(NodeId).filter(|node| tree.kind_name(*node) == "identifier") {
            let start = tree.span(node).start;
            if let Some(id) = names.binding_of(node) {
                writeln!(out, "{start}\t{}", id.0)?;
            } else if names.reference_at(node).is_some() {
                writeln!(out, "{start}\t{}", if names.is_hidden(node) { "hidden" } else { "free" })?;
            }
        }
    }
    out.flush()
}
