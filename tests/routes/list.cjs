// Prints the routes of an application as its framework has them: method, path, and the names of what runs before the handler.
//
//     list.cjs FRAMEWORK FILE
const path = require("node:path");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const [framework, file] = process.argv.slice(2);
const found = [];
const say = (method, at, chain) => found.push({ method, path: at, chain });
const sample = (at) =>
  at.replace(/\{\*(\w+)\}/g, "x").replace(/\*\w*/g, "x").replace(/:(\w+)(\{[^}]*\})?/g, "x") || "/";
const joined = (before, after) => `/${[before, after].map((part) => part.replace(/^\/+|\/+$/g, "")).filter(Boolean).join("/")}`;

// A layer of Express keeps no path, so it is noted where the layer is made.
function noteMounts(asked) {
  const { Router } = createRequire(path.resolve(asked))("express");
  // Of Express 4 it is the function itself that routers inherit from.
  const methods = Router.prototype?.use ? Router.prototype : Router;
  const { use } = methods;
  methods.use = function (...parts) {
    const before = this.stack.length;
    const done = use.apply(this, parts);
    const [first] = parts.flat(Infinity);
    for (const layer of this.stack.slice(before)) layer.mount = typeof first === "string" ? first : "";
    return done;
  };
  // An application inside of another is called by a function that does not say which it is.
  const { application } = createRequire(path.resolve(asked))("express");
  const useOf = application.use;
  application.use = function (...parts) {
    const done = useOf.apply(this, parts);
    const mounted = parts.flat(Infinity).filter((part) => part.handle && part.set);
    const layers = (this._router ?? this.router).stack.filter(({ name, app }) => name === "mounted_app" && !app);
    layers.forEach((layer, place) => (layer.app = mounted[place]));
    return done;
  };
}

function express(router, prefix, outer) {
  const active = [];
  // What a request for a path passes in this router; one that finds no route in a router goes on behind it.
  const passed = (at, method) =>
    active.flatMap((one) => {
      // Newer layers give back what matched, older ones keep it.
      const match = (!one.method || one.method === method) && one.layer.match(at);
      if (!match) return [];
      return one.below ? one.below(at.slice((match.path ?? one.layer.path).length) || "/", method) : [one.name];
    });
  const runs = (at, method) => [...outer(at, method), ...passed(sample(at), method)];
  // What runs for the parameters of a path.
  const params = (at) => [...at.matchAll(/:(\w+)/g)].flatMap(([, name]) => (router.params[name] ?? []).map((run) => run.name));
  for (const layer of router.stack) {
    if (layer.route) {
      for (const at of [layer.route.path].flat()) {
        const before = [];
        // `all` of an application has a layer for each method that there is.
        if (layer.route.stack.length > 30) {
          say("ANY", joined(prefix, at), runs(at));
          if (at.includes("*")) active.push({ layer, name: layer.route.stack[0].name });
          continue;
        }
        for (const { method, handle, name } of layer.route.stack) {
          const rest = layer.route.stack.filter((other) => other.method === method).at(-1);
          if (rest.handle !== handle || (!method && layer.route.stack.some((other) => other.method))) before.push({ method, name });
          else {
            const own = before.filter((other) => !other.method || other.method === method).map((other) => other.name);
            say(method ? method.toUpperCase() : "ANY", joined(prefix, at), [...runs(at, method), ...params(at), ...own]);
          }
        }
        for (const { method, name } of at.includes("*") ? layer.route.stack : []) active.push({ layer, method, name });
      }
    } else if (layer.handle.stack || layer.app) {
      const { mount, app } = layer;
      const inner = app ? (app._router ?? app.router) : layer.handle;
      const below = express(inner, joined(prefix, mount), (at, method) => [...runs(joined(mount, at), method), ...params(mount)]);
      active.push({ layer, below });
    } else if (layer.handle.length < 4 && !["query", "expressInit"].includes(layer.name)) active.push({ layer, name: layer.name });
  }
  return passed;
}

function fastify(app) {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    const text = app.printRoutes({ includeHooks: true, commonPrefix: false, method });
    const above = [];
    let last;
    for (const line of text.split("\n").filter((line) => line.trim())) {
      const hook = line.match(/• \((\w+)\) (\[.*\])$/);
      if (hook) {
        if (last) last[hook[1]] = JSON.parse(hook[2]).map((name) => name.replace("()", ""));
        continue;
      }
      const entry = line.match(/^([│ ]*)[├└]── (.*?)(?: \(([A-Z, ]+)\))?$/);
      if (!entry) continue;
      const depth = entry[1].length / 4;
      above.length = depth;
      above.push(entry[2]);
      last = undefined;
      if (entry[3]) {
        last = {};
        found.push({ method, path: above.join(""), hooks: last });
      }
    }
  }
  for (const route of found) {
    const stages = ["onRequest", "preParsing", "preValidation", "preHandler"];
    route.chain = stages.flatMap((stage) => route.hooks[stage] ?? []);
    delete route.hooks;
  }
}

function koa(app) {
  const before = [];
  for (const middleware of app.middleware) {
    if (!middleware.router) {
      // What `allowedMethods` gives has no name.
      before.push(middleware.name || "allowedMethods");
      continue;
    }
    const { stack } = middleware.router;
    stack.forEach((layer, place) => {
      const methods = layer.methods.filter((method) => method !== "HEAD");
      const passed = stack.slice(0, place).filter((other) => !other.methods.length && other.match(sample(layer.path)));
      const chain = [...before, ...[...passed, { stack: layer.stack.slice(0, -1) }].flatMap(({ stack }) => stack.map(({ name }) => name || "allowedMethods"))];
      if (methods.length > 6) say("ANY", layer.path, chain);
      else for (const method of methods) say(method, layer.path, chain);
    });
  }
}

function hono(app) {
  const last = new Map();
  for (const route of app.routes.filter(({ method }) => method !== "ALL")) last.set(`${route.method} ${route.path}`, route);
  for (const { method, path: at, handler } of last.values()) {
    const names = app.router.match(method, sample(at))[0].map(([[run]]) => run);
    say(method, at, names.slice(0, names.indexOf(handler)).map(({ name }) => name));
  }
}

// A part of an application of Nest says itself that it ran, so each route is asked once.
async function nest(bootstrap) {
  const mapped = [];
  const log = (text, context) => {
    const found = context === "RouterExplorer" && text.match(/Mapped \{(.*), (\w+)\}(?: \(version: ([\d,]+)\))? route/);
    if (found) mapped.push({ path: found[1], method: found[2], versions: found[3]?.split(",") ?? [undefined] });
  };
  const none = () => {};
  const app = await bootstrap({ logger: { log, error: none, warn: none, debug: none, verbose: none } });
  await app.listen(0);
  const { port } = app.getHttpServer().address();
  const routes = app.getHttpAdapter().getInstance().router.stack.map((layer) => layer.route?.path).filter(Boolean);
  for (const { path: at, method, versions } of mapped) {
    for (const version of versions) {
      const whole = version ? routes.flat().find((route) => route.replace(`/v${version}`, "") === at && route !== at) : at;
      globalThis.ran = [];
      await fetch(`http://127.0.0.1:${port}${sample(whole)}`, { method: method === "ALL" ? "PATCH" : method });
      say(method.replace("ALL", "ANY"), whole, globalThis.ran);
    }
  }
  await app.close();
}

function readTypeScript() {
  const typescript = require("typescript");
  const { readFileSync } = require("node:fs");
  const compilerOptions = { module: "CommonJS", target: "ES2022", experimentalDecorators: true, emitDecoratorMetadata: true };
  require.extensions[".ts"] = (module, name) =>
    module._compile(typescript.transpileModule(readFileSync(name, "utf8"), { compilerOptions }).outputText, name);
}

function trpc(app) {
  for (const [name, procedure] of Object.entries(app._def.procedures)) {
    const runs = procedure._def.middlewares.filter((run) => run._type !== "input");
    // The last is the procedure itself.
    const chain = runs.slice(0, -1).map(({ name }) => name);
    say(procedure._def.type.toUpperCase(), `/${name.replaceAll(".", "/")}`, chain);
  }
}

async function main() {
  if (framework === "express") noteMounts(file);
  if (framework === "nest") readTypeScript();
  const module = file.endsWith(".ts") ? require(path.resolve(file)) : await import(pathToFileURL(path.resolve(file)).href);
  let app = module.default;
  if (framework === "express") express(app._router ?? app.router, "", () => []);
  if (framework === "nest") await nest(app.default ?? app);
  if (framework === "trpc") trpc(app);
  if (framework === "fastify") {
    app = await app();
    await app.ready();
    fastify(app);
  }
  if (framework === "koa") koa(app);
  if (framework === "hono") hono(app);
  console.log(JSON.stringify(found));
}

main();
