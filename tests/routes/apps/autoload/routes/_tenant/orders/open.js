module.exports = async (fastify) => {
  for (const kind of ["open", "closed"]) {
    fastify.get(`/${kind}`, async function listed() {});
  }
};
