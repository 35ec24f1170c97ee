from flask import Blueprint

from shop.auth import audited, login_required

orders = Blueprint("orders", __name__, url_prefix="/ignored")


@orders.before_request
def load_cart():
    return None


@orders.route("/", methods=["GET", "POST"])
@login_required
@audited("orders")
def list_orders():
    return ""


@orders.delete("/<int:order_id>")
@login_required
def remove_order(order_id):
    return ""


@login_required
@orders.get("/open")
def open_orders():
    return ""
