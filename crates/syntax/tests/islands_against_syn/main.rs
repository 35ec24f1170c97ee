//! What islands find in the arguments of macros, against what `syn` finds when it parses the same arguments as
//! expressions, match arms or statements.
//!
//! The sources are crates that this workspace builds with, where cargo has put them. Set `ISLAND_SOURCES` to folders
//! (separated like `PATH`) to measure those instead; then nothing is asserted but the table is printed
//! (`--nocapture`).

mod by_syn;
mod by_tree;
mod patterns;
mod sources;

use std::collections::BTreeMap;

use auditlint_source::Span;

use patterns::Pattern;

/// The spans at which a pattern was found in the islands of one source.
type Found = BTreeMap<Pattern, std::collections::BTreeSet<Span>>;

/// Of what `syn` finds, islands must find this part, overall and for each pattern.
const RECALL: f64 = 0.99;

#[derive(Default)]
struct Count {
    syn: usize,
    both: usize,
}

#[test]
fn islands_find_what_syn_finds() {
    let given = std::env::var_os("ISLAND_SOURCES");
    let folders = match &given {
        Some(folders) => std::env::split_paths(folders).collect(),
        None => sources::vendored(),
    };
    let mut counts: BTreeMap<Pattern, Count> = BTreeMap::new();
    let (mut files, mut unwraps_by_tokens, mut unwraps) = (0, 0, 0);
    let mut parser = auditlint_syntax::Parser::default();
    for path in sources::rust_files(&folders) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let Some(by_syn) = by_syn::find(&text) else { continue };
        let by_tree = by_tree::find(&mut parser, text.as_bytes());
        files += 1;
        for (pattern, spans) in &by_syn.found {
            let count = counts.entry(*pattern).or_default();
            let here = by_tree.found.get(pattern);
            count.syn += spans.len();
            count.both += spans.iter().filter(|span| here.is_some_and(|here| here.contains(span))).count();
            if std::env::var_os("ISLAND_MISSES").is_some() {
                for span in spans.iter().filter(|span| here.is_none_or(|here| !here.contains(span))) {
                    let shown = String::from_utf8_lossy(span.of(text.as_bytes())).replace('\n', " ");
                    println!(
                        "{pattern:?} {}:{} {}",
                        path.display(),
                        span.start,
                        shown.chars().take(90).collect::<String>()
                    );
                }
            }
        }
        unwraps_by_tokens += by_syn.unwrap_tokens;
        unwraps += by_tree.unwraps;
    }
    let mut total = Count::default();
    println!("{files} files");
    for (pattern, count) in &counts {
        println!("| {} | {} | {} | {:.2} % |", pattern.name(), count.syn, count.both, percent(count.both, count.syn));
        total.syn += count.syn;
        total.both += count.both;
    }
    println!("| all | {} | {} | {:.2} % |", total.syn, total.both, percent(total.both, total.syn));
    println!("`.unwrap()`: {unwraps_by_tokens} by tokens, {unwraps} in main runs and islands");
    if given.is_some() {
        return;
    }
    assert!(counts.len() >= 20, "only {} patterns occur", counts.len());
    assert!(total.both as f64 >= RECALL * total.syn as f64);
    for (pattern, count) in &counts {
        assert!(count.both as f64 >= RECALL * count.syn as f64, "{}", pattern.name());
    }
    assert!(unwraps as f64 >= RECALL * f64::from(unwraps_by_tokens));
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}
