//! Proc macros with which a rule written in Rust, and a table of the configuration, declare themselves.
//!
//! Every complaint stands at the token or the line of the doc comment that it is about, and all of them come at once.
#![forbid(unsafe_code)]

mod attributes;
mod doc;
mod expand;
mod nearest;
mod option_attribute;
mod setting;
mod setting_attributes;

use proc_macro::TokenStream;

/// Declares a rule written in Rust: the metadata come from `#[rule(…)]`, everything that a person reads and the examples
/// from the doc comment.
///
/// Keys of `#[rule(…)]`:
/// - `id = "static-mut"`: lower case words with `-` between them; required;
/// - `languages(TypeScript, Tsx, JavaScript, Rust, Python)`: those that it looks at; required;
/// - `severity = "error"` (or `warning`, `info`, `hint`): required;
/// - `confidence = "medium"`: how sure it is; `high` where absent;
/// - `option(name = "clients", about = "What it does.", one_of("a", "b"), default("a"))`: an option, any number of times;
/// - `since = "0.1.0"`: the release since which it ships; required;
/// - `roles(source, test, config, script, generated)`: roles of the files that it looks at; `source` where absent;
/// - `in_module(server)`, `not_in_module(browser, mobile)`: kinds of modules that it looks in, or does not;
/// - `tasks("A1", "P3-T1")`: the tasks that it belongs to;
/// - `url = "https://…"`: where to read more.
///
/// The doc comment opens with one paragraph, the message. Sections: `## Why` (required), `## Instead`, `## Note`, `## Bad` and
/// `## Good` (at least one code block each). A code block may name its language, its path and the options that it sets
/// (`ts src/a.ts {lines: 2}`). In a bad one
/// the places that the rule must report stand between `«` and `»`. Each block becomes a test.
///
/// The struct must be a unit struct; `auditlint_rules::NativeRule` is implemented by hand.
#[proc_macro_derive(Rule, attributes(rule))]
pub fn derive_rule(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::rule(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Makes a table of the configuration of a struct: `auditlint_source::document::SettingTable` and `Setting`.
///
/// Each field is a key, named like the field with `-` for `_`. Its doc comment says to users what the key does and ends with an
/// example, a code block of TOML. Its type says what it may hold; a key without `default` must be there, unless the type knows
/// what its absence means, as `Option` does.
///
/// Keys of `#[setting(…)]` on a field:
/// - `key = "in"`: how it is written, where that is not the name of the field;
/// - `default`, `default = expression`: what holds where it is absent;
/// - `at_most(EXPRESSION, "what to do")`: the largest number;
/// - `shape = expression`: what it may hold, where the type alone does not say it;
/// - `span`: no key, but the bytes of the table.
///
/// Keys of `#[setting(…)]` on the struct:
/// - `name = "an override"`: what a message calls the table; required;
/// - `most(EXPRESSION, "overrides")`: how many of them a list may hold, and what several are called;
/// - `one_of("files", "external")`: keys of which one must be there;
/// - `needs(url = "external")`: keys that need another one beside them.
#[proc_macro_derive(Setting, attributes(setting))]
pub fn derive_setting(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    setting::setting(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
