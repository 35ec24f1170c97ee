//! Stores by what is written to them, by small files: what must be reported stands between « and ».

use super::tests::check;

#[test]
fn entries_that_are_open_or_run() {
    check(&[(
        "a.js",
        "class McpSession extends Base {
            static #sessions = new Map();
            static keep(id, { transport, server }) { this.#sessions.set(id, { transport, server }); }
        }
        const sessions = new Map();
        export const open = (id, peer, name) => sessions.set(id, { peer, name });
        export const close = (id) => sessions.get(id)?.peer.close();",
    )]);
    check(&[(
        "a.ts",
        "const «sessions = new Map<string, unknown>()»;
        export const open = (id: string, transport: string) => sessions.set(id, { transport, peer: 'web' });
        export const end = (call: Call) => call.peer.close();",
    )]);
    check(&[(
        "a.rs",
        "static SESSIONS: LazyLock<DashMap<String, (BoxedSource, Config)>> = LazyLock::new(DashMap::new);
        static TOKENS: LazyLock<Mutex<HashMap<u64, CancellationToken>>> = LazyLock::new(Default::default);
        static STORE: LazyLock<Mutex<HashMap<u64, Arc<dyn Plugin>>>> = LazyLock::new(Default::default);
        fn keep(id: String, token: CancellationToken, plugin: Arc<dyn Plugin>) {
            SESSIONS.insert(id, source);
            TOKENS.lock().unwrap().insert(1, token);
            STORE.lock().unwrap().insert(1, plugin);
        }",
    )]);
    check(&[(
        "a.rs",
        "«static SESSIONS: LazyLock<DashMap<String, (User, Boxes)>> = LazyLock::new(DashMap::new);»
        «static TOKENS: LazyLock<Mutex<HashMap<u64, AccessToken>>> = LazyLock::new(Default::default);»
        fn keep(id: String, token: AccessToken) {
            SESSIONS.insert(id, user);
            TOKENS.lock().unwrap().insert(1, token);
        }",
    )]);
}

#[test]
fn what_a_log_has_said() {
    check(&[(
        "a.ts",
        "let start = 0;
        let seenPaths = new Set<string>();
        const sessionLogs = new Map<string, number>();
        function gate(path: string, now = Date.now()) {
            if (now - start >= 1000) { start = now; seenPaths.clear(); }
            if (seenPaths.has(path)) return false;
            seenPaths.add(path);
            return true;
        }
        export function maybeLogSlow(path: string) { if (gate(path)) logger.warn(path); }
        export function shouldLog(session: string, now: number) { sessionLogs.set(session, now); return true; }",
    )]);
    // A window of a minute is long enough to ask another process, and without a log somebody is answered.
    for (window, other) in [("60_000", "logSlow"), ("1000", "answer")] {
        check(&[(
            "a.ts",
            &format!(
                "let start = 0;
                let «seenPaths = new Set<string>()»;
                export function gate(path: string, now = Date.now()) {{
                    if (now - start >= {window}) {{ start = now; seenPaths.clear(); }}
                    if (seenPaths.has(path)) return false;
                    seenPaths.add(path);
                    return true;
                }}
                export function {other}() {{}}"
            ),
        )]);
    }
}

#[test]
fn where_a_stream_stands() {
    let store = |declared: &str, value: &str| {
        format!(
            "import {{ Kafka }} from 'kafkajs';
            import express from 'express';
            {declared};
            export const note = (key: string, meta: Meta) => marks.set(key, {value});"
        )
    };
    check(&[("a.ts", &store("const marks = new Map<string, string>()", "meta.offset"))]);
    check(&[("a.ts", &store("const «marks = new Map<string, string>()»", "meta.text"))]);
}

#[test]
fn names_that_tell_nothing_need_a_server() {
    let keep = "export const keep = (id, cart) => carts.set(id, cart);";
    check(&[("a.ts", &format!("const carts = new Map<string, string>();\n{keep}"))]);
    let package = ("package.json", r#"{ "name": "shop", "dependencies": { "express": "4" } }"#);
    check(&[package, ("src/a.ts", &format!("const «carts = new Map<string, string>()»;\n{keep}"))]);
}

#[test]
fn entries_that_the_file_closes() {
    for code in [
        // By a variable that is written again, by a member, by a loop, by a function that goes through them.
        "import express from 'express';
        const sessions = new Map<string, Kernel>();
        export async function open(id: string, by: Kernel) {
            let found = sessions.get(id);
            if (found) found.kernel.dispose();
            found = await by.start();
            sessions.set(id, found);
        }",
        "import express from 'express';
        const sessions = new Map<string, Doc>();
        export const keep = (id: string, doc: Doc) => sessions.set(id, doc);
        export function stop() { for (const [, doc] of sessions) doc.destroy(); }",
        "import express from 'express';
        const sessions = new Map<string, Doc>();
        export const keep = (id: string, doc: Doc) => sessions.set(id, doc);
        export function stop() { [...sessions.values()].forEach((doc) => doc?.close()); }",
        "import express from 'express';
        const sessions: Record<string, Doc> = {};
        export const keep = (id: string, doc: Doc) => { sessions[id] = doc; };
        export const stop = (id: string) => sessions[id].close();
        export function all() { for (const doc of Object.values(sessions)) doc.close(); }",
        "import express from 'express';
        import { LRUCache } from 'lru-cache';
        export const sessionCache = new LRUCache<string, Doc>({ max: 9, dispose: async (doc) => { await doc.destroy(); } });
        export const keep = (id: string, doc: Doc) => sessionCache.set(id, doc);",
        "import express from 'express';
        class Service {
            sessions = new Map<string, Doc>();
            keep(id: string, doc: Doc) { this.sessions.set(id, doc); }
            drop(id: string) { const doc = this.sessions.get(id); doc?.close(); }
        }
        export const service = new Service();",
    ] {
        check(&[("a.ts", code)]);
    }
    for code in [
        // The collection itself, and something else that is closed beside it.
        "const «sessions = new Map<string, Doc>()»;
        export const keep = (id: string, doc: Doc) => sessions.set(id, doc);
        export const end = (id: string, call: Call) => { const doc = sessions.get(id); call.close(doc); };",
        "const «sessions = new Map<string, Doc>()»;
        const sockets = new Map<string, Peer>();
        export const keep = (id: string, doc: Doc) => sessions.set(id, doc);
        export const end = (id: string) => sockets.get(id)?.close();",
    ] {
        check(&[("a.ts", code)]);
    }
}

#[test]
fn entries_of_rust_with_a_part_that_runs() {
    for (part, is_data) in [
        ("struct Session { base: String, cancel: watch::Sender<bool> }", false),
        ("struct Session { task: Option<JoinHandle<()>> }", false),
        ("struct Session(String, mpsc::Sender<Command>);", false),
        ("enum Command { Stop }\nstruct Session { commands: std_mpsc::Sender<Command> }", false),
        ("enum Session { Idle, Running(oneshot::Sender<()>) }", false),
        ("struct Session { base: String, count: Arc<Mutex<u64>> }", true),
        ("struct Server { name: String }\nstruct Session { server: Server }", true),
    ] {
        let (open, close) = if is_data { ("«", "»") } else { ("", "") };
        let code = format!(
            "{part}
            {open}static SESSIONS: LazyLock<Mutex<HashMap<String, Session>>> = LazyLock::new(Default::default);{close}
            fn keep(id: String, session: Session) {{ SESSIONS.lock().unwrap().insert(id, session); }}"
        );
        check(&[("a.rs", &code)]);
    }
}

#[test]
fn limiters_that_stand_in_for_another() {
    let import = "import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';";
    for (code, is_found) in [
        (
            "class Limits { static readonly insurance = «new RateLimiterMemory({ points: 1 })»;
            static make() { return new RateLimiterRedis({ storeClient, insuranceLimiter: this.insurance }); } }",
            false,
        ),
        (
            "const insuranceLimiter = «new RateLimiterMemory({ points: 1 })»;
            export const limits = new RateLimiterRedis({ storeClient, insuranceLimiter });",
            false,
        ),
        (
            "const spare = «new RateLimiterMemory({ points: 1 })»;
            export const limits = new RateLimiterRedis({ storeClient, insuranceLimiter: spare });
            export { spare };",
            false,
        ),
        (
            "const spare = «new RateLimiterMemory({ points: 1 })»;
            export const limits = new RateLimiterRedis({ storeClient, insuranceLimiter: spare });
            export const limit = (ip) => spare.consume(ip);",
            true,
        ),
        ("export const limits = «new RateLimiterMemory({ points: 1 })»;", true),
    ] {
        let code = format!("{import}\n{code}");
        let code = if is_found { code } else { code.replace(['«', '»'], "") };
        check(&[("src/limits.ts", &code)]);
    }
}

#[test]
fn collections_that_only_tests_fill() {
    for (function, is_found) in [
        ("export function __setSessions(id: string, of: User) { sessions.set(id, of); }", false),
        ("export const setSessionForTests = (id: string, of: User) => sessions.set(id, of);", false),
        ("export function setSession(id: string, of: User) { sessions.set(id, of); }", true),
        (
            "function __set(id: string, of: User) { sessions.set(id, of); }
            export const login = (id: string, of: User) => __set(id, of);",
            true,
        ),
    ] {
        let made = "sessions = new Map<string, User>()";
        let made = if is_found { format!("«{made}»") } else { made.to_owned() };
        check(&[("a.ts", &format!("import express from 'express';\nconst {made};\n{function}"))]);
    }
}
