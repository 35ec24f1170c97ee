//! What runs before handlers, in order, and what answers.

use crate::testing::facts;

/// `METHOD /path: a, b -> handler` for each endpoint, and how many gaps there are.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str], gaps: usize) {
    let facts = facts(files);
    let relation = facts.relation("route.endpoint").expect("the provider was asked");
    let found = relation.rows.iter().map(|row| {
        let column = |name: &str| relation.info.column(name).map(|at| row.value(at).to_string()).unwrap_or_default();
        let chain = column("middleware");
        let answers = Some(column("handler")).filter(|name| !name.is_empty()).unwrap_or_else(|| column("resolves_to"));
        format!("{} {}: {chain} -> {answers}", column("method"), column("path"))
    });
    assert_eq!(found.collect::<Vec<_>>(), expected);
    assert_eq!(relation.gaps.len(), gaps, "{:?}", relation.gaps);
}

#[test]
fn order_counts_in_express() {
    check(
        &[(
            "app.js",
            "const express = require('express');\nconst app = express();\napp.get('/a', one);\napp.use(log);\napp.use('/b', [auth, [check]]);\napp.get('/b/c', two);\napp.get('/bc', three);",
        )],
        &["GET /a:  -> one", "GET /b/c: log, auth, check -> two", "GET /bc: log -> three"],
        0,
    );
    // What handles errors runs before nothing.
    check(
        &[(
            "app.js",
            "const app = require('express')();\nfunction failed(error, req, res, next) {}\napp.use(failed);\napp.get('/a', one);",
        )],
        &["GET /a:  -> one"],
        0,
    );
}

#[test]
fn handlers_are_found_under_their_wrappers() {
    let app = "import express from 'express';\nimport { list } from './users.js';\nimport { safe } from './safe.js';\nconst app = express();\napp.get('/a', safe(list));\napp.get('/b', safe(async (req, res) => {}));";
    let users = "import { safe } from './safe.js';\nexport const list = safe(async (req, res) => {});";
    let safe = "export const safe = (run) => (req, res, next) => run(req, res).catch(next);";
    let facts = facts(&[("app.js", app), ("safe.js", safe), ("users.js", users)]);
    let relation = facts.relation("route.endpoint").expect("the provider was asked");
    let column =
        |name: &str, row: usize| relation.rows[row].value(relation.info.column(name).expect("a column")).to_string();
    for (row, (function, line)) in [("users.js", "2"), ("app.js", "6")].into_iter().enumerate() {
        assert_eq!(column("function_file", row), function);
        assert_eq!(column("function_line", row), line);
        assert_eq!((column("wrapper", row), column("async", row)), ("safe".to_owned(), "true".to_owned()));
        assert_eq!(column("wrapper_resolves_to", row), "safe.js#safe");
    }
}

#[test]
fn what_is_computed_is_a_gap() {
    let of = |line: &str| format!("const app = require('express')();\n{line}");
    for (line, expected, gaps) in [
        ("app.get(pathOf('a'), one);", &[][..], 1),
        ("for (const path of paths()) app.get(path, one);", &[], 1),
        ("for (const path of ['/a', '/b']) app.get(path, one);", &["GET /a:  -> one", "GET /b:  -> one"], 0),
        // A setting, and a cache.
        ("app.get('env'); new Map().get('/a', 1);", &[], 0),
    ] {
        check(&[("app.js", &of(line))], expected, gaps);
    }
}

#[test]
fn applications_that_others_fill() {
    let app = "import express from 'express';\nasync function start() {\n  const app = express();\n  await require('./loaders').default({ expressApp: app });\n}\nstart();";
    let loaders = "import expressLoader from './web';\nexport default async ({ expressApp }) => {\n  await expressLoader({ app: expressApp });\n};";
    let web = "import express from 'express';\nimport log from 'morgan';\nexport default ({ app }: { app: express.Application }) => {\n  app.use(log());\n  app.get('/status', status);\n};";
    let files = [("app.ts", app), ("loaders.ts", loaders), ("web.ts", web)];
    // A framework whose name only a file of the three holds, and none that calls the last.
    check(&[files[0], files[1], files[2]], &["GET /status: log -> status"], 0);
    check(&[files[2]], &["GET /status: log -> status"], 0);
    let make = "import { OpenAPIHono } from '@hono/zod-openapi';\nimport { log } from './log';\nexport const createRouter = () => new OpenAPIHono({ strict: false });\nexport default function createApp() {\n  const app = createRouter();\n  app.use(log()).use(trace());\n  return app;\n}";
    let tasks = "import { createRouter } from './make';\nimport * as routes from './routes';\nexport default createRouter().openapi(routes.list, list).openapi(routes.one, one);";
    let routes = "import { createRoute } from '@hono/zod-openapi';\nexport const list = createRoute({ path: '/tasks', method: 'get' });\nexport const one = createRoute({ path: '/tasks/{id}', method: 'get' });";
    let main = "import createApp from './make';\nimport tasks from './tasks';\nconst app = createApp();\n[tasks].forEach((route) => app.route('/v1', route));\nexport default app;";
    check(
        &[("main.ts", main), ("make.ts", make), ("routes.ts", routes), ("tasks.ts", tasks)],
        &["GET /v1/tasks: log, trace -> list", "GET /v1/tasks/:id: log, trace -> one"],
        0,
    );
}

#[test]
fn applications_that_pass_through_files_without_the_framework() {
    let server = "import { Hono } from 'hono';\nimport { registerRoutes } from './routes';\nexport function createServer(dependencies) {\n  const app = new Hono({ strict: true });\n  app.use(log());\n  registerRoutes({ app, ...dependencies });\n  return { app };\n}";
    let routes = "import { registerTagsRoutes } from './tags';\nexport function registerRoutes(context: Context) {\n  registerTagsRoutes(context);\n}";
    let tags = "export function registerTagsRoutes(context: Context) {\n  setUp(context);\n}\nfunction setUp({ app, db }: Context) {\n  app.post(\n    '/api/tags',\n    requireUser(),\n    add,\n  );\n}";
    check(
        &[("server.ts", server), ("routes.ts", routes), ("tags.ts", tags)],
        &["POST /api/tags: log, requireUser -> add"],
        0,
    );
}

#[test]
fn plugins_of_a_folder() {
    let app = |options: &str| {
        format!(
            "import path from 'node:path';\nimport load from '@fastify/autoload';\nexport default async function (fastify, opts) {{\n  fastify.register(load, {{ dir: path.join(import.meta.dirname, 'routes'), {options} }});\n}}"
        )
    };
    let hooks =
        "export default async function (fastify) { fastify.addHook('onRequest', check); }\nasync function check() {}";
    let users = "export default async function (fastify) { fastify.get('/', list); }\nexport const autoPrefix = '/v1';";
    let item = "module.exports = async (fastify) => { fastify.get('/item', item); };";
    for (options, expected, gaps) in [
        (
            "autoHooks: true, cascadeHooks: true, routeParams: true, options: { prefix: '/api' }",
            &["GET /api/:id/item: check -> item", "GET /api: check -> root", "GET /api/v1: check -> list"],
            0,
        ),
        ("autoHooks: true", &["GET /_id/item:  -> item", "GET /: check -> root", "GET /v1:  -> list"], 0),
        (
            "autoHooks: true, dirNameRoutePrefix: false, ignoreFilter: (path) => skips(path)",
            &["GET /item:  -> item", "GET /: check -> root", "GET /v1:  -> list"],
            1,
        ),
    ] {
        check(
            &[
                ("src/app.js", &app(options)),
                ("src/routes/_id/item.js", item),
                ("src/routes/autohooks.js", hooks),
                ("src/routes/root.js", "export default async function (fastify) { fastify.get('/', root); }"),
                ("src/routes/users/index.js", users),
                // Beside an index nothing else is loaded.
                (
                    "src/routes/users/other.js",
                    "export default async function (fastify) { fastify.get('/other', other); }",
                ),
            ],
            expected,
            gaps,
        );
    }
    check(&[("src/app.js", &app("").replace("'routes'", "folder()"))], &[], 1);
}

#[test]
fn modules_that_give_on_what_another_gives() {
    let all =
        "const { Router } = require('express');\nconst api = Router();\napi.get('/a', one);\nmodule.exports = { api };";
    check(
        &[
            ("routes/all.js", all),
            ("routes/index.js", "module.exports = require('./all');"),
            (
                "server.js",
                "const app = require('express')();\nconst routes = require('./routes');\napp.use('/api', routes.api);",
            ),
        ],
        &["GET /api/a:  -> one"],
        0,
    );
}

#[test]
fn what_runs_for_parameters_and_below_paths() {
    let app = |lines: &str| format!("const express = require('express');\nconst app = express();\n{lines}");
    for (lines, expected) in [
        (
            "app.get('/a/:id', auth, one);\napp.param('id', load);\napp.get('/b', two);",
            &["GET /a/:id: load, auth -> one", "GET /b:  -> two"][..],
        ),
        (
            "const inner = express.Router({ mergeParams: true });\ninner.get('/c/:id', three);\napp.param('id', load);\napp.use('/a/:id', inner);",
            &["GET /a/:id/c/:id: load -> three"],
        ),
        (
            "app.param('id', (req, res, next, id) => next());\napp.route('/a/:id').get(one);\napp.use('/b/:id', inner());\nfunction inner() { const r = express.Router(); r.get('/', two); return r; }",
            &["GET /a/:id: app.js:3 -> one", "GET /b/:id: app.js:3 -> two"],
        ),
        // `get` of a star is about that method alone.
        (
            "app.get('*', user);\napp.get('/a', one);\napp.post('/a', two);",
            &["GET /*:  -> user", "GET /a: user -> one", "POST /a:  -> two"],
        ),
    ] {
        check(&[("app.js", &app(lines))], expected, 0);
    }
    let koa = "const Router = require('@koa/router');\nconst app = new (require('koa'))();\nconst router = new Router();\nrouter.param('slug', load).get('/:slug', one);\napp.use(router.routes());";
    check(&[("app.js", koa)], &["GET /:slug: load -> one"], 0);
}

#[test]
fn a_function_that_is_called_later_makes_its_router_once() {
    check(
        &[
            (
                "a.js",
                "const { Router } = require('express');\nmodule.exports = () => { const r = Router(); r.get('/a', one); return r; };",
            ),
            ("z.js", "const app = require('express')();\napp.use('/z', require('./a')());"),
        ],
        &["GET /z/a:  -> one"],
        0,
    );
}

#[test]
fn nest() {
    let main = "import { NestFactory } from '@nestjs/core';\nasync function start() {\n  const app = await NestFactory.create(AppModule);\n  app.setGlobalPrefix('api', { exclude: ['health'] });\n  app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });\n  app.useGlobalPipes(new ValidationPipe());\n}";
    let module = "import { APP_GUARD } from '@nestjs/core';\n@Module({ providers: [{ provide: APP_GUARD, useClass: JwtGuard }] })\nexport class AppModule {}";
    let decorator = "import { applyDecorators, UseGuards, SetMetadata } from '@nestjs/common';\nexport const Auth = (role) => applyDecorators(SetMetadata('role', role), UseGuards(RoleGuard));";
    let controller = "import { Controller, Get, Post, Version, UseGuards } from '@nestjs/common';\nimport { Auth } from './auth';\n@Controller('users')\n@UseGuards(OwnGuard)\nexport class Users {\n  @Get(':id')\n  one() {}\n  @Auth('admin')\n  @Version('2')\n  @Post()\n  add() {}\n}\n@Controller()\nexport class Health {\n  @Version(VERSION_NEUTRAL)\n  @Get('health')\n  health() {}\n}";
    check(
        &[
            ("src/app.module.ts", module),
            ("src/auth.ts", decorator),
            ("src/main.ts", main),
            ("src/users.controller.ts", controller),
        ],
        &[
            "GET /api/v1/users/:id: JwtGuard, OwnGuard, ValidationPipe -> Users.one",
            "POST /api/v2/users: JwtGuard, OwnGuard, RoleGuard, ValidationPipe -> Users.add",
            "GET /health: JwtGuard, ValidationPipe -> Health.health",
        ],
        0,
    );
    let own = "import { Get } from '@nestjs/common';\n@OwnController('a')\nexport class A {\n  @Get() one() {}\n}";
    check(&[("src/a.controller.ts", own)], &[], 1);
}

#[test]
fn middleware_of_nest_is_about_paths_and_methods() {
    let module = |call: &str| {
        format!(
            "import {{ RequestMethod, Module }} from '@nestjs/common';\nimport {{ Users }} from './users.controller';\n@Module({{}})\nexport class AppModule {{\n  configure(consumer) {{ consumer.apply(Log){call}; }}\n}}"
        )
    };
    let users = "import { Controller, Get, Post } from '@nestjs/common';\n@Controller('users')\nexport class Users {\n  @Get('all') all() {}\n  @Post('all') add(@Body(CheckPipe) body) {}\n  @Get('all/:id') one(@Param('id', new ParseIntPipe()) id) {}\n}";
    for (call, expected) in [
        (".forRoutes('users/all')", [true, true, true]),
        (".forRoutes({ path: 'users/all', method: RequestMethod.POST })", [false, true, false]),
        (".forRoutes({ path: 'users/all', method: RequestMethod.ALL })", [true, true, false]),
        (".exclude({ path: 'users/all', method: RequestMethod.GET }).forRoutes(Users)", [false, true, true]),
        (".exclude('users/all').forRoutes('*')", [false, false, true]),
        (".exclude(...['users/all', 'other']).forRoutes(...['*'])", [false, false, true]),
        (".forRoutes('other')", [false, false, false]),
    ] {
        let lines = ["GET /users/all: ", "POST /users/all: CheckPipe", "GET /users/all/:id: ParseIntPipe"];
        let handlers = ["all", "add", "one"];
        let expected: Vec<String> = lines
            .iter()
            .zip(handlers)
            .zip(expected)
            .map(|((line, handler), runs)| {
                let (endpoint, pipe) = line.split_once(": ").unwrap_or_default();
                let chain: Vec<&str> =
                    [if runs { "Log" } else { "" }, pipe].into_iter().filter(|name| !name.is_empty()).collect();
                format!("{endpoint}: {} -> Users.{handler}", chain.join(", "))
            })
            .collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check(&[("src/app.module.ts", &module(call)), ("src/users.controller.ts", users)], &expected, 0);
    }
}

#[test]
fn controllers_inherit_endpoints() {
    let crud = "import { Get, Post, UseGuards } from '@nestjs/common';\nexport abstract class Read {\n  @Get('all') all() {}\n}\nexport class Crud extends Read {\n  @UseGuards(Writes) @Post() add() {}\n  @Get(':id') one() {}\n}";
    let users = "import { Controller, Get, UseGuards } from '@nestjs/common';\nimport { Crud } from './crud';\n@UseGuards(Jwt)\n@Controller('users')\nexport class Users extends Crud {\n  @Get('own/:id') one() {}\n}";
    check(
        &[("src/crud.ts", crud), ("src/users.controller.ts", users)],
        &[
            "GET /users/all: Jwt -> Users.all",
            "POST /users: Jwt, Writes -> Users.add",
            "GET /users/own/:id: Jwt -> Users.one",
        ],
        0,
    );
    let mixed = users.replace("extends Crud", "extends CrudOf(User)");
    check(&[("src/crud.ts", crud), ("src/users.controller.ts", &mixed)], &["GET /users/own/:id: Jwt -> Users.one"], 1);
}

#[test]
fn next() {
    let route = "export const GET = withAuth(async () => {});\nexport async function POST() {}";
    let middleware = "import { NextResponse } from 'next/server';\nexport function middleware() {}\nexport const config = { matcher: ['/api/users/:path*'] };";
    check(
        &[
            ("middleware.ts", middleware),
            ("app/api/users/route.ts", route),
            ("pages/api/[...all].ts", "export default function all(req, res) {}"),
        ],
        &[
            "GET /api/users: middleware -> app/api/users/route.ts:1",
            "POST /api/users: middleware -> POST",
            "ANY /api/:all:  -> pages/api/[...all].ts#all",
        ],
        0,
    );
}

#[test]
fn trpc() {
    let trpc = "import { initTRPC } from '@trpc/server';\nconst t = initTRPC.context().create();\nexport const router = t.router;\nexport const open = t.procedure;\nconst isUser = t.middleware(({ next }) => next());\nexport const closed = t.procedure.use(isUser);";
    let users = "import { router, open, closed } from './trpc';\nexport const users = router({ list: open.query(list), add: closed.input(schema).use(audit).mutation(add) });";
    let root = "import { router, open } from './trpc';\nimport { users } from './users';\nexport const app = router({ users, ping: open.query(() => 1) });\nexport type App = typeof app;";
    check(
        &[("root.ts", root), ("trpc.ts", trpc), ("users.ts", users)],
        &["QUERY /ping:  -> root.ts:3", "QUERY /users/list:  -> list", "MUTATION /users/add: isUser, audit -> add"],
        0,
    );
}

#[test]
fn procedures_that_begin_with_long_chains() {
    let uses: String = (0..12).map(|number| format!(".use(step{number})")).collect();
    let trpc = format!(
        "import {{ initTRPC }} from '@trpc/server';\nconst t = initTRPC.context().create();\nexport const router = t.router;\nexport const open = t.procedure{uses};\nexport const closed = open.use(isUser);\nexport function scoped(name) {{ return closed.use(inScope); }}"
    );
    let users = "import { router, closed, scoped } from '../trpc';\nconst mine = scoped('users');\nimport { given } from './elsewhere';\nexport const users = router({ list: closed.input(a).output(b).query(list), own: mine.query(own), add: given.mutation(add) });";
    let root =
        "import { router } from '../trpc';\nimport { users } from './users';\nexport const app = router({ users });";
    let steps: Vec<String> = (0..12).map(|number| format!("step{number}")).collect();
    let list = format!("QUERY /users/list: {}, isUser -> list", steps.join(", "));
    let own = format!("QUERY /users/own: {}, isUser, inScope -> own", steps.join(", "));
    check(
        &[("src/trpc.ts", &trpc), ("src/routers/_app.ts", root), ("src/routers/users.ts", users)],
        &[&list, &own, "MUTATION /users/add: ? -> add"],
        0,
    );
}

#[test]
fn procedures_in_files_that_use_their_own_exports() {
    let trpc = "const { initTRPC } = require('@trpc/server');\nconst t = initTRPC.create();\nexports.router = t.router;\nexports.open = t.procedure.use(t.middleware(async function log({ next }) { return next(); }));\nexports.closed = exports.open.use(isUser);\nasync function isUser({ next }) { return next(); }";
    let users = "const { router, closed } = require('./trpc');\nmodule.exports = router({ me: closed.query(me) });";
    let app = "const { router, open } = require('./trpc');\nconst users = require('./users');\nmodule.exports = router({ users, ping: open.query(ping) });";
    check(
        &[("app.js", app), ("trpc.js", trpc), ("users.js", users)],
        &["QUERY /ping: log -> ping", "QUERY /users/me: log, isUser -> me"],
        0,
    );
}

#[test]
fn layers_that_are_put_on_at_once() {
    let main = "use axum::{routing::get, Router};\nfn app() -> Router {\n    Router::new().route(\"/a\", get(a)).layer(ServiceBuilder::new().layer(Outer::new()).layer(Inner::new())).layer((Second, Third))\n}\nasync fn a() {}";
    check(&[("src/main.rs", main)], &["GET /a: Second, Third, Outer, Inner -> a"], 0);
}

#[test]
fn what_python_hands_on() {
    let setup = "from fastapi import APIRouter, FastAPI\ndef create(name: str, router: APIRouter, debug=False) -> FastAPI:\n    app = FastAPI()\n    app.include_router(router, prefix='/api')\n    return app";
    let main = "from .api import router\nfrom .setup import create\napp = create(debug=True, router=router, name='a')";
    let api = "from fastapi import APIRouter\nrouter = APIRouter()\nfrom . import items";
    let items = "from .api import router\n@router.get('/items')\nasync def items():\n    return []";
    check(
        &[("app/api.py", api), ("app/items.py", items), ("app/main.py", main), ("app/setup.py", setup)],
        &["GET /api/items:  -> items"],
        0,
    );
    let main = "from flask import Blueprint\nbp = Blueprint('main', __name__)\n@bp.before_app_request\ndef seen(): pass\n@bp.before_request\ndef own(): pass\n@bp.route('/')\ndef index(): pass";
    let init = "from flask import Blueprint, Flask\nfrom .main import bp as main\nauth = Blueprint('auth', __name__, url_prefix='/auth')\n@auth.route('/login', methods=['POST'])\ndef login(): pass\ndef create():\n    app = Flask(__name__)\n    app.register_blueprint(auth)\n    app.register_blueprint(main)\n    return app";
    check(
        &[("app/__init__.py", init), ("app/main.py", main)],
        &["POST /auth/login: seen -> login", "GET /: seen, own -> index"],
        0,
    );
    let app = "from starlette.applications import Starlette\nfrom starlette.routing import Mount, Route\nfrom starlette.middleware import Middleware\nroutes = [Route('/', home)]\nmiddleware = []\nmiddleware += [Middleware(Session)]\nroutes.append(Mount('/a', routes=[Route('/b', b)]))\napp = Starlette(routes=routes, middleware=middleware)";
    check(&[("app.py", app)], &["GET /: Session -> home", "GET /a/b: Session -> b"], 0);
    let urls = "from django.urls import path\nfrom .views import Books, Make\nurlpatterns = [path('books/', Books.as_view()), path('make/', Make.as_view())]";
    let views = "from django.views.generic import CreateView\nfrom rest_framework.generics import ListCreateAPIView\nclass Books(ListCreateAPIView):\n    pass\nclass Make(CreateView):\n    def get(self, request): pass";
    check(
        &[("shop/urls.py", urls), ("shop/views.py", views)],
        &[
            "GET /books:  -> Books",
            "POST /books:  -> Books",
            "GET /make:  -> Make",
            "POST /make:  -> Make",
            "PUT /make:  -> Make",
        ],
        0,
    );
}

#[test]
fn axum() {
    let main = "mod users;\nuse axum::{middleware, routing::{get, post}, Router};\nfn app() -> Router {\n    Router::new()\n        .route(\"/a\", get(a).post(b).layer(inner()))\n        .nest(\"/users\", users::router())\n        .layer(middleware::from_fn(auth))\n        .route(\"/open\", get(open))\n        .layer(TraceLayer::new_for_http())\n}\nasync fn a() {}\nasync fn auth() {}";
    let users = "use axum::{routing::delete, Router};\npub fn router() -> Router {\n    Router::new().route(\"/{id}\", delete(remove))\n}\nasync fn remove() {}";
    check(
        &[("src/main.rs", main), ("src/users.rs", users)],
        &[
            "GET /a: TraceLayer, auth, inner -> a",
            "POST /a: TraceLayer, auth, inner -> b",
            "GET /open: TraceLayer -> open",
            "DELETE /users/:id: TraceLayer, auth -> remove",
        ],
        0,
    );
}

#[test]
fn actix_and_rocket() {
    let main = "mod users;\nuse actix_web::{web, App, HttpServer};\nfn main() {\n    HttpServer::new(|| App::new().wrap(Logger::default()).configure(users::config).route(\"/a\", web::get().to(a)).wrap(Cors::default()));\n}\nasync fn a() {}";
    let users = "use actix_web::{get, web};\npub fn config(cfg: &mut web::ServiceConfig) {\n    cfg.service(web::scope(\"/users\").service(one).service(web::resource(\"/all\").route(web::post().to(all))));\n}\n#[get(\"/{id}\")]\nasync fn one() {}\nasync fn all() {}";
    check(
        &[("src/main.rs", main), ("src/users.rs", users)],
        &["GET /a: Cors, Logger -> a", "POST /users/all: Cors, Logger -> all", "GET /users/:id: Cors, Logger -> one"],
        0,
    );
    let main = "#[macro_use] extern crate rocket;\n#[get(\"/<id>?<q>\")]\nfn one(id: u32, q: u32, user: AdminUser, pool: &State<Pool>) {}\n#[launch]\nfn start() -> _ { rocket::build().mount(\"/a\", routes![one]) }";
    check(&[("src/main.rs", main)], &["GET /a/:id: AdminUser -> one"], 0);
}

#[test]
fn sets_of_views() {
    let urls = "from django.urls import include, path\nfrom rest_framework.routers import DefaultRouter\nfrom .views import Users\nrouter = DefaultRouter()\nrouter.register(r'users', Users)\nurlpatterns = [path('api/', include(router.urls)), path('x/', include('other.urls'))]";
    let views = "from rest_framework.viewsets import ReadOnlyModelViewSet\nfrom rest_framework.decorators import action\nclass Users(ReadOnlyModelViewSet):\n    permission_classes = [IsAuthenticated]\n    @action(detail=True, methods=['post'])\n    def block(self, request, pk): pass";
    check(
        &[("shop/urls.py", urls), ("shop/views.py", views)],
        &[
            "GET /api/users: IsAuthenticated -> Users",
            "GET /api/users/:pk: IsAuthenticated -> Users",
            "POST /api/users/:pk/block: IsAuthenticated -> Users",
        ],
        1,
    );
}

#[test]
fn what_is_chosen_when_it_runs_is_open() {
    let app = |runs: &str| {
        format!(
            "const app = require('express')();\nconst limit = isProduction ? few() : (req, res, next) => next();\nconst same = a ? auth : auth;\nfunction auth() {{}}\napp.post('/a', {runs}, one);\napp.post('/b', two);"
        )
    };
    for (runs, expected) in [
        ("limit", "?"),
        ("...(isProduction ? [few()] : [])", "?"),
        ("isProduction && few()", "?"),
        ("given ?? auth", "?"),
        // Whatever the condition says, it is the same.
        ("same", "same"),
    ] {
        let line = format!("POST /a: {expected} -> one");
        check(&[("app.js", &app(runs))], &[&line, "POST /b:  -> two"], 0);
    }
    let facts = facts(&[("app.js", &app("limit"))]);
    let relation = facts.relation("route.endpoint").expect("the provider was asked");
    let complete = relation.info.column("complete").expect("a column");
    let found: Vec<String> = relation.rows.iter().map(|row| row.value(complete).to_string()).collect();
    assert_eq!(found, ["false", "true"]);
}

#[test]
fn a_request_goes_on_behind_a_router() {
    let app = "const express = require('express');\nconst app = express();\nconst first = express.Router(), second = express.Router();\nfirst.use(auth);\nfirst.get('/one', one);\nfirst.use('/three', check);\nsecond.get('/two', two);\nsecond.get('/three', three);\napp.use('/api', log, first);\napp.use('/api', second);\napp.get('/apis', last);";
    check(
        &[("app.js", app)],
        &[
            "GET /api/one: log, auth -> one",
            "GET /api/two: log, auth -> two",
            "GET /api/three: log, auth, check -> three",
            "GET /apis:  -> last",
        ],
        0,
    );
    // A router of Koa runs what it was given for its own routes alone.
    let koa = "const Koa = require('koa'), Router = require('@koa/router');\nconst app = new Koa(), first = new Router(), second = new Router();\nfirst.use(auth);\nfirst.get('/one', one);\nsecond.get('two', two);\nsecond.use(plugin.routes());\napp.use(first.routes());\napp.use(second.routes());";
    check(&[("app.js", koa)], &["GET /one: auth -> one", "GET /two:  -> two"], 1);
}

#[test]
fn chains_are_as_long_as_a_router_has_routes() {
    let routes: String = (0..40).map(|number| format!("\n  .get('/{number}', one)")).collect();
    let app = format!(
        "import {{ Hono }} from 'hono';\nconst inner = new Hono().use(auth){routes};\nexport default new Hono().route('/a', inner);"
    );
    let expected: Vec<String> = (0..40).map(|number| format!("GET /a/{number}: auth -> one")).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(&[("app.ts", &app)], &expected, 0);
}

#[test]
fn routers_that_document_their_routes() {
    let main = "mod web;\nuse utoipa_axum::{router::OpenApiRouter, routes};\nuse web::ui;\nfn app() -> Router {\n    let (router, api) = OpenApiRouter::new().nest(\"/ui\", OpenApiRouter::new().routes(routes!(ui::list, ui::add)).layer(Auth::new())).split_for_parts();\n    router.layer(Trace::new())\n}";
    let web = "pub mod ui;";
    let ui = "use axum::Json;\n#[utoipa::path(get, path = \"/items\")]\npub async fn list() {}\n#[utoipa::path(post, path = \"/items\")]\npub async fn add() {}";
    check(
        &[("src/main.rs", main), ("src/web/mod.rs", web), ("src/web/ui.rs", ui)],
        &["GET /ui/items: Trace, Auth -> list", "POST /ui/items: Trace, Auth -> add"],
        0,
    );
}

#[test]
fn lists_of_which_one_is_mounted() {
    let main = "use rocket::{get, routes};\n#[get(\"/a\")]\nfn a() {}\n#[get(\"/b\")]\nfn b() {}\nfn listed() -> Vec<Route> {\n    match kind() {\n        \"a\" => routes![\n            a, // as before\n        ],\n        _ => routes![b],\n    }\n}\nfn launch() { rocket::build().mount(\"/x\", listed()) }";
    check(&[("src/main.rs", main)], &["GET /x/a:  -> a", "GET /x/b:  -> b"], 1);
}

#[test]
fn functions_of_the_module_above() {
    let module = "pub mod a;\nuse axum::Router;\npub(crate) fn limited(mut router: Router<S>) -> Router<S> {\n    if few {\n        router = router.layer(Timeout::new());\n    }\n    router\n}";
    let inner = "use axum::{routing::get, Router};\nuse super::limited;\npub fn create() -> Router {\n    let load = limited(Router::new().route(\"/load\", get(load)));\n    Router::new().merge(load)\n}\nasync fn load() {}";
    let main = "mod routes;\nuse axum::Router;\nfn app() -> Router { Router::new().nest(\"/a\", routes::a::create()) }";
    check(
        &[("src/main.rs", main), ("src/routes/a.rs", inner), ("src/routes/mod.rs", module)],
        &["GET /a/load: Timeout -> load"],
        0,
    );
}

#[test]
fn a_method_that_a_router_has_from_elsewhere() {
    let main = "use axum::{routing::get, Router};\nfn app() -> Router {\n    let inner = Router::new().route(\"/a\", get(a)).negotiate(caps).route(\"/b\", get(b)).with_state(state);\n    let app = if bare { inner } else { Router::new().nest(path, inner) };\n    app.layer(Trace::new())\n}\nasync fn a() {}\nasync fn b() {}";
    check(&[("src/main.rs", main)], &["GET /:computed/a: Trace, negotiate -> a", "GET /:computed/b: Trace -> b"], 1);
}
