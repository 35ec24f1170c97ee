module.exports.logger = async function logger(ctx, next) {
  await next();
};
module.exports.guard = async function guard(ctx, next) {
  await next();
};
