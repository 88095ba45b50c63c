"""Registers the customers room."""

from flask import Flask

from app.core import files, jobs
from app.customers import models, operations, permissions, queries  # noqa: F401
from app.customers.operations import imports, portfolio, tiers
from app.customers.operations.contacts import PHOTO
from app.customers.queries.contacts import may_read_photo


def register(app: Flask) -> None:
    """Files, jobs."""
    files.reader(PHOTO, may_read_photo)
    files.reader(imports.IMPORT, lambda actor, file_id: imports.owns_file(actor, file_id))
    jobs.every("customers.portfolios", portfolio.follow_portfolios, minutes=10)
    jobs.every("customers.recount", tiers.recount, minutes=1)
    jobs.every("customers.imports", imports.run_imports, seconds=10)
