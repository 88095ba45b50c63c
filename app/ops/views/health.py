"""Whether the process lives, and whether it is ready: for load balancers and those on duty. No session, no person."""

from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify

from app.ops.queries.health import reasons
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers; the database is not asked."""
    return _answer({"alive": True}, 200)


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Database reachable, migrations at head, jobs alive, no open run without its guards; 503 with reasons otherwise."""
    found = reasons(Path(current_app.root_path).parent / "migrations")
    return _answer({"ready": not found, "reasons": found}, 503 if found else 200)


def _answer(body: dict[str, object], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
