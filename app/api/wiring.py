"""Registers the api room."""

from flask import Flask

from app.api import bearer, operations
from app.api.doors import bp
from app.api.v1 import customers, document, me, opportunities, runs, turns, work_items
from app.core import jobs
from app.web.current import finder
from app.web.security import csrf

RESOURCES = (me, turns, runs, opportunities, customers, work_items, document)
"""Importing a resource declares its doors."""


def register(app: Flask) -> None:
    """The doors, who opens them, and the job that forgets kept answers."""
    finder(bearer.find)
    csrf.exempt(bp)  # a bearer token is no cookie: no other site can make a browser send it
    app.register_blueprint(bp)
    jobs.every("api.forget", operations.forget, minutes=60)
