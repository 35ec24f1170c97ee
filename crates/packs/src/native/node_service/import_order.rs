//! `import-order`: imports that stand in another order than the groups in which a project writes them.

use auditlint_macros::Rule;
use auditlint_matcher::{Analysis, Edit};
use auditlint_names::is_builtin_module;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_source::Span;
use auditlint_syntax::NodeId;

use super::super::view::RuleView;

/// an import stands behind one of a later group
///
/// ## Why
///
/// Where imports have one order, a reader sees at a glance what a file takes from the platform, from packages and from its
/// neighbours, and two branches that add an import do not meet in the same line.
///
/// ## Instead
///
/// Move it in front of the imports of later groups.
///
/// ## Note
///
/// Found where a file keeps the order but for one import: in a block of at least six. A file that has no such order is left alone, unless the option `files` says `all`.
///
/// The groups of the option `groups`, in that order: `builtin` (`node:fs`), `external` (packages), `internal` (what begins as an entry of the option `internal`: `@/db`), `parent` (`../a`) and `sibling` (`./a`); groups in one entry (`external internal`) may
/// stand in any order, and one that is not listed anywhere. Each block of imports is looked at by itself, in TypeScript and JavaScript. Not found: imports without names (`import "./polyfill"`), whose place is what they are about; the order inside of a group; `require`.
///
/// The fix moves `import type`, of which nothing is left when the code runs. Whatever else is imported may do something when it is loaded, so its order is for a person to change.
///
/// ## Bad
///
/// ```ts
/// import fs from "node:fs";
/// import express from "express";
/// import { db } from "@/db";
/// import { a } from "./a";
/// «import type { Request } from "express";»
/// import { b } from "./b";
/// ```
///
/// ```ts {files: all}
/// import { a } from "./a";
/// «import express from "express";»
/// «import fs from "node:fs";»
/// import { b } from "./b";
/// ```
///
/// ```ts {files: all}
/// import { db } from "@/db";
/// «import type { Request } from "express";»
/// «import { join } from "path";»
/// import { up } from "../up";
/// ```
///
/// ```ts {files: all, groups: [sibling, external builtin]}
/// import { a } from "lodash";
/// import { join } from "path";
/// «import { b } from "./b";»
/// ```
///
/// ```ts {files: all, internal: ["~app/"]}
/// import { db } from "~app/db";
/// «import { a } from "@/a";»
/// ```
///
/// ## Good
///
/// ```ts
/// import "./tracing";
/// import fs from "node:fs";
/// import express from "express";
/// import type { Request } from "express";
/// import { db } from "@/db";
/// import { up } from "../up";
/// import { a } from "./a";
/// import { b } from ".";
///
/// start();
///
/// import late from "late";
/// ```
///
/// ```ts
/// import { a } from "./a";
/// import express from "express";
/// import { b } from "./b";
/// import fs from "node:fs";
/// import { c } from "./c";
/// import { d } from "d";
/// ```
///
/// ```ts
/// export * from "./a";
/// const b = require("./b");
/// const c = require("c");
/// ```
#[derive(Rule)]
#[rule(
    id = "import-order",
    languages(TypeScript, Tsx, JavaScript),
    severity = "hint",
    option(
        name = "files",
        about = "Which files are looked at: those that keep the order but for one import, or all.",
        one_of("ordered", "all"),
        default = "ordered"
    ),
    option(
        name = "groups",
        about = "The groups in their order; several in one entry may stand in any order.",
        default("builtin", "external", "internal", "parent", "sibling")
    ),
    option(
        name = "internal",
        about = "How imports of the project begin that are not relative.",
        default("@/", "~/", "~~/", "#", "$lib", "src/")
    ),
    url = "https://github.com/import-js/eslint-plugin-import/blob/main/docs/rules/order.md",
    since = "0.1.0"
)]
pub(super) struct ImportOrder;

impl NativeRule for ImportOrder {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        &[&["import"], &["from"]]
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        let groups = ImportGroups { order: options.texts("groups"), internal: options.texts("internal") };
        let all = options.has("files", "all");
        let mut block = ImportBlock::default();
        for statement in view.named(root) {
            if view.kind(statement) == "import_statement" {
                block.take_in(&groups, view, statement);
            } else {
                std::mem::take(&mut block).tell(view, analysis, all, emit);
            }
        }
        block.tell(view, analysis, all, emit);
    }
}

/// Imports that stand side by side.
#[derive(Default)]
struct ImportBlock<'a> {
    /// Each with its rank.
    imports: Vec<(NodeId, usize)>,
    /// The last of the highest rank so far, and what it imports.
    last: Option<(usize, &'a str)>,
    /// Those that stand behind one of a higher rank, with the message.
    behind: Vec<(NodeId, usize, String)>,
}

impl<'a> ImportBlock<'a> {
    fn take_in(&mut self, groups: &ImportGroups, view: RuleView<'a>, statement: NodeId) {
        let Some((specifier, group)) = groups.of(view, statement) else { return };
        let Some(rank) = groups.rank(group) else { return };
        match self.last {
            Some((before, named)) if rank < before => {
                let message =
                    format!("`{specifier}` ({group}) is imported behind `{named}`, which is of a later group");
                self.behind.push((statement, rank, message));
            }
            _ => self.last = Some((rank, specifier)),
        }
        self.imports.push((statement, rank));
    }

    fn tell(self, view: RuleView<'a>, analysis: &Analysis<'_>, all: bool, emit: &mut dyn FnMut(NativeMatch)) {
        if !all && (self.imports.len() < LEAST_IMPORTS || self.behind.len() != 1) {
            return;
        }
        for (statement, rank, message) in self.behind {
            let first = self.imports.iter().find(|(_, of)| *of > rank).map(|(first, _)| *first);
            let edits = first.and_then(|first| moved(view, statement, first)).unwrap_or_default();
            emit(NativeMatch { message: Some(message), edits, ..NativeMatch::of(analysis, statement) });
        }
    }
}

/// So many imports in order, but for one, are no accident.
const LEAST_IMPORTS: usize = 6;

struct ImportGroups {
    order: Vec<String>,
    internal: Vec<String>,
}

impl ImportGroups {
    /// What an import takes names from, and the group of that.
    fn of<'a>(&self, view: RuleView<'a>, statement: NodeId) -> Option<(&'a str, &'static str)> {
        let takes_names = view.named(statement).any(|part| view.kind(part) == "import_clause");
        let specifier = view.key_text(view.field(statement, "source").filter(|_| takes_names)?);
        let is_internal = |prefix: &String| specifier.starts_with(prefix.as_str());
        let group = if specifier == ".." || specifier.starts_with("../") {
            "parent"
        } else if specifier == "." || specifier.starts_with("./") {
            "sibling"
        } else if self.internal.iter().any(is_internal) {
            "internal"
        } else if is_builtin_module(specifier) || specifier.starts_with("bun:") {
            "builtin"
        } else {
            "external"
        };
        Some((specifier, group))
    }

    fn rank(&self, group: &str) -> Option<usize> {
        self.order.iter().position(|entry| entry.split_whitespace().any(|named| named == group))
    }
}

/// The edits that put an import in front of another one; none where it may do something when it is loaded, or where more than it stands on
/// its lines.
fn moved(view: RuleView<'_>, statement: NodeId, before: NodeId) -> Option<Vec<Edit>> {
    let is_type = view.children(statement).any(|child| view.kind(child) == "type");
    let has_comment = |node: Option<NodeId>| node.is_some_and(|node| view.kind(node) == "comment");
    let next = view.parent(statement).and_then(|root| view.children(root).find(|node| node.0 >= view.end(statement)));
    if !is_type || has_comment(view.prev(statement)) || has_comment(next) {
        return None;
    }
    let (source, span, to) = (view.source(), view.span(statement), view.span(before).start);
    let (start, end) = (span.start as usize, span.end as usize);
    let is_whole_line = start == 0 || source.as_bytes()[start - 1] == b'\n';
    let behind = &source[end..];
    let line_end = if behind.starts_with("\r\n") { "\r\n" } else { "\n" };
    let starts_line = to == 0 || source.as_bytes().get(to as usize - 1) == Some(&b'\n');
    if !is_whole_line || !starts_line || !behind.starts_with(line_end) {
        return None;
    }
    let line = Span::new(span.start, (end + line_end.len()) as u32);
    let text = format!("{}{line_end}", view.text(statement));
    Some(vec![Edit { span: Span::new(to, to), text: text.into_bytes() }, Edit { span: line, text: Vec::new() }])
}
