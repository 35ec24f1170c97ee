const list = (req, res) => {};
async function create(req, res) {}
exports.remove = async function remove(req, res) {};
Object.assign(exports, {});
module.exports.list = list;
module.exports.create = create;
