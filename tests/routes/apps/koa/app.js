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
late.post("plain.list", guard, function plain(ctx) {});
late.all("/any", function any(ctx) {});
app.use(late.routes());

module.exports = app;
