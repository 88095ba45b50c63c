"""Qiao: the application, put together from its rooms."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask

from app.core.settings import from_environment

ROOMS = ("core", "web", "people", "workflow", "customers", "work", "sales", "api", "ops")
"""The rooms in the order of their floors; each is registered by its ``wiring``."""

HOUSE = Path(__file__).parent.parent


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The application. ``overrides`` goes over the environment (tests: ``TESTING``, ``DATABASE_URL``, ``INSTANCE_DIR``)."""
    config = {**from_environment(), **(overrides or {})}
    instance = Path(config["INSTANCE_DIR"] or HOUSE / "instance").absolute()
    app = Flask(
        __name__,
        instance_path=str(instance),
        static_folder=str(HOUSE / "static"),
        template_folder=str(HOUSE / "templates"),
    )
    app.config.update(config)
    instance.mkdir(parents=True, exist_ok=True)
    for room in ROOMS:
        if find_spec(f"app.{room}.wiring") is not None:
            import_module(f"app.{room}.wiring").register(app)
    return app
