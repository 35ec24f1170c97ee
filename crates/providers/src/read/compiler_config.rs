//! `tsconfig.json`, `jsconfig.json` and `deno.json`: what they say about modules. Read once, for all who ask.

use std::rc::Rc;
use std::sync::Arc;

use auditlint_facts::Source;
use auditlint_source::FilePath;
use jsonc_parser::ast::{Object, ObjectProp, Value as Json};

use super::json::{NoObject, object_of, properties, span_of};
use super::package_json::SpannedText;

/// Whether a file configures the TypeScript compiler or what reads like it.
pub(crate) fn is_compiler_config(path: &FilePath) -> bool {
    path.name() == "jsconfig.json" || path.name().starts_with("tsconfig")
}

/// What such a file says.
#[derive(Debug, Default)]
pub(crate) struct CompilerConfig {
    /// The configurations that it builds on.
    pub(crate) extends: Vec<SpannedText>,
    /// The projects that it refers to.
    pub(crate) references: Vec<SpannedText>,
    /// The folder in which specifiers are looked up.
    pub(crate) base_url: Option<SpannedText>,
    /// The patterns of `paths`; an empty list hides those of what is extended, nothing does not.
    pub(crate) paths: Option<PathsKey>,
    pub(crate) root_dirs: Vec<SpannedText>,
    /// Folders and files that the compiler writes.
    pub(crate) written: Vec<SpannedText>,
    /// The libraries of `lib`.
    pub(crate) libraries: Vec<SpannedText>,
    /// The packages of `types`, where there is such a list.
    pub(crate) types: Option<Vec<SpannedText>>,
    /// The keys of `imports` at the top, as Deno has them.
    pub(crate) imports: Vec<SpannedText>,
}

/// The key `paths`, with where it stands.
#[derive(Debug)]
pub(crate) struct PathsKey {
    pub(crate) span: auditlint_source::Span,
    pub(crate) patterns: Vec<SpecifierPattern>,
}

/// A pattern of specifiers, and where they may lead.
#[derive(Debug)]
pub(crate) struct SpecifierPattern {
    pub(crate) pattern: SpannedText,
    pub(crate) targets: Vec<Arc<str>>,
}

/// What a source says that is such a file.
pub(crate) fn of(source: &Source<'_, '_>) -> Rc<Result<CompilerConfig, NoObject>> {
    source.shared(|source| object_of(source.text()).map(|object| read(&object)))
}

fn read(object: &Object<'_>) -> CompilerConfig {
    let references = object.get_array("references").into_iter().flat_map(|list| &list.elements);
    let references = references.filter_map(|element| element.as_object()?.get_string("path"));
    let options = object.get_object("compilerOptions");
    let paths = options.and_then(|options| {
        let key = options.get("paths")?;
        Some(PathsKey { span: span_of(&key.name), patterns: properties(options, "paths").map(pattern).collect() })
    });
    CompilerConfig {
        extends: texts(object, "extends"),
        references: references.map(|path| (span_of(path), path.value.as_ref().into())).collect(),
        base_url: options
            .and_then(|options| options.get_string("baseUrl"))
            .map(|base| (span_of(base), base.value.as_ref().into())),
        paths,
        root_dirs: options.map(|options| texts(options, "rootDirs")).unwrap_or_default(),
        written: ["outDir", "declarationDir", "outFile"]
            .iter()
            .filter_map(|key| options?.get_string(key))
            .map(|path| (span_of(path), path.value.as_ref().into()))
            .collect(),
        libraries: options.map(|options| texts(options, "lib")).unwrap_or_default(),
        types: options.filter(|options| options.get_array("types").is_some()).map(|options| texts(options, "types")),
        imports: properties(object, "imports")
            .map(|entry| (span_of(&entry.name), entry.name.as_str().into()))
            .collect(),
    }
}

fn pattern(entry: &ObjectProp<'_>) -> SpecifierPattern {
    let targets = entry.value.as_array().into_iter().flat_map(|list| &list.elements);
    let targets = targets.filter_map(Json::as_string_lit).map(|target| target.value.as_ref().into());
    SpecifierPattern { pattern: (span_of(&entry.name), entry.name.as_str().into()), targets: targets.collect() }
}

/// The text under a key, or the texts of the list there.
fn texts(object: &Object<'_>, key: &str) -> Vec<SpannedText> {
    let value = object.get(key).map(|property| &property.value);
    let items = match value {
        Some(Json::Array(array)) => array.elements.iter().collect(),
        other => other.into_iter().collect::<Vec<_>>(),
    };
    let texts = items.into_iter().filter_map(Json::as_string_lit);
    texts.map(|text| (span_of(text), text.value.as_ref().into())).collect()
}
