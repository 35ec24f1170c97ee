//! Variables that are read, documented and set.

use auditlint_facts::{FactStore, Source, SourceText, Stage};
use auditlint_source::{Decoded, FilePath};
use auditlint_syntax::{ParseLimits, Parser};

use crate::{facts_of, providers, testing};

#[track_caller]
fn check(path: &str, text: &str, relation: &str, expected: &[&str]) {
    let path = FilePath::new(path);
    let facts = facts_of(&[SourceText { path: &path, text: text.as_bytes() }], providers());
    let rows = &facts.relation(relation).unwrap().rows;
    // The scope is a test of its own.
    let columns = match relation {
        "env.read" => 3,
        "env.documented" => 1,
        _ => usize::MAX,
    };
    let show = |row: &auditlint_facts::Row| {
        row.values.iter().take(columns).map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rows.iter().map(show).collect::<Vec<_>>(), expected, "{text}");
}

#[test]
fn reads() {
    for (code, expected) in [
        (
            "process.env.A; process.env['B']; globalThis.process.env.C",
            ["A false false", "B false false", "C false false"].as_slice(),
        ),
        (
            "const { A, B: b = 1, ...rest } = process.env; const { env } = process; env.C.length",
            &["A false false", "B false false", "C false false"],
        ),
        ("process.env.A = 'x'; process.env.D ??= 'y'; delete process.env.B; process.env[C]; process.env", &[]),
        (
            "process.env.HOME; process.env.npm_config_x; import.meta.env.VITE_A",
            &["HOME true false", "VITE_A false false"],
        ),
        ("function f(process) { process.env.A } const a = process.env.A; a; f(a)", &["A false false"]),
        ("import { env as e } from 'node:process'; if (e.A ?? e.B) {}", &["A false false", "B false false"]),
    ] {
        check("a.ts", code, "env.read", expected);
    }
    let code = "use std::env; fn f() { env::var(\"A\"); std::env::var_os(\"RUST_LOG\"); env::var(name); println!(\"{}\", env::var(\"B\")); my::var(\"C\"); }\n#[cfg(test)]\nmod tests { fn g() { std::env::var(\"D\"); } }";
    check("a.rs", code, "env.read", &["A false false", "RUST_LOG true false", "B false false"]);
}

#[test]
fn reads_of_other_environments() {
    for (code, expected) in [
        (
            "Bun.env.A; Deno.env.get('B'); Deno.env.set('C', '1'); other.env.get('D')",
            ["A false false", "B false false"].as_slice(),
        ),
        (
            "const { VITE_B } = import.meta.env; f(import.meta.env[\"VITE_C\"]); import.meta.env?.VITE_D; import.meta.env!.VITE_E",
            &["VITE_B false false", "VITE_C false false", "VITE_D false false", "VITE_E false false"],
        ),
        (
            "const env = import.meta.env; f(env.VITE_F); f((import.meta as any).env.VITE_G); f(import.meta\n  .env.VITE_H); env.MODE",
            &["VITE_F false false", "VITE_G false false", "VITE_H false false", "MODE true false"],
        ),
        ("import { env } from 'bun'; env.A", &["A false false"]),
        ("let env = import.meta.env; env = {}; env.VITE_A; function f(env) { env.VITE_B }", &[]),
        (
            "import { SECRET } from '$env/static/private'; import { env } from '$env/dynamic/private'; env.OTHER",
            &["SECRET false false", "OTHER false false"],
        ),
        ("import { Config } from 'effect'; const a = Config.string('A'); // env", &["A false false"]),
        ("import { get } from 'env-var'; get('A').required();", &["A false false"]),
    ] {
        check("a.ts", code, "env.read", expected);
    }
    let code = "const KEY: &str = \"A\"; fn f() { std::env::var(KEY); dotenvy::var(\"B\"); }\nstruct Args { #[arg(long, env = \"C\")] c: String, #[clap(env)] log_file: String, #[arg(long)] environment: String }";
    check("a.rs", code, "env.read", &["A false false", "B false false", "C false false", "LOG_FILE false false"]);
}

#[test]
fn fields_of_a_schema_are_read() {
    for (code, expected) in [
        (
            "z.object({ A: z.string(), b: z.string() }).extend({ B: z.string() }).parse(process.env)",
            ["A false false", "B false false"].as_slice(),
        ),
        (
            "const s = Joi.object().keys({ A: Joi.number() }).unknown(); const { value } = s.validate(process.env)",
            &["A false false"],
        ),
        (
            "const base = { A: z.string() }; z.object({ ...base, B: z.string() }).safeParse({ ...process.env })",
            &["A false false", "B false false"],
        ),
        (
            "createEnv({ server: { A: z.string() }, client: { NEXT_PUBLIC_B: z.string() }, runtimeEnv: process.env })",
            &["A false false", "NEXT_PUBLIC_B false false"],
        ),
        ("cleanEnv(process.env, { A: str(), B: port() })", &["A false false", "B false false"]),
        ("v.parse(v.object({ A: v.string() }), process.env)", &["A false false"]),
        ("S.decodeUnknownSync(S.Struct({ A: S.String }))(process.env)", &["A false false"]),
        ("convict({ port: { env: 'A' }, db: { host: { env: 'B' } } })", &["A false false", "B false false"]),
        ("ConfigModule.forRoot({ validationSchema: Joi.object({ A: Joi.string() }) })", &["A false false"]),
        ("ConfigModule.forRoot({ validate: (env) => z.object({ A: z.string() }).parse(env) })", &["A false false"]),
        (
            "z.object({ A: z.string() }).parse(body); JSON.parse(process.env.B); spawn('x', { A: f() }, process.env)",
            &["B false false"],
        ),
        ("schema.parse({ A: process.env.A, B: clean(x) })", &["A false false", "B false false"]),
    ] {
        let sorted = |text: &str| {
            let facts = testing::facts(&[("a.ts", text)]);
            let rows = facts.relation("env.read").unwrap().rows.iter();
            let mut rows: Vec<String> =
                rows.map(|row| row.values[..3].iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")).collect();
            rows.sort();
            rows
        };
        assert_eq!(sorted(code), expected, "{code}");
    }
}

#[test]
fn a_service_of_nest_is_asked() {
    let code = "import { ConfigService } from '@nestjs/config';\nclass A { constructor(private readonly config: ConfigService, private cache: Cache) {}\n\
        f() { this.config.get('A'); this.config.getOrThrow<string>('B'); this.cache.get('C'); this.config.get('mail.host') } }\n\
        const service = app.get(ConfigService); service.get('D'); app.get(ConfigService).get('E');";
    check("a.ts", code, "env.read", &["A false false", "B false false", "D false false", "E false false"]);
    check("a.ts", &code.replace("@nestjs/config", "./own"), "env.read", &[]);
}

#[test]
fn what_code_sets() {
    for (path, code, expected) in [
        (
            "a.ts",
            "Object.assign(process.env, { U: '1' }); process.env = { ...process.env, W: '1' }",
            ["U code", "W code"].as_slice(),
        ),
        (
            "a.ts",
            "Reflect.set(process.env, 'X', '1'); Object.defineProperty(process.env, 'Y', { value: '1' })",
            &["X code", "Y code"],
        ),
        ("a.ts", "Object.assign(options, { U: '1' }, process.env); Reflect.set(env, 'X', '1')", &[]),
        ("a.ts", "process.env!.X = '1'; (process.env.Y as any) = '1'", &["X code", "Y code"]),
        ("a.ts", "const given = { U: '1' }; Object.assign(process.env, given)", &["U code"]),
        ("a.ts", "process.env = Object.assign({}, process.env, { U: '1' })", &["U code"]),
        ("vitest.config.ts", "process.env.X = '1'", &["X test"]),
        ("a.test.ts", "process.env.X = '1'", &["X test"]),
        ("src/a.ts", "import { beforeAll } from 'vitest';\nprocess.env.X = '1'", &["X test"]),
        ("a.rs", "fn f() { unsafe { std::env::set_var(\"A\", \"1\") } }", &["A code"]),
        ("a.rs", "#[cfg(test)]\nmod tests { fn f() { std::env::set_var(\"A\", \"1\") } }", &["A test"]),
    ] {
        check(path, code, "env.set", expected);
    }
}

#[test]
fn values_over_several_lines_document_nothing() {
    let text = "NAME=app\nLIMITS='{\n  \"daily\": 10,\nMONTHLY=100\n  }'\nKEY=\"-----BEGIN\nOWNER=x\n\\\"INSIDE=1\n-----END\"\nLAST=1\n";
    check(".env.example", text, "env.documented", &["NAME", "LIMITS", "KEY", "LAST"]);
    let text = "A=it's\nB='open\nC=1\nD=\"x\" # \"\nE=1\n# F=\"open\nG=1\n";
    check(".env.example", text, "env.documented", &["A", "B", "C", "D", "E", "F", "G"]);
    let many = "A='\n".repeat(3) + &"B=\"\n".repeat(200_001);
    check(".env.example", &many[..0], "env.documented", &[]);
    assert!(testing::facts(&[(".env.example", &many)]).relation("env.documented").unwrap().rows.len() > 1);
}

#[test]
fn the_scope_of_a_read_is_its_package_where_that_has_examples() {
    let facts = testing::facts(&[
        ("api/package.json", "{}"),
        ("api/.env.example", "A=1"),
        ("api/a.ts", "process.env.A; process.env.A"),
        ("api/a.test.ts", "process.env.A"),
        ("lib/a.ts", "process.env.A"),
        ("lib/package.json", "{}"),
    ]);
    let rows = facts.relation("env.read").unwrap().rows.iter();
    assert_eq!(
        rows.map(|row| format!("{} {}", row.path, row.values[3])).collect::<Vec<_>>(),
        ["api/a.test.ts api", "api/a.ts api", "api/a.ts api", "lib/a.ts *"]
    );
    let rows = facts.relation("env.documented").unwrap().rows.iter();
    assert_eq!(rows.map(|row| row.values[1].to_string()).collect::<Vec<_>>(), ["*", "api"]);
}

#[test]
fn an_example_file_counts_below_its_folder() {
    let files = [("web/.env.example", "A=1"), ("web/src/a.ts", "process.env.B"), ("api/b.ts", "process.env.B")];
    let facts = testing::facts(&files);
    let rows = facts.relation("env.read").unwrap().rows.iter();
    assert_eq!(
        rows.map(|row| format!("{} {}", row.path, row.values[2])).collect::<Vec<_>>(),
        ["api/b.ts false", "web/src/a.ts true"]
    );
}

#[test]
fn what_is_documented() {
    let text = "# The service\nA=1\n  # B=2\nexport C = x=y\n\n# see http://x?y=z\nnot a line\n1D=2\n";
    check("config/.env.example", text, "env.documented", &["A", "B", "C"]);
    check("web/.env.development", "A=1", "env.documented", &["A"]);
    check("env.ts", "A=1", "env.documented", &[]);
}

#[test]
fn what_is_set() {
    check(
        "docker-compose.dev.yml",
        "services:\n  a:\n    environment:\n      A: 1\n  b:\n    environment:\n      - B=2\n      - C\n",
        "env.set",
        &["A compose", "B compose", "C compose"],
    );
    check(
        ".github/workflows/ci.yml",
        "env:\n  A: 1\njobs:\n  x:\n    env: { B: 2 }\n    steps:\n      - run: x\n        env:\n          C: 3\n",
        "env.set",
        &["A workflow", "B workflow", "C workflow"],
    );
    let values = "api:\n  env:\n    - name: A\n      value: x\n  extraEnv: { B: 1 }\n";
    check("chart/values.prod.yaml", values, "env.set", &[]);
    let facts = testing::facts(&[("chart/values.prod.yaml", values), ("chart/Chart.yaml", "name: a\n")]);
    let rows = facts.relation("env.set").unwrap().rows.iter();
    assert_eq!(rows.map(|row| row.values[0].to_string()).collect::<Vec<_>>(), ["A", "B"]);
    check("other.yml", "env:\n  A: 1\n", "env.set", &[]);
}

#[test]
fn a_compose_file_reads_what_it_takes_from_outside() {
    let text = "services:\n  a:\n    image: a:${TAG:-1} # ${NO}\n    command: sh -c \"echo $$NO $SHOWN\"\n    # ${NO}\n    environment:\n      - B=${INNER}\n      - PASSED\n      - D=${COMPOSE_PROJECT_NAME}${1NO}\n";
    let facts = testing::facts(&[("compose.yaml", text)]);
    let rows = facts.relation("env.read").unwrap().rows.iter();
    assert_eq!(
        rows.map(|row| format!("{} {}", row.values[0], row.values[1])).collect::<Vec<_>>(),
        ["TAG false", "SHOWN false", "INNER false", "PASSED false", "COMPOSE_PROJECT_NAME true"]
    );
}

#[test]
fn a_hosting_service_sets_what_its_own_file_says() {
    let code = "process.env.BRANCH; process.env.CI_JOB_ID; process.env.STACK; process.env.HOST";
    for (file, given) in [
        ("netlify.toml", [true, false, false, false]),
        ("apps/web/netlify.toml", [true, false, false, false]),
        (".gitlab-ci.yml", [false, true, false, false]),
        ("Procfile", [false, false, true, false]),
        ("netlify.md", [false; 4]),
    ] {
        let facts = testing::facts(&[("a.ts", code), (file, "")]);
        let rows = facts.relation("env.read").unwrap().rows.iter();
        let names = ["BRANCH", "CI_JOB_ID", "STACK", "HOST"].iter().zip(given);
        let expected: Vec<String> = names.map(|(name, given)| format!("{name} {given}")).collect();
        let found: Vec<String> = rows.map(|row| format!("{} {}", row.values[0], row.values[1])).collect();
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn minified_code_is_not_read() {
    let read = "process.env.A;";
    for (between, expected, gaps) in
        [("", 0, &["the file is minified, so no facts are read from it"][..]), ("\n", 1, &[])]
    {
        let text = format!("{read}{between}").repeat((256 << 10) / read.len() + 1);
        let facts = testing::facts(&[("a.js", &text)]);
        let reads = facts.relation("env.read").unwrap().rows.len();
        assert_eq!(reads.min(1), expected);
        let told: Vec<&str> =
            facts.relation("env.set").unwrap().gaps.iter().map(|(_, gap)| gap.message.as_str()).collect();
        assert_eq!(told, gaps);
    }
}

#[test]
fn a_source_that_the_parser_gives_up_is_a_gap() {
    let limits = ParseLimits { memory: 0, memory_per_byte: 0, ..ParseLimits::default() };
    let (path, mut parser) = (FilePath::new("a.ts"), Parser::new(limits));
    let decoded = Decoded::new(b"process.env.A");
    let code = auditlint_syntax::Code::of(&path, decoded.text().as_bytes());
    let source = Source::new(&path, &decoded, code.as_ref(), &mut parser);
    let provider = providers().iter().find(|provider| provider.name() == "env").unwrap();
    let raw = FactStore::default().facts_of(*provider, &source, None, Stage::First).unwrap();
    let facts = raw.typed::<super::fact::EnvFact>().unwrap();
    assert_eq!((facts.facts.len(), facts.gaps.len()), (0, 1));
}

#[test]
fn a_workflow_reads_what_it_does_not_set() {
    let workflow = |steps: &str| format!("on: push\nenv:\n  A: 1\njobs:\n  a:\n    steps:\n{steps}");
    for (steps, expected) in [
        (
            "      - run: echo ${{ env.A }} ${{ env.B }} ${{ inputs.env.C }} ${{ secrets.D }}\n",
            ["A true false", "B false false"].as_slice(),
        ),
        (
            "      - run: |\n          echo \"$A ${B}\" '$C' # $D\n          E=1; echo $E; for F in x; do echo $F; done\n          echo G=1 >> $GITHUB_ENV; echo $G $JAVA_HOME_17 $name\n",
            &[
                "A true false",
                "B false false",
                "D false false",
                "E true false",
                "F true false",
                "GITHUB_ENV true false",
                "G true false",
                "JAVA_HOME_17 true false",
            ],
        ),
        // What another project wrote may set anything, and so may a file that the shell reads.
        ("      - uses: any/action@v1\n      - run: echo $B\n", &["B true false"]),
        ("      - uses: actions/checkout@v4\n      - run: echo $B\n", &["B false false"]),
        ("      - run: source ./env.sh && echo $B\n", &["B true false"]),
    ] {
        check(".github/workflows/ci.yml", &workflow(steps), "env.read", expected);
    }
}

#[test]
fn what_is_deleted_is_not_set() {
    check("a.ts", "delete process.env.A; process.env.B = '1';", "env.set", &["B code"]);
}

#[test]
fn the_environment_of_a_bundler_however_it_is_held() {
    for code in [
        "const { env } = import.meta; env.VITE_A",
        "const { env: e } = import.meta; e.VITE_A",
        "const m = import.meta; m.env.VITE_A",
        "const e = import.meta.env; e.VITE_A",
    ] {
        check("a.ts", code, "env.read", &["VITE_A false false"]);
    }
    for code in ["const { env } = other; env.VITE_A", "let m = import.meta; m = x; m.env.VITE_A"] {
        check("a.ts", code, "env.read", &[]);
    }
}

#[test]
fn code_that_a_site_shows_reads_nothing() {
    let code = "export const basin = process.env.BASIN;";
    for (files, expected) in [
        (["docs/astro.config.ts", "docs/src/content/code/proxy.ts"], 0),
        (["docs/vite.config.ts", "docs/src/content/code/proxy.ts"], 1),
        (["docs/astro.config.ts", "docs/src/pages/proxy.ts"], 1),
    ] {
        let facts = testing::facts(&[(files[0], ""), (files[1], code)]);
        assert_eq!(facts.relation("env.read").unwrap().rows.len(), expected, "{files:?}");
    }
}

#[test]
fn what_a_bundler_replaces_is_set() {
    for (path, code, expected) in [
        (
            "vite.config.ts",
            "export default { define: { 'import.meta.env.A': x, 'process.env.B': '1' } };",
            &["A code", "B code"][..],
        ),
        ("vite.config.ts", "export default { define: { 'process.env': { A: x, B: process.env.B } } };", &["A code"]),
        (
            "vite.config.ts",
            "export default { define: { 'process.env.A': JSON.stringify(process.env.A), env: { C: 1 } } };",
            &[],
        ),
        ("next.config.mjs", "export default { env: { A: commit(), B: process.env.B ?? '' } };", &["A code"]),
        ("vitest.config.ts", "export default { define: { 'process.env.A': '1' } };", &["A test"]),
    ] {
        check(path, code, "env.set", expected);
    }
}

#[test]
fn members_of_an_environment_that_another_module_exports() {
    let reads = |module: &str, from: &str, code: &str, others: &[&str]| -> Vec<String> {
        let mut files = vec![("server/environment.ts", module), (from, code)];
        files.extend(others.iter().map(|path| (*path, "export const a = 1;")));
        let facts = testing::facts(&files);
        let rows = facts.relation("env.read").unwrap().rows.iter();
        let taken = rows.filter(|row| row.path.as_str() == from);
        taken.map(|row| row.values[0].to_string()).collect()
    };
    let code = "import env, { copy, LIMITS } from './environment'; export const a = [env.A, copy['B'], LIMITS.C, env.lower, env.HOST = 1];";
    for (module, expected) in [
        ("export default process.env; export const copy = { ...defaults, ...process.env };", &["A", "B"][..]),
        (
            "const of = (env) => new Proxy(env, {}); export default of(process.env); export const LIMITS = { C: 1 };",
            &["A"],
        ),
        (
            "export default Object.freeze({ ...process.env }); export const copy = Object.assign({}, process.env);",
            &["A", "B"],
        ),
        ("const all = process.env; export { all as copy }; export default { A: process.env.X };", &["B"]),
        ("const read = (env) => ({ A: env.X }); export default read(process.env);", &[]),
        ("const env = typeof window === 'undefined' ? process.env : window.env; export default env;", &[]),
        ("export default new Environment(); export const copy = load();", &[]),
    ] {
        assert_eq!(reads(module, "server/a.ts", code, &[]), expected, "{module}");
    }
    let aliased = "import env from '@server/environment'; export const a = env.A;";
    let module = "export default process.env;";
    assert_eq!(reads(module, "plugins/a.ts", aliased, &["plugins/b/server/environment.ts"]), ["A"]);
    let short = "import env from '~/environment'; export const a = env.A;";
    assert_eq!(reads(module, "app/a.ts", short, &[]), ["A"]);
    assert_eq!(reads(module, "app/a.ts", short, &["app/environment.ts"]), [""; 0]);
}
