"""Pages of people: signing in, one's own page, and the administration."""

from flask import Blueprint

bp = Blueprint("people", __name__)
