from starlette.endpoints import HTTPEndpoint
from starlette.routing import Route


class Page(HTTPEndpoint):
    async def get(self, request):
        return None

    async def put(self, request):
        return None


async def about(request):
    return None


pages = [
    Route("/about", endpoint=about),
    Route("/{name}", Page),
]
