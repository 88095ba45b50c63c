"""Pages of the customers."""

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")

from app.customers.views import contact_list, contacts, details, edit, imports, listing, looks, people, portfolio, tiers  # noqa: E402, F401
