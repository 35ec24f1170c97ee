from flask import Blueprint

from .auth import login_required

bp = Blueprint("products", __name__, url_prefix="/products")
reviews = Blueprint("reviews", __name__, url_prefix="/reviews")


@bp.get("/<slug>")
def product(slug):
    return slug


@reviews.post("/")
@login_required
def review():
    return ""


bp.register_blueprint(reviews)
