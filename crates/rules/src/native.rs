//! Rules written in Rust, for what no matcher language should say.
//!
//! A rule is a unit struct with `#[derive(Rule)]` of `auditlint-macros`, which gives it [`RuleMeta`] from its attributes and
//! its doc comment, and an implementation of [`NativeRule`]:
//!
//! ```ignore
//! /// `static mut` is shared between threads without a lock.
//! ///
//! /// ## Why
//! ///
//! /// Two threads that write it at the same time are undefined behaviour.
//! ///
//! /// ## Bad
//! ///
//! /// ```rust
//! /// «static mut COUNT: u32 = 0;»
//! /// ```
//! ///
//! /// ## Good
//! ///
//! /// ```rust
//! /// static COUNT: AtomicU32 = AtomicU32::new(0);
//! /// ```
//! #[derive(Rule)]
//! #[rule(id = "static-mut", languages(Rust), severity = "error", since = "0.1.0")]
//! struct StaticMut;
//! ```

use auditlint_facts::Facts;
use auditlint_matcher::{Analysis, Edit, Label, SharedUtils};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, NodeId, Skim};

use crate::{CompiledRule, Example, Examples, Role, RoleSet, Rule, RuleBody, RuleId, Severity, TaskLink, run_examples};

/// What a rule written in Rust says about itself; `#[derive(Rule)]` writes it.
#[derive(Clone, Copy, Debug)]
pub struct NativeMeta {
    /// Its id.
    pub id: &'static str,
    /// The languages that it looks at.
    pub languages: &'static [Language],
    /// How serious its findings are.
    pub severity: Severity,
    /// The roles of the files that it looks at.
    pub roles: &'static [Role],
    /// The tasks that it belongs to.
    pub tasks: &'static [&'static str],
    /// The release since which it ships.
    pub since: &'static str,
    /// What is wrong: the first paragraph of the doc comment.
    pub message: &'static str,
    /// Why it is there: the section `## Why`.
    pub why: &'static str,
    /// What to write instead: the section `## Instead`.
    pub instead: Option<&'static str>,
    /// A longer remark: the section `## Note`.
    pub note: Option<&'static str>,
    /// Where to read more.
    pub url: Option<&'static str>,
    /// The code blocks of the section `## Bad`.
    pub bad: &'static [NativeExample],
    /// The code blocks of the section `## Good`.
    pub good: &'static [NativeExample],
    /// The file that it is written in.
    pub file: &'static str,
    /// The 1-based line of its declaration there.
    pub line: u32,
}

/// One code block of a doc comment.
#[derive(Clone, Copy, Debug)]
pub struct NativeExample {
    /// The code, with marks as in [`crate::Example`].
    pub code: &'static str,
    /// The language after the fence; empty where it names none.
    pub language: &'static str,
    /// The path after the language (`ts src/a.ts`); empty where there is none.
    pub path: &'static str,
}

/// Gives a rule its [`NativeMeta`].
pub trait RuleMeta {
    /// What the rule says about itself.
    fn meta(&self) -> &'static NativeMeta;
}

/// A rule written in Rust.
pub trait NativeRule: RuleMeta + Sync {
    /// An AND of ORs of texts: of every group at least one must stand in a file in which the rule can find something, and
    /// not in a comment. Without a group every file is parsed.
    fn literals(&self) -> &'static [&'static [&'static str]] {
        &[]
    }

    /// Whether the rule can find something in a text that holds its literals. Asked before the text is parsed, where that
    /// could spare the parse.
    fn may_match(&self, _language: Language, _text: &[u8], _skim: &Skim) -> bool {
        true
    }

    /// Names of the kinds of nodes that [`NativeRule::check`] is called with; without any it is called once, with the root,
    /// and no island is parsed for it.
    /// A name that a language does not have is passed over there.
    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Looks at one node and hands on the places that it finds.
    fn check(&self, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch));
}

/// A place that a rule written in Rust has found.
#[derive(Clone, Debug)]
pub struct NativeMatch {
    /// The node to report; fingerprints come from it.
    pub node: NodeId,
    /// The bytes to report.
    pub span: Span,
    /// What is wrong here; the rule's message where absent.
    pub message: Option<String>,
    /// How to put it right; empty where it does not know.
    pub edits: Vec<Edit>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
}

impl NativeMatch {
    /// A whole node, with the message of the rule.
    #[must_use]
    pub fn of(analysis: &Analysis<'_>, node: NodeId) -> Self {
        let span = analysis.tree().span(node);
        Self { node, span, message: None, edits: Vec::new(), labels: Vec::new() }
    }
}

impl Rule {
    /// A rule written in Rust as a rule like any other.
    #[must_use]
    pub fn native(native: &'static dyn NativeRule, pack: Option<&str>) -> Self {
        let meta = native.meta();
        Self {
            id: RuleId::new(meta.id),
            pack: pack.map(str::to_owned),
            languages: meta.languages.to_vec(),
            level: meta.severity.into(),
            message: meta.message.to_owned(),
            message_span: Span::default(),
            note: meta.note.map(str::to_owned),
            why: Some(meta.why.to_owned()),
            instead: meta.instead.map(str::to_owned),
            url: meta.url.map(str::to_owned),
            since: Some(meta.since.to_owned()),
            files: Vec::new(),
            ignores: Vec::new(),
            roles: meta.roles.iter().copied().collect::<RoleSet>(),
            tasks: meta.tasks.iter().map(|id| TaskLink::new(id, Vec::new(), Span::default())).collect(),
            examples: Examples {
                bad: meta.bad.iter().map(NativeExample::read).collect(),
                good: meta.good.iter().map(NativeExample::read).collect(),
            },
            metadata: Vec::new(),
            place: (FilePath::new(meta.file), Span::default()),
            body: RuleBody::Native(native),
            text: "".into(),
        }
    }
}

impl NativeExample {
    fn read(&self) -> Example {
        let path = (!self.path.is_empty()).then(|| FilePath::new(self.path));
        let example =
            Example::parse(self.code, Span::default()).expect("the derive macro checks that marks are paired");
        Example {
            language: crate::language::named(self.language).or_else(|| path.as_ref().and_then(Language::of_path)),
            path,
            ..example
        }
    }
}

/// Fails where the rule does not do what one of its examples says. The tests that `#[derive(Rule)]` writes call it.
///
/// # Panics
/// With every failure of that example.
pub fn assert_example(native: &'static dyn NativeRule, bad: bool, index: usize) {
    let mut rule = Rule::native(native, None);
    let keep = |examples: &mut Vec<Example>, wanted: bool| {
        *examples = if wanted { vec![examples.swap_remove(index)] } else { Vec::new() };
    };
    keep(&mut rule.examples.bad, bad);
    keep(&mut rule.examples.good, !bad);
    let compiled = CompiledRule::new(rule, &SharedUtils::default()).expect("a rule written in Rust always compiles");
    let failures = run_examples(&compiled, &|_| Facts::default());
    assert!(failures.is_empty(), "{}", failures.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}
