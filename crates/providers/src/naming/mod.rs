//! How files of code are named.

mod style;

use std::collections::BTreeMap;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{
    Fact, ProjectScope, Provider, Relation, RelationInfo, Row, Source, SourceFacts, Value, column, detail, relation,
};
use auditlint_source::{FilePath, Role, Span};
use serde::{Deserialize, Serialize};

use self::style::Style;

static RELATIONS: [RelationInfo; 1] = [relation(
    "naming.file",
    "A file of TypeScript or JavaScript whose name its project chooses.",
    &[
        column("name", "its name up to the first dot"),
        detail(
            "style",
            "`kebab-case`, `camelCase`, `PascalCase`, `snake_case`, `plain` (one word in lower case, which is right in all but `PascalCase`) or `other`",
        ),
        detail(
            "usual",
            "the style of nearly all files of its kind in its package, where there are enough of them to say",
        ),
        detail("unusual", "whether its style is another one than that"),
    ],
)];

/// At least this many files of a package must have one of the styles for one to be usual.
const LEAST_FILES: usize = 12;
/// Of so many at the most one may have another style, for the rest to be usual.
const ONE_IN: usize = 7;

/// The provider.
pub(crate) struct Naming;

/// Names of files are known without a look into them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nothing;

impl Fact for Nothing {}

impl Provider for Naming {
    type Fact = Nothing;

    fn name(&self) -> &str {
        "naming"
    }

    fn about(&self) -> &str {
        "Names of files of TypeScript and JavaScript, without what frameworks ask for (`[id].ts`, `_app.tsx`, `+page.ts`, `@modal`, `(group)`), migrations, files that begin with a digit, declarations (`.d.ts`) and configuration. What is usual is asked of each package and of each ending (`.ts`, `.tsx`) by itself, \
         of packages with at least 12 files in one of the styles of which six in seven have the same one."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        chosen(path).is_some()
    }

    fn may_hold(&self, _path: &FilePath, _text: &[u8]) -> bool {
        false
    }

    fn extract(&self, _source: &Source<'_, '_>) -> SourceFacts<Nothing> {
        SourceFacts::default()
    }

    fn derive(&self, _sources: &[(FilePath, &SourceFacts<Nothing>)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        let packages: Vec<FilePath> =
            scope.files().iter().filter(|path| path.name() == "package.json").map(folder_of).collect();
        let named: Vec<_> = scope.files().iter().filter_map(|path| Some((path, chosen(path)?))).collect();
        // By package and ending: how many files have each style.
        let mut counts: BTreeMap<(FilePath, &str), BTreeMap<Style, usize>> = BTreeMap::new();
        for (path, name) in &named {
            let style = Style::of(name);
            if style.is_decided() && Role::by_default(path) == Role::Source {
                let kind = (package_of(path, &packages), ending(path));
                *counts.entry(kind).or_default().entry(style).or_default() += 1;
            }
        }
        let rows = named.iter().map(|(path, name)| {
            let style = Style::of(name);
            let usual = counts.get(&(package_of(path, &packages), ending(path))).and_then(usual);
            let is_unusual = usual.is_some_and(|usual| style.is_decided() && style != usual);
            let values = vec![
                (*name).into(),
                style.name().into(),
                usual.map_or(Value::Absent, |usual| usual.name().into()),
                is_unusual.into(),
            ];
            Row { path: (*path).clone(), span: Span::default(), values }
        });
        vec![Relation { info: RELATIONS[0].clone(), rows: rows.collect(), gaps: Vec::new() }]
    }
}

/// The style of nearly all of some files.
fn usual(counts: &BTreeMap<Style, usize>) -> Option<Style> {
    let all: usize = counts.values().sum();
    let (style, most) = counts.iter().max_by_key(|(_, count)| **count)?;
    (all >= LEAST_FILES && (all - most) * ONE_IN <= all).then_some(*style)
}

/// The nearest folder with a `package.json`.
fn package_of(path: &FilePath, packages: &[FilePath]) -> FilePath {
    let mut at = folder_of(path);
    while !at.is_root() && packages.binary_search(&at).is_err() {
        at = folder_of(&at);
    }
    at
}

fn ending(path: &FilePath) -> &str {
    match path.name().rsplit('.').next() {
        Some("tsx") => "tsx",
        Some("jsx") => "jsx",
        Some("js" | "mjs" | "cjs") => "js",
        _ => "ts",
    }
}

/// The name of a file that its project chooses, up to the first dot.
fn chosen(path: &FilePath) -> Option<&str> {
    let name = path.name();
    let (head, rest) = name.split_once('.')?;
    let is_code = ["ts", "tsx", "js", "jsx", "mjs", "cjs", "mts", "cts"].contains(&name.rsplit('.').next()?);
    let is_declaration = rest.starts_with("d.") || rest.contains("config");
    let is_asked_for = head.is_empty()
        || !head.starts_with(|letter: char| letter.is_ascii_alphabetic())
        || head.contains(['[', '(', '@', '+', ' ', '$', '~']);
    let is_kept_apart = path.as_str().split('/').any(|folder| {
        matches!(folder, "migrations" | "migration" | "generated" | "vendor" | "public" | "dist" | "__generated__")
    });
    (is_code && !is_declaration && !is_asked_for && !is_kept_apart).then_some(head)
}

#[cfg(test)]
mod tests;
