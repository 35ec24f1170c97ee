//! `in-memory-store`: a store that only one process can see.

mod declared;
mod ecmascript;
mod names;
mod rust;

use auditlint_macros::Rule;
use auditlint_matcher::Analysis;
use auditlint_rules::{NativeMatch, NativeRule};
use auditlint_syntax::{Family, Language, NodeId, Skim};

use super::view::View;

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
/// Found: collections (`Map`, `Set`, an empty object; in Rust, a map or set behind a lock, a cell or a concurrent type) at module
/// level or in a static that a function writes to and whose name says that they store idempotency keys, sessions, tokens, limits
/// or cached responses. A collection with a neutral name (`entries`, `hits`) counts if the function that writes to it is named
/// after such a store. Not found: writes while the module loads, instance fields, local variables, a `WeakMap` used as a cache
/// (its entries go away with their keys), pools of interned `&'static` values, anything in `thread_local!`, and collections that
/// only other files write to.
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
/// ## Good
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
#[rule(id = "in-memory-store", languages(TypeScript, Tsx, JavaScript, Rust), severity = "error", since = "0.1.0")]
pub(super) struct InMemoryStore;

impl NativeRule for InMemoryStore {
    fn literals(&self) -> &'static [&'static [&'static str]] {
        const LITERALS: &[&[&str]] = &[names::SPELLINGS];
        LITERALS
    }

    fn may_match(&self, language: Language, text: &[u8], skim: &Skim) -> bool {
        declared::may_declare(language, text, skim)
    }

    fn check(&self, analysis: &Analysis<'_>, _root: NodeId, emit: &mut dyn FnMut(NativeMatch)) {
        let view = View::new(analysis);
        match view.language().family() {
            Family::Rust => {
                rust::find(view, &mut |node, span| emit(NativeMatch { span, ..NativeMatch::of(analysis, node) }));
            }
            Family::Ecmascript => ecmascript::find(view, &mut |node| emit(NativeMatch::of(analysis, node))),
            Family::Shell => {}
        }
    }
}
