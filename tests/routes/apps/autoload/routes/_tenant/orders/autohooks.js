module.exports = async function hooks(fastify) {
  fastify.addHook("preHandler", ofTenant);
};

async function ofTenant() {}
