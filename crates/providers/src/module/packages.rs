//! What it says of a module that it imports a package.

use auditlint_names::is_builtin_module;
use auditlint_source::ModuleKind;

use super::fact::Weight;

/// Packages by the kind of code that imports them. A name with `/`, `-` or `:` at its end stands for all that begin so.
const BY_KIND: &[(ModuleKind, Weight, &[&str])] = &[
    (
        ModuleKind::Server,
        Weight::Plain,
        &[
            "express",
            "express-",
            "fastify",
            "@fastify/",
            "koa",
            "@koa/",
            "hono",
            "@hono/",
            "@nestjs/",
            "@hapi/",
            "restify",
            "polka",
            "h3",
            "nitropack",
            "elysia",
            "next/server",
            "next/headers",
            "server-only",
            "@sveltejs/kit/node",
            "@remix-run/node",
            "@remix-run/server-runtime",
            "@react-router/node",
            "@trpc/server",
            "@apollo/server",
            "graphql-yoga",
            "@grpc/grpc-js",
            "socket.io",
            "ws",
            "aws-lambda",
            "@aws-lambda-powertools/",
            "@prisma/client",
            "drizzle-orm",
            "typeorm",
            "sequelize",
            "knex",
            "kysely",
            "pg",
            "mysql2",
            "mongodb",
            "mongoose",
            "redis",
            "ioredis",
            "bullmq",
            "jsonwebtoken",
            "bun:sqlite",
            "better-sqlite3",
            // Bots answer what people ask them.
            "discord.js",
            "@discordjs/",
            "eris",
            "telegraf",
            "grammy",
            "node-telegram-bot-api",
            "@slack/bolt",
            "tmi.js",
        ],
    ),
    (
        ModuleKind::Browser,
        Weight::Light,
        &[
            "react",
            "react-dom",
            "preact",
            "vue",
            "svelte",
            "solid-js",
            "lit",
            "@angular/",
            "@tauri-apps/",
            "electron",
            "vscode",
            "obsidian",
            "zustand",
            "jotai",
            "mobx",
            "@reduxjs/toolkit",
            "react-redux",
            "pinia",
        ],
    ),
    (ModuleKind::Browser, Weight::Declared, &["client-only"]),
    (
        ModuleKind::Mobile,
        Weight::Plain,
        &["react-native", "@react-native/", "expo", "expo-", "@capacitor/", "nativescript"],
    ),
    (
        ModuleKind::Cli,
        Weight::Plain,
        &[
            "commander",
            "yargs",
            "@oclif/",
            "clipanion",
            "cac",
            "ink",
            "meow",
            "citty",
            "inquirer",
            "@inquirer/",
            "@clack/prompts",
            "prompts",
            "ora",
        ],
    ),
    (ModuleKind::Worker, Weight::Plain, &["cloudflare:", "comlink"]),
];

/// Modules of Node.js that bundlers give a browser as well.
const NEUTRAL: &[&str] = &[
    "assert",
    "buffer",
    "events",
    "path",
    "process",
    "punycode",
    "querystring",
    "string_decoder",
    "timers",
    "url",
    "util",
];

/// What importing a specifier says.
pub(super) fn of_import(specifier: &str) -> Option<(ModuleKind, Weight)> {
    let is_of = |known: &str| {
        let is_open = known.ends_with(['/', '-', ':']);
        specifier.strip_prefix(known).is_some_and(|rest| is_open || rest.is_empty() || rest.starts_with('/'))
    };
    if is_builtin_module(specifier) {
        let module = specifier.trim_start_matches("node:");
        let is_neutral = NEUTRAL.contains(&module.split('/').next().unwrap_or(module));
        return (!is_neutral).then_some((ModuleKind::Server, Weight::Plain));
    }
    // The renderers of a server lie below the package of the browser.
    if specifier.ends_with("/server") && !specifier.starts_with(['.', '@', '~', '#']) {
        return Some((ModuleKind::Server, Weight::Plain));
    }
    BY_KIND
        .iter()
        .find(|(_, _, known)| known.iter().any(|known| is_of(known)))
        .map(|(kind, weight, _)| (*kind, *weight))
}

/// The kind of code that imports such a specifier, where it says one.
#[must_use]
pub fn kind_of_import(specifier: &str) -> Option<ModuleKind> {
    of_import(specifier).map(|(kind, _)| kind)
}

/// What declaring a dependency says of a package of npm: a server, a bundler for browsers, an app.
pub(super) fn of_dependency(package: &str) -> Option<ModuleKind> {
    const SERVERS: &[&str] = &[
        "express",
        "fastify",
        "koa",
        "hono",
        "@nestjs/core",
        "@hapi/hapi",
        "restify",
        "polka",
        "elysia",
        "@trpc/server",
        "@apollo/server",
        "graphql-yoga",
        "apollo-server-express",
        "bullmq",
    ];
    const BUNDLERS: &[&str] = &[
        "vite",
        "webpack",
        "react-scripts",
        "parcel",
        "@angular/cli",
        "@vue/cli-service",
        "@rsbuild/core",
        "snowpack",
        "@sveltejs/vite-plugin-svelte",
    ];
    const MOBILE: &[&str] = &["react-native", "expo", "@capacitor/core", "@nativescript/core"];
    let is = |known: &[&str]| known.contains(&package);
    match () {
        () if is(SERVERS) => Some(ModuleKind::Server),
        () if is(MOBILE) => Some(ModuleKind::Mobile),
        () if is(BUNDLERS) => Some(ModuleKind::Browser),
        () => None,
    }
}

/// Whether a package of that name renders components on a server.
pub(super) fn renders_on_server(package: &str) -> bool {
    matches!(
        package,
        "next"
            | "nuxt"
            | "@sveltejs/kit"
            | "@remix-run/react"
            | "@react-router/dev"
            | "astro"
            | "gatsby"
            | "@tanstack/react-start"
            | "@solidjs/start"
    )
}

/// What a crate says of the program that depends on it.
pub(super) fn of_crate(name: &str) -> Option<ModuleKind> {
    const SERVERS: &[&str] = &[
        "axum",
        "actix-web",
        "actix_web",
        "rocket",
        "tonic",
        "warp",
        "poem",
        "salvo",
        "tide",
        "ntex",
        "lambda_http",
        "lambda_runtime",
        "jsonrpsee",
        "async-graphql-axum",
    ];
    const BROWSERS: &[&str] =
        &["wasm-bindgen", "wasm_bindgen", "yew", "web-sys", "web_sys", "gloo", "tauri", "eframe", "egui", "iced"];
    const TOOLS: &[&str] = &["clap", "structopt", "argh", "pico-args", "lexopt", "bpaf", "gumdrop"];
    let is = |known: &[&str]| known.contains(&name);
    match () {
        () if is(SERVERS) => Some(ModuleKind::Server),
        () if is(BROWSERS) => Some(ModuleKind::Browser),
        () if is(TOOLS) => Some(ModuleKind::Cli),
        () => None,
    }
}

/// Crates that speak the protocols of the web below any framework, for servers as for clients.
pub(super) const SPEAK_PROTOCOLS: &[&str] =
    &["hyper", "hyper-util", "tungstenite", "tokio-tungstenite", "h2", "h3", "quinn"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_say_what_imports_them() {
        for (specifier, expected) in [
            ("express", Some(ModuleKind::Server)),
            ("express-session", Some(ModuleKind::Server)),
            ("expressive", None),
            ("node:fs/promises", Some(ModuleKind::Server)),
            ("fs", Some(ModuleKind::Server)),
            ("node:path", None),
            ("events", None),
            ("react", Some(ModuleKind::Browser)),
            ("react-dom/server", Some(ModuleKind::Server)),
            ("react-native", Some(ModuleKind::Mobile)),
            ("@nestjs/common", Some(ModuleKind::Server)),
            ("./server", None),
            ("@/server", None),
            ("cloudflare:workers", Some(ModuleKind::Worker)),
            ("commander", Some(ModuleKind::Cli)),
            ("lodash", None),
        ] {
            assert_eq!(of_import(specifier).map(|(kind, _)| kind), expected, "{specifier}");
        }
    }
}
