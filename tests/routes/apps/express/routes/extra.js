const { Router } = require("express");
const one = Router();
const two = Router();
one.get("/", function first(req, res) {});
two.get("/", function second(req, res) {});
module.exports = { one, two };
