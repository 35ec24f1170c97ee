//! `auditlint facts`, and rules over facts on the command line.

use crate::project::Project;

const SCHEMA: &str = "model User {\n  id    Int    @id\n  email String @unique\n}\n";
const QUERY: &str = "db.user.findMany({ where: { mail: 1 }, select: { id: true } });\n";

fn project() -> Project {
    let config = "packs = [\"consistency\"]\n";
    Project::new(&[("auditlint.toml", config), ("db/schema.prisma", SCHEMA), ("src/a.ts", QUERY)])
}

#[test]
fn relations_and_their_rows_are_printed() {
    let project = project();
    let list = project.run(&["facts"]);
    assert_eq!(list.code, 0);
    assert!(list.out.starts_with("relation") && list.out.contains("\nprisma.field "), "{list:?}");
    let table = project.run(&["facts", "prisma.use", "--where", "clause=where"]);
    let expected = "\
model  field  clause  method    call  place  path      line
User   mail   where   findMany     1      3  src/a.ts     1
1 row
";
    assert_eq!((table.code, table.out.as_str()), (0, expected), "{table:?}");
    let tsv = project.run(&["facts", "prisma.model", "--format", "tsv"]);
    assert_eq!(tsv.out, "model\tkind\ttable\tdatabase\tpath\tline\nUser\tmodel\tUser\t\tdb/schema.prisma\t1\n");
    let json =
        project.run(&["facts", "prisma.field", "--format", "json", "--where", "field=email", "--where", "unique=true"]);
    let rows: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["type"], "String");
    assert_eq!((&rows[0]["unique"], &rows[0]["list"]), (&true.into(), &false.into()));
    assert_eq!(rows[0]["line"], 3);
}

#[test]
fn no_two_columns_have_the_same_name() {
    let project = Project::new(&[
        ("auditlint.toml", "packs = []\n"),
        ("src/app.ts", "import express from 'express';\nconst app = express();\napp.get('/users', list);\n"),
    ]);
    let run = project.run(&["facts", "route.endpoint", "--format", "json"]);
    let rows: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let place = ["path", "source_path", "line"].map(|key| rows[0][key].to_string());
    assert_eq!(place, ["\"/users\"", "\"src/app.ts\"", "3"], "{run:?}");
    let project = project.run(&["facts"]);
    let names: Vec<&str> = project.out.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() > 50, "{names:?}");
    for name in names {
        let run = Project::new(&[("auditlint.toml", "packs = []\n")]).run(&["facts", name, "--format", "tsv"]);
        let heads: Vec<&str> = run.out.lines().next().unwrap_or_default().split('\t').collect();
        let repeated = heads.iter().enumerate().find(|(index, head)| heads[..*index].contains(head));
        assert_eq!(repeated, None, "{name}: {heads:?}");
    }
}

#[test]
fn every_list_has_the_same_formats() {
    let project = project();
    let config = "packs = [\"consistency\"]\n[[tasks]]\nfiles = \"t.yml\"\n";
    project.write("auditlint.toml", config.as_bytes());
    project.write("t.yml", b"id: T-1\ntitle: first\n");
    for (command, key, value) in [
        (&["tasks"][..], "id", "T-1"),
        (&["rules", "list"], "pack", "consistency"),
        (&["facts", "prisma.model"], "model", "User"),
    ] {
        let with = |more: &[&str]| project.run(&[command, more].concat());
        let rows: serde_json::Value = serde_json::from_str(&with(&["--format", "json"]).out).unwrap();
        // Tasks are a document, which `schema tasks` describes.
        let rows = rows.get("tasks").unwrap_or(&rows);
        assert_eq!(rows[0][key], value, "{command:?}");
        let tsv = with(&["--format", "tsv"]).out;
        assert!(tsv.lines().next().unwrap().split('\t').any(|head| head == key), "{tsv}");
        let heads = with(&[]).out.lines().next().unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert!(heads.iter().any(|head| head == key), "{heads:?}");
    }
}

#[test]
fn a_key_that_stands_twice_leaves_nothing_unjudged() {
    let project = project();
    let workflow = "on: push\njobs:\n  a:\n    if: x\n    if: y\n    steps:\n      - run: npm run lint\n";
    project.write(".github/workflows/ci.yml", workflow.as_bytes());
    project
        .write("package.json", b"{ \"name\": \"a\", \"scripts\": { \"lint\": \"eslint .\", \"test\": \"vitest\" } }");
    project.write("src/a.ts", b"");
    assert_eq!(project.places(&[]), ["package.json:1:49 script-never-run-by-ci"]);
    let run = project.run(&["check"]);
    assert!(run.out.contains("the key `if` stands here again; it stands first on line 4"), "{run:?}");
    assert!(run.out.contains("this leaves nothing unjudged"), "{run:?}");
}

#[test]
fn wrong_names_are_told_with_the_nearest() {
    let project = project();
    for (args, expected) in [
        (&["facts", "prisma.uses"][..], "there is no relation `prisma.uses`; did you mean `prisma.use`?"),
        (&["facts", "prisma.use", "--where", "feild=a"], "`prisma.use` has no column `feild`; did you mean `field`?"),
        (&["facts", "prisma.use", "--where", "field"], "`--where field`: write COLUMN=VALUE"),
    ] {
        let run = project.run(args);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.err.contains(expected), "{run:?}");
    }
}

#[test]
fn missing_rows_are_said() {
    let project = project();
    project.write("db/schema.prisma", b"model User {\n  id Int @id\n  ??\n}\n");
    let run = project.run(&["facts", "prisma.field"]);
    assert!(run.out.ends_with("1 row\n"), "{run:?}");
    assert!(run.err.contains("rows may be missing: a line of the model `User` is not understood"), "{run:?}");
    assert!(run.err.contains("db/schema.prisma:3"), "{run:?}");
}

#[test]
fn a_gap_is_said_once_with_what_hangs_on_it() {
    let project = project();
    project.write("db/schema.prisma", b"model User {\n  id Int @id\n  ??\n}\nmodel Post {\n  id Int @id\n}\n");
    project.write("src/b.ts", b"db.post.findMany({ where: { mail: 1 } });\n");
    // What the model `Post` lacks is known.
    assert_eq!(project.places(&[]), ["src/b.ts:1:29 prisma-unknown-field"]);
    let gap = "a line of the model `User` is not understood";
    let help = "facts may be missing, so one place was not judged by `prisma-unknown-field`";
    let run = project.run(&["check"]);
    assert_eq!(run.out.matches(gap).count(), 1, "{run:?}");
    assert!(run.out.contains(help), "{run:?}");
    let hook = project.run(&["check", "src/a.ts"]);
    assert!(hook.out.contains(help), "{hook:?}");
    let other = project.run(&["check", "src/b.ts"]);
    assert!(!other.out.contains(gap), "{other:?}");
}

#[test]
fn a_disagreement_is_a_finding_like_any_other() {
    let project = project();
    assert_eq!(project.places(&[]), ["src/a.ts:1:29 prisma-unknown-field"]);
    assert_eq!(project.places(&["src/a.ts"]), ["src/a.ts:1:29 prisma-unknown-field"]);
    let run = project.run(&["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.out.starts_with("src/a.ts:1:29: error[prisma-unknown-field] the model `User` has no field `mail`\n"),
        "{run:?}"
    );
    let text = project.run(&["check"]);
    assert!(text.out.contains("see: db/schema.prisma:1:7 the model"), "{text:?}");
    let input = project.run_with_input(&["check", "--stdin-filename", "src/b.ts", "--format", "concise"], QUERY);
    assert!(input.out.starts_with("src/b.ts:1:29: error[prisma-unknown-field]"), "{input:?}");
}

#[test]
fn a_mistake_in_a_check_is_told_at_its_place() {
    let project = project();
    project.write("auditlint.toml", b"packs = []\nrule-dirs = [\"lint\"]\n");
    let rule = "id: a\nmessage: $NAME\ncheck:\n  each: prisma.fild\n  unique: [model]\n";
    project.write("lint/a.yml", rule.as_bytes());
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.out.contains("unknown relation `prisma.fild`") && run.out.contains("lint/a.yml:4:9"), "{run:?}");
    project.write("lint/a.yml", rule.replace("fild", "field").as_bytes());
    let run = project.run(&["check"]);
    assert!(run.out.contains("unknown column `NAME`") && run.out.contains("lint/a.yml:2:"), "{run:?}");
}

#[test]
fn a_relation_without_a_row_is_a_finding_at_the_rule() {
    let project = project();
    project.write("auditlint.toml", b"packs = []\nrule-dirs = [\"lint\"]\n");
    let rule = "id: keeps-sessions\nseverity: error\nmessage: no model keeps sessions\ncheck:\n  each: prisma.model\n  where: { model: Session }\n  non-empty: true\n";
    project.write("lint/a.yml", rule.as_bytes());
    assert_eq!(project.places(&[]), ["lint/a.yml:1:5 keeps-sessions"]);
    assert_eq!(project.places(&["src"]), [""; 0]);
    assert_eq!(project.places(&["lint/a.yml"]), ["lint/a.yml:1:5 keeps-sessions"]);
    project.write("lint/a.yml", rule.replace("Session", "User").as_bytes());
    assert_eq!(project.places(&[]), [""; 0]);
}

#[test]
fn a_value_that_an_option_lists_is_missing_at_its_place_in_the_configuration() {
    let config = "packs = []\n\n[rules.required-import]\nseverity = 'error'\n[rules.required-import.options]\nmodules = [\n  'effect',\n  '@effect/workflow',\n]\n";
    let source = ("src/jobs.ts", "import { Effect } from 'effect';\nexport const run = Effect.void;\n");
    let project = Project::new(&[("auditlint.toml", config), ("package.json", "{ \"name\": \"app\" }\n"), source]);
    assert_eq!(project.places(&[]), ["auditlint.toml:8:3 required-import"]);
    project.write(
        "src/jobs.ts",
        b"import { Effect } from 'effect';\nimport * as Workflow from '@effect/workflow/Workflow';\n",
    );
    assert_eq!(project.places(&[]), [""; 0]);
    project.write("auditlint.toml", config.replace("modules", "module").as_bytes());
    let wrong = project.run(&["check"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.out.contains("did you mean `modules`?") && wrong.out.contains("auditlint.toml:6:1"), "{wrong:?}");
    project.write("auditlint.toml", config.replace("  'effect',", "  3,").as_bytes());
    let wrong = project.run(&["check"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.out.contains("auditlint.toml:6:"), "{wrong:?}");
}

const ROUTES: &str = "relation: router.handler\nabout: A handler that the router knows.\nlanguage: TypeScript\nrule: { pattern: 'app.get($URL, $HANDLER)' }\ncolumns: [$URL, $HANDLER]\n";

#[test]
fn a_relation_of_ones_own_is_listed_printed_and_checked() {
    let project = project();
    project.write("auditlint.toml", b"packs = []\nrule-dirs = [\"lint\"]\n");
    project.write("lint/routes.yml", ROUTES.as_bytes());
    // The rule stands in another file, which is read before the relation.
    let rule = "id: one-handler\nmessage: \"`$URL` has two handlers\"\nseverity: error\ncheck:\n  each: router.handler\n  unique: url\nexamples:\n  bad:\n    - files:\n        a.ts: |\n          app.get('/a', b);\n          «app.get('/a', c)»;\n  good:\n    - files:\n        a.ts: app.get('/a', b);\n";
    project.write("lint/a.yml", rule.as_bytes());
    project.write("src/routes.ts", b"app.get('/a', list);\napp.get('/a', show);\n");
    let list = project.run(&["facts"]);
    assert!(
        list.out.contains("\nrouter.handler ") && list.out.contains("A handler that the router knows."),
        "{list:?}"
    );
    let rows = project.run(&["facts", "router.handler", "--format", "tsv"]);
    assert_eq!(rows.out, "url\thandler\tpath\tline\n/a\tlist\tsrc/routes.ts\t1\n/a\tshow\tsrc/routes.ts\t2\n");
    assert_eq!(project.places(&[]), ["src/routes.ts:2:1 one-handler"]);
    let test = project.run(&["rules", "test"]);
    assert_eq!(test.code, 0, "{test:?}");
    assert!(test.out.contains("ok    one-handler (1 bad, 1 good)"), "{test:?}");
    let typo = project.run(&["facts", "router.handlers"]);
    assert!(typo.err.contains("did you mean `router.handler`?"), "{typo:?}");
    project.write("lint/other.yml", ROUTES.as_bytes());
    let twice = project.run(&["check"]);
    assert_eq!(twice.code, 2, "{twice:?}");
    assert!(twice.out.contains("duplicate relation `router.handler`"), "{twice:?}");
    assert!(twice.out.contains("lint/routes.yml:1:11"), "{twice:?}");
}

#[cfg(unix)]
#[test]
fn nobody_can_say_what_lies_behind_a_link() {
    use std::os::unix::fs::symlink;

    let project = project();
    let code = "import a from \"./linked\";\nimport b from \"./folder/b\";\nimport c from \"./gone\";\n";
    project.write("src/a.ts", code.as_bytes());
    symlink("../db/schema.prisma", project.path("src/linked.ts")).unwrap();
    symlink("../db", project.path("src/folder")).unwrap();
    assert_eq!(project.places(&[]), ["src/a.ts:3:15 unresolved-import"]);
}

#[test]
fn what_is_the_same_in_some_columns_is_said_once() {
    let uses = "import \"gone\";\n".repeat(12);
    let project = Project::new(&[
        ("auditlint.toml", "packs = []\n\n[rules.undeclared-import]\n"),
        ("package.json", "{ \"workspaces\": [\"lib\"] }"),
        ("package-lock.json", "{}"),
        ("lib/package.json", "{ \"name\": \"lib\" }"),
        ("lib/a.ts", "import \"gone\";\n"),
        ("src/a.test.ts", "import \"gone\";\n"),
        ("src/b.ts", "import \"other\";\nimport \"gone\";\n"),
        ("src/c.ts", &uses),
        ("src/d.ts", "export * from \"gone\";\n"),
    ]);
    // One finding for each package and manifest, at its first place that the rule looks at.
    let places = ["lib/a.ts:1:8", "src/b.ts:1:8", "src/b.ts:2:8"].map(|at| format!("{at} undeclared-import"));
    assert_eq!(project.places(&[]), places);
    let (_, report) = project.json(&[]);
    let related = report["findings"][2]["related"].as_array().unwrap();
    assert_eq!(related.len(), 10);
    assert_eq!((related[0]["path"].as_str(), related[0]["message"].as_str()), (Some("src/c.ts"), Some("also here")));
    assert_eq!(related[9]["message"], "also here, and at 3 more places");
    assert_eq!(report["findings"][0]["related"].as_array().map_or(0, Vec::len), 0);
    // A run on a part speaks of the first place in it.
    assert_eq!(project.places(&["src/d.ts"]), ["src/d.ts:1:15 undeclared-import"]);
    // What silences the first place silences the finding.
    project.write(
        "src/b.ts",
        b"import \"other\";\n// auditlint-ignore undeclared-import: brought along\nimport \"gone\";\n",
    );
    assert_eq!(project.places(&[]), [places[0].as_str(), places[1].as_str()]);
}

/// `path:line rule` of what stands in a store that the module `src/server.ts` makes.
#[track_caller]
fn check_store(server: &str, expected: &[&str]) {
    let store = "export class SessionStore {\n  private sessions = new Map<string, Session>();\n\n\
                 \x20 login(id: string, session: Session) {\n    this.sessions.set(id, session);\n  }\n}\n";
    let server = format!(
        "import express from \"express\";\nimport {{ SessionStore }} from \"./store\";\n\nconst app = express();\n{server}"
    );
    let project = Project::new(&[("auditlint.toml", ""), ("src/store.ts", store), ("src/server.ts", &server)]);
    assert_eq!(project.places(&[]), expected, "{server}");
}

#[test]
fn a_store_in_a_class_counts_where_another_module_keeps_its_instance() {
    let kept = "const store = new SessionStore();\napp.post(\"/login\", (req, res) => {\n  store.login(req.body.id, req.body);\n});\n";
    check_store(kept, &["src/store.ts:2:3 in-memory-store"]);
    let made_again = "app.post(\"/login\", (req, res) => {\n  const store = new SessionStore();\n  store.login(req.body.id, req.body);\n});\n";
    check_store(made_again, &[]);
}
