const Koa = require("koa");
const api = require("./routes");
const { logger, guard } = require("./middleware");

const app = new Koa();
app.use(logger);
app.use(api.routes()).use(api.allowedMethods());

const Router = require("@koa/router");
const late = new Router({ prefix: "/late" });
app.use(guard);
late.get("named", "/named", function named(ctx) {});
late.all("/any", function any(ctx) {});
app.use(late.routes());
// A path may begin without a slash where what takes its router in has one.
const outer = new Router();
const plain = new Router();
plain.post("plain.list", guard, function plainList(ctx) {});
outer.use("/", plain.routes());
app.use(outer.routes());

module.exports = app;
