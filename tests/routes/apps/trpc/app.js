const { mergeRouters, router, open, signedIn } = require("./trpc");
const posts = require("./routers/posts");
const { users } = require("./routers/users");

const admin = router({ stats: signedIn.query(function stats() {}) });

const app = mergeRouters(
  router({
    health: open.query(function health() {}),
    posts,
    users,
    nested: { admin, ping: open.mutation(function ping() {}) },
  }),
  router({ version: open.query(function version() {}) }),
);

module.exports = app;
