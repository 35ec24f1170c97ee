//! `in-memory-store`: a store that only one process sees.

mod candidates;
mod declared;
mod defaults;
mod drained;
mod ecmascript;
mod filling;
mod live;
mod names;
mod python;
mod rust;
mod rust_fields;
mod rust_limiters;
mod single;
mod spared;
mod surroundings;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_across;
#[cfg(test)]
mod tests_values;
mod values;
mod writes;

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule, RuleOptions};
use auditlint_syntax::{Family, Language, NodeId, Skim};

use super::view::RuleView;

/// a store lives in the memory of a single process
///
/// ## Why
///
/// Only one process can see a map at the top of a module. With a second instance behind the load balancer, a repeated request is
/// not recognized, a user is logged in on one instance but not on the other, and a limit counts only some of the calls. A restart
/// forgets everything, and without an upper bound the map grows until the process is killed.
///
/// ## Instead
///
/// Keep the entries in a store that all instances share (Redis, the database), with a time to live, behind an interface for
/// which tests have an in-memory version.
///
/// ## Note
///
/// Found: a collection that outlives a request, that a function writes to, and whose name says that it stores idempotency keys,
/// sessions, tokens, limits or cached responses. The collection is a `Map`, a `Set`, an empty object or list, an `LRUCache`, a
/// `NodeCache` or the like; in Rust, a map, set or list behind a lock, a cell or a concurrent type, also of `scc`, `moka`,
/// `papaya` and `quick_cache`. It outlives a request because it belongs to a module, is static, hangs on `globalThis`, or is a
/// field of the only instance, which a module creates or a container keeps (`@Injectable()`); in Rust, of a struct that handlers
/// ask for as their state (`State<App>`, `web::Data<App>`) or that such a struct holds, also behind a trait. A collection with a neutral name
/// (`entries`, `hits`) counts if the function that writes to it is named after such a store. One that is empty, exported, written
/// to by nothing in its file and named after what requests bring counts as filled by other modules; under any other name, and as a
/// field, if a function of another module is seen to add entries to it, which `auditlint facts module.kind` shows as `filled`. `express-session`,
/// `express-rate-limit`, `@fastify/session`, `keyv`, the throttler of Nest and the like are found where they are given no store, limiters by
/// key of `governor` and of the layers on it wherever they are made.
///
/// An instance may also be made in another module: while that loads, by a function that runs at the start, by the constructor
/// of another such class, or by a method of one that makes it once (`this.client ??= new Limiter()`); a container is given it
/// (`toConstantValue(new TokenCache())`), or a table offers it (`{ memory: createMemoryDriver }`). `auditlint facts module.kind`
/// shows these classes as `singleton`, and those that they extend. The same holds for functions that `new` is for (`function Store() { this.entries = {} }`), for a
/// collection of a function such as `createLimiter` or of one that gives a function, which its results
/// share, for what hangs on an object of the module (`client.cooldowns = new Collection()`), and for a member of an object to which its methods write (`this.sessions`). A class that says it (`InMemoryQueue`,
/// `ReplayStoreMemory`) is a store whatever its fields are called.
///
/// Lists, and collections that are only caches by their names, count in modules that answer requests: by what they import, by a
/// route handler, or by what `auditlint facts module.kind` says. There a collection with a name that tells nothing (`jobs`) is a
/// warning if a function adds entries that come from its caller and does not take them away itself. A list of that kind has a
/// type, and another function takes entries off it (`shift`, `splice`, `queue = queue.filter(…)`): a queue or a buffer, whose
/// entries are lost when the process stops. An entry whose key is drawn at random comes from a caller too: whoever got the key
/// comes back with it. An object of JavaScript has keys that tell somebody (`users[socket.id]`). A variable that is a cache by its
/// name and that an asynchronous function fills anew once it is too old (`cachedAt`, `expires`) is a warning. In Rust a lock may also stand around the whole struct, in another one (`Mutex<Logins>`), and what answers requests may be a service of
/// `tonic`, `tower` or `hyper`.
///
/// In Python the collection is one of a module or a class (`{}`, `dict()`, `defaultdict`, `deque`, `TTLCache` of cachetools, …) that a function adds entries to.
/// Under a name that says it is a store it counts wherever it is; a list, a cache and a neutral name count in modules that import a
/// framework for requests, a cache and a neutral name where a request handler writes (by its decorator, its class or the `request` that it is given).
///
/// Not found: modules that run for a single user (JSX, `"use client"`, `document`, an editor, a command line) and show no server;
/// values that no store can hold (promises, functions, sockets, clients, limiters that count elsewhere, timers, regular
/// expressions, in Rust trait objects and tokens that cancel; an entry, or a member of one, on which the file calls `close`, `dispose`, `send` or the like after it took it out, or in the function that a cache calls for what leaves it; in Rust a struct of the file with such a field), but a promise that is kept with the time until when it is good; under a name that tells nothing, instances of
/// types that a package declares, and what is found by a class or a function of the program; what is written while the module loads, or once (`if (cache.size > 0) return`); caches of results that follow
/// from the key alone; keys that the type spells out; local variables; a `WeakMap` used as a cache (its entries go away with
/// their keys); pools of interned `&'static` values; anything in `thread_local!`; a cache of a library with room for one entry;
/// modules of plugins that run while a program is built, and those of a package whose site Astro, VitePress or the like builds before it is served;
/// what only functions for tests write to by their names (`setForTests`, `__setCache`); a limiter that stands in for
/// another one as its `insuranceLimiter`; what is noted so that a log says a thing once (`shouldLog`, or forgotten within a second in a file of logs); positions of a stream (`offset`) under a name that tells nothing.
///
/// ## Bad
///
/// ```ts
/// const «STORE = new Map<string, Entry>()»;
///
/// export function remember(key: string, entry: Entry) {
///   STORE.set(key, entry);
/// }
/// ```
///
/// ```ts
/// export const «sessions: Record<string, Session> = {}»;
///
/// export const login = (user: User) => {
///   sessions[user.id] = { user, since: Date.now() };
/// };
/// ```
///
/// ```ts
/// class TokenService {
///   «private static tokens = new Map<string, string>()»;
///
///   issue(user: string, token: string) {
///     TokenService.tokens.set(user, token);
///   }
/// }
/// ```
///
/// ```js
/// const «hits = new Map()»;
///
/// export function rateLimit(request, response, next) {
///   hits.set(request.ip, (hits.get(request.ip) ?? 0) + 1);
///   next();
/// }
/// ```
///
/// ```ts
/// const «sessionStore = new Map<string, Session>()»;
///
/// export function login(user: User) {
///   const open = sessionStore;
///   open.set(user.id, { user });
/// }
/// ```
///
/// ```rust
/// «static SESSIONS: LazyLock<Mutex<HashMap<String, Session>>> = LazyLock::new(Default::default);»
///
/// fn login(id: String, session: Session) {
///     SESSIONS.lock().unwrap().insert(id, session);
/// }
/// ```
///
/// ```rust
/// lazy_static! {
///     «static ref TOKEN_CACHE: DashMap<UserId, Token>» = DashMap::new();
/// }
///
/// fn keep(user: UserId, token: Token) {
///     TOKEN_CACHE.insert(user, token);
/// }
/// ```
///
/// ```rust
/// use std::collections::HashMap as Map;
/// use std::sync::{Mutex as Lock, OnceLock};
///
/// «static SESSIONS: OnceLock<Lock<Map<String, Session>>> = OnceLock::new();»
///
/// fn sessions() -> &'static Lock<Map<String, Session>> {
///     SESSIONS.get_or_init(Default::default)
/// }
///
/// fn login(id: String, session: Session) {
///     sessions().lock().unwrap().insert(id, session);
/// }
/// ```
///
/// ```ts
/// import type { Request } from "express";
///
/// class SessionService {
///   «private sessions = new Map<string, string>()»;
///
///   login(request: Request) {
///     this.sessions.set(request.body.id, request.body.user);
///   }
/// }
///
/// export const sessionService = new SessionService();
/// ```
///
/// ```ts
/// @Injectable()
/// export class IdempotencyGuard {
///   «private readonly idempotencyKeys = new Set<string>()»;
///
///   check(key: string) {
///     this.idempotencyKeys.add(key);
///   }
/// }
/// ```
///
/// ```js
/// class Service {
///   constructor() {
///     «this.sessions = new Map()»;
///   }
///
///   login(user) {
///     this.sessions.set(user.id, { since: Date.now() });
///   }
/// }
///
/// module.exports = new Service();
/// ```
///
/// ```ts
/// const holder = globalThis as unknown as { rateLimits?: Map<string, number> };
/// «holder.rateLimits ??= new Map()»;
///
/// export function count(address: string) {
///   holder.rateLimits!.set(address, (holder.rateLimits!.get(address) ?? 0) + 1);
/// }
/// ```
///
/// ```ts
/// const shared = globalThis as any;
/// export const «sessions: Map<string, string> = shared.sessions ?? (shared.sessions = new Map())»;
///
/// export const login = (id: string, user: string) => sessions.set(id, user);
/// ```
///
/// ```ts
/// import express from "express";
///
/// const «sessions: { id: string }[] = []»;
///
/// express().post("/login", (request) => sessions.push({ id: request.body.id }));
/// ```
///
/// ```js
/// const NodeCache = require("node-cache");
///
/// const «sessions = new NodeCache()»;
///
/// exports.login = (request) => sessions.set(request.body.user, { since: Date.now() });
/// ```
///
/// ```ts
/// import express from "express";
/// import { LRUCache } from "lru-cache";
///
/// const «userCache = new LRUCache<string, User>({ max: 100 })»;
///
/// export async function userOf(id: string) {
///   const user = await load(id);
///   userCache.set(id, user);
///   return user;
/// }
/// ```
///
/// ```ts
/// export const «sessions = new Map<string, string>()»;
/// ```
///
/// ```ts
/// import express from "express";
///
/// const «drafts = new Map<string, Draft>()»;
///
/// express().put("/drafts/:id", (request) => keep(request.params.id, request.body));
///
/// function keep(id: string, draft: Draft) {
///   drafts.set(id, draft);
/// }
/// ```
///
/// ```ts
/// import express from "express";
///
/// let «cachedGames: Game[] | null = null»;
/// let cachedAt = 0;
///
/// export async function games() {
///   if (!cachedGames || Date.now() - cachedAt > 60_000) {
///     cachedGames = await load();
///     cachedAt = Date.now();
///   }
///   return cachedGames;
/// }
/// ```
///
/// ```ts
/// import { rateLimiter } from "hono-rate-limiter";
///
/// export const limit = «rateLimiter({ limit: 100, store: redis ? new RedisStore({ client: redis }) : undefined })»;
/// ```
///
/// ```ts
/// import memory from "unstorage/drivers/memory";
///
/// storage.mount("apps", «memory()»);
/// ```
///
/// ```rust
/// «static LIMITER: LazyLock<DefaultKeyedRateLimiter<IpAddr>> =
///     LazyLock::new(|| governor::RateLimiter::keyed(Quota::per_second(nonzero!(5u32))));»
/// ```
///
/// ```rust
/// «static LIMITER: LazyLock<Limiter> = LazyLock::new(|| {
///     let quota = governor::Quota::per_second(nonzero!(5u32));
///     RateLimiter::keyed(quota)
/// });»
/// ```
///
/// ```rust
/// use tower_governor::governor::GovernorConfigBuilder;
///
/// fn app() -> Router {
///     «let limits = if is_open() {
///         GovernorConfigBuilder::default().per_second(4).finish()
///     } else {
///         GovernorConfigBuilder::default().finish()
///     };»
///     routes().layer(layer(limits))
/// }
/// ```
///
/// ```ts
/// import session from "express-session";
///
/// app.use(«session({ secret, resave: false })»);
/// ```
///
/// ```ts
/// import { rateLimit } from "express-rate-limit";
///
/// const defaults = { windowMs: 60_000, validate: { trustProxy: false } };
/// const strict = «rateLimit({ ...defaults, limit: 10 })»;
/// ```
///
/// ```ts
/// import session, { MemoryStore } from "express-session";
///
/// app.use(session({ secret, store: «new MemoryStore()» }));
/// ```
///
/// ```ts
/// import { rateLimit } from "express-rate-limit";
///
/// app.use(«rateLimit({ limit: 100 })»);
/// ```
///
/// ```ts
/// import fastifySession from "@fastify/session";
///
/// await «app.register(fastifySession, { secret })»;
/// ```
///
/// ```rust
/// «static SESSIONS: LazyLock<scc::HashMap<String, String>> = LazyLock::new(scc::HashMap::new);»
///
/// async fn login(id: String, user: String) {
///     let _ = SESSIONS.insert_async(id, user).await;
/// }
/// ```
///
/// ```rust
/// use papaya::HashMap;
///
/// «static SESSIONS: LazyLock<HashMap<String, String>> = LazyLock::new(HashMap::new);»
///
/// fn login(id: String, user: String) {
///     SESSIONS.pin().insert(id, user);
/// }
/// ```
///
/// ```rust
/// «static USER_CACHE: LazyLock<moka::future::Cache<u64, User>> = LazyLock::new(|| moka::future::Cache::new(100));»
///
/// async fn keep(axum::Json(user): axum::Json<User>) {
///     USER_CACHE.insert(user.id, user).await;
/// }
/// ```
///
/// ```python
/// from fastapi import APIRouter
///
/// router = APIRouter()
/// «sessions: dict[str, Session] = {}»
/// «items = {}»
/// «jobs = []»
///
/// @router.post("/login")
/// async def login(user: User):
///     sessions[user.id] = Session(user)
///
/// @router.put("/items/{key}")
/// async def put_item(key: str, item: Item):
///     items[key] = item
///     jobs.append(item)
/// ```
///
/// ```python
/// from collections import defaultdict
///
/// class RateLimiter:
///     «sessions_by_ip = defaultdict(list)»
///
///     def limit(self, ip):
///         self.sessions_by_ip[ip].append(now())
///
/// «_idempotency_keys = set()»
///
/// def remember(key):
///     _idempotency_keys.add(key)
/// ```
///
/// ```python
/// from django.http import JsonResponse
/// from cachetools import TTLCache
///
/// «results = TTLCache(100, 60)»
///
/// def show(request, pk):
///     results[pk] = compute(request.user)
///     return JsonResponse(results[pk])
/// ```
///
/// ## Good
///
/// ```python
/// from fastapi import FastAPI
///
/// models = {}
/// handlers = {}
/// SESSION_FIELDS = {"id": 1}
/// sessions = {}
///
/// def register(name):
///     def wrap(function):
///         handlers[name] = function
///         return function
///     return wrap
///
/// @app.on_event("startup")
/// async def load():
///     models["a"] = load_model()
///
/// @app.get("/")
/// async def read():
///     sessions = {}
///     sessions["a"] = 1
///     return handlers["a"]
/// ```
///
/// ```python
/// from flask import Flask
///
/// browser_sessions = {}
/// socket_sessions = {}
///
/// @app.post("/sessions/<name>")
/// def start(name):
///     browser_sessions[name] = {"browser": launch(), "began": now()}
///     socket_sessions[name] = connect(name)
///
/// def expire(name):
///     entry = browser_sessions[name]
///     close_browser(entry)
///     del browser_sessions[name]
///     socket_sessions.pop(name).close()
/// ```
///
/// ```python
/// from flask import Flask
///
/// templates = {}
///
/// @app.route("/<name>")
/// def show(name):
///     if name not in templates:
///         templates[name] = compile(name)
///     return templates[name]
///
/// class Session:
///     tokens = {}
///
///     def __init__(self):
///         self.tokens = {}
///
///     def add(self, key, token):
///         self.tokens[key] = token
/// ```
///
/// ```ts
/// import express from "express";
///
/// const uploads = new Map<string, Upload>();
/// const parsers = new Map<string, Parser>();
/// const shapes = new Map<string, Shape>();
///
/// export async function upload(id: string, file: Upload) {
///   uploads.set(id, file);
///   await send(file);
///   uploads.delete(id);
/// }
///
/// export const registerShape = (name: string, shape: Shape) => shapes.set(name, shape);
/// export const parserOf = (text: string, parser: Parser) => parsers.set(text, parser);
/// ```
///
/// ```ts
/// import { rateLimiter } from "hono-rate-limiter";
///
/// export const limit = rateLimiter({ limit: 100, store: new RedisStore({ client: redis }) });
/// ```
///
/// ```rust
/// use governor::RateLimiter;
///
/// fn limit() -> App {
///     let one = RateLimiter::direct(quota());
///     App::new(one, LIMITERS.get_or_init(other::keyed))
/// }
/// ```
///
/// ```rust
/// static LIMITER: LazyLock<DefaultDirectRateLimiter> = LazyLock::new(|| governor::RateLimiter::direct(quota()));
/// ```
///
/// ```tsx
/// "use client";
///
/// const thumbnailCache = new Map<string, string>();
///
/// export async function Thumbnail({ url }: { url: string }) {
///   thumbnailCache.set(url, await draw(url));
///   return <img src={thumbnailCache.get(url)} />;
/// }
/// ```
///
/// ```ts
/// import express from "express";
/// import { RateLimiterRedis } from "rate-limiter-flexible";
/// import { Client } from "./client";
///
/// type Callback = (error: Error | null) => void;
///
/// const callbackSessions: Record<string, Callback> = {};
/// const pendingSessions = new Map<string, Promise<User>>();
/// const waitingTokens = new Map();
/// const rateLimiters = new Map<string, unknown>();
/// const clientCache = new Map<string, unknown>();
///
/// export async function keep(key: string, callback: Callback) {
///   callbackSessions[key] = callback;
///   pendingSessions.set(key, load(key));
///   rateLimiters.set(key, new RateLimiterRedis({ storeClient }));
///   clientCache.set(key, new Client(await addressOf(key)));
///   return new Promise((resolve, reject) => waitingTokens.set(key, { resolve, reject }));
/// }
/// ```
///
/// ```ts
/// import express from "express";
///
/// const keyCache = new Map<"1" | "2", Buffer>();
/// const weekdayCache = new Map<string, string[]>();
/// const viewCache = new Map<string, string>();
///
/// export async function keyOf(version: "1" | "2") {
///   keyCache.set(version, await derive(version));
/// }
///
/// export function weekdays(locale: string) {
///   const made = days(new Intl.DateTimeFormat(locale, { weekday: "long" }));
///   weekdayCache.set(locale, made);
///   return made;
/// }
///
/// export async function views() {
///   if (viewCache.size > 0) return;
///   for (const name of NAMES) viewCache.set(name, await load(name));
/// }
/// ```
///
/// ```ts
/// const sessionKinds = new Map<string, Session>();
/// const tokens = new Map<string, Kind>();
///
/// function fill() {
///   for (const kind of KINDS) tokens.set(kind.text, kind);
/// }
///
/// fill();
/// ```
///
/// ```ts
/// import session from "express-session";
/// import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
///
/// app.use(session({ secret, store }));
/// app.use(session({ ...options, secret }));
/// app.use(session({ ...{ store }, secret }));
/// app.use(session(options));
/// const limiter = new RateLimiterRedis({ insuranceLimiter: new RateLimiterMemory({ points: 1 }) });
/// ```
///
/// ```ts
/// class Tokenizer {
///   private tokens = new Map<string, number>();
///
///   add(text: string) {
///     this.tokens.set(text, 1);
///   }
/// }
///
/// export const count = (text: string) => new Tokenizer().add(text);
/// ```
///
/// ```rust
/// static CLIENT_CACHE: LazyLock<moka::sync::Cache<String, Client>> =
///     LazyLock::new(|| moka::sync::Cache::builder().max_capacity(1).build());
/// static SESSION_SOCKETS: LazyLock<DashMap<String, Sender<Message>>> = LazyLock::new(DashMap::new);
///
/// fn keep(client: axum::Extension<Client>, sender: Sender<Message>) {
///     CLIENT_CACHE.insert("only".to_owned(), client);
///     SESSION_SOCKETS.insert("a".to_owned(), sender);
/// }
/// ```
///
/// ```ts
/// import { Map } from "./redis-map";
///
/// const sessions = new Map<Session>("sessions");
///
/// export const login = (user: User) => sessions.set(user.id, { user });
/// ```
///
/// ```ts
/// const TOKEN_NAMES = new Map([["a", "b"]]);
/// const sessionTypes = new Set(["web", "app"]);
///
/// export const nameOf = (key: string) => TOKEN_NAMES.get(key);
/// ```
///
/// ```ts
/// export function unique(tokens: string[]) {
///   const cache = new Map<string, number>();
///   tokens.forEach((token) => cache.set(token, 1));
///   return cache;
/// }
/// ```
///
/// ```ts
/// const jobs = new Map<number, Job>();
///
/// export function enqueue(job: Job) {
///   jobs.set(job.id, job);
/// }
/// ```
///
/// ```ts
/// const cache = new Map<string, number>();
///
/// export function count(cache: Map<string, number>, key: string) {
///   cache.set(key, 1);
/// }
/// ```
///
/// ```ts
/// const tokens = new Map<string, Kind>();
/// KINDS.forEach((kind) => tokens.set(kind.text, kind));
///
/// class Client {
///   private cache = new Map<string, Answer>();
///   keep(key: string, answer: Answer) {
///     this.cache.set(key, answer);
///   }
/// }
/// ```
///
/// ```rust
/// static CACHE_NAMES: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(build);
/// static SESSION_COUNT: AtomicU64 = AtomicU64::new(0);
///
/// fn collect(out: &mut HashMap<String, u32>) {
///     out.insert("a".into(), 1);
/// }
/// ```
///
/// ```rust
/// static CACHE: LazyLock<Mutex<HashMap<&'static str, u32>>> = LazyLock::new(build);
///
/// fn of(name: &str) -> Option<u32> {
///     CACHE.lock().unwrap().get(name).copied()
/// }
///
/// fn collect(out: &mut Vec<u32>) {
///     out.push(1);
/// }
/// ```
///
/// ```rust
/// struct Cache<T>(T);
/// static CACHE: Mutex<Cache<u8>> = Mutex::new(Cache(0));
///
/// fn keep(out: &mut Vec<u8>) {
///     out.push(CACHE.lock().unwrap().0);
/// }
/// ```
///
/// ```rust
/// #[cfg(test)]
/// mod tests {
///     static SESSIONS: Mutex<BTreeMap<u32, u32>> = Mutex::new(BTreeMap::new());
///
///     fn remember() {
///         SESSIONS.lock().unwrap().insert(1, 1);
///     }
/// }
/// ```
///
/// ```rust
/// struct Service {
///     cache: Mutex<HashMap<String, u32>>,
/// }
///
/// impl Service {
///     fn keep(&self, key: String) {
///         self.cache.lock().unwrap().insert(key, 1);
///     }
/// }
/// ```
#[derive(Rule)]
#[rule(
    id = "in-memory-store",
    languages(TypeScript, Tsx, JavaScript, Rust, Python),
    severity = "error",
    not_in_module(browser, mobile, cli, library, both),
    since = "0.1.0"
)]
pub(super) struct InMemoryStore;

impl NativeRule for InMemoryStore {
    fn literals(&self, _options: &RuleOptions) -> &'static [&'static [&'static str]] {
        const LITERALS: &[&[&str]] = &[declared::LITERALS];
        LITERALS
    }

    fn may_match(&self, _options: &RuleOptions, language: Language, text: &[u8], skim: &Skim) -> bool {
        declared::may_declare(language, text, skim)
    }

    fn check(&self, _options: &RuleOptions, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = RuleView::new(analysis);
        match view.language().family() {
            Family::Rust => {
                rust::find(view, &mut |node, span, kinds| {
                    emit(NativeMatch { span, kinds, ..NativeMatch::of(analysis, node) });
                });
                rust_fields::find(view, &mut |node, severity, kinds| {
                    emit(NativeMatch { kinds, severity, ..NativeMatch::of(analysis, node) });
                });
            }
            Family::Ecmascript => {
                ecmascript::find(view, &mut |store| {
                    let (kinds, severity) = (store.kinds, store.severity);
                    emit(NativeMatch { kinds, severity, ..NativeMatch::of(analysis, store.place) });
                });
                defaults::find(view, &mut |node, said, severity| {
                    emit(NativeMatch { message: Some(said), severity, ..NativeMatch::of(analysis, node) });
                });
            }
            Family::Python => python::find(view, &mut |node, severity| {
                emit(NativeMatch { severity, ..NativeMatch::of(analysis, node) });
            }),
            Family::Shell => {}
        }
    }
}
