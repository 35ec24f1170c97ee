//! Imports and exports of TypeScript, JavaScript and Python: the packages that they may name, the files that they lead to, the names that
//! modules give and take.

mod code;
mod compiler;
mod container;
mod edges;
mod exports;
mod fact;
mod files;
mod handlers;
mod imported;
mod importmap;
mod leads;
mod manifest;
mod mentions;
mod modules;
mod package;
mod patterns;
mod project;
mod python;
mod reader;
mod relations;
mod resolve;
mod sources;
mod specifier;
mod supplies;
mod tables;
mod templates;
mod usage;
mod wasm;

use std::sync::Arc;

use auditlint_facts::folder::folder_of;
use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::{Language, Page};

pub(crate) use self::edges::{decides, edges, extract_manifest, files_of};
pub(crate) use self::fact::{ImportKind, ModuleFact};
pub use self::leads::{ImportLead, ReachedFiles, ReadSpecifiers, import_settings, reached_from, specifiers_in};

use self::fact::Facts;
use self::relations::RELATIONS;
use crate::read::build_config;
use crate::read::commands::{self, FileKind, Product, Runs};
use crate::read::shell::{PROJECT, START};
use crate::read::submodules::{GITMODULES, submodules};

/// The provider.
pub(crate) struct Imports;

impl Provider for Imports {
    type Fact = ModuleFact;

    fn name(&self) -> &str {
        "import"
    }

    fn about(&self) -> &str {
        "`import`, `export … from`, `import()`, `require()` with a text, and `import(\"x\")` in types. A specifier names a package unless it is a path, a module of Node.js, or an alias: of `paths` and \
         `baseUrl` in any `tsconfig*.json` or `jsconfig.json`, of `declare module`, of a `deno.json`, of an import map, of `moduleNameMapper`, or of the aliases and externals in a `*.config.*` file of its package or of one that this one depends on. Specifiers lead to files by `paths`, `baseUrl`, `extends` and `rootDirs` of the configurations in the nearest folder that has one, `exports`, `imports` and `main` of the packages of the \
         project, extensions and `index` files; built files that are not committed stand for the sources that have their names. Where a path leads is open in a module that a `Dockerfile` copies to another folder. In `.vue`, `.svelte` and `.astro` the imports of scripts are read. There, and in `.mdx`, `.html`, `.gts`, `.gjs` and `.wasp`, imports are found without a grammar besides: anything of what they name counts as used."
    }

    fn relations(&self) -> &[RelationInfo] {
        &RELATIONS
    }

    fn reads(&self, path: &FilePath) -> bool {
        manifest::is_json(path)
            || importmap::is_pins(path)
            || handlers::is_configuration(path)
            || mentions::is_component(path)
            || mentions::is_page(path)
            || python::reads(path)
            || path.name() == GITMODULES
            || container::is_recipe(path)
            || FileKind::of(path).is_some_and(makes_files)
            || Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        if python::reads(path) {
            return true;
        }
        if mentions::is_page(path) {
            return has(b"<script");
        }
        if handlers::is_configuration(path) && !wasm::is_manifest(path) {
            return handlers::may_name(text);
        }
        manifest::is_json(path)
            || importmap::is_pins(path)
            || wasm::is_manifest(path)
            || path.name() == GITMODULES
            || container::is_recipe(path)
            || FileKind::of(path).is_some_and(makes_files)
            || build_config::is_config(path)
            || has(b"import")
            || has(b"require")
            || has(b"export")
            || has(b"declare")
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if python::reads(source.path) {
            python::extract(source, &mut out);
            return out;
        }
        if FileKind::of(source.path).is_some_and(makes_files)
            && let Some(runs) = commands::runs_of(source)
        {
            made(&runs, &mut out);
        }
        if build_config::may_configure(source.path) {
            written(source, &mut out);
        }
        if manifest::is_json(source.path) {
            manifest::extract(source, &mut out);
        } else if wasm::is_manifest(source.path) {
            wasm::extract(source, &mut out);
        } else if source.path.name() == GITMODULES {
            // What lies there is fetched.
            for path in submodules(source.text()) {
                let (path, folder) = (path.into(), PROJECT.to_string().into());
                out.say(Span::default(), ModuleFact::Made { path, folder });
            }
        } else if container::is_recipe(source.path) {
            container::extract(source.text(), &mut out);
        } else if handlers::is_configuration(source.path) {
            handlers::extract(source.text(), &mut out);
        } else if importmap::is_pins(source.path) {
            importmap::pins(source.text(), &mut out);
        } else if mentions::is_component(source.path) || mentions::is_page(source.path) {
            mentions::scan(source.text().as_bytes(), &mut out);
            importmap::of_page(source.text().as_bytes(), &mut out);
            if let Some(analysis) = source.analysis().filter(|_| has_imports_of_packages(source.path)) {
                code::extract_imports(analysis, &mut out);
            }
        } else if let Some(analysis) = source.analysis() {
            code::extract(analysis, source.path, build_config::is_config(source.path), &mut out);
        } else {
            out.say(Span::new(0, 0), ModuleFact::Open);
            mentions::scan(source.text().as_bytes(), &mut out);
            if matches!(source.path.extension(), Some("ts" | "mts" | "cts" | "tsx")) {
                mentions::ambient(source.text(), &mut out);
            }
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        tables::derive(sources, scope)
    }
}

/// Whether commands of such files may make modules.
fn makes_files(kind: FileKind) -> bool {
    use FileKind::{Gitlab, Just, Make, Package, Pipeline, Shell, Workflow};
    matches!(kind, Package | Workflow | Gitlab | Pipeline | Shell | Make | Just)
}

/// Says what commands make.
fn made(runs: &Runs, out: &mut Facts) {
    let start: Arc<str> = START.to_string().into();
    for run in &runs.commands {
        for Product { path, .. } in commands::made(run) {
            let folder = run.command.folder.as_deref().map_or_else(|| Arc::clone(&start), Arc::from);
            out.say(run.span, ModuleFact::Made { path: path.into(), folder });
        }
    }
    for (_, path) in &runs.written {
        let (path, folder) = (path.as_str().into(), PROJECT.to_string().into());
        out.say(Span::default(), ModuleFact::Made { path, folder });
    }
}

/// Says what a configuration has written.
fn written(source: &Source<'_, '_>, out: &mut Facts) {
    if build_config::may_name(source.text().as_bytes()) {
        let folder = folder_of(source.path);
        for (span, path) in build_config::written(source) {
            out.say(span, ModuleFact::Output(folder.join(&path).as_str().into()));
        }
    }
}

/// Whether the scripts of a page import as modules do. Those of a page of HTML are loaded by a browser, by addresses.
fn has_imports_of_packages(path: &FilePath) -> bool {
    match Page::of_path(path) {
        Some(Page::Vue | Page::Svelte | Page::Astro) => true,
        Some(Page::Html) | None => false,
    }
}

#[cfg(test)]
mod tests;
