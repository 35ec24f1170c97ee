//! Imports, and the packages that they name.

use auditlint_facts::{DerivedFacts, Row};

use crate::testing::facts;

/// The rows, without the columns that are the same for all of TypeScript and JavaScript.
fn rows(facts: &DerivedFacts, relation: &str) -> Vec<String> {
    let relation = facts.relation(relation).unwrap();
    let end = relation.info.column("language").unwrap_or(usize::MAX);
    let shown = |row: &Row| row.values.iter().take(end).map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    relation.rows.iter().map(shown).collect()
}

/// The rows without the file that an import leads to.
fn without_file(facts: &DerivedFacts) -> Vec<String> {
    let rows = rows(facts, "import.import");
    rows.iter().map(|row| row.splitn(6, " | ").take(5).collect::<Vec<_>>().join(" | ")).collect()
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    assert_eq!(without_file(&facts(files)), expected, "{files:?}");
}

const PACKAGE: (&str, &str) = ("package.json", "{}");

#[test]
fn every_form_of_import() {
    let code = "import a, { type B } from \"x\"; import type T from \"@s/y/z\"; export * from 'z'; const q = require(\"r\"); await import(\"s\");\n\
                import w = require(\"t\"); type I = import(\"u\").V; import \"v\"; import './w'; import 'node:fs'; require(name); import(`x`);";
    check(
        &[PACKAGE, ("src/a.ts", code)],
        &[
            ". | x | x | import | false",
            ". | @s/y/z | @s/y | type | false",
            ". | z | z | import | false",
            ". | r | r | require | false",
            ". | s | s | dynamic | false",
            ". | t | t | import | false",
            ". | u | u | type | false",
            ". | v | v | import | false",
            ". | ./w |  | import | false",
            ". | node:fs |  | import | false",
            ". | x | x | dynamic | false",
        ],
    );
}

#[test]
fn what_may_be_missing() {
    let code = "typeof exports === 'object' ? f(require('u')) : g(); try { require('a') } catch {} import('b').catch(f); function f(require) { require('c') }";
    check(
        &[PACKAGE, ("main.js", code)],
        &[". | u | u | require | true", ". | a | a | require | true", ". | b | b | dynamic | true"],
    );
}

#[test]
fn aliases_name_no_package() {
    let code = "import 'app/x'; import 'lib'; import 'svg'; import 'mapped/a'; import 'found'; import 'real'; import 'src/a'; import 'mod'; import 'styles/a.css';";
    check(
        &[
            PACKAGE,
            ("a.ts", code),
            (
                "tsconfig.base.json",
                "{ // comment\n \"compilerOptions\": { \"baseUrl\": \"./code\", \"paths\": { \"app/*\": [\"x\"], }, } }",
            ),
            ("code/src/b.ts", "export {}"),
            ("types.d.ts", "declare module 'svg'; declare module \"mod\" {}"),
            (
                "vite.config.ts",
                "export default { resolve: { alias: { lib: '/x', } } , other: [{ find: 'found', replacement: 'y' }] }",
            ),
            ("web/package.json", "{\"jest\": {\"moduleNameMapper\": {\"^mapped/(.*)$\": \"x\"}}}"),
        ],
        &[
            ". | app/x |  | import | false",
            ". | lib |  | import | false",
            ". | svg |  | import | false",
            ". | mapped/a |  | import | false",
            ". | found |  | import | false",
            ". | real | real | import | false",
            ". | src/a |  | import | false",
            ". | mod |  | import | false",
            ". | styles/a.css |  | import | false",
        ],
    );
}

/// An alias that leads where `paths` leads leaves the module that is gone, wherever it is written.
#[test]
fn aliases_in_json_lead_somewhere() {
    let mapped = r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#;
    let jest = r#"{"jest": {"moduleNameMapper": {"^@/(.*)$": "<rootDir>/src/$1", "\\.css$": "identity-obj-proxy"}}}"#;
    let parcel = r#"{"alias": {"@": "./src"}}"#;
    let other = r#"{"jest": {"moduleNameMapper": {"^@/(.*)$": "<rootDir>/$1/src"}}}"#;
    let swc = r#"{"jsc": {"paths": {"@/*": ["./src/*"]}}}"#;
    for (manifest, transpiler, expected) in [
        (jest, "{}", "missing"),
        (parcel, "{}", "missing"),
        (other, "{}", "unknown"),
        ("{}", swc, "missing"),
        ("{}", r#"{"jsc": {"paths": {"@/*": ["./src/*", "./gen/*"]}}}"#, "unknown"),
    ] {
        let files = [
            ("package.json", manifest),
            (".swcrc", transpiler),
            ("tsconfig.json", mapped),
            ("src/a.ts", "import '@/gone'; import '@/here';"),
            ("src/here.ts", ""),
        ];
        let states: Vec<String> = rows(&facts(&files), "import.import")
            .iter()
            .map(|row| row.rsplit(" | ").next().unwrap().to_owned())
            .collect();
        assert_eq!(states, [expected, "file"], "{manifest} {transpiler}");
    }
}

/// A package whose entry is a built file alone needs the source of it.
#[test]
fn sources_of_built_packages() {
    let package =
        |name: &str, more: &str| format!(r#"{{"name": "{name}", "exports": {{".": "./dist/index.mjs"}}{more}}}"#);
    let built = [package("a", ""), package("b", ""), package("c", "")];
    let named = package("c", r#", "source": "src/main.ts""#);
    for (c, more, expected) in [
        (&built[2], ("packages/c/src/other.ts", ""), "missing"),
        (&built[2], ("packages/c/src/index.tsx", ""), "file"),
        (&built[2], ("packages/c/lib/main.ts", ""), "unknown"),
        (&built[2], ("packages/c/dist/index.mjs", ""), "file"),
        (&named, ("packages/c/src/other.ts", ""), "missing"),
        (&named, ("packages/c/src/main.ts", ""), "file"),
    ] {
        let files = [
            ("package.json", r#"{"workspaces": ["packages/*"]}"#),
            ("app/package.json", r#"{"dependencies": {"c": "workspace:*"}}"#),
            ("app/x.ts", "import 'c'"),
            ("packages/a/package.json", &built[0]),
            ("packages/a/src/index.ts", ""),
            ("packages/b/package.json", &built[1]),
            ("packages/b/src/index.ts", ""),
            ("packages/c/package.json", c),
            more,
        ];
        let found = rows(&facts(&files), "import.import");
        assert!(found[0].ends_with(&format!(" | {expected}")), "{c} {more:?}: {found:?}");
    }
    // A configuration may begin with another source.
    for (config, expected) in [
        ("export default { entry: ['src/other.ts'] }", "unknown"),
        ("export default { entry: { main: 'src/gone.ts' } }", "missing"),
        ("export default { entry: ['src/*.ts'] }", "unknown"),
        ("export default { dts: true }", "missing"),
    ] {
        let files = [
            ("app/package.json", r#"{"dependencies": {"c": "workspace:*"}}"#),
            ("app/x.ts", "import 'c'"),
            ("packages/a/package.json", built[0].as_str()),
            ("packages/a/src/index.ts", ""),
            ("packages/b/package.json", &built[1]),
            ("packages/b/src/index.ts", ""),
            ("packages/c/package.json", &built[2]),
            ("packages/c/src/other.ts", ""),
            ("packages/c/tsup.config.ts", config),
        ];
        let found = rows(&facts(&files), "import.import");
        assert!(found[0].ends_with(&format!(" | {expected}")), "{config}: {found:?}");
    }
}

#[test]
fn folders_of_the_package_name_no_package() {
    let files = [
        PACKAGE,
        ("src/components/a.ts", "import 'components/b'; import 'store'; import 'react'"),
        ("src/store.ts", "export {}"),
        ("docs/package.json", r#"{"dependencies": {"@docusaurus/core": "3"}}"#),
        ("docs/b.ts", "import '@site/src/c'; import '@theme/layout'"),
    ];
    check(
        &files,
        &[
            "docs | @site/src/c |  | import | false",
            "docs | @theme/layout |  | import | false",
            ". | components/b |  | import | false",
            ". | store |  | import | false",
            ". | react | react | import | false",
        ],
    );
}

#[test]
fn a_bundled_package_is_declared() {
    for key in ["bundledDependencies", "bundleDependencies"] {
        let manifest = format!(r#"{{"dependencies": {{"a": "1"}}, "{key}": ["a", "b"]}}"#);
        assert_eq!(rows(&facts(&[("package.json", &manifest)]), "import.available"), [". | a", ". | b"]);
        let npm = rows(&facts(&[("package.json", &manifest)]), "npm.dependency");
        assert_eq!(npm.len(), 2, "{npm:?}");
    }
    // All that is declared is bundled.
    assert_eq!(rows(&facts(&[("package.json", r#"{"bundledDependencies": true}"#)]), "import.available"), [""; 0]);
}

#[test]
fn what_a_package_may_import() {
    let files = [
        ("package.json", r#"{"name": "root", "devDependencies": {"tsx": "1", "@types/node": "1"}}"#),
        (
            "web/package.json",
            r#"{"name": "web", "dependencies": {"next": "1"}, "peerDependencies": {"react": "1"}, "optionalDependencies": {"@types/a__b": "1"}}"#,
        ),
    ];
    assert_eq!(
        rows(&facts(&files), "import.available"),
        [
            ". | @types/node",
            ". | root",
            ". | tsx",
            "web | @types/a__b",
            "web | @types/node",
            "web | client-only",
            "web | next",
            "web | react",
            "web | server-only",
            "web | styled-jsx",
            "web | tsx",
            "web | web",
        ]
    );
}

/// What a minifier wrote declares no package. Modules that it declares are read all the same.
#[test]
fn what_is_minified_hides_no_package() {
    let code = format!("declare module \"virtual\";{}", "a();".repeat(70_000));
    // Only TypeScript declares modules.
    for (path, is_declared) in [(".yarn/releases/yarn-4.3.1.cjs", false), ("src/all.ts", true)] {
        let facts = facts(&[PACKAGE, (path, &code), ("src/a.ts", "import a from \"virtual\";")]);
        assert!(facts.relation("import.available").unwrap().gaps.is_empty(), "{path}");
        assert!(!facts.relation("import.export").unwrap().gaps.is_empty(), "{path}");
        let imported = &facts.relation("import.import").unwrap().rows;
        assert_eq!(imported.len(), 1);
        assert_eq!(*imported[0].value(2) == auditlint_facts::Value::Absent, is_declared, "{path}");
    }
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    let facts = facts(&[("package.json", "{"), ("a.ts", "import 'x'")]);
    assert_eq!(facts.relation("import.available").unwrap().gaps.len(), 1);
    assert!(facts.relation("import.import").unwrap().gaps.is_empty());
}

/// The packages that are imported and that nothing makes available.
#[track_caller]
fn undeclared(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let pair = |row: &Row, name: usize| (row.values[0].to_string(), row.values[name].to_string());
    let available = &facts.relation("import.available").unwrap().rows;
    let available: Vec<_> = available.iter().map(|row| pair(row, 1)).collect();
    let imported = facts.relation("import.import").unwrap().rows.iter().map(|row| pair(row, 2));
    let is_undeclared = |(directory, package): &(String, String)| {
        !directory.is_empty() && !package.is_empty() && !available.contains(&(directory.clone(), package.clone()))
    };
    let found: Vec<String> = imported.filter(is_undeclared).map(|(_, package)| package).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn what_builds_and_frameworks_supply_is_declared_nowhere() {
    let ember = ("package.json", r#"{"name": "app", "devDependencies": {"ember-source": "5"}}"#);
    undeclared(&[ember, ("lib/a/package.json", "{}"), ("lib/a/b.js", "import '@ember/service'; import 'app/x';")], &[]);
    leads(
        &[ember, ("app/a.js", "import '../config/environment'; import '@ember/service'")],
        &["../config/environment unknown", "@ember/service unknown"],
    );
    let lightning = "import 'lwc'; import '@salesforce/apex/C.m'; import 'c/utils'";
    undeclared(&[PACKAGE, ("sfdx-project.json", "{}"), ("src/lwc/a/a.js", lightning)], &[]);
    undeclared(&[PACKAGE, ("force-app/main/default/lwc/a/a.js", lightning)], &[]);
    undeclared(&[PACKAGE, ("code/a.js", lightning)], &["lwc", "@salesforce/apex", "c"]);
    for (dependency, code, expected) in [
        ("nuxt", "import 'vue'; import 'vue-router'; import 'h3'; import 'zod';", &["zod"][..]),
        ("vitepress", "import 'vue'; import 'vue-router';", &["vue-router"]),
        ("@unocss/vite", "import 'uno.css';", &[]),
        ("unplugin-fonts", "import 'unfonts.css'; import 'uno.css';", &["uno.css"]),
        ("next", "import 'styled-jsx/css'; import 'uno.css';", &["uno.css"]),
    ] {
        let package = format!(r#"{{"dependencies": {{"{dependency}": "1"}}}}"#);
        undeclared(&[("package.json", &package), ("a.ts", code)], expected);
    }
    let phoenix = [PACKAGE, ("assets/package.json", "{}"), ("assets/a.js", "import 'phoenix_html'; import 'alpinejs'")];
    undeclared(&phoenix, &["phoenix_html", "alpinejs"]);
    undeclared(&[&phoenix[..], &[("mix.exs", "")]].concat(), &["alpinejs"]);
}

#[test]
fn what_other_files_give_a_meaning_to_is_declared_nowhere() {
    for (path, text, code) in [
        (
            "config/importmap.rb",
            "pin \"@hotwired/stimulus\"\npin 'local-time', to: 'a.js'\npin_all_from \"app/javascript/controllers\", under: \"controllers\"\n",
            "import '@hotwired/stimulus'; import 'local-time'; import 'controllers/b'",
        ),
        ("config/importmap.rb", "pin_all_from 'app/javascript'", "import 'parts/b'"),
        (
            "index.html",
            "<script type=\"importmap\">{\"imports\": {\"three\": \"x\", \"three/addons/\": \"y\"}}</script>",
            "import 'three'; import 'three/addons/a.js'",
        ),
        ("imports.json", r#"{"imports": {"preact": "x"}}"#, "import 'preact/hooks'"),
        (".babelrc", r#"{"plugins": [["module-resolver", {"alias": {"@utils": "./src/u"}}]]}"#, "import '@utils/date'"),
        (".swcrc", r#"{"jsc": {"paths": {"@app/*": ["src/*"]}}}"#, "import '@app/b'"),
        ("build.mjs", "build({ alias: { lib: './x' } })", "import 'lib'"),
        ("webpack/common.js", "module.exports = { resolve: { alias: { lib: './x' } } }", "import 'lib'"),
        ("config-overrides.js", "module.exports = alias({ '@lib/a': './x' })", "import '@lib/a'"),
        ("src/assets/a.png", "", "import 'assets/a.png'"),
        ("jsconfig.json", r#"{"compilerOptions": {"paths": {"*": ["./types/*", "*"]}}}"#, "import 'assets/b'"),
    ] {
        let files =
            [PACKAGE, (path, text), ("code/a.js", code), ("types/assets/b.d.ts", ""), ("code/b.js", "import 'x-y'")];
        undeclared(&files, &["x-y"]);
    }
    let babel = r#"{"babel": {"env": {"a": {"plugins": [["b", {"alias": {"@c/d": "x"}}]]}}}}"#;
    undeclared(&[("package.json", babel), ("a.js", "import '@c/d'")], &[]);
}

#[test]
fn what_may_be_declared_out_of_sight_is_no_question() {
    let code = ("web/a.ts", "import 'zod'");
    let package = ("web/package.json", "{}");
    undeclared(&[package, code], &[]);
    undeclared(&[package, code, ("web/yarn.lock", "")], &["zod"]);
    undeclared(&[package, code, PACKAGE], &["zod"]);
    let member = ("package.json", r#"{"dependencies": {"shared": "workspace:*"}}"#);
    undeclared(&[member, ("a.ts", "import 'zod'")], &[]);
    undeclared(&[member, ("a.ts", "import 'zod'"), ("shared/package.json", r#"{"name": "shared"}"#)], &["zod"]);
    for (extended, expected) in [
        ("../../tsconfig.base.json", &[][..]),
        ("./config/base.json", &[]),
        ("./.svelte-kit/tsconfig.json", &["zod"]),
        ("@tsconfig/node20/tsconfig.json", &["zod"]),
    ] {
        let config = format!(r#"{{"extends": "{extended}"}}"#);
        undeclared(&[PACKAGE, package, code, ("web/tsconfig.json", &config)], expected);
    }
}

/// Where every import of `files` leads: `file -> specifier -> target`.
#[track_caller]
fn leads(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let show = |row: &Row| {
        let text = |at: usize| row.values[at].text();
        format!("{} {} {}", text(1), text(6), text(5)).trim_end().to_owned()
    };
    let found: Vec<String> = facts.relation("import.import").unwrap().rows.iter().map(show).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn paths_lead_to_files() {
    let code = "import './a'; import './a.js'; import '..'; import './folder'; import './b.json'; import './c'; import './d?raw'; import '/e.svg'; import './no/where'; import './made.gen.js'; import './dist/x'; import './e'; import 'node:test'; import './+types/a';";
    leads(
        &[
            ("src/main.ts", code),
            ("src/a.ts", ""),
            ("index.ts", ""),
            ("src/folder/index.tsx", ""),
            ("src/b.json", "{}"),
            ("src/d", ""),
            ("src/e.native.ts", ""),
        ],
        &[
            "./a file src/a.ts",
            "./a.js file src/a.ts",
            ".. file index.ts",
            "./folder file src/folder/index.tsx",
            "./b.json file src/b.json",
            "./c missing",
            "./d?raw file src/d",
            "/e.svg unknown",
            "./no/where missing",
            "./made.gen.js missing",
            "./dist/x unknown",
            "./e unknown",
            "node:test package",
            "./+types/a unknown",
        ],
    );
}

#[test]
fn what_others_bring_is_not_missing() {
    let route = "import './routeTree.gen'; import './routeTree';";
    leads(
        &[("package.json", r#"{"dependencies": {"@tanstack/react-router": "1"}}"#), ("src/router.ts", route)],
        &["./routeTree.gen unknown", "./routeTree missing"],
    );
    leads(&[("package.json", "{}"), ("src/router.ts", route)], &["./routeTree.gen missing", "./routeTree missing"]);
    let code = "require('./ee/billing'); require('./eel/billing');";
    leads(
        &[(".gitmodules", "[submodule \"ee\"]\n\tpath = src/ee\n"), ("src/a.ts", code)],
        &["./ee/billing unknown", "./eel/billing missing"],
    );
}

#[test]
fn extensions_mean_what_they_mean_to_the_compiler() {
    let code = "import './a.tsx'; import './a.jsx'; import './types.d.ts'; import './b.ts'; import './a.mts'; import './c.tsx'; import './a.json'; import './{{name}}.ts';";
    leads(
        &[("src/main.ts", code), ("src/a.ts", ""), ("src/types.ts", ""), ("src/b.tsx", ""), ("src/c.mts", "")],
        &[
            "./a.tsx file src/a.ts",
            "./a.jsx file src/a.ts",
            "./types.d.ts file src/types.ts",
            "./b.ts file src/b.tsx",
            "./a.mts missing",
            "./c.tsx missing",
            "./a.json missing",
            "./{{name}}.ts unknown",
        ],
    );
    leads(
        &[("src/{{name}}.ts", "import './gone'"), ("src/b.ts", "import './gone'")],
        &["./gone missing", "./gone unknown"],
    );
}

#[test]
fn what_a_build_makes_is_not_missing() {
    leads(
        &[
            (
                "src/a.js",
                "import '../pkg/app.js'; import './paraglide/messages'; import './l.png'; import './b.js'; import '../lib/x'; import './no'",
            ),
            ("src/l@2x.png", ""),
            ("src/b.coffee", ""),
            ("lib/y.js", ""),
            ("Cargo.toml", "[package]\nname = \"my-app\"\n"),
            ("src/c.js", "import './my_app'; import './my_app_bg.js'; import './my-app'"),
            ("other/Cargo.toml", "name = \"no\""),
        ],
        &[
            "../pkg/app.js unknown",
            "./paraglide/messages unknown",
            "./l.png unknown",
            "./b.js unknown",
            "../lib/x missing",
            "./no missing",
            "./my_app unknown",
            "./my_app_bg.js unknown",
            "./my-app missing",
        ],
    );
}

#[test]
fn configurations_give_meanings() {
    leads(
        &[
            ("base/tsconfig.json", r#"{"compilerOptions": {"paths": {"@own/*": ["./own/*"]}}}"#),
            ("base/own/x.ts", ""),
            (
                "app/tsconfig.json",
                r#"{"extends": ["./missing.json", "./tsconfig.paths.json"], "references": [{"path": "./web"}]}"#,
            ),
            (
                "app/tsconfig.paths.json",
                r#"{"compilerOptions": {"baseUrl": "${configDir}/src", "paths": {"@/*": ["none/*", "./lib/*"], "@/special": ["special.ts"]}, "rootDirs": ["src", "made"]}}"#,
            ),
            ("app/src/lib/a.ts", ""),
            ("app/src/special.ts", ""),
            ("app/made/b.ts", ""),
            (
                "app/src/main.ts",
                "import '@/a'; import '@/special'; import 'lib/a'; import './b'; import '@/missing'; import '@own/x';",
            ),
            ("base/main.ts", "import '@own/x'; import '@own/y'; import '@/a';"),
        ],
        &[
            "@/a file app/src/lib/a.ts",
            "@/special file app/src/special.ts",
            "lib/a file app/src/lib/a.ts",
            "./b file app/made/b.ts",
            "@/missing unknown",
            "@own/x unknown",
            "@own/x file base/own/x.ts",
            "@own/y missing",
            "@/a unknown",
        ],
    );
}

#[test]
fn a_pattern_for_everything_is_never_certain() {
    let config = ("jsconfig.json", r#"{"compilerOptions": {"paths": {"*": ["./types/*"], "@/*": ["./src/*"]}}}"#);
    leads(
        &[
            PACKAGE,
            config,
            ("a.js", "import '@params'; import 'react'; import '@/b'; import 'c'"),
            ("types/c.d.ts", ""),
        ],
        &["@params unknown", "react package", "@/b missing", "c file types/c.d.ts"],
    );
}

#[test]
fn packages_of_the_project_give_files() {
    leads(
        &[
            (
                "web/package.json",
                r##"{"name": "web", "imports": {"#db": "./src/db.ts", "#lib/*": {"default": "./lib/*.js"}}, "dependencies": {"shared": "workspace:*", "react": "1"}}"##,
            ),
            (
                "web/src/main.ts",
                "import 'shared'; import 'shared/parts/a'; import 'shared/style.css'; import 'shared/none'; import 'plain'; import 'plain/deep'; import '#db'; import '#lib/x'; import 'react'; import 'web/src/db'; import 'twice';",
            ),
            ("web/src/db.ts", ""),
            ("web/lib/x.ts", ""),
            (
                "shared/package.json",
                r#"{"name": "shared", "exports": {".": {"types": "./dist/index.d.ts", "import": ["./dist/esm/index.mjs"]}, "./parts/*": "./dist/parts/*.js", "./style.css": "./style.css"}}"#,
            ),
            ("shared/src/index.ts", ""),
            ("shared/src/parts/a.ts", ""),
            ("shared/style.css", ""),
            ("plain/package.json", r#"{"name": "plain", "main": "lib/main.js"}"#),
            ("plain/lib/main.ts", ""),
            ("plain/deep.ts", ""),
            ("a/package.json", r#"{"name": "twice"}"#),
            ("b/package.json", r#"{"name": "twice"}"#),
        ],
        &[
            "shared file shared/src/index.ts",
            "shared/parts/a file shared/src/parts/a.ts",
            "shared/style.css file shared/style.css",
            "shared/none missing",
            "plain file plain/lib/main.ts",
            "plain/deep file plain/deep.ts",
            "#db file web/src/db.ts",
            "#lib/x file web/lib/x.ts",
            "react package",
            "web/src/db file web/src/db.ts",
            "twice unknown",
        ],
    );
}

#[test]
fn a_configuration_that_cannot_be_read_leaves_questions() {
    leads(&[("tsconfig.json", "{"), ("src/a.ts", "import '@/b'; import './c'")], &["@/b unknown", "./c missing"]);
}

#[test]
fn exports_of_a_module() {
    let code = "export function f() {} export const g = () => f(), { a, b: [c], ...d } = e; export enum E {} export declare const z: 1;\n\
                export abstract class K {} export namespace N.M {} export type T = 1; export interface I {} function h() {} export { h as i, h as 'j k' };\n\
                export * as ns from './x'; export { o as p } from './x'; export default class {}\n export async function* q() {} export function over(): void; export import al = N.M;";
    let found = rows(&facts(&[("m.ts", code)]), "import.export");
    let found: Vec<&str> = found.iter().map(|row| row.split_once(" | ").unwrap().1).collect();
    assert_eq!(
        found,
        [
            "f | function | true | false",
            "g | function |  | false",
            "a | variable | true | false",
            "c | variable | true | false",
            "d | variable | true | false",
            "E | enum | true | false",
            "z | variable | true | false",
            "K | class |  | false",
            "N | namespace | true | false",
            "T | type | true | false",
            "I | interface | true | false",
            "i | function | true | false",
            "j k | function | true | false",
            "ns | export | true | false",
            "p | export | true | false",
            "default | default | true | false",
            "q | function |  | false",
            "over | signature | true | false",
            "al | list | true | false",
        ]
    );
}

#[track_caller]
fn names(files: &[(&str, &str)], expected: &[&str]) {
    let found = rows(&facts(files), "import.name");
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn names_are_taken() {
    names(
        &[
            ("a.ts", "export const b = 1; export * from './c'"),
            ("c.ts", "export * from './a'; export type D = 1; export default 1"),
            ("open.ts", "export * from 'elsewhere'"),
            ("assigned.ts", "const x = 1; export = x;"),
            ("augmented.ts", "export {}"),
            ("types.d.ts", "declare module './augmented' { export const more: 1 }"),
            (
                "main.ts",
                "import e, { b, D as F, type G } from './a'; import * as h from './a'; import { i } from './open'; import { j } from './assigned'; import { more } from './augmented';\n\
                 const { b: k, missing } = await import('./a'); const { l } = require('./a'); require('./a').m; import('./a').then(n => n.o); export { b as p, q } from './c'; import { t } from './a?worker';",
            ),
        ],
        &[
            "./a | default | import | a.ts | false",
            "./a | b | import | a.ts | true",
            "./a | D | import | a.ts | true",
            "./a | G | type | a.ts | false",
            "./a | * | import | a.ts | ",
            "./open | i | import | open.ts | ",
            "./assigned | j | import | assigned.ts | ",
            "./augmented | more | import | augmented.ts | ",
            "./a | b | dynamic | a.ts | true",
            "./a | missing | dynamic | a.ts | false",
            "./a | l | require | a.ts | ",
            "./a | m | require | a.ts | ",
            "./a | * | dynamic | a.ts | ",
            "./c | b | import | c.ts | true",
            "./c | q | import | c.ts | false",
            "./a?worker | t | import | a.ts | ",
        ],
    );
}

#[test]
fn names_that_nobody_can_deny() {
    let shared = (
        "b/package.json",
        r##"{"name": "b", "exports": {"browser": "./x.ts", "node": "./y.ts"}, "imports": {"#e": {"a": "./x.ts", "b": "./y.ts"}}}"##,
    );
    let web = ("web/package.json", r#"{"dependencies": {"b": "workspace:*"}}"#);
    let other = "export const other = 1;";
    for files in [
        [("web/a.ts", "import W, { n } from './b.worker'"), ("web/b.worker.ts", other)].as_slice(),
        &[
            ("web/a.ts", "import W from './b.odd'"),
            ("web/b.odd.ts", other),
            ("t.d.ts", "declare module '*.odd' { export default W }"),
        ],
        &[shared, web, ("web/a.ts", "import { n } from 'b'"), ("b/x.ts", other), ("b/y.ts", "export const n = 1")],
        &[shared, ("b/a.ts", "import { n } from '#e'"), ("b/x.ts", other), ("b/y.ts", "export const n = 1")],
        &[("a.js", "import { n } from './c'"), ("c.js", other), ("c.native.js", "export const n = 1")],
        &[
            ("tsconfig.json", r#"{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}"#),
            web,
            ("web/vite.config.ts", "export default { resolve: { alias: { '@': './src' } } }"),
            ("web/src/a.ts", "import { n } from '@/utils'"),
            ("web/src/utils.ts", "export const n = 1"),
            ("src/utils.ts", other),
        ],
        &[("a.ts", "import t from './s.ts' with { type: 'text' }"), ("s.ts", other)],
        &[("a.ts", "(import('./t')).then(f); (await (import('./t'))).other"), ("t.ts", other)],
        &[PACKAGE, ("a.mts", "import d from './b'"), ("b.ts", other)],
        &[("package.json", r#"{"type": "module"}"#), ("a.ts", "import d from './b.cjs'"), ("b.cts", other)],
        &[
            ("u.ts", other),
            ("u/index.ts", "export const n = 1"),
            ("u/b.ts", "import { n } from '.'; import { n as m } from './'"),
        ],
        &[
            ("u.ts", other),
            ("u/index.ts", "export const n = 1"),
            ("u/d/b.ts", "import { n } from '..'"),
            ("c.ts", "import { n } from './u/'"),
        ],
    ] {
        let facts = facts(files);
        let denied = facts.relation("import.name").unwrap().rows.iter().any(|row| row.values[4] == false.into());
        assert!(!denied, "{files:?}");
    }
    names(
        &[PACKAGE, ("a.ts", "import d from './b'; (await import('./b')).n; import { m } from './b'"), ("b.ts", other)],
        &[
            "./b | default | import | b.ts | false",
            "./b | n | dynamic | b.ts | false",
            "./b | m | import | b.ts | false",
        ],
    );
}

/// The functions that nothing uses, and of which nobody can say.
#[track_caller]
fn unused(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let rows = &facts.relation("import.export").unwrap().rows;
    let is_unused = |row: &&Row| row.values[2].text() == "function" && row.values[3] != true.into();
    let show = |row: &Row| format!("{} {}", row.values[1].text(), row.values[3]).trim_end().to_owned();
    assert_eq!(rows.iter().filter(is_unused).map(show).collect::<Vec<_>>(), expected, "{files:?}");
}

#[test]
fn functions_that_nobody_uses() {
    let package = ("package.json", r#"{"private": true}"#);
    let code = ("a.ts", "export function f() {} export function g() {} export const size = 1;");
    let user = ("b.ts", "import { f } from './a'; f();");
    unused(&[package, code, user], &["g false"]);
    for another in [
        ("c.ts", "import * as a from './a';"),
        ("c.ts", "const a = await import('./a');"),
        ("c.ts", "import { g } from '~/a';"),
        ("c.ts", "import { x } from '~/deep/a';"),
        ("c.ts", "new Worker(new URL('./a.ts', import.meta.url));"),
        ("c.ts", "const m = await import(`./${name}`);"),
        ("c.ts", "const m = require(name); m.g();"),
        ("c.vue", "<script>import { g } from './a'</script>"),
        ("c.html", "<script type=\"module\">import { g } from './a.js'</script>"),
        ("main.wasp", "action a { fn: import { g } from \"@src/a\" }"),
        ("c.ts", "const r = require.context('.', false, /a/)"),
        ("c.ts", "const r = require.context('./', false, /a/)"),
        ("c.ts", "const r = import.meta.glob('/*.ts')"),
        ("c.ts", "import all from '*.ts'"),
        ("c.ts", "const m = await import(f); for (const one of Object.values(m)) one()"),
        ("c.ts", "use(Object.entries(await import(f)))"),
        ("c.ts", "require('./' + name)"),
        ("c.ts", "require(path.join(__dirname, name))"),
        ("c.mjs", "const require = createRequire(import.meta.url); const { g } = require('./a')"),
        ("c.js", "/** @type {ReturnType<typeof import('./a').g>} */ let x"),
        ("c.js", "/** @type {typeof import(\"./a\")} */ let x"),
        ("c.ts", "import 'sst'; new Api({ routes: { 'GET /': 'src/a.g' } })"),
        ("serverless.yml", "functions:\n  a:\n    handler: a.g\n"),
        ("template.yaml", "callHandlers:\n  - function: x\n  - handler: g\n"),
        ("netlify.toml", "handler = \"a.g\"\n"),
        ("jsr.json", "{}"),
        ("docs/package.json", r#"{"private": true, "dependencies": {"nuxt": "3"}}"#),
        ("package.json", r#"{"version": "1.0.0"}"#),
        ("package.json", r#"{"version": "0.0.0", "publishConfig": {}}"#),
        ("package.json", r#"{"private": true, "main": "./dist/a.js", "engines": {"vscode": "1"}}"#),
        ("package.json", r#"{"private": true, "devDependencies": {"nitropack": "2"}}"#),
        ("package.json", r#"{"version": "1.0.0", "main": "a.js"}"#),
        ("package.json", r#"{"private": true, "dependencies": {"nuxt": "3"}}"#),
        ("package.json", "{"),
    ] {
        let files = if another.0 == "package.json" {
            [another, code, user].to_vec()
        } else {
            [package, code, user, another].to_vec()
        };
        let facts = facts(&files);
        let rows = &facts.relation("import.export").unwrap().rows;
        assert!(rows.iter().all(|row| row.values[3] != false.into()), "{another:?}");
    }
    unused(&[package, code, user, ("c.js", "/** @type {import('./a').F} */ let x; export {}")], &["g false"]);
    unused(&[package, code, user, ("d/c.ts", "import(new URL('../' + 'b.ts', import.meta.url).href)")], &["g false"]);
    let page = ("docs/c.md", "# Title\n<script setup>\nimport { g } from '../a'\n</script>");
    unused(&[package, code, user, page], &["g false"]);
    unused(&[package, code, user, page, ("docs/.vitepress/config.ts", "")], &[]);
    let nested = ["package.json", "src/package.json", "src/a.ts", "src/b.ts"];
    let with = |root, inner| nested.into_iter().zip([root, inner, code.1, user.1]).collect::<Vec<_>>();
    unused(&with(r#"{"version": "1.0.0"}"#, r#"{"type": "module"}"#), &["g"]);
    unused(&with(r#"{"version": "1.0.0"}"#, r#"{"name": "own", "private": true}"#), &["g false"]);
    let served = ("a.ts", "export function f() {} export function GET() {}");
    unused(&[package, served, user], &["GET"]);
    // Nobody imports it by a name, so that it may be run.
    unused(&[package, code], &["f", "g"]);
    unused(&[package, code, user, ("index.ts", "export * from './a'"), ("d.ts", "import { g } from '.'")], &[]);
    unused(
        &[package, code, user, ("index.ts", "export * from './a'"), ("d.ts", "import { f } from '.'")],
        &["g false"],
    );
}

#[test]
fn edges_lead_from_file_to_file() {
    let files = [
        ("a.ts", "import type { T } from './b'; import './b'; vi.mock('./b'); import './a';"),
        ("b.ts", "export const t = (a) => (a ? 1 : 2);"),
        ("c.test.ts", "require('./b')"),
        ("d.vue", "import './b'"),
        ("e.test.ts", "import './f'"),
        ("f.ts", ""),
        ("f.ios.ts", ""),
    ];
    let facts = facts(&files);
    assert_eq!(
        rows(&facts, "import.edge"),
        [
            "a.ts | b.ts | type | false",
            "a.ts | b.ts | import | false",
            "a.ts | b.ts | mention | false",
            "c.test.ts | b.ts | require | true",
            "d.vue | b.ts | mention | false",
            "e.test.ts | f.ios.ts | import | true",
            "e.test.ts | f.ts | import | true",
        ]
    );
    assert_eq!(rows(&facts, "import.module"), ["b.ts | true | false | false | false"]);
    for (path, text, expected) in [
        ("nuxt.json", "", "true | false | false | false"),
        ("package.json", r#"{"dependencies": {"nuxt": "3"}}"#, "true | false | false | true"),
        ("c.test.ts", "for (const one of all) require('./' + one)", "true | false | false | true"),
    ] {
        let code = "export const b = (a) => (a ? 1 : 2);";
        assert_eq!(
            rows(&self::facts(&[(path, text), ("b.ts", code)]), "import.module"),
            [format!("b.ts | {expected}")]
        );
    }
    let generated = "// @generated\nexport const b = (a) => (a ? 1 : 2);";
    assert_eq!(rows(&self::facts(&[("b.ts", generated)]), "import.module"), ["b.ts | false | false | false | false"]);
}

#[test]
fn types_of_a_package_are_no_package_that_runs() {
    let code = "import { a } from 'x'; import { B } from 'x'; import type C from '@s/y'; import 'x'; a; let d: B; require('x');";
    check(
        &[("package.json", r#"{"devDependencies": {"@types/x": "1", "@types/s__y": "1"}}"#), ("a.ts", code)],
        &[
            ". | x | x | import | false",
            ". | x | @types/x | import | false",
            ". | @s/y | @types/s__y | type | false",
            ". | x | x | import | false",
            ". | x | x | require | false",
        ],
    );
}

#[test]
fn what_exports_name_and_nobody_wrote_is_missing() {
    let package = r#"{"name": "a", "private": true, "exports": {".": "./i.ts", "./lib/*": "./lib/*.ts", "./lib/own/*": null,
        "./one": {"import": "./gone.ts", "default": "./gone.js"}, "./built": "./dist/built.js", "./some": {"browser": null, "default": "./i.ts"}}}"#;
    let code = "import 'a/lib/x'; import 'a/lib/gone'; import 'a/lib/own/y'; import 'a/one'; import 'a/built'; import 'a/some'; import 'a/i.ts';";
    let plain = "import 'b/x'; import 'b/gone'; import 'c/gone';";
    let files = [
        ("a/package.json", package),
        ("a/i.ts", ""),
        ("a/lib/x.ts", ""),
        ("a/lib/own/y.ts", ""),
        ("b/package.json", r#"{"name": "b", "private": true}"#),
        ("b/x.ts", ""),
        // It may be published with files that a build puts there.
        ("c/package.json", r#"{"name": "c", "version": "1.0.0"}"#),
        (
            "d/package.json",
            r#"{"name": "d", "dependencies": {"a": "workspace:*", "b": "workspace:*", "c": "workspace:*"}}"#,
        ),
        ("d/m.ts", code),
        ("d/n.ts", plain),
        ("e/package.json", r##"{"name": "e", "imports": {"#lib/*": "./lib/*.ts", "#lib/own/*": null}}"##),
        ("e/lib/own/y.ts", ""),
        ("e/m.ts", "import '#lib/own/y';"),
    ];
    let facts = facts(&files);
    let states: Vec<String> = facts
        .relation("import.import")
        .unwrap()
        .rows
        .iter()
        .map(|row| format!("{} {}", row.values[1], row.values[6]))
        .collect();
    assert_eq!(
        states,
        [
            "a/lib/x file",
            "a/lib/gone missing",
            "a/lib/own/y missing",
            "a/one missing",
            "a/built unknown",
            "a/some file",
            "a/i.ts missing",
            "b/x file",
            "b/gone missing",
            "c/gone unknown",
            "#lib/own/y missing",
        ]
    );
}

#[test]
fn a_folder_of_the_base_without_the_module_is_missing() {
    let files = [
        PACKAGE,
        ("tsconfig.json", r#"{"compilerOptions": {"baseUrl": "src"}}"#),
        ("src/utils/a.ts", ""),
        ("src/m.ts", "import 'utils/a'; import 'utils/gone'; import 'utils'; import 'lodash/fp';"),
    ];
    let facts = facts(&files);
    let states: Vec<String> = facts
        .relation("import.import")
        .unwrap()
        .rows
        .iter()
        .map(|row| format!("{} {}", row.values[1], row.values[6]))
        .collect();
    assert_eq!(states, ["utils/a file", "utils/gone missing", "utils missing", "lodash/fp package"]);
}
