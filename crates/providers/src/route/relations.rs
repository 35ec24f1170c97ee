//! Relations of routes: what they are about, and their columns.

use auditlint_facts::{RelationInfo, column, detail, relation};

pub(super) static RELATIONS: [RelationInfo; 4] = [
    relation(
        "route.endpoint",
        "An endpoint of an HTTP service that code declares.",
        &[
            column(
                "method",
                "its method in capitals, `ANY` for all of them; of tRPC `QUERY`, `MUTATION`, `SUBSCRIPTION`",
            ),
            column("path", "its path behind every prefix that is known, parameters as `:name`"),
            detail(
                "framework",
                "what declares it: `express`, `fastify`, `koa`, `hono`, `nest`, `next`, `trpc`, `effect`, `axum`, `actix-web`, `rocket`, `fastapi`, `flask`, `django`, `starlette`; `router` for others",
            ),
            detail("route", "which route it is, for `route.middleware`: no other row has the same"),
            detail(
                "handler",
                "the function that answers, as it is written: `list`, `UsersController.one`; nothing where it has no name",
            ),
            detail(
                "resolves_to",
                "what that is: `src/users.ts#list` in the project, `src/app.ts:12` (a line) where it has no name, `package#name` of a package; nothing where nobody can say",
            ),
            detail("function_file", "the file in which that function stands"),
            detail("function_line", "the line in which it begins"),
            detail("async", "whether it is `async`; nothing where nobody can say"),
            detail("wrapper", "the function that the handler is handed to where it is declared: `asyncHandler`"),
            detail("wrapper_resolves_to", "what that is, as `resolves_to`"),
            detail("middleware", "what runs before the handler, in order, as `a, b, c`"),
            detail("complete", "whether all that runs before the handler is known"),
            detail("file", "the file that declares it"),
        ],
    ),
    relation(
        "route.ending",
        "An endpoint under each part of its path that a list may write: the whole of it, or what follows some of its parts, with parameters by name and as `*`.",
        &[column("endpoint", "`METHOD /path`"), detail("path", "the whole path")],
    ),
    relation(
        "route.middleware",
        "Something that runs before the handler of an endpoint, at the place where it is put there. An endpoint that is not `complete` may lack some.",
        &[
            column("endpoint", "`METHOD /path`"),
            column(
                "name",
                "its name as it is written, without what it is called with: `passport.authenticate`; nothing where it has none",
            ),
            detail("position", "which it is in the chain, the first is 1"),
            detail("route", "the route, as in `route.endpoint`"),
            detail(
                "resolves_to",
                "what it is: `src/auth.ts#requireUser` in the project, `src/app.ts:12` (a line) where it has no name, `package#name` of a package; nothing where nobody can say",
            ),
            detail("function_file", "the file of the project in which its function stands"),
            detail("function_line", "the line in which it begins"),
            detail(
                "kind",
                "how it is put there: `use`, `route` (beside the handler), `param` (of a parameter of the path), `hook`, `guard`, `pipe`, `interceptor`, `filter`, `decorator`, `dependency`, `layer`, `procedure`, `matcher`",
            ),
            detail("call", "whether what runs is what a call gives: `helmet()`"),
            detail("framework", "what declares the endpoint"),
        ],
    ),
    relation(
        "route.registration",
        "Something that an application or router is given, in order, in a framework in which the order counts.",
        &[
            column("router", "the application or router: `src/app.ts#app`"),
            column("name", "its name as it is written, without what it is called with; of a route `METHOD /path`"),
            detail("position", "which it is in the router, the first is 1"),
            detail("kind", "`middleware`, `error-handler`, `route`, `router`"),
            detail("at", "the path or pattern for which it runs, inside of the router"),
            detail("resolves_to", "what it is, as in `route.middleware`"),
            detail("call", "whether it is what a call gives"),
            detail("root", "whether the router is an application, which nothing else takes in"),
            detail("framework", "`express`, `fastify`, `koa`, `hono`"),
        ],
    ),
];
