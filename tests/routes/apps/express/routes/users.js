const router = require("express").Router();
const { wrap, requireUser } = require("../middleware");
const controller = require("../controllers/users");

router.get("/", controller.list);
router.use(requireUser);
router.post("/", wrap(controller.create));
router.delete("/:id", controller.remove);

module.exports = router;
