//! What JSON says about modules: `package.json`, `tsconfig.json` and its like.

use std::sync::Arc;

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};
use jsonc_parser::ast::{Object, Value as Json};

use super::fact::{Facts, ModuleFact, Package};
use super::importmap::is_map;
use crate::read::json::{object_of, properties, span_of};
use crate::read::package_json::{self, Dependency, Entry, PackageJson};
use crate::read::transpiler;

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
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let (path, text) = (source.path, source.text());
    if path.name() == "package.json" {
        return match &*package_json::of(source) {
            Ok(read) => package(read, out),
            Err(error) => out.gap(error.span, "`package.json` is no JSON"),
        };
    }
    let object = match object_of(text) {
        Ok(object) => object,
        // A `tsconfig.json` of comments alone says nothing.
        Err(error) if error.is_json => return,
        Err(error) => return out.gap(error.span, format!("`{}` is no JSON", path.name())),
    };
    if is_transpiler(path) {
        for (span, alias) in transpiler::aliases(&object) {
            out.say(span, ModuleFact::Alias(alias));
        }
    } else {
        aliases(properties(&object, "imports"), ModuleFact::Alias, out);
        compiler(&object, out);
    }
}

fn package(read: &PackageJson, out: &mut Facts) {
    let said = Package {
        name: read.name.as_ref().map(|(_, name)| Arc::clone(name)),
        is_private: read.is_unpublished,
        replaces: read.replaces,
        is_module: read.is_module,
    };
    out.say(Span::new(0, 1), ModuleFact::Package(said));
    for Dependency { span, package, version, .. } in &read.dependencies {
        out.say(*span, ModuleFact::Dependency { package: Arc::clone(package), version: version.clone() });
    }
    for (span, alias) in &read.aliases {
        out.say(*span, ModuleFact::Alias(Arc::clone(alias)));
    }
    for Entry { span, key, target } in &read.entries {
        out.say(*span, ModuleFact::Entry { key: Arc::clone(key), target: Arc::clone(target) });
    }
    for Entry { span, key, target } in &read.own_imports {
        out.say(*span, ModuleFact::OwnImport { key: Arc::clone(key), target: Arc::clone(target) });
    }
}

fn text_of<'a>(value: &'a Json<'_>) -> Option<&'a str> {
    if let Json::StringLit(text) = value { Some(text.value.as_ref()) } else { None }
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
