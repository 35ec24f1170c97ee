//! The floor that speed is measured against: reads every source below the given paths and parses it with tree-sitter, and
//! nothing else. `parse_floor THREADS PATH…` prints how many files and bytes it parsed.

#[path = "../crates/cli/src/allocator.rs"]
mod allocator;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use auditlint_source::FilePath;
use auditlint_syntax::Language;
use rayon::prelude::*;

fn main() -> anyhow::Result<()> {
    allocator::use_for_trees();
    let mut arguments = std::env::args_os().skip(1);
    let threads = arguments.next().and_then(|threads| threads.to_str()?.parse().ok()).context("THREADS is a number")?;
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    let sources = sources(arguments.map(PathBuf::from).collect())?;
    let bytes = sources
        .par_iter()
        .map_init(tree_sitter::Parser::new, |parser, (path, language)| -> anyhow::Result<usize> {
            let text = fs::read(path)?;
            parser.set_language(language.grammar())?;
            parser.parse(&text, None).context("no tree")?;
            Ok(text.len())
        })
        .sum::<anyhow::Result<usize>>()?;
    writeln!(std::io::stdout(), "{} files, {bytes} bytes", sources.len())?;
    Ok(())
}

/// Every source below the paths, with its language.
fn sources(mut paths: Vec<PathBuf>) -> anyhow::Result<Vec<(PathBuf, Language)>> {
    let mut found = Vec::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                paths.push(entry?.path());
            }
        } else if let Some(language) = path.to_str().and_then(|path| Language::of_path(&FilePath::new(path))) {
            found.push((path, language));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}
