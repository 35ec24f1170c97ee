//! From a struct to a table of the configuration.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Field, Fields, Type};

use crate::doc::lines;
use crate::setting_attributes::{KeyAttributes, TableAttributes};

/// A field that is a key.
struct KeyField<'f> {
    field: &'f Ident,
    ty: &'f Type,
    key: String,
    about: String,
    example: String,
    attributes: KeyAttributes,
}

pub(crate) fn setting(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut errors = Vec::new();
    let fields: Vec<&Field> = match &input.data {
        Data::Struct(data) if matches!(data.fields, Fields::Named(_)) => data.fields.iter().collect(),
        _ => {
            errors.push(Error::new(input.ident.span(), "a configuration table must be a struct with named fields"));
            Vec::new()
        }
    };
    let table = TableAttributes::read(&input.attrs, &mut errors);
    if table.name.is_none() {
        let message = "`name` is missing: #[setting(name = \"an override\")] is what a message calls the table";
        errors.push(Error::new(input.ident.span(), message));
    }
    let mut keys = Vec::new();
    let mut span = None;
    for field in fields {
        let Some(name) = &field.ident else { continue };
        let attributes = KeyAttributes::read(&field.attrs, &mut errors);
        if attributes.is_span {
            span = Some(name);
            continue;
        }
        let (about, example) = doc(&field.attrs, name.span(), &mut errors);
        let key = attributes.key.as_ref().map_or_else(|| name.to_string().replace('_', "-"), syn::LitStr::value);
        keys.push(KeyField { field: name, ty: &field.ty, key, about, example, attributes });
    }
    for name in table.one_of.iter().chain(table.needs.iter().map(|(_, other)| other)) {
        if !keys.iter().any(|key| key.key == name.value()) {
            errors.push(Error::new(name.span(), format!("there is no key `{}`", name.value())));
        }
    }
    let combined = errors.into_iter().reduce(|mut all, error| {
        all.combine(error);
        all
    });
    match combined {
        Some(error) => Err(error),
        None => Ok(implement(&input.ident, &table, &keys, span)),
    }
}

/// What a key does, and its example.
fn doc(attributes: &[Attribute], place: Span, errors: &mut Vec<Error>) -> (String, String) {
    let (mut about, mut example) = (String::new(), String::new());
    let mut is_example = false;
    for line in lines(attributes) {
        let text = line.text.trim_end();
        if text == "```toml" || (is_example && text == "```") {
            is_example = !is_example;
            continue;
        }
        let part = if is_example { &mut example } else { &mut about };
        part.push_str(text);
        part.push('\n');
    }
    for (part, what) in [(&about, "says to users what it does"), (&example, "ends with an example: a block ```toml")] {
        if part.trim().is_empty() {
            errors.push(Error::new(place, format!("a key of the configuration needs a doc comment that {what}")));
        }
    }
    (about.trim().to_owned(), example.trim().to_owned())
}

fn implement(name: &Ident, table: &TableAttributes, keys: &[KeyField<'_>], span: Option<&Ident>) -> TokenStream {
    let TableAttributes { name: called, most, one_of, needs, short } = table;
    let short = short
        .as_ref()
        .map_or_else(|| quote!(::core::option::Option::None), |key| quote!(::core::option::Option::Some(#key)));
    let most = most.as_ref().map(|(most, several)| {
        quote! {
            const MOST: usize = #most;
            const SEVERAL: &'static str = #several;
        }
    });
    let shapes = keys.iter().map(key_shape);
    let takes = keys.iter().map(|key| take(key, called.as_ref()));
    let fields = keys.iter().map(|key| {
        let field = key.field;
        if key.attributes.default.is_some() { quote!(#field) } else { quote!(#field: #field?) }
    });
    let span = span.map(|span| quote!(#span: table.span(),));
    let values = keys.iter().map(|key| {
        let field = key.field;
        quote!(::auditlint_source::document::Setting::value(&self.#field))
    });
    let example = |name: &str| keys.iter().find(|key| key.key == name).map_or("", |key| key.example.as_str());
    let (needing, needed): (Vec<_>, Vec<_>) = needs.iter().map(|(key, other)| (key, other)).unzip();
    let needed_examples = needed.iter().map(|key| example(&key.value()));
    let checks_one = (!one_of.is_empty()).then(|| {
        let examples = one_of.iter().map(|key| example(&key.value()));
        quote! {
            if !table.one_of(#called, &[#((#one_of, #examples)),*]) {
                return ::core::option::Option::None;
            }
        }
    });
    quote! {
        impl ::auditlint_source::document::SettingTable for #name {
            fn table() -> ::auditlint_source::document::TableShape {
                ::auditlint_source::document::TableShape {
                    name: #called,
                    keys: ::std::vec![#(#shapes),*],
                    one_of: &[#(#one_of),*],
                    needs: &[#((#needing, #needed)),*],
                    short: #short,
                }
            }

            fn take(
                table: &mut ::auditlint_source::document::Table<'_, '_>,
            ) -> ::core::option::Option<Self> {
                #(#takes)*
                #(table.needs(#needing, #needed, #needed_examples);)*
                #checks_one
                ::core::option::Option::Some(Self { #span #(#fields),* })
            }

            fn values(&self) -> ::std::vec::Vec<::auditlint_source::document::DocumentValue> {
                ::std::vec![#(#values),*]
            }
        }

        impl ::auditlint_source::document::Setting for #name {
            #most

            fn shape() -> ::auditlint_source::document::ValueShape {
                let table = <Self as ::auditlint_source::document::SettingTable>::table();
                ::auditlint_source::document::ValueShape::Table(::std::boxed::Box::new(table))
            }

            fn read(
                node: &::auditlint_source::document::DocumentNode,
                errors: &::std::cell::RefCell<::std::vec::Vec<::auditlint_source::document::DocumentError>>,
            ) -> ::core::option::Option<Self> {
                ::auditlint_source::document::read_table(node, errors)
            }

            fn value(&self) -> ::auditlint_source::document::DocumentValue {
                ::auditlint_source::document::table_value(self)
            }
        }
    }
}

fn key_shape(key: &KeyField<'_>) -> TokenStream {
    let KeyField { ty, key, about, example, attributes, .. } = key;
    let default = attributes.default.as_ref().map(|default| quote!(.or::<#ty>(&#default)));
    let most = attributes.at_most.as_ref().map(|(most, _)| quote!(.at_most(#most)));
    let shape = attributes.shape.as_ref().map(|shape| quote!(.shaped(#shape)));
    quote!(::auditlint_source::document::KeyShape::new::<#ty>(#key, #about, #example) #default #most #shape)
}

fn take(key: &KeyField<'_>, of: Option<&syn::LitStr>) -> TokenStream {
    let KeyField { field, ty, key, example, attributes, .. } = key;
    let taken = match &attributes.default {
        Some(default) => quote!(table.setting_or::<#ty>(#key, || #default)),
        None => quote!(table.setting::<#ty>(#of, #key, #example)),
    };
    match &attributes.at_most {
        Some((most, help)) => quote! {
            let mut #field = #taken;
            table.at_most(#key, &mut #field, #most, #help);
        },
        None => quote!(let #field = #taken;),
    }
}
