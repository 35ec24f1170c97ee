//! Packages, workspaces and scripts.

use crate::testing::facts;

#[track_caller]
fn check(files: &[(&str, &str)], relation: &str, expected: &[&str]) {
    let facts = facts(files);
    let relation = facts.relation(relation).unwrap();
    let show = |row: &auditlint_facts::Row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    assert_eq!(relation.rows.iter().map(show).collect::<Vec<_>>(), expected);
}

const ROOT: &str = r#"{
  "name": "root", "private": true,
  "workspaces": ["packages/*", "!packages/old"],
  "scripts": {
    "build": "npm run build -w api && npm run build --workspace=packages/web",
    "test": "cd packages/api && npm test; npm run lint || true",
    "dev": "concurrently \"npm:build\" 'npm run dev -w web'",
    "deep": "npm --prefix packages/web/src run gone",
    "open": "npm run $X && npm run a -ws && yarn b",
    "broken": "npm run ( x"
  },
  "dependencies": { "react": "^19.0.0" },
  "devDependencies": { "tsx": "workspace:*" }
}"#;
const API: &str = r#"{ "name": "@x/api", "scripts": { "build": "tsc", "test": "vitest" } }"#;
const WEB: &str = r#"{ "name": "web" }"#;

#[test]
fn packages_dependencies_and_scripts() {
    let files = [
        ("package.json", ROOT),
        ("packages/api/package.json", API),
        ("packages/api/examples/package.json", "{}"),
        ("packages/web/package.json", WEB),
        ("packages/old/package.json", "{}"),
    ];
    check(
        &files,
        "npm.package",
        &[
            ". | root | true | .",
            "packages/api/examples |  | false | ",
            "packages/api | @x/api | false | .",
            "packages/old |  | false | ",
            "packages/web | web | false | .",
        ],
    );
    check(&files, "npm.dependency", &[". | react | dependencies | ^19.0.0", ". | tsx | devDependencies | workspace:*"]);
    check(
        &files,
        "npm.script_call",
        &[
            "packages/api | build | build | true | false",
            "packages/web | build | build | true | false",
            "packages/api | lint | test | true | true",
            "packages/api | test | test | true | false",
            ". | build | dev | true | false",
            "packages/web | dev | dev | true | false",
            " | gone | deep | true | false",
            " | a | open | true | false",
            ". | b | open | false | false",
        ],
    );
}

#[test]
fn workspaces_of_pnpm() {
    let files = [
        ("pnpm-workspace.yaml", "packages:\n  - apps/**\n  - '!**/dist'\n"),
        ("package.json", r#"{"scripts": {"a": "pnpm -F ./apps/b/c run x", "d": "pnpm -F c run y"}}"#),
        ("apps/b/c/package.json", r#"{"name": "@s/c", "scripts": {"z": "pnpm -w run a"}}"#),
        ("apps/b/dist/package.json", "{}"),
    ];
    check(&files, "npm.package", &["apps/b/c | @s/c | false | .", "apps/b/dist |  | false | ", ". |  | false | ."]);
    check(
        &files,
        "npm.script_call",
        &[". | a | z | true | false", "apps/b/c | x | a | true | false", "apps/b/c | y | d | true | false"],
    );
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    for (path, text, expected) in [
        ("package.json", "{ \"a\": ", "this `package.json` is no JSON"),
        ("package.json", "[]", "this `package.json` holds no object"),
        ("pnpm-workspace.yaml", "packages: [", "this `pnpm-workspace.yaml` is no YAML"),
    ] {
        let facts = facts(&[(path, text)]);
        let gaps = &facts.relation("npm.script").unwrap().gaps;
        assert_eq!(gaps.iter().map(|(_, gap)| gap.message.as_str()).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn scripts_that_jobs_run() {
    let workflow = "jobs:\n  a:\n    steps:\n      - run: npm run gone\n      - run: npm test || true\n      - run: npm run $X\n\
        \x20     - run: npm run deep\n        working-directory: packages/api\n\
        \x20 b:\n    steps:\n      - uses: actions/checkout@v4\n        with: { repository: x/y }\n      - run: npm run theirs\n\
        \x20 c:\n    steps:\n      - run: npm pkg set scripts.x=y && npm run x\n";
    let files = [
        ("package.json", "{}"),
        ("packages/api/package.json", API),
        (".github/workflows/ci.yml", workflow),
        (".husky/pre-push", "npm run hook\n"),
        ("Makefile", "all:\n\tcd packages/api && npm run made\n"),
        ("action.yml", "runs:\n  steps:\n    - run: npm run of-others\n      shell: bash\n"),
        ("deploy.sh", "npm run anywhere\n"),
    ];
    check(
        &files,
        "npm.script_call",
        &[
            ". | gone | a | true | false",
            ". | test | a | true | true",
            "packages/api | deep | a | true | false",
            ". | hook | pre-push | true | false",
            "packages/api | made | all | true | false",
        ],
    );
}

#[test]
fn what_can_be_no_program_is_a_script() {
    let workflow = "jobs:\n  a:\n    steps:\n      - run: yarn test:unit\n      - run: pnpm type-check\n      - run: bun run LintFix\n      - run: yarn eslint\n";
    let files = [
        ("package.json", r#"{"scripts": {"typecheck": "tsc", "lint:fix": "x"}}"#),
        (".github/workflows/ci.yml", workflow),
    ];
    check(
        &files,
        "npm.script_call",
        &[
            ". | test:unit | a | true | false",
            ". | type-check | a | true | false",
            ". | LintFix | a | true | false",
            ". | eslint | a | false | false",
        ],
    );
}
