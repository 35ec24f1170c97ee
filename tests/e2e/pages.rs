//! Scripts in pages (`.vue`, `.svelte`, `.astro`, `.html`) from end to end: rules, suppressions, fixes, facts.

use crate::project::Project;

const CONFIG: (&str, &str) = ("auditlint.toml", "packs = []\nrule-dirs = [\"rules\"]\n");
const RULE: (&str, &str) = (
    "rules/forbidden.yml",
    "id: forbidden\nlanguage: [TypeScript, JavaScript]\nseverity: error\nmessage: no\nrule:\n  pattern: forbidden($$$ARGS)\nfix: allowed($$$ARGS)\n",
);

/// The findings in a page, as `line:column rule`.
#[track_caller]
fn check(path: &str, page: &str, expected: &[&str]) {
    check_with(RULE, path, page, expected);
}

#[track_caller]
fn check_with(rule: (&str, &str), path: &str, page: &str, expected: &[&str]) {
    let found = Project::new(&[CONFIG, rule, (path, page)]).places(&[]);
    let expected: Vec<String> = expected.iter().map(|place| format!("{path}:{place}")).collect();
    assert_eq!(found, expected, "{page}");
}

#[test]
fn rules_find_what_stands_in_scripts_at_its_place() {
    check(
        "src/a.vue",
        "<template>\n  <p>{{ forbidden() }}</p>\n</template>\n\n<script setup lang=\"ts\">\nconst a: A = forbidden(1);\n</script>\n",
        &["6:14 forbidden"],
    );
    check(
        "src/a.vue",
        "<script>\nforbidden();\n</script>\n<script setup>\nforbidden();\n</script>\n",
        &["2:1 forbidden", "5:1 forbidden"],
    );
    check("src/a.vue", "<script lang=\"tsx\">const a: A = <p>{forbidden()}</p></script>", &["1:37 forbidden"]);
    check(
        "src/a.svelte",
        "<script context=\"module\">\n  forbidden();\n</script>\n\n<script>\n  $: a = forbidden();\n</script>\n\n{forbidden()}\n",
        &["2:3 forbidden", "6:10 forbidden"],
    );
    check(
        "src/a.astro",
        "---\nif (!a) return forbidden();\n---\n<p>{forbidden()}</p>\n<script>\n  forbidden();\n</script>\n",
        &["2:16 forbidden", "6:3 forbidden"],
    );
    check(
        "a.html",
        "<p>é</p><script>forbidden()</script><script type=module>forbidden()</script>\r\n",
        &["1:18 forbidden", "1:58 forbidden"],
    );
    check("a.html", "<script type=\"application/json\">forbidden()</script><script src=a.js></script>\n", &[]);
    check("src/a.vue", "<!-- <script>forbidden()</script> -->\n<script>a = '</script>'; forbidden()\n", &[]);
}

#[test]
fn a_rule_looks_at_the_language_of_the_scripts() {
    let typed = ("rules/typed.yml", "id: typed\nlanguage: TypeScript\nmessage: no\nrule: { pattern: forbidden() }\n");
    let plain = ("rules/plain.yml", "id: plain\nlanguage: JavaScript\nmessage: no\nrule: { pattern: forbidden() }\n");
    let globbed = (
        "rules/globbed.yml",
        "id: globbed\nlanguage: [TypeScript, JavaScript]\nfiles: [\"**/*.vue\"]\nmessage: no\nrule: { pattern: forbidden() }\n",
    );
    let script = "<script>forbidden()</script>";
    let typed_script = "<script lang=\"ts\">forbidden()</script>";
    check_with(typed, "a.vue", script, &[]);
    check_with(typed, "a.vue", typed_script, &["1:19 typed"]);
    check_with(plain, "a.vue", script, &["1:9 plain"]);
    check_with(plain, "a.vue", typed_script, &[]);
    check_with(typed, "a.vue", &format!("{script}\n{typed_script}"), &["1:9 typed", "2:19 typed"]);
    check_with(globbed, "a.vue", script, &["1:9 globbed"]);
    check_with(globbed, "a.svelte", script, &[]);
}

#[test]
fn what_a_script_declares_may_be_used_by_the_markup() {
    let unused = (
        "rules/unused.yml",
        "id: unused\nlanguage: TypeScript\nmessage: no\nrule: { kind: identifier, references: { max: 0 }, exported: false }\n",
    );
    let page = "<script setup lang=\"ts\">\nimport A from './a.vue'\nconst b = 1\nfunction f() { const c = 2 }\n</script>\n<template><A :b=\"b\"/></template>\n";
    check_with(unused, "a.vue", page, &["4:22 unused"]);
}

#[test]
fn names_are_those_of_all_scripts() {
    let env = (
        "rules/env.yml",
        "id: env\nlanguage: JavaScript\nmessage: no\nrule: { resolves-to: process.env, kind: member_expression }\n",
    );
    check_with(
        env,
        "a.svelte",
        "<script module>\nconst p = process;\n</script>\n<script>\na = p.env;\n</script>\n",
        &["5:5 env"],
    );
    check_with(env, "a.svelte", "<script>\nconst process = {};\na = process.env;\n</script>\n", &[]);
}

#[test]
fn comments_in_scripts_silence_and_comments_of_markup_do_not() {
    check("a.vue", "<script>\n// auditlint-ignore forbidden: known\nforbidden();\n</script>\n", &[]);
    check(
        "a.vue",
        "<script>\n// auditlint-ignore-file forbidden: known\nforbidden();\n\nforbidden();\n</script>\n",
        &[],
    );
    check("a.vue", "<!-- auditlint-ignore forbidden: known -->\n<script>forbidden();</script>\n", &[]);
    check(
        "a.svelte",
        "<!-- auditlint-ignore forbidden: known -->\n<script>\n  forbidden();\n  forbidden();\n</script>\n",
        &["4:3 forbidden"],
    );
    check("a.html", "<!--\n  auditlint-ignore-file forbidden: known\n-->\n<script>\n\nforbidden();\n</script>\n", &[]);
    check(
        "a.astro",
        "---\nallowed();\n---\n<!-- auditlint-ignore forbidden: known -->\n",
        &["4:23 unused-suppression"],
    );
    check("a.vue", "<p/>\n<!-- auditlint-ignore forbidden -->\n", &["2:6 malformed-suppression"]);
    check(
        "a.vue",
        "<script>\n// auditlint-ignore forbidden: known\nallowed();\n</script>\n",
        &["2:21 unused-suppression"],
    );
}

#[test]
fn comments_are_added_where_a_script_takes_them_for_comments() {
    let project = Project::new(&[
        CONFIG,
        RULE,
        ("a.vue", "<p>é</p>\n<script>\n  forbidden();\n</script>\n"),
        ("b.html", "<p/><script>forbidden()</script>\n"),
        ("c.astro", "---\nforbidden();\n---\n"),
    ]);
    project.run(&["check", "--add-ignore", "--reason", "known"]);
    assert_eq!(
        project.read("a.vue"),
        "<p>é</p>\n<script>\n  // auditlint-ignore forbidden: known\n  forbidden();\n</script>\n"
    );
    assert_eq!(project.read("b.html"), "<p/><script>forbidden() // auditlint-ignore forbidden: known</script>\n");
    assert_eq!(project.read("c.astro"), "---\n// auditlint-ignore forbidden: known\nforbidden();\n---\n");
    assert_eq!(project.places(&[]), Vec::<String>::new());
}

#[test]
fn fixes_change_scripts_and_nothing_else() {
    let page = "<p>{{ forbidden(1) }}é</p>\n<script>\nforbidden('é', 2);\n</script>\n<style>forbidden()</style>\n";
    let project = Project::new(&[CONFIG, RULE, ("a.vue", page)]);
    project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.vue"), page.replace("forbidden('é', 2)", "allowed('é', 2)"));
    let closing = (
        "rules/forbidden.yml",
        "id: forbidden\nlanguage: JavaScript\nmessage: no\nrule: { pattern: forbidden() }\nfix: \"allowed('</script>')\"\n",
    );
    let project = Project::new(&[CONFIG, closing, ("a.vue", "<script>\nforbidden()\n</script>\n")]);
    let run = project.run(&["check", "--fix"]);
    assert_eq!(project.read("a.vue"), "<script>\nforbidden()\n</script>\n", "{run:?}");
    assert!(run.out.contains("would break the syntax"), "{run:?}");
}

#[test]
fn what_cannot_be_read_is_counted_and_pages_without_scripts_are_no_sources() {
    let project = Project::new(&[
        CONFIG,
        RULE,
        ("a.vue", "<script>\nforbidden();\n</script>\n<script lang=\"coffee\">\na b\n</script>\n<script>\n"),
        ("b.html", "<p>forbidden()</p>\n"),
    ]);
    let (_, report) = project.json(&["--verbose"]);
    let regions: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            format!("{} {}", problem["path"].as_str().unwrap_or_default(), problem["message"].as_str().unwrap())
        })
        .collect();
    assert_eq!(regions, ["a.vue line 4 was not understood", "a.vue line 7 was not understood"]);
    assert_eq!(report["summary"]["files"], 1, "{report}");
    let project = Project::new(&[CONFIG, RULE, ("b.html", "<p>forbidden()</p>\n")]);
    let run = project.run(&["check"]);
    assert!(run.out.contains("there are no sources to check"), "{run:?}");
}

#[test]
fn facts_are_read_from_scripts() {
    let project = Project::new(&[
        ("auditlint.toml", ""),
        ("package.json", "{ \"dependencies\": { \"vue\": \"3\" } }"),
        (
            "src/a.vue",
            "<template/>\n<script setup lang=\"ts\">\nimport { ref } from 'vue'\nconst a = process.env.SECRET\n</script>\n",
        ),
        ("src/b.astro", "---\nimport A from './a.vue'\nconst b = import.meta.env.PUBLIC_B\n---\n"),
    ]);
    let check = |relation: &str, expected: &[&str]| {
        let out = project.run(&["facts", relation, "--format", "tsv"]).out;
        let rows: Vec<String> = out.lines().skip(1).map(|line| line.replace('\t', " ")).collect();
        let is_there = |expected: &&str| rows.iter().any(|row| expected.split(' ').all(|part| row.contains(part)));
        assert_eq!(
            expected.iter().filter(|expected| !is_there(expected)).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "{out}"
        );
        assert_eq!(rows.len(), expected.len(), "{out}");
    };
    check("env.read", &["SECRET src/a.vue 4", "PUBLIC_B src/b.astro 3"]);
    check("import.import", &["vue src/a.vue 3", "./a.vue src/b.astro 2"]);
}

#[test]
fn a_call_with_type_arguments_is_found_behind_what_takes_it_as_an_operand() {
    let called = (
        "rules/called.yml",
        "id: called\nlanguage: TypeScript\nmessage: no\nrule: { kind: call_expression, has: { field: function, resolves-to: fetch } }\n",
    );
    let code = "const a = await fetch<A>('/x');\nconst b = !fetch<A>('/x');\nconst c = 1 + fetch<A>('/x').b;\n";
    check_with(called, "src/a.ts", code, &["1:17 called", "2:12 called", "3:15 called"]);
}
