from flask import Flask

from .auth import login_required
from .orders import orders
from . import products


def create_app():
    app = Flask(__name__)

    @app.before_request
    def open_session():
        return None

    @app.route("/")
    def index():
        return ""

    app.register_blueprint(orders, url_prefix="/orders")
    app.register_blueprint(products.bp)
    app.add_url_rule("/about", "about", about, methods=["GET", "POST"])
    app.add_url_rule("/secret", view_func=login_required(secret))
    return app


def about():
    return ""


def secret():
    return ""
