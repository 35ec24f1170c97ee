exports.requireUser = function requireUser(req, res, next) {
  if (!req.headers.authorization) return res.status(401).end();
  next();
};
exports.audit = function audit(req, res, next) {
  next();
};
exports.wrap = (handler) =>
  Object.defineProperty((req, res, next) => Promise.resolve(handler(req, res, next)).catch(next), "name", {
    value: handler.name,
  });
