from typing import Annotated

from fastapi import APIRouter, Depends, Security

from ..deps import current_user, only_admins

router = APIRouter()


@router.get("/")
def list_users():
    return []


@router.post("/", dependencies=[Depends(only_admins)])
async def create_user(user: Annotated[str, Depends(current_user)]):
    return {}


@router.delete("/{user_id}")
def remove_user(user_id: int, user: str = Security(only_admins)):
    return {}
