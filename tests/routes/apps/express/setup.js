const { audit } = require("./middleware");

module.exports = function setup(server) {
  server.use(audit);
  server.get("/health", function health(req, res) {});
};
