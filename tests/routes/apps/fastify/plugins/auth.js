const fp = require("fastify-plugin");

module.exports = fp(async function auth(app, options) {
  app.addHook("onRequest", authenticate);
  app.get("/me", async function me() {});
});

async function authenticate() {}
