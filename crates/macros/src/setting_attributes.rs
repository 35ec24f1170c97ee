//! The keys of `#[setting(…)]`.

use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Expr, LitStr, Token, parenthesized};

use crate::nearest::unknown;

/// What `#[setting(…)]` says of a table.
#[derive(Default)]
pub(crate) struct TableAttributes {
    pub(crate) name: Option<LitStr>,
    pub(crate) most: Option<(Expr, LitStr)>,
    pub(crate) one_of: Vec<LitStr>,
    pub(crate) needs: Vec<(String, LitStr)>,
    pub(crate) short: Option<LitStr>,
}

/// What `#[setting(…)]` says of a field.
#[derive(Default)]
pub(crate) struct KeyAttributes {
    pub(crate) key: Option<LitStr>,
    pub(crate) default: Option<Expr>,
    pub(crate) at_most: Option<(Expr, LitStr)>,
    pub(crate) shape: Option<Expr>,
    pub(crate) is_span: bool,
}

impl TableAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let mut all = Self::default();
        each(attributes, errors, |key, meta| {
            match key {
                "name" => all.name = Some(meta.value()?.parse()?),
                "most" => all.most = Some(expression_and_text(meta)?),
                "one_of" => all.one_of = list(meta)?.into_iter().collect(),
                "needs" => meta.parse_nested_meta(|inner| {
                    let name = inner.path.get_ident().map(ToString::to_string).unwrap_or_default();
                    all.needs.push((name.replace('_', "-"), inner.value()?.parse()?));
                    Ok(())
                })?,
                "short" => all.short = Some(meta.value()?.parse()?),
                _ => return Err(unknown_key(meta, key, &["name", "most", "one_of", "needs", "short"])),
            }
            Ok(())
        });
        all
    }
}

impl KeyAttributes {
    pub(crate) fn read(attributes: &[Attribute], errors: &mut Vec<Error>) -> Self {
        let mut all = Self::default();
        each(attributes, errors, |key, meta| {
            match key {
                "key" => all.key = Some(meta.value()?.parse()?),
                "default" if meta.input.peek(Token![=]) => all.default = Some(meta.value()?.parse()?),
                "default" => all.default = Some(syn::parse_quote!(::core::default::Default::default())),
                "at_most" => all.at_most = Some(expression_and_text(meta)?),
                "shape" => all.shape = Some(meta.value()?.parse()?),
                "span" => all.is_span = true,
                _ => return Err(unknown_key(meta, key, &["key", "default", "at_most", "shape", "span"])),
            }
            Ok(())
        });
        all
    }
}

/// Hands each key of `#[setting(…)]` to `read`.
fn each(
    attributes: &[Attribute],
    errors: &mut Vec<Error>,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("setting")) {
        let done = attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&key, &meta)
        });
        errors.extend(done.err());
    }
}

fn expression_and_text(meta: &ParseNestedMeta<'_>) -> syn::Result<(Expr, LitStr)> {
    let inside;
    parenthesized!(inside in meta.input);
    let expression = inside.parse()?;
    inside.parse::<Token![,]>()?;
    Ok((expression, inside.parse()?))
}

fn list(meta: &ParseNestedMeta<'_>) -> syn::Result<Punctuated<LitStr, Token![,]>> {
    let inside;
    parenthesized!(inside in meta.input);
    Punctuated::parse_terminated(&inside)
}

fn unknown_key(meta: &ParseNestedMeta<'_>, key: &str, valid: &[&str]) -> Error {
    Error::new(meta.path.span(), unknown("key", key, valid))
}
