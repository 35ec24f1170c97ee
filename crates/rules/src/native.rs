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

use auditlint_matcher::{Analysis, Edit, Label};
use auditlint_source::Span;
use auditlint_syntax::{Language, NodeId, Skim};

use crate::{Confidence, ModuleKind, Role, RuleOptions, Severity};

/// What a rule written in Rust says about itself; `#[derive(Rule)]` writes it.
#[derive(Clone, Copy, Debug)]
pub struct NativeMeta {
    /// Its id.
    pub id: &'static str,
    /// The languages that it checks.
    pub languages: &'static [Language],
    /// How serious its findings are.
    pub severity: Severity,
    /// How sure it is of what it reports.
    pub confidence: Confidence,
    /// What of it a project may set.
    pub options: &'static [NativeOption],
    /// The roles of the files that it looks at.
    pub roles: &'static [Role],
    /// The kinds of modules that it looks in; every kind where the list is empty.
    pub in_module: &'static [ModuleKind],
    /// The kinds of modules that it does not look in.
    pub not_in_module: &'static [ModuleKind],
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
    /// The weaknesses that it finds, by their numbers in the list of CWE.
    pub cwe: &'static [u32],
    /// The code blocks of the section `## Bad`.
    pub bad: &'static [NativeExample],
    /// The code blocks of the section `## Good`.
    pub good: &'static [NativeExample],
    /// The file that it is written in.
    pub file: &'static str,
    /// The 1-based line of its declaration there.
    pub line: u32,
}

/// An option of a rule written in Rust.
#[derive(Clone, Copy, Debug)]
pub struct NativeOption {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// What it may be; all of its type where the list is empty.
    pub one_of: &'static [&'static str],
    /// The least number that it may be.
    pub at_least: u64,
    /// What it is where nobody sets it.
    pub default: NativeDefault,
}

/// The default of such an option, by type.
#[derive(Clone, Copy, Debug)]
pub enum NativeDefault {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Number(u64),
    /// Text.
    Text(&'static str),
    /// A list of texts.
    List(&'static [&'static str]),
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
    /// Options that it sets, a table of YAML (`{lines: 2}`); empty where it sets none.
    pub options: &'static str,
}

/// The edits that put the match at a node right; none where they would not certainly leave the code as it was.
pub type NativeFix = fn(&Analysis<'_>, NodeId) -> Vec<Edit>;

/// Gives a rule its [`NativeMeta`].
pub trait RuleMeta {
    /// What the rule says about itself.
    fn meta(&self) -> &'static NativeMeta;
}

/// A rule written in Rust.
pub trait NativeRule: RuleMeta + Sync {
    /// An AND of ORs of texts: of every group at least one must stand in a file in which the rule can find something, and
    /// not in a comment. Without a group every file is parsed.
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[]
    }

    /// Whether the rule can find something in a text that holds its literals. Asked before the text is parsed, where that
    /// could spare the parse.
    fn may_match(&self, _options: &RuleOptions, _language: Language, _text: &[u8], _skim: &Skim) -> bool {
        true
    }

    /// Names of the kinds of nodes that [`NativeRule::check`] is called with; without any it is called once, with the root,
    /// and no island is parsed for it.
    /// A name that a language does not have is passed over there.
    fn kinds(&self) -> &'static [&'static str] {
        &[]
    }

    /// Looks at one node and hands on the places that it finds.
    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, node: NodeId, emit: &mut dyn FnMut(NativeMatch));
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
    /// How serious it is, where that differs from the rule.
    pub severity: Option<Severity>,
    /// What kinds of code the place must be besides, each of them: evidence that no single file holds.
    pub kinds: &'static [ModuleKind],
}

impl NativeMatch {
    /// A whole node, with the message of the rule.
    #[must_use]
    pub fn of(analysis: &Analysis<'_>, node: NodeId) -> Self {
        let span = analysis.tree().span(node);
        Self { node, span, message: None, edits: Vec::new(), labels: Vec::new(), severity: None, kinds: &[] }
    }
}
