const Router = require("@koa/router");
const { guard } = require("../middleware");
const posts = require("./posts");

const router = new Router();
router.prefix("/api");
router.get("/open", function open(ctx) {});
router.use(guard);
router.get("/closed/:id", function closed(ctx) {});
router.use("/posts", posts.routes(), posts.allowedMethods());

module.exports = router;
