//! Packages whose applications and routers are known, and the types that say that something is one.

use auditlint_names::ExportPath;

use super::super::fact::Framework;

/// Modules whose applications and routers are known.
pub(super) const FRAMEWORKS: &[&str] = &[
    "express",
    "fastify",
    "koa",
    "hono",
    "elysia",
    "polka",
    "restify",
    "itty-router",
    "find-my-way",
    "tinyhttp",
    "feathersjs",
    "nestjs",
    "trpc",
];

/// A package by what makes a router: the framework, and whether that is an application.
pub(super) fn maker(made_by: &ExportPath) -> Option<(Framework, bool)> {
    use Framework::{Express, Fastify, Hono, Koa, Router, Trpc};
    let module = &*made_by.module;
    let name = made_by.name.strip_prefix("default.").unwrap_or(&made_by.name);
    let is_whole = matches!(name, "" | "default");
    Some(match module {
        "express" | "ultimate-express" | "hyper-express" => match name {
            "Router" | "express.Router" => (Express, false),
            "express" | "Express" | "application" => (Express, true),
            _ if is_whole => (Express, true),
            _ => return None,
        },
        "express-promise-router" | "express-async-router" if is_whole || name == "Router" => (Express, false),
        "@feathersjs/express" if is_whole || name == "express" => (Express, true),
        "@tinyhttp/app" if name == "App" => (Express, true),
        "polka" if is_whole => (Express, true),
        "restify" if name == "createServer" => (Express, true),
        "restify-router" | "itty-router" if name.ends_with("Router") || is_whole => (Router, module == "itty-router"),
        "find-my-way" if is_whole => (Router, true),
        "fastify" if is_whole || matches!(name, "fastify" | "Fastify") => (Fastify, true),
        "koa" if is_whole => (Koa, true),
        "koa-router" | "@koa/router" if is_whole || name == "Router" => (Koa, false),
        // `SwaggerRouter` of `koa-swagger-decorator`, `koa-better-router`: a class of routers for Koa.
        _ if module.starts_with("koa-") && (name.ends_with("Router") || (is_whole && module.ends_with("-router"))) => {
            (Koa, false)
        }
        "hono" | "hono/tiny" | "hono/quick" if name == "Hono" => (Hono, false),
        "@hono/zod-openapi" if name == "OpenAPIHono" => (Hono, false),
        "elysia" if is_whole || name == "Elysia" => (Router, false),
        "@trpc/server" if name == "router" => (Trpc, false),
        _ => return None,
    })
}

/// The framework whose application, router or plugin a type is, by what exports it.
pub(super) fn typed(module: &str, name: &str) -> Option<Framework> {
    let name = name.strip_prefix("default.").unwrap_or(name);
    let name = name.strip_prefix("express.").unwrap_or(name);
    Some(match module {
        "express" | "express-serve-static-core" | "ultimate-express" => match name {
            "Express" | "Application" | "Router" | "IRouter" | "core.Express" => Framework::Express,
            _ => return None,
        },
        "fastify" if name.starts_with("FastifyInstance") || is_plugin(name) => Framework::Fastify,
        _ if is_plugin(name) => Framework::Fastify,
        "koa" | "koa-router" | "@koa/router" if matches!(name, "" | "default" | "Router") => Framework::Koa,
        "hono" | "@hono/zod-openapi" if matches!(name, "Hono" | "OpenAPIHono") => Framework::Hono,
        "elysia" if name == "Elysia" => Framework::Router,
        _ => return None,
    })
}

/// Whether a type is that of a function which Fastify hands an instance.
pub(super) fn is_plugin(name: &str) -> bool {
    name.starts_with("FastifyPlugin")
}
