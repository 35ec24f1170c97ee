//! Rules and code with the expected matches marked in it.

use std::cell::RefCell;

use auditlint_matcher::{Analysis, MatcherDocument, Memory, Program, ProgramEntry, Scratch, SharedUtils};
use auditlint_source::Span;
use auditlint_source::document::{DocumentError, Table, parse_yaml};
use auditlint_syntax::{Language, NodeId, Parser, Tree};

/// Reads and compiles the matcher keys of a YAML document; every mistake comes back as text.
pub(crate) fn compile_with(
    language: Language,
    rule: &str,
    shared: &SharedUtils,
) -> Result<Program, Vec<DocumentError>> {
    let document = read(rule)?;
    Program::compile(&document, language, shared)
}

/// Reads a shared util, which may have arguments.
pub(crate) fn read_util(util: &str) -> Result<MatcherDocument, Vec<DocumentError>> {
    let errors = Default::default();
    let document = parse_yaml(util).map_err(|error| vec![error])?.remove(0);
    let mut table = Table::new(&document, &errors);
    let read = MatcherDocument::read_util(&mut table);
    table.finish();
    read.ok_or_else(|| errors.into_inner())
}

/// Reads the matcher keys of a YAML document.
pub(crate) fn read(rule: &str) -> Result<MatcherDocument, Vec<DocumentError>> {
    let node = parse_yaml(rule).map_err(|error| vec![error])?.remove(0);
    let errors = RefCell::new(Vec::new());
    let mut table = Table::new(&node, &errors);
    let document = MatcherDocument::read(&mut table);
    table.finish();
    let errors = errors.into_inner();
    if errors.is_empty() { Ok(document.expect("a document without errors")) } else { Err(errors) }
}

/// Takes `«»` out of code and gives the places that they mark, sorted.
pub(crate) fn marked(code: &str) -> (String, Vec<Span>) {
    let (mut text, mut open, mut spans) = (String::new(), Vec::new(), Vec::new());
    for c in code.chars() {
        match c {
            '«' => open.push(text.len() as u32),
            '»' => spans.push(Span::new(open.pop().expect("a mark that opens"), text.len() as u32)),
            c => text.push(c),
        }
    }
    assert!(open.is_empty(), "a mark is not closed in {code}");
    spans.sort();
    (text, spans)
}

/// The tree of a piece of code, all islands parsed.
pub(crate) fn parse(language: Language, text: &str) -> Tree {
    let mut parser = Parser::default();
    let mut tree = parser.parse(language, text.as_bytes()).expect("a parse within its limits");
    parser.parse_islands(&mut tree, text.as_bytes(), &mut |_| true);
    tree
}

/// Where a program matches: sorted, each place once. Every node is tried; that kinds, keys and literals admit each
/// match, and that the program survives being stored, is asserted on the way.
pub(crate) fn matches(program: &Program, text: &str) -> Vec<Span> {
    let stored = postcard::to_stdvec(program).expect("a program can be stored");
    let restored: Program = postcard::from_bytes(&stored).expect("a stored program can be read");
    let analysis = Analysis::new(parse(program.language(), text), text.as_bytes());
    let (mut scratch, mut memory) = (Scratch::default(), Memory::eager());
    let mut spans = Vec::new();
    for index in 0..analysis.tree().len() {
        let node = NodeId(index);
        let found = program.match_at(&analysis, node, &mut scratch).map(|found| found.span);
        assert_eq!(restored.match_at(&analysis, node, &mut scratch).map(|found| found.span), found);
        let next = program.match_next(&analysis, node, &mut scratch, &mut memory).map(|found| found.span);
        assert_eq!(next, found, "with what was found out at other nodes, at {node:?} of {text}");
        let Some(span) = found else { continue };
        spans.push(span);
        let kind = analysis.tree().kind(node);
        if let Some(kinds) = program.kinds() {
            assert!(kinds.contains(&kind));
            let fits = |entry: &ProgramEntry| {
                let key = entry.key.as_ref();
                let holds = key.is_none_or(|key| {
                    key.path.text_at(analysis.tree(), analysis.text(), node) == Some(key.text.as_bytes())
                });
                entry.kind == kind && holds
            };
            assert!(program.entries().iter().any(fits), "no entry fits: {:?}", program.entries());
        }
        for clause in program.literals().clauses() {
            assert!(
                clause.iter().any(|literal| literal.stands_in(text.as_bytes())),
                "no literal of {clause:?} in {text}"
            );
        }
    }
    spans.sort();
    spans.dedup();
    spans
}

/// Checks that a rule matches exactly the places that are marked in the code.
#[track_caller]
pub(crate) fn check(language: Language, rule: &str, code: &str) {
    check_with(language, rule, code, &SharedUtils::default());
}

/// The same, with shared utils.
#[track_caller]
pub(crate) fn check_with(language: Language, rule: &str, code: &str, shared: &SharedUtils) {
    let (text, expected) = marked(code);
    let program = compile_with(language, rule, shared).unwrap_or_else(|errors| panic!("{rule}: {errors:#?}"));
    let show = |spans: &[Span]| -> Vec<String> {
        spans
            .iter()
            .map(|span| format!("{}..{} {}", span.start, span.end, &text[span.start as usize..span.end as usize]))
            .collect()
    };
    assert_eq!(show(&matches(&program, &text)), show(&expected), "\nrule:\n{rule}\ncode:\n{code}");
}

/// Checks that a rule is refused with exactly one error that stands at `place` and says `message`.
#[track_caller]
pub(crate) fn check_error(language: Language, rule: &str, place: &str, message: &str) {
    let errors = match compile_with(language, rule, &SharedUtils::default()) {
        Ok(_) => panic!("compiles: {rule}"),
        Err(errors) => errors,
    };
    let said: Vec<String> = errors
        .iter()
        .map(|error| {
            let at = String::from_utf8_lossy(error.span.of(rule.as_bytes()));
            format!("at `{at}`: {} | {}", error.message, error.help.as_deref().unwrap_or_default())
        })
        .collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].starts_with(&format!("at `{place}`")), "expected at `{place}`: {}", said[0]);
    assert!(said[0].contains(message), "expected {message:?} in: {}", said[0]);
}
