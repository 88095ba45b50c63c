"""Registers the web room."""

from flask import Flask

from app.web import access, assets, deadlines, errors, files, filters, locale, render, security, transaction, typed


def register(app: Flask) -> None:
    """Order matters: the request gets its number and its transaction, then CSRF and the access check."""
    app.request_class = typed.TypedRequest
    transaction.register(app)
    security.register(app)
    locale.register(app)
    access.register(app)
    errors.register(app)
    filters.register(app)
    deadlines.register(app)
    render.register(app)
    assets.register(app)
    app.register_blueprint(files.bp)
