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
            "packages/api | build | build | true | false | ",
            "packages/web | build | build | true | false | ",
            "packages/api | lint | test | true | true | ",
            "packages/api | test | test | true | false | ",
            ". | build | dev | true | false | ",
            "packages/web | dev | dev | true | false | ",
            " | gone | deep | true | false | ",
            ". | a | open | true | false | ",
            ". | b | open | false | false | program",
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
        &[". | a | z | true | false | ", "apps/b/c | x | a | true | false | ", "apps/b/c | y | d | true | false | "],
    );
}

#[test]
fn what_cannot_be_read_is_a_gap() {
    for (path, text, expected) in [
        ("package.json", "{ \"a\": ", "this `package.json` is not valid JSON"),
        ("package.json", "[]", "this `package.json` holds no object"),
        ("pnpm-workspace.yaml", "packages: [", "this `pnpm-workspace.yaml` is not valid YAML"),
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
            ". | gone | a | true | false | ",
            ". | test | a | true | true | ",
            "packages/api | deep | a | true | false | ",
            ". | hook | pre-push | true | false | ",
            "packages/api | made | all | true | false | ",
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
            ". | test:unit | a | true | false | ",
            ". | type-check | a | true | false | ",
            ". | LintFix | a | true | false | ",
            ". | eslint | a | false | false | program",
        ],
    );
}

/// `pnpm x` runs a program where there is no script: only what can hardly be one is certain.
#[test]
fn names_that_are_meant_to_be_scripts() {
    let root = r#"{"workspaces": ["packages/*"], "scripts": {"seed:db": "tsx seed.ts", "prettier": "prettier ."},
        "devDependencies": {"serve": "14", "typescript": "5", "lint-staged": "15", "@changesets/cli": "2", "lint": "1"}}"#;
    let api = r#"{"name": "api", "scripts": {"graph": "madge src", "madge": "madge src"}}"#;
    for (command, is_certain) in [
        ("pnpm build", true),
        ("yarn type-check", true),
        ("bun run test", true),
        ("pnpm -F api build", true),
        ("yarn graph", true),
        ("pnpm deps-report", true),
        ("bun run docgen", true),
        ("bun run seed.ts", false),
        ("yarn serve-all", false),
        ("pnpm madge", false),
        ("yarn tsc", false),
        ("yarn serve", false),
        ("pnpm changeset", false),
        ("pnpm lint", false),
        ("bun test", false),
        ("bun build", false),
        ("pnpm lint-staged", false),
        ("pnpm start", false),
    ] {
        let workflow = format!("jobs:\n  a:\n    steps:\n      - run: {command}\n");
        let facts = facts(&[
            ("package.json", root),
            ("packages/api/package.json", api),
            (".github/workflows/ci.yml", &workflow),
        ]);
        let rows = &facts.relation("npm.script_call").unwrap().rows;
        let of_job: Vec<String> =
            rows.iter().filter(|row| row.values[2].to_string() == "a").map(|row| row.values[3].to_string()).collect();
        assert_eq!(of_job, [is_certain.to_string()], "{command}");
    }
}

/// A runner of tasks asks all packages: one must have the script.
#[test]
fn scripts_that_no_package_has() {
    let turbo = ("turbo.json", r#"{"tasks": {"made": {}, "web#own": {}}}"#);
    let broken = ("packages/b/package.json", "{");
    let inferred = ("nx.json", r#"{"plugins": ["@nx/vite/plugin"], "targetDefaults": {"build": {}}}"#);
    let target = ("packages/b/project.json", r#"{"name": "b", "targets": {"gone": {}}}"#);
    for (command, more, expected) in [
        ("turbo run test gone", turbo, ". | gone, packages/a | test"),
        ("turbo run made own", turbo, " | made,  | own"),
        ("turbo run gone", broken, " | gone"),
        ("pnpm -r run gone", turbo, ". | gone"),
        ("pnpm -r run test", turbo, "packages/a | test"),
        ("npm run gone --workspaces", turbo, ". | gone"),
        ("npm run gone --workspaces --if-present", turbo, " | gone"),
        ("lerna run gone", turbo, ". | gone"),
        ("nx run-many -t gone", turbo, ". | gone"),
        ("nx run-many -t gone", inferred, " | gone"),
        ("nx run-many -t gone", target, " | gone"),
        ("nx run a:gone", turbo, "packages/a | gone"),
    ] {
        let root = format!(r#"{{"workspaces": ["packages/*"], "scripts": {{"all": "{command}"}}}}"#);
        let facts = facts(&[
            ("package.json", &root),
            ("packages/a/package.json", r#"{"name": "a", "scripts": {"test": "vitest"}}"#),
            more,
        ]);
        let rows = &facts.relation("npm.script_call").unwrap().rows;
        let found: Vec<String> = rows.iter().map(|row| format!("{} | {}", row.values[0], row.values[1])).collect();
        assert_eq!(found.join(", "), expected, "{command} with {more:?}");
    }
}
