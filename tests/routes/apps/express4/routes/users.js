const { Router } = require("express");
const checks = require("./checks");

class Users {
  constructor() {
    this.router = Router();
    this.router.param("id", checks.known);
    this.router.get("/", this.list);
    this.router.use("/:id", checks.owner);
    this.router.route("/:id").get(this.one).patch(checks.body, this.change);
    this.router.use("/:id/posts", posts());
  }

  list(req, res) {}
  one(req, res) {}
  change(req, res) {}
}

function posts() {
  const router = Router({ mergeParams: true });
  router.get("/", function all(req, res) {});
  router.post("/", ...[checks.body, checks.owner], function add(req, res) {});
  return router;
}

module.exports = { Users };
