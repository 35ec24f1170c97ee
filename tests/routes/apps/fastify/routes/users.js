async function checkUser() {}

module.exports = async function users(fastify) {
  fastify.get("/", async function list() {});
  fastify.get("/:id", { onRequest: checkUser }, async function one() {});
  fastify.delete("/:id", { preHandler: checkUser, handler: async function remove() {} });
};
