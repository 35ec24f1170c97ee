exports.trace = async function trace() {};
