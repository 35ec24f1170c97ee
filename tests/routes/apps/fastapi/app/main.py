from fastapi import Depends, FastAPI

from .deps import current_user, trace
from .routers import items, users
from app.routers.admin import make_admin

app = FastAPI(dependencies=[Depends(trace)])
PREFIX = "/api"

app.include_router(users.router, prefix=f"{PREFIX}/users", dependencies=[Depends(current_user)])
app.include_router(items.router)
app.include_router(make_admin(), prefix="/admin")


@app.get("/health")
async def health():
    return {}


@app.api_route("/both", methods=["GET", "POST"])
def both():
    return {}


for number, router in enumerate([items.extra]):
    pass

for router in [items.extra, items.more]:
    app.include_router(router, prefix="/loop")
