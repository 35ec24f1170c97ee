const express = require("express");
const { requireUser, audit } = require("./middleware");
const setup = require("./setup");
const { v1 } = require("./routes");
const admin = require("./routes/admin");
const makeTeams = require("./routes/teams");

const app = express();
const PREFIX = "/api";

function logger(req, res, next) {
  next();
}
function early(req, res) {
  res.send("early");
}

app.get("/early", early);
app.use(logger);
app.use("/secure", [requireUser, [audit]]);
setup(app);
app.use(`${PREFIX}/v1`, v1);
app.use("/admin", requireUser, admin);
app.use("/teams", makeTeams(requireUser));
app.use("/squads", makeTeams(audit));
app
  .route("/books/:id")
  .all(audit)
  .get(function readBook(req, res) {})
  .put(requireUser, function writeBook(req, res) {});
app.get(["/a", "/b"], function letters(req, res) {});
app.get("/secure/inner", function inner(req, res) {});
app.all("/locked/{*rest}", requireUser);
app.post("/locked/door", function door(req, res) {});

const extra = [
  { path: "/one", router: require("./routes/extra").one },
  { path: "/two", router: require("./routes/extra").two },
];
for (const { path, router } of extra) {
  app.use(path, router);
}
["/x", "/y"].forEach((path) => app.get(path, function listed(req, res) {}));

// A request for the second passes what the first was given.
const [first, second] = [express.Router(), express.Router()];
first.use(audit);
first.get("/first", function ofFirst(req, res) {});
first.use("/inner", requireUser, express.Router());
second.get("/second", function ofSecond(req, res) {});
second.get("/inner/third", function ofThird(req, res) {});
app.use("/shared", first);
app.use("/shared", second);

app.use(function notFound(req, res) {
  res.status(404).end();
});
app.use(function failed(error, req, res, next) {
  res.status(500).end();
});

module.exports = app;
