//! Pipelines, and what they lead to.

use auditlint_facts::Hides;

use crate::testing::facts;

/// The rows of a relation, the columns beside each other.
#[track_caller]
fn check(files: &[(&str, &str)], relation: &str, expected: &[&str]) {
    let facts = facts(files);
    let relation = facts.relation(relation).unwrap();
    let show = |row: &auditlint_facts::Row| row.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | ");
    assert_eq!(relation.rows.iter().map(show).collect::<Vec<_>>(), expected);
}

/// The scripts that guard the project and that nothing leads to.
#[track_caller]
fn check_left(files: &[(&str, &str)], expected: &[&str]) {
    let facts = facts(files);
    let rows = |name: &str| facts.relation(name).unwrap().rows.iter();
    let mut reached: Vec<String> = rows("ci.root").map(|row| row.values[0].to_string()).collect();
    let mut at = 0;
    while at < reached.len() {
        let next = rows("ci.run").filter(|row| row.values[0].to_string() == reached[at]);
        let next: Vec<String> =
            next.map(|row| row.values[1].to_string()).filter(|node| !reached.contains(node)).collect();
        reached.extend(next);
        at += 1;
    }
    let left = rows("ci.script").filter(|row| row.values[3] == true.into() && row.values[4] == false.into());
    let left = left.map(|row| row.values[0].to_string()).filter(|node| !reached.contains(node));
    assert_eq!(left.collect::<Vec<_>>(), expected);
}

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// A workflow of one job with these lines as steps.
fn steps(lines: &str) -> String {
    let lines: String = lines.lines().map(|line| format!("      {line}\n")).collect();
    format!("on: push\njobs:\n  test:\n    steps:\n{lines}")
}

#[test]
fn commands_of_jobs() {
    let workflow = "on: push\n\
        defaults: { run: { working-directory: web } }\n\
        env: { TOOLS: tools/bin }\n\
        x-step: &step\n  run: make lint\n  working-directory: api\n\
        jobs:\n\
        \x20 a:\n\
        \x20   if: ${{ false }}\n\
        \x20   steps: [{ run: never }]\n\
        \x20 b:\n\
        \x20   steps:\n\
        \x20     - run: |\n\
        \x20         npm test\n\
        \x20         $TOOLS/x ${{ matrix.y }} \"${{ env.TOOLS }}\"\n\
        \x20     - run: ls $GITHUB_WORKSPACE/a\n\
        \x20       working-directory: ${{ inputs.folder }}\n\
        \x20     - *step\n\
        \x20     - <<: *step\n\
        \x20       working-directory: lib\n\
        \x20     - run: Get-Item x\n\
        \x20       shell: pwsh\n";
    check(
        &[(WORKFLOW, workflow), ("web/package.json", r#"{"scripts": {"test": "cd src && vitest run"}}"#)],
        "ci.command",
        &[
            ".github/workflows/ci.yml#b | web | npm | npm test | ",
            ".github/workflows/ci.yml#b | web | tools/bin/x | tools/bin/x … tools/bin | ",
            ".github/workflows/ci.yml#b |  | ls | ls a | ",
            ".github/workflows/ci.yml#b | api | make | make lint | ",
            ".github/workflows/ci.yml#b | lib | make | make lint | ",
            ".github/workflows/ci.yml#b | web | cd | cd src | ",
            ".github/workflows/ci.yml#b | web/src | vitest | vitest run | ",
        ],
    );
}

#[test]
fn scripts_that_no_job_leads_to() {
    let package = r#"{"scripts": {"lint": "eslint .", "test": "npm run test:unit", "test:unit": "vitest run", "test:fast": "vitest --changed", "verify": "node scripts/verify.js", "build": "tsc"}}"#;
    let files =
        |lines: &str| vec![(WORKFLOW.to_owned(), steps(lines)), ("package.json".to_owned(), package.to_owned())];
    let left = |lines: &str, expected: &[&str]| {
        let files = files(lines);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check_left(&files, expected);
    };
    left(
        "- run: npm run build",
        &["package.json#lint", "package.json#test", "package.json#test:fast", "package.json#verify"],
    );
    left("- run: npm test", &["package.json#lint", "package.json#verify"]);
    left("- run: npx vitest run && pnpm exec eslint src", &["package.json#verify"]);
    left(
        "- run: npm run build && npx eslint --fix .",
        &["package.json#test", "package.json#test:fast", "package.json#verify"],
    );
    left("- run: npm run ${{ matrix.script }}", &[]);
    left(
        "- uses: nick-fields/retry@v3\n  with:\n    command: npm run verify",
        &["package.json#lint", "package.json#test", "package.json#test:fast"],
    );
    left("- uses: x/tasks@v3\n  with: { targets: 'lint,verify' }", &["package.json#test", "package.json#test:fast"]);
    left(
        "- uses: x/y@v1\n  with: { files: '**/*' }\n- run: npm run verify",
        &["package.json#lint", "package.json#test", "package.json#test:fast"],
    );
    left("- run: (npm run verify", &["package.json#lint", "package.json#test", "package.json#test:fast"]);
    // Jobs that run nothing of the project say nothing of it.
    check(&[(WORKFLOW, &steps("- run: gh pr edit")), ("package.json", package)], "ci.root", &[]);
}

#[test]
fn files_that_no_job_leads_to() {
    let scripts = [
        ("scripts/explain/a.sql", ""),
        ("scripts/explain/b.sql", ""),
        ("scripts/check-x.sh", "psql -f \"$(dirname \"$0\")/explain/a.sql\""),
        ("scripts/build.sh", ""),
    ];
    let left = |more: &[(&str, &str)], expected: &[&str]| {
        let mut files = scripts.to_vec();
        files.extend(more);
        check_left(&files, expected);
    };
    let (all, only_b) = (["scripts/check-x.sh", "scripts/explain/b.sql"], ["scripts/explain/b.sql"]);
    left(&[(WORKFLOW, &steps("- run: bash scripts/build.sh"))], &all);
    left(&[(WORKFLOW, &steps("- run: ./scripts/check-x.sh"))], &only_b);
    left(&[(WORKFLOW, &steps("- run: ./check-x.sh\n  working-directory: scripts"))], &only_b);
    left(&[(WORKFLOW, &steps("- run: cd scripts && sh check-$NAME.sh"))], &only_b);
    left(
        &[(WORKFLOW, &steps("- run: make all")), ("Makefile", "DIR = scripts\nall: a\na:\n\t@$(DIR)/check-x.sh")],
        &only_b,
    );
    left(
        &[
            (WORKFLOW, &steps("- run: make")),
            ("Makefile", ".PHONY: x\nx:\n\t$(MAKE) a\na:\n\tcd scripts; ./check-x.sh"),
        ],
        &only_b,
    );
    left(&[(WORKFLOW, &steps("- run: for f in scripts/explain/*.sql; do psql -f $f; done"))], &["scripts/check-x.sh"]);
    left(
        &[
            (WORKFLOW, &steps("- uses: ./.github/actions/x")),
            (
                ".github/actions/x/action.yml",
                "runs:\n  using: composite\n  steps:\n    - run: ${{ github.action_path }}/../../../scripts/check-x.sh",
            ),
        ],
        &only_b,
    );
    left(
        &[
            (WORKFLOW, "on: push\njobs:\n  a:\n    uses: ./.github/workflows/b.yml\n"),
            (
                ".github/workflows/b.yml",
                "on: workflow_call\njobs:\n  b:\n    steps:\n      - run: scripts/check-x.sh\n",
            ),
            (
                ".github/workflows/c.yml",
                "on: { workflow_call: {} }\njobs:\n  c:\n    steps:\n      - run: psql -f scripts/explain/b.sql\n",
            ),
        ],
        &only_b,
    );
    left(
        &[
            (WORKFLOW, &steps("- run: npx tsx tools/run.ts")),
            ("tools/run.ts", "read('../scripts/explain/a.sql'); exec('bash', ['scripts/check-x.sh'])"),
        ],
        &only_b,
    );
    left(
        &[
            (WORKFLOW, &steps("- run: npm run x")),
            (".husky/pre-commit", "sh scripts/check-x.sh\n"),
            ("package.json", r#"{"scripts": {"x": "tsc"}}"#),
        ],
        &only_b,
    );
}

#[test]
fn tasks_of_workspaces() {
    let files = |command: &str| {
        [
            (WORKFLOW.to_owned(), steps(&format!("- run: {command}"))),
            (
                "package.json".to_owned(),
                r#"{"workspaces": ["packages/*"], "scripts": {"ci": "turbo run test:all"}}"#.to_owned(),
            ),
            ("turbo.json".to_owned(), r#"{"tasks": {"test:all": {"dependsOn": ["^lint", "//#x"]}}}"#.to_owned()),
            (
                "packages/a/package.json".to_owned(),
                r#"{"name": "a", "scripts": {"lint": "a", "test:all": "b"}}"#.to_owned(),
            ),
            (
                "packages/b/package.json".to_owned(),
                r#"{"name": "@x/b", "scripts": {"lint": "c", "check": "d", "precheck": "e"}}"#.to_owned(),
            ),
        ]
    };
    for (command, expected) in [
        ("npm run ci", &["packages/b/package.json#check"][..]),
        ("npx turbo lint", &["packages/a/package.json#test:all", "packages/b/package.json#check"]),
        (
            "pnpm -r run check",
            &["packages/a/package.json#lint", "packages/a/package.json#test:all", "packages/b/package.json#lint"],
        ),
        ("npx nx run-many -t check,lint", &["packages/a/package.json#test:all"]),
        (
            "npm run lint -w @x/b",
            &["packages/a/package.json#lint", "packages/a/package.json#test:all", "packages/b/package.json#check"],
        ),
        (
            "cd packages/b && npm run lint && npm run check",
            &["packages/a/package.json#lint", "packages/a/package.json#test:all"],
        ),
    ] {
        let files = files(command);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        check_left(&files, expected);
    }
}

#[test]
fn scripts_that_start_the_program() {
    let check = |command: &str, expected: &[&str]| {
        let package = format!(r#"{{"scripts": {{"consumer:test": "{command}"}}}}"#);
        check_left(&[(WORKFLOW, &steps("- run: npx eslint .")), ("package.json", &package)], expected);
    };
    let left = ["package.json#consumer:test"];
    check("tsx -r tsconfig-paths/register src/index.ts", &[]);
    check("npx ts-node packages/a/src/move-rows.ts", &[]);
    check("tsx src/index.ts && vitest run", &left);
    check("tsx src/checks/all.ts", &left);
    check("node src/run-tests.mjs", &left);
    check("node test/all.js", &left);
}

#[test]
fn modules_of_just() {
    let check = |root: &str, command: &str, expected: &[&str]| {
        check_left(
            &[
                (WORKFLOW, &steps(&format!("- run: {command}"))),
                ("justfile", root),
                ("web/app/justfile", "types:\n    npm run typecheck\nlint: types\n    npm run lint\n"),
                ("web/app/package.json", r#"{"scripts": {"typecheck": "tsc --noEmit", "lint": "eslint ."}}"#),
            ],
            expected,
        );
    };
    let (lint, types) = ("web/app/package.json#lint", "web/app/package.json#typecheck");
    check("mod ui 'web/app/justfile'\n", "just ui::types", &[lint]);
    check("mod ui \"web/app\" # the browser\n", "just ui::lint", &[]);
    check("mod? ui 'web/app'\nall: ui::types\n", "just all", &[lint]);
    // Nobody asks for a recipe of the module.
    check("mod ui 'web/app'\nall:\n    cargo test\n", "just all", &[types, lint]);
}

#[test]
fn targets_of_nx() {
    let check = |command: &str, expected: &[&str]| {
        check_left(
            &[
                (WORKFLOW, &steps(&format!("- run: {command}"))),
                ("packages/a/scripts/check-schema.ts", "if (broken) process.exit(1);"),
                ("packages/a/scripts/check-types.ts", "if (broken) process.exit(1);"),
                (
                    "packages/a/project.json",
                    r#"{"name": "a", "targets": {
                        "test": {"executor": "@nx/jest:jest", "dependsOn": ["schema:check", {"target": "types"}]},
                        "schema:check": {"executor": "nx:run-commands", "options": {"command": "ts-node -r x scripts/check-schema", "cwd": "packages/a"}},
                        "types": {"options": {"commands": ["echo a", {"command": "node scripts/check-types.ts"}]}}
                    }}"#,
                ),
            ],
            expected,
        );
    };
    let (schema, types) = ("packages/a/scripts/check-schema.ts", "packages/a/scripts/check-types.ts");
    check("npx nx run-many --target=test --coverage", &[]);
    check("npx nx $AFFECTED --target=types", &[schema]);
    check("npx nx lint a && vitest", &[schema, types]);
}

#[test]
fn pipelines_of_gitlab() {
    let pipeline = "include:\n  - local: /ci/more.gitlab-ci.yml\n  - template: Security/SAST.gitlab-ci.yml\n\
        variables: { DIR: scripts }\n\
        default:\n  before_script: [npm ci]\n\
        .base: &base\n  script: [scripts/check-a.sh]\n  after_script: [\"echo a\"]\n\
        .unused:\n  script: [scripts/check-b.sh]\n\
        test:\n  extends: .base\n  before_script:\n    - !reference [.setup, script]\n    - cd $DIR\n    - ./check-c.sh\n\
        loop:\n  extends: loop\n  script: [\"true\"]\n\
        own:\n  <<: *base\n  script: [\"$CI_PROJECT_DIR/scripts/check-d.sh\"]\n";
    let files = [
        (".gitlab-ci.yml", pipeline),
        ("ci/more.gitlab-ci.yml", ".setup:\n  script: [scripts/check-e.sh]\n"),
        ("scripts/check-a.sh", ""),
        ("scripts/check-b.sh", ""),
        ("scripts/check-c.sh", ""),
        ("scripts/check-d.sh", ""),
        ("scripts/check-e.sh", ""),
    ];
    check_left(&files, &["scripts/check-b.sh"]);
    assert!(facts(&files).relation("ci.run").unwrap().gaps.is_empty());
}

#[test]
fn pipelines_of_others() {
    for (path, text) in [
        (
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n      - checkout\n      - run: { name: x, command: ./check-a.sh, working_directory: scripts }\n",
        ),
        ("azure-pipelines.yml", "steps:\n  - bash: scripts/check-a.sh\n"),
        (".travis.yml", "script:\n  - npm test\n  - scripts/check-a.sh\n"),
        ("Jenkinsfile", "pipeline { stages { stage('a') { steps { sh 'scripts/check-a.sh' } } } }"),
    ] {
        check_left(&[(path, text), ("scripts/check-a.sh", ""), ("scripts/check-b.sh", "")], &["scripts/check-b.sh"]);
    }
}

#[test]
fn what_is_not_understood_is_a_gap() {
    for (path, text, expected) in [
        (WORKFLOW, "jobs: [", &["the file is not valid YAML"][..]),
        (
            WORKFLOW,
            "jobs:\n  a: { uses: x/y/.github/workflows/z.yml@v1 }",
            &["this job is a workflow of another repository"],
        ),
        (
            ".gitlab-ci.yml",
            "include: { project: x, file: y }",
            &["this pipeline includes one that is not in the repository"],
        ),
        (".gitlab-ci.yml", "include: x/*.yml", &["this pipeline includes a file that is not read"]),
        ("package.json", "{", &["this `package.json` holds no object"]),
        ("scripts/a.sh", "a ( b", &[]),
    ] {
        let facts = facts(&[(path, text)]);
        let gaps = &facts.relation("ci.run").unwrap().gaps;
        assert_eq!(gaps.iter().map(|(_, gap)| gap.message.as_str()).collect::<Vec<_>>(), expected, "{path}");
    }
    let facts = facts(&[(WORKFLOW, &steps("- run: npm test ( x"))]);
    assert_eq!(facts.relation("ci.command").unwrap().gaps.len(), 1);
}

#[test]
fn a_key_that_stands_twice_is_said_and_the_rest_is_read() {
    let job = |step: &str| format!("on: push\njobs:\n  a:\n    name: x\n    name: y\n    steps:\n      - {step}\n");
    let twice = "the key `name` stands here again; it stands first on line 4, and the last one is read";
    for (text, expected) in [
        (job("run: scripts/check-a.sh"), vec![(twice, false)]),
        (
            job("{ run: scripts/check-a.sh, run: scripts/check-b.sh }"),
            vec![
                (twice, false),
                (
                    "the key `run` stands here again; it stands first on line 7, and nobody can say which one counts",
                    true,
                ),
            ],
        ),
        (
            "on: push\njobs:\n  a: { steps: [] }\njobs:\n  b:\n    steps:\n      - run: scripts/check-a.sh\n"
                .to_owned(),
            vec![("the key `jobs` stands here again; it stands first on line 2, and both are read", false)],
        ),
    ] {
        let facts = facts(&[(WORKFLOW, &text), ("scripts/check-a.sh", ""), ("scripts/check-b.sh", "")]);
        let gaps = facts.relation("ci.run").unwrap().gaps.iter();
        let told: Vec<(&str, bool)> = gaps.map(|(_, gap)| (gap.message.as_str(), gap.hides == Hides::Any)).collect();
        assert_eq!(told, expected, "{text}");
        assert!(!facts.relation("ci.run").unwrap().rows.is_empty(), "{text}");
    }
}

#[test]
fn circles_and_long_pipelines_end() {
    let circle = [
        (
            WORKFLOW,
            "on: push\njobs:\n  a: { uses: ./.github/workflows/ci.yml }\n  b: { steps: [{ uses: ./x }, { run: npm run a }] }\n",
        ),
        ("x/action.yml", "runs: { steps: [{ uses: ./x }, { run: bash s.sh }] }"),
        ("s.sh", "source s.sh; ./s.sh; make a"),
        ("Makefile", "a: b\nb: a\n\t./s.sh\n"),
        ("package.json", r#"{"scripts": {"a": "npm run b", "b": "npm run a"}}"#),
    ];
    assert_eq!(facts(&circle).relation("ci.script").unwrap().rows.len(), 2);
    let long = steps(&"- run: npm run x && bash scripts/check-$X.sh\n  env: { A: b }\n".repeat(5_000));
    let found = facts(&[(WORKFLOW, &long), ("package.json", r#"{"scripts": {"x": "y"}}"#), ("scripts/check-a.sh", "")]);
    assert_eq!(found.relation("ci.command").unwrap().rows.len(), 10_001);
    // A folder or pattern that many commands name leads to its files once.
    let many: Vec<String> = (0..400).map(|index| format!("scripts/check-{index}.sh")).collect();
    let long = steps(&"- run: bats scripts && bash scripts/*.sh\n".repeat(3_000));
    let mut files: Vec<(&str, &str)> = many.iter().map(|path| (path.as_str(), "")).collect();
    files.push((WORKFLOW, &long));
    assert_eq!(facts(&files).relation("ci.run").unwrap().rows.len(), 6_801);
}

#[test]
fn what_is_no_guard() {
    let workflow = steps("- run: node build.js\n");
    let run = (WORKFLOW, workflow.as_str());
    // What `npm init` writes, and packages that tests are about.
    let empty = r#"{ "scripts": { "test": "echo \"Error: no test specified\" && exit 1", "lint": "" } }"#;
    check_left(&[run, ("build.js", ""), ("package.json", empty)], &[]);
    let real = r#"{ "scripts": { "test": "vitest" } }"#;
    check_left(&[run, ("build.js", ""), ("tests/a/package.json", real)], &[]);
    check_left(&[run, ("build.js", ""), ("a/package.json", real)], &["a/package.json#test"]);
    let explains = [run, ("build.js", ""), ("scripts/explain.ts", ""), ("scripts/explain/a.ts", "")];
    check_left(&explains, &[]);
    check_left(&[run, ("build.js", ""), ("scripts/explain/a.sql", "")], &["scripts/explain/a.sql"]);
}

#[test]
fn what_other_runners_run_is_a_gap() {
    for (line, expected) in
        [("task lint", 1), ("npx gulp test", 1), ("deno task x", 1), ("deno run x.ts", 0), ("mise exec -- node a", 0)]
    {
        let workflow = steps(&format!("- run: {line}\n"));
        let facts = facts(&[(WORKFLOW, &workflow)]);
        assert_eq!(facts.relation("ci.run").unwrap().gaps.len(), expected, "{line}");
    }
}

#[test]
fn scripts_of_a_folder_that_nobody_knows() {
    let workflow = steps("- run: npm test\n  working-directory: ${{ matrix.folder }}\n");
    let package = r#"{ "scripts": { "test": "vitest", "lint": "eslint ." } }"#;
    check_left(&[(WORKFLOW, &workflow), ("web/package.json", package)], &["web/package.json#lint"]);
    let workflow = steps("- run: npm --prefix web test\n");
    check_left(&[(WORKFLOW, &workflow), ("web/package.json", package)], &["web/package.json#lint"]);
}

#[test]
fn a_list_of_commands_keeps_its_folder() {
    let pipeline = "steps:\n  - name: a\n    commands:\n      - cd web\n      - npm test\n";
    let package = r#"{ "scripts": { "test": "vitest", "lint": "eslint ." } }"#;
    check_left(&[(".woodpecker.yml", pipeline), ("web/package.json", package)], &["web/package.json#lint"]);
}

#[test]
fn a_pipeline_that_nobody_includes_lends_no_jobs() {
    let (root, other) = ("test:\n  script: npm test\n", "test:\n  script: npm run lint\n");
    let package = r#"{ "scripts": { "test": "vitest", "lint": "eslint ." } }"#;
    let files = [(".gitlab-ci.yml", root), ("a/.gitlab-ci.yml", other), ("package.json", package)];
    check_left(&files, &["package.json#lint"]);
    let including = format!("include: /a/.gitlab-ci.yml\n{root}");
    let facts =
        facts(&[(".gitlab-ci.yml", &including), ("a/.gitlab-ci.yml", "x:\n  script: npm run lint\n"), files[2]]);
    assert!(facts.relation("ci.run").unwrap().rows.iter().any(|row| row.values[1].text() == "package.json#lint"));
}

#[test]
fn scripts_that_are_given_what_they_run() {
    let package =
        r#"{"workspaces": ["a"], "scripts": {"test": "./tools/with-database.sh npm run unit", "unit": "vitest run"}}"#;
    let own = r#"{"name": "a", "scripts": {"test": "../tools/with-cache.sh vitest run a"}}"#;
    let left = |wrapper: &str, expected: &[&str]| {
        let files = [
            (WORKFLOW, &*steps("- run: bash tools/with-database.sh npm run unit")),
            ("package.json", package),
            ("a/package.json", own),
            ("tools/with-database.sh", wrapper),
            ("tools/with-cache.sh", wrapper),
        ];
        check_left(&files, expected);
    };
    left("set -e\nSERVICES=db main \"$@\"", &[]);
    left("exec $@", &[]);
    // What is given to it says what to look at, not what to run.
    left("psql \"$1\"", &["a/package.json#test"]);
}

#[test]
fn scripts_by_expressions() {
    let left = |script: &str, expected: &[&str]| {
        let package = format!(r#"{{"scripts": {{"all": "{script}", "lint:js": "eslint .", "test:unit": "vitest"}}}}"#);
        check_left(&[(WORKFLOW, &steps("- run: pnpm all")), ("package.json", &package)], expected);
    };
    left("pnpm run --recursive --include-workspace-root '/^(lint|test):.+$/'", &[]);
    left("pnpm '/^lint:.+$/'", &["package.json#test:unit"]);
    left("pnpm run '/^lint$/'", &["package.json#lint:js", "package.json#test:unit"]);
}

#[test]
fn checkers_that_do_the_same() {
    for (job, script, is_done) in [
        ("vue-tsc -b", "nuxt typecheck", true),
        ("npx nuxi typecheck", "vue-tsc --noEmit", true),
        ("vue-tsc -b", "tsc --noEmit", true),
        ("tsc --noEmit", "vue-tsc --noEmit", false),
        ("eslint .", "next lint", true),
        ("next lint", "eslint .", false),
        ("biome check .", "biome lint", true),
        ("biome format .", "biome lint", false),
    ] {
        let package = format!(r#"{{"scripts": {{"build": "node build.js", "check": "{script}"}}}}"#);
        let expected: &[&str] = if is_done { &[] } else { &["package.json#check"] };
        let workflow = steps(&format!("- run: npx {job} && npm run build"));
        check_left(&[(WORKFLOW, &workflow), ("package.json", &package), ("build.js", "")], expected);
    }
}

#[test]
fn scripts_that_look_at_nothing() {
    for (script, is_guard) in [
        ("tail -50 test.log | pino-pretty", false),
        ("echo no tests here", false),
        ("echo none && exit 1", false),
        ("cat a.json | node check.js", true),
        ("grep -r TODO src && exit 1", true),
    ] {
        let package = format!(r#"{{"scripts": {{"build": "node build.js", "test": "{script}"}}}}"#);
        let expected: &[&str] = if is_guard { &["package.json#test"] } else { &[] };
        check_left(
            &[(WORKFLOW, &steps("- run: npm run build")), ("package.json", &package), ("build.js", "")],
            expected,
        );
    }
}

#[test]
fn code_that_only_prints() {
    let files = [
        (WORKFLOW, &*steps("- run: npm run build")),
        ("package.json", r#"{"scripts": {"build": "node build.js", "check-orders": "tsx scripts/check-orders.ts"}}"#),
        ("scripts/check-orders.ts", "const orders = await open();\nconsole.table(orders);"),
        ("scripts/check-rates.ts", "if (await rates() > 1) throw new Error();\nconsole.log(1);"),
        ("scripts/seed/verify.ts", "export const count = async () => 1;"),
        ("scripts/seed/main.ts", "import { count } from './verify';"),
        ("scripts/verify.ts", "export const count = async () => 1;"),
    ];
    check_left(&files, &["scripts/check-rates.ts", "scripts/verify.ts"]);
}

#[test]
fn recipes_that_fit_a_pattern_and_containers() {
    let left = |recipe: &str, expected: &[&str]| {
        let files = [
            (WORKFLOW, &*steps("- run: cd tests && make test-${{ matrix.kind }}")),
            ("tests/Makefile", recipe),
            ("tests/docker-compose.yml", "services:\n  a:\n    entrypoint: /app/tests/scripts/check-a.sh\n"),
            ("tests/scripts/check-a.sh", "exit 1"),
            ("tests/scripts/check-b.sh", "exit 1"),
        ];
        check_left(&files, expected);
    };
    left("test-%: clean\n\t@docker compose run --rm test-$*", &["tests/scripts/check-b.sh"]);
    left("test-a:\n\t@docker compose up", &["tests/scripts/check-b.sh"]);
    left("test-a:\n\tscripts/check-b.sh", &["tests/scripts/check-a.sh"]);
    left("test-%:\n\tscripts/check-$*.sh", &[]);
    left("lint-%:\n\tscripts/check-$*.sh", &["tests/scripts/check-a.sh", "tests/scripts/check-b.sh"]);
}

#[test]
fn a_manifest_that_is_filled_in_for_others_checks_nothing() {
    let scripts = r#"{"scripts": {"type-check": "tsc --noEmit"}}"#;
    let workflow = steps("- run: npm run build");
    let outer = ("gen/package.json", r#"{"scripts": {"build": "node build.js"}}"#);
    check_left(&[(WORKFLOW, &workflow), outer, ("gen/src/admin/manifest/package.json", scripts)], &[]);
    check_left(
        &[(WORKFLOW, &workflow), outer, ("gen/src/web/package.json", scripts), ("gen/src/web/main.ts", "")],
        &["gen/src/web/package.json#type-check"],
    );
}
