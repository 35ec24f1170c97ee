//! `option(…)` of `#[rule(…)]`: an option of a rule written in Rust.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::{Error, Lit, LitInt, LitStr, Token, parenthesized};

use crate::nearest::unknown;

/// What is said of one option.
pub(crate) struct OptionAttribute {
    name: LitStr,
    about: LitStr,
    one_of: Vec<LitStr>,
    at_least: Option<LitInt>,
    default: TokenStream,
}

impl OptionAttribute {
    /// Reads `option(name = "…", about = "…", one_of("…"), default = …)`; a default in parentheses is a list.
    pub(crate) fn read(meta: &ParseNestedMeta<'_>, errors: &mut Vec<Error>) -> syn::Result<Option<Self>> {
        let (mut name, mut about, mut one_of, mut at_least, mut default) = (None, None, Vec::new(), None, None);
        meta.parse_nested_meta(|inner| {
            let key = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
            match key.as_str() {
                "name" => name = Some(inner.value()?.parse::<LitStr>()?),
                "about" => about = Some(inner.value()?.parse::<LitStr>()?),
                "one_of" => one_of = list(&inner)?,
                "at_least" => at_least = Some(inner.value()?.parse::<LitInt>()?),
                "default" if inner.input.peek(Token![=]) => default = Some(value(inner.value()?.parse()?)?),
                "default" => {
                    let texts = list(&inner)?;
                    default = Some(quote!(::auditlint_rules::NativeDefault::List(&[#(#texts),*])));
                }
                _ => {
                    return Err(inner.error(unknown("key", &key, &["name", "about", "one_of", "at_least", "default"])));
                }
            }
            Ok(())
        })?;
        let (Some(name), Some(about), Some(default)) = (name, about, default) else {
            errors.push(meta.error("an option needs `name`, `about` and `default`"));
            return Ok(None);
        };
        if !is_kebab(&name.value()) {
            errors.push(Error::new(name.span(), "the name of an option consists of lower-case words separated by `-`"));
        }
        Ok(Some(Self { name, about, one_of, at_least, default }))
    }

    /// The option as `NativeOption`.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { name, about, one_of, at_least, default } = self;
        let at_least = at_least.as_ref().map_or_else(|| quote!(0), |number| quote!(#number));
        quote! {
            ::auditlint_rules::NativeOption {
                name: #name,
                about: #about,
                one_of: &[#(#one_of),*],
                at_least: #at_least,
                default: #default,
            }
        }
    }
}

fn value(literal: Lit) -> syn::Result<TokenStream> {
    match literal {
        Lit::Bool(flag) => Ok(quote!(::auditlint_rules::NativeDefault::Boolean(#flag))),
        Lit::Int(number) => Ok(quote!(::auditlint_rules::NativeDefault::Number(#number))),
        Lit::Str(text) => Ok(quote!(::auditlint_rules::NativeDefault::Text(#text))),
        other => Err(Error::new(
            other.span(),
            "the default of an option is a boolean, a whole number, a string or a list of strings",
        )),
    }
}

fn list(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<LitStr>> {
    let inside;
    parenthesized!(inside in meta.input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

pub(crate) fn is_kebab(id: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    id.split('-').all(is_word)
}
