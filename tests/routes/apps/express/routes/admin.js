const express = require("express");
const { audit } = require("../middleware");
const router = express.Router();

const guards = [audit];
router.get("/stats", guards, function stats(req, res) {});
router.post("/reset", ...guards, function reset(req, res) {});

exports = module.exports = router;
