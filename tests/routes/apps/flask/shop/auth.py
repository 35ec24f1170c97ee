from functools import wraps

from flask import request


def login_required(view):
    @wraps(view)
    def checked(*args, **kwargs):
        if not request.headers.get("Authorization"):
            return "", 401
        return view(*args, **kwargs)

    checked.around = ["login_required", *getattr(view, "around", [])]
    return checked


def audited(kind):
    def decorate(view):
        @wraps(view)
        def noted(*args, **kwargs):
            return view(*args, **kwargs)

        noted.around = ["audited", *getattr(view, "around", [])]
        return noted

    return decorate
