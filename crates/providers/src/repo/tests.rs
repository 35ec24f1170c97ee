//! What refers to files, and which of them are there.

use crate::testing::facts;

/// The references, as `text at the place: kind target -> file (exists)`.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let show = |row: &auditlint_facts::Row| {
        let text = files.iter().find(|(path, _)| *path == row.path.as_str()).map_or("", |(_, text)| text);
        let place = &text[row.span.start as usize..row.span.end as usize];
        let [kind, target, file, exists] = &row.values[..] else { unreachable!() };
        format!("{place}: {kind} {target} -> {file} ({exists})")
    };
    let rows = &facts.relation("repo.reference").unwrap().rows;
    assert_eq!(rows.iter().map(show).collect::<Vec<_>>(), expected);
}

#[test]
fn references_of_documents() {
    check(
        &[
            (
                "docs/a.md",
                "[a](b.md#x) [a](../docs/) ![i](./i.png \"t\") [r][1] [gone](gone.md) <https://x.y> [m](mailto:a@b.c)\n\n\
                 <a href=\"../LICENSE\">x</a> <img src='no.svg'>\n\n`src/a.rs` `a/b` `x.rs`\n\n```\n[c](gone.md)\n```\n\n[1]: ./r.md\n",
            ),
            ("docs/b.md", ""),
            ("LICENSE", ""),
            ("src/a.rs", ""),
        ],
        &[
            "b.md#x: link b.md#x -> docs/b.md (true)",
            "../docs/: link ../docs/ -> docs (true)",
            "./i.png: image ./i.png -> docs/i.png (false)",
            "gone.md: link gone.md -> docs/gone.md (false)",
            "../LICENSE: html ../LICENSE -> LICENSE (true)",
            "no.svg: html no.svg -> docs/no.svg (false)",
            "src/a.rs: code src/a.rs -> src/a.rs (true)",
            "./r.md: definition ./r.md -> docs/r.md (false)",
        ],
    );
}

#[test]
fn what_nobody_can_say() {
    check(
        &[
            (
                "docs/a.md",
                "[a](./page) [a](page.html) [a](/x.md) [a](b) [a](../dist/a.js) [a](../../up.md) [a](<x y.md>) [a]({x}.md)",
            ),
            ("docs/b.md", ""),
            ("CHANGELOG.md", "[a](gone.md)"),
            ("docs/NEWS.md", "[a](gone.md)"),
            (".github/pull_request_template.md", "[a](gone.md)"),
            ("README.md", "[a](../blob/main/a.md)"),
            ("book/src/SUMMARY.md", ""),
            ("book/src/a.md", "[a](../../reference/b.md)"),
            ("docs/pt-BR/a.md", "[a](gone.md)"),
            ("templates/x/README.md", "[a](gone.md)"),
        ],
        &[
            "gone.md: link gone.md -> .github/gone.md ()",
            "gone.md: link gone.md -> gone.md ()",
            "../blob/main/a.md: link ../blob/main/a.md -> ../blob/main/a.md ()",
            "../../reference/b.md: link ../../reference/b.md -> reference/b.md ()",
            "gone.md: link gone.md -> docs/gone.md ()",
            "./page: link ./page -> docs/page ()",
            "page.html: link page.html -> docs/page.html ()",
            "/x.md: link /x.md -> x.md ()",
            "b: link b -> docs/b ()",
            "../dist/a.js: link ../dist/a.js -> dist/a.js ()",
            "../../up.md: link ../../up.md -> ../up.md ()",
            "gone.md: link gone.md -> docs/pt-BR/gone.md ()",
            "gone.md: link gone.md -> templates/x/gone.md ()",
        ],
    );
}

#[test]
fn references_of_scripts() {
    check(
        &[
            (
                "web/package.json",
                r#"{"scripts": {"a": "node -r dotenv/config s/a.mjs b.mjs && ./s/b.sh", "b": "tsx watch gone.ts", "c": "node x.js || true", "d": "node -e 'x.js' && node $X.js && node dist/a.js",
                    "e": "tsc -p tsconfig.gone.json && vitest --config=v.ts", "f": "cp a made.js && node made.js", "g": "node s/compiled.js"}}"#,
            ),
            ("web/s/a.mjs", ""),
            ("web/s/compiled.ts", ""),
        ],
        &[
            "\"a\": script ./s/b.sh -> web/s/b.sh (false)",
            "\"a\": script s/a.mjs -> web/s/a.mjs (true)",
            "\"b\": script gone.ts -> web/gone.ts (false)",
            "\"d\": script dist/a.js -> web/dist/a.js ()",
            "\"e\": script tsconfig.gone.json -> web/tsconfig.gone.json (false)",
            "\"e\": script v.ts -> web/v.ts (false)",
            "\"f\": script made.js -> web/made.js ()",
            "\"g\": script s/compiled.js -> web/s/compiled.js ()",
        ],
    );
}

#[test]
fn references_of_workflows_and_shell() {
    let workflow = "jobs:\n  a:\n    steps:\n      - uses: ./x\n      - uses: ./gone\n      - run: bash gone.sh\n        working-directory: x\n\
        \x20     - run: if [ -f y.sh ]; then bash y.sh; fi\n      - run: sub/y.sh\n      - run: wget https://x.y/z/got.rb && ./got.rb\n\
        \x20 b:\n    steps:\n      - uses: actions/checkout@v4\n        with: { repository: x/y }\n      - run: bash other.sh\n\
        \x20 c:\n    uses: ./.github/workflows/gone.yml\n";
    check(
        &[
            (".github/workflows/a.yml", workflow),
            (".gitmodules", "[submodule \"sub\"]\n\tpath = sub\n\turl = x\n"),
            ("x/action.yml", ""),
            ("s/a.sh", "bash x.sh\n\"$(dirname \"$0\")/y.sh\"\n. \"$(dirname \"$0\")/a.sh\"\n"),
        ],
        &[
            "uses: ./x: workflow x -> x (true)",
            "uses: ./gone: workflow gone -> gone (false)",
            "bash gone.sh: workflow gone.sh -> x/gone.sh (false)",
            "sub/y.sh: workflow sub/y.sh -> sub/y.sh ()",
            "./got.rb: workflow ./got.rb -> got.rb ()",
            "uses: ./.github/workflows/gone.yml: workflow .github/workflows/gone.yml -> .github/workflows/gone.yml (false)",
            "bash x.sh: shell x.sh ->  ()",
            "\"$(dirname \"$0\")/y.sh\": shell s/y.sh -> s/y.sh (false)",
            ". \"$(dirname \"$0\")/a.sh\": shell s/a.sh -> s/a.sh (true)",
        ],
    );
}

/// Whether `node scripts/a.mjs` may be there after a command of another script.
#[test]
fn what_commands_make() {
    let cases = [
        ("mkdir -p scripts", false),
        ("install -d scripts", false),
        ("[ -d scripts ] && echo found", false),
        ("test -d scripts", false),
        ("cp -r scripts /opt/app", false),
        ("cp -r scripts backup/", false),
        ("mv scripts old", false),
        ("rsync -a scripts/ backup/", false),
        ("tar czf out.tgz scripts", false),
        ("tar -c -f out.tgz scripts", false),
        ("docker run -d scripts", false),
        ("ln -s scripts tools", false),
        ("git worktree list scripts", false),
        ("touch scripts/b.mjs", false),
        ("cp b.mjs scripts/", false),
        ("touch scripts/a.mjs", true),
        ("echo 1 > scripts/a.mjs", true),
        ("cp x/a.mjs scripts/", true),
        ("cp x/*.mjs scripts", true),
        ("cp -r templates scripts", true),
        ("cp -r ../common/scripts .", true),
        ("cp -t scripts x/a.mjs", true),
        ("mv old scripts", true),
        ("rsync -a shared/ scripts/", true),
        ("ln -s ../common/scripts", true),
        ("ln -s ../shared scripts", true),
        ("tar xzf x.tgz -C scripts", true),
        ("tar -xf x.tgz scripts", true),
        ("unzip x.zip -d scripts", true),
        ("git clone https://x.y/z/scripts.git", true),
        ("git clone --depth 1 https://x.y/z scripts", true),
        ("npx degit x/y scripts", false),
        ("degit x/y scripts", true),
        ("curl -o scripts/a.mjs https://x.y", true),
        ("swc src -d scripts", true),
        ("tsc --outDir scripts", true),
        ("esbuild a.ts --outfile=scripts/a.mjs", true),
        ("mkdir scripts && generate scripts/a.mjs && node scripts/a.mjs", false),
    ];
    let mut wrong = Vec::new();
    for (command, may_be_there) in cases {
        let package = format!(r#"{{"scripts": {{"use": "node scripts/a.mjs", "other": "{command}"}}}}"#);
        let facts = facts(&[("package.json", &package)]);
        let rows = &facts.relation("repo.reference").unwrap().rows;
        let found: Vec<String> = rows.iter().map(|row| row.values[3].to_string()).collect();
        if !found.iter().all(|found| found == if may_be_there { "" } else { "false" }) {
            wrong.push(format!("{command}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_programs_write_by_their_own_rules_is_made() {
    for command in [
        "docker cp x:/out made",
        "scp -r host:out made",
        "sass src:made",
        "sass a.scss made/a.js",
        "protoc --js_out=import_style=commonjs:made x.proto",
        "rollup -c --dir made",
        "lessc a.less made/a.js",
    ] {
        let package = format!(r#"{{"scripts": {{"a": "{command} && node made/a.js"}}}}"#);
        check(&[("package.json", &package)], &["\"a\": script made/a.js -> made/a.js ()"]);
    }
}

#[test]
fn what_configurations_have_written_is_made() {
    for (path, text, is_made) in [
        ("vite.config.ts", "export default { build: { outDir: 'served' } };", true),
        ("webpack.config.js", "module.exports = { output: { path: path.resolve(__dirname, 'served') } };", true),
        ("rollup.config.mjs", "export default { output: [{ file: 'served/a.js', format: 'es' }] };", true),
        ("tsup.config.ts", "export default defineConfig({ outDir: './served' });", true),
        ("next.config.js", "module.exports = { distDir: 'served' };", true),
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "./served/" } }"#, true),
        ("vite.config.ts", "export default { publicDir: 'served', root: 'served' };", false),
        ("vite.config.ts", "export default { build: { outDir: process.env.OUT } };", false),
        ("webpack.config.js", "module.exports = { resolve: { file: 'served/a.js' }, output: { path: 'out' } };", false),
        ("tsconfig.json", r#"{ "compilerOptions": { "rootDir": "served" } }"#, false),
    ] {
        let facts = facts(&[("package.json", r#"{"scripts": {"a": "node served/a.js"}}"#), (path, text)]);
        let rows = &facts.relation("repo.reference").unwrap().rows;
        let found: Vec<String> = rows.iter().map(|row| row.values[3].to_string()).collect();
        assert_eq!(found, [if is_made { "" } else { "false" }], "{path}: {text}");
    }
}
