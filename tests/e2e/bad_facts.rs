//! Sources of facts that cannot be read, or not in full: what would accuse somebody because of them says nothing and tells why, and
//! everything else goes on.

use crate::project::{Project, places};

/// A project with one finding of each rule that holds files against each other.
fn project() -> Project {
    Project::new(&[
        ("auditlint.toml", "packs = [\"consistency\"]\n"),
        ("db/schema.prisma", "model User {\n  id Int @id\n}\n"),
        ("package.json", "{ \"name\": \"p\", \"scripts\": { \"build\": \"npm run gone\" } }\n"),
        (".env.example", "OTHER=1\n"),
        ("Cargo.toml", "[package]\nname = \"a\"\nedition = \"2021\"\n"),
        ("src/lib.rs", "use serde::Serialize;\n"),
        ("src/query.ts", "db.user.findMany({ select: { mail: true } });\n"),
        ("src/import.ts", "import pad from \"left-pad\";\n"),
        ("src/env.ts", "const key = process.env.SECRET_KEY;\n"),
    ])
}

const EVERYTHING: [&str; 5] = [
    "package.json:1:29 missing-script-ref",
    "src/env.ts:1:13 env-var-undocumented",
    "src/import.ts:1:17 undeclared-import",
    "src/lib.rs:1:5 undeclared-crate",
    "src/query.ts:1:30 prisma-unknown-field",
];

/// With this file the rules `silent` find nothing and say so at `place`; the others find what they found.
#[track_caller]
fn check(path: &str, content: &[u8], silent: &[&str], place: &str) {
    let project = project();
    project.write(path, content);
    let (_, report) = project.json(&[]);
    let rule = |found: &str| found.rsplit(' ').next().unwrap().to_owned();
    let expected: Vec<&str> = EVERYTHING.into_iter().filter(|found| !silent.contains(&rule(found).as_str())).collect();
    assert_eq!(places(&report), expected, "{path}");
    let text = project.run(&["check", "--format", "concise"]).out;
    for rule in silent {
        let is_told = |line: &str| line.starts_with(place) && line.contains(&format!("`{rule}`"));
        assert!(text.lines().any(is_told), "{rule} at {place} in {text}");
    }
}

#[test]
fn without_a_fault_every_rule_finds() {
    let (code, report) = project().json(&[]);
    assert_eq!((code, places(&report)), (1, EVERYTHING.map(str::to_owned).to_vec()));
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{}", report["problems"]);
}

#[test]
fn a_source_that_is_not_understood_silences_the_rules_that_need_it() {
    check(
        "db/schema.prisma",
        b"model User {\n  id Int @id\n  ??? x\n}\n",
        &["prisma-unknown-field"],
        "db/schema.prisma:3:3",
    );
    check("db/schema.prisma", b"model User {\n  id Int @id\n", &["prisma-unknown-field"], "db/schema.prisma:");
    check("package.json", b"{ \"name\": ", &["missing-script-ref", "undeclared-import"], "package.json:1:");
    check("package.json", b"\xff{}", &["missing-script-ref", "undeclared-import"], "package.json:1:1");
    check(".env.example", b"\xff\xfe\n", &["env-var-undocumented"], ".env.example:1:1");
    check("Cargo.toml", b"[package\n", &["undeclared-crate"], "Cargo.toml:1:");
    check("src/sub/Cargo.toml", b"name = \n", &[], "");
    check("Cargo.toml", b"\xff", &["undeclared-crate"], "Cargo.toml:1:1");
}

#[test]
fn yaml_that_is_none() {
    // The rule looks for scripts of packages that such a file may place elsewhere.
    check("pnpm-workspace.yaml", b"packages: [", &["missing-script-ref"], "pnpm-workspace.yaml:1:1");
    // Whoever sets a variable does not document it.
    check("docker-compose.yml", b"services: [\n", &[], "");
    check(".github/workflows/a.yml", b"on: [\n", &[], "");
    check(".github/workflows/a.yml", b"x: &e\n  A: 1\non: push\njobs:\n  a:\n    env: *e\n    steps: []\n", &[], "");
}

#[test]
fn two_models_of_one_name() {
    // Prisma takes no such schema; which fields the model has is anybody's guess.
    let twice = b"model User {\n  id Int @id\n}\nmodel User {\n  name String\n}\n";
    check("db/schema.prisma", twice, &["prisma-unknown-field"], "db/schema.prisma:4:7");
    let project = project();
    for (path, text) in
        [("db/schema.prisma", "model User {\n  id Int @id\n}\n"), ("db/b.prisma", "model User {\n  mail String\n}\n")]
    {
        project.write(path, text.as_bytes());
    }
    assert!(!project.places(&[]).iter().any(|place| place.ends_with("prisma-unknown-field")));
}

#[test]
fn workspaces_in_a_circle() {
    let project = project();
    for (one, other) in [("x", "y"), ("y", "x")] {
        let package = format!(
            "{{ \"name\": \"{one}\", \"workspaces\": [\"../{other}\"], \"scripts\": {{ \"a\": \"npm run a -w {other}\" }}, \
             \"dependencies\": {{ \"{other}\": \"*\" }} }}\n"
        );
        project.write(&format!("{one}/package.json"), package.as_bytes());
        project
            .write(&format!("{one}/index.ts"), format!("import a from \"{other}\";\nexport default a;\n").as_bytes());
        let manifest = format!(
            "[package]\nname = \"{one}\"\nedition = \"2021\"\n[dependencies]\n{other} = {{ path = \"../{other}\" }}\n"
        );
        project.write(&format!("{one}/Cargo.toml"), manifest.as_bytes());
        project.write(&format!("{one}/src/lib.rs"), format!("use {other}::a;\n").as_bytes());
    }
    let (_, report) = project.json(&[]);
    assert_eq!(places(&report), EVERYTHING);
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{}", report["problems"]);
}

#[test]
fn a_lock_file_of_twenty_megabytes_is_not_read() {
    let lock = format!("{{ \"packages\": [\"{}\"] }}", "a".repeat(20 << 20));
    let toml = format!("# {}\n", "a".repeat(20 << 20));
    // What is read and is over the limit is a problem.
    for (path, text) in [("package-lock.json", &lock), ("pnpm-lock.yaml", &lock), ("Cargo.lock", &toml)] {
        let project = project();
        project.write(path, text.as_bytes());
        let (_, report) = project.json(&[]);
        assert_eq!(places(&report), EVERYTHING, "{path}");
        assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{}", report["problems"]);
    }
}

#[test]
fn a_manifest_of_twenty_megabytes_is_told_and_accuses_nobody() {
    let space = " ".repeat(20 << 20);
    for (path, text, silent) in [
        (
            "package.json",
            format!("{{ \"dependencies\": {{ \"left-pad\": \"1\" }} {space} }}"),
            vec!["missing-script-ref", "undeclared-import"],
        ),
        ("Cargo.toml", format!("[package]\nname = \"a\"\nedition = \"2021\"\n{space}"), vec!["undeclared-crate"]),
        ("db/schema.prisma", format!("model User {{\n  mail String\n}}\n{space}"), vec!["prisma-unknown-field"]),
    ] {
        let project = project();
        project.write(path, text.as_bytes());
        let (_, report) = project.json(&[]);
        let found = places(&report);
        let expected: Vec<&str> =
            EVERYTHING.into_iter().filter(|found| !silent.iter().any(|rule| found.ends_with(rule))).collect();
        assert_eq!(found, expected, "{path}");
        let problems = report["problems"].to_string();
        assert!(problems.contains(path) && problems.contains("cannot be read"), "{problems}");
    }
}

#[test]
fn what_an_unread_manifest_may_declare_is_not_missing() {
    let project = project();
    project.write(
        "package.json",
        format!("{{ \"dependencies\": {{ \"left-pad\": \"1\" }} }}{}", " ".repeat(20 << 20)).as_bytes(),
    );
    project.write("web/package.json", b"{ \"name\": \"web\" }\n");
    project.write("web/a.ts", b"import pad from \"left-pad\";\n");
    assert!(!project.places(&[]).iter().any(|place| place.ends_with("undeclared-import")));
    let text = project.run(&["check", "--format", "concise"]).out;
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("package.json:")).collect();
    assert!(matches!(told[..], [line] if line.contains("not judged by `undeclared-import`")), "{text}");
}
