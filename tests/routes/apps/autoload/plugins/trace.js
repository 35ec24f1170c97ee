const plugin = require("fastify-plugin");

module.exports = plugin(async (fastify) => {
  fastify.addHook("onRequest", trace);
});

async function trace() {}
