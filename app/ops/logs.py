"""Logging: one line an event, with the request's number, to standard error; gunicorn and systemd carry it on."""

import logging
import re
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request

from app.ops.rules.lines import one_line

log = logging.getLogger("qiao.request")
QUIET = ("/healthz", "/readyz", "/static/")
SECRET = re.compile(r"^/calendar/[^/]+")
"""Addresses whose very path is a secret."""


class OneLine(logging.Formatter):
    """Time, level, logger, request, message; a traceback follows in the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        number = g.get("request_id", "-") if has_request_context() else "-"
        message = record.getMessage()
        if record.exc_info:
            message = f"{message} | {self.formatException(record.exc_info)}"
        return one_line(f"{at} {record.levelname} {record.name} [{number}] {message}")


def shown(path: str) -> str:
    """A path as the log may keep it: never a secret address."""
    return SECRET.sub("/calendar/…", path)[:300]


def _start() -> None:
    g.began = time.perf_counter()


def _note(response: Response) -> Response:
    if not request.path.startswith(QUIET):
        milliseconds = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
        actor = g.get("actor")
        # the path alone: what stands behind the question mark may be a customer's name or number
        log.info(
            "%s %s %d %.0f ms, person %s", request.method, shown(request.path), response.status_code, milliseconds,
            actor.id if actor else "-",
        )  # fmt: skip
    return response


def register(app: Flask) -> None:
    """Set up the log of the process (not in tests, which read records) and note every request."""
    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request(_note)
    if app.testing:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(app.config.get("LOG_LEVEL") or "INFO")
    for noisy in ("alembic", "fontTools", "werkzeug", "whitenoise"):
        logging.getLogger(noisy).setLevel("WARNING")
