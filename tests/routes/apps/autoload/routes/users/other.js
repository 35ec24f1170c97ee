module.exports = async (fastify) => {
  fastify.get("/other", async function other() {});
};
