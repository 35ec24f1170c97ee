const express = require("express");

module.exports = (guard) => {
  const router = express.Router();
  router.get("/open", function open(req, res) {});
  router.use(guard);
  router.get("/:id", function one(req, res) {});
  return router;
};
