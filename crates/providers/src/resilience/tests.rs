//! Clients that try again, and what stands beside them.

use crate::testing::facts;

/// The clients that are found: name, whether they read, whether there is a cache, whether there is a breaker.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[(&str, bool, bool, bool)]) {
    let facts = facts(files);
    let rows = &facts.relation("resilience.client").expect("the provider was asked").rows;
    let is = |value: &auditlint_facts::Value| value.is_written("true");
    let found: Vec<_> = rows
        .iter()
        .map(|row| (row.values[0].text(), is(&row.values[2]), is(&row.values[3]), is(&row.values[4])))
        .collect();
    assert_eq!(found, expected);
}

const LOOP: &str = "export async function get(url) { for (let attempt = 0; attempt < 3; attempt++) { try { return await fetch(url); } catch {} } }";

#[test]
fn what_tries_again() {
    check(&[("a.ts", LOOP)], &[("get", true, false, false)]);
    check(
        &[(
            "a.ts",
            "const send = async (body, retries = 3) => { try { return await fetch(u, { method: 'POST', body }); } catch { return send(body, retries - 1); } };",
        )],
        &[("send", false, false, false)],
    );
    check(
        &[(
            "a.ts",
            "import pRetry from 'p-retry';\nexport const load = (url) => pRetry(() => fetch(url), { retries: 3 });",
        )],
        &[("load", true, false, false)],
    );
    check(
        &[(
            "a.ts",
            "import axios from 'axios';\nimport axiosRetry from 'axios-retry';\naxiosRetry(axios, { retries: 3 });",
        )],
        &[("", true, false, false)],
    );
    check(
        &[(
            "a.ts",
            "import ky from 'ky';\nexport const api = ky.create({ retry: 2 });\nexport const once = ky.create({ retry: 0 });",
        )],
        &[("api", true, false, false)],
    );
}

#[test]
fn waiting_as_long_as_a_server_asks() {
    let waits = "async function create(user) { const response = await fetch(u); if (response.status === 429) { const retryAfter = Number(response.headers.get('Retry-After')); await sleep(retryAfter * 1000); return create(user); } }";
    check(&[("a.ts", waits)], &[("create", true, false, false)]);
    // The next page, and an error that says when the caller may come back.
    let pages = "async function* pages() { let page = 0; while (true) { const response = await fetch(u + page); const retryAfter = response.headers.get('Retry-After'); if (response.status === 429) { throw new Limited(Number(retryAfter) * 1000); } yield await response.json(); page += 1; } }";
    check(&[("a.ts", pages)], &[]);
}

#[test]
fn what_does_not() {
    check(&[("a.ts", "async function all(urls) { for (const url of urls) { await fetch(url); } }")], &[]);
    check(&[("a.ts", "async function retry(run) { for (let attempt = 0; ; attempt++) { await run(); } }")], &[]);
    check(&[("a.test.ts", LOOP)], &[]);
}

#[test]
fn what_stands_beside_it() {
    check(&[("a.ts", &format!("import {{ LRUCache }} from 'lru-cache';\n{LOOP}"))], &[("get", true, true, false)]);
    check(
        &[
            ("a.ts", &format!("import {{ breaker }} from './b';\n{LOOP}")),
            ("b.ts", "export const breaker = new CircuitBreaker();"),
        ],
        &[("get", true, false, true)],
    );
    check(
        &[("a.ts", LOOP), ("b.ts", "import { get } from './a';\nexport const cached = withCache(get);")],
        &[("get", true, true, false)],
    );
    check(&[("a.ts", LOOP), ("b.ts", "export const pageCache = new Map();")], &[("get", true, false, false)]);
    let options =
        LOOP.replace("fetch(url)", "fetch(url, { cache: 'no-store', headers: { 'Cache-Control': 'no-cache' } })");
    check(&[("a.ts", &format!("// no cache here\n{options}"))], &[("get", true, false, false)]);
}

#[test]
fn other_exports_of_packages() {
    check(
        &[(
            "a.ts",
            "import { isNetworkError } from 'axios-retry';\nexport const again = (error) => isNetworkError(error);",
        )],
        &[],
    );
}

#[test]
fn how_far_a_sign_stands() {
    let breaker = ("b.ts", "export const breaker = new CircuitBreaker();");
    check(
        &[("a.ts", &format!("import './far';\n{LOOP}")), breaker, ("far.ts", "import './b';")],
        &[("get", true, false, false)],
    );
    check(
        &[("a.ts", &format!("import './x';\n{LOOP}")), breaker, ("x/index.ts", "export * from '../b';")],
        &[("get", true, false, true)],
    );
    let index = ("packages/http/src/index.ts", "export * from './a';");
    let user = "import { get } from '../../http/src';\nexport const cached = withCache(get);";
    check(&[("packages/http/src/a.ts", LOOP), index, ("packages/app/src/b.ts", user)], &[("get", true, false, false)]);
    let beside = "import { get } from '.';\nexport const cached = withCache(get);";
    check(
        &[("packages/http/src/a.ts", LOOP), index, ("packages/http/src/b.ts", beside)],
        &[("get", true, true, false)],
    );
}
