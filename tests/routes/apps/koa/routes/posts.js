const Router = require("@koa/router");
const router = new Router();
const check = async function check(ctx, next) {
  await next();
};
router
  .get("/", function list(ctx) {})
  .post("/", check, function create(ctx) {});
router.put("/:id", check, function update(ctx) {});
module.exports = router;
