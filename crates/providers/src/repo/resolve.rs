//! From what is written to a file of the project.

use auditlint_facts::ProjectScope;
use auditlint_facts::folder::{above, folder_of};
use auditlint_source::FilePath;
use rustc_hash::FxHashSet;

use super::fact::{Facts, ReferenceKind, RepoFact};
use crate::conventions;
use crate::package_folders::is_text_among_sources;
use crate::read::commands::places;
use crate::read::shell::{ANY, PROJECT, START};

/// Endings with which sites and bundlers complete a path.
const ENDINGS: &[&str] =
    &[".md", ".mdx", "/index.md", "/index.mdx", "/README.md", ".ts", ".tsx", ".js", ".mts", ".mjs"];

/// What a reference leads to.
pub(super) struct Destination {
    /// As it is written, without marks.
    pub(super) target: String,
    pub(super) file: Option<FilePath>,
    pub(super) exists: Option<bool>,
}

pub(super) struct ReferenceResolver<'s, 'p> {
    scope: &'s ProjectScope<'p>,
    /// Files and folders that commands make.
    written: FxHashSet<FilePath>,
    /// Those of them below which anything may lie.
    filled: FxHashSet<FilePath>,
    /// Folders that are repositories of their own.
    modules: Vec<FilePath>,
}

impl<'s, 'p> ReferenceResolver<'s, 'p> {
    pub(super) fn of(sources: &[(FilePath, &Facts)], scope: &'s ProjectScope<'p>) -> Self {
        let (mut written, mut filled) = (FxHashSet::default(), FxHashSet::default());
        let mut modules = Vec::new();
        for (path, source) in sources {
            for said in &source.facts {
                match &said.fact {
                    RepoFact::Written { word, folder, is_filled } => {
                        let made = if *is_filled { &mut filled } else { &mut written };
                        made.extend(places(path, folder, word));
                    }
                    RepoFact::Submodule(folder) => modules.push(folder_of(path).join(folder)),
                    _ => {}
                }
            }
        }
        // What is made at the root of the project says nothing about the files below it.
        filled.remove(&FilePath::root());
        Self { scope, written, filled, modules }
    }

    /// A target in a document.
    pub(super) fn link(&self, document: &FilePath, kind: ReferenceKind, written: &str) -> Destination {
        let plain = decoded(written.split(['#', '?']).next().unwrap_or_default());
        let own = folder_of(document);
        let is_relative = plain.starts_with("./") || plain.starts_with("../");
        let bases: Vec<FilePath> = match (plain.strip_prefix('/'), is_relative && kind != ReferenceKind::Code) {
            (Some(_), _) => vec![FilePath::root()],
            (None, true) => vec![own.clone()],
            (None, false) => above(own.clone()).collect(),
        };
        let places: Vec<FilePath> = bases.iter().map(|base| base.join(plain.trim_start_matches('/'))).collect();
        let target = written.to_owned();
        if let Some(place) = places.iter().find(|place| self.is_there(place)) {
            return Destination { target, file: Some(place.clone()), exists: Some(true) };
        }
        let is_completed = places.iter().any(|place| {
            let stem =
                place.as_str().strip_suffix(".html").or(place.as_str().strip_suffix(".htm")).unwrap_or(place.as_str());
            ENDINGS.iter().any(|ending| self.scope.has_file(&FilePath::new(&format!("{stem}{ending}"))))
        });
        let place = places.into_iter().next();
        // A page of a site, an asset that a site serves from elsewhere.
        let is_open = is_completed
            || plain.starts_with('/')
            // Pages of a forge.
            || plain.contains("../blob/")
            || plain.contains("../tree/")
            || place.as_ref().is_none_or(|place| {
                matches!(place.extension(), None | Some("html" | "htm" | "com" | "org" | "io" | "dev"))
                    || self.cannot_be_seen(place)
            })
            || place.as_ref().is_none_or(|place| self.leaves_its_book(document, place))
            || is_of_elsewhere(document)
            || is_translated(document)
            || is_of_the_past(document)
            || (document.extension() == Some("mdx") && kind != ReferenceKind::Link);
        Destination { target, file: place, exists: (!is_open).then_some(false) }
    }

    /// Whether a page of a book links to what lies outside of the book: where the book is shown, another one may lie there.
    fn leaves_its_book(&self, document: &FilePath, place: &FilePath) -> bool {
        let book = above(folder_of(document)).find(|folder| self.scope.has_file(&folder.join("SUMMARY.md")));
        book.is_some_and(|book| !place.is_under(&book))
    }

    /// A word of a command.
    pub(super) fn word(&self, word: &str, folder: &str) -> Destination {
        let target = word.trim_start_matches([PROJECT, START]).trim_start_matches('/').to_owned();
        let Some(place) = at(word, folder) else { return Destination { target, file: None, exists: None } };
        if self.is_there(&place) {
            return Destination { target, file: Some(place), exists: Some(true) };
        }
        let stem = place.as_str().strip_suffix(place.extension().unwrap_or_default()).unwrap_or_default();
        // Compiled in place.
        let has_source = ["ts", "tsx", "mts", "cts", "js", "mjs", "cjs"]
            .iter()
            .any(|extension| self.scope.has_file(&FilePath::new(&format!("{stem}{extension}"))));
        // Next makes a server that stands on its own.
        let is_of_next = place.name() == "server.js"
            && ["js", "mjs", "ts"]
                .iter()
                .any(|ending| self.scope.has_file(&folder_of(&place).join(&format!("next.config.{ending}"))));
        let is_open = has_source
            || is_of_next
            || self.cannot_be_seen(&place)
            || is_of_elsewhere(&place)
            || is_text_among_sources(&FilePath::new(folder), self.scope.files());
        Destination { target, file: Some(place), exists: (!is_open).then_some(false) }
    }

    /// A workflow or the folder of an action.
    pub(super) fn action(&self, path: &str) -> Destination {
        let place = FilePath::new(path);
        let is_file = matches!(place.extension(), Some("yml" | "yaml"));
        let exists = if is_file {
            self.is_there(&place)
        } else {
            ["action.yml", "action.yaml", "Dockerfile"].iter().any(|name| self.scope.has_file(&place.join(name)))
        };
        let is_open = !exists && (self.cannot_be_seen(&place) || path.contains(['*', '$', '{', ANY]));
        Destination { target: path.to_owned(), file: Some(place), exists: (!is_open).then_some(exists) }
    }

    fn is_there(&self, place: &FilePath) -> bool {
        self.scope.has_file(place) || self.scope.has_folder(place)
    }

    /// Whether nobody can say what lies at a path, or a command or build puts it there.
    fn cannot_be_seen(&self, place: &FilePath) -> bool {
        place.as_str().split('/').any(conventions::is_made_for_references)
            // husky makes it.
            || place.as_str().contains(".husky/_")
            || self.scope.is_out_of_sight(place)
            || self.modules.iter().any(|module| place.is_under(module))
            || self.written.contains(place)
            || above(place.clone()).any(|place| self.filled.contains(&place))
    }
}

/// The path of a word that is seen from a folder; `None` where the folder is not known.
fn at(word: &str, folder: &str) -> Option<FilePath> {
    if let Some(rest) = word.strip_prefix(PROJECT) {
        return Some(FilePath::new(rest));
    }
    let base = folder.strip_prefix(PROJECT).filter(|rest| !rest.contains(ANY) && !word.starts_with(START))?;
    Some(FilePath::new(base).join(word))
}

/// `%20` as a space.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%').and_then(|code| str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_of_elsewhere(path: &FilePath) -> bool {
    let is_template = |part: &str| {
        let part = part.to_ascii_uppercase();
        part.starts_with("PULL_REQUEST_TEMPLATE") || part.starts_with("ISSUE_TEMPLATE")
    };
    path.as_str().split('/').any(|part| conventions::is_for_elsewhere(part) || is_template(part))
}

/// Languages that documents are translated into.
const LANGUAGES: &[&str] = &[
    "ar", "bn", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no",
    "pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "ur", "vi", "zh",
];

/// Whether a document lies in a folder for a language: a site takes what is not there from the original.
fn is_translated(document: &FilePath) -> bool {
    let mut parts = document.as_str().split('/');
    parts.any(|part| LANGUAGES.contains(&part.split(['-', '_']).next().unwrap_or_default()) && part.len() <= 7)
}

/// What documents and folders of what was begin with.
const PAST: &[&str] = &["changelog", ".changeset", "history", "releases", "release-notes", "release_notes"];

/// Whether a document tells what was, with links that were right then.
fn is_of_the_past(document: &FilePath) -> bool {
    let name = document.stem().to_ascii_lowercase();
    let is_past =
        |name: &str| PAST.iter().any(|start| name.starts_with(start)) || matches!(name, "changes" | "news" | "blog");
    is_past(&name) || folder_of(document).as_str().split('/').any(is_past)
}
