module.exports = async function hooks(fastify) {
  fastify.addHook("preHandler", signedIn);
};

async function signedIn() {}
