exports.known = function known(req, res, next, id) {
  next();
};
exports.owner = function owner(req, res, next) {
  next();
};
exports.body = function body(req, res, next) {
  next();
};
