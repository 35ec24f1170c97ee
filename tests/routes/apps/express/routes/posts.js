const express = require("express");
class Posts {
  constructor() {
    this.router = express.Router({ mergeParams: true });
    this.fill();
  }
  fill() {
    this.router.get("/", this.list);
    this.router.get("/:id", this.one);
  }
  list(req, res) {}
  one(req, res) {}
}
module.exports = new Posts().router;
