const express = require("express");
const { Users } = require("./routes/users");
const orders = require("./routes/orders");

const VERSIONS = [
  { name: "v1", guard: signedIn },
  { name: "v2", guard: admin },
];

class Server {
  constructor() {
    this.app = express();
    this.app.use(stamp, [helmetLike, [sized]]);
    this.early();
    this.mount();
    this.late();
  }

  early() {
    this.app.get("/ready", ready);
    this.app.use(["/users", "/orders"], signedIn);
  }

  mount() {
    this.app.use("/users", new Users(this.app).router);
    for (const { name, guard } of VERSIONS) {
      this.app.use(`/${name}/orders`, orders(guard));
    }
    const inner = express();
    inner.use(admin);
    inner.get("/stats", stats);
    this.app.use("/admin", inner);
    this.app.use(failing);
  }

  late() {
    this.app.get("/both", first);
    this.app.use(sized);
    this.app.get("/both", second);
    this.app
      .route("/files/:name")
      .all(signedIn)
      .get([sized, [admin]], readFile)
      .delete(removeFile);
    this.app.all("/hooks/*", signedIn);
    this.app.post("/hooks/stripe", stripe);
  }
}

function stamp(req, res, next) {
  next();
}
function helmetLike(req, res, next) {
  next();
}
function sized(req, res, next) {
  next();
}
function signedIn(req, res, next) {
  next();
}
function admin(req, res, next) {
  next();
}
function failing(error, req, res, next) {
  next(error);
}
function ready(req, res) {}
function stats(req, res) {}
function first(req, res, next) {
  next();
}
function second(req, res) {}
function readFile(req, res) {}
function removeFile(req, res) {}
function stripe(req, res) {}

module.exports = new Server().app;
