//! Imports and exports of TypeScript and JavaScript: the packages that they may name, the files that they lead to, the names that
//! modules give and take.

mod code;
mod compiler;
mod exports;
mod fact;
mod files;
mod handlers;
mod imported;
mod importmap;
mod manifest;
mod mentions;
mod modules;
mod package;
mod patterns;
mod project;
mod resolve;
mod specifier;
mod supplies;
mod tables;
mod usage;
mod wasm;

use auditlint_facts::{ProjectScope, Provider, Relation, RelationInfo, Source, column, relation};
use auditlint_source::{FilePath, Span};
use auditlint_syntax::Language;

use self::fact::{Facts, ModuleFact};

static RELATIONS: [RelationInfo; 6] = [
    relation(
        "import.import",
        "An import of TypeScript or JavaScript.",
        &[
            column("directory", "the folder of the nearest `package.json`"),
            column("specifier", "what is imported, as it is written"),
            column("package", "the npm package that it names; nothing for paths, modules of Node.js and aliases"),
            column("how", "`import` (also `export … from`), `type`, `require` or `dynamic`"),
            column("optional", "whether the code is ready for it not to be there: inside of `try`, before `.catch`"),
            column("file", "the file of the project that it leads to"),
            column(
                "state",
                "`file`, `package` (of npm or Node.js), `missing` where a path or an alias leads to no file, `unknown` where nobody can say: something else may make the file or give the specifier a meaning",
            ),
        ],
    ),
    relation(
        "import.available",
        "A package that code below a `package.json` may import.",
        &[
            column("directory", "the folder of the `package.json`"),
            column(
                "package",
                "a dependency of any kind of it or of a `package.json` above it, the package itself, or one whose types are a dependency",
            ),
        ],
    ),
    relation(
        "import.name",
        "A name that an import or `export … from` takes from a module.",
        &[
            column("specifier", "the module, as it is written"),
            column("name", "the name in that module, `default`, or `*` for all of them"),
            column("how", "`import` (also `export … from`), `type`, `require` or `dynamic`"),
            column("file", "the file of the project that the specifier leads to"),
            column(
                "exists",
                "whether that file exports the name, itself or by `export *`; nothing where nobody can say",
            ),
        ],
    ),
    relation(
        "import.export",
        "A name that a module exports.",
        &[
            column("file", "the module"),
            column("name", "the name, `default` for the default export"),
            column(
                "kind",
                "`function`, `component` (a function with a capital letter in a file with JSX), `class`, `variable`, `enum`, `interface`, `type`, `namespace`, `signature` of a function without its body, `default`, `export` for what comes from another module, `list` for other names of `export { … }`",
            ),
            column(
                "used",
                "whether something imports or mentions it: another file, its own, whoever installs the package, a framework; nothing where nobody can say",
            ),
        ],
    ),
    relation(
        "import.module",
        "A file of TypeScript or JavaScript that exports a function or class with a body.",
        &[
            column("file", "its path"),
            column(
                "decides",
                "whether something in it takes one way or another: an `if`, a loop, `a ? b : c`, a `catch`",
            ),
            column(
                "convention",
                "whether a framework or tool calls it by its name: routes, pages, configuration, stories",
            ),
            column(
                "untested_here",
                "whether it has no test of its own (`b.test.ts`, `__tests__/b.ts`) in a folder where at least as many files of its kind, with JSX or without, have one as have none",
            ),
            column(
                "mentioned",
                "whether something names it in a way that nobody can follow: part of a computed path, an unknown alias",
            ),
        ],
    ),
    relation(
        "import.edge",
        "A file of the project that needs another one.",
        &[
            column("from", "the file with the import"),
            column("to", "the file that it leads to"),
            column(
                "how",
                "`import`, `type`, `require`, `dynamic`, or `mention` where a text names it: `new URL(\"./worker.ts\", …)`",
            ),
            column("test", "whether the file with the import is a test, by its path"),
        ],
    ),
];

/// The provider.
pub(crate) struct Imports;

impl Provider for Imports {
    type Fact = ModuleFact;

    fn name(&self) -> &str {
        "import"
    }

    fn about(&self) -> &str {
        "`import`, `export … from`, `import()`, `require()` with a text, and `import(\"x\")` in types. A specifier names a package unless it is a path, a module of Node.js, or an alias: of `paths` and \
         `baseUrl` in any `tsconfig*.json` or `jsconfig.json`, of `declare module`, of a `deno.json`, of an import map, of `moduleNameMapper`, or any key of an object in a `*.config.*` file, where bundlers and test runners \
         keep theirs. Specifiers lead to files by `paths`, `baseUrl`, `extends` and `rootDirs` of the configurations in the nearest folder that has one, `exports`, `imports` and `main` of the packages of the \
         project, extensions and `index` files; built files that are not committed stand for the sources that have their names. In `.vue`, `.svelte`, `.astro`, `.mdx`, `.html`, `.gts`, `.gjs` and `.wasp` imports are found without a grammar: anything of what they name counts as used."
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
            || Language::of_path(path).is_some_and(Language::is_ecmascript)
    }

    fn may_hold(&self, path: &FilePath, text: &[u8]) -> bool {
        let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        if mentions::is_page(path) {
            return has(b"<script");
        }
        if handlers::is_configuration(path) && !wasm::is_manifest(path) {
            return handlers::may_name(text);
        }
        manifest::is_json(path)
            || importmap::is_pins(path)
            || wasm::is_manifest(path)
            || is_config(path)
            || has(b"import")
            || has(b"require")
            || has(b"export")
            || has(b"declare")
    }

    fn extract(&self, source: &Source<'_, '_>) -> Facts {
        let mut out = Facts::default();
        if manifest::is_json(source.path) {
            manifest::extract(source, &mut out);
        } else if wasm::is_manifest(source.path) {
            wasm::extract(source.text(), &mut out);
        } else if handlers::is_configuration(source.path) {
            handlers::extract(source.text(), &mut out);
        } else if importmap::is_pins(source.path) {
            importmap::pins(source.text(), &mut out);
        } else if mentions::is_component(source.path) || mentions::is_page(source.path) {
            mentions::scan(source.text().as_bytes(), &mut out);
            importmap::of_page(source.text().as_bytes(), &mut out);
        } else if let Some(analysis) = source.analysis() {
            code::extract(analysis, source.path, is_config(source.path), &mut out);
        } else {
            out.say(Span::new(0, 0), ModuleFact::Open);
            mentions::scan(source.text().as_bytes(), &mut out);
        }
        out
    }

    fn derive(&self, sources: &[(FilePath, &Facts)], scope: &ProjectScope<'_>) -> Vec<Relation> {
        tables::derive(sources, scope)
    }
}

/// Whether a file may configure a bundler or a test runner.
fn is_config(path: &FilePath) -> bool {
    let names = [".config.", "webpack", "babel", "alias", "esbuild", ".umirc.", "config-overrides."];
    let folder = path.parent().unwrap_or_default();
    names.iter().any(|part| path.name().contains(part))
        || path.name().starts_with("build.")
        || matches!(folder.name(), ".storybook" | "webpack" | "build")
}

#[cfg(test)]
mod tests;
