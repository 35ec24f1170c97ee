from fastapi import APIRouter, Depends

from app.deps import trace

Guard = APIRouter(prefix="/unused-name")
router = APIRouter(prefix="/items", dependencies=[Depends(trace)])
nested = APIRouter(prefix="/nested")
extra = APIRouter()
more = APIRouter()


@nested.get("/{path:path}")
def read_nested(path: str):
    return path


@router.get("/{item_id}")
def read_item(item_id: int):
    return item_id


@extra.get("/extra")
def read_extra():
    return 1


@more.put("/more")
def write_more():
    return 1


router.include_router(nested)
