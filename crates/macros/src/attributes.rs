//! The keys of `#[rule(…)]`.

use proc_macro2::Span;
use syn::meta::ParseNestedMeta;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, LitStr, Token, parenthesized};

use crate::nearest::unknown;
use crate::option_attribute::{OptionAttribute, is_kebab};

const KEYS: [&str; 11] = [
    "id",
    "languages",
    "severity",
    "confidence",
    "since",
    "roles",
    "in_module",
    "not_in_module",
    "tasks",
    "url",
    "option",
];
const MODULES: [(&str, &str); 10] = [
    ("browser", "Browser"),
    ("server", "Server"),
    ("cli", "Cli"),
    ("library", "Library"),
    ("worker", "Worker"),
    ("mobile", "Mobile"),
    ("both", "Both"),
    ("unknown", "Unknown"),
    ("configuration", "Configuration"),
    ("client", "Client"),
];
const LANGUAGES: [&str; 5] = ["TypeScript", "Tsx", "JavaScript", "Rust", "Python"];
const SEVERITIES: [(&str, &str); 4] = [("error", "Error"), ("warning", "Warning"), ("info", "Info"), ("hint", "Hint")];
const CONFIDENCES: [(&str, &str); 2] = [("high", "High"), ("medium", "Medium")];
const ROLES: [(&str, &str); 5] =
    [("source", "Source"), ("test", "Test"), ("config", "Config"), ("script", "Script"), ("generated", "Generated")];

/// What `#[rule(…)]` says. Names of languages, severities and roles are those of their Rust variants.
#[derive(Default)]
pub(crate) struct RuleAttributes {
    pub(crate) id: Option<String>,
    pub(crate) languages: Vec<Ident>,
    pub(crate) severity: Option<Ident>,
    pub(crate) confidence: Option<Ident>,
    pub(crate) since: Option<String>,
    pub(crate) roles: Vec<Ident>,
    pub(crate) in_module: Vec<Ident>,
    pub(crate) not_in_module: Vec<Ident>,
    pub(crate) tasks: Vec<String>,
    pub(crate) url: Option<String>,
    pub(crate) options: Vec<OptionAttribute>,
}

impl RuleAttributes {
    /// Reads every `#[rule(…)]`; `place` is where a missing key is reported.
    pub(crate) fn read(attributes: &[Attribute], place: Span, errors: &mut Vec<Error>) -> Self {
        let mut all = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("rule")) {
            let read = attribute.parse_nested_meta(|meta| {
                let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                if seen.contains(&key) && key != "option" {
                    errors.push(meta.error(format!("duplicate key `{key}`")));
                }
                seen.push(key.clone());
                all.read_key(&key, &meta, errors)
            });
            errors.extend(read.err());
        }
        for key in ["id", "languages", "severity", "since"] {
            if !seen.iter().any(|known| known == key) {
                errors.push(Error::new(place, format!("`{key}` is missing: #[rule({key} …)]")));
            }
        }
        all
    }

    fn read_key(&mut self, key: &str, meta: &ParseNestedMeta<'_>, errors: &mut Vec<Error>) -> syn::Result<()> {
        match key {
            "id" => {
                let text: LitStr = meta.value()?.parse()?;
                if !is_kebab(&text.value()) {
                    errors.push(Error::new(text.span(), "an id consists of lower-case words separated by `-`"));
                }
                self.id = Some(text.value());
            }
            "languages" => {
                for name in idents(meta)? {
                    if LANGUAGES.iter().any(|known| name == known) {
                        self.languages.push(name);
                    } else {
                        errors.push(Error::new(name.span(), unknown("language", &name.to_string(), &LANGUAGES)));
                    }
                }
            }
            "severity" => {
                let text: LitStr = meta.value()?.parse()?;
                self.severity = variant("severity", &text.value(), text.span(), &SEVERITIES, errors);
            }
            "confidence" => {
                let text: LitStr = meta.value()?.parse()?;
                self.confidence = variant("confidence", &text.value(), text.span(), &CONFIDENCES, errors);
            }
            "since" => {
                let text: LitStr = meta.value()?.parse()?;
                if !is_version(&text.value()) {
                    errors.push(Error::new(text.span(), "a release consists of three numbers: `0.1.0`"));
                }
                self.since = Some(text.value());
            }
            "roles" => {
                for name in idents(meta)? {
                    self.roles.extend(variant("role", &name.to_string(), name.span(), &ROLES, errors));
                }
            }
            "in_module" | "not_in_module" => {
                let kinds = idents(meta)?;
                let kinds = kinds
                    .into_iter()
                    .filter_map(|name| variant("kind of module", &name.to_string(), name.span(), &MODULES, errors));
                let list = if key == "in_module" { &mut self.in_module } else { &mut self.not_in_module };
                list.extend(kinds);
            }
            "tasks" => {
                let inside;
                parenthesized!(inside in meta.input);
                let ids = Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?;
                self.tasks.extend(ids.iter().map(LitStr::value));
            }
            "url" => self.url = Some(meta.value()?.parse::<LitStr>()?.value()),
            "option" => self.options.extend(OptionAttribute::read(meta, errors)?),
            _ => {
                errors.push(Error::new(meta.path.span(), unknown("key", key, &KEYS)));
                skip_value(meta)?;
            }
        }
        Ok(())
    }
}

fn idents(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    let inside;
    parenthesized!(inside in meta.input);
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

fn variant(what: &str, word: &str, span: Span, words: &[(&str, &str)], errors: &mut Vec<Error>) -> Option<Ident> {
    let found = words.iter().find(|(known, _)| *known == word).map(|(_, variant)| Ident::new(variant, span));
    if found.is_none() {
        let valid: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
        errors.push(Error::new(span, unknown(what, word, &valid)));
    }
    found
}

/// Passes over the value of an unknown key, so that the keys behind it are read.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<proc_macro2::TokenTree>()?;
    }
    Ok(())
}

fn is_version(text: &str) -> bool {
    text.split('.').count() == 3 && text.split('.').all(|part| part.parse::<u32>().is_ok())
}
