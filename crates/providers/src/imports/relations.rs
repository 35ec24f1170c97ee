//! Relations of modules: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 6] = [
    relation(
        "import.import",
        "An import of TypeScript, JavaScript or Python.",
        &[
            column("directory", "the folder of the nearest `package.json`"),
            column("specifier", "what is imported, as it is written"),
            column(
                "package",
                "the npm package that it names, or that with its types (`@types/…`) where only types are taken and only that is declared; nothing for paths, modules of Node.js and aliases",
            ),
            column("how", "`import` (also `export … from`), `type`, `require` or `dynamic`"),
            detail("optional", "whether the code is ready for it not to be there: inside of `try`, before `.catch`"),
            column("file", "the file of the project that it leads to"),
            detail(
                "state",
                "`file`, `package` (of npm or Node.js), `missing` where a path or an alias leads to no file, `unknown` where nobody can say: something else may make the file or give the specifier a meaning",
            ),
            detail("language", "`ecmascript` or `python`"),
            detail(
                "manifest",
                "the file that would declare the package: `package.json`, or the first manifest of the project of Python",
            ),
            detail(
                "elsewhere",
                "whether the file lies in a folder of templates from which no other code of the project takes anything: another project may declare what it imports",
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
                "a dependency of any kind of it or of a `package.json` above it, or the package itself; of Python the first name of a module of a distribution that a manifest in the folder or above declares",
            ),
            detail("language", "`ecmascript` or `python`"),
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
            detail(
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
            detail(
                "used",
                "whether something imports or mentions it: another file, its own, whoever installs the package, a framework; nothing where nobody can say",
            ),
            detail("tested", "whether a test takes it"),
        ],
    ),
    relation(
        "import.module",
        "A file of TypeScript or JavaScript that exports a function or class with a body.",
        &[
            column("file", "its path"),
            detail(
                "decides",
                "whether something in it takes one way or another: an `if`, a loop, `a ? b : c`, a `catch`",
            ),
            detail(
                "convention",
                "whether a framework or tool calls it by its name: routes, pages, configuration, stories",
            ),
            detail(
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
