//! From a derive input to the implementation of `RuleMeta` and the tests.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields};

use crate::attributes::RuleAttributes;
use crate::doc::{CodeBlock, Doc};
use crate::option_attribute::OptionAttribute;

pub(crate) fn rule(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let mut errors = Vec::new();
    let is_unit = matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Unit));
    if !is_unit || !input.generics.params.is_empty() {
        errors.push(Error::new(name.span(), "a rule must be a unit struct: `struct Name;`"));
    }
    let attributes = RuleAttributes::read(&input.attrs, name.span(), &mut errors);
    let doc = Doc::read(&input.attrs, name.span(), &mut errors);
    let combined = errors.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    match combined {
        Some(error) => Err(error),
        None => Ok(implement(input, &attributes, &doc)),
    }
}

fn implement(input: &DeriveInput, attributes: &RuleAttributes, doc: &Doc) -> TokenStream {
    let name = &input.ident;
    let RuleAttributes {
        id,
        languages,
        severity,
        confidence,
        since,
        roles,
        in_module,
        not_in_module,
        tasks,
        url,
        cwe,
        options,
    } = attributes;
    let high = format_ident!("High");
    let confidence = confidence.as_ref().unwrap_or(&high);
    let options = options.iter().map(OptionAttribute::expand);
    let source = vec![format_ident!("Source")];
    let roles = if roles.is_empty() { &source } else { roles };
    let (message, why) = (doc.message.trim().trim_end_matches('.'), doc.why.trim());
    let (instead, note, url) = (option(&doc.instead), option(&doc.note), option(url.as_deref().unwrap_or_default()));
    let (bad, good) = (doc.bad.iter().map(example), doc.good.iter().map(example));
    let tests = tests(input, doc);
    quote! {
        impl ::auditlint_rules::RuleMeta for #name {
            fn meta(&self) -> &'static ::auditlint_rules::NativeMeta {
                static META: ::auditlint_rules::NativeMeta = ::auditlint_rules::NativeMeta {
                    id: #id,
                    languages: &[#(::auditlint_rules::Language::#languages),*],
                    severity: ::auditlint_rules::Severity::#severity,
                    confidence: ::auditlint_rules::Confidence::#confidence,
                    options: &[#(#options),*],
                    roles: &[#(::auditlint_rules::Role::#roles),*],
                    in_module: &[#(::auditlint_rules::ModuleKind::#in_module),*],
                    not_in_module: &[#(::auditlint_rules::ModuleKind::#not_in_module),*],
                    tasks: &[#(#tasks),*],
                    since: #since,
                    message: #message,
                    why: #why,
                    instead: #instead,
                    note: #note,
                    url: #url,
                    cwe: &[#(#cwe),*],
                    bad: &[#(#bad),*],
                    good: &[#(#good),*],
                    file: ::core::file!(),
                    line: ::core::line!(),
                };
                &META
            }
        }
        #tests
    }
}

fn option(text: &str) -> TokenStream {
    match text.trim() {
        "" => quote!(::core::option::Option::None),
        text => quote!(::core::option::Option::Some(#text)),
    }
}

fn example(block: &CodeBlock) -> TokenStream {
    let CodeBlock { code, language, path, options } = block;
    quote!(::auditlint_rules::NativeExample { code: #code, language: #language, path: #path, options: #options })
}

/// A module with one test for each code block.
fn tests(input: &DeriveInput, doc: &Doc) -> TokenStream {
    let name = &input.ident;
    let module = format_ident!("examples_of_{}", snake(&name.to_string()));
    let test = |(index, bad): (usize, bool)| {
        let test = format_ident!("{}_{}", if bad { "bad" } else { "good" }, index + 1);
        quote! {
            #[test]
            fn #test() {
                ::auditlint_rules::assert_example(&#name, #bad, #index);
            }
        }
    };
    let bad = (0..doc.bad.len()).map(|index| test((index, true)));
    let good = (0..doc.good.len()).map(|index| test((index, false)));
    quote! {
        #[cfg(test)]
        mod #module {
            use super::#name;
            #(#bad)*
            #(#good)*
        }
    }
}

/// `StaticMut` as `static_mut`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}
