//! What tools are told about coverage.

use crate::testing::facts;

/// What is found: state, name, percent.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, &str, &str)]) {
    let facts = facts(files);
    let rows = &facts.relation("coverage.setting").expect("the provider was asked").rows;
    let found: Vec<_> =
        rows.iter().map(|row| (row.values[3].text(), row.values[1].text(), row.values[2].to_string())).collect();
    let expected: Vec<_> =
        expected.iter().map(|(state, name, percent)| (*state, *name, (*percent).to_owned())).collect();
    assert_eq!(found, expected, "{files:?}");
}

#[test]
fn numbers_of_configurations() {
    check(
        &[(
            "vitest.config.ts",
            "export default { test: { coverage: { provider: 'v8', thresholds: { lines: 80, branches: 60.5 } } } };",
        )],
        &[("set", "lines", "80"), ("set", "branches", "60")],
    );
    check(
        &[(
            "jest.config.js",
            "module.exports = { coverageThreshold: { global: { lines: 40 }, './src/': { lines: 10 } } };",
        )],
        &[("set", "lines", "40")],
    );
    check(
        &[(
            "package.json",
            r#"{ "jest": { "coverageThreshold": { "global": { "branches": -10, "functions": 70 } } } }"#,
        )],
        &[("set", "functions", "70")],
    );
    check(&[(".nycrc", r#"{ "check-coverage": true, "lines": 90 }"#)], &[("set", "lines", "90")]);
    check(&[(".c8rc.json", r#"{ "lines": 90 }"#)], &[("unenforced", "lines", "90")]);
}

#[test]
fn misspelt_keys() {
    check(
        &[(
            "vitest.config.ts",
            "export default { test: { coverage: { treshold: { lines: 80 }, threshold: { lines: 80 } } } };",
        )],
        &[("misspelt", "threshold", "")],
    );
    check(
        &[("vitest.config.ts", "export default { test: { coverage: { lines: 80 } } };")],
        &[("misspelt", "lines", "")],
    );
    check(
        &[("jest.config.ts", "export default { coverageThresholds: { global: { lines: 80 } } };")],
        &[("misspelt", "coverageThresholds", "")],
    );
    check(
        &[(".nycrc.json", r#"{ "check-coverge": true, "line": 80 }"#)],
        &[("misspelt", "check-coverge", ""), ("misspelt", "line", "")],
    );
}

#[test]
fn flags_of_commands() {
    check(
        &[("package.json", r#"{ "scripts": { "test": "vitest run --coverage --coverage.thresholds.lines=50" } }"#)],
        &[("set", "lines", "50")],
    );
    check(
        &[("package.json", r#"{ "scripts": { "test": "c8 --check-coverage --lines 90 mocha --lines 3" } }"#)],
        &[("set", "lines", "90")],
    );
    check(
        &[("package.json", r#"{ "scripts": { "test": "nyc --check-coverge --lines 90 mocha" } }"#)],
        &[("misspelt", "--check-coverge", ""), ("unenforced", "lines", "90")],
    );
    check(
        &[(".github/workflows/ci.yml", "      - run: pnpm vitest run --coverage --coverage.threshold.lines=70\n")],
        &[("misspelt", "--coverage.threshold.lines", "")],
    );
    check(&[("package.json", r#"{ "devDependencies": { "vitest": "^1.0.0", "c8": "^8.0.0" } }"#)], &[]);
    check(
        &[("package.json", r#"{ "scripts": { "ci": "npm run fast -- --coverage --coverage.threshold.lines=65" } }"#)],
        &[("misspelt", "--coverage.threshold.lines", "")],
    );
    check(
        &[("check.sh", "pnpm test --coverage.thresholds.lines 40\nyarn test --coverageThreshold='{}'\n")],
        &[("set", "lines", "40"), ("set", "thresholds", "100")],
    );
    check(&[("check.sh", "npm run docs -- --coverage\nnode a.js --coverage.lines=3\n")], &[]);
}

#[test]
fn coverage_without_a_number() {
    check(&[(".github/workflows/ci.yml", "      - run: pnpm vitest run --coverage\n")], &[("missing", "", "")]);
    check(
        &[
            (".github/workflows/ci.yml", "      - run: pnpm vitest run --coverage\n"),
            ("apps/a/vitest.config.ts", "export default { test: { coverage: { thresholds: { lines: 80 } } } };"),
        ],
        &[("set", "lines", "80")],
    );
    check(
        &[(
            "package.json",
            r#"{ "scripts": { "a": "jest --coverage --coverageThreshold='{}'", "b": "vitest --coverage=false" } }"#,
        )],
        &[("set", "thresholds", "100")],
    );
}

#[test]
fn shares_are_said_as_they_are_written() {
    for (written, said) in [("47.5", "47.5"), ("60.0", "60"), ("8.25", "8.25"), ("70.", "70")] {
        let text = format!("export default {{ test: {{ coverage: {{ thresholds: {{ lines: {written} }} }} }} }};");
        let facts = facts(&[("vitest.config.ts", &text)]);
        let rows = &facts.relation("coverage.setting").expect("the provider was asked").rows;
        let found: Vec<&str> = rows.iter().map(|row| row.values[4].text()).collect();
        assert_eq!(found, [format!("vitest asks for {said} % of lines")], "{written}");
    }
    check(
        &[("vitest.config.ts", "export default { coverage: { thresholds: { lines: 100.5 } } };")],
        &[("set", "thresholds", "100")],
    );
}
