from typing import Annotated

from fastapi import Depends, Header


def trace():
    return None


def current_user(authorization: str = Header(default="")):
    return authorization


def only_admins(user=Depends(current_user)):
    return user


CurrentUser = Annotated[str, Depends(current_user)]
