from fastapi import APIRouter, Depends

from app.deps import only_admins


def make_admin():
    router = APIRouter(dependencies=[Depends(only_admins)])

    @router.get("/stats")
    def stats():
        return {}

    router.add_api_route("/reset", reset, methods=["POST"])
    return router


def reset():
    return {}
