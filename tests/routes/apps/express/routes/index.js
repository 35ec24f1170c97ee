const { Router } = require("express");
const users = require("./users");

const v1 = Router();
v1.use("/users", users);
v1.use("/users/:userId/posts", require("./posts"));

module.exports = { v1 };
