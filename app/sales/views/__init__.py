"""Pages of the sale."""

from flask import Blueprint

bp = Blueprint("sales", __name__, url_prefix="/sales")

from app.sales.views import board, closing, create, details, listing, moving, opportunity, products  # noqa: E402, F401
