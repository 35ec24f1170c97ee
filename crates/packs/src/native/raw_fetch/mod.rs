//! `raw-fetch`: a request that goes past the HTTP client of the project.

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_providers::direct_requests;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Language, NodeId, Skim};

/// `fetch` is called directly
///
/// ## Why
///
/// A bare `fetch` has no timeout, no retry, no circuit breaker and no trace, treats a status of 500 as success, and
/// returns a body that nobody has checked. Each call site then grows its own half of that. A single client in front of
/// it does all this once, and is the one place for a cache or a test double.
///
/// ## Instead
///
/// Call the project's HTTP client (`HttpClient` from `@effect/platform`, or your own module that wraps `fetch`), and turn
/// this rule off for that module with `ignores` if it is not recognized as one.
///
/// ## Note
///
/// Recognized by what it refers to: `globalThis.fetch`, `const f = fetch`, `fetch.bind(window)` and the default of a
/// parameter (`(f = fetch) => f(url)`) are followed, and so are `get` and `request` of `node:http` and `node:https`. A
/// `fetch` that is imported, declared in the file or a parameter is another function and is not reported. `fetch` as an argument
/// of a call is reported too, unless the module keeps what the call gives (then it builds its client) or it is a parameter, whose default is for the caller to replace. The option `clients` adds
/// packages whose functions are called without an instance.
///
/// Not reported: the wrapper that the rule asks for. This is a function or method that is exported, or that the file uses
/// at least twice, whose parameter is the URL (all of it, or the part after the host or base, also behind a prefix such as `/api/v1`) or a whole `request`, and which also passes on
/// options that it is given, sets a `signal`, or checks `ok` or `status` of the response; one that such a function calls for this alone belongs to it. A function with a URL of its own
/// (`/users/${id}`) is not a wrapper, nor is one that puts the body together itself of parts with fixed names, unless its body holds the `query` and `variables` for GraphQL that it is given.
/// Nor are requests that stand for themselves: a file of the bundle (`new URL("./a.wasm", import.meta.url)`, an imported
/// `./a.wasm?url`), and the request of a page that the handler of `fetch` in a service worker passes on as it came.
///
/// ## Bad
///
/// ```js
/// const response = await «fetch("https://api.example.com/items")»;
/// ```
///
/// ```js
/// async function ask(query) {
///   return «fetch(endpoint, { method: "POST", body: JSON.stringify({ query: "{ me { id } }" }) })»;
/// }
/// export const me = () => ask();
/// ```
///
/// ```js
/// export const load = () => «fetch.call(globalThis, "/items")»;
/// ```
///
/// ```js
/// export async function search({ query, limit }) {
///   const response = await «fetch("/search", { method: "POST", body: JSON.stringify({ query, limit }) })»;
///   return response.json();
/// }
/// ```
///
/// ```js
/// export const refresh = async (endpoint, token) => {
///   const body = new URLSearchParams({ grant_type: "refresh_token", refresh_token: token });
///   const response = await «fetch(endpoint, { method: "POST", body: body.toString() })»;
///   return response.ok ? response.json() : null;
/// };
/// ```
///
/// ```js
/// function resolverOf({ endpoint, fetch = globalThis.fetch }) {
///   return async (name) => {
///     const response = await «fetch(endpoint, { headers })»;
///     if (!response.ok) throw new Error(name);
///     return response.json();
///   };
/// }
/// export class Resolver {
///   constructor(options) {
///     this.resolve = resolverOf(options);
///   }
/// }
/// ```
///
/// ```js
/// async function session(base) {
///   const response = await «fetch(`${base}/session`)»;
///   return response.ok ? response.json() : undefined;
/// }
/// export const Provider = ({ base }) => use(() => session(base));
/// ```
///
/// ```js
/// export async function load(id) {
///   const response = await «fetch(url(id), {
///     headers: { accept: "application/json" },
///   })»;
///   return response.json();
/// }
/// ```
///
/// ```js
/// const page = () => «globalThis.fetch(url)»;
/// ```
///
/// ```js
/// const beat = () => «window.fetch("/beat")».catch(() => undefined);
/// ```
///
/// ```js
/// const request = fetch.bind(globalThis);
/// const response = await «request("/items")»;
/// ```
///
/// ```js
/// const load = (url, request = fetch) => «request(url)»;
/// ```
///
/// ```js
/// class Client {
///   #fetch = globalThis.fetch;
///   load(id) {
///     return «this.#fetch(`/items/${id}`)»;
///   }
/// }
/// ```
///
/// ```js
/// import https from "node:https";
/// export const ping = (url) => «https.get(url)».on("error", report);
/// ```
///
/// ```js
/// const { request } = require("http");
/// module.exports = (done) => «request({ host: "example.com" }, done)».end();
/// ```
///
/// ```js
/// export async function userOf(id, init) {
///   const response = await «fetch(`https://api.example.com/users/${id}`, { ...init, signal })»;
///   if (!response.ok) throw new Error("no answer");
///   return response.json();
/// }
/// ```
///
/// ```js
/// export const page = (url) => «fetch(url)»;
/// ```
///
/// ```js
/// async function once(url, init) {
///   return «fetch(url, init)»;
/// }
/// export const all = () => once("/a", {});
/// ```
///
/// ```js
/// export const load = (id) => run(«fetch», id);
/// export const all = (ids) => ids.map(«globalThis.fetch»);
/// ```
///
/// ```js
/// const items = «fetch(new URL("/api/items", import.meta.url))»;
/// const rates = «fetch(new URL("https://api.example.com/rates.json", import.meta.url))»;
/// ```
///
/// ```js
/// self.addEventListener("fetch", (event) => {
///   event.respondWith(«fetch(event.request.url)»);
/// });
/// self.addEventListener("message", (event) => {
///   event.waitUntil(«fetch(event.request)»);
/// });
/// ```
///
/// ## Good
///
/// ```js
/// import wasm from "./parser.wasm?url";
/// const font = fetch(new URL("../assets/inter.ttf", import.meta.url)).then((res) => res.arrayBuffer());
/// const at = new URL(`./locales/${locale}.json`, import.meta.url);
/// const texts = await fetch(at.href);
/// const parser = await WebAssembly.instantiateStreaming(fetch(wasm));
/// ```
///
/// ```js
/// self.addEventListener("fetch", (event) => {
///   event.respondWith(caches.match(event.request).then((known) => known || fetch(event.request.clone())));
/// });
/// self.onfetch = ({ request }) => fetch(request, { cache: "no-store" });
/// ```
///
/// ```js
/// async function networkFirst(request) {
///   const answer = await fetch(request);
///   return answer;
/// }
/// function answer(event) {
///   const { request } = event;
///   event.respondWith(networkFirst(request));
/// }
/// addEventListener("fetch", answer);
/// ```
///
/// ```js
/// export class Session {
///   constructor(server, { fetch = globalThis.fetch, timeout }) {
///     this.fetch = wrap({ fetch: bound(fetch), server });
///   }
/// }
/// ```
///
/// ```js
/// export const logged = ({ fetch = globalThis.fetch, log }) => async function (request) {
///   const response = await fetch.call(this, request);
///   log(response.status);
///   return response;
/// };
/// ```
///
/// ```js
/// export async function follow(url, options) {
///   let current = url;
///   while (true) {
///     const response = await fetch(current, withoutRedirects(options));
///     if (response.status < 300) return response;
///     current = response.headers.get("location");
///   }
/// }
/// ```
///
/// ```js
/// const once = async (input, init, attempt) => fetch(input, { ...init, headers: { attempt } });
/// async function withRetry(input, init) {
///   return retry((attempt) => once(input, init, attempt));
/// }
/// export const client = { fetch: withRetry };
/// ```
///
/// ```js
/// export async function ask({ query, variables, headers }) {
///   const response = await fetch(endpoint, {
///     method: "POST",
///     headers: { ...headers, key },
///     body: JSON.stringify({ ...(query && { query }), variables }),
///   });
///   return response.json();
/// }
/// ```
///
/// ```js
/// export const request = withRetry(fetch, { retries: 3 });
/// const bound = fetch.bind(globalThis);
/// spyOn(globalThis, "fetch");
/// ```
///
/// ```js
/// class Api {
///   async request(path, init) {
///     const response = await fetch(base + path, { ...init, headers });
///     if (!response.ok) throw new Error(path);
///     return response.json();
///   }
/// }
/// export const api = new Api();
/// ```
///
/// ```js
/// import axios from "axios";
/// export const api = axios.create({ timeout: 5000 });
/// ```
///
/// ```js
/// import { http } from "./http";
/// const response = await http.get("/items");
/// ```
///
/// ```js
/// import fetch from "node-fetch";
/// const response = await fetch("https://api.example.com");
/// ```
///
/// ```js
/// import { request as fetch } from "undici";
/// await fetch("https://api.example.com");
/// ```
///
/// ```js
/// export const load = async ({ fetch, params }) => fetch(`/items/${params.id}`);
/// ```
///
/// ```js
/// function createClient(fetch) {
///   return (path) => fetch(path);
/// }
/// ```
///
/// ```js
/// const fetch = createFetch({ timeout: 5000 });
/// export const items = () => fetch("/items");
/// ```
///
/// ```js
/// const rows = await repository.fetch(id);
/// const more = await this.fetch(id);
/// prefetch("/items");
/// ```
///
/// ```js
/// export function fetch(path) {
///   return client.request(path);
/// }
/// fetch("/own");
/// ```
///
/// ```js
/// export async function api(path, init = {}) {
///   const response = await fetch(new URL(path, "https://api.example.com"), { ...init, signal: AbortSignal.timeout(5000) });
///   if (!response.ok) throw new Error(`${path}: ${response.status}`);
///   return response.json();
/// }
/// ```
///
/// ```js
/// export class FetchService {
///   async fetch(input, init) {
///     return globalThis.fetch(input, { signal: AbortSignal.timeout(5000), ...init });
///   }
/// }
/// ```
///
/// ```js
/// const request = async (path, options) => {
///   const url = `${BASE}${path}`;
///   return (await fetch(url, options)).json();
/// };
/// export const users = () => request("/users", {});
/// export const items = () => request("/items", {});
/// ```
///
/// ```ts
/// export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
///   const url = `${config.baseUrl}/api/v1${path}`;
///   const response = await fetch(url, { method, body: JSON.stringify(body) });
///   if (!response.ok) throw new Error(String(response.status));
///   return (await response.json()) as T;
/// }
/// ```
///
/// ```js
/// export async function call(url, method, ...params) {
///   const response = await fetch(url, { method: "POST", body: JSON.stringify({ jsonrpc: "2.0", method, params }) });
///   if (!response.ok) throw new Error(method);
///   return response.json();
/// }
/// ```
///
/// ```js
/// export const createClient = (base, run = fetch) => ({
///   get: (path, init) => run(base + path, { ...init, method: "GET" }),
/// });
/// ```
///
/// ```js
/// import https from "node:https";
/// const agent = new https.Agent({ keepAlive: true });
/// export const server = https.createServer(options, answer);
/// ```
#[derive(Rule)]
#[rule(
    id = "raw-fetch",
    languages(TypeScript, Tsx, JavaScript),
    severity = "warning",
    option(
        name = "clients",
        about = "What counts as a request that goes past the client: the global `fetch`, `http` and `https` of Node.js, and packages that are called without an instance.",
        one_of("fetch", "http", "axios", "got", "ky", "undici", "node-fetch", "superagent", "request"),
        default("fetch", "http")
    ),
    since = "0.1.0"
)]
pub(super) struct RawFetch;

/// Texts of which one stands in every file that makes such a request, by what makes it.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("fetch", &["fetch"]),
    ("http", &["node:http", "\"http\"", "'http'", "\"https\"", "'https'"]),
    ("axios", &["axios"]),
    ("got", &["\"got\"", "'got'"]),
    ("ky", &["\"ky\"", "'ky'"]),
    ("undici", &["undici"]),
    ("node-fetch", &["node-fetch"]),
    ("superagent", &["superagent"]),
    ("request", &["\"request\"", "'request'", "request-promise"]),
];

/// The same of all that make one by default, and of all.
const BY_DEFAULT: &[&[&str]] = &[&["fetch", "node:http", "\"http\"", "'http'", "\"https\"", "'https'"]];
const OF_ALL: &[&[&str]] = &[&[
    "fetch",
    "node:http",
    "\"http\"",
    "'http'",
    "\"https\"",
    "'https'",
    "axios",
    "\"got\"",
    "'got'",
    "\"ky\"",
    "'ky'",
    "undici",
    "node-fetch",
    "superagent",
    "\"request\"",
    "'request'",
    "request-promise",
]];

/// The option that says which packages count.
const CLIENTS: &str = "clients";

impl NativeRule for RawFetch {
    fn literals(&self, options: &RuleOptions) -> &'static [&'static [&'static str]] {
        let more = SPELLINGS.iter().skip(2).any(|(client, _)| options.has(CLIENTS, client));
        if more { OF_ALL } else { BY_DEFAULT }
    }

    fn may_match(&self, options: &RuleOptions, _language: Language, text: &[u8], skim: &Skim) -> bool {
        let is_word =
            |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
        let counted = SPELLINGS.iter().filter(|(client, _)| options.has(CLIENTS, client));
        counted.flat_map(|(_, spellings)| spellings.iter()).any(|spelling| {
            memchr::memmem::find_iter(text, *spelling).any(|at| {
                let is_whole =
                    *spelling != "fetch" || !(is_word(text[..at].last()) || is_word(text.get(at + spelling.len())));
                is_whole && !skim.in_comment(at as u32)
            })
        })
    }

    fn check(&self, options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let requests = direct_requests(analysis, &|client| options.has(CLIENTS, client));
        for request in requests.into_iter().filter(|request| request.wrapper.is_none()) {
            let message = match (request.is_value, request.function.as_str()) {
                (false, "fetch") => None,
                (true, _) => Some("`fetch` is passed on as a value".to_owned()),
                (false, function) => Some(format!("`{function}` is called directly")),
            };
            emit(NativeMatch { message, ..NativeMatch::of(analysis, request.node) });
        }
    }
}

#[cfg(test)]
mod tests {
    use auditlint_providers::HTTP_PACKAGES;
    use auditlint_rules::RuleMeta as _;

    use super::*;

    #[test]
    fn every_list_names_the_same_clients_in_the_same_order() {
        let clients: Vec<&str> = SPELLINGS.iter().map(|(client, _)| *client).collect();
        assert_eq!(clients, HTTP_PACKAGES);
        let option = RawFetch.meta().options.iter().find(|option| option.name == CLIENTS).unwrap();
        assert_eq!(option.one_of, HTTP_PACKAGES);
        let spelled = |count: usize| -> Vec<&str> {
            SPELLINGS.iter().take(count).flat_map(|(_, spellings)| spellings.iter().copied()).collect()
        };
        assert_eq!((BY_DEFAULT, OF_ALL), (&[&*spelled(2)][..], &[&*spelled(clients.len())][..]));
    }
}
