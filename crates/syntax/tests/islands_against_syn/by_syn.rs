//! Finding patterns in the arguments of macros with `syn`, as a person would who writes a lint on it.

use auditlint_source::Span;
use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

use crate::Found;
use crate::patterns::Pattern;

/// What one source gave.
pub(crate) struct BySyn {
    /// Patterns inside arguments of macros.
    pub(crate) found: Found,
    /// How often the tokens `. unwrap ( )` follow each other outside `macro_rules!`.
    pub(crate) unwrap_tokens: u32,
}

/// `None` where `syn` cannot parse the source.
pub(crate) fn find(text: &str) -> Option<BySyn> {
    // It would leave these out and count from after them.
    if text.starts_with('\u{feff}') || text.starts_with("#!") && !text.starts_with("#![") {
        return None;
    }
    let file = syn::parse_file(text).ok()?;
    let mut finder = Finder::default();
    finder.visit_file(&file);
    let tokens = text.parse().ok()?;
    Some(BySyn { found: finder.found, unwrap_tokens: unwraps(tokens) })
}

fn unwraps(tokens: TokenStream) -> u32 {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut count = 0;
    for (at, token) in tokens.iter().enumerate() {
        let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].to_string());
        if let TokenTree::Group(group) = token {
            // `macro_rules! name { … }` and `#[…]` are not code that runs here.
            if before(3).as_deref() == Some("macro_rules") || before(1).as_deref() == Some("#") {
                continue;
            }
            let empty = group.stream().is_empty();
            let called = before(1).as_deref() == Some("unwrap") && before(2).as_deref() == Some(".");
            count += u32::from(empty && called) + unwraps(group.stream());
        }
    }
    count
}

#[derive(Default)]
struct Finder {
    /// How many macros are around.
    depth: u32,
    found: Found,
}

fn span_of(node: &impl Spanned) -> Span {
    let range = node.span().byte_range();
    Span::new(range.start as u32, range.end as u32)
}

impl Finder {
    fn add(&mut self, pattern: Pattern, node: &impl Spanned) {
        if self.depth > 0 {
            self.found.entry(pattern).or_default().insert(span_of(node));
        }
    }

    /// An expression and a pattern for `matches!` and its relatives; else expressions, arms or statements, whatever
    /// parses first.
    fn visit_arguments(&mut self, mac: &syn::Macro) {
        let tokens = || mac.tokens.clone();
        let name = mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        if name.ends_with("matches") {
            if let Ok((value, pattern, guard)) = value_and_pattern.parse2(tokens()) {
                self.visit_expr(&value);
                self.visit_pat(&pattern);
                guard.iter().for_each(|guard| self.visit_expr(guard));
            }
        } else if let Ok(exprs) = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated.parse2(tokens()) {
            exprs.iter().for_each(|expr| self.visit_expr(expr));
        } else if let Ok(arms) = arms.parse2(tokens()) {
            arms.iter().for_each(|arm| self.visit_arm(arm));
        } else if let Ok(stmts) = syn::Block::parse_within.parse2(tokens()) {
            stmts.iter().for_each(|stmt| self.visit_stmt(stmt));
        }
    }
}

type ValueAndPattern = (syn::Expr, syn::Pat, Option<syn::Expr>);

fn value_and_pattern(input: ParseStream<'_>) -> syn::Result<ValueAndPattern> {
    let value = input.parse()?;
    input.parse::<syn::Token![,]>()?;
    let pattern = syn::Pat::parse_multi_with_leading_vert(input)?;
    let guard = if input.parse::<Option<syn::Token![if]>>()?.is_some() { Some(input.parse()?) } else { None };
    input.parse::<Option<syn::Token![,]>>()?;
    Ok((value, pattern, guard))
}

fn arms(input: ParseStream<'_>) -> syn::Result<Vec<syn::Arm>> {
    let mut arms = Vec::new();
    while !input.is_empty() {
        arms.push(input.parse()?);
    }
    Ok(arms)
}

impl<'ast> Visit<'ast> for Finder {
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if !item.mac.path.is_ident("macro_rules") {
            visit::visit_item_macro(self, item);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.add(Pattern::Macro, mac);
        if mac.path.is_ident("macro_rules") {
            return;
        }
        self.depth += 1;
        self.visit_arguments(mac);
        self.depth -= 1;
    }

    fn visit_lit(&mut self, lit: &'ast syn::Lit) {
        match lit {
            syn::Lit::Str(_) | syn::Lit::ByteStr(_) | syn::Lit::CStr(_) => self.add(Pattern::String, lit),
            syn::Lit::Int(_) => self.add(Pattern::Integer, lit),
            _ => {}
        }
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        // The grammar keeps attributes beside the statement.
        if self.depth > 0 {
            let span = Span { start: span_of(&local.let_token).start, ..span_of(local) };
            self.found.entry(Pattern::Let).or_default().insert(span);
        }
        visit::visit_local(self, local);
    }

    fn visit_expr(&mut self, expr: &'ast syn::Expr) {
        use syn::Expr;
        let pattern = match expr {
            Expr::MethodCall(call) => {
                if call.method == "unwrap" && call.args.is_empty() {
                    self.add(Pattern::Unwrap, expr);
                }
                if call.method == "expect" && call.args.len() == 1 {
                    self.add(Pattern::Expect, expr);
                }
                Some(Pattern::MethodCall)
            }
            Expr::Call(_) => Some(Pattern::Call),
            Expr::Try(_) => Some(Pattern::Try),
            Expr::Closure(_) => Some(Pattern::Closure),
            Expr::Await(_) => Some(Pattern::Await),
            Expr::Let(_) => Some(Pattern::LetCondition),
            Expr::If(_) => Some(Pattern::If),
            Expr::Match(_) => Some(Pattern::Match),
            Expr::Struct(_) => Some(Pattern::Struct),
            Expr::Cast(_) => Some(Pattern::Cast),
            Expr::Range(_) => Some(Pattern::Range),
            Expr::Index(_) => Some(Pattern::Index),
            Expr::Field(_) => Some(Pattern::Field),
            Expr::Reference(_) => Some(Pattern::Reference),
            Expr::Unary(_) => Some(Pattern::Unary),
            Expr::Binary(binary) if is_between_values(binary) => Some(Pattern::Binary),
            Expr::Return(_) => Some(Pattern::Return),
            // Without attributes, which the grammar keeps beside the expression.
            Expr::Tuple(tuple) => {
                self.add(Pattern::Tuple, &tuple.paren_token.span.join());
                None
            }
            Expr::Unsafe(_) => Some(Pattern::Unsafe),
            _ => None,
        };
        if let Some(pattern) = pattern {
            self.add(pattern, expr);
        }
        visit::visit_expr(self, expr);
    }
}

/// Not `a += b`, and not a chain of conditions with `let` in it, which the grammar has as a kind of its own.
fn is_between_values(binary: &syn::ExprBinary) -> bool {
    use syn::BinOp::*;
    let assigns = matches!(
        binary.op,
        AddAssign(_)
            | SubAssign(_)
            | MulAssign(_)
            | DivAssign(_)
            | RemAssign(_)
            | BitXorAssign(_)
            | BitAndAssign(_)
            | BitOrAssign(_)
            | ShlAssign(_)
            | ShrAssign(_)
    );
    let has_let = |side: &syn::Expr| match side {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(inner) => !is_between_values(inner),
        _ => false,
    };
    !assigns && !has_let(&binary.left) && !has_let(&binary.right)
}
