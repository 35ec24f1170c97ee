"""Prints the routes of an application as its framework has them: method, path, and the names of what runs before the handler.

    list.py FRAMEWORK MODULE"""

import importlib
import json
import sys

VERBS = ("get", "post", "put", "patch", "delete")
found = []


def say(method, path, chain):
    found.append({"method": method, "path": path, "chain": list(chain)})


def fastapi(app):
    from fastapi.routing import APIRoute

    for route in app.routes:
        if isinstance(route, APIRoute):
            for method in sorted(route.methods):
                say(method, route.path, [one.call.__name__ for one in route.dependant.dependencies])


def flask(create):
    app = create()
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        owner = rule.endpoint.rpartition(".")[0].split(".") if "." in rule.endpoint else []
        names = [None, *(".".join(owner[: end + 1]) for end in range(len(owner)))]
        before = [run.__name__ for name in names for run in app.before_request_funcs.get(name, [])]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            say(method, str(rule), before + getattr(view, "around", []))


def django(_settings):
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
    import django as package
    from django.conf import settings
    from django.urls import URLResolver, get_resolver

    package.setup()
    before = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]

    def visit(resolver, prefix):
        for entry in resolver.url_patterns:
            path = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                visit(entry, path)
                continue
            view, around, methods = entry.callback, [], None
            while view is not None:
                made_by = view.__code__.co_qualname.split(".")[0]
                if made_by == "user_passes_test":
                    around.append("login_required")
                if made_by == "require_http_methods":
                    cells = [cell.cell_contents for cell in view.__closure__]
                    methods = next(one for one in cells if isinstance(one, list))
                if hasattr(view, "view_class"):
                    kind = view.view_class
                    methods = [verb.upper() for verb in VERBS if verb in vars(kind)]
                    around += [base.__name__ for base in kind.__mro__ if base.__name__ == "LoginRequiredMixin"]
                    break
                view = getattr(view, "__wrapped__", None)
            for method in methods or ["ANY"]:
                say(method, path, before + around)

    visit(get_resolver(), "/")


def starlette(app):
    from starlette.routing import Mount

    before = [one.cls.__name__ for one in app.user_middleware]

    def visit(routes, prefix):
        for route in routes:
            if isinstance(route, Mount):
                visit(route.routes, prefix + route.path)
                continue
            methods = route.methods or [verb.upper() for verb in VERBS if hasattr(route.endpoint, verb)]
            for method in sorted(set(methods) - {"HEAD"}):
                say(method, prefix + route.path, before)

    visit(app.routes, "")


framework, module = sys.argv[1:]
module, _, name = module.partition(":")
sys.path.insert(0, ".")
globals()[framework](getattr(importlib.import_module(module), name))
print(json.dumps(found))
