//! Stores that other modules fill or keep, by small projects: what must be reported stands between « and ».

use super::tests::check;

const SERVER: (&str, &str) = ("src/server.ts", "import express from 'express';\nexport const app = express();\n");

#[test]
fn collections_that_other_modules_fill() {
    let fill = "import express from 'express';
        import { drafts } from './state';
        express().put('/:id', (request) => { drafts.set(request.params.id, request.body); });";
    check(&[
        (
            "src/state.ts",
            "export const «drafts = new Map<string, string>()»;\nexport const names = new Map<string, string>();",
        ),
        ("src/app.ts", fill),
    ]);
    check(&[
        ("src/state.js", "const «users = {}»;\nmodule.exports = { users };"),
        (
            "src/app.js",
            "const express = require('express');
            const { users } = require('./state');
            express().post('/:id', (request) => { users[request.params.id] = request.body; });",
        ),
    ]);
    check(&[
        ("src/state.ts", "export const «drafts = new Map<string, string>()»;"),
        ("src/index.ts", "export * from './state';"),
        ("src/app.ts", &fill.replace("./state", "./index")),
    ]);
    // What waits, what is connected, what the program knows from its start, what is taken away again, what is there from the start.
    for (declared, write) in [
        ("drafts = new Map<string, (text: string) => void>()", "drafts.set(id, (text) => answer(text));"),
        ("drafts = new Map()", "drafts.set(id, new WebSocket(id));"),
        ("drafts = new Map()", "drafts.set(id, { resolve, reject });"),
        ("drafts = new Map()", "drafts.set('main', text);"),
        ("drafts = new Map()", "drafts.set(id, text); await send(text); drafts.delete(id);"),
        ("drafts = new Map([['a', 'b']])", "drafts.get(id);"),
    ] {
        let state = format!("export const {declared};");
        let app = format!(
            "import express from 'express';\nimport {{ drafts }} from './state';\nasync function keep(id, text) {{ {write} }}"
        );
        check(&[("src/state.ts", &state), ("src/app.ts", &app)]);
    }
    let registers = "import express from 'express';\nimport { drafts } from './state';
        \nexport function registerDraft(id, text) {\n  drafts.set(id, text);\n}";
    check(&[("src/state.ts", "export const drafts = new Map();"), ("src/app.ts", registers)]);
    let local = "import express from 'express';\nfunction f(drafts, id, text) {\n  drafts.set(id, text);\n}";
    check(&[("src/state.ts", "export const drafts = new Map();"), ("src/app.ts", local)]);
    check(&[("src/codes.ts", "export const SESSION_ERROR_CODES = new Set([106, 107]);"), SERVER]);
}

#[test]
fn functions_that_new_is_for() {
    let app = (
        "lib/app.js",
        "const express = require('express');\nconst Cart = require('./cart');\nconst cart = new Cart();\n
        express().post('/', (request) => cart.add(request.body.id, request.body));",
    );
    let own = "function Cart(db) {\n  this.db = db;\n  «this.items = {}»;\n}\n
        Cart.prototype.add = function (userId, item) {\n  this.items[userId] = item;\n};\nmodule.exports = Cart;";
    check(&[("lib/cart.js", own), app]);
    let apart =
        "const { add } = require('./cart.add');\nconst Cart = function Cart() {\n  «this.items = new Map()»;\n};
        \nCart.prototype.add = add;\nmodule.exports = Cart;";
    let add = "async function add(user, item) {\n  this.items.set(user.id, item);\n}\nmodule.exports = { add };";
    check(&[("lib/cart.js", apart), ("lib/cart.add.js", add), app]);
    // One for each call.
    let each = "const express = require('express');\nconst Cart = require('./cart');
        \nexpress().post('/', (request) => new Cart().add(request.body.id, request.body));";
    check(&[("lib/cart.js", &own.replace(['«', '»'], "")), ("lib/app.js", each)]);
}

#[test]
fn what_functions_share_that_a_module_gets_while_it_loads() {
    let limit = "export function rateLimit(max: number) {\n  const «hits = new Map<string, number>()»;
        return (request, response, next) => {
            hits.set(request.ip, (hits.get(request.ip) ?? 0) + 1);
            next();
        };\n}\n";
    let app = "import express from 'express';\nimport { rateLimit } from './limit';\nexpress().use(rateLimit(10));";
    check(&[("src/limit.ts", limit), ("src/app.ts", app)]);
    let own = "import { Hono } from 'hono';\nconst limiter = () => {\n  const «attempts = new Map<string, number>()»;
        return async (context, next) => {
            attempts.set(context.req.header('x'), 1);
            await next();
        };\n};\nexport const app = new Hono().use(limiter());";
    check(&[("src/limit.ts", own)]);
    let at_once = "import express from 'express';\nimport { rateLimit } from './limit';
        \n(async () => {\n  const app = express();\n  app.use(rateLimit(10));\n})();";
    check(&[("src/limit.ts", limit), ("src/app.ts", at_once)]);
    // One for each request.
    let each = "import express from 'express';\nimport { rateLimit } from './limit';
        \nexpress().get('/', (request, response, next) => rateLimit(10)(request, response, next));";
    check(&[("src/limit.ts", &limit.replace(['«', '»'], "")), ("src/app.ts", each)]);
}

#[test]
fn what_is_kept_in_other_ways() {
    for (path, code) in [
        (
            "src/tokens.ts",
            "import type { Request } from 'express';\nexport class Tokens {
              static #instance?: Tokens;
              «#issued = new Map<string, string>()»;
              static get instance() {
                return (this.#instance ??= new this());
              }
              issue(request: Request, token: string) { this.#issued.set(request.body.user, token); }
            }",
        ),
        (
            "src/chat.ts",
            "import { WebSocketGateway } from '@nestjs/websockets';\n@WebSocketGateway()\nexport class Chat {
              «private rooms = new Map<string, string>()»;
              say(room: string, text: string) { this.rooms.set(room, text); }
            }",
        ),
        (
            "bot.js",
            "const { Client, Collection } = require('discord.js');
            const client = new Client({});
            «client.cooldowns = new Collection()»;
            client.on('messageCreate', (message) => { client.cooldowns.set(message.author.id, Date.now()); });",
        ),
        (
            "app.js",
            "const express = require('express');
            const app = express();
            «app.locals.sessions = {}»;
            app.post('/', (request) => { app.locals.sessions[request.body.id] = request.body; });",
        ),
        (
            "server/api/vote.post.ts",
            "const «votes = new Map<string, number>()»;
            export default defineEventHandler(async (event) => {
              const { choice } = await readBody(event);
              votes.set(choice, (votes.get(choice) ?? 0) + 1);
            });",
        ),
        (
            "src/buffer.ts",
            "import type { Request } from 'express';\nclass Buffered {
              private buffer: Entry[];
              constructor() { «this.buffer = []»; }
              add(entry: Entry) { this.buffer.push(entry); }
              async flush() { const batch = this.buffer; this.buffer = []; await send(batch); }
            }\nexport const buffered = new Buffered();",
        ),
    ] {
        check(&[(path, code)]);
    }
}

#[test]
fn libraries_that_are_given_no_store() {
    for code in [
        "import Keyv from 'keyv';\nexport const sessions = «new Keyv()»;",
        "import ratelimit from 'koa-ratelimit';\napp.use(«ratelimit({ driver: 'memory', db: new Map(), max: 10 })»);",
        "import { rateLimit } from 'express-rate-limit';\nexport const limit = «rateLimit({ limit: 10, ...(store && { store }) })»;",
    ] {
        check(&[("src/a.ts", code)]);
    }
    check(&[("src/a.js", "const Keyv = require('keyv');\nexports.cache = «new Keyv({ ttl: 60 })»;")]);
    for code in [
        "import Keyv from 'keyv';\nexport const sessions = new Keyv('redis://localhost');",
        "import Keyv from 'keyv';\nexport const sessions = new Keyv({ store: new KeyvRedis(url) });",
        "import ratelimit from 'koa-ratelimit';\napp.use(ratelimit({ driver: 'redis', db: redis, max: 10 }));",
        "import { rateLimit } from 'express-rate-limit';\nexport const limit = rateLimit({ limit: 10, ...options });",
    ] {
        check(&[("src/a.ts", code)]);
    }
}

#[test]
fn fields_of_rust_that_other_files_fill_or_main_makes() {
    let manifest = ("Cargo.toml", "[package]\nname = 's'\nversion = '0.1.0'\n[dependencies]\naxum = '0.7'\n");
    let state = "pub struct App { «pub uploads: DashMap<String, u64>», pub plugins: DashMap<String, u64> }\n";
    let put = "use axum::extract::State;\nasync fn begin(State(app): State<Arc<App>>, id: String) {
        app.uploads.insert(id, 0);\n}";
    check(&[manifest, ("src/state.rs", state), ("src/routes.rs", put)]);
    let guarded = "pub struct App { «pub uploads: RwLock<HashMap<String, u64>>» }\n";
    let locked = "use axum::extract::State;\nasync fn begin(State(app): State<Arc<App>>, id: String) {
        let mut uploads = app.uploads.write().await;\n        uploads.insert(id, 0);\n}";
    check(&[manifest, ("src/state.rs", guarded), ("src/routes.rs", locked)]);
    // What only the start fills.
    let load = "use axum::extract::State;\nasync fn load_uploads(State(app): State<Arc<App>>, id: String) {
        app.uploads.insert(id, 0);\n}";
    check(&[manifest, ("src/state.rs", &guarded.replace(['«', '»'], "")), ("src/routes.rs", load)]);
    let hub = "use std::collections::HashMap;\npub struct Hub { «jobs: HashMap<u64, String>» }
        impl Hub { pub fn put_job(&mut self, id: u64, name: String) { self.jobs.insert(id, name); } }
        pub async fn serve(hub: Arc<Mutex<Hub>>) {}";
    let main = "async fn main() {\n    let hub = Arc::new(Mutex::new(hub::Hub::new()));\n    let app = axum::Router::new();\n}";
    check(&[manifest, ("src/hub.rs", hub), ("src/main.rs", main)]);
    let each = "async fn main() {\n    let app = axum::Router::new();\n    loop {\n        let hub = Arc::new(Mutex::new(hub::Hub::new()));\n    }\n}";
    check(&[manifest, ("src/hub.rs", &hub.replace(['«', '»'], "")), ("src/main.rs", each)]);
    // The values have locks, and so does what stands around the whole.
    let values = "use std::collections::HashMap;\npub struct Logins { «sessions: HashMap<u64, Arc<Mutex<Login>>>» }
        impl Logins { pub fn begin(&mut self, id: u64, login: Login) { self.sessions.insert(id, Arc::new(Mutex::new(login))); } }
        pub struct App { logins: Arc<Mutex<Logins>> }";
    let ask = "use axum::extract::State;\nasync fn get(State(app): State<Arc<App>>) {}";
    check(&[manifest, ("src/logins.rs", values), ("src/main.rs", ask)]);
}

#[test]
fn shared_types_of_rust_that_handlers_ask_for() {
    let code = "use axum::Extension;\n«type Db = Arc<RwLock<HashMap<String, String>>>;»
        async fn put(Extension(db): Extension<Db>, key: String, value: String) { db.write().unwrap().insert(key, value); }";
    check(&[("src/main.rs", code)]);
    let read = "use axum::Extension;\ntype Db = Arc<RwLock<HashMap<String, String>>>;
        async fn get(Extension(db): Extension<Db>, key: String) { db.read().unwrap().get(&key); }";
    check(&[("src/main.rs", read)]);
}

#[test]
fn fields_of_a_class_that_a_kept_one_extends() {
    let container = "import express from 'express';
        import { asClass, createContainer } from 'awilix';
        import { EventsCache } from './events';
        export const container = createContainer();
        container.register({ events: asClass(EventsCache).singleton() });
        export const app = express();";
    let base = |made: &str| {
        format!(
            "export class KeyCache<T> {{
            protected {made};
            protected async setValue(key: number, value: T) {{ this.keyValueStore.set(key, value); }}
            get(key: number) {{ return this.keyValueStore.get(key); }}
        }}"
        )
    };
    let events = |head: &str| {
        format!(
            "import {{ KeyCache }} from './base';
            export class EventsCache {head} {{ async keep(id: number, text: string) {{ await this.setValue(id, {{ text }}); }} }}"
        )
    };
    let made = "keyValueStore = new Map<number, T>()";
    for (head, base) in [
        ("extends KeyCache<{ text: string }>", base(&format!("«{made}»")).replace("protected «", "«protected ")),
        ("<T extends KeyCache<string>>", base(made)),
        ("", base(made)),
    ] {
        check(&[("src/base.ts", &base), ("src/events.ts", &events(head)), ("src/container.ts", container)]);
    }
}

#[test]
fn a_lock_around_a_cache_of_another_file() {
    let manager = "use crate::cache::BytesCache;
        pub struct Images { image_cache: RwLock<BytesCache> }
        impl Images { pub async fn keep(&self, url: String) { self.image_cache.write().await.set(url, vec![]); } }";
    let cache = "use indexmap::IndexMap;
        pub struct BytesCache { «bytes_table: IndexMap<String, Vec<u8>>», limit: usize }
        impl BytesCache { pub fn set(&mut self, key: String, bytes: Vec<u8>) { self.bytes_table.insert(key, bytes); } }";
    let main = "use axum::extract::State;
        struct App { images: Arc<Images> }
        async fn image(State(app): State<Arc<App>>, url: String) { app.images.keep(url).await; }";
    check(&[("src/cache.rs", cache), ("src/manager.rs", manager), ("src/main.rs", main)]);
}
