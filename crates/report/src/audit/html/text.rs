//! Pieces of text that all parts of the page have.

use std::borrow::Cow;

use auditlint_tasks::Verdict;
use maud::{Markup, html};

use crate::audit::model::AuditPlace;
use crate::audit::place_url::is_web_address;
use crate::audit::prose;
use crate::plain::{one_line, shown_name};

/// Prose, with its code as code.
pub(super) fn prose_of(text: &str) -> Markup {
    let text = one_line(text);
    html! {
        @for (is_code, part) in prose::spans(&text) {
            @if is_code { code { (part) } } @else { (part) }
        }
    }
}

/// A name as it is shown, also in an attribute.
pub(super) fn name(text: &str) -> Cow<'_, str> {
    shown_name(text)
}

/// Names as one attribute, which the script takes apart again. No name holds a tab as it is shown.
pub(super) fn names<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(name).collect::<Vec<_>>().join("\t")
}

/// A place, which leads to where it can be looked at.
pub(super) fn place(place: &AuditPlace) -> Markup {
    let text = format!("{}:{}", place.path.replace('\0', "\\x"), place.line);
    linked(html! { code { (name(&text)) } }, place.url.as_deref())
}

/// Text that leads to an address, where it is one of a page.
pub(super) fn linked(text: Markup, url: Option<&str>) -> Markup {
    match url.filter(|url| is_web_address(url)) {
        Some(url) => html! { a href=(url) rel="noreferrer" { (text) } },
        None => text,
    }
}

/// A verdict in its colour.
pub(super) fn verdict(verdict: Verdict) -> Markup {
    html! { span class={ "verdict " (verdict.name().replace(' ', "-")) } { (verdict.name()) } }
}
