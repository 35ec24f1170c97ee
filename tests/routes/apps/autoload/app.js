const path = require("node:path");
const Fastify = require("fastify");
const autoload = require("@fastify/autoload");

async function build() {
  const app = Fastify();
  app.register(autoload, { dir: path.join(__dirname, "plugins") });
  app.register(autoload, {
    dir: path.join(__dirname, "routes"),
    autoHooks: true,
    cascadeHooks: true,
    routeParams: true,
    options: { prefix: "/api" },
  });
  return app;
}

module.exports = build;
