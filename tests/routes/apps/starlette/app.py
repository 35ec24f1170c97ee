from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, Router

from pages import about, pages


class Timing:
    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        await self.app(scope, receive, send)


class Outer(Timing):
    pass


async def home(request):
    return None


async def save(request):
    return None


routes = [
    Route("/", home),
    Route("/save", save, methods=["POST"]),
    Mount("/pages", routes=pages),
    Mount("/sub", app=Router(routes=[Route("/about", about)])),
]

app = Starlette(routes=routes, middleware=[Middleware(Outer), Middleware(Timing)])
