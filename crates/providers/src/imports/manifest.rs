//! What JSON says about modules: `package.json`, `tsconfig.json` and its like.

use auditlint_facts::Raw;
use auditlint_source::{FilePath, Span};
use jsonc_parser::ast::{Array, Object, Value as Json};

use super::importmap::is_map;
use super::raw;
use crate::read::json::{DEPENDENCY_KINDS, object_of, properties, span_of};

/// How many `rootDirs` of one configuration are read: each import may lead from each of them to each.
const MOST_ROOT_FOLDERS: usize = 16;

/// Whether a file says something about modules.
pub(super) fn is_json(path: &FilePath) -> bool {
    let name = path.name();
    matches!(name, "package.json" | "jsconfig.json" | "deno.json" | "deno.jsonc")
        || is_map(path)
        || is_transpiler(path)
        || (name.ends_with(".json") && (name.starts_with("tsconfig") || is_shared_config(path)))
}

/// Whether a file lies in a folder of configurations that packages share: `packages/typescript-config/base.json`.
fn is_shared_config(path: &FilePath) -> bool {
    let folder = path.parent().unwrap_or_default();
    ["tsconfig", "typescript"].iter().any(|part| folder.name().contains(part))
}

/// Whether a file configures Babel or SWC.
fn is_transpiler(path: &FilePath) -> bool {
    matches!(path.name(), ".babelrc" | ".babelrc.json" | "babel.config.json" | ".swcrc")
}

/// Whether a file configures the TypeScript compiler or what reads like it.
pub(super) fn is_compiler_config(path: &FilePath) -> bool {
    path.name() == "jsconfig.json" || path.name().starts_with("tsconfig")
}

/// The raw rows of such a file.
pub(super) fn extract(path: &FilePath, text: &str, out: &mut Raw) {
    let object = match object_of(text) {
        Ok(object) => object,
        // A `tsconfig.json` of comments alone says nothing.
        Err(error) if error.is_json && path.name() != "package.json" => return,
        Err(error) => return out.gap(error.span, format!("`{}` is no JSON", path.name())),
    };
    if path.name() == "package.json" {
        package(&object, out);
    } else if is_transpiler(path) {
        transpiler(&object, out);
    } else {
        aliases(properties(&object, "imports"), true, out);
        compiler(&object, out);
    }
}

fn package(object: &Object<'_>, out: &mut Raw) {
    let name = object.get_string("name").map(|name| name.value.as_ref());
    // Without a version nothing is published, and `0.0.0` is written where nothing is meant to be.
    let version = object.get_string("version").map(|version| version.value.as_ref());
    let is_unpublished = version.is_none_or(|version| version == "0.0.0") && object.get("publishConfig").is_none();
    // An extension is called by its editor.
    let is_extension = object.get_object("engines").is_some_and(|engines| engines.get("vscode").is_some());
    let is_private =
        !is_extension && (object.get_boolean("private").is_some_and(|private| private.value) || is_unpublished);
    let replaces = ["browser", "react-native"].iter().any(|key| object.get_object(key).is_some());
    let is_module = object.get_string("type").is_some_and(|kind| kind.value == "module");
    out.push(raw::PACKAGE, Span::new(0, 1), [name.into(), is_private.into(), replaces.into(), is_module.into()]);
    for kind in DEPENDENCY_KINDS {
        for dependency in properties(object, kind) {
            let version = text_of(&dependency.value);
            out.push(raw::DEPENDENCY, span_of(&dependency.name), [dependency.name.as_str().into(), version.into()]);
        }
    }
    for key in ["_moduleAliases", "alias"] {
        aliases(properties(object, key), true, out);
    }
    if let Some(jest) = object.get_object("jest") {
        aliases(properties(jest, "moduleNameMapper"), true, out);
    }
    if let Some(babel) = object.get_object("babel") {
        transpiler(babel, out);
    }
    if let Some(exports) = object.get("exports") {
        entries(&exports.value, '.', raw::ENTRY, out);
    }
    if let Some(imports) = object.get("imports") {
        entries(&imports.value, '#', raw::OWN_IMPORT, out);
    }
    for key in ["source", "types", "typings", "module", "main"] {
        if let Some(main) = object.get_string(key) {
            out.push(raw::ENTRY, span_of(main), ["main".into(), main.value.as_ref().into()]);
        }
    }
    let bin = object.get("bin").map(|bin| &bin.value);
    let programs = bin.into_iter().chain(properties(object, "bin").map(|program| &program.value));
    for program in programs {
        if let Json::StringLit(target) = program {
            out.push(raw::ENTRY, span_of(target), ["bin".into(), target.value.as_ref().into()]);
        }
    }
}

/// The aliases of SWC, and those that plugins of Babel have wherever they stand.
fn transpiler(object: &Object<'_>, out: &mut Raw) {
    if let Some(compiler) = object.get_object("jsc") {
        aliases(properties(compiler, "paths"), true, out);
    }
    let mut left = vec![object];
    let mut lists: Vec<&Array<'_>> = Vec::new();
    loop {
        let values: Vec<&Json<'_>> = if let Some(object) = left.pop() {
            aliases(properties(object, "alias"), true, out);
            object.properties.iter().map(|property| &property.value).collect()
        } else if let Some(list) = lists.pop() {
            list.elements.iter().collect()
        } else {
            return;
        };
        for value in values {
            match value {
                Json::Object(object) => left.push(object),
                Json::Array(list) => lists.push(list),
                _ => {}
            }
        }
    }
}

fn text_of<'a>(value: &'a Json<'_>) -> Option<&'a str> {
    if let Json::StringLit(text) = value { Some(text.value.as_ref()) } else { None }
}

/// The files that `exports` or `imports` names for each key, whatever the condition, in their order. Keys begin with `sign`; what
/// stands under no key belongs to the package itself.
fn entries(value: &Json<'_>, sign: char, relation: u8, out: &mut Raw) {
    let mut left: Vec<(&str, &Json<'_>)> = vec![(".", value)];
    while let Some((key, value)) = left.pop() {
        match value {
            Json::StringLit(target) => out.push(relation, span_of(target), [key.into(), target.value.as_ref().into()]),
            Json::Array(array) => left.extend(array.elements.iter().rev().map(|element| (key, element))),
            Json::Object(object) => left.extend(object.properties.iter().rev().map(|property| {
                let name = property.name.as_str();
                (if name.starts_with(sign) { name } else { key }, &property.value)
            })),
            _ => {}
        }
    }
}

fn compiler(object: &Object<'_>, out: &mut Raw) {
    let texts = |object: &Object<'_>, key: &str| -> Vec<(Span, String)> {
        let value = object.get(key).map(|property| &property.value);
        let items = match value {
            Some(Json::Array(array)) => array.elements.iter().collect(),
            other => other.into_iter().collect::<Vec<_>>(),
        };
        items.into_iter().filter_map(|item| Some((span_of(item), text_of(item)?.to_owned()))).collect()
    };
    for (span, base) in texts(object, "extends") {
        out.push(raw::EXTENDS, span, [base.as_str().into()]);
    }
    if let Some(references) = object.get_array("references") {
        for path in references.elements.iter().filter_map(|element| element.as_object()?.get_string("path")) {
            out.push(raw::REFERENCE, span_of(path), [path.value.as_ref().into()]);
        }
    }
    let Some(options) = object.get_object("compilerOptions") else { return };
    // `*` says where types may lie, and leaves every name what it is.
    let named = properties(options, "paths").filter(|pattern| pattern.name.as_str() != "*");
    aliases(named, false, out);
    if let Some(paths) = options.get("paths") {
        // Also where it is empty: it hides the `paths` of what is extended.
        out.push(raw::PATH, span_of(&paths.name), []);
    }
    for property in properties(options, "paths") {
        let targets = match &property.value {
            Json::Array(array) => array.elements.iter().filter_map(text_of).collect(),
            _ => Vec::new(),
        };
        for target in targets {
            out.push(raw::PATH, span_of(&property.name), [property.name.as_str().into(), target.into()]);
        }
    }
    if let Some(base) = options.get_string("baseUrl") {
        out.push(raw::BASE, span_of(base), [base.value.as_ref().into()]);
    }
    let root_folders = texts(options, "rootDirs");
    if let Some((span, _)) = root_folders.get(MOST_ROOT_FOLDERS) {
        out.gap(*span, format!("of `rootDirs` only the first {MOST_ROOT_FOLDERS} are read"));
    }
    for (span, folder) in root_folders.into_iter().take(MOST_ROOT_FOLDERS) {
        out.push(raw::ROOT_FOLDER, span, [folder.as_str().into()]);
    }
}

fn aliases<'a, 't: 'a>(
    entries: impl Iterator<Item = &'a jsonc_parser::ast::ObjectProp<'t>>,
    configures: bool,
    out: &mut Raw,
) {
    for entry in entries {
        out.push(raw::ALIAS, span_of(&entry.name), [entry.name.as_str().into(), configures.into()]);
    }
}
