const { router, signedIn } = require("../trpc");

const own = { me: signedIn.query(function me() {}) };

exports.users = router({
  ...own,
  remove: signedIn.mutation(function remove() {}),
});
