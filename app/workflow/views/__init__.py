"""Pages of the workflow core: turns, runs, processes."""

from flask import Blueprint

bp = Blueprint("workflow", __name__)
