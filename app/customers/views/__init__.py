"""Pages of the customers."""

from flask import Blueprint

bp = Blueprint("customers", __name__, url_prefix="/customers")

from app.customers.views import (  # noqa: E402, F401
    contact_list,
    contacts,
    date_pages,
    details,
    edit,
    imports,
    listing,
    looks,
    people,
    portfolio,
    tiers,
)
