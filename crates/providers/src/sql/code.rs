//! SQL in code: tagged templates, and strings that are handed to functions which run them.

use std::ops::Range;
use std::sync::Arc;

use auditlint_matcher::Analysis;
use auditlint_source::Span;
use auditlint_syntax::{Family, NodeId, Tree};

use super::dml::OpenParameter;
use super::fact::{Facts, HandedOver, LiteralWrite, SqlFact};
use super::flow::Extractor;
use super::handed::literals;
use super::lexer::{Quoting, SqlLexer, SqlTokens};
use super::reader::SqlReader;
use super::statement::{SqlStatement, each_statement};
use super::{ddl, dml};
use crate::column::CodeMigration;
use crate::kinds::Kinds;

static CALLS: Kinds = Kinds::new(&["binary_expression", "call_expression", "macro_invocation"]);

/// The last names of tags whose templates are SQL.
const TAGS: &[&str] = &["$executeRaw", "$queryRaw", "SQL", "executeRaw", "queryRaw", "raw", "sql"];

/// The last names of functions whose first string is SQL.
const FUNCTIONS: &[&str] = &[
    "$executeRawUnsafe",
    "$queryRawUnsafe",
    "all",
    "batch_execute",
    "exec",
    "execute",
    "execute_batch",
    "get",
    "prepare",
    "query",
    "query_as",
    "query_as_unchecked",
    "query_one",
    "query_opt",
    "query_row",
    "query_scalar",
    "query_unchecked",
    "raw",
    "raw_sql",
    "run",
    "sql_query",
    "unsafe",
];

/// The facts of a source. What is not understood of a migration is a gap; what other code puts together is not one, so nothing is missed.
pub(super) fn extract(analysis: &Analysis<'_>, migration: Option<&CodeMigration>, out: &mut Facts) {
    let tree = analysis.tree();
    let Ok(text) = str::from_utf8(analysis.text()) else { return };
    let is_rust = match tree.language().family() {
        Family::Rust => true,
        Family::Ecmascript => false,
        Family::Python | Family::Shell => return,
    };
    let reader = SqlCode { analysis, tree, text, is_rust };
    let kinds = CALLS.of(tree.language());
    for node in (0..tree.main_end()).map(NodeId).filter(|node| kinds.contains(tree.kind(*node))) {
        if migration.is_some_and(|migration| migration.takes_back(tree.span(node))) {
            continue;
        }
        if let Some(sql) = reader.sql(node) {
            reader.statements(&sql, migration.is_some(), out);
        }
    }
    if let Some(migration) = migration {
        for span in &migration.unread {
            out.gap(*span, "a table of this migration has a name that is computed");
        }
        merge(migration, out);
    }
}

/// Puts what calls change among what texts change.
fn merge(migration: &CodeMigration, out: &mut Facts) {
    if migration.changes.is_empty() {
        return;
    }
    let texts = std::mem::take(&mut out.facts);
    let mut ordered: Vec<(u32, Span, SqlFact)> =
        texts.into_iter().map(|said| (said.span.end, said.span, said.fact)).collect();
    ordered.extend(migration.changes.iter().cloned());
    ordered.sort_by_key(|(end, _, _)| *end);
    ordered.into_iter().for_each(|(_, span, fact)| out.say(span, fact));
}

/// What SQL in a literal changes, whatever gets the literal.
pub(super) fn ddl_of(analysis: &Analysis<'_>, literal: NodeId) -> Facts {
    let mut out = Facts::default();
    let tree = analysis.tree();
    if let Ok(text) = str::from_utf8(analysis.text()) {
        let is_rust = tree.language().family() == Family::Rust;
        let reader = SqlCode { analysis, tree, text, is_rust };
        if let Some(sql) = reader.literal(literal) {
            reader.statements(&sql, false, &mut out);
        }
    }
    out.facts.retain(|said| !matches!(said.fact, SqlFact::Write(_) | SqlFact::Handed(_)));
    out
}

/// SQL inside of a literal.
struct EmbeddedSql {
    /// What runs it is handed the values of `$1`, `$2`.
    call: Option<NodeId>,
    part: Range<usize>,
    quoting: Quoting,
    holes: Vec<Span>,
    /// The values that code puts in, in the order of the holes.
    values: Vec<NodeId>,
}

struct SqlCode<'a> {
    analysis: &'a Analysis<'a>,
    tree: &'a Tree,
    text: &'a str,
    is_rust: bool,
}

impl SqlCode<'_> {
    /// The last name of what is called: `query` of `pool.query` and of `sqlx::query::<Db>`.
    fn last_name(&self, function: NodeId) -> &str {
        let mut at = function;
        loop {
            let inner = match self.tree.kind_name(at) {
                "member_expression" => "property",
                "field_expression" => "field",
                "scoped_identifier" => "name",
                "generic_function" | "instantiation_expression" => "function",
                // The grammar takes `await db.$queryRaw<Row>` for the comparison of what was awaited.
                "non_null_expression" | "parenthesized_expression" | "await_expression" => {
                    let Some(inner) = self.tree.named_children(at).next() else { return "" };
                    at = inner;
                    continue;
                }
                _ => return self.analysis.words(at),
            };
            let Some(inner) = self.tree.child_by_field_name(at, inner) else { return "" };
            at = inner;
        }
    }

    fn sql(&self, call: NodeId) -> Option<EmbeddedSql> {
        if self.tree.kind_name(call) == "macro_invocation" {
            FUNCTIONS.contains(&self.last_name(self.tree.child_by_field_name(call, "macro")?)).then_some(())?;
            let tokens = self.tree.named_children(call).find(|child| self.tree.kind_name(*child) == "token_tree")?;
            return self.tree.named_children(tokens).find_map(|child| self.literal(child));
        }
        if self.tree.kind_name(call) == "binary_expression" {
            return self.typed_tag(call);
        }
        let (function, arguments) =
            (self.tree.child_by_field_name(call, "function")?, self.tree.child_by_field_name(call, "arguments")?);
        if self.tree.kind_name(arguments) == "template_string" {
            return TAGS.contains(&self.last_name(function)).then(|| self.literal(arguments)).flatten();
        }
        let first = self.tree.named_children(arguments).find(|child| !self.tree.node(*child).is_extra())?;
        let sql = EmbeddedSql { call: Some(call), ..self.literal(first)? };
        FUNCTIONS.contains(&self.last_name(function)).then_some(sql)
    }

    /// A tag with types, which the grammar takes for two comparisons: `db.$queryRaw<Row>` before a template.
    fn typed_tag(&self, greater: NodeId) -> Option<EmbeddedSql> {
        let (less, template) =
            (self.tree.child_by_field_name(greater, "left")?, self.tree.child_by_field_name(greater, "right")?);
        let is_tagged =
            self.tree.kind_name(less) == "binary_expression" && self.tree.kind_name(template) == "template_string";
        is_tagged.then_some(())?;
        let tag = self.tree.child_by_field_name(less, "left")?;
        TAGS.contains(&self.last_name(tag)).then(|| self.literal(template)).flatten()
    }

    fn literal(&self, node: NodeId) -> Option<EmbeddedSql> {
        let span = self.tree.span(node);
        let (start, end) = (span.start as usize, span.end as usize);
        let (part, quoting) = match self.tree.kind_name(node) {
            "string" | "template_string" | "string_literal" => {
                let quote = self.analysis.words(node).find(['"', '\'', '`'])? + 1;
                (start + quote..end.saturating_sub(1), Quoting::Escaped)
            }
            // String.raw`…`
            "call_expression" if !self.is_rust => {
                let (function, template) = (
                    self.tree.child_by_field_name(node, "function")?,
                    self.tree.child_by_field_name(node, "arguments")?,
                );
                let is_raw =
                    self.analysis.words(function) == "String.raw" && self.tree.kind_name(template) == "template_string";
                return self
                    .literal(is_raw.then_some(template)?)
                    .map(|sql| EmbeddedSql { quoting: Quoting::Plain, ..sql });
            }
            "raw_string_literal" => {
                let text = self.analysis.words(node);
                (start + text.find('"')? + 1..start + text.rfind('"')?, Quoting::Plain)
            }
            _ => return None,
        };
        (part.start <= part.end).then_some(())?;
        let values: Vec<NodeId> = match self.is_rust {
            true => Vec::new(),
            false => {
                let parts = self.tree.named_children(node);
                parts.filter(|part| self.tree.kind_name(*part) == "template_substitution").collect()
            }
        };
        let holes = values.iter().map(|hole| self.tree.span(*hole)).collect();
        Some(EmbeddedSql { call: None, part, quoting, holes, values })
    }

    fn statements(&self, sql: &EmbeddedSql, says_gaps: bool, out: &mut Facts) {
        let lexer = SqlLexer::in_code(self.text, sql.part.clone(), sql.quoting, &sql.holes);
        let flows = (!self.is_rust).then(|| Extractor::new(self.analysis));
        each_statement(lexer, &mut |statement| {
            if let SqlStatement::Tokens(tokens) = statement {
                for open in one(tokens, self.text, says_gaps, out) {
                    self.handed(sql, &open, flows.as_ref(), out);
                }
            }
        });
    }

    /// The literals that a statement writes though it does not spell them.
    fn handed(
        &self,
        sql: &EmbeddedSql,
        open: &OpenParameter,
        flows: Option<&Extractor<'_>>,
        out: &mut Facts,
    ) -> Option<()> {
        const LONGEST: usize = 64;
        let hole = sql.holes.binary_search_by_key(&open.span.start, |hole| hole.start).ok();
        let value = match hole {
            Some(at) => self.tree.named_children(sql.values[at]).next()?,
            None => {
                let number = self.text.get(open.span.start as usize..)?.strip_prefix('$')?;
                let length = number.bytes().take_while(u8::is_ascii_digit).count();
                let place = number[..length].parse::<usize>().ok()?.checked_sub(1)?;
                let arguments = self.tree.child_by_field_name(sql.call?, "arguments")?;
                let list =
                    self.tree.named_children(arguments).filter(|part| !self.tree.node(*part).is_extra()).nth(1)?;
                let values = self.tree.named_children(list).filter(|part| !self.tree.node(*part).is_extra());
                (self.tree.kind_name(list) == "array").then_some(values)?.nth(place)?
            }
        };
        if let Some(flows) = flows
            && let Some((read, function)) = flows.read_unasked(value)
        {
            let (table, column) = (Arc::clone(&open.table), open.column.clone());
            let handed = HandedOver { table, column, how: open.how, function, value: read };
            out.say(self.tree.span(value), SqlFact::Handed(Box::new(handed)));
        }
        for (span, text) in literals(self.analysis, value).into_iter().filter(|(_, text)| text.len() <= LONGEST) {
            let (table, column) = (Arc::clone(&open.table), open.column.clone());
            let write = LiteralWrite { table, column, value: text.into(), how: open.how, is_number: false };
            out.say(span, SqlFact::Write(Box::new(write)));
        }
        Some(())
    }
}

/// The facts of one statement, and the values that it does not spell.
fn one(tokens: &SqlTokens<'_>, text: &str, says_gaps: bool, out: &mut Facts) -> Vec<OpenParameter> {
    let reader = SqlReader::new(tokens);
    if ["CREATE", "ALTER", "DROP"].iter().any(|word| reader.is(&[word])) {
        // What code puts together is not a migration, so nothing is missed where it is not understood.
        let mut inner = Facts::default();
        ddl::statement(tokens, text, &mut inner);
        inner.facts.into_iter().for_each(|said| out.say(said.span, said.fact));
        inner.gaps.into_iter().filter(|_| says_gaps).for_each(|gap| out.push_gap(gap));
        Vec::new()
    } else {
        dml::written(tokens, out)
    }
}
