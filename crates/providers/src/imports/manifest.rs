//! What JSON says about modules: `package.json`, `tsconfig.json` and its like.

use std::sync::Arc;

use auditlint_facts::Source;
use auditlint_source::{FilePath, Span};

use super::fact::{Facts, ModuleFact, PackageFact};
use super::importmap::is_map;
use crate::read::alias::Alias;
use crate::read::compiler_config::{self, CompilerConfig, SpecifierPattern};
use crate::read::json::NoObject;
use crate::read::package_json::{self, EntryPoint, NpmDependency, PackageJson};
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

/// The facts of such a file.
pub(super) fn extract(source: &Source<'_, '_>, out: &mut Facts) {
    let path = source.path;
    if path.name() == "package.json" {
        return match &*package_json::of(source) {
            Ok(read) => package(read, out),
            Err(error) => out.gap(error.span, "`package.json` is not valid JSON"),
        };
    }
    if is_transpiler(path) {
        return match transpiler::of(source) {
            Ok(aliases) => aliases.iter().for_each(|alias| replaced(alias, out)),
            Err(error) => no_object(path, &error, out),
        };
    }
    match &*compiler_config::of(source) {
        Ok(config) => compiler(config, out),
        Err(error) => no_object(path, error, out),
    }
}

fn no_object(path: &FilePath, error: &NoObject, out: &mut Facts) {
    // A `tsconfig.json` of comments alone says nothing.
    if !error.is_json {
        out.gap(error.span, format!("`{}` is not valid JSON", path.name()));
    }
}

fn package(read: &PackageJson, out: &mut Facts) {
    let said = PackageFact {
        name: read.name.as_ref().map(|(_, name)| Arc::clone(name)),
        is_private: read.is_unpublished,
        replaces: read.replaces,
        is_module: read.is_module,
    };
    out.say(Span::new(0, 1), ModuleFact::Package(said));
    for NpmDependency { span, package, version, .. } in &read.dependencies {
        out.say(*span, ModuleFact::Dependency { package: Arc::clone(package), version: version.clone() });
    }
    read.aliases.iter().for_each(|alias| replaced(alias, out));
    for EntryPoint { span, key, target } in &read.entries {
        out.say(*span, ModuleFact::Entry { key: Arc::clone(key), target: Arc::clone(target) });
    }
    for EntryPoint { span, key, target } in &read.own_imports {
        out.say(*span, ModuleFact::OwnImport { key: Arc::clone(key), target: Arc::clone(target) });
    }
}

fn replaced(alias: &Alias, out: &mut Facts) {
    for target in &alias.targets {
        let pattern = Arc::clone(&alias.pattern);
        out.say(alias.span, ModuleFact::AliasTarget { pattern, target: Arc::clone(target) });
    }
    out.say(alias.span, ModuleFact::Alias(Arc::clone(&alias.pattern)));
}

fn compiler(config: &CompilerConfig, out: &mut Facts) {
    for (span, alias) in &config.imports {
        out.say(*span, ModuleFact::Alias(Arc::clone(alias)));
    }
    for (span, base) in &config.extends {
        out.say(*span, ModuleFact::Extends(Arc::clone(base)));
    }
    for (span, path) in &config.references {
        out.say(*span, ModuleFact::Reference(Arc::clone(path)));
    }
    let patterns = || config.paths.iter().flat_map(|paths| &paths.patterns);
    // `*` says where types may lie, and leaves every name what it is.
    for SpecifierPattern { pattern: (span, name), .. } in patterns().filter(|pattern| &*pattern.pattern.1 != "*") {
        out.say(*span, ModuleFact::Ambient(Arc::clone(name)));
    }
    if let Some(paths) = &config.paths {
        // Also where it is empty: it hides the `paths` of what is extended.
        out.say(paths.span, ModuleFact::Paths);
    }
    for SpecifierPattern { pattern: (span, name), targets } in patterns() {
        for target in targets {
            out.say(*span, ModuleFact::Path { pattern: Arc::clone(name), target: Arc::clone(target) });
        }
    }
    if let Some((span, base)) = &config.base_url {
        out.say(*span, ModuleFact::Base(Arc::clone(base)));
    }
    if let Some((span, _)) = config.root_dirs.get(MOST_ROOT_FOLDERS) {
        out.gap(*span, format!("of `rootDirs` only the first {MOST_ROOT_FOLDERS} are read"));
    }
    for (span, folder) in config.root_dirs.iter().take(MOST_ROOT_FOLDERS) {
        out.say(*span, ModuleFact::RootFolder(Arc::clone(folder)));
    }
}
