"""GET /openapi.json: the description of all this. Public: it holds no data."""

import json
from functools import lru_cache

from flask import Response

from app.api.doors import bp, doors
from app.api.rules.openapi import document
from app.web.access import public


@lru_cache
def _text() -> str:
    return json.dumps(document(doors, "/api/v1"), ensure_ascii=False, indent=1)


@bp.get("/openapi.json")
@public
def openapi() -> Response:
    """The OpenAPI 3.1 document of the running application."""
    response = Response(_text(), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
