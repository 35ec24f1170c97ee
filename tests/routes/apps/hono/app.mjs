import { Hono } from "hono";
import books from "./routes/books.mjs";
import { makeAdmin } from "./routes/admin.mjs";

export const logger = async function logger(c, next) {
  await next();
};
const guard = async function guard(c, next) {
  await next();
};

const app = new Hono();
app.get("/early", function early(c) {});
app.use(logger);
app.use("/books/*", guard);
app.use("/exact", guard);
app.route("/books", books);
app.route("/admin", makeAdmin(guard));
app.get("/exact", function exact(c) {}).get("/exact/below", function below(c) {});
app.on(["PUT", "PATCH"], "/either", guard, function either(c) {});
app.get("/late/:name{[a-z]+}", function late(c) {});

// What a router was given holds for what stands behind it.
app.route("/shared", new Hono().use(guard).get("/first", function ofFirst(c) {}));
app.route("/shared", new Hono().get("/second", function ofSecond(c) {}));
// A chain as long as a router has routes.
app.route(
  "/long",
  new Hono()
    .get("/1", function one(c) {})
    .get("/2", function two(c) {})
    .get("/3", function three(c) {})
    .get("/4", function four(c) {})
    .get("/5", function five(c) {})
    .get("/6", function six(c) {})
    .get("/7", function seven(c) {})
    .get("/8", function eight(c) {})
    .get("/9", function nine(c) {})
    .get("/10", function ten(c) {})
    .get("/11", function eleven(c) {})
    .get("/12", function twelve(c) {})
    .get("/13", function thirteen(c) {})
    .get("/14", function fourteen(c) {}),
);

const v1 = app.basePath("/v1");
v1.get("/status", function status(c) {});

export default app;
