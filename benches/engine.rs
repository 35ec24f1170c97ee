//! What a run costs above the bare parse of the same sources, on one thread: the flat tree, and 1, 12, 100 and 500 rules
//! that make every file be parsed, binding names, and the pack `recommended`. After the usual figures one table gives the ratios, measured in
//! turn in one go, so that a machine that is busy for a while slows all of them alike.

#[path = "../crates/cli/src/allocator.rs"]
mod allocator;
mod corpus;
mod ratios;

use std::hint::black_box;

use auditlint_names::Names;
use auditlint_rules::{Role, RuleSet, SourceInfo, Worker};
use auditlint_syntax::{Language, Parser};
use corpus::Source;
use ratios::Run;

fn main() {
    allocator::use_for_trees();
    let sources = corpus::sources(20);
    let mut floor = Floor::default();
    let (mut parser, mut binding_parser) = (Parser::default(), Parser::default());
    let mut runs: Vec<(String, Run<'_>)> = vec![
        ("parse".into(), Box::new(|| sources.iter().for_each(|source| floor.parse(source)))),
        ("flat tree".into(), Box::new(|| sources.iter().for_each(|source| flatten(&mut parser, source)))),
        (
            "flat tree and names".into(),
            Box::new(|| sources.iter().for_each(|source| bind(&mut binding_parser, source))),
        ),
    ];
    for count in [1, 12, 100, 500] {
        runs.push((format!("{count} rules"), run_of(corpus::rules(count), &sources)));
    }
    let recommended = RuleSet::new(auditlint_packs::rules(&["recommended"])).0;
    runs.push(("recommended".into(), run_of(recommended, &sources)));

    let bytes = sources.iter().map(|source| source.text.len() as u64).sum();
    ratios::measure("engine", bytes, &mut runs);
}

/// The bare parsers.
struct Floor([tree_sitter::Parser; Language::ALL.len()]);

impl Default for Floor {
    fn default() -> Self {
        Self(Language::ALL.map(|language| {
            let mut parser = tree_sitter::Parser::new();
            parser.set_language(language.grammar()).expect("the grammars fit this tree-sitter");
            parser
        }))
    }
}

impl Floor {
    fn parse(&mut self, source: &Source) {
        black_box(self.0[source.language.index()].parse(&source.text, None));
    }
}

fn flatten(parser: &mut Parser, source: &Source) {
    black_box(parser.parse(source.language, source.text.as_bytes()).expect("the sources are small"));
}

fn bind(parser: &mut Parser, source: &Source) {
    let text = source.text.as_bytes();
    let tree = parser.parse(source.language, text).expect("the sources are small");
    black_box(Names::of(&tree, text));
}

/// Selecting, parsing and matching every source with the rules of a set.
fn run_of(set: RuleSet, sources: &[Source]) -> Run<'_> {
    let (mut parser, mut worker, mut found) = (Parser::default(), Worker::default(), Vec::new());
    Box::new(move || {
        for source in sources {
            let info = SourceInfo { path: &source.path, language: source.language, role: Role::Source };
            let analysis = set.analyse(info, source.text.as_bytes(), &mut parser, &mut worker, &mut found);
            black_box(analysis.expect("the sources are small"));
            black_box(&mut found).clear();
        }
    })
}
