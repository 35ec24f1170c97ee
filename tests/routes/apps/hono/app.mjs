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

const v1 = app.basePath("/v1");
v1.get("/status", function status(c) {});

export default app;
