import { Hono } from "hono";

const check = async function check(c, next) {
  await next();
};
const books = new Hono();
books.get("/", function list(c) {});
books.use(check);
books.post("/", function create(c) {});
books.get("/:id", function one(c) {});
export default books;
