const { initTRPC } = require("@trpc/server");

const t = initTRPC.context().create();

const logged = t.middleware(async function logged({ next }) {
  return next();
});
const isUser = t.middleware(async function isUser({ next }) {
  return next();
});

exports.router = t.router;
exports.mergeRouters = t.mergeRouters;
exports.middleware = t.middleware;
exports.open = t.procedure.use(logged);
exports.signedIn = exports.open.use(isUser);
