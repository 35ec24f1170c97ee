//! Import maps: those of Rails and of pages. What they pin is not a package of npm.

use auditlint_source::{FilePath, Span};

use super::fact::{Facts, ModuleFact};
use crate::read::import_map;

/// Whether a file is an import map of Rails.
pub(super) fn is_pins(path: &FilePath) -> bool {
    path.name() == "importmap.rb"
}

/// Whether a file is an import map that a `deno.json` names, as such files are called.
pub(super) fn is_map(path: &FilePath) -> bool {
    matches!(path.name(), "import_map.json" | "import-map.json" | "importmap.json" | "imports.json")
}

/// `pin "a", to: "a.js"`, `pin_all_from "app/javascript/controllers", under: "controllers"`
pub(super) fn pins(text: &str, out: &mut Facts) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = Span::new(start, start + line.trim_end().len() as u32);
        start += line.len() as u32;
        let line = line.trim();
        if let Some(name) = line.strip_prefix("pin ").and_then(quoted) {
            out.say(place, ModuleFact::Alias(name.into()));
        } else if let Some(rest) = line.strip_prefix("pin_all_from ") {
            match (rest.split_once("under:").and_then(|(_, under)| quoted(under)), quoted(rest)) {
                (Some(under), _) => out.say(place, ModuleFact::Alias(under.into())),
                // The names of what lies in the folder; the map lies one below the root.
                (None, Some(folder)) => out.say(place, ModuleFact::Base(format!("../{folder}").into())),
                (None, None) => {}
            }
        }
    }
}

/// The first text in quotes.
fn quoted(text: &str) -> Option<&str> {
    let open = text.find(['"', '\''])?;
    let rest = &text[open + 1..];
    rest.split_once(&text[open..=open]).map(|(inside, _)| inside)
}

/// `<script type="importmap">{"imports": {"a": "/a.js"}}</script>`
pub(super) fn of_page(text: &[u8], out: &mut Facts) {
    let mut from = 0;
    while let Some(word) = memchr::memmem::find(&text[from..], b"importmap") {
        let at = from + word;
        let Some(end) = memchr::memmem::find(&text[at..], b"</script").map(|end| at + end) else { return };
        // What stands before the end of the script belongs to one map, however often the word stands there.
        from = end;
        let Some(open) = memchr::memchr(b'{', &text[at..end]).map(|open| at + open) else { continue };
        let map = str::from_utf8(&text[open..end]).unwrap_or_default();
        match import_map::specifiers(map) {
            Ok(specifiers) => {
                for (key, name) in specifiers {
                    let place = open as u32;
                    out.say(Span::new(place + key.start, place + key.end), ModuleFact::Alias(name));
                }
            }
            Err(_) => out.gap(Span::new(open as u32, end as u32), "this import map is not valid JSON"),
        }
    }
}
