//! What JSON says about modules: `package.json`, `tsconfig.json` and its like.

use std::sync::Arc;

use auditlint_source::{FilePath, Span};
use jsonc_parser::ast::{Array, Object, Value as Json};

use super::fact::{Facts, ModuleFact, Package};
use super::importmap::is_map;
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

/// The facts of such a file.
pub(super) fn extract(path: &FilePath, text: &str, out: &mut Facts) {
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
        aliases(properties(&object, "imports"), ModuleFact::Alias, out);
        compiler(&object, out);
    }
}

fn package(object: &Object<'_>, out: &mut Facts) {
    let name = object.get_string("name").map(|name| name.value.as_ref().into());
    // Without a version nothing is published, and `0.0.0` is written where nothing is meant to be.
    let version = object.get_string("version").map(|version| version.value.as_ref());
    let is_unpublished = version.is_none_or(|version| version == "0.0.0") && object.get("publishConfig").is_none();
    // An extension is called by its editor.
    let is_extension = object.get_object("engines").is_some_and(|engines| engines.get("vscode").is_some());
    let is_private =
        !is_extension && (object.get_boolean("private").is_some_and(|private| private.value) || is_unpublished);
    let replaces = ["browser", "react-native"].iter().any(|key| object.get_object(key).is_some());
    let is_module = object.get_string("type").is_some_and(|kind| kind.value == "module");
    out.say(Span::new(0, 1), ModuleFact::Package(Package { name, is_private, replaces, is_module }));
    for kind in DEPENDENCY_KINDS {
        for dependency in properties(object, kind) {
            let (package, version) = (dependency.name.as_str().into(), text_of(&dependency.value).map(Arc::from));
            out.say(span_of(&dependency.name), ModuleFact::Dependency { package, version });
        }
    }
    for key in ["_moduleAliases", "alias"] {
        aliases(properties(object, key), ModuleFact::Alias, out);
    }
    if let Some(jest) = object.get_object("jest") {
        aliases(properties(jest, "moduleNameMapper"), ModuleFact::Alias, out);
    }
    if let Some(babel) = object.get_object("babel") {
        transpiler(babel, out);
    }
    if let Some(exports) = object.get("exports") {
        entries(&exports.value, '.', out, |key, target| ModuleFact::Entry { key, target });
    }
    if let Some(imports) = object.get("imports") {
        entries(&imports.value, '#', out, |key, target| ModuleFact::OwnImport { key, target });
    }
    for key in ["source", "types", "typings", "module", "main"] {
        if let Some(main) = object.get_string(key) {
            let target = main.value.as_ref().into();
            out.say(span_of(main), ModuleFact::Entry { key: "main".into(), target });
        }
    }
    let bin = object.get("bin").map(|bin| &bin.value);
    let programs = bin.into_iter().chain(properties(object, "bin").map(|program| &program.value));
    for program in programs {
        if let Json::StringLit(target) = program {
            let fact = ModuleFact::Entry { key: "bin".into(), target: target.value.as_ref().into() };
            out.say(span_of(target), fact);
        }
    }
}

/// The aliases of SWC, and those that plugins of Babel have wherever they stand.
fn transpiler(object: &Object<'_>, out: &mut Facts) {
    if let Some(compiler) = object.get_object("jsc") {
        aliases(properties(compiler, "paths"), ModuleFact::Alias, out);
    }
    let mut left = vec![object];
    let mut lists: Vec<&Array<'_>> = Vec::new();
    loop {
        let values: Vec<&Json<'_>> = if let Some(object) = left.pop() {
            aliases(properties(object, "alias"), ModuleFact::Alias, out);
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
fn entries(value: &Json<'_>, sign: char, out: &mut Facts, fact: impl Fn(Arc<str>, Arc<str>) -> ModuleFact) {
    let mut left: Vec<(&str, &Json<'_>)> = vec![(".", value)];
    while let Some((key, value)) = left.pop() {
        match value {
            Json::StringLit(target) => out.say(span_of(target), fact(key.into(), target.value.as_ref().into())),
            Json::Array(array) => left.extend(array.elements.iter().rev().map(|element| (key, element))),
            Json::Object(object) => left.extend(object.properties.iter().rev().map(|property| {
                let name = property.name.as_str();
                (if name.starts_with(sign) { name } else { key }, &property.value)
            })),
            _ => {}
        }
    }
}

fn compiler(object: &Object<'_>, out: &mut Facts) {
    let texts = |object: &Object<'_>, key: &str| -> Vec<(Span, String)> {
        let value = object.get(key).map(|property| &property.value);
        let items = match value {
            Some(Json::Array(array)) => array.elements.iter().collect(),
            other => other.into_iter().collect::<Vec<_>>(),
        };
        items.into_iter().filter_map(|item| Some((span_of(item), text_of(item)?.to_owned()))).collect()
    };
    for (span, base) in texts(object, "extends") {
        out.say(span, ModuleFact::Extends(base.into()));
    }
    if let Some(references) = object.get_array("references") {
        for path in references.elements.iter().filter_map(|element| element.as_object()?.get_string("path")) {
            out.say(span_of(path), ModuleFact::Reference(path.value.as_ref().into()));
        }
    }
    let Some(options) = object.get_object("compilerOptions") else { return };
    // `*` says where types may lie, and leaves every name what it is.
    let named = properties(options, "paths").filter(|pattern| pattern.name.as_str() != "*");
    aliases(named, ModuleFact::Ambient, out);
    if let Some(paths) = options.get("paths") {
        // Also where it is empty: it hides the `paths` of what is extended.
        out.say(span_of(&paths.name), ModuleFact::Paths);
    }
    for property in properties(options, "paths") {
        let targets = match &property.value {
            Json::Array(array) => array.elements.iter().filter_map(text_of).collect(),
            _ => Vec::new(),
        };
        for target in targets {
            let (pattern, target) = (property.name.as_str().into(), target.into());
            out.say(span_of(&property.name), ModuleFact::Path { pattern, target });
        }
    }
    if let Some(base) = options.get_string("baseUrl") {
        out.say(span_of(base), ModuleFact::Base(base.value.as_ref().into()));
    }
    let root_folders = texts(options, "rootDirs");
    if let Some((span, _)) = root_folders.get(MOST_ROOT_FOLDERS) {
        out.gap(*span, format!("of `rootDirs` only the first {MOST_ROOT_FOLDERS} are read"));
    }
    for (span, folder) in root_folders.into_iter().take(MOST_ROOT_FOLDERS) {
        out.say(span, ModuleFact::RootFolder(folder.into()));
    }
}

fn aliases<'a, 't: 'a>(
    entries: impl Iterator<Item = &'a jsonc_parser::ast::ObjectProp<'t>>,
    fact: fn(Arc<str>) -> ModuleFact,
    out: &mut Facts,
) {
    for entry in entries {
        out.say(span_of(&entry.name), fact(entry.name.as_str().into()));
    }
}
