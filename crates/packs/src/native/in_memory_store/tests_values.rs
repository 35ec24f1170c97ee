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
