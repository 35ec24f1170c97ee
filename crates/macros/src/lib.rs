//! Proc macros with which a rule written in Rust declares itself.
//!
//! Every complaint stands at the token or the line of the doc comment that it is about, and all of them come at once.
#![forbid(unsafe_code)]

mod attributes;
mod doc;
mod expand;
mod nearest;

use proc_macro::TokenStream;

/// Declares a rule written in Rust: the metadata come from `#[rule(…)]`, everything that a person reads and the examples
/// from the doc comment.
///
/// Keys of `#[rule(…)]`:
/// - `id = "static-mut"`: lower case words with `-` between them; required;
/// - `languages(TypeScript, Tsx, JavaScript, Rust)`: those that it looks at; required;
/// - `severity = "error"` (or `warning`, `info`, `hint`): required;
/// - `since = "0.1.0"`: the release since which it ships; required;
/// - `roles(source, test, config, script, generated)`: roles of the files that it looks at; `source` where absent;
/// - `tasks("A1", "P3-T1")`: the tasks that it belongs to;
/// - `url = "https://…"`: where to read more.
///
/// The doc comment opens with one paragraph, the message. Sections: `## Why` (required), `## Instead`, `## Note`, `## Bad` and
/// `## Good` (at least one code block each). A code block may name its language and, after a space, its path. In a bad one
/// the places that the rule must report stand between `«` and `»`. Each block becomes a test.
///
/// The struct must be a unit struct; `auditlint_rules::NativeRule` is implemented by hand.
#[proc_macro_derive(Rule, attributes(rule))]
pub fn derive_rule(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::rule(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
