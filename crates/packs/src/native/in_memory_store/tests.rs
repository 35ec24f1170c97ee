//! Stores of which several files tell, by small projects: what must be reported stands between « and ».

use auditlint_matcher::SharedUtils;
use auditlint_providers::{facts_of, providers};
use auditlint_rules::{CompiledRule, Example, Rule, run_examples};
use auditlint_source::{FilePath, Span};

use super::InMemoryStore;

#[track_caller]
pub(super) fn check(files: &[(&str, &str)]) {
    let read = |(path, code): &(&str, &str)| {
        let path = FilePath::new(path);
        let language = auditlint_syntax::Language::of_path(&path);
        Example { path: Some(path), language, ..Example::parse(code, Span::default()).unwrap() }
    };
    let files: Vec<Example> = files.iter().map(read).collect();
    let bad = files.iter().any(|file| !file.expected.is_empty());
    let example = Example { files, ..Example::parse("", Span::default()).unwrap() };
    let mut rule = Rule::native(&InMemoryStore, None);
    rule.examples.bad = if bad { vec![example.clone()] } else { Vec::new() };
    rule.examples.good = if bad { Vec::new() } else { vec![example] };
    let compiled = CompiledRule::new(rule, &SharedUtils::default()).unwrap();
    let failures = run_examples(&compiled, &|sources| facts_of(sources, providers()));
    let said: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// What asks for `App` as its state.
const STATE: (&str, &str) =
    ("src/main.rs", "use axum::extract::State;\nasync fn get(State(app): State<Arc<App>>) {}\n");

#[test]
fn fields_of_the_state_of_a_server() {
    for code in [
        "struct App { «sessions: Mutex<HashMap<String, Session>>» }
        async fn login(app: &App, id: String, session: Session) {
            let mut sessions = app.sessions.lock().unwrap();
            sessions.insert(id, session);
        }",
        "type Entries = Arc<RwLock<Entry>>; type Entry = HashMap<Vec<u8>, u8>;
        struct App { cache: Box<dyn Keeper> }
        trait Keeper {}
        impl Keeper for MemoryCache {}
        struct MemoryCache { «map: Entries» }
        impl MemoryCache { async fn keep(&self, key: &[u8], entry: u8) { self.map.write().await.insert(key.into(), entry); } }",
        "struct App { tokens: TokenCache }
        struct TokenCache { «cache: Option<moka::future::Cache<String, Token>>» }
        impl TokenCache {
            fn keep(&self, id: String, token: Token) { if let Some(cache) = &self.cache { cache.insert(id, token); } }
        }",
        "struct App { «votes: DashMap<Id, u32>» }
        impl App { fn vote(&self, id: Id) { *self.votes.entry(id).or_insert(0) += 1; } }",
        "struct App { «pub revoked_tokens: RwLock<HashSet<u64>>» }",
    ] {
        check(&[STATE, ("src/app.rs", code)]);
    }
    for code in [
        // Nobody keeps it; it is filled at the start; it runs; it cannot be stored; only read; a type of the project.
        "struct App { name: String }
        struct Job { sessions: Mutex<HashMap<u8, u8>> }
        impl Job { fn keep(&self) { self.sessions.lock().unwrap().insert(1, 1); } }",
        "struct App { token_kinds: RwLock<HashMap<u8, u8>>, tokens: RwLock<HashMap<u8, u8>> }
        impl App { fn new() -> Self { let app = Self::default(); app.tokens.write().unwrap().insert(1, 1); app } }",
        "struct App { running: Mutex<HashSet<u8>>, votes: Mutex<HashSet<u8>> }
        impl App { fn run(&self, job: u8) {
            self.running.lock().unwrap().insert(job);
            let mut votes = self.votes.lock().unwrap();
            votes.insert(job); work(); votes.remove(&job);
        } }",
        "struct App { session_sockets: DashMap<u8, Sender<Message>>, handlers: RwLock<HashMap<u8, u8>> }
        impl App { fn on(&self, id: u8, sender: Sender<Message>) {
            self.session_sockets.insert(id, sender);
            self.handlers.write().unwrap().insert(id, 1);
        } }",
        "type UserSender = (Uuid, Sender<Message>);
        struct App { sessions: DashMap<String, Vec<UserSender>> }
        impl App { fn on(&self, id: String, sender: Sender<Message>) { self.sessions.entry(id).or_default().push((new(), sender)); } }",
        "struct Subscriber { id: u8, sender: UnboundedSender<Message> }
        struct App { sessions: RwLock<HashMap<u8, Arc<Subscriber>>> }
        impl App { fn on(&self, id: u8, of: Subscriber) { self.sessions.write().unwrap().insert(id, Arc::new(of)); } }",
        "struct App { sessions: RwLock<HashMap<u8, u8>> }
        impl App { fn of(&self, id: u8, out: &mut Vec<u8>) { out.push(self.sessions.read().unwrap()[&id]); } }",
        "struct App { token_cache: Cache }
        struct Cache(Mutex<u8>);
        impl App { fn keep(&self, id: u8) { self.token_cache.insert(id); } }",
        "struct App { votes: RwLock<HashMap<u8, u8>> }
        impl App { fn register_vote(&self, id: u8) { self.votes.write().unwrap().insert(id, 1); } }",
    ] {
        check(&[STATE, ("src/app.rs", code)]);
    }
}

#[test]
fn fields_behind_a_lock_of_another_struct() {
    let state = |field: &str| format!("{}struct App {{ logins: {field} }}\n", STATE.1);
    let locked = state("Arc<Mutex<Logins>>");
    for code in [
        "pub struct Logins { «sessions: HashMap<String, Session>» }
        impl Logins { fn login(&mut self, id: String, of: Session) { self.sessions.insert(id, of); } }",
        "pub struct Logins(«HashMap<String, Failed>»);
        impl Logins {
            pub fn note_failed(&mut self, user: &str) {
                match self.0.get_mut(user) {
                    None => { self.0.insert(user.into(), Failed::default()); }
                    Some(failed) => failed.more(),
                }
            }
        }",
        "pub struct Logins { «counts: HashMap<String, u8>» }
        impl Logins {
            fn note(&mut self, id: String) { self.counts.entry(id).and_modify(|count| *count += 1).or_insert(1); }
        }",
        "pub struct Logins { «failed: HashSet<String>» }
        pub fn note(logins: &Mutex<Logins>, user: String) { logins.lock().unwrap().failed.insert(user); }",
    ] {
        check(&[("src/main.rs", &locked), ("src/logins.rs", code)]);
    }
    for code in [
        // Filled at the start; never written to; another lock in the struct, so this field stays as it was.
        "pub struct Logins { kinds: HashMap<String, Kind> }
        impl Logins { fn register_kind(&mut self, id: String, kind: Kind) { self.kinds.insert(id, kind); } }",
        "pub struct Logins(HashMap<String, Kind>);
        impl Logins { fn of(&mut self, id: &str, out: &mut HashSet<Kind>) { out.insert(self.0[id]); } }",
        "pub struct Logins { inner: FileLocker, kinds: HashMap<u8, u8> }
        impl Logins {
            fn forget(&mut self, id: u8) { self.kinds.entry(id).and_modify(|kind| kind.forget()); }
        }
        pub struct FileLocker { inner: HashMap<String, u8> }
        impl FileLocker { fn hold(&mut self, file: String) { self.inner.insert(file, 1); } }
        fn f(locker: &Mutex<FileLocker>) {}",
        "pub struct Logins { params: HashMap<String, String> }
        impl Logins {
            fn with(mut self, name: &str) -> Self { self.params.insert(name.into(), name.into()); self }
            fn clear(&mut self) { self.params.clear(); }
        }",
        "pub struct Logins(HashMap<String, Held<u8>>);
        pub struct Held<V>(HashMap<String, V>);
        impl<V> Held<V> { fn hold(&mut self, file: String, of: V) { self.0.insert(file, of); } }
        fn f(held: &Mutex<Held<u8>>) {}",
        "pub struct Logins { state: Mutex<u8>, kinds: HashMap<String, Kind> }
        impl Logins { fn kind(&mut self, id: String, kind: Kind) { self.kinds.insert(id, kind); } }",
    ] {
        check(&[("src/main.rs", &locked), ("src/logins.rs", code)]);
    }
    let code = "pub struct Logins { sessions: HashMap<String, Session> }
        impl Logins { fn login(&mut self, id: String, of: Session) { self.sessions.insert(id, of); } }";
    check(&[("src/main.rs", &state("Arc<Logins>")), ("src/logins.rs", code)]);
}

#[test]
fn queues_of_a_server() {
    for code in [
        "pub struct App { «views_queue: DashMap<u64, View>» }
        impl App { pub fn add_view(&self, view: View) { self.views_queue.insert(view.id, view); } }",
        "pub struct App { queue: MailQueue }
        pub struct MailQueue { «pub mails: DashSet<u64>» }
        impl MailQueue { async fn send(&self) { let mails = self.mails.clone(); self.mails.clear(); } }",
    ] {
        check(&[STATE, ("src/app.rs", code)]);
    }
    for code in [
        "pub struct App { views: DashMap<u64, View> }
        impl App { pub fn add_view(&self, view: View) { self.views.insert(view.id, view); } }",
        "pub struct App { mails: Mails }
        pub struct Mails { pub all: DashSet<u64> }
        impl Mails { async fn send(&self) { let all = self.all.clone(); self.all.clear(); } }",
    ] {
        check(&[STATE, ("src/app.rs", code)]);
    }
}

/// A module that makes and keeps what another declares.
fn kept(class: &str, code: &str) {
    let keeper =
        format!("import express from 'express';\nimport {{ {class} }} from './a';\nexport const kept = new {class}();");
    check(&[("src/b.ts", &keeper), ("src/a.ts", code)]);
}

#[test]
fn fields_of_classes_that_another_module_keeps() {
    for (class, code) in [
        // The class says it, whatever its field is called.
        (
            "InMemoryQueue",
            "export class InMemoryQueue {
                «private parts = new Map<string, Part>()»;
                part(key: string) { let part = { waiting: [] }; this.parts.set(key, part); return part; }
            }",
        ),
        (
            "JobStore",
            "export class JobStore {
                «private jobs = new Map<string, Job>()»;
                create() { const job = new Job(); this.jobs.set(job.id, job); return job; }
            }",
        ),
        (
            "Online",
            "export class Online {
                «private members = new Map<string, User>()»;
                save(connection: Connection) { this.members.set(connection.id, connection.user); }
            }",
        ),
        (
            "Logins",
            "export class Logins {
                «private sessions: Session[] = []»;
                login(session: Session) { this.sessions = [...this.sessions, session]; }
            }",
        ),
        (
            "Licences",
            "import type { LicenceInterface } from 'shared/licence';
            export class Licences {
                «private usage: Record<string, LicenceInterface> = {}»;
                keep(key: string, licence: LicenceInterface) { this.usage[key] = licence; }
            }",
        ),
        (
            "Lookups",
            "export class Lookups {
                «private after = new Map<string, Date>()»;
                async of(credential: Credential) {
                    const { secret } = credential;
                    if (!(await find(secret))) this.after.set(secret, later());
                }
            }",
        ),
        (
            "Answers",
            "export class Answers {
                «private after = new Map<string, Date>()»;
                async of({ secret }: Credential) { this.after.set(secret, await later()); }
            }",
        ),
        (
            "Editing",
            "export class Editing {
                «private contributors = new Map<string, Set<string>>()»;
                async onChange(data: Change) {
                    const name = data.name;
                    if (!this.contributors.has(name)) this.contributors.set(name, new Set());
                    this.contributors.get(name)!.add(data.user);
                }
            }",
        ),
        (
            "Cache",
            "import NodeCache from 'node-cache';
            export class Cache {
                public data: NodeCache;
                constructor() { «this.data = new NodeCache()»; }
            }",
        ),
    ] {
        kept(class, code);
    }
    for (class, code) in [
        (
            "Limiter",
            "import RateLimiter from 'async-ratelimiter';
            export class Limiter {
                private buckets: Record<string, Bucket> = {};
                async bump(id: string) { this.buckets[id] = { limiter: new RateLimiter({ db: this.redis, id }) }; }
            }",
        ),
        (
            "Downloads",
            "export class Downloads {
                private servers: Record<number, Item[]> = {};
                update() {
                    const all = settings().servers;
                    all.map(async (server) => { this.servers[server.id] = await ask(server); });
                }
            }",
        ),
        (
            "Documents",
            "import type { Document as Open } from '@hocuspocus/server';
            export class Documents {
                private documents = new Map<string, Open>();
                onOpen({ name, document }: Loaded) { this.documents.set(name, document); }
            }",
        ),
        (
            "Rights",
            "export class Rights {
                private rights = new Map<Constructor, Map<string, Right[]>>();
                allow(model: Constructor) { if (!this.rights.has(model)) this.rights.set(model, new Map()); }
            }",
        ),
        (
            "Lists",
            "export class Lists {
                private sessions: Session[] = [];
                drop(at: number) { this.sessions.splice(at, 1); }
            }",
        ),
        (
            "MemoryUsage",
            "export class MemoryUsage {
                private kinds = new Map<string, number>();
                of(kind: string) { this.kinds.set(kind, size(kind)); }
            }",
        ),
        (
            "Lengths",
            "export class Lengths {
                private lengths = new Map<File, number>();
                of(file: File) { this.lengths.set(file, file.text.length); }
            }",
        ),
    ] {
        kept(class, code);
    }
}

#[test]
fn a_fallback_in_memory() {
    check(&[(
        "src/redis.ts",
        "import { Redis } from 'ioredis';
        class MemoryRedis {
            «private data = new Map<string, string>()»;
            async set(key: string, value: string) { this.data.set(key, value); }
        }
        export const redis = process.env.REDIS_URL ? new Redis(process.env.REDIS_URL) : (new MemoryRedis() as unknown as Redis);",
    )]);
    check(&[(
        "src/kinds.ts",
        "import express from 'express';
        class Kinds {
            private data = new Map<string, string>();
            async set(key: string, value: string) { this.data.set(key, value); }
        }
        export const kinds = (all: boolean) => all ? new Kinds() : new Kinds();",
    )]);
}

#[test]
fn a_function_that_says_memory() {
    let storage = |body: &str| format!("export function MemoryStorage() {{ {body} }}");
    let user = (
        "src/b.ts",
        "import express from 'express';\nimport { MemoryStorage } from './a';\nissuer({ storage: MemoryStorage() });",
    );
    let stores = storage(
        "const «store: Entry[] = []»;
        return { async set(key: string, value: string) { store.splice(0, 0, [key, value]); } };",
    );
    check(&[user, ("src/a.ts", &stores)]);
    check(&[
        user,
        ("src/a.ts", &storage("const parts: Entry[] = []; return { of() { return parts.splice(0, 1); } };")),
    ]);
}

#[test]
fn static_members_with_names_that_tell_nothing() {
    let code = |name: &str| {
        format!(
            "import express from 'express';
            export class Runner {{
                {name}
                static add(id: string, cost: string) {{ Runner.costs.set(id, cost); }}
            }}"
        )
    };
    check(&[("src/a.ts", &code("«static costs = new Map<string, string>()»;"))]);
    check(&[("src/a.ts", &code("static costs = new Map<string, () => void>();"))]);
}

#[test]
fn lists_whose_entries_are_taken_away_again() {
    for code in [
        "export class Views {
            «private queue: View[] = []»;
            async add(view: View) { this.queue.push(view); }
            private async send() { const batch = this.queue.splice(0, 100); await write(batch); }
        }",
        "export class Views {
            «private buffer: View[] = []»;
            note(id: number, page: string) { this.buffer.push({ id, page }); }
            private flush() { const batch = this.buffer; this.buffer = []; return write(batch); }
        }",
        "export class Views {
            «private readonly backlog: { page: number }[] = []»;
            enqueue(request: View) { this.backlog.push({ page: request.page }); }
            next() { return this.backlog.shift(); }
        }",
    ] {
        kept("Views", code);
    }
    for code in [
        // It only grows; it shrinks where it grows; a stack; functions; nothing of it comes from the caller; started anew.
        "export class Views {
            private kinds: View[] = [];
            note(view: View) { this.kinds.push(view); }
        }",
        "export class Views {
            private parts: View[] = [];
            note(view: View) { this.parts.push(view); work(this.parts); this.parts.splice(0); }
        }",
        "export class Views {
            private open: View[] = [];
            enter(view: View) { this.open.push(view); }
            leave() { return this.open.pop(); }
        }",
        "export class Views {
            private queue: (() => void)[] = [];
            later(run: () => void) { this.queue.push(run); }
            next() { this.queue.shift()?.(); }
        }",
        "export class Views {
            private queue: { resolve: unknown }[] = [];
            wait() { return new Promise((resolve) => this.queue.push({ resolve })); }
            next() { return this.queue.shift(); }
        }",
        "export class Views {
            private samples: number[] = [];
            measure() { this.samples.push(process.memoryUsage().rss); }
            trim() { this.samples.shift(); }
        }",
        "export class Views {
            private results: View[] = [];
            run() { this.results = []; work(this); }
            note(view: View) { this.results.push(view); }
        }",
    ] {
        let code = if code.contains("results") { code.replace("results", "outcome") } else { code.to_owned() };
        kept("Views", &code);
    }
    let rooms = |rest: &str| {
        format!(
            "import express from 'express';\nexport const «rooms: Room[] = []»;
            function addRoom(room: Room) {{ rooms.push(room); }}\n{rest}"
        )
    };
    check(&[("src/a.ts", &rooms("export const drop = (at: number) => { rooms.splice(at, 1); };"))]);
    check(&[("src/a.ts", &rooms("export const all = () => rooms.map(show);").replace(['«', '»'], ""))]);
}

#[test]
fn objects_of_javascript_have_no_types() {
    let code = |write: &str| format!("const http = require('http');\n«var users = {{}}»;\n{write}");
    for write in [
        "exports.join = function (socket, name) { users[socket.id] = { name: name, cursor: null } }",
        "function addUser (user) { users[user.id] = user }",
        "exports.visit = (ip, page) => { users[ip] = page; }",
    ] {
        let code = code(write).replace("var users = {}»", "users = {}»").replace("«users", "var «users");
        check(&[("src/a.js", &code)]);
    }
    for write in [
        // A register of parts; under way; not of the caller; functions.
        "exports.register = function (id, part) { users[id] = part }",
        "exports.named = function (name, part) { users[name] = part }",
        "exports.load = function (user) { users[user.id] = user; work(); delete users[user.id]; }",
        "exports.load = function () { for (const user of KNOWN) users[user.id] = user; }",
        "exports.wait = function (userId) { users[userId] = () => userId; }",
    ] {
        check(&[("src/a.js", &code(write).replace(['«', '»'], ""))]);
    }
}

#[test]
fn collections_and_promises_as_values() {
    let cache = |value: &str, made: &str| {
        format!(
            "import express from 'express';\nconst «pageCache = new Map<string, {value}>()»;
            export async function page(id: string) {{ const entry = {made}; pageCache.set(id, entry); }}"
        )
    };
    let for_a_time = "{ data: work(id), expiry: new Date() }";
    check(&[("src/a.ts", &cache("{ data: Promise<string>; expiry: Date }", for_a_time))]);
    check(&[(
        "src/a.ts",
        &cache("{ done: Promise<string>; since: number }", "{ done: work(id) }").replace(['«', '»'], ""),
    )]);
    kept(
        "Handled",
        "export class Handled {
            «private handledBy = new Map<number, Set<string>>()»;
            mark(group: number, item: string) {
                let set = this.handledBy.get(group);
                if (!set) { set = new Set(); this.handledBy.set(group, set); }
                set.add(item);
            }
        }",
    );
    kept(
        "Handled",
        "export class Handled {
            private lengths = new Map<string, number>();
            of(text: string) {
                let length = this.lengths.get(text);
                if (!length) { length = measure(text); this.lengths.set(text, length); }
                return length;
            }
        }",
    );
    let removals = |class: &str| {
        format!(
            "import {{ {class} }} from './made';
            export class Handled {{
                «private removals = new Map<number, Removal>()»;
                async onRemoved(data: Removal) {{ this.removals.set(data.id, new {class}(data.items)); }}
            }}"
        )
    };
    kept("Handled", &removals("RemovedDto"));
    kept("Handled", &removals("Watcher").replace(['«', '»'], ""));
}

#[test]
fn members_of_objects() {
    let head = "import express from 'express';";
    for code in [
        "const caches = { «users: new Map<string, User>()», kinds: ['a'] };
        export async function keep(id: string) { caches.users.set(id, await load(id)); }",
        "const state = { started: false, «sessions: new Map<string, User>()» };
        export const login = (id: string, user: User) => state.sessions.set(id, user);",
        "class Bot {
            constructor() { this.databaseCache = { «users: new Map()» }; }
            async user(id: string) { const user = await load(id); this.databaseCache.users.set(id, user); return user; }
        }
        export const bot = new Bot();",
    ] {
        check(&[("src/a.ts", &format!("{head}\n{code}"))]);
    }
    let bot = |import: &str| {
        format!(
            "{head}\nimport {{ Collection }} from '{import}';
            class Bot {{
                constructor() {{ this.databaseCache = {{ «users: new Collection()» }}; }}
                async user(id) {{ const user = await load(id); this.databaseCache.users.set(id, user); return user; }}
            }}
            export const bot = new Bot();"
        )
    };
    check(&[("src/a.js", &bot("discord.js"))]);
    check(&[("src/a.js", &bot("./collection").replace(['«', '»'], ""))]);
    for code in [
        "const caches = { users: new Map<string, User>() };
        export const of = (id: string) => caches.users.get(id);",
        "export function all() {
            const caches = { users: new Map<string, User>() };
            return (id: string, user: User) => caches.users.set(id, user);
        }",
        "const caches = { users: new Map<string, Socket>() };
        export const open = (id: string, socket: Socket) => caches.users.set(id, socket);",
    ] {
        check(&[("src/a.ts", &format!("{head}\n{code}"))]);
    }
}

#[test]
fn keys_that_are_drawn_at_random() {
    let code = |key: &str| {
        format!(
            "import jwt from \"jsonwebtoken\";
            class Config {{
                «#stateMap = new Map()»;
                async begin() {{
                    const state = {key};
                    this.#stateMap.set(state, {{ nonce: client.randomNonce(), since: Date.now() }});
                    return state;
                }}
            }}
            export const config = new Config();"
        )
    };
    check(&[("src/oidc.js", &code("client.randomState()"))]);
    check(&[("src/oidc.js", &code("names.shift()").replace(['«', '»'], ""))]);
}

#[test]
fn functions_are_named_by_what_wraps_them() {
    let code = |wrapper: &str| {
        format!(
            "import {{ createMiddleware }} from \"hono/factory\";
            const «entries = new Map<string, {{ count: number }}>()»;
            export const apiRateLimiter = {wrapper}(async (c, next) => {{
                entries.set(c.req.header(\"authorization\"), {{ count: 1 }});
                await next();
            }});"
        )
    };
    check(&[("src/limit.ts", &code("createMiddleware"))]);
    // What a list is gone through with is not named after what comes of it.
    check(&[("src/limit.ts", &code("list.map").replace(['«', '»'], ""))]);
}

#[test]
fn caches_that_grow_by_user() {
    let code = |added: &str| {
        format!(
            "import express from \"express\";
            const «cache: Record<string, Record<string, Track>> = {{}}»;
            export function keep(user: string, id: string, track: Track) {{
                const own = cache[user] ?? {{}};
                own[id] = {added};
                cache[user] = own;
            }}"
        )
    };
    check(&[("src/cache.ts", &code("track"))]);
    check(&[("src/cache.ts", &code("lengthOf(id)").replace(['«', '»'], ""))]);
    let log = "import express from \"express\";
        const «requestLog = new Map<string, number[]>()»;
        function isRateLimited(key: string): boolean {
            const now = Date.now();
            const recent = (requestLog.get(key) ?? []).filter((at) => now - at < 1000);
            recent.push(now);
            requestLog.set(key, recent);
            return recent.length > 9;
        }";
    check(&[("src/limit.ts", log)]);
}

#[test]
fn lists_in_which_something_waits() {
    let code = |drain: &str| {
        format!(
            "import express from \"express\";
            let «pendingEvents: AuditEvent[] = []»;
            export function record(event: AuditEvent) {{ pendingEvents.push(event); }}
            export async function flush() {{ {drain} }}"
        )
    };
    check(&[("src/audit.ts", &code("const batch = pendingEvents.splice(0, 100); await send(batch);"))]);
    // It is reassigned as a whole.
    for drain in [
        "const batch = pendingEvents.splice(0, 9); if (!(await send(batch))) pendingEvents = [...batch, ...pendingEvents];",
        "await send(pendingEvents[0]); pendingEvents = pendingEvents.filter((event) => !event.sent);",
    ] {
        check(&[("src/audit.ts", &code(drain))]);
    }
    check(&[("src/audit.ts", &code("await send(pendingEvents);").replace(['«', '»'], ""))]);
}

#[test]
fn caches_of_one_entry() {
    let code = |body: &str| {
        format!(
            "import express from \"express\";
            import {{ Client }} from \"./client\";
            let «cachedGames: Game[] | null = null»;
            let cachedAt = 0;
            export async function games() {{
                if (cachedGames && Date.now() - cachedAt < 60_000) return cachedGames;
                {body}
                return cachedGames;
            }}"
        )
    };
    for body in [
        "cachedGames = await load(); cachedAt = Date.now();",
        "cachedGames = { games: await load(), expiresAt: Date.now() + 60_000 };",
    ] {
        check(&[("src/games.ts", &code(body))]);
    }
    for body in [
        // It is read once; what runs cannot be stored; nothing is kept.
        "cachedGames = await load();",
        "cachedGames = new Client(await load()); cachedAt = Date.now();",
        "cachedGames = null; cachedAt = Date.now();",
    ] {
        check(&[("src/games.ts", &code(body).replace(['«', '»'], ""))]);
    }
}

#[test]
fn members_of_an_object_with_methods() {
    let code = |this: &str| {
        format!(
            "const jwt = require(\"jsonwebtoken\");
            module.exports = {{
                «sessions: {{}}»,
                login(user) {{ {this}.sessions[user.id] = {{ user }}; }},
            }};"
        )
    };
    check(&[("src/auth.js", &code("this"))]);
    check(&[("src/auth.js", &code("other").replace(['«', '»'], ""))]);
}

#[test]
fn instances_that_a_container_is_given() {
    let class = "import type { Timer } from \"./timer\";
        export class MemoryTokenCache {
            «private tokens: Map<string, string> = new Map()»;
            keep(user: string, token: string) { this.tokens.set(user, token); }
        }";
    let container = |given: &str| {
        format!(
            "import {{ MemoryTokenCache }} from \"./cache\";\nimport express from \"express\";\nexport class Loader {{\n  async load() {{\n    container.bind(TYPES.Cache).{given};\n  }}\n}}\n"
        )
    };
    check(&[("src/cache.ts", class), ("src/container.ts", &container("toConstantValue(new MemoryTokenCache(timer))"))]);
    let silent = class.replace(['«', '»'], "");
    check(&[
        ("src/cache.ts", &silent),
        ("src/container.ts", &container("toDynamicValue(() => new MemoryTokenCache(timer))")),
    ]);
}

#[test]
fn what_builds_a_program_keeps_what_it_likes() {
    let code = "import fs from \"node:fs/promises\";\nimport type { Alias } from \"vite\";\nconst pkgJsonCache = new Map();\nexport const resolve = async (root: string) => { pkgJsonCache.set(root, await fs.readFile(root)); };\n";
    check(&[("src/resolver.ts", code)]);
}

#[test]
fn structs_behind_an_alias() {
    // What others fill is named after what it counts; `map` is not a place of the field.
    let handed = "pub struct RatelimitStorage { «pub map: Arc<DashMap<u64, Entry>>» }
        fn sum(list: &[u64]) -> u64 { list.iter().map(|one| one + 1).sum() }";
    let app = "struct App { limits: RatelimitStorage }";
    check(&[STATE, ("src/app.rs", app), ("src/limits.rs", handed)]);
    for code in [
        // An alias in front of a lock; another item of the same name.
        "type Cache = HashMap<Key, Job>;
        struct App { jobs: JobCache }
        struct JobCache { «workflows: RwLock<Cache>» }
        impl JobCache { fn keep(&self, key: Key, job: Job) { self.workflows.write().unwrap().insert(key, job); } }",
        "struct App { limits: Limits }
        type Limits = inner::Limits<Kind>;
        struct Kind;",
    ] {
        let inner = "pub struct Limits<K> { «pub rate_limits: Arc<DashMap<u64, Entry>>, kind: K» }
            impl<K> Limits<K> { fn count(&self, key: u64) { self.rate_limits.insert(key, Entry::default()); } }";
        let inner = inner.replace(
            "«pub rate_limits: Arc<DashMap<u64, Entry>>, kind: K»",
            "«pub rate_limits: Arc<DashMap<u64, Entry>>», kind: K",
        );
        let files = [STATE, ("src/app.rs", code), ("src/inner.rs", inner.as_str())];
        check(if code.contains("inner::") { &files } else { &files[..2] });
    }
}

#[test]
fn instances_that_an_instance_makes_once() {
    let limiter = "export class RateLimiter {
            «private store = new Map<string, Entry>()»;
            count(key: string, entry: Entry) { this.store.set(key, entry); }
        }";
    let provider = |body: &str| {
        format!(
            "import express from \"express\";\nimport {{ RateLimiter }} from \"./limiter\";\nexport class Provider {{\n  private client: RateLimiter | null = null;\n  async get() {{\n    {body}\n  }}\n}}\nexport const provider = new Provider();\n"
        )
    };
    for body in [
        "if (!this.client) {\n      this.client = new RateLimiter();\n    }\n    return this.client;",
        "return (this.client ??= new RateLimiter());",
    ] {
        let body = body.replace("return (this.client ??=", "this.client ??=").replace("());", "();");
        check(&[("src/limiter.ts", limiter), ("src/provider.ts", &provider(&body))]);
    }
    let silent = limiter.replace(['«', '»'], "");
    check(&[("src/limiter.ts", &silent), ("src/provider.ts", &provider("return new RateLimiter();"))]);
}

#[test]
fn drivers_that_a_table_offers() {
    let driver = "export function createMemoryStoreDriver() {
            const «store = new Map<string, Entry>()»;
            return { set: async (key: string, entry: Entry) => { store.set(key, entry); } };
        }";
    let table = |given: &str| {
        format!(
            "import express from \"express\";\nimport {{ createMemoryStoreDriver }} from \"./memory\";\nexport const drivers = {{\n  {given}\n}};\n"
        )
    };
    check(&[("src/memory.ts", driver), ("src/drivers.ts", &table("memory: createMemoryStoreDriver,"))]);
    let silent = driver.replace(['«', '»'], "");
    check(&[("src/memory.ts", &silent), ("src/drivers.ts", &table("memory: 1,"))]);
}

#[test]
fn promises_that_are_kept_for_a_time() {
    let code = |until: &str| {
        format!(
            "import express from \"express\";\ninterface Kept {{ promise: Promise<Post>; {until}: number }}\nconst «postCache = new Map<string, Kept>()»;\nexport async function post(url: string) {{\n  const promise: Promise<Post> = load(url);\n  postCache.set(url, {{ promise, {until}: Date.now() + 9 }});\n  return promise;\n}}\n"
        )
    };
    check(&[("src/posts.ts", &code("expiresAt"))]);
    check(&[("src/posts.ts", &code("index").replace(['«', '»'], ""))]);
}
