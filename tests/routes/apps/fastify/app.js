const Fastify = require("fastify");
const auth = require("./plugins/auth");
const { trace } = require("./hooks");

async function build() {
  const app = Fastify();
  app.addHook("onRequest", trace);
  await app.register(auth);
  app.get("/health", async function health() {});
  app.register(require("./routes/users"), { prefix: "/users" });
  app.register(
    async function admin(child) {
      child.addHook("preHandler", onlyAdmins);
      child.get("/stats", async function stats() {});
      child.register(async function deeper(inner) {
        inner.route({
          method: ["GET", "POST"],
          url: "/both",
          preValidation: [checkBody],
          handler: async function both() {},
        });
      }, { prefix: "/deeper" });
    },
    { prefix: "/admin" },
  );
  app.post("/late", { preHandler: [checkBody], schema: {} }, async function late() {});
  return app;
}

async function onlyAdmins() {}
async function checkBody() {}

module.exports = build;
