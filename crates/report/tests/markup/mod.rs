//! Whether a page is well formed: tags that close, attributes that are known, links that lead somewhere.

use std::collections::BTreeSet;

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "input", "br", "link"];

/// The elements and attributes that the templates write. Whatever else stands in a page comes from a project.
const ELEMENTS: [&str; 53] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "a",
    "header",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "p",
    "code",
    "nav",
    "ul",
    "li",
    "main",
    "form",
    "label",
    "input",
    "select",
    "option",
    "output",
    "section",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "article",
    "span",
    "div",
    "strong",
    "pre",
    "mark",
    "dl",
    "dt",
    "dd",
    "br",
    "script",
    "link",
    "button",
    "figure",
    "figcaption",
    "svg",
    "line",
    "text",
    "polyline",
    "circle",
];
const ATTRIBUTES: [&str; 38] = [
    "lang",
    "charset",
    "http-equiv",
    "content",
    "name",
    "class",
    "href",
    "rel",
    "id",
    "hidden",
    "aria-label",
    "aria-labelledby",
    "type",
    "placeholder",
    "value",
    "scope",
    "tabindex",
    "role",
    "data-task",
    "data-owner",
    "data-verdict",
    "data-rules",
    "data-rule",
    "data-severities",
    "data-severity",
    "data-group",
    "for",
    "viewBox",
    "points",
    "x",
    "y",
    "x1",
    "y1",
    "x2",
    "y2",
    "cx",
    "cy",
    "r",
];

/// The first mistake of a page.
pub(crate) fn check(page: &str) -> Result<(), String> {
    let mut rest = page.strip_prefix("<!DOCTYPE html>").ok_or("no doctype")?;
    let mut open: Vec<String> = Vec::new();
    let (mut ids, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    let mut level = 0;
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        if !text.trim().is_empty() && open.is_empty() {
            return Err(format!("text outside of the page: {text}"));
        }
        if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(format!("{bad:?} in {text}"));
        }
        rest = &rest[start + 1..];
        if let Some(name) = rest.strip_prefix('/') {
            let end = name.find('>').ok_or("a tag without an end")?;
            if open.pop().as_deref() != Some(&name[..end]) {
                return Err(format!("</{}> closes nothing", &name[..end]));
            }
            rest = &name[end + 1..];
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '>').ok_or("a tag without an end")?;
        let name = rest[..end].to_owned();
        if !ELEMENTS.contains(&name.as_str()) {
            return Err(format!("<{name}> is not one of ours"));
        }
        rest = &rest[end..];
        let mut own = BTreeSet::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            let end = rest.find(|c: char| matches!(c, '=' | '>') || c.is_whitespace()).ok_or("an endless tag")?;
            let attribute = &rest[..end];
            if !ATTRIBUTES.contains(&attribute) || !own.insert(attribute.to_owned()) {
                return Err(format!("`{attribute}` of <{name}> is not one of ours, or stands there twice"));
            }
            rest = &rest[end..];
            let Some(value) = rest.strip_prefix("=\"") else { continue };
            let end = value.find('"').ok_or("an attribute without an end")?;
            rest = &value[end + 1..];
            let value = &value[..end];
            match attribute {
                "id" if !ids.insert(value.to_owned()) => return Err(format!("two elements with the id {value}")),
                "aria-labelledby" => _ = wanted.insert(value.to_owned()),
                "href" => match value.strip_prefix('#') {
                    Some(anchor) => _ = wanted.insert(anchor.to_owned()),
                    None if value.starts_with("https://") => {}
                    None => return Err(format!("a link to {value}")),
                },
                _ => {}
            }
        }
        if let Some(next) = name.strip_prefix('h').and_then(|level| level.parse::<u32>().ok()) {
            if next > level + 1 {
                return Err(format!("<{name}> follows a heading of level {level}"));
            }
            level = next;
        }
        if name == "style" || name == "script" {
            let end = rest.find(&format!("</{name}>")).ok_or("an endless script")?;
            rest = &rest[end..];
        }
        if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    if !open.is_empty() {
        return Err(format!("{open:?} are not closed"));
    }
    match wanted.difference(&ids).next() {
        Some(lost) => Err(format!("nothing has the id {lost}")),
        None => Ok(()),
    }
}
