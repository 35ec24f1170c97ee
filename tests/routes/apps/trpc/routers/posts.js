const { router, open, signedIn, middleware } = require("../trpc");

const owns = middleware(async function owns({ next }) {
  return next();
});
const mine = signedIn.use(owns);
const checked = (value) => value;

module.exports = router({
  list: open.input(checked).query(function list() {}),
  add: mine.input(checked).mutation(function add() {}),
  watch: open
    .use(async function inline({ next }) {
      return next();
    })
    .subscription(async function* watch() {}),
});
