import { Hono } from "hono";

export function makeAdmin(guard) {
  return new Hono()
    .use(guard)
    .get("/stats", function stats(c) {})
    .delete("/:id", function remove(c) {});
}
