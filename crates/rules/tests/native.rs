//! A rule written in Rust: what the derive macro makes of it, and how it runs.

use auditlint_macros::Rule;
use auditlint_matcher::{Analysis, SharedUtils};
use auditlint_providers::{facts_of, providers};
use auditlint_rules::{
    CompiledRule, Counters, Examples, NativeMatch, NativeRule, Role, Rule, RuleMeta, RuleOptions, RuleSet, Severity,
    SourceInfo, Worker, run_examples,
};
use auditlint_source::document::{DocumentErrors, parse_yaml};
use auditlint_source::{FilePath, ModuleKind};
use auditlint_syntax::{Language, NodeId, Parser};

/// A `static mut` is shared between threads
/// without a lock.
///
/// Not part of the message.
///
/// ## Why
///
/// Two threads that write it at the same time are undefined behaviour.
///
/// ## Instead
///
/// Use an atomic or a lock.
///
/// ## Bad
///
/// ```rust
/// «static mut COUNT: u32 = 0;»
/// ```
///
/// ~~~rust src/count.rs
/// fn next() {
///     «static mut COUNT: u32 = 0;»
/// }
/// ~~~
///
/// ## Good
///
/// ```rust
/// static COUNT: AtomicU32 = AtomicU32::new(0);
/// ```
#[derive(Rule)]
#[rule(id = "static-mut", languages(Rust), severity = "error", roles(source, script), tasks("A1"), since = "0.1.0")]
struct StaticMut;

impl NativeRule for StaticMut {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["static"], &["mut"]]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["static_item"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let tree = analysis.tree();
        if tree.children(node).any(|child| tree.kind_name(child) == "mutable_specifier") {
            emit(NativeMatch::of(analysis, node));
        }
    }
}

#[test]
fn carries_what_the_doc_comment_says() {
    let meta = StaticMut.meta();
    assert_eq!(meta.message, "A `static mut` is shared between threads without a lock");
    assert_eq!(meta.why, "Two threads that write it at the same time are undefined behaviour.");
    assert_eq!(meta.instead, Some("Use an atomic or a lock."));
    assert_eq!((meta.severity, meta.tasks, meta.note), (Severity::Error, ["A1"].as_slice(), None));
    assert_eq!(meta.bad[1].path, "src/count.rs");
    assert!(meta.file.ends_with("native.rs"));
}

#[test]
fn runs_like_any_other_rule() {
    let rule = CompiledRule::new(Rule::native(&StaticMut, Some("strict-rust")), &SharedUtils::default()).unwrap();
    assert_eq!(run_examples(&rule, &|sources| facts_of(sources, providers())), []);
}

#[test]
fn a_file_without_its_literals_is_not_parsed() {
    let (set, _) = RuleSet::compile(vec![Rule::native(&StaticMut, None)], &SharedUtils::default());
    let path = FilePath::new("a.rs");
    let source = SourceInfo { path: &path, language: Language::Rust, role: Role::Source };
    let mut parser = Parser::default();
    for (code, parsed, attempts) in [
        ("fn f() {}", 0, 0),
        ("static A: u8 = 0;", 0, 0),
        ("static A: u8 = 0; fn f(a: &mut u8) {}", 1, 1),
        ("// auditlint-ignore static-mut: x", 1, 0),
    ] {
        let mut worker = Worker::default();
        set.analyse(source, code.as_bytes(), &mut parser, &mut worker, &mut Vec::new()).unwrap();
        let Counters { files, files_parsed, rule_attempts, .. } = worker.counters;
        assert_eq!((files, files_parsed, rule_attempts), (1, parsed, attempts), "{code}");
    }
}

/// A `static` of a server is shared by all requests.
///
/// ## Why
///
/// What one request leaves there the next one sees.
///
/// ## Bad
///
/// ```rust
/// «static LEFT: u8 = 0;»
/// ```
///
/// ## Good
///
/// ```rust
/// const LEFT: u8 = 0;
/// ```
#[derive(Rule)]
#[rule(id = "server-static", languages(Rust), severity = "error", roles(source), since = "0.1.0")]
struct ServerStatic;

impl NativeRule for ServerStatic {
    fn kinds(&self) -> &'static [&'static str] {
        &["static_item"]
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let is_left = analysis.tree().text(node, analysis.text()).starts_with(b"static LEFT");
        let kinds: &'static [ModuleKind] = if is_left { &[] } else { &[ModuleKind::Server] };
        emit(NativeMatch { kinds, ..NativeMatch::of(analysis, node) });
    }
}

#[test]
fn an_example_says_what_kind_of_code_a_place_must_be() {
    let text = "bad: ['use axum::Router; «static SHARED: u8 = 0;»', '«static LEFT: u8 = 0;»']\n\
                good: ['static SHARED: u8 = 0;', 'use axum::Router;']\n";
    let errors = DocumentErrors::default();
    let mut rule = Rule::native(&ServerStatic, None);
    rule.examples = Examples::read(&parse_yaml(text).unwrap()[0], &errors);
    assert_eq!(errors.into_inner(), []);
    let rule = CompiledRule::new(rule, &SharedUtils::default()).unwrap();
    assert_eq!(run_examples(&rule, &|sources| facts_of(sources, providers())), []);
}
