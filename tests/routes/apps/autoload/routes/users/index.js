module.exports = async (fastify) => {
  fastify.get("/", async function list() {});
  fastify.post("/", { onRequest: limited }, async function add() {});
};
module.exports.autoPrefix = "/all";

async function limited() {}
