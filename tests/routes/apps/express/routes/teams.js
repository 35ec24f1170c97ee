const { Router } = require("express");

module.exports = (guard) => {
  const router = Router();
  router.get("/", function teams(req, res) {});
  router.post("/", guard, function addTeam(req, res) {});
  return router;
};
